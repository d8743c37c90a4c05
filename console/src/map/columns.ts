// A plain layout without elk: columns by call depth. Used where no worker can run.
import type { MapGraph } from "./graph";
import { type Layout, NODE, type Point } from "./layout";

const GAP = { x: 60, y: 24 } as const;

export function columns(graph: MapGraph): Layout {
  const depths = depthsOf(graph);
  const filled = new Map<number, number>();
  const nodes = new Map<string, Point>();
  for (const node of graph.nodes) {
    const column = depths.get(node.key) ?? 0;
    const row = filled.get(column) ?? 0;
    filled.set(column, row + 1);
    nodes.set(node.key, { x: column * (NODE.width + GAP.x) + NODE.width / 2, y: row * (NODE.height + GAP.y) + NODE.circleY });
  }
  return { nodes, routes: new Map(graph.edges.map((edge) => [edge.key, []])) };
}

/** Steps from a node that nobody calls; a cycle is entered where it first appears. */
function depthsOf(graph: MapGraph): Map<string, number> {
  const called = new Set(graph.edges.filter((edge) => edge.from !== edge.to).map((edge) => edge.to));
  const depths = new Map<string, number>();
  const entries = graph.nodes.filter((node) => !called.has(node.key));
  const waiting = [...entries, ...graph.nodes].map((node) => ({ key: node.key, depth: 0 }));
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    if (depths.has(next.key)) continue;
    depths.set(next.key, next.depth);
    const { key, depth } = next;
    waiting.unshift(...graph.edges.filter((edge) => edge.from === key).map((edge) => ({ key: edge.to, depth: depth + 1 })));
  }
  return depths;
}
