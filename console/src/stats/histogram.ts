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

/** A range of response times in seconds, both ends included; an absent end is open. */
export interface Span {
  from?: number | undefined;
  to?: number | undefined;
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

/** The range between two places of the plot, given as shares, in numbers no finer than the eye sees; never narrower. */
export function spanBetween(bars: Bars, one: number, other: number): Span {
  const [low, high] = [clamped(Math.min(one, other)), clamped(Math.max(one, other))];
  const at = (share: number) => valueAt(bars.scale, bars.low, bars.high, share);
  return { from: rounded(at(low), "down", stepAt(bars, low)), to: rounded(at(high), "up", stepAt(bars, high)) };
}

/** With its smaller end first, whichever way it was entered. */
export function ordered({ from, to }: Span): Span {
  return from !== undefined && to !== undefined && from > to ? { from: to, to: from } : { from, to };
}

export function isOpen({ from, to }: Span): boolean {
  return from === undefined && to === undefined;
}

/** How many requests lie in the range, compared in whole milliseconds as the server does. */
export function countWithin(buckets: readonly HistogramBucket[], span: Span): number {
  const { from = 0, to = Infinity } = ordered(span);
  const inside = buckets.filter(({ Value }) => milliseconds(Value) >= milliseconds(from) && milliseconds(Value) <= milliseconds(to));
  return inside.reduce((sum, bucket) => sum + bucket.Count, 0);
}

/** A power of ten that is at most the width of a few pixels there, and at least a millisecond. */
function stepAt(bars: Bars, share: number): number {
  const width = valueAt(bars.scale, bars.low, bars.high, share + PIXELS) - valueAt(bars.scale, bars.low, bars.high, share);
  return Math.max(0.001, 10 ** Math.floor(Math.log10(Math.max(width, 1e-9))));
}

function rounded(value: number, way: "down" | "up", step: number): number {
  // 1.2 / 0.01 is not quite 120.
  const steps = value / step;
  const whole = way === "down" ? Math.floor(steps + 1e-6) : Math.ceil(steps - 1e-6);
  return Number((whole * step).toFixed(3));
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000);
}

function clamped(share: number): number {
  return Math.min(1, Math.max(0, share));
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

/** As a share of the plot: about four pixels of the side panel. */
const PIXELS = 0.01;
