// @vitest-environment happy-dom
import { fireEvent, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { shopTraces } from "../mock/answers";
import { openConsole } from "./testing/console";

// What the browser's console would show of React or Cloudscape.
let complaints: unknown[][] = [];
beforeEach(() => {
  complaints = [];
  for (const kind of ["error", "warn"] as const) vi.spyOn(console, kind).mockImplementation((...words: unknown[]) => void complaints.push(words));
});
afterEach(() => {
  if (complaints.length > 0) throw new Error(`the console complained: ${complaints.flat().map(String).join(" ")}`);
});

const PATIENCE = { timeout: 10_000 };

test("a node of the map opens a panel that leads to its traces", async () => {
  const { user } = openConsole("#/service-map?lang=en");
  const node = await screen.findByRole("button", { name: /^payments\.example\.com, remote, inferred/ }, PATIENCE);
  await user.click(node);
  expect(node.getAttribute("aria-pressed")).toBe("true");
  const panel = await screen.findByRole("complementary", { name: "payments.example.com" });
  expect(within(panel).getByRole("img", { name: /^Histogram of response times/ })).toBeDefined();

  await user.click(within(panel).getByRole("checkbox", { name: "OK" }));
  await user.click(within(panel).getByRole("link", { name: "View traces" }));
  expect(window.location.hash).toMatch(/^#\/traces\?filter=service\(%22payments\.example\.com%22\)%20AND%20\(fault%20OR%20throttle%20OR%20error\)&timeRange=\d{4}-/);
});

test("the map without any data says how to send some", async () => {
  openConsole("#/service-map?lang=en", []);
  expect(await screen.findByText("Nothing has been received yet", undefined, PATIENCE)).toBeDefined();
  expect(screen.getByText(/curl --json @- http:\/\/localhost.*\/TraceSegments/)).toBeDefined();
});

test("the list links to its traces and follows all pages", async () => {
  const { traces, calls } = openConsole("#/traces?lang=en&timeRange=PT1H", shopTraces(Date.now() / 1000, 250));
  const link = await screen.findByRole("link", { name: new RegExp(traces[2]?.id ?? "") }, PATIENCE);
  expect(link.getAttribute("href")).toBe(`#/traces/${traces[2]?.id}`);
  expect(within(screen.getByRole("table")).getAllByText("Fault").length).toBeGreaterThan(0);
  expect(await screen.findByText("(250)", undefined, PATIENCE)).toBeDefined();
  const pages = calls.filter((call) => call.path === "TraceSummaries").map((call) => call.body);
  expect(pages.map((page) => page["NextToken"])).toEqual([undefined, "100", "200"]);
  // A token belongs to one question: the window does not move with the clock.
  expect(new Set(pages.map((page) => page["EndTime"])).size).toBe(1);
});

test("a filter runs with Enter, but not while Hangul is being composed", async () => {
  const { calls } = openConsole("#/traces?lang=ko");
  const box = await screen.findByRole("searchbox", { name: "필터 표현식" }, PATIENCE);
  fireEvent.change(box, { target: { value: 'user = "주문"' } });
  fireEvent.keyDown(box, { key: "Enter", keyCode: 229, isComposing: true });
  expect(calls.some((call) => call.body["FilterExpression"])).toBe(false);
  fireEvent.keyDown(box, { key: "Enter", keyCode: 13 });
  await vi.waitFor(() => expect(calls.at(-1)?.body["FilterExpression"]).toBe('user = "주문"'));
});

test("what the server says of a filter is shown word for word, its place marked", async () => {
  openConsole(`#/traces?lang=en&filter=${encodeURIComponent('service("a") { fault }')}`);
  expect(await screen.findByText(/Error Location: line 1, position 14 : Invalid input symbol: '\{'/, undefined, PATIENCE)).toBeDefined();
  expect(screen.getByText("{", { selector: "mark" })).toBeDefined();
});

test("a row of the timeline opens a panel with the metadata", async () => {
  const { user, traces } = openConsole("#/traces?lang=ko");
  const trace = traces[1];
  window.location.hash = `#/traces/${trace?.id}`;
  const row = await screen.findByRole("row", { name: /Invocation/ }, PATIENCE);
  await user.click(row);
  await user.click(screen.getByRole("tab", { name: "메타데이터" }));
  expect(within(screen.getByRole("complementary")).getByText("녹차")).toBeDefined();
  expect(window.location.hash).toContain("tab=metadata");
});

test("a trace that is not there is said to be so, in both forms of its id", async () => {
  openConsole("#/traces/6955b900000000000000000000000006?lang=en");
  expect(await screen.findByText("Trace not found or expired", undefined, PATIENCE)).toBeDefined();
  expect(screen.getByText("1-6955b900-000000000000000000000006", { exact: false })).toBeDefined();
});
