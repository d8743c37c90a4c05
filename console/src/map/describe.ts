// What a screen reader hears of a node or an edge; the name comes first.
import type { Dictionary } from "../i18n/en";
import { type ClassCounts, STATUS_CLASSES } from "../stats/classes";
import { formatDuration } from "../time/format";
import type { MapEdge, MapNode } from "./graph";

export function describeNode(node: MapNode, t: Dictionary): string {
  const type = node.kind === "client" ? t.map.client : (node.type ?? t.map.noType);
  const inferred = node.kind === "inferred" ? [t.trace.inferred] : [];
  return [node.name, type, ...inferred, ...numbersOf(node.counts, node.average, t)].join(", ");
}

export function describeEdge(edge: MapEdge, t: Dictionary): string {
  const name = (key: string) => key.split("|")[0] ?? key;
  return [`${t.map.edge}: ${name(edge.from)} → ${name(edge.to)}`, ...numbersOf(edge.counts, edge.average, t)].join(", ");
}

function numbersOf(counts: ClassCounts, average: number | undefined, t: Dictionary): string[] {
  const classes = STATUS_CLASSES.filter((status) => counts[status] > 0).map((status) => `${t.status[status]} ${counts[status]}`);
  if (classes.length === 0) return [t.status.none];
  return average === undefined ? classes : [`${t.unit.average} ${formatDuration(average)}`, ...classes];
}
