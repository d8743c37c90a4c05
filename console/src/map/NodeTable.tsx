// The map as a list: everything it shows, for reading and for sorting.
import Link from "@cloudscape-design/components/link";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { type ReactNode, useMemo, useState } from "react";
import type { Dictionary } from "../i18n/en";
import { useText } from "../settings";
import { STATUS_CLASSES } from "../stats/classes";
import { percentile } from "../stats/histogram";
import { formatCount, formatDuration, formatRate, formatShare } from "../time/format";
import type { MapGraph, MapNode } from "./graph";
import { fitText } from "./label";
import { TypeIcon } from "./icons";

export interface NodeTableProps {
  graph: MapGraph;
  minutes: number;
  selected: string | undefined;
  onSelect: (key: string | undefined, kind: "node") => void;
  search: string;
  empty: ReactNode;
}

export function NodeTable({ graph, minutes, selected, onSelect, search, empty }: NodeTableProps) {
  const t = useText();
  const columns = useMemo(() => columnsOf(t, minutes, onSelect), [t, minutes, onSelect]);
  const [sorting, setSorting] = useState<{ column: TableProps.SortingColumn<MapNode>; descending: boolean }>();
  const wanted = search.trim().toLocaleLowerCase();
  const items = useMemo(() => {
    const found = graph.nodes.filter((node) => `${node.name} ${node.type ?? ""}`.toLocaleLowerCase().includes(wanted));
    const compare = sorting?.column.sortingComparator;
    if (!compare) return found;
    return found.toSorted((a, b) => (sorting.descending ? -compare(a, b) : compare(a, b)));
  }, [graph, wanted, sorting]);

  return (
    <Table
      variant="container"
      items={items}
      columnDefinitions={columns}
      trackBy="key"
      stickyHeader
      empty={empty}
      selectedItems={items.filter((node) => node.key === selected)}
      {...(sorting ? { sortingColumn: sorting.column, sortingDescending: sorting.descending } : {})}
      onSortingChange={({ detail }) => setSorting({ column: detail.sortingColumn, descending: detail.isDescending ?? false })}
    />
  );
}

type Column = TableProps.ColumnDefinition<MapNode>;

function columnsOf(t: Dictionary, minutes: number, onSelect: NodeTableProps["onSelect"]): Column[] {
  const at = (rank: number): Column => {
    const value = (node: MapNode) => percentile(node.histogram, rank);
    return numeric(`p${rank * 100}`, `p${rank * 100}`, value, formatDuration);
  };
  return [
    {
      id: "name",
      header: t.map.name,
      isRowHeader: true,
      maxWidth: 320,
      cell: (node) => (
        <span className="rg-typed">
          <TypeIcon type={node.type} />
          <Link onFollow={() => onSelect(node.key, "node")}>
            <span title={node.name}>{fitText(node.name, 34)}</span>
          </Link>
        </span>
      ),
      sortingComparator: (a, b) => a.name.localeCompare(b.name),
    },
    {
      id: "type",
      header: t.map.type,
      cell: (node) => (node.kind === "client" ? t.map.client : (node.type ?? t.map.noType)),
      sortingComparator: (a, b) => (a.type ?? "").localeCompare(b.type ?? ""),
    },
    numeric("rate", t.unit.rate, (node) => node.total / minutes, formatRate),
    numeric("average", t.unit.average, (node) => node.average, formatDuration),
    at(0.5),
    at(0.95),
    at(0.99),
    ...STATUS_CLASSES.toReversed().map((status): Column => {
      const cell = (node: MapNode) =>
        node.counts[status] === 0 ? (
          <span className="rg-secondary">0</span>
        ) : (
          <span className={`rg-nowrap rg-status-${status}`}>
            {formatCount(node.counts[status])} <span className="rg-secondary">{formatShare(node.counts[status] / node.total)}</span>
          </span>
        );
      return { id: status, header: t.short[status], cell, sortingComparator: (a, b) => a.counts[status] - b.counts[status] };
    }),
  ];
}

function numeric(id: string, header: string, value: (node: MapNode) => number | undefined, write: (value: number) => string): Column {
  return {
    id,
    header,
    cell: (node) => {
      const found = value(node);
      return <span className="rg-nowrap">{found === undefined ? "–" : write(found)}</span>;
    },
    sortingComparator: (a, b) => (value(a) ?? -1) - (value(b) ?? -1),
  };
}
