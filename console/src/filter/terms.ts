// Adding a condition to an expression that someone else wrote, without reading more of it than needed.

/** One more condition. What was there goes into parentheses if its OR would take the new term apart. */
export function addTerm(expression: string, term: string): string {
  const old = expression.trim();
  if (old === "") return term;
  const parts = split(old);
  const wanted = plain(tokensOf(term));
  if (parts.terms.some((part) => plain(part) === wanted)) return old;
  return `${parts.joinedByOr ? `(${old})` : old} AND ${term}`;
}

/** All traces but those. */
export function negated(term: string): string {
  return `!(${term})`;
}

/** The outermost terms that AND joins, as tokens; with an OR among them the expression is one term. */
function split(expression: string): { terms: string[][]; joinedByOr: boolean } {
  const tokens = tokensOf(expression);
  const terms: string[][] = [[]];
  let depth = 0;
  let joinedByOr = false;
  for (const token of tokens) {
    if (OPENING.has(token)) depth += 1;
    if (CLOSING.has(token)) depth -= 1;
    const word = depth === 0 ? token.toUpperCase() : "";
    if (word === "OR") joinedByOr = true;
    if (word === "AND") terms.push([]);
    else terms.at(-1)?.push(token);
  }
  return { terms: joinedByOr ? [tokens] : terms, joinedByOr };
}

/** Strings, barewords and symbols; blanks go. A string that does not end is its first character and the rest. */
function tokensOf(expression: string): string[] {
  return expression.match(TOKEN) ?? [];
}

/** The same however it was spaced. */
function plain(tokens: readonly string[]): string {
  return tokens.join(" ");
}

const OPENING = new Set(["(", "{", "["]);
const CLOSING = new Set([")", "}", "]"]);
const TOKEN = /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|[^\s"'(){}[\],=<>!]+|[<>!]=|[^\s]/g;
