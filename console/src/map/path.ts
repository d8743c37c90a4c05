// Edges as SVG paths: from circle to circle, level at both ends, smooth through elk's bend points.
import { NODE, type Point } from "./layout";

export interface EdgePath {
  d: string;
  /** Where a label stands. */
  label: Point;
}

const GAP = 4;
const HEAD = 9;

export function edgePath(from: Point, to: Point, route: readonly Point[]): EdgePath {
  if (from.x === to.x && from.y === to.y) return loopPath(from);
  const start = { x: from.x + NODE.radius + GAP, y: from.y };
  const end = { x: to.x - NODE.radius - GAP - HEAD, y: to.y };
  // Routes begin and end at the node's box, at the height of its circle.
  const between = route.slice(1, -1);
  const points = [start, ...(route.length > 1 ? [boxSide(from, 1), ...between, boxSide(to, -1)] : between), end];
  if (end.x < start.x) return { d: rounded(points), label: middle(points) };
  const parts = points.slice(1).map((point, index) => curve(points[index] ?? start, point));
  return { d: `M${at(start)}${parts.join("")}`, label: middle(points) };
}

function boxSide(centre: Point, side: 1 | -1): Point {
  return { x: centre.x + (side * NODE.width) / 2, y: centre.y };
}

/** Leaves and arrives level; a straight line where both lie at one height. */
function curve(from: Point, to: Point): string {
  if (Math.abs(from.y - to.y) < 0.5) return `L${at(to)}`;
  const reach = Math.max(Math.abs(to.x - from.x) / 2, to.x < from.x ? 24 : 8);
  const sign = to.x < from.x ? -1 : 1;
  return `C${at({ x: from.x + sign * reach, y: from.y })} ${at({ x: to.x - sign * reach, y: to.y })} ${at(to)}`;
}

/** A line against the flow runs around the nodes; its corners are rounded. */
function rounded(points: readonly Point[]): string {
  const parts = points.map((point, index) => {
    const [before, after] = [points[index - 1], points[index + 1]];
    if (!before) return `M${at(point)}`;
    if (!after) return `L${at(point)}`;
    const radius = Math.min(14, distance(before, point) / 2, distance(point, after) / 2);
    return `L${at(towards(point, before, radius))}Q${at(point)} ${at(towards(point, after, radius))}`;
  });
  return parts.join("");
}

function towards(from: Point, to: Point, length: number): Point {
  const share = length / Math.max(distance(from, to), 0.001);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

function loopPath(centre: Point): EdgePath {
  const top = centre.y - NODE.radius - GAP;
  const d = `M${at({ x: centre.x + 14, y: top + 4 })}C${at({ x: centre.x + 44, y: top - 34 })} ${at({ x: centre.x - 44, y: top - 34 })} ${at({ x: centre.x - 16, y: top - 4 })}`;
  return { d, label: { x: centre.x, y: top - 26 } };
}

/** The point half way along the line through all points. */
function middle(points: readonly Point[]): Point {
  const lengths = points.slice(1).map((point, index) => distance(points[index] ?? point, point));
  let rest = lengths.reduce((sum, length) => sum + length, 0) / 2;
  for (const [index, length] of lengths.entries()) {
    const from = points[index];
    const to = points[index + 1];
    if (from && to && rest <= length) {
      const share = length === 0 ? 0 : rest / length;
      return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
    }
    rest -= length;
  }
  return points[0] ?? { x: 0, y: 0 };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function at(point: Point): string {
  return `${Math.round(point.x * 10) / 10} ${Math.round(point.y * 10) / 10}`;
}
