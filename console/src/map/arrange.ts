// Asks elk, in a worker, where the nodes of a graph shall stand.
import ELK from "elkjs/lib/elk-api";
import workerUrl from "elkjs/lib/elk-worker.min.js?url";
import { columns } from "./columns";
import type { MapGraph } from "./graph";
import { fromElk, type Layout, toElk } from "./layout";

const PATIENCE_MS = 8_000;

let elk: InstanceType<typeof ELK> | undefined;

export async function arrange(graph: MapGraph, before: Layout): Promise<Layout> {
  if (graph.nodes.length === 0 || typeof Worker === "undefined") return columns(graph);
  elk ??= new ELK({ workerFactory: () => new Worker(workerUrl) });
  try {
    return fromElk(await Promise.race([elk.layout(toElk(graph, before)), outOfPatience()]), graph);
  } catch {
    // A map in plain columns is better than none.
    return columns(graph);
  }
}

function outOfPatience(): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error("no layout in time")), PATIENCE_MS);
  });
}
