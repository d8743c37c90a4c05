import { expect, test } from "vitest";
import { carried, formatHash, parseHash } from "./route";

test.each([
  ["", { name: "service-map" }],
  ["#/", { name: "service-map" }],
  ["#/service-map", { name: "service-map" }],
  ["#/traces", { name: "traces" }],
  ["#/traces/1-6955b900-000000000000000000000006", { name: "trace", id: "1-6955b900-000000000000000000000006" }],
  ["#/traces/6955B900000000000000000000000006", { name: "trace", id: "1-6955b900-000000000000000000000006" }],
  ["#/traces/1-6955b900-000000000000000000000006/raw", { name: "raw", id: "1-6955b900-000000000000000000000006" }],
  ["#/analytics", { name: "unknown", path: "/analytics" }],
])("%j opens its page", (hash, page) => {
  expect(parseHash(hash).page).toEqual(page);
});

test("parameters survive the way through a link", () => {
  const params = { filter: 'service("주문 + 결제") AND a = "100%"', timeRange: "2026-01-01T00:00:00~2026-01-01T00:05:00", node: "shop|AWS::EC2::Instance" };
  const hash = formatHash({ name: "traces" }, params);
  expect(parseHash(hash)).toEqual({ page: { name: "traces" }, params });
  expect(hash).toContain("timeRange=2026-01-01T00:00:00~2026-01-01T00:05:00");
});

test("a plus is a blank, as other programs write links, and broken escapes stay as they are", () => {
  expect(parseHash("#/traces?filter=fault+AND+ok&x=%E0%A4%A").params).toEqual({ filter: "fault AND ok", x: "%E0%A4%A" });
});

test("a trace's link is just its id", () => {
  expect(formatHash({ name: "trace", id: "1-6955b900-000000000000000000000006" })).toBe("#/traces/1-6955b900-000000000000000000000006");
});

test("range, refresh, language and theme go along; the rest belongs to its page", () => {
  expect(carried({ timeRange: "PT1H", lang: "ko", filter: "fault", node: "a" })).toEqual({ timeRange: "PT1H", lang: "ko" });
});
