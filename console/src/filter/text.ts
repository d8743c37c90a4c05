// Filter expressions that the console builds itself.
import { STATUS_CLASSES, type StatusClass } from "../stats/classes";
import { ordered, type Span } from "../stats/histogram";

/** What of a node its selector says. */
export interface Named {
  name: string;
  type: string | undefined;
}

/** Which of the requests of a node or an edge are meant. */
export interface Narrowing {
  classes: readonly StatusClass[];
  time: Span;
}

export const EVERY_REQUEST: Narrowing = { classes: STATUS_CLASSES, time: {} };

/** A string literal: backslash and quote escaped. */
export function quote(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** The traces in which one segment of the node is such a request. */
export function nodeFilter(node: Named, narrowing = EVERY_REQUEST): string {
  return `service(${selector(node)})${block(narrowing)}`;
}

/** The traces in which one node calls another with such a request. */
export function edgeFilter(from: Named, to: Named, narrowing = EVERY_REQUEST): string {
  return `edge(${selector(from)}, ${selector(to)})${block(narrowing)}`;
}

export function annotationFilter(key: string, value: string | number | boolean): string {
  const name = NEEDS_QUOTES.test(key) ? quote(key) : key;
  return `annotation[${name}] = ${typeof value === "string" ? quote(value) : String(value)}`;
}

/** The fields of a trace's root request, and its users, by which a list can be refined. */
export type RequestField = "http.url" | "http.method" | "http.status" | "user" | "http.clientip";

export function requestFilter(field: RequestField, value: string | number): string {
  return `${field} = ${typeof value === "string" ? quote(value) : String(value)}`;
}

function selector({ name, type }: Named): string {
  return type === undefined ? quote(name) : `id(name: ${quote(name)}, type: ${quote(type)})`;
}

/** Nothing to say, no block. All classes ticked, or none, leave the classes open. */
function block({ classes, time }: Narrowing): string {
  const open = classes.length === 0 || classes.length === STATUS_CLASSES.length;
  const named = open ? [] : STATUS_CLASSES.filter((name) => classes.includes(name));
  const { from, to } = ordered(time);
  const times = [...(from === undefined ? [] : [`responsetime >= ${seconds(from)}`]), ...(to === undefined ? [] : [`responsetime <= ${seconds(to)}`])];
  const either = named.join(" OR ");
  const terms = [...(either === "" ? [] : [named.length > 1 && times.length > 0 ? `(${either})` : either]), ...times];
  return terms.length === 0 ? "" : ` { ${terms.join(" AND ")} }`;
}

/** The server compares whole milliseconds. */
function seconds(value: number): string {
  return String(Number(value.toFixed(3)));
}

/** What the filter language does not read as a bareword. */
const NEEDS_QUOTES = /^$|[\s"'(){}[\],=<>!]/;
