// The list itself: one row per trace.
import Link from "@cloudscape-design/components/link";
import Pagination from "@cloudscape-design/components/pagination";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { type ReactNode, useMemo, useState } from "react";
import type { TraceSummary } from "../api/wire";
import type { RequestField } from "../filter/text";
import type { Dictionary } from "../i18n/en";
import { formatHash } from "../route/route";
import { useText } from "../settings";
import { ageOf, formatDuration, formatLocal } from "../time/format";
import { StatusMark } from "../ui/StatusMark";
import { Refine } from "./Refine";
import { annotationCount, rowStatus, type SortField, sorted, type Sorting, splitUrl, usersOf } from "./summary";

export interface TraceTableProps {
  summaries: readonly TraceSummary[];
  /** Epoch milliseconds of the answer, for ages. */
  now: number;
  sorting: Sorting;
  onSort: (sorting: Sorting) => void;
  /** Takes a term for a value that was clicked. */
  onRefine: (term: string) => void;
  header: ReactNode;
  empty: ReactNode;
  loading: boolean;
}

const ROWS_PER_PAGE = 50;

export function TraceTable({ summaries, now, sorting, onSort, onRefine, header, empty, loading }: TraceTableProps) {
  const t = useText();
  const [page, setPage] = useState(1);
  const columns = useMemo(() => columnsOf(t, now, onRefine), [t, now, onRefine]);
  const rows = useMemo(() => sorted(summaries, sorting), [summaries, sorting]);
  const pages = Math.max(1, Math.ceil(rows.length / ROWS_PER_PAGE));
  const current = Math.min(page, pages);
  const sortingColumn = columns.find((one) => one.sortingField === sorting.field);

  return (
    <Table
      variant="container"
      items={rows.slice((current - 1) * ROWS_PER_PAGE, current * ROWS_PER_PAGE)}
      columnDefinitions={columns}
      trackBy="Id"
      resizableColumns
      stickyHeader
      contentDensity="compact"
      header={header}
      empty={empty}
      loading={loading}
      loadingText={t.traces.loading}
      {...(sortingColumn ? { sortingColumn, sortingDescending: sorting.descending } : {})}
      onSortingChange={({ detail }) => {
        setPage(1);
        onSort({ field: detail.sortingColumn.sortingField as SortField, descending: detail.isDescending ?? false });
      }}
      pagination={pages > 1 && <Pagination currentPageIndex={current} pagesCount={pages} onChange={({ detail }) => setPage(detail.currentPageIndex)} />}
    />
  );
}

type Column = TableProps.ColumnDefinition<TraceSummary>;

function columnsOf(t: Dictionary, now: number, onRefine: TraceTableProps["onRefine"]): Column[] {
  const refine = (field: RequestField, value: string | number | null | undefined) =>
    value === undefined || value === null || value === "" ? "–" : <Refine field={field} value={value} onRefine={onRefine} />;
  return [
    {
      id: "id",
      header: t.traces.id,
      isRowHeader: true,
      width: 150,
      minWidth: 120,
      cell: (row) => (
        <Link href={formatHash({ name: "trace", id: row.Id })} ariaLabel={`${t.trace.title} ${row.Id}`}>
          <span className="rg-mono rg-nowrap" title={row.Id}>
            …{row.Id.slice(-12)}
          </span>
        </Link>
      ),
    },
    column("status", t.traces.status, 128, (row) => <StatusMark status={rowStatus(row)} short />),
    column("start", t.traces.start, 172, (row) => row.StartTime !== undefined && <Start seconds={row.StartTime} now={now} t={t} />),
    column("method", t.traces.method, 112, (row) => refine("http.method", row.Http.HttpMethod)),
    column("code", t.traces.code, 120, (row) => refine("http.status", row.Http.HttpStatus)),
    column("responseTime", t.unit.responseTime, 165, (row) => (row.ResponseTime === undefined ? "–" : formatDuration(row.ResponseTime))),
    column("url", t.traces.url, 260, (row) => <Url row={row} onRefine={onRefine} />),
    column("user", t.traces.user, 120, (row) => <Users names={usersOf(row)} onRefine={onRefine} />),
    column("clientIp", t.traces.clientIp, 140, (row) => refine("http.clientip", row.Http.ClientIp)),
    column("duration", t.unit.duration, 130, (row) => differing(row)),
    column("annotations", t.traces.annotations, 120, (row) => annotationCount(row)),
  ];
}

function column(field: SortField, header: string, width: number, cell: (row: TraceSummary) => ReactNode): Column {
  return { id: field, header, width, minWidth: 80, sortingField: field, cell };
}

/** The whole trace's time, where it says more than the response time. */
function differing(row: TraceSummary): string {
  if (row.Duration === undefined || row.Duration === row.ResponseTime) return "–";
  return formatDuration(row.Duration);
}

function Start({ seconds, now, t }: { seconds: number; now: number; t: Dictionary }) {
  const { amount, unit } = ageOf(now / 1000 - seconds);
  // Beyond a day the date says more than the age.
  if (unit === "day") return <span className="rg-nowrap">{formatLocal(seconds)}</span>;
  return (
    <span className="rg-nowrap" title={formatLocal(seconds, "milliseconds")}>
      {formatLocal(seconds).slice(11)} <span className="rg-secondary">{t.time.ago(amount, unit)}</span>
    </span>
  );
}

/** A request without a URL shows where it entered; that is no URL to filter by. */
function Url({ row, onRefine }: { row: TraceSummary; onRefine: TraceTableProps["onRefine"] }) {
  const url = row.Http.HttpURL;
  if (!url) return <Address text={row.EntryPoint?.Name ?? "–"} />;
  return (
    <Refine field="http.url" value={url} onRefine={onRefine}>
      <Address text={url} />
    </Refine>
  );
}

function Users({ names, onRefine }: { names: readonly string[]; onRefine: TraceTableProps["onRefine"] }) {
  if (names.length === 0) return "–";
  return names.map((name, index) => (
    <span key={name}>
      {index > 0 && ", "}
      <Refine field="user" value={name} onRefine={onRefine} />
    </span>
  ));
}

/** Where room is short the host gives way: the path tells requests apart. */
function Address({ text }: { text: string }) {
  const { host, path } = splitUrl(text);
  return (
    <span className="rg-address">
      <span className="rg-secondary">{host}</span>
      <span>{path}</span>
    </span>
  );
}
