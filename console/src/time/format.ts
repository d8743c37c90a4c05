// How times, durations and rates are written; the same in every language, but for what a caller passes in.

/** `2026-01-02 15:04:05`, with milliseconds on request, in the zone that `Date` uses. */
export function formatLocal(seconds: number, fraction: "seconds" | "milliseconds" = "seconds"): string {
  const date = new Date(seconds * 1000);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return fraction === "seconds" ? `${day} ${time}` : `${day} ${time}.${three(date.getMilliseconds())}`;
}

export function formatUtc(seconds: number, fraction: "seconds" | "milliseconds" = "seconds"): string {
  const text = new Date(seconds * 1000).toISOString();
  return text.slice(0, fraction === "seconds" ? 19 : 23).replace("T", " ");
}

/** `UTC+9`, `UTC-3:30`, `UTC`. */
export function zoneName(offsetMinutes = -new Date().getTimezoneOffset()): string {
  if (offsetMinutes === 0) return "UTC";
  const sign = offsetMinutes < 0 ? "-" : "+";
  const minutes = Math.abs(offsetMinutes);
  const rest = minutes % 60;
  return `UTC${sign}${Math.floor(minutes / 60)}${rest === 0 ? "" : `:${two(rest)}`}`;
}

/** Three significant digits and a unit: `0.35 ms`, `12.3 ms`, `1.23 s`, `2 min 5 s`, `1 h 2 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 0) return `-${formatDuration(-seconds)}`;
  const ms = seconds * 1000;
  if (ms < 999.5) return `${significant(ms)} ms`;
  if (seconds < 59.95) return `${significant(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return joined([whole / 60, "min"], [whole % 60, "s"]);
  return joined([whole / 3600, "h"], [(whole % 3600) / 60, "min"]);
}

/** A count, `1,234`; large ones shortened, `12.3k`. */
export function formatCount(count: number): string {
  if (count < 10_000) return count.toLocaleString("en-US");
  if (count < 999_500) return `${significant(count / 1000)}k`;
  return `${significant(count / 1_000_000)}M`;
}

/** A rate with at most one decimal. */
export function formatRate(rate: number): string {
  if (rate === 0) return "0";
  if (rate < 0.1) return "<0.1";
  return rate < 100 ? String(Number(rate.toFixed(1))) : formatCount(Math.round(rate));
}

/** `0.4%`, `12%`; a share that is not nothing never reads as 0. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return "<0.1%";
  return `${percent < 10 ? Number(percent.toFixed(1)) : Math.round(percent)}%`;
}

export type AgeUnit = "second" | "minute" | "hour" | "day";

/** The largest whole unit of an age. */
export function ageOf(seconds: number): { amount: number; unit: AgeUnit } {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return { amount: whole, unit: "second" };
  if (whole < 3600) return { amount: Math.floor(whole / 60), unit: "minute" };
  if (whole < 86400) return { amount: Math.floor(whole / 3600), unit: "hour" };
  return { amount: Math.floor(whole / 86400), unit: "day" };
}

function significant(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

function joined(...parts: Array<[number, string]>): string {
  const texts = parts.map(([amount, unit]) => [Math.floor(amount), unit] as const).filter(([amount]) => amount > 0);
  return texts.map(([amount, unit]) => `${amount} ${unit}`).join(" ");
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

function three(value: number): string {
  return String(value).padStart(3, "0");
}
