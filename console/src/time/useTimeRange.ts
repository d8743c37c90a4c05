// The time range and the refresh interval of the address.
import type { Interval } from "../api/queries";
import { useRouter } from "../route/useRoute";
import { DEFAULT_RANGE, formatTimeRange, parseTimeRange, type TimeRange } from "./range";

export interface TimeRangeState {
  range: TimeRange;
  /** Whether the address holds a range that cannot be read. */
  invalid: boolean;
  /** Seconds between refreshes, 0 for none. */
  refresh: number;
  interval: Interval;
  setRange(range: TimeRange): void;
  setRefresh(seconds: number): void;
}

export const REFRESH_SECONDS: readonly number[] = [0, 10, 30, 60, 300];

export function useTimeRange(): TimeRangeState {
  const { params, change } = useRouter();
  const text = params["timeRange"];
  const parsed = text === undefined ? DEFAULT_RANGE : parseTimeRange(text);
  const range = parsed ?? DEFAULT_RANGE;
  const asked = Number(params["refresh"] ?? 0);
  const refresh = range.kind === "relative" && REFRESH_SECONDS.includes(asked) ? asked : 0;
  return {
    range,
    invalid: parsed === undefined,
    refresh,
    interval: refresh > 0 ? refresh * 1000 : false,
    setRange: (next) => change({ timeRange: formatTimeRange(next) }),
    setRefresh: (seconds) => change({ refresh: seconds > 0 ? String(seconds) : undefined }, "replace"),
  };
}
