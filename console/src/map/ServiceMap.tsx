// The drawn map: nodes with rings, edges with arrows, legend and controls.
import "./map.css";
import { useEffect, useMemo, useRef, useState } from "react";
import { useText } from "../settings";
import { MapControls } from "./MapControls";
import { EdgeLabel, EdgeView, Heads } from "./EdgeView";
import type { MapGraph } from "./graph";
import { extent, type Point } from "./layout";
import { Legend } from "./Legend";
import { NodeView } from "./NodeView";
import { edgePath } from "./path";
import { useLayout } from "./useLayout";
import { useViewport } from "./useViewport";

export interface ServiceMapProps {
  /** Whose places are kept: one for the big map, one for each trace. */
  scope: string;
  graph: MapGraph;
  /** Length of the window, for rates; absent where rates say nothing. */
  minutes?: number;
  size: "full" | "small";
  /** Key of a node or an edge. */
  selected: string | undefined;
  onSelect: (key: string | undefined, kind: "node" | "edge") => void;
  /** Nodes whose name or type holds this stay bright. */
  search?: string;
}

const LABEL_SCALE = 1.35;

export function ServiceMap({ scope, graph, minutes, size, selected, onSelect, search = "" }: ServiceMapProps) {
  const t = useText();
  const canvas = useRef<SVGSVGElement>(null);
  const [hovered, setHovered] = useState<string | undefined>();
  const { layout, ready, reset } = useLayout(scope, graph);
  const box = useMemo(() => extent(layout, graph.nodes.map((node) => node.key)), [layout, graph]);
  const wheel = size === "full" ? "always" : "modifier";
  const view = useViewport(canvas, { box, wheel, onBackground: () => onSelect(undefined, "node") });
  const { show, release } = view;

  const wanted = search.trim().toLocaleLowerCase();
  const nodes = graph.nodes.flatMap((node) => {
    const at = layout.nodes.get(node.key);
    const dim = wanted !== "" && !`${node.name} ${node.type ?? ""}`.toLocaleLowerCase().includes(wanted);
    return at ? [{ node, at, dim }] : [];
  });
  const edges = graph.edges.flatMap((edge) => {
    const [from, to] = [layout.nodes.get(edge.from), layout.nodes.get(edge.to)];
    return from && to ? [{ edge, path: edgePath(from, to, layout.routes.get(edge.key) ?? []) }] : [];
  });
  const place = selected === undefined ? undefined : (layout.nodes.get(selected) ?? edges.find(({ edge }) => edge.key === selected)?.path.label);
  const [x, y] = [place?.x, place?.y];
  useEffect(() => {
    // Beside the full map a panel opens: it must not shrink what was just clicked.
    if (x !== undefined && y !== undefined) show({ x, y }, size === "full" ? "hold" : "follow");
    else release();
  }, [x, y, size, show, release]);
  const isLabelled = (edge: { key: string; from: string; to: string }) =>
    view.viewport.scale >= LABEL_SCALE || [edge.key, edge.from, edge.to].some((key) => key === selected || key === hovered);

  return (
    <div className={`rg-map rg-map-${size}`} style={size === "small" ? { blockSize: smallHeight(box.height) } : undefined}>
      <svg
        ref={canvas}
        className={`rg-canvas${view.dragging ? " rg-dragging" : ""}`}
        role="group"
        aria-label={t.map.canvas}
        // The canvas itself moves with the arrow keys.
        tabIndex={0}
        {...view.handlers}
      >
        <Heads />
        {ready && (
          <g transform={transformOf(view.viewport)}>
            {edges.map(({ edge, path }) => (
              <EdgeView key={edge.key} edge={edge} path={path} dim={wanted !== ""} selected={edge.key === selected} onSelect={onSelect} onHover={setHovered} minutes={minutes} />
            ))}
            {nodes.map(({ node, at, dim }) => (
              <NodeView key={node.key} node={node} at={at} minutes={minutes} dim={dim} selected={node.key === selected} onSelect={onSelect} onHover={setHovered} onFocus={() => show(at, "follow")} />
            ))}
            {edges.map(({ edge, path }) => isLabelled(edge) && <EdgeLabel key={edge.key} edge={edge} at={path.label} minutes={minutes} />)}
          </g>
        )}
      </svg>
      {!ready && graph.nodes.length > 0 && <div className="rg-map-note rg-secondary">{t.map.laidOut}</div>}
      <MapControls
        zoomIn={() => view.zoom(1.25)}
        zoomOut={() => view.zoom(0.8)}
        fit={view.refit}
        reset={() => {
          reset();
          view.refit();
        }}
      />
      <Legend />
    </div>
  );
}

/** As high as the graph needs, within reason. */
function smallHeight(graph: number): number {
  return Math.min(460, Math.max(220, graph * 0.85 + 70));
}

function transformOf({ x, y, scale }: Point & { scale: number }): string {
  return `translate(${x.toFixed(2)} ${y.toFixed(2)}) scale(${scale.toFixed(4)})`;
}
