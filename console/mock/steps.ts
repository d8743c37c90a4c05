// A trace written as steps; from it come its documents and what it adds to the service graph.
import type { JsonObject } from "../src/trace/document";

export type Flag = "ok" | "error" | "throttle" | "fault" | "running";

export interface Step {
  kind: "segment" | "local" | "aws" | "remote";
  name: string;
  /** Milliseconds after the parent's start. */
  after: number;
  ms: number;
  flag?: Flag;
  origin?: string;
  /** Node that a call without a receiving segment leads to. */
  receiver?: { name: string; type: string };
  fields?: JsonObject;
  steps?: Step[];
}

export interface Hit {
  from: string | undefined;
  node: string;
  flag: Flag;
  ms: number;
}

export interface Written {
  documents: JsonObject[];
  hits: Hit[];
}

export const nodeKey = (name: string, type: string) => `${name}|${type}`;

/** Ids are counted up, so that every run gives the same. */
export function write(root: Step, traceId: string, start: number): Written {
  const written: Written = { documents: [], hits: [] };
  let count = 0;
  const nextId = () => `${traceId.slice(-8)}${(++count).toString(16).padStart(8, "0")}`;

  const segment = (step: Step, begin: number, caller: string | undefined, parentId: string | undefined): void => {
    const id = nextId();
    const key = nodeKey(step.name, step.origin ?? "");
    written.hits.push({ from: caller, node: key, flag: step.flag ?? "ok", ms: step.ms });
    const document: JsonObject = { ...entity(id, step, begin), trace_id: traceId };
    if (parentId) document["parent_id"] = parentId;
    if (step.origin) document["origin"] = step.origin;
    written.documents.push(document);
    const children = (step.steps ?? []).flatMap((child) => below(child, begin, key, id));
    if (children.length > 0) document["subsegments"] = children;
  };

  const below = (step: Step, parentBegin: number, owner: string, parentId: string): JsonObject[] => {
    const begin = parentBegin + step.after / 1000;
    if (step.kind === "segment") {
      segment(step, begin, owner, parentId);
      return [];
    }
    const id = nextId();
    const document = entity(id, step, begin);
    if (step.kind !== "local") document["namespace"] = step.kind;
    if (step.receiver) infer(step, document, begin, owner);
    const children = (step.steps ?? []).flatMap((child) => below(child, begin, owner, id));
    if (children.length > 0) document["subsegments"] = children;
    return [document];
  };

  const infer = (step: Step, call: JsonObject, begin: number, owner: string): void => {
    const receiver = step.receiver ?? { name: step.name, type: "remote" };
    written.hits.push({ from: owner, node: nodeKey(receiver.name, receiver.type), flag: step.flag ?? "ok", ms: step.ms });
    const { metadata: _m, annotations: _a, ...copied } = entity(nextId(), step, begin);
    const origin: JsonObject = receiver.type === "remote" ? {} : { origin: receiver.type };
    written.documents.push({ ...copied, ...origin, trace_id: traceId, parent_id: call["id"] ?? "", inferred: true });
  };

  segment(root, start, undefined, undefined);
  return written;
}

function entity(id: string, step: Step, begin: number): JsonObject {
  const flag = step.flag ?? "ok";
  const end: JsonObject = flag === "running" ? { in_progress: true } : { end_time: round(begin + step.ms / 1000) };
  const flags: JsonObject = {
    ...(flag === "error" || flag === "throttle" ? { error: true } : {}),
    ...(flag === "throttle" ? { throttle: true } : {}),
    ...(flag === "fault" ? { fault: true } : {}),
  };
  return { id, name: step.name, start_time: round(begin), ...end, ...flags, ...step.fields };
}

function round(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}
