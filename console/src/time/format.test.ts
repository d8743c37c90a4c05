import { expect, test } from "vitest";
import { ageOf, formatCount, formatDuration, formatRate, formatShare, formatUtc, zoneName } from "./format";

test.each([
  [0, "0 ms"],
  [0.00035, "0.35 ms"],
  [0.0123, "12.3 ms"],
  [0.1234, "123 ms"],
  [0.9994, "999 ms"],
  [0.9996, "1 s"],
  [1.2345, "1.23 s"],
  [59.9, "59.9 s"],
  [60, "1 min"],
  [125, "2 min 5 s"],
  [3725, "1 h 2 min"],
  [-0.012, "-12 ms"],
])("%d s is written %s", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test.each([
  [999, "999"],
  [1234, "1,234"],
  [12_345, "12.3k"],
  [999_900, "1M"],
  [2_500_000, "2.5M"],
])("%d is written %s", (count, text) => {
  expect(formatCount(count)).toBe(text);
});

test("a little is never written as nothing", () => {
  expect([formatRate(0), formatRate(0.04), formatRate(12.34), formatRate(1234)]).toEqual(["0", "<0.1", "12.3", "1,234"]);
  expect([formatShare(0), formatShare(0.0004), formatShare(0.034), formatShare(0.876)]).toEqual(["0%", "<0.1%", "3.4%", "88%"]);
});

test("ages take their largest whole unit", () => {
  expect([ageOf(-3), ageOf(59), ageOf(3599), ageOf(90_000)]).toEqual([
    { amount: 0, unit: "second" },
    { amount: 59, unit: "second" },
    { amount: 59, unit: "minute" },
    { amount: 1, unit: "day" },
  ]);
});

test("zones are named by their distance to UTC", () => {
  expect([zoneName(540), zoneName(0), zoneName(-210)]).toEqual(["UTC+9", "UTC", "UTC-3:30"]);
  expect(formatUtc(1767225600.25, "milliseconds")).toBe("2026-01-01 00:00:00.250");
});
