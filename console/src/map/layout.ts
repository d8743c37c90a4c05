// Where nodes stand: layered from left to right by elk, and left where they were while the graph stays the same.
import type { ElkNode } from "elkjs/lib/elk-api";
import type { MapGraph } from "./graph";

export interface Point {
  x: number;
  y: number;
}

/** Centres of the nodes' circles, and the points that elk leads edges through. */
export interface Layout {
  nodes: ReadonlyMap<string, Point>;
  routes: ReadonlyMap<string, readonly Point[]>;
}

/** Box of a node: its circle on top, two lines of text below. */
export const NODE = { width: 160, height: 130, radius: 42, circleY: 46 } as const;

export const NO_LAYOUT: Layout = { nodes: new Map(), routes: new Map() };

/** Whether every node of the graph has a place already; then nothing needs to move. */
export function covers(layout: Layout, graph: MapGraph): boolean {
  const known = graph.nodes.every((node) => layout.nodes.has(node.key)) && graph.edges.every((edge) => layout.routes.has(edge.key));
  // Many empty places are worse than one move.
  return known && layout.nodes.size <= graph.nodes.length * 2;
}

/** The question to elk. Nodes come in the order of their old places, so that a new one moves the others little. */
export function toElk(graph: MapGraph, before: Layout): ElkNode {
  const nodes = graph.nodes.toSorted((a, b) => orderOf(before, a.key) - orderOf(before, b.key) || clientFirst(a.kind, b.kind));
  return {
    id: "map",
    layoutOptions: OPTIONS,
    children: nodes.map((node) => ({
      id: node.key,
      width: NODE.width,
      height: NODE.height,
      layoutOptions: { "elk.portConstraints": "FIXED_POS" },
      ports: [
        { id: `in ${node.key}`, x: 0, y: NODE.circleY, width: 0, height: 0, layoutOptions: { "elk.port.side": "WEST" } },
        { id: `out ${node.key}`, x: NODE.width, y: NODE.circleY, width: 0, height: 0, layoutOptions: { "elk.port.side": "EAST" } },
      ],
    })),
    edges: graph.edges
      .filter((edge) => edge.from !== edge.to)
      .map((edge) => ({ id: edge.key, sources: [`out ${edge.from}`], targets: [`in ${edge.to}`] })),
  };
}

export function fromElk(answer: ElkNode, graph: MapGraph): Layout {
  const nodes = new Map((answer.children ?? []).map((child) => [child.id, centre(child)]));
  const routes = new Map<string, Point[]>();
  for (const edge of answer.edges ?? []) {
    const section = edge.sections?.[0];
    routes.set(edge.id, section ? [section.startPoint, ...(section.bendPoints ?? []), section.endPoint] : []);
  }
  for (const edge of graph.edges) {
    if (!routes.has(edge.key)) routes.set(edge.key, []);
  }
  return { nodes, routes };
}

/** The box that holds all nodes. */
export function extent(layout: Layout, keys: Iterable<string>): { x: number; y: number; width: number; height: number } {
  const points = [...keys].flatMap((key) => layout.nodes.get(key) ?? []);
  if (points.length === 0) return { x: 0, y: 0, width: 1, height: 1 };
  const left = Math.min(...points.map((point) => point.x)) - NODE.width / 2;
  const right = Math.max(...points.map((point) => point.x)) + NODE.width / 2;
  const top = Math.min(...points.map((point) => point.y)) - NODE.circleY;
  const bottom = Math.max(...points.map((point) => point.y)) + NODE.height - NODE.circleY;
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function centre(child: ElkNode): Point {
  return { x: (child.x ?? 0) + NODE.width / 2, y: (child.y ?? 0) + NODE.circleY };
}

function orderOf(before: Layout, key: string): number {
  const place = before.nodes.get(key);
  return place ? place.x * 10_000 + place.y : Number.MAX_SAFE_INTEGER;
}

function clientFirst(a: string, b: string): number {
  return Number(b === "client") - Number(a === "client");
}

const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.edgeRouting": "POLYLINE",
  "elk.layered.cycleBreaking.strategy": "DEPTH_FIRST",
  "elk.layered.considerModelOrder.strategy": "PREFER_NODES",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.layered.nodePlacement.favorStraightEdges": "true",
  "elk.layered.spacing.nodeNodeBetweenLayers": "44",
  "elk.layered.spacing.edgeNodeBetweenLayers": "20",
  "elk.spacing.nodeNode": "20",
  "elk.spacing.edgeNode": "16",
  "elk.spacing.componentComponent": "28",
  "elk.separateConnectedComponents": "true",
  "elk.aspectRatio": "1.8",
  "elk.padding": "[top=8,left=8,bottom=8,right=8]",
};
