// Rows of entities over a common time axis.
import { type KeyboardEvent, useEffect, useMemo, useRef } from "react";
import { useText } from "../settings";
import { formatDuration } from "../time/format";
import { type Row, ticks } from "./timeline";
import { TimelineRow } from "./TimelineRow";
import type { TraceTree } from "./tree";
import { useVisible } from "./useVisible";

export interface TimelineProps {
  tree: TraceTree;
  rows: readonly Row[];
  selected: string | undefined;
  matches: ReadonlySet<string>;
  /** The current match; scrolled into view. */
  current: string | undefined;
  /** Name of the node whose rows stay bright. */
  highlighted: { name: string; origin: string | undefined } | undefined;
  onSelect: (id: string | undefined) => void;
  onFold: (id: string) => void;
}

export const ROW_HEIGHT = 32;

export function Timeline({ tree, rows, selected, matches, current, highlighted, onSelect, onFold }: TimelineProps) {
  const t = useText();
  const body = useRef<HTMLDivElement>(null);
  const marks = useMemo(() => ticks(tree.end - tree.start), [tree]);
  const { ref, scrolls, first, last, before, after, onScroll, scrollTo } = useVisible(rows.length, ROW_HEIGHT);
  const focusable = rows.some((row) => row.entity.id === selected) ? selected : rows[0]?.entity.id;

  useEffect(() => {
    const place = rows.findIndex((row) => row.entity.id === current);
    if (place >= 0) scrollTo(place);
  }, [current, rows, scrollTo]);

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const id = (event.target as HTMLElement).closest<HTMLElement>("[data-entity]")?.dataset["entity"];
    const place = rows.findIndex((row) => row.entity.id === id);
    const row = rows[place];
    if (!row || event.target !== event.currentTarget.querySelector(`[data-entity="${CSS.escape(row.entity.id)}"]`)) return;
    const next = keyAction(event.key, row, place, rows.length);
    if (next === undefined) return;
    event.preventDefault();
    if (next === "open") onSelect(row.entity.id);
    else if (next === "fold") onFold(row.entity.id);
    else {
      scrollTo(next);
      requestAnimationFrame(() => body.current?.querySelector<HTMLElement>(`[data-place="${next}"]`)?.focus());
    }
  };

  return (
    <div className={`rg-timeline${scrolls ? " rg-timeline-scroll" : ""}`} ref={ref} onScroll={onScroll}>
      <div role="treegrid" aria-label={t.trace.timeline} aria-rowcount={rows.length + 1} tabIndex={-1} onKeyDown={onKeyDown}>
        <div role="row" className="rg-timeline-head" aria-rowindex={1}>
          <span role="columnheader">{t.trace.name}</span>
          <span role="columnheader">{t.trace.status}</span>
          <span role="columnheader" className="rg-row-number">
            {t.trace.code}
          </span>
          <span role="columnheader" className="rg-row-number">
            {t.trace.duration}
          </span>
          <span role="columnheader" className="rg-axis" aria-label={t.trace.timeline}>
            {marks.map(({ share, seconds }) => (
              <span key={share} className={share > 0.94 ? "rg-axis-end" : ""} style={{ insetInlineStart: `${share * 100}%` }}>
                {seconds === 0 ? "0" : formatDuration(seconds)}
              </span>
            ))}
          </span>
        </div>
        <div className="rg-timeline-body" ref={body} role="rowgroup" style={{ paddingBlockStart: before, paddingBlockEnd: after }}>
          <div className="rg-timeline-grid" aria-hidden="true">
            <div>
              {marks.map(({ share }) => (
                <i key={share} style={{ insetInlineStart: `${share * 100}%` }} />
              ))}
            </div>
          </div>
          {rows.slice(first, last).map((row, index) => (
            <TimelineRow
              key={row.entity.id}
              row={row}
              place={first + index}
              tree={tree}
              selected={row.entity.id === selected}
              matched={matches.has(row.entity.id)}
              dim={highlighted !== undefined && !belongsTo(row, highlighted)}
              focusable={row.entity.id === focusable}
              onSelect={onSelect}
              onFold={onFold}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

function belongsTo({ entity }: Row, { name, origin }: { name: string; origin: string | undefined }): boolean {
  if (entity.receiver) {
    const resources = entity.receiver.document["aws"];
    const names = [entity.name, ...Object.values(typeof resources === "object" && resources !== null ? resources : {})];
    if (names.includes(name) && (origin === undefined || origin === "remote" || origin === entity.receiver.origin)) return true;
  }
  for (let above: typeof entity | undefined = entity; above; above = above.parent) {
    if (above.kind === "segment") return above.name === name && (origin === undefined || origin === "client" || above.origin === origin);
  }
  return false;
}

function keyAction(key: string, row: Row, place: number, count: number): number | "open" | "fold" | undefined {
  switch (key) {
    case "ArrowDown":
      return Math.min(count - 1, place + 1);
    case "ArrowUp":
      return Math.max(0, place - 1);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    case "ArrowRight":
      return row.folded ? "fold" : undefined;
    case "ArrowLeft":
      return row.hasChildren && !row.folded ? "fold" : undefined;
    case "Enter":
    case " ":
      return "open";
    default:
      return undefined;
  }
}
