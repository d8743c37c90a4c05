// Time ranges as they stand in a link: `PT5M` back from now, or `S~E` in UTC.

export type TimeRange =
  | { kind: "relative"; seconds: number }
  | { kind: "absolute"; start: number; end: number };

/** Epoch seconds, resolved against a clock reading. */
export interface Window {
  start: number;
  end: number;
}

export const DEFAULT_RANGE: TimeRange = { kind: "relative", seconds: 300 };

/** The service graph answers for at most this long. */
export const MAP_SECONDS_MAX = 6 * 3600;

export const RELATIVE_SECONDS: readonly number[] = [60, 300, 900, 1800, 3600, 3 * 3600, 6 * 3600];

/** Lists are not bound to six hours. */
export const RELATIVE_SECONDS_LISTS: readonly number[] = [...RELATIVE_SECONDS, 12 * 3600, 24 * 3600, 7 * 86400];

export function parseTimeRange(text: string): TimeRange | undefined {
  return text.includes("~") ? parseAbsolute(text) : parseRelative(text);
}

export function formatTimeRange(range: TimeRange): string {
  if (range.kind === "absolute") return `${formatUtc(range.start)}~${formatUtc(range.end)}`;
  return formatIsoDuration(range.seconds);
}

/** Whole seconds; the current second belongs to a range that ends now. */
export function resolve(range: TimeRange, nowMs: number): Window {
  if (range.kind === "absolute") return { start: range.start, end: range.end };
  const end = Math.floor(nowMs / 1000) + 1;
  return { start: end - range.seconds, end };
}

/** The last six hours of a window, and whether that left something out. */
export function clampForMap(window: Window): { window: Window; clamped: boolean } {
  if (window.end - window.start <= MAP_SECONDS_MAX) return { window, clamped: false };
  return { window: { start: window.end - MAP_SECONDS_MAX, end: window.end }, clamped: true };
}

/**
 * The range whose traces are those that a node of the map counted: the map goes by receipt, a list by
 * the traces' own times, which the node's `StartTime` and `EndTime` give.
 */
export function activityOf(window: Window, start: number | undefined, end: number | undefined): TimeRange {
  const from = Math.floor(start ?? window.start);
  return { kind: "absolute", start: from, end: Math.max(from + 1, Math.ceil(end ?? window.end)) };
}

function parseRelative(text: string): TimeRange | undefined {
  const parts = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/i.exec(text.trim());
  if (!parts) return undefined;
  const [weeks, days, hours, minutes, rest] = parts.slice(1).map((part) => Number(part ?? 0));
  const seconds = (weeks ?? 0) * 604800 + (days ?? 0) * 86400 + (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (rest ?? 0);
  return seconds > 0 ? { kind: "relative", seconds } : undefined;
}

function parseAbsolute(text: string): TimeRange | undefined {
  const [start, end, ...more] = text.split("~").map(parseUtc);
  if (more.length > 0 || start === undefined || end === undefined || end < start) return undefined;
  return { kind: "absolute", start, end: end === start ? end + 1 : end };
}

function parseUtc(text: string): number | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?Z?$/i.exec(text.trim());
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1).map((part) => Number(part ?? 0));
  const ms = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second ?? 0);
  const sameDay = new Date(ms).getUTCDate() === day && new Date(ms).getUTCHours() === hour;
  return sameDay ? ms / 1000 : undefined;
}

function formatUtc(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19);
}

function formatIsoDuration(seconds: number): string {
  const days = Math.floor(seconds / 86400);
  const rest = seconds % 86400;
  const parts: Array<[number, string]> = [
    [Math.floor(rest / 3600), "H"],
    [Math.floor((rest % 3600) / 60), "M"],
    [rest % 60, "S"],
  ];
  const time = parts.filter(([amount]) => amount > 0).map(([amount, unit]) => `${amount}${unit}`).join("");
  return `P${days > 0 ? `${days}D` : ""}${time ? `T${time}` : ""}`;
}
