// The service graph as the console draws it: nodes and edges with an identity that outlives one answer.
import type { Alias, HistogramBucket, Service } from "../api/wire";
import { addCounts, type ClassCounts, countsOf, NO_COUNTS, totalOf } from "../stats/classes";

export interface MapNode {
  key: string;
  name: string;
  type: string | undefined;
  account: string | undefined;
  kind: "client" | "reported" | "inferred";
  root: boolean;
  counts: ClassCounts;
  total: number;
  /** Seconds; absent when nothing has completed. */
  average: number | undefined;
  histogram: readonly HistogramBucket[];
  start: number | undefined;
  end: number | undefined;
}

export interface MapEdge {
  key: string;
  from: string;
  to: string;
  kind: "call" | "link";
  counts: ClassCounts;
  total: number;
  average: number | undefined;
  histogram: readonly HistogramBucket[];
  aliases: readonly Alias[];
}

export interface MapGraph {
  nodes: MapNode[];
  edges: MapEdge[];
}

export function toGraph(services: readonly Service[]): MapGraph {
  const keys = new Map(services.map((service) => [service.ReferenceId, keyOf(service)]));
  const edges = services.flatMap((service) => edgesOf(service, keys));
  const nodes = services.map((service) => toNode(service, edges));
  return { nodes: uniqueByKey(nodes), edges: uniqueByKey(edges) };
}

/** Node identity is name, type and account. */
export function keyOf(service: Pick<Service, "Name" | "Type" | "AccountId">): string {
  return [service.Name, service.Type ?? "", service.AccountId ?? ""].join("|").replace(/\|+$/, "");
}

export function isClientType(type: string | undefined): boolean {
  return type === "client" || (type?.startsWith("client::") ?? false);
}

export function edgesInto(graph: MapGraph, key: string): MapEdge[] {
  return graph.edges.filter((edge) => edge.to === key);
}

export function edgesOutOf(graph: MapGraph, key: string): MapEdge[] {
  return graph.edges.filter((edge) => edge.from === key);
}

function toNode(service: Service, edges: readonly MapEdge[]): MapNode {
  const key = keyOf(service);
  const client = isClientType(service.Type);
  const statistics = service.SummaryStatistics;
  // A client has no numbers of its own: they are those of its edges.
  const own = client ? edges.filter((edge) => edge.from === key) : [];
  const counts = statistics ? countsOf(statistics) : own.map((edge) => edge.counts).reduce(addCounts, NO_COUNTS);
  const seconds = statistics?.TotalResponseTime ?? own.reduce((sum, edge) => sum + (edge.average ?? 0) * edge.total, 0);
  const total = totalOf(counts);
  return {
    key,
    name: service.Name,
    type: service.Type ?? undefined,
    account: service.AccountId ?? undefined,
    kind: client ? "client" : service.State === "active" ? "reported" : "inferred",
    root: service.Root === true,
    counts,
    total,
    average: total > 0 ? seconds / total : undefined,
    histogram: service.ResponseTimeHistogram ?? own.flatMap((edge) => edge.histogram),
    start: service.StartTime ?? undefined,
    end: service.EndTime ?? undefined,
  };
}

function edgesOf(service: Service, keys: ReadonlyMap<number, string>): MapEdge[] {
  const from = keyOf(service);
  return service.Edges.flatMap((edge) => {
    const to = keys.get(edge.ReferenceId);
    if (to === undefined) return [];
    const counts = countsOf(edge.SummaryStatistics);
    const total = totalOf(counts);
    const kind = edge.EdgeType === "link" ? "link" : "call";
    const average = total > 0 && kind === "call" ? edge.SummaryStatistics.TotalResponseTime / total : undefined;
    const histogram = edge.ResponseTimeHistogram ?? [];
    return [{ key: `${from} > ${to}`, from, to, kind, counts, total, average, histogram, aliases: edge.Aliases ?? [] } as const];
  });
}

function uniqueByKey<Part extends { key: string }>(parts: readonly Part[]): Part[] {
  return [...new Map(parts.map((part) => [part.key, part])).values()];
}
