// The trace list: filter, statistics, rows.
import "./traces.css";
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback, useEffect, useMemo, useState } from "react";
import { ApiError } from "../api/client";
import { useTraceScan } from "../api/queries";
import { addTerm } from "../filter/terms";
import { EmptyState } from "../map/EmptyState";
import { useRouter } from "../route/useRoute";
import { useText } from "../settings";
import { Layout } from "../shell/Layout";
import { TimeControls } from "../shell/TimeControls";
import { formatTimeRange, RELATIVE_SECONDS_LISTS } from "../time/range";
import { useTimeRange } from "../time/useTimeRange";
import { ApiAlert } from "../ui/ApiAlert";
import { FilterBox } from "./FilterBox";
import { ROWS_STEP, type Scan, scanOf } from "./scan";
import { ScanProgress } from "./ScanProgress";
import { StatisticsLine } from "./StatisticsLine";
import { formatSorting, parseSorting, statisticsOf } from "./summary";
import { TraceTable } from "./TraceTable";

export function TracesPage() {
  const t = useText();
  const { params, change } = useRouter();
  const { range, invalid, interval } = useTimeRange();
  const filter = params["filter"] ?? "";
  const question = `${formatTimeRange(range)} ${filter}`;
  const { query, scan, state, stop, more, restart } = useScan(question, useTraceScan(range, filter, interval));
  const statistics = useMemo(() => statisticsOf(scan.summaries), [scan]);
  const refusal = query.error instanceof ApiError && query.error.status === 400 && filter.trim() !== "" ? query.error : undefined;
  const run = (expression: string) => {
    const next = expression.trim();
    if (next === filter) restart();
    else change({ filter: next || undefined });
  };
  const refine = useCallback((term: string) => change({ filter: addTerm(filter, term) }), [change, filter]);

  return (
    <Layout title={t.traces.title} active="traces">
      <ContentLayout
        defaultPadding
        header={
          <Header
            variant="h1"
            description={t.traces.description}
            actions={<TimeControls loading={query.isFetching} onRefresh={restart} choices={RELATIVE_SECONDS_LISTS} />}
          >
            {t.traces.title}
          </Header>
        }
      >
        <div className="rg-column">
          {invalid && <Alert type="warning">{t.time.invalid}</Alert>}
          <FilterBox expression={filter} refusal={refusal} onRun={run} />
          {query.error && !refusal && <ApiAlert error={query.error} retry={restart} />}
          {!query.error && (
            <>
              {scan.summaries.length > 0 && <StatisticsLine statistics={statistics} complete={scan.complete} />}
              {!query.isPending && <ScanProgress scan={scan} state={state} onStop={stop} onMore={more} />}
              <TraceTable
                summaries={scan.summaries}
                now={query.dataUpdatedAt}
                sorting={parseSorting(params["sort"])}
                onSort={(sorting) => change({ sort: formatSorting(sorting) }, "replace")}
                onRefine={refine}
                loading={query.isPending}
                header={<ListHeader scan={scan} />}
                empty={state === "searching" ? t.traces.loading : filter === "" ? <EmptyState /> : <NoMatch clear={() => run("")} />}
              />
            </>
          )}
        </div>
      </ContentLayout>
    </Layout>
  );
}

function ListHeader({ scan }: { scan: Scan }) {
  const t = useText();
  const more = scan.complete ? "" : "+";
  const counter = scan.summaries.length > 0 ? { counter: `(${scan.summaries.length}${more})`, description: t.traces.sortNote } : {};
  return (
    <Header variant="h2" {...counter}>
      {t.traces.title}
    </Header>
  );
}

function NoMatch({ clear }: { clear: () => void }) {
  const t = useText();
  return (
    <Box textAlign="center" padding="l">
      <SpaceBetween size="xs">
        <strong>{t.empty.noMatch}</strong>
        <Box color="text-body-secondary">{t.empty.noMatchHint}</Box>
        <Button onClick={clear}>{t.empty.clearFilter}</Button>
      </SpaceBetween>
    </Box>
  );
}

/** Follows the pages until enough rows are there, and starts afresh with each question. */
function useScan(question: string, query: ReturnType<typeof useTraceScan>) {
  const fresh = { question, rows: ROWS_STEP, stopped: false };
  const [wish, setWish] = useState(fresh);
  const { rows, stopped } = wish.question === question ? wish : fresh;
  const scan = useMemo(() => scanOf(query.data?.pages ?? []), [query.data]);
  const { hasNextPage, isFetching, isError, fetchNextPage, refetch } = query;
  const open = hasNextPage && !stopped && !isError;
  const wanting = open && scan.summaries.length < rows;

  // Looks at the scan itself: a page may come and go between two drawings.
  useEffect(() => {
    if (open && scan.summaries.length < rows && !isFetching) void fetchNextPage();
  }, [open, scan, rows, isFetching, fetchNextPage]);

  const state: "searching" | "stopped" | "capped" | "complete" = !hasNextPage ? "complete" : stopped ? "stopped" : wanting ? "searching" : "capped";
  return {
    query,
    scan,
    state,
    stop: () => setWish({ question, rows, stopped: true }),
    more: () => setWish({ question, rows: scan.summaries.length + ROWS_STEP, stopped: false }),
    restart: () => {
      setWish(fresh);
      void refetch();
    },
  };
}
