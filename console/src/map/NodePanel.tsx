// What the side panel says of a node, and of an edge.
import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";
import { edgeFilter, type Narrowing, nodeFilter } from "../filter/text";
import type { Dictionary } from "../i18n/en";
import { useText } from "../settings";
import { formatDuration, formatRate } from "../time/format";
import { formatTimeRange, activityOf, type Window } from "../time/range";
import { edgesInto, edgesOutOf, type MapEdge, type MapGraph, type MapNode } from "./graph";
import { TypeIcon } from "./icons";
import { KeyNumbers } from "./Numbers";
import { Selection } from "./Selection";

export interface PanelProps {
  graph: MapGraph;
  window: Window;
  onSelect: (key: string, kind: "node" | "edge") => void;
}

export function NodePanel({ node, graph, window, onSelect }: PanelProps & { node: MapNode }) {
  const t = useText();
  const minutes = minutesOf(window);
  const timeRange = formatTimeRange(activityOf(window, node.start, node.end));

  return (
    <SpaceBetween size="l">
      <SpaceBetween size="xs">
        <SpaceBetween direction="horizontal" size="xs">
          <span className="rg-typed">
            <TypeIcon type={node.type} />
            {node.kind === "client" ? t.map.client : (node.type ?? t.map.noType)}
          </span>
          {node.kind === "inferred" && <Badge>{t.trace.inferred}</Badge>}
          {node.account && <Badge>{`${t.map.account} ${node.account}`}</Badge>}
        </SpaceBetween>
        <Box color="text-body-secondary" fontSize="body-s">
          {viewOf(node, t)}
        </Box>
      </SpaceBetween>
      <KeyNumbers measured={node} minutes={minutes} />
      <Selection measured={node} filterOf={(narrowing) => nodeFilter(node, narrowing)} timeRange={timeRange} />
      <Neighbours title={t.map.incoming} edges={edgesInto(graph, node.key)} end="from" graph={graph} minutes={minutes} onSelect={onSelect} />
      <Neighbours title={t.map.outgoing} edges={edgesOutOf(graph, node.key)} end="to" graph={graph} minutes={minutes} onSelect={onSelect} />
    </SpaceBetween>
  );
}

export function EdgePanel({ edge, graph, window, onSelect }: PanelProps & { edge: MapEdge }) {
  const t = useText();
  const nodes = [edge.from, edge.to].map((key) => graph.nodes.find((node) => node.key === key));
  const [from, to] = nodes;
  // The two ends of a link lie in different traces; what was counted is the receiver's segment.
  const { start, end } = (edge.kind === "link" ? to : from) ?? {};
  const timeRange = formatTimeRange(activityOf(window, start, end));
  const filterOf = (narrowing: Narrowing) => {
    if (!from || !to) return "";
    return edge.kind === "link" ? nodeFilter(to, narrowing) : edgeFilter(from, to, narrowing);
  };

  return (
    <SpaceBetween size="l">
      <SpaceBetween size="xs">
        {nodes.map((node) => node && <NodeLink key={node.key} node={node} onSelect={onSelect} />)}
        <Box color="text-body-secondary" fontSize="body-s">
          {from?.kind === "client" ? t.map.clientView : t.map.edgeView}
        </Box>
      </SpaceBetween>
      <KeyNumbers measured={edge} minutes={minutesOf(window)} />
      <Selection measured={edge} filterOf={filterOf} timeRange={timeRange} />
      {edge.aliases.length > 0 && (
        <Box>
          {t.map.calledAs}: {edge.aliases.map((alias) => alias.Name).join(", ")}
        </Box>
      )}
    </SpaceBetween>
  );
}

interface NeighboursProps {
  title: string;
  edges: readonly MapEdge[];
  end: "from" | "to";
  graph: MapGraph;
  minutes: number;
  onSelect: PanelProps["onSelect"];
}

function Neighbours({ title, edges, end, graph, minutes, onSelect }: NeighboursProps) {
  const t = useText();
  const rows = edges.flatMap((edge) => {
    const node = graph.nodes.find((other) => other.key === edge[end]);
    return node ? [{ edge, node }] : [];
  });
  return (
    <div>
      <Box variant="h4" padding={{ bottom: "xs" }}>
        {title}
      </Box>
      {rows.length === 0 && <Box color="text-body-secondary">{t.map.noEdges}</Box>}
      <ul className="rg-neighbours">
        {rows.map(({ edge, node }) => (
          <li key={edge.key}>
            <NodeLink node={node} onSelect={onSelect} />
            <Link onFollow={() => onSelect(edge.key, "edge")} ariaLabel={`${t.map.edge}: ${node.name}`}>
              <span className="rg-nowrap">{edgeNumbers(edge, minutes, t)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

function NodeLink({ node, onSelect }: { node: MapNode; onSelect: PanelProps["onSelect"] }): ReactNode {
  const t = useText();
  return (
    <span className="rg-typed">
      <TypeIcon type={node.type} />
      <Link onFollow={() => onSelect(node.key, "node")}>{node.kind === "client" ? `${node.name} (${t.map.client})` : node.name}</Link>
    </span>
  );
}

function edgeNumbers(edge: MapEdge, minutes: number, t: Dictionary): string {
  const rate = t.unit.perMinute(formatRate(edge.total / minutes));
  if (edge.kind === "link") return t.map.link;
  return edge.average === undefined ? rate : `${formatDuration(edge.average)} · ${rate}`;
}

function viewOf(node: MapNode, t: Dictionary): string {
  if (node.kind === "client") return t.map.clientView;
  return node.kind === "inferred" ? `${t.map.inferredState}. ${t.map.callerView}` : t.map.serverView;
}

export function minutesOf(window: Window): number {
  return Math.max(1 / 60, (window.end - window.start) / 60);
}
