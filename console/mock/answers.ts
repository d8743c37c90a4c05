// What a server would answer over the shop's traces. Only what the console asks for.
import type { GetServiceGraphResponse, GetTraceGraphResponse, GetTraceSummariesResponse, Service, TraceEntry, TraceSummary } from "../src/api/wire";
import { annotationsOf, at, type JsonObject, numberOf, textOf } from "../src/trace/document";
import { graphOf } from "./graph";
import { request } from "./shop";
import { type Hit, write } from "./steps";

export interface StoredTrace {
  id: string;
  start: number;
  documents: JsonObject[];
  hits: Hit[];
}

export interface Answer {
  status: number;
  body: unknown;
}

/** `count` traces, the newest a few seconds before `now`, `gap` seconds apart. */
export function shopTraces(now: number, count: number, gap = 1.7): StoredTrace[] {
  return Array.from({ length: count }, (_, index) => {
    const number = index + 1;
    const start = now - 3 - index * gap;
    const id = `1-${Math.floor(start).toString(16).padStart(8, "0")}-${number.toString(16).padStart(24, "0")}`;
    return { id, start, ...write(request(number, chanceOf(number)), id, start) };
  });
}

export function answer(traces: readonly StoredTrace[], path: string, body: JsonObject): Answer {
  switch (path) {
    case "ServiceGraph":
      return { status: 200, body: serviceGraph(traces, body) };
    case "TraceSummaries":
      return traceSummaries(traces, body);
    case "Traces":
      return { status: 200, body: { Traces: named(traces, body).map(entryOf), UnprocessedTraceIds: [] } };
    case "TraceGraph":
      return traceGraph(traces, body);
    default:
      return { status: 404, body: { __type: "UnknownOperationException" } };
  }
}

export function entryOf(trace: StoredTrace): TraceEntry {
  const ends = trace.documents.flatMap((document) => numberOf(document["end_time"]) ?? []);
  const duration = ends.length > 0 ? { Duration: round(Math.max(...ends) - trace.start) } : {};
  const segments = trace.documents.map((document) => ({ Id: textOf(document["id"]), Document: JSON.stringify(document) }));
  return { Id: trace.id, ...duration, LimitExceeded: false, Segments: segments };
}

export function summaryOf(trace: StoredTrace): TraceSummary {
  const root = trace.documents[0] ?? {};
  const end = numberOf(root["end_time"]);
  const http = root["http"];
  const time = end === undefined ? {} : { ResponseTime: round(end - trace.start), Duration: round(end - trace.start) };
  const throttle = root["throttle"] === true;
  const user = textOf(root["user"]);
  return {
    Id: trace.id,
    StartTime: trace.start,
    ...time,
    HasFault: root["fault"] === true,
    HasError: root["error"] === true && !throttle,
    HasThrottle: throttle,
    IsPartial: false,
    Http: withoutAbsent({
      HttpURL: textOf(at(http, "request", "url")) || undefined,
      HttpMethod: textOf(at(http, "request", "method")) || undefined,
      ClientIp: textOf(at(http, "request", "client_ip")) || undefined,
      HttpStatus: numberOf(at(http, "response", "status")),
    }),
    Annotations: Object.fromEntries(
      trace.documents.flatMap(annotationsOf).map(([key, value]) => [key, [{ AnnotationValue: { StringValue: String(value) }, ServiceIds: [] }]]),
    ),
    Users: user === "" ? [] : [{ UserName: user, ServiceIds: [] }],
    ServiceIds: [],
    ResourceARNs: [],
    InstanceIds: [],
    AvailabilityZones: [],
    FaultRootCauses: [],
    ErrorRootCauses: [],
    ResponseTimeRootCauses: [],
    Revision: 1,
  };
}

function serviceGraph(traces: readonly StoredTrace[], body: JsonObject): GetServiceGraphResponse {
  const start = numberOf(body["StartTime"]) ?? 0;
  const end = numberOf(body["EndTime"]) ?? 0;
  const inside = traces.filter((trace) => trace.start >= start && trace.start <= end);
  return { Services: graphOf(inside, "times"), ContainsOldGroupVersions: false };
}

function traceSummaries(traces: readonly StoredTrace[], body: JsonObject): Answer {
  const filter = textOf(body["FilterExpression"]);
  const symbol = filter.indexOf("&");
  if (symbol >= 0) {
    const Message = `Error Location: line 1, position ${symbol + 1} : Invalid input symbol: '&'`;
    return { status: 400, body: { Message, __type: "InvalidRequestException" } };
  }
  const start = numberOf(body["StartTime"]) ?? 0;
  const end = numberOf(body["EndTime"]) ?? 0;
  const from = Number(textOf(body["NextToken"]) || 0);
  const matching = traces.filter((trace) => trace.start >= start && trace.start < end).map(summaryOf).filter(matcher(filter));
  const page = matching.slice(from, from + PAGE);
  const last = from + PAGE >= matching.length;
  const answered: GetTraceSummariesResponse = {
    TraceSummaries: page,
    ApproximateTime: last ? start : (page.at(-1)?.StartTime ?? end),
    TracesProcessedCount: page.length,
    ...(last ? {} : { NextToken: String(from + PAGE) }),
  };
  return { status: 200, body: answered };
}

function traceGraph(traces: readonly StoredTrace[], body: JsonObject): Answer {
  const found = named(traces, body);
  if (found.length === 0) return { status: 400, body: { Message: "Trace id not found", __type: "InvalidRequestException" } };
  const running = found[0]?.documents[0]?.["in_progress"] === true;
  const Services: Service[] = running ? [] : graphOf(found, "no times");
  return { status: 200, body: { Services } satisfies GetTraceGraphResponse };
}

function named(traces: readonly StoredTrace[], body: JsonObject): StoredTrace[] {
  const ids = Array.isArray(body["TraceIds"]) ? body["TraceIds"] : [];
  return traces.filter((trace) => ids.includes(trace.id));
}

/** Just the flags; everything else matches. */
function matcher(filter: string): (summary: TraceSummary) => boolean {
  const flags: Array<[RegExp, (summary: TraceSummary) => boolean]> = [
    [/\bfault\b/, (summary) => summary.HasFault],
    [/\berror\b/, (summary) => summary.HasError],
    [/\bthrottle\b/, (summary) => summary.HasThrottle],
  ];
  const asked = flags.filter(([pattern]) => pattern.test(filter));
  return (summary) => asked.length === 0 || asked.some(([, test]) => test(summary));
}

function chanceOf(seed: number): () => number {
  let state = seed * 2654435761;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 374761393) | 0;
    return ((state >>> 0) % 10_000) / 10_000;
  };
}

function withoutAbsent<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Value;
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

const PAGE = 100;
