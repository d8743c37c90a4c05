// The address of a view: everything behind the `#`. A link never holds data, only questions.
import { parseTraceId } from "../trace/traceId";

export type Page =
  | { name: "service-map" }
  | { name: "traces" }
  | { name: "trace"; id: string }
  | { name: "raw"; id: string }
  | { name: "unknown"; path: string };

/** Parameters of a link, by name. Unknown ones are kept and ignored. */
export type Params = Readonly<Record<string, string>>;

export interface Route {
  page: Page;
  params: Params;
}

/** Parameters that belong to the person looking, not to one page. */
export const CARRIED = ["timeRange", "refresh", "lang", "theme"] as const;

export function parseHash(hash: string): Route {
  const text = hash.replace(/^#/, "");
  const [path = "", query = ""] = splitOnce(text, "?");
  return { page: parsePath(path), params: parseQuery(query) };
}

export function formatHash(page: Page, params: Params = {}): string {
  const query = Object.entries(params)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name}=${encode(value)}`)
    .join("&");
  return `#${formatPath(page)}${query ? `?${query}` : ""}`;
}

/** The parameters that follow the user from page to page. */
export function carried(params: Params): Params {
  const entries = CARRIED.map((name) => [name, params[name]] as const);
  return Object.fromEntries(entries.filter((entry): entry is [(typeof CARRIED)[number], string] => entry[1] !== undefined));
}

function parsePath(path: string): Page {
  const parts = path.split("/").filter((part) => part !== "").map(decode);
  if (parts.length === 0 || (parts.length === 1 && parts[0] === "service-map")) return { name: "service-map" };
  if (parts[0] !== "traces" || parts.length > 3) return { name: "unknown", path };
  const [, id, view] = parts;
  if (id === undefined) return { name: "traces" };
  const known = parseTraceId(id) ?? id;
  if (view === undefined) return { name: "trace", id: known };
  return view === "raw" ? { name: "raw", id: known } : { name: "unknown", path };
}

function formatPath(page: Page): string {
  switch (page.name) {
    case "service-map":
    case "traces":
      return `/${page.name}`;
    case "trace":
      return `/traces/${encode(page.id)}`;
    case "raw":
      return `/traces/${encode(page.id)}/raw`;
    case "unknown":
      return page.path;
  }
}

function parseQuery(query: string): Params {
  const pairs = query.split("&").filter((pair) => pair !== "").map((pair) => splitOnce(pair, "="));
  return Object.fromEntries(pairs.map(([name, value]) => [decode(name), decode(value.replaceAll("+", " "))]));
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** As `encodeURIComponent`, but what is harmless behind a `#` stays readable. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/%(3A|2C|2F|40)/g, (code) => decodeURIComponent(code));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
