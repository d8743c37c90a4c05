// A node's ring: one arc per class, clockwise from 12 o'clock.
import { type ClassCounts, STATUS_CLASSES, type StatusClass, totalOf } from "../stats/classes";

export interface Arc {
  status: StatusClass;
  /** Degrees clockwise from 12 o'clock. */
  from: number;
  to: number;
}

const SHARE_MIN = 0.02;

/** Arcs under 2 % are drawn as 2 %, at the cost of the largest one. Empty when nothing has completed. */
export function ringArcs(counts: ClassCounts): Arc[] {
  const total = totalOf(counts);
  if (total === 0) return [];
  const shares = STATUS_CLASSES.map((status) => ({ status, share: counts[status] / total })).filter(({ share }) => share > 0);
  const drawn = shares.map(({ status, share }) => ({ status, share: Math.max(share, SHARE_MIN) }));
  const excess = drawn.reduce((sum, { share }) => sum + share, 0) - 1;
  const largest = drawn.reduce((a, b) => (b.share > a.share ? b : a));
  largest.share -= excess;

  let from = 0;
  return drawn.map(({ status, share }) => {
    const arc = { status, from, to: from + share * 360 };
    from = arc.to;
    return arc;
  });
}

/** The SVG path of an arc; a full circle needs two halves. */
export function arcPath(arc: Arc, radius: number): string {
  const sweep = arc.to - arc.from;
  if (sweep > 359.99) {
    return `M0 ${-radius}A${radius} ${radius} 0 1 1 0 ${radius}A${radius} ${radius} 0 1 1 0 ${-radius}`;
  }
  const [x1, y1] = pointAt(arc.from, radius);
  const [x2, y2] = pointAt(arc.to, radius);
  return `M${x1} ${y1}A${radius} ${radius} 0 ${sweep > 180 ? 1 : 0} 1 ${x2} ${y2}`;
}

function pointAt(degrees: number, radius: number): [number, number] {
  const angle = (degrees * Math.PI) / 180;
  return [round(Math.sin(angle) * radius), round(-Math.cos(angle) * radius)];
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
