// Filter expressions that the console builds itself.
import { STATUS_CLASSES, type StatusClass } from "../stats/classes";

/** A string literal: backslash and quote escaped. */
export function quote(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** The traces that touch a node; with all classes, or none, ticked there is nothing to add. */
export function nodeFilter(name: string, classes: readonly StatusClass[] = STATUS_CLASSES): string {
  return withClasses(`service(${quote(name)})`, classes);
}

/** The traces in which one node calls another. */
export function edgeFilter(from: string, to: string): string {
  return `service(${quote(from)}) AND service(${quote(to)})`;
}

export function annotationFilter(key: string, value: string | number | boolean): string {
  const name = /^[A-Za-z0-9_]+$/.test(key) ? `annotation.${key}` : `annotation[${key}]`;
  return `${name} = ${typeof value === "string" ? quote(value) : String(value)}`;
}

/** One more condition; what was there goes into parentheses if it holds an OR. */
export function addTerm(expression: string, term: string): string {
  const old = expression.trim();
  if (old === "") return term;
  return `${hasOr(old) ? `(${old})` : old} AND ${term}`;
}

function withClasses(base: string, classes: readonly StatusClass[]): string {
  if (classes.length === 0 || classes.length === STATUS_CLASSES.length) return base;
  const ordered = STATUS_CLASSES.filter((name) => classes.includes(name));
  return `${base} AND ${ordered.length === 1 ? ordered[0] : `(${ordered.join(" OR ")})`}`;
}

/** Whether OR stands outside of string literals. */
function hasOr(expression: string): boolean {
  const bare = expression.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  return /\bOR\b|\|\|/i.test(bare);
}
