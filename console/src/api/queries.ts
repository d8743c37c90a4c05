// What the pages ask, as queries that refresh, keep their last answer and tell their age.
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { toGraph } from "../map/graph";
import { clampForMap, formatTimeRange, resolve, type TimeRange, type Window } from "../time/range";
import type { ScanPage } from "../traces/scan";
import { ApiError, batchGetTraces, getServiceGraph, getTraceGraph, getTraceSummaries } from "./client";

/** Milliseconds between refreshes; `false` never. */
export type Interval = number | false;

export function useServiceMap(range: TimeRange, refetchInterval: Interval) {
  return useQuery({
    queryKey: ["service-map", formatTimeRange(range)],
    queryFn: async ({ signal }) => {
      const { window, clamped } = clampForMap(resolve(range, Date.now()));
      const answer = await getServiceGraph({ StartTime: window.start, EndTime: window.end }, signal);
      return { window, clamped, graph: toGraph(answer.Services) };
    },
    refetchInterval,
    placeholderData: keepPreviousData,
  });
}

/** Pages of summaries. The window is fixed by the first page: a token belongs to one question. */
export function useTraceScan(range: TimeRange, filter: string, refetchInterval: Interval) {
  return useInfiniteQuery({
    queryKey: ["traces", formatTimeRange(range), filter],
    initialPageParam: undefined as { window: Window; token: string } | undefined,
    queryFn: async ({ pageParam, signal }): Promise<ScanPage> => {
      const window = pageParam?.window ?? resolve(range, Date.now());
      const expression = filter.trim() === "" ? {} : { FilterExpression: filter };
      const token = pageParam ? { NextToken: pageParam.token } : {};
      const answer = await getTraceSummaries({ StartTime: window.start, EndTime: window.end, ...expression, ...token }, signal);
      return { window, answer };
    },
    getNextPageParam: (last) => (last.answer.NextToken ? { window: last.window, token: last.answer.NextToken } : undefined),
    refetchInterval,
  });
}

export function useTrace(id: string) {
  return useQuery({
    queryKey: ["trace", id],
    queryFn: async ({ signal }) => {
      const answer = await batchGetTraces({ TraceIds: [id] }, signal);
      return answer.Traces[0] ?? null;
    },
  });
}

export function useTraceMap(id: string, enabled: boolean) {
  return useQuery({
    queryKey: ["trace-map", id],
    enabled,
    queryFn: async ({ signal }) => {
      try {
        return toGraph((await getTraceGraph({ TraceIds: [id] }, signal)).Services);
      } catch (error) {
        // A trace that is just arriving may not have a graph yet.
        if (error instanceof ApiError && error.status === 400) return toGraph([]);
        throw error;
      }
    },
  });
}

/** When the newest trace of the last 30 days began; `null` if there is none. */
export function useLastTrace(enabled: boolean) {
  return useQuery({
    queryKey: ["last-trace"],
    enabled,
    queryFn: async ({ signal }) => {
      const { start, end } = resolve({ kind: "relative", seconds: 30 * 86400 }, Date.now());
      const answer = await getTraceSummaries({ StartTime: start, EndTime: end }, signal);
      return answer.TraceSummaries[0]?.StartTime ?? null;
    },
  });
}
