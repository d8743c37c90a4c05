// Trace summaries as rows of the list, and what they say together.
import type { TraceSummary } from "../api/wire";
import { type ClassCounts, classOfFlags, NO_COUNTS, type StatusClass } from "../stats/classes";
import { percentileOf } from "../stats/histogram";

export type RowStatus = StatusClass | "inProgress" | "partial";

/** Flags first: a trace known to have failed is not just incomplete. */
export function rowStatus(summary: TraceSummary): RowStatus {
  const flag = flagOf(summary);
  if (flag !== "ok") return flag;
  if (summary.IsPartial) return "partial";
  return summary.ResponseTime === undefined || summary.ResponseTime === null ? "inProgress" : "ok";
}

export interface ListStatistics {
  count: number;
  average: number | undefined;
  p50: number | undefined;
  p95: number | undefined;
  counts: ClassCounts;
}

export function statisticsOf(summaries: readonly TraceSummary[]): ListStatistics {
  const times = summaries.flatMap((summary) => summary.ResponseTime ?? []);
  const counts = { ...NO_COUNTS };
  for (const summary of summaries) counts[flagOf(summary)] += 1;
  return {
    count: summaries.length,
    average: times.length > 0 ? times.reduce((a, b) => a + b, 0) / times.length : undefined,
    p50: percentileOf(times, 0.5),
    p95: percentileOf(times, 0.95),
    counts,
  };
}

export type SortField = "start" | "status" | "method" | "code" | "responseTime" | "duration" | "url" | "clientIp" | "user" | "annotations";

export interface Sorting {
  field: SortField;
  descending: boolean;
}

export const NEWEST_FIRST: Sorting = { field: "start", descending: true };

export function parseSorting(text: string | undefined): Sorting {
  const found = /^(\w+)-(asc|desc)$/.exec(text ?? "");
  const field = SORT_FIELDS.find((name) => name === found?.[1]);
  return field ? { field, descending: found?.[2] === "desc" } : NEWEST_FIRST;
}

export function formatSorting(sorting: Sorting): string {
  return `${sorting.field}-${sorting.descending ? "desc" : "asc"}`;
}

/** Rows without a value come last either way. */
export function sorted(summaries: readonly TraceSummary[], sorting: Sorting): TraceSummary[] {
  const sign = sorting.descending ? -1 : 1;
  return summaries.toSorted((a, b) => {
    const left = valueOf(a, sorting.field);
    const right = valueOf(b, sorting.field);
    if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
    const order = typeof left === "number" && typeof right === "number" ? left - right : String(left).localeCompare(String(right));
    return order === 0 ? a.Id.localeCompare(b.Id) : sign * order;
  });
}

export function annotationCount(summary: TraceSummary): number {
  return Object.keys(summary.Annotations ?? {}).length;
}

/** Each user once. */
export function usersOf(summary: TraceSummary): string[] {
  return [...new Set((summary.Users ?? []).flatMap((user) => user.UserName || []))];
}

/** The host of a URL with its scheme, and the rest; what is no URL is all rest. */
export function splitUrl(text: string): { host: string; path: string } {
  const found = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)(.*)$/i.exec(text);
  if (!found) return { host: "", path: text };
  const [, host = "", path = ""] = found;
  return path === "" ? { host: "", path: host } : { host, path };
}

function flagOf(summary: TraceSummary): StatusClass {
  return classOfFlags({ fault: summary.HasFault, error: summary.HasError, throttle: summary.HasThrottle });
}

function valueOf(summary: TraceSummary, field: SortField): string | number | undefined {
  switch (field) {
    case "start":
      return summary.StartTime;
    case "status":
      return STATUS_ORDER.indexOf(rowStatus(summary));
    case "method":
      return summary.Http.HttpMethod;
    case "code":
      return summary.Http.HttpStatus;
    case "responseTime":
      return summary.ResponseTime;
    case "duration":
      return summary.Duration;
    case "url":
      return summary.Http.HttpURL;
    case "clientIp":
      return summary.Http.ClientIp;
    case "user":
      return usersOf(summary).join(", ") || undefined;
    case "annotations":
      return annotationCount(summary);
  }
}

const STATUS_ORDER: readonly RowStatus[] = ["ok", "inProgress", "partial", "error", "throttle", "fault"];

const SORT_FIELDS: readonly SortField[] = [
  "start",
  "status",
  "method",
  "code",
  "responseTime",
  "duration",
  "url",
  "clientIp",
  "user",
  "annotations",
];
