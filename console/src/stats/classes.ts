// The four classes a finished request falls into, exactly one each.
import type { Statistics } from "../api/wire";

export type StatusClass = "fault" | "throttle" | "error" | "ok";

export type ClassCounts = Record<StatusClass, number>;

/** In the order of the ring: worst news first. */
export const STATUS_CLASSES: readonly StatusClass[] = ["fault", "throttle", "error", "ok"];

export const NO_COUNTS: ClassCounts = { fault: 0, throttle: 0, error: 0, ok: 0 };

export function countsOf(statistics: Statistics): ClassCounts {
  return {
    fault: statistics.FaultStatistics.TotalCount,
    throttle: statistics.ErrorStatistics.ThrottleCount,
    error: statistics.ErrorStatistics.OtherCount,
    ok: statistics.OkCount,
  };
}

export function totalOf(counts: ClassCounts): number {
  return counts.fault + counts.throttle + counts.error + counts.ok;
}

export function addCounts(left: ClassCounts, right: ClassCounts): ClassCounts {
  return {
    fault: left.fault + right.fault,
    throttle: left.throttle + right.throttle,
    error: left.error + right.error,
    ok: left.ok + right.ok,
  };
}

/** The worst class whose share reaches the threshold; `ok` if none does. */
export function worstClass(counts: ClassCounts, threshold: number): StatusClass {
  const total = totalOf(counts);
  if (total === 0) return "ok";
  return STATUS_CLASSES.find((name) => name !== "ok" && counts[name] / total >= threshold) ?? "ok";
}

/** What the flags of one entity say; throttle first, since a throttled request is an error too. */
export function classOfFlags(flags: { fault: boolean; error: boolean; throttle: boolean }): StatusClass {
  if (flags.throttle) return "throttle";
  if (flags.fault) return "fault";
  return flags.error ? "error" : "ok";
}
