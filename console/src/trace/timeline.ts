// The timeline: which rows are visible, and where bars and ticks stand on the common axis.
import type { StatusClass } from "../stats/classes";
import type { Entity, TraceTree } from "./tree";

export interface Row {
  entity: Entity;
  depth: number;
  folded: boolean;
  hasChildren: boolean;
  /** What is hidden below a folded row. */
  hidden: number;
}

/** In shares of the axis. */
export interface BarPlace {
  left: number;
  width: number;
  running: boolean;
}

export interface Tick {
  share: number;
  seconds: number;
}

/** Rows from top to bottom; what lies under a folded entity is left out. */
export function visibleRows(tree: TraceTree, folded: ReadonlySet<string>): Row[] {
  const rows: Row[] = [];
  const waiting = tree.roots.map((entity) => ({ entity, depth: 0 })).toReversed();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { entity, depth } = next;
    const hasChildren = entity.children.length > 0;
    const isFolded = hasChildren && folded.has(entity.id);
    rows.push({ entity, depth, hasChildren, folded: isFolded, hidden: isFolded ? countBelow(entity) : 0 });
    if (isFolded) continue;
    for (const child of entity.children.toReversed()) waiting.push({ entity: child, depth: depth + 1 });
  }
  return rows;
}

/** Everything that can be folded. */
export function foldable(tree: TraceTree): string[] {
  return [...tree.byId.values()].filter((entity) => entity.children.length > 0).map((entity) => entity.id);
}

export function barPlace(entity: Entity, tree: TraceTree): BarPlace | undefined {
  if (entity.start === undefined || entity.kind === "missing") return undefined;
  const span = tree.end - tree.start;
  if (span <= 0) return { left: 0, width: 1, running: entity.running };
  const left = (entity.start - tree.start) / span;
  const end = entity.end === undefined ? 1 : (entity.end - tree.start) / span;
  return { left, width: Math.max(0, end - left), running: entity.running };
}

/** Seconds from start to end, 0 where the end lies before; absent while running. */
export function durationOf(entity: Entity): number | undefined {
  if (entity.start === undefined || entity.end === undefined) return undefined;
  return Math.max(0, entity.end - entity.start);
}

/** What the flags say, or that it still runs. */
export function statusOf(entity: Entity): StatusClass | "inProgress" {
  return entity.running && entity.status === "ok" ? "inProgress" : entity.status;
}

/** Round steps, so that about `wanted` fit. */
export function ticks(span: number, wanted = 6): Tick[] {
  if (span <= 0) return [{ share: 0, seconds: 0 }];
  const raw = span / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= raw * 0.999) ?? 10);
  const count = Math.floor(span / step + 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => {
    const seconds = Number((index * step).toPrecision(12));
    return { share: seconds / span, seconds };
  });
}

/** How a called segment's times disagree with its caller's, in seconds; small rounding is let pass. */
export function disagreement(entity: Entity): { early: number; late: number } {
  const caller = entity.parent;
  if (!caller || entity.kind !== "segment" || caller.start === undefined || entity.start === undefined) return { early: 0, late: 0 };
  const early = caller.start - entity.start;
  const late = caller.end !== undefined && entity.end !== undefined ? entity.end - caller.end : 0;
  return { early: early > 0.001 ? early : 0, late: late > 0.001 ? late : 0 };
}

/** Ids of the entities whose name, code or document holds the text. */
export function search(tree: TraceTree, text: string): string[] {
  const wanted = text.trim().toLocaleLowerCase();
  if (wanted === "") return [];
  const rows = visibleRows(tree, new Set());
  return rows.filter(({ entity }) => ownText(entity).includes(wanted)).map(({ entity }) => entity.id);
}

/** What must be unfolded to see an entity. */
export function ancestors(entity: Entity | undefined): string[] {
  const ids: string[] = [];
  for (let above = entity?.parent; above; above = above.parent) ids.push(above.id);
  return ids;
}

function ownText(entity: Entity): string {
  const { subsegments: _, ...own } = entity.document;
  return `${entity.name} ${entity.origin} ${entity.text} ${JSON.stringify(own)}`.toLocaleLowerCase();
}

function countBelow(entity: Entity): number {
  let count = -1;
  const waiting = [entity];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    count += 1;
    waiting.push(...next.children);
  }
  return count;
}
