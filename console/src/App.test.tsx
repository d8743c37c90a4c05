// @vitest-environment happy-dom
import { fireEvent, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { shopTraces } from "../mock/answers";
import { parseHash } from "./route/route";
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
  await user.click(within(panel).getByRole("checkbox", { name: /^Throttle/ }));
  await user.type(within(panel).getByRole("spinbutton", { name: "From (s)" }), "1.2");
  await user.type(within(panel).getByRole("spinbutton", { name: "To (s)" }), "3.45");
  await user.click(within(panel).getByRole("link", { name: "View traces" }));
  expect(parseHash(window.location.hash).params).toMatchObject({
    filter: 'service(id(name: "payments.example.com", type: "remote")) { (fault OR error) AND responsetime >= 1.2 AND responsetime <= 3.45 }',
    timeRange: expect.stringMatching(/^\d{4}-/) as string,
  });
});

test("dragging in the histogram selects response times; Esc and a double click take that back", async () => {
  const { user } = openConsole("#/service-map?lang=en");
  await user.click(await screen.findByRole("button", { name: /^payments\.example\.com, remote, inferred/ }, PATIENCE));
  const panel = await screen.findByRole("complementary", { name: "payments.example.com" });
  const histogram = within(panel).getByRole("img", { name: /^Histogram of response times/ });
  histogram.getBoundingClientRect = () => new DOMRect(100, 0, 420, 150);
  histogram.setPointerCapture = () => undefined;
  const ends = () => ["From (s)", "To (s)"].map((name) => (within(panel).getByRole("spinbutton", { name }) as HTMLInputElement).value);
  const drag = (from: number, to: number) => {
    fireEvent.pointerDown(histogram, { clientX: from, button: 0 });
    fireEvent.pointerMove(histogram, { clientX: to });
    fireEvent.pointerUp(histogram, { clientX: to });
    fireEvent.pointerMove(histogram, { clientX: to + 50 });
  };

  drag(200, 202);
  expect(ends()).toEqual(["", ""]);
  drag(200, 300);
  const [from, to] = ends().map(Number);
  expect(from).toBeGreaterThan(0);
  expect(to).toBeGreaterThan(from ?? 0);
  const link = within(panel).getByRole("link", { name: "View traces" });
  expect(parseHash(link.getAttribute("href") ?? "").params["filter"]).toContain(`{ responsetime >= ${from} AND responsetime <= ${to} }`);

  fireEvent.keyDown(histogram, { key: "Escape" });
  expect(ends()).toEqual(["", ""]);
  drag(300, 200);
  expect(ends()).toEqual([String(from), String(to)]);
  fireEvent.doubleClick(histogram);
  expect(ends()).toEqual(["", ""]);
});

test("an edge leads to the calls between its nodes", async () => {
  openConsole(`#/service-map?lang=en&edge=${encodeURIComponent("shop-api/prod|client > shop-api/prod|AWS::ApiGateway::Stage")}`);
  const link = await screen.findByRole("link", { name: "View traces" }, PATIENCE);
  const { filter } = parseHash(link.getAttribute("href") ?? "").params;
  expect(filter).toBe('edge(id(name: "shop-api/prod", type: "client"), id(name: "shop-api/prod", type: "AWS::ApiGateway::Stage"))');
});

test("a click on a value of the list adds it to the filter, once; with Alt it is excluded", async () => {
  const { user } = openConsole(`#/traces?lang=en&timeRange=PT1H&filter=${encodeURIComponent("fault OR ok OR error")}`);
  const filter = () => parseHash(window.location.hash).params["filter"];
  const value = async (name: string) => {
    const [first] = await screen.findAllByRole("button", { name }, PATIENCE);
    return first as HTMLElement;
  };
  await user.click(await value("POST"));
  expect(filter()).toBe('(fault OR ok OR error) AND http.method = "POST"');
  await user.click(await value("POST"));
  expect(filter()).toBe('(fault OR ok OR error) AND http.method = "POST"');
  fireEvent.click(await value("502"), { altKey: true });
  expect(filter()).toBe('(fault OR ok OR error) AND http.method = "POST" AND !(http.status = 502)');
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
  openConsole(`#/traces?lang=en&filter=${encodeURIComponent("fault && error")}`);
  expect(await screen.findByText(/Error Location: line 1, position 7 : Invalid input symbol: '&'/, undefined, PATIENCE)).toBeDefined();
  expect(screen.getByText("&", { selector: "mark" })).toBeDefined();
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
