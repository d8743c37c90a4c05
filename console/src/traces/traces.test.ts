import { expect, test } from "vitest";
import { shopTraces, summaryOf } from "../../mock/answers";
import type { TraceSummary } from "../api/wire";
import { type ScanPage, scanOf } from "./scan";
import { formatSorting, NEWEST_FIRST, parseSorting, rowStatus, sorted, splitUrl, statisticsOf } from "./summary";

const [base] = shopTraces(1767225600, 2).map(summaryOf).slice(1);
const summary = (changes: Partial<TraceSummary>): TraceSummary => ({ ...(base as TraceSummary), ...changes });

test("flags come before completeness", () => {
  expect(rowStatus(summary({}))).toBe("ok");
  expect(rowStatus(summary({ HasFault: true, IsPartial: true }))).toBe("fault");
  expect(rowStatus(summary({ HasThrottle: true }))).toBe("throttle");
  expect(rowStatus(summary({ IsPartial: true, ResponseTime: undefined }))).toBe("partial");
  expect(rowStatus(summary({ ResponseTime: undefined }))).toBe("inProgress");
});

test("statistics count what has a response time", () => {
  const list = [0.1, 0.2, 0.3, undefined].map((ResponseTime, index) => summary({ ResponseTime, HasFault: index === 0 }));
  expect(statisticsOf(list)).toEqual({ count: 4, average: expect.closeTo(0.2), p50: 0.2, p95: 0.3, counts: { fault: 1, throttle: 0, error: 0, ok: 3 } });
  expect(statisticsOf([])).toMatchObject({ count: 0, average: undefined, p50: undefined });
});

test("sorting keeps rows without a value at the end, both ways", () => {
  const rows = [summary({ Id: "a", ResponseTime: undefined }), summary({ Id: "b", ResponseTime: 2 }), summary({ Id: "c", ResponseTime: 1 })];
  const ids = (descending: boolean) => sorted(rows, { field: "responseTime", descending }).map((row) => row.Id);
  expect([ids(false), ids(true)]).toEqual([["c", "b", "a"], ["b", "c", "a"]]);
});

test("the order in a link is read back; nonsense means newest first", () => {
  expect(parseSorting(formatSorting({ field: "url", descending: false }))).toEqual({ field: "url", descending: false });
  expect([parseSorting(undefined), parseSorting("nothing-desc"), parseSorting("start")]).toEqual([NEWEST_FIRST, NEWEST_FIRST, NEWEST_FIRST]);
});

test("a scan goes on through empty pages and tells how far it has come", () => {
  const window = { start: 1000, end: 2000 };
  const page = (changes: object): ScanPage => ({ window, answer: { TraceSummaries: [], TracesProcessedCount: 1000, ...changes } });
  const first = page({ ApproximateTime: 1750, NextToken: "1" });
  expect(scanOf([])).toMatchObject({ progress: 0, complete: false });
  expect(scanOf([first])).toMatchObject({ summaries: [], processed: 1000, progress: 0.25, complete: false });
  expect(scanOf([first, page({ TraceSummaries: [summary({})], ApproximateTime: 1000 })])).toMatchObject({ processed: 2000, progress: 1, complete: true, summaries: { length: 1 } });
});

test("a trace that two pages tell of is listed once, as last told", () => {
  const page = (Revision: number): ScanPage => ({ window: { start: 0, end: 1 }, answer: { TraceSummaries: [summary({ Revision })] } });
  expect(scanOf([page(1), page(2)]).summaries).toMatchObject([{ Revision: 2 }]);
});

test("a URL is cut between host and path", () => {
  expect(splitUrl("https://shop.example.com/orders?id=1")).toEqual({ host: "https://shop.example.com", path: "/orders?id=1" });
  expect(splitUrl("http://10.0.0.1:8080")).toEqual({ host: "", path: "http://10.0.0.1:8080" });
  expect(splitUrl("mail-worker")).toEqual({ host: "", path: "mail-worker" });
});
