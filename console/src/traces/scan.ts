// Reading the list page by page: a page may be empty and still not be the last.
import type { GetTraceSummariesResponse, TraceSummary } from "../api/wire";
import type { Window } from "../time/range";

export interface ScanPage {
  window: Window;
  answer: GetTraceSummariesResponse;
}

export interface Scan {
  summaries: TraceSummary[];
  /** Traces looked at, matching or not. */
  processed: number;
  /** How much of the window has been searched, 0 to 1. */
  progress: number;
  complete: boolean;
}

export const ROWS_STEP = 1000;

export function scanOf(pages: readonly ScanPage[]): Scan {
  const last = pages.at(-1);
  const complete = last !== undefined && !last.answer.NextToken;
  const unique = new Map(pages.flatMap((page) => page.answer.TraceSummaries).map((summary) => [summary.Id, summary]));
  return {
    summaries: [...unique.values()],
    processed: pages.reduce((sum, page) => sum + (page.answer.TracesProcessedCount ?? 0), 0),
    progress: complete ? 1 : progressOf(last),
    complete,
  };
}

/** The search runs from the newest end backwards; the answer says how far it has come. */
function progressOf(last: ScanPage | undefined): number {
  const reached = last?.answer.ApproximateTime;
  if (last === undefined || reached === undefined || reached === null) return 0;
  const { start, end } = last.window;
  return end <= start ? 0 : Math.min(1, Math.max(0, (end - reached) / (end - start)));
}
