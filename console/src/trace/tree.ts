// All entities of one trace as a tree: subsegments in their parents, a called segment under the call.
import type { TraceEntry } from "../api/wire";
import { classOfFlags, type StatusClass } from "../stats/classes";
import { at, type JsonObject, numberOf, objectsOf, parseDocument, textOf } from "./document";

export interface Entity {
  id: string;
  kind: "segment" | "subsegment" | "inferred" | "missing" | "unreadable";
  name: string;
  /** The segment's origin; for a call whose receiver is only inferred, that receiver's. */
  origin: string;
  /** What the entity's segment is called: the node it belongs to. */
  service: string;
  parent: Entity | undefined;
  parentId: string;
  start: number | undefined;
  /** Absent while in progress. */
  end: number | undefined;
  running: boolean;
  status: StatusClass;
  code: number | undefined;
  children: Entity[];
  document: JsonObject;
  /** The document's text, where it could not be read. */
  text: string;
  /** The segment inferred from this call, if its receiver sent none. */
  receiver: Entity | undefined;
}

export interface TraceTree {
  roots: Entity[];
  byId: ReadonlyMap<string, Entity>;
  /** The segment without a parent; the earliest of several. */
  root: Entity | undefined;
  segments: number;
  start: number;
  end: number;
  running: boolean;
  partial: boolean;
}

export function buildTree(trace: TraceEntry): TraceTree {
  const tops = trace.Segments.map((segment) => topEntity(segment.Id, segment.Document));
  const all = tops.flatMap(withDescendants);
  const byId = new Map(all.filter(isReported).map((entity) => [entity.id, entity]));
  for (const entity of tops.filter((top) => top.kind === "inferred")) foldInferred(entity, byId);
  const roots = attach(tops.filter((top) => top.parent === undefined), byId);
  for (const entity of byId.values()) entity.children.sort(byStart);

  const reported = all.filter((entity) => entity.start !== undefined);
  const starts = reported.map((entity) => entity.start ?? 0);
  const start = starts.length > 0 ? minimum(starts) : 0;
  const end = reported.reduce((latest, entity) => Math.max(latest, entity.end ?? 0), start);
  return {
    roots,
    byId,
    root: tops.filter((top) => top.kind === "segment" && top.parentId === "").sort(byStart)[0],
    segments: tops.filter((top) => top.kind === "segment").length,
    start,
    end,
    running: reported.some((entity) => entity.running && entity.kind !== "inferred"),
    partial: roots.some((entity) => entity.kind === "missing"),
  };
}

/** An entity and everything below it, without recursion: nesting comes from foreign documents. */
export function withDescendants(top: Entity): Entity[] {
  const found: Entity[] = [];
  const waiting = [top];
  for (let entity = waiting.pop(); entity; entity = waiting.pop()) {
    found.push(entity);
    waiting.push(...entity.children.toReversed());
  }
  return found;
}

function topEntity(id: string, text: string): Entity {
  const document = parseDocument(text);
  if (!document) return { ...entityOf({ id, name: id }, "unreadable", undefined), text };
  const kind = document["inferred"] === true ? "inferred" : document["type"] === "subsegment" ? "subsegment" : "segment";
  const top = entityOf(document, kind, undefined);
  const waiting = [top];
  for (let entity = waiting.pop(); entity; entity = waiting.pop()) {
    for (const child of objectsOf(entity.document["subsegments"])) {
      const below = entityOf(child, "subsegment", entity);
      entity.children.push(below);
      waiting.push(below);
    }
  }
  return top;
}

function entityOf(document: JsonObject, kind: Entity["kind"], parent: Entity | undefined): Entity {
  const start = numberOf(document["start_time"]);
  const end = numberOf(document["end_time"]);
  const name = textOf(document["name"]);
  return {
    id: textOf(document["id"]),
    kind,
    name,
    origin: textOf(document["origin"]),
    service: parent?.service ?? name,
    parent,
    parentId: parent?.id ?? textOf(document["parent_id"]),
    start,
    end: document["in_progress"] === true ? undefined : end,
    running: document["in_progress"] === true || (start !== undefined && end === undefined),
    status: classOfFlags({
      fault: document["fault"] === true,
      error: document["error"] === true,
      throttle: document["throttle"] === true,
    }),
    code: numberOf(at(document, "http", "response", "status")),
    children: [],
    document,
    text: "",
    receiver: undefined,
  };
}

/** An inferred segment says nothing that its call does not, but for the type: the call's row shows both. */
function foldInferred(inferred: Entity, byId: ReadonlyMap<string, Entity>): void {
  const call = byId.get(inferred.parentId);
  if (!call) return;
  inferred.parent = call;
  call.receiver = inferred;
  if (call.origin === "") call.origin = inferred.origin;
}

function attach(tops: readonly Entity[], byId: Map<string, Entity>): Entity[] {
  const roots: Entity[] = [];
  const missing = new Map<string, Entity>();
  for (const top of tops) {
    const parent = top.parentId === "" ? undefined : byId.get(top.parentId);
    if (parent && !isWithin(parent, top)) {
      top.parent = parent;
      parent.children.push(top);
    } else if (top.parentId === "" || parent) {
      roots.push(top);
    } else {
      const place = missing.get(top.parentId) ?? placeholder(top);
      if (!missing.has(top.parentId)) roots.push(place);
      missing.set(top.parentId, place);
      top.parent = place;
      place.children.push(top);
      place.children.sort(byStart);
    }
  }
  for (const place of missing.values()) byId.set(place.id, place);
  for (const top of tops.filter((other) => other.kind === "inferred")) byId.set(top.id, top);
  return roots.sort(byStart);
}

function placeholder(child: Entity): Entity {
  const document = { id: child.parentId, ...(child.start === undefined ? {} : { start_time: child.start }) };
  return { ...entityOf(document, "missing", undefined), start: child.start, running: false };
}

function isReported(entity: Entity): boolean {
  return entity.kind !== "inferred";
}

function isWithin(entity: Entity, top: Entity): boolean {
  for (let above: Entity | undefined = entity; above; above = above.parent) {
    if (above === top) return true;
  }
  return false;
}

function byStart(a: Entity, b: Entity): number {
  return (a.start ?? 0) - (b.start ?? 0) || a.id.localeCompare(b.id);
}

function minimum(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Infinity);
}
