// One edge of the map, and its label.
import { useText } from "../settings";
import { STATUS_CLASSES, worstClass } from "../stats/classes";
import { formatDuration, formatRate } from "../time/format";
import { describeEdge } from "./describe";
import type { MapEdge } from "./graph";
import { widthOf } from "./label";
import type { Point } from "./layout";
import type { EdgePath } from "./path";

export interface EdgeViewProps {
  edge: MapEdge;
  path: EdgePath;
  dim: boolean;
  selected: boolean;
  minutes: number | undefined;
  onSelect: (key: string | undefined, kind: "edge") => void;
  onHover: (key: string | undefined) => void;
}

/** A class colours an edge when it has at least this share. */
const COLOUR_SHARE = 0.05;

export function EdgeView({ edge, path, dim, selected, onSelect, onHover }: EdgeViewProps) {
  const t = useText();
  const worst = worstClass(edge.counts, COLOUR_SHARE);
  const select = () => onSelect(selected ? undefined : edge.key, "edge");
  return (
    <g
      className={`rg-edge rg-edge-${worst}${edge.kind === "link" ? " rg-edge-link" : ""}${selected ? " rg-edge-selected" : ""}${dim ? " rg-dim" : ""}`}
      role="button"
      // Reached by keyboard through the panels of its nodes.
      tabIndex={-1}
      aria-label={describeEdge(edge, t)}
      aria-pressed={selected}
      onClick={select}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        event.stopPropagation();
        select();
      }}
      onMouseEnter={() => onHover(edge.key)}
      onMouseLeave={() => onHover(undefined)}
      onFocus={() => onHover(edge.key)}
      onBlur={() => onHover(undefined)}
    >
      <path className="rg-edge-hit" d={path.d} />
      <path className="rg-edge-line" d={path.d} markerEnd={`url(#rg-head-${worst})`} />
    </g>
  );
}

export function EdgeLabel({ edge, at, minutes }: { edge: MapEdge; at: Point; minutes: number | undefined }) {
  const t = useText();
  const rate = minutes === undefined ? `×${edge.total}` : t.unit.perMinute(formatRate(edge.total / minutes));
  const lines = [edge.kind === "link" ? t.map.link : formatDuration(edge.average ?? 0), ...(edge.total > 0 ? [rate] : [])];
  const width = Math.max(...lines.map(widthOf)) * 6.2 + 14;
  const height = lines.length * 14 + 6;
  return (
    <g className="rg-edge-label" transform={`translate(${at.x} ${at.y})`}>
      <rect x={-width / 2} y={-height / 2} width={width} height={height} rx={6} />
      {lines.map((line, index) => (
        <text key={line} y={14 * index - height / 2 + 14}>
          {line}
        </text>
      ))}
    </g>
  );
}

/** Arrow heads, one for each colour. */
export function Heads() {
  return (
    <defs>
      {STATUS_CLASSES.map((status) => (
        <marker key={status} id={`rg-head-${status}`} viewBox="0 0 10 10" refX="1" refY="5" markerWidth="10" markerHeight="10" markerUnits="userSpaceOnUse" orient="auto">
          <path className={`rg-head-${status}`} d="M0 0.5L10 5L0 9.5z" />
        </marker>
      ))}
    </defs>
  );
}
