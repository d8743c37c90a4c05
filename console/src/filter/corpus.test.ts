// The filter box against the files that the server's own tests read (fixtures/filters): the server judges, the box shows.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { marked, readProblem } from "./problem";
import { addTerm, negated } from "./terms";
import { quote } from "./text";

interface Case {
  expression: string;
  /** What the server answers, if it refuses. */
  refusal: string | undefined;
}

/** Blocks with blank lines between them; the first character of a line says what it is. */
function casesOf(file: string): Case[] {
  const text = readFileSync(new URL(`../../../fixtures/filters/${file}`, import.meta.url), "utf8");
  const cases: Case[] = [];
  for (const block of text.split(/\n{2,}/)) {
    const lines = block.split("\n");
    const of = (mark: string) => lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(2));
    const [first] = of(">");
    if (first === undefined) continue;
    const [problem] = of("!");
    cases.push({ expression: [first, ...of("|")].join("\n"), refusal: problem === undefined ? undefined : `Error Location: ${problem}` });
  }
  return cases;
}

const VALID = casesOf("valid.txt");
const REFUSED = [...casesOf("bad_syntax.txt"), ...casesOf("bad_types.txt")];

test("the files are read whole", () => {
  expect(SYMBOLS.length).toBeGreaterThan(30);
  expect(VALID.length).toBeGreaterThan(50);
  expect(REFUSED.length).toBeGreaterThan(50);
  expect(VALID.every(({ refusal }) => refusal === undefined)).toBe(true);
  expect(REFUSED.every(({ refusal }) => refusal !== undefined)).toBe(true);
});

test.each(REFUSED)("$expression is shown with the server's words and the mark under its place", ({ expression, refusal = "" }) => {
  const { text, place } = readProblem(refusal, expression);
  expect(text).toBe(refusal);
  const [, line = "", position = ""] = /line (\d+), position (\d+) :/.exec(refusal) ?? [];
  const characters = [...(expression.split("\n")[Number(line) - 1] ?? "")];
  expect(place?.line).toBe(characters.join(""));
  // The server counts characters, not the halves of which some of them are made.
  expect([...(place?.line.slice(0, place.before) ?? "")].length).toBe(Number(position) - 1);
});

const SYMBOLS = REFUSED.flatMap((one) => {
  const symbol = /Invalid input symbol: '([^]+)'$/.exec(one.refusal ?? "")?.[1];
  return symbol === undefined ? [] : [{ ...one, symbol }];
});

test.each(SYMBOLS)("in $expression the mark stands under the first character of $symbol", ({ expression, refusal = "", symbol }) => {
  const { place } = readProblem(refusal, expression);
  expect(place && marked(place)).toBe([...symbol][0]);
});

test.each(VALID.filter(({ expression }) => expression.trim() !== ""))("a condition is added to $expression and to its negation", ({ expression }) => {
  const term = `user = ${quote("somebody else")}`;
  for (const old of [expression, negated(expression)]) {
    const added = addTerm(old, term);
    // What was written stays as it is, whole or in parentheses, and the term stands behind it once.
    expect([`${old.trim()} AND ${term}`, `(${old.trim()}) AND ${term}`]).toContain(added);
    expect(addTerm(added, term)).toBe(added);
    // OR binds less than AND: it is not left outside of everything.
    expect(hasOuterOr(added)).toBe(false);
  }
});

/** An OR outside of strings, parentheses, braces and brackets, told letter by letter. */
function hasOuterOr(expression: string): boolean {
  let [depth, string, outside] = [0, "", ""];
  for (let at = 0; at < expression.length; at += 1) {
    const letter = expression.charAt(at);
    if (string !== "") {
      if (letter === "\\") at += 1;
      else if (letter === string) string = "";
    } else if (letter === '"' || letter === "'") {
      string = letter;
      outside += " ";
    } else if ("({[".includes(letter)) depth += 1;
    else if (")}]".includes(letter)) {
      depth -= 1;
      outside += " ";
    } else if (depth === 0) outside += letter;
  }
  return /(^|\s)or(\s|$)/i.test(outside);
}
