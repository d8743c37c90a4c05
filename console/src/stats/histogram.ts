// Response-time histograms as the service graph gives them: values in seconds with counts.
import type { HistogramBucket } from "../api/wire";

export interface Bar {
  from: number;
  to: number;
  count: number;
}

export interface Bars {
  scale: "linear" | "logarithmic";
  low: number;
  high: number;
  bars: Bar[];
  /** Requests whose duration nobody timed; they are reported as 0. */
  untimed: number;
  total: number;
}

/** The smallest value that at least the share `rank` of all requests does not exceed. */
export function percentile(buckets: readonly HistogramBucket[], rank: number): number | undefined {
  const sorted = buckets.filter((bucket) => bucket.Count > 0).sort((a, b) => a.Value - b.Value);
  const total = sorted.reduce((sum, bucket) => sum + bucket.Count, 0);
  if (total === 0) return undefined;
  const wanted = Math.max(1, Math.ceil(rank * total - 1e-9));
  let seen = 0;
  for (const bucket of sorted) {
    seen += bucket.Count;
    if (seen >= wanted) return bucket.Value;
  }
  return sorted.at(-1)?.Value;
}

/** Percentile of plain numbers, as `percentile` of a histogram with one count each. */
export function percentileOf(values: readonly number[], rank: number): number | undefined {
  return percentile(values.map((Value) => ({ Value, Count: 1 })), rank);
}

/** Linear bars while the slowest is at most ten times the fastest, else logarithmic ones. */
export function toBars(buckets: readonly HistogramBucket[], barsMax = 40): Bars {
  const timed = buckets.filter((bucket) => bucket.Value > 0 && bucket.Count > 0);
  const untimed = buckets.reduce((sum, bucket) => sum + (bucket.Value > 0 ? 0 : bucket.Count), 0);
  const total = untimed + timed.reduce((sum, bucket) => sum + bucket.Count, 0);
  const values = timed.map((bucket) => bucket.Value);
  const lowest = values.reduce((a, b) => Math.min(a, b), Infinity);
  const highest = values.reduce((a, b) => Math.max(a, b), 0);
  if (timed.length === 0) return { scale: "linear", low: 0, high: 0, bars: [], untimed, total };

  const scale = highest > lowest * 10 ? "logarithmic" : "linear";
  const [low, high] = bounds(scale, lowest, highest);
  const bars = Array.from({ length: barsMax }, (_, index) => ({
    from: valueAt(scale, low, high, index / barsMax),
    to: valueAt(scale, low, high, (index + 1) / barsMax),
    count: 0,
  }));
  for (const bucket of timed) {
    const place = Math.floor(shareOf(scale, low, high, bucket.Value) * barsMax);
    const bar = bars[Math.min(barsMax - 1, Math.max(0, place))];
    if (bar) bar.count += bucket.Count;
  }
  return { scale, low, high, bars, untimed, total };
}

/** Where a value lies between `low` (0) and `high` (1). */
export function shareOf(scale: Bars["scale"], low: number, high: number, value: number): number {
  if (high <= low) return 0.5;
  if (scale === "linear") return (value - low) / (high - low);
  return Math.log(value / low) / Math.log(high / low);
}

function valueAt(scale: Bars["scale"], low: number, high: number, share: number): number {
  if (scale === "linear") return low + (high - low) * share;
  return low * (high / low) ** share;
}

function bounds(scale: Bars["scale"], lowest: number, highest: number): [number, number] {
  if (scale === "logarithmic") return [lowest, highest * 1.0001];
  if (lowest === highest) return [lowest * 0.5, highest * 1.5];
  const margin = (highest - lowest) * 0.02;
  return [Math.max(0, lowest - margin), highest + margin];
}
