import { describe, expect, test } from "vitest";
import { activityOf, clampForMap, formatTimeRange, parseTimeRange, resolve } from "./range";

const B = 1767225600; // 2026-01-01T00:00:00Z

describe("a range in a link", () => {
  test.each([
    ["PT5M", 300],
    ["pt1h30m", 5400],
    ["P1DT2H", 93600],
    ["PT45S", 45],
    ["P1W", 604800],
  ])("%s is a relative one", (text, seconds) => {
    expect(parseTimeRange(text)).toEqual({ kind: "relative", seconds });
  });

  test.each([
    ["2026-01-01T00:00:00~2026-01-01T00:05:00", B, B + 300],
    ["2026-01-01T00:00~2026-01-01T00:05", B, B + 300],
    ["2026-01-01T00:00:00Z~2026-01-01T00:00:01Z", B, B + 1],
    ["2026-01-01T00:00:00~2026-01-01T00:00:00", B, B + 1],
  ])("%s is an absolute one in UTC", (text, start, end) => {
    expect(parseTimeRange(text)).toEqual({ kind: "absolute", start, end });
  });

  test.each(["", "5m", "P", "PT", "PT0S", "2026-01-01~2026-01-02", "2026-02-30T00:00~2026-03-01T00:00", "2026-01-02T00:00~2026-01-01T00:00", "a~b~c"])(
    "%j is none",
    (text) => {
      expect(parseTimeRange(text)).toBeUndefined();
    },
  );

  test.each(["PT5M", "PT1H", "PT1H30M", "P7D", "P1DT12H", "2026-01-01T00:00:00~2026-01-01T06:00:00"])("%s comes back as it was", (text) => {
    const range = parseTimeRange(text);
    expect(range && formatTimeRange(range)).toBe(text);
  });
});

test("a relative range ends with the current second", () => {
  expect(resolve({ kind: "relative", seconds: 300 }, (B + 10.4) * 1000)).toEqual({ start: B - 289, end: B + 11 });
});

test("the map takes the last six hours of a longer range, and says so", () => {
  expect(clampForMap({ start: B, end: B + 7 * 3600 })).toEqual({ window: { start: B + 3600, end: B + 7 * 3600 }, clamped: true });
  expect(clampForMap({ start: B, end: B + 6 * 3600 }).clamped).toBe(false);
});

test("traces of a node are looked for where the node was active", () => {
  const window = { start: B, end: B + 900 };
  expect(activityOf(window, B + 300, B + 420)).toEqual({ kind: "absolute", start: B + 300, end: B + 420 });
  expect(activityOf(window, B - 3600, B - 3600)).toEqual({ kind: "absolute", start: B - 3600, end: B - 3599 });
  expect(activityOf(window, undefined, undefined)).toEqual({ kind: "absolute", start: B, end: B + 900 });
});
