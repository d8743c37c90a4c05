// One node of the map: ring, numbers, name and type.
import { useText } from "../settings";
import { formatDuration, formatRate } from "../time/format";
import { describeNode } from "./describe";
import type { MapNode } from "./graph";
import { TypeShape } from "./icons";
import { fitText } from "./label";
import { NODE, type Point } from "./layout";
import { arcPath, ringArcs } from "./ring";

export interface NodeViewProps {
  node: MapNode;
  at: Point;
  minutes: number | undefined;
  dim: boolean;
  selected: boolean;
  onSelect: (key: string | undefined, kind: "node") => void;
  onHover: (key: string | undefined) => void;
  onFocus: () => void;
}

const RING = NODE.radius - 3;

export function NodeView({ node, at, minutes, dim, selected, onSelect, onHover, onFocus }: NodeViewProps) {
  const t = useText();
  const client = node.kind === "client";
  const select = () => onSelect(selected ? undefined : node.key, "node");
  return (
    <g
      className={`rg-node${selected ? " rg-node-selected" : ""}${dim ? " rg-dim" : ""}`}
      transform={`translate(${at.x} ${at.y})`}
      role="button"
      tabIndex={0}
      aria-label={describeNode(node, t)}
      aria-pressed={selected}
      onClick={select}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        event.stopPropagation();
        select();
      }}
      onMouseEnter={() => onHover(node.key)}
      onMouseLeave={() => onHover(undefined)}
      onFocus={onFocus}
    >
      <title>{[node.name, node.type, node.kind === "inferred" && t.map.inferred].filter(Boolean).join("\n")}</title>
      <circle className="rg-node-halo" r={NODE.radius + 8} />
      {node.kind === "inferred" && <circle className="rg-node-dash" r={NODE.radius + 4} />}
      <circle className="rg-node-disc" r={NODE.radius} />
      {client ? (
        <circle className="rg-node-outline" r={NODE.radius - 2} />
      ) : (
        <Ring node={node} />
      )}
      {client ? (
        <g className="rg-node-icon">
          <TypeShape type="client" size={36} />
        </g>
      ) : (
        <Numbers node={node} minutes={minutes} />
      )}
      <text className="rg-node-name" y={NODE.radius + 23}>
        {fitText(node.name, 20)}
      </text>
      <text className="rg-node-type" y={NODE.radius + 40}>
        {client ? t.map.client : fitText(node.type ?? t.map.noType, 26)}
      </text>
    </g>
  );
}

function Ring({ node }: { node: MapNode }) {
  return (
    <>
      <circle className="rg-node-track" r={RING} />
      {ringArcs(node.counts).map((arc) => (
        <path key={arc.status} className={`rg-node-arc rg-arc-${arc.status}`} d={arcPath(arc, RING)} />
      ))}
    </>
  );
}

function Numbers({ node, minutes }: { node: MapNode; minutes: number | undefined }) {
  const t = useText();
  const rate = minutes === undefined ? `×${node.total}` : t.unit.perMinute(formatRate(node.total / minutes));
  return (
    <>
      <g className="rg-node-icon" transform="translate(0 -16)">
        <TypeShape type={node.type} size={18} />
      </g>
      <text className="rg-node-average" y={8}>
        {node.average === undefined ? "–" : formatDuration(node.average)}
      </text>
      {node.total > 0 && (
        <text className="rg-node-rate" y={22}>
          {rate}
        </text>
      )}
    </>
  );
}
