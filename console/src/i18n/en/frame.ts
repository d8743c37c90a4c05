// What surrounds the pages, and words that all of them use.
import type { AgeUnit } from "../../time/format";

const UNITS: Record<AgeUnit, string> = { second: "s", minute: "min", hour: "h", day: "d" };
const RANGE_UNITS: Record<AgeUnit, string> = { second: "second", minute: "minute", hour: "hour", day: "day" };

export const frame = {
  language: { name: "English", switch: "Language" },
  theme: { switch: "Theme", light: "Light", dark: "Dark", system: "System" },
  shell: {
    navigation: "Navigation",
    traceMap: "Trace map",
    traces: "Traces",
    traceIdPlaceholder: "Open a trace by its id",
    traceIdInvalid: "Not a trace id: expected 1-8-24 or 32 hexadecimal digits",
    notFound: "There is no such page",
    notFoundHint: "The address may be mistyped, or written for a later version.",
    crashed: "This view could not be drawn",
    crashedRetry: "Try again",
  },
  time: {
    label: "Time range",
    last: (amount: number, unit: AgeUnit) => `Last ${amount} ${RANGE_UNITS[unit]}${amount === 1 ? "" : "s"}`,
    unit: (unit: string, amount: number) => (amount === 1 ? unit : `${unit}s`),
    ago: (amount: number, unit: AgeUnit) => (amount === 0 && unit === "second" ? "just now" : `${amount} ${UNITS[unit]} ago`),
    relative: "Relative",
    absolute: "Absolute",
    invalid: "The time range in the address could not be read; the last 5 minutes are shown.",
    incomplete: "Give both a start and an end.",
    reversed: "The end must lie after the start.",
    refresh: "Refresh",
    autoRefresh: "Auto refresh",
    autoRefreshOff: "Off",
    every: (amount: number, unit: AgeUnit) => `Every ${amount} ${UNITS[unit]}`,
    absoluteNoRefresh: "An absolute range does not refresh by itself.",
  },
  status: {
    fault: "Fault (5xx)",
    throttle: "Throttle (429)",
    error: "Error (4xx)",
    ok: "OK",
    inProgress: "In progress",
    partial: "Incomplete",
    none: "No completed request",
  },
  short: { fault: "Fault", throttle: "Throttle", error: "Error", ok: "OK" },
  error: {
    title: "The server refused the request",
    unreachable: "The server does not answer",
    unreachableHint: "Check that Roentgen is running at this address. The console tries again when you refresh.",
    throttled: "The server is busy; try again in a moment.",
    internal: "This is a fault of the server. Its log says more.",
    refused: "Roentgen's own words are shown above, unchanged.",
    requestId: "Request id",
    retry: "Try again",
  },
  unit: {
    perMinute: (rate: string) => `${rate}/min`,
    requests: "Requests",
    average: "Average",
    rate: "Requests per minute",
    responseTime: "Response time",
    duration: "Duration",
  },
};
