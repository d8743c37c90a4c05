// Names cut to the width of a node. Wide scripts count double.

const WIDE = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]/u;

/** At most `units` half-width characters; the middle goes, since both ends tell names apart. */
export function fitText(text: string, units: number): string {
  if (widthOf(text) <= units) return text;
  const characters = [...text];
  const head = take(characters, Math.floor((units - 1) / 2));
  const tail = take(characters.toReversed(), units - 1 - widthOf(head.join("")));
  return `${head.join("")}…${tail.toReversed().join("")}`;
}

function take(characters: readonly string[], units: number): string[] {
  const taken: string[] = [];
  let width = 0;
  for (const character of characters) {
    width += widthOf(character);
    if (width > units) break;
    taken.push(character);
  }
  return taken;
}

/** In half-width characters. */
export function widthOf(text: string): number {
  return [...text].reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0);
}
