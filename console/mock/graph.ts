// The service graph of the mock's traces, counted as the server counts.
import type { Edge, HistogramBucket, Service, Statistics } from "../src/api/wire";
import type { StoredTrace } from "./answers";
import { QUEUE } from "./shop";
import { type Hit, nodeKey } from "./steps";

interface Counted {
  hits: Hit[];
  first: number;
  last: number;
}

export function graphOf(traces: readonly StoredTrace[], times: "times" | "no times"): Service[] {
  const nodes = new Map<string, Counted>();
  const edges = new Map<string, Counted>();
  for (const trace of traces) {
    for (const hit of trace.hits) {
      const client = nodeKey(hit.node.split("|")[0] ?? "", "client");
      if (hit.from === undefined) add(nodes, client, undefined, trace.start);
      const counted = hit.flag === "running" ? undefined : hit;
      add(nodes, hit.node, counted, trace.start);
      add(edges, `${hit.from ?? client} > ${hit.node}`, counted, trace.start);
    }
  }
  const link = `${nodeKey(QUEUE, "AWS::SQS::Queue")} > ${nodeKey("order-worker", "AWS::ECS::Container")}`;
  if (nodes.has(link.split(" > ")[0] ?? "") && nodes.has(link.split(" > ")[1] ?? "")) edges.set(link, { hits: [], first: 0, last: 0 });
  const keys = [...nodes.keys()].sort();
  return keys.map((key, index) => toService(key, index, nodes.get(key), keys, edges, times));
}

function toService(key: string, index: number, counted: Counted | undefined, keys: string[], edges: Map<string, Counted>, times: string): Service {
  const [name = "", type = ""] = key.split("|");
  const own = counted?.hits ?? [];
  const inferred = ["remote", "Database::SQL", "AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::S3::Bucket", "client"].includes(type);
  const out = [...edges].filter(([edge]) => edge.startsWith(`${key} > `));
  const span = times === "times" ? { StartTime: Math.floor(counted?.first ?? 0), EndTime: Math.floor(counted?.last ?? 0) + 1 } : {};
  const numbers = type === "client" ? {} : { SummaryStatistics: statistics(own), ResponseTimeHistogram: histogram(own), DurationHistogram: histogram(own) };
  return {
    ReferenceId: index,
    Name: name,
    Names: [name],
    ...(type ? { Type: type } : {}),
    ...(own.some((hit) => hit.from === undefined) ? { Root: true } : {}),
    State: type === "remote" ? "passive" : inferred ? "unknown" : "active",
    ...span,
    Edges: out.map(([edge, calls]) => toEdge(edge, calls, keys)),
    ...numbers,
  };
}

function toEdge(edge: string, calls: Counted, keys: string[]): Edge {
  const to = edge.split(" > ")[1] ?? "";
  return {
    ReferenceId: keys.indexOf(to),
    SummaryStatistics: statistics(calls.hits),
    ResponseTimeHistogram: histogram(calls.hits),
    Aliases: to === nodeKey("place-order", "AWS::Lambda") ? [{ Name: "Lambda", Names: ["Lambda"], Type: "AWS::Lambda" }] : [],
    ...(calls.first === 0 ? { EdgeType: "link" } : {}),
  };
}

function statistics(hits: readonly Hit[]): Statistics {
  const count = (flag: string) => hits.filter((hit) => hit.flag === flag).length;
  return {
    OkCount: count("ok"),
    ErrorStatistics: { ThrottleCount: count("throttle"), OtherCount: count("error"), TotalCount: count("throttle") + count("error") },
    FaultStatistics: { OtherCount: count("fault"), TotalCount: count("fault") },
    TotalCount: hits.length,
    TotalResponseTime: Math.round(hits.reduce((sum, hit) => sum + hit.ms, 0)) / 1000,
  };
}

function histogram(hits: readonly Hit[]): HistogramBucket[] {
  const counts = new Map<number, number>();
  for (const hit of hits) counts.set(Math.round(hit.ms), (counts.get(Math.round(hit.ms)) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a - b).map(([ms, Count]) => ({ Value: ms / 1000, Count }));
}

function add(map: Map<string, Counted>, key: string, hit: Hit | undefined, at: number): void {
  const known = map.get(key) ?? { hits: [], first: at, last: at };
  if (hit) known.hits.push(hit);
  known.first = Math.min(known.first, at);
  known.last = Math.max(known.last, at);
  map.set(key, known);
}
