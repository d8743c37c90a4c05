// What the server says about a filter it cannot read, and where.

export interface FilterProblem {
  /** The server's own words. */
  text: string;
  /** The line of the expression that holds the mistake, and how many characters precede the mark. */
  place?: { line: string; before: number };
}

/** The character under the mark, a blank at the end of the line. */
export function marked({ line, before }: { line: string; before: number }): string {
  const [character] = line.slice(before);
  return character ?? " ";
}

/** Reads `Error Location: line 1, position 14 : …`; positions count from 1. */
export function readProblem(text: string, expression: string): FilterProblem {
  const found = /Error Location:\s*line\s+(\d+),\s*position\s+(\d+)/i.exec(text);
  if (!found) return { text };
  const line = expression.split("\n")[Number(found[1]) - 1];
  if (line === undefined) return { text };
  // The server counts characters; some of them are two in a string of JavaScript.
  const before = [...line].slice(0, Math.max(0, Number(found[2]) - 1)).join("").length;
  return { text, place: { line, before } };
}
