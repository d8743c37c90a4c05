// Segment documents as the server returns them: JSON text from many senders, so nothing in it is taken for granted.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export interface StackFrame {
  path: string;
  line: string;
  label: string;
}

export interface ExceptionReport {
  id: string;
  type: string;
  message: string;
  remote: boolean;
  truncated: number;
  skipped: number;
  cause: string;
  stack: StackFrame[];
}

export interface Cause {
  workingDirectory: string;
  exceptions: ExceptionReport[];
  /** An exception or subsegment that another entity describes. */
  elsewhere: string;
}

export function parseDocument(text: string): JsonObject | undefined {
  try {
    return objectOf(JSON.parse(text) as Json);
  } catch {
    return undefined;
  }
}

export function objectOf(value: Json | undefined): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}

export function objectsOf(value: Json | undefined): JsonObject[] {
  if (!Array.isArray(value)) return [];
  return value.map(objectOf).filter((part): part is JsonObject => part !== undefined);
}

export function textOf(value: Json | undefined): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

export function numberOf(value: Json | undefined): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** The value behind a path of keys. */
export function at(value: Json | undefined, ...path: string[]): Json | undefined {
  return path.reduce<Json | undefined>((part, key) => objectOf(part)?.[key], value);
}

export function causeOf(document: JsonObject): Cause {
  const cause = document["cause"];
  if (typeof cause === "string") return { workingDirectory: "", exceptions: [], elsewhere: cause };
  const exceptions = objectsOf(at(cause, "exceptions")).map(exceptionOf);
  return {
    workingDirectory: textOf(at(cause, "working_directory")),
    exceptions,
    elsewhere: exceptions.length === 0 ? textOf(at(cause, "id")) : "",
  };
}

/** Annotations that have one of the three allowed types, by key. */
export function annotationsOf(document: JsonObject): Array<[string, string | number | boolean]> {
  const entries = Object.entries(objectOf(document["annotations"]) ?? {});
  const allowed = entries.filter((entry): entry is [string, string | number | boolean] =>
    ["string", "number", "boolean"].includes(typeof entry[1]),
  );
  return allowed.sort(([a], [b]) => a.localeCompare(b));
}

function exceptionOf(exception: JsonObject): ExceptionReport {
  return {
    id: textOf(exception["id"]),
    type: textOf(exception["type"]),
    message: textOf(exception["message"]),
    remote: exception["remote"] === true,
    truncated: numberOf(exception["truncated"]) ?? 0,
    skipped: numberOf(exception["skipped"]) ?? 0,
    cause: textOf(exception["cause"]),
    stack: objectsOf(exception["stack"]).map((frame) => ({
      path: textOf(frame["path"]),
      line: textOf(frame["line"]),
      label: textOf(frame["label"]),
    })),
  };
}
