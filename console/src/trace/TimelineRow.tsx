// One row of the timeline.
import { memo } from "react";
import { TypeIcon } from "../map/icons";
import { useText } from "../settings";
import { formatDuration } from "../time/format";
import { StatusMark } from "../ui/StatusMark";
import { barPlace, durationOf, type Row, statusOf } from "./timeline";
import type { Entity, TraceTree } from "./tree";

export interface TimelineRowProps {
  row: Row;
  place: number;
  tree: TraceTree;
  selected: boolean;
  matched: boolean;
  dim: boolean;
  focusable: boolean;
  onSelect: (id: string | undefined) => void;
  onFold: (id: string) => void;
}

const INDENT = 16;
const DEPTH_MAX = 14;

export const TimelineRow = memo(function TimelineRow({ row, place, tree, selected, matched, dim, focusable, onSelect, onFold }: TimelineRowProps) {
  const t = useText();
  const { entity } = row;
  const duration = durationOf(entity);
  const status = statusOf(entity);
  const known = entity.kind !== "missing" && entity.kind !== "unreadable";
  const classes = ["rg-row", isOwnService(entity) && "rg-row-segment", matched && "rg-row-match", dim && "rg-row-dim"];
  return (
    // Keys are handled by the grid around, which knows the rows before and after.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      role="row"
      className={classes.filter(Boolean).join(" ")}
      aria-level={row.depth + 1}
      aria-rowindex={place + 2}
      aria-selected={selected}
      {...(row.hasChildren ? { "aria-expanded": !row.folded } : {})}
      tabIndex={focusable ? 0 : -1}
      data-entity={entity.id}
      data-place={place}
      onClick={() => onSelect(selected ? undefined : entity.id)}
    >
      <span role="gridcell" className="rg-row-name" style={{ paddingInlineStart: Math.min(row.depth, DEPTH_MAX) * INDENT }}>
        {row.hasChildren ? <Fold row={row} onFold={onFold} /> : <span className="rg-fold-none" />}
        {isOwnService(entity) && <TypeIcon type={entity.origin || undefined} size={16} />}
        <Name entity={entity} />
        {row.folded && <span className="rg-hidden-count">{t.trace.hidden(row.hidden)}</span>}
      </span>
      <span role="gridcell">{known && <StatusMark status={status} short={status !== "inProgress"} />}</span>
      <span role="gridcell" className="rg-row-number">
        {entity.code ?? ""}
      </span>
      <span role="gridcell" className="rg-row-number">
        {duration === undefined ? (known ? "–" : "") : formatDuration(duration)}
      </span>
      <span role="gridcell" className="rg-bar-track">
        <BarOf entity={entity} tree={tree} status={status} />
      </span>
    </div>
  );
});

function Name({ entity }: { entity: Entity }) {
  const t = useText();
  if (entity.kind === "missing") {
    return (
      <span className="rg-row-text rg-secondary" title={entity.id}>
        {t.trace.missing} ({entity.id})
      </span>
    );
  }
  const entry = entity.kind === "segment" && entity.parent?.kind === "missing" ? t.trace.missingEntry : "";
  const caption = entity.kind === "unreadable" ? t.trace.badDocument : [entity.origin || remoteType(entity), entry].filter(Boolean).join(" · ");
  return (
    <>
      <span className="rg-row-text" title={entity.name}>
        {entity.name}
      </span>
      {caption && (
        <span className="rg-row-caption" title={caption}>
          {caption}
        </span>
      )}
    </>
  );
}

function Fold({ row, onFold }: { row: Row; onFold: (id: string) => void }) {
  const t = useText();
  return (
    <button
      type="button"
      className="rg-fold"
      tabIndex={-1}
      aria-expanded={!row.folded}
      aria-label={row.folded ? t.trace.expand : t.trace.collapse}
      onClick={(event) => {
        event.stopPropagation();
        onFold(row.entity.id);
      }}
    >
      <svg width="10" height="10" viewBox="0 0 10 10" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
        <path d="M3.5 1.5L7 5 3.5 8.5" />
      </svg>
    </button>
  );
}

function BarOf({ entity, tree, status }: { entity: Entity; tree: TraceTree; status: ReturnType<typeof statusOf> }) {
  const bar = barPlace(entity, tree);
  if (!bar) return null;
  return (
    <span
      className={`rg-span rg-status-${status}${bar.running ? " rg-span-running" : ""}`}
      style={{ insetInlineStart: `${bar.left * 100}%`, inlineSize: `${bar.width * 100}%` }}
    />
  );
}

/** A call to a service that sent nothing: the type of its node. */
function remoteType(entity: Entity): string {
  return entity.receiver ? "remote" : "";
}

/** Segments, and calls whose receiver is only inferred, stand for a node of the map. */
function isOwnService(entity: Entity): boolean {
  return entity.kind === "segment" || entity.kind === "inferred";
}
