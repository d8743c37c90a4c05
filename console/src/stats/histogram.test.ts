import { expect, test } from "vitest";
import { countWithin, percentile, shareOf, spanBetween, toBars } from "./histogram";

const buckets = [
  { Value: 0.3, Count: 1 },
  { Value: 0.1, Count: 8 },
  { Value: 0.2, Count: 1 },
];

test("a percentile is the smallest value that enough requests do not exceed", () => {
  expect([0, 0.5, 0.8, 0.81, 0.9, 0.95, 1].map((rank) => percentile(buckets, rank))).toEqual([0.1, 0.1, 0.1, 0.2, 0.2, 0.3, 0.3]);
});

test("an empty histogram has no percentile and no bars", () => {
  expect(percentile([], 0.5)).toBeUndefined();
  expect(toBars([])).toMatchObject({ bars: [], total: 0, untimed: 0 });
});

test("bars hold every timed request once", () => {
  const bars = toBars(buckets, 20);
  expect(bars.scale).toBe("linear");
  expect(bars.bars.reduce((sum, bar) => sum + bar.count, 0)).toBe(10);
  for (const [value, count] of [[0.1, 8], [0.3, 1]] as const) {
    expect(bars.bars.find((bar) => bar.from <= value && value < bar.to)?.count).toBe(count);
  }
});

test("more than ten times from fastest to slowest is logarithmic", () => {
  const bars = toBars([{ Value: 0.001, Count: 5 }, { Value: 2, Count: 5 }], 10);
  expect(bars.scale).toBe("logarithmic");
  expect([bars.bars[0]?.count, bars.bars[9]?.count]).toEqual([5, 5]);
  expect(shareOf("logarithmic", 0.01, 1, 0.1)).toBeCloseTo(0.5);
});

test("requests that nobody timed are counted apart", () => {
  expect(toBars([{ Value: 0, Count: 4 }, { Value: 0.1, Count: 2 }])).toMatchObject({ untimed: 4, total: 6 });
});

test("a drag selects short numbers, whichever way it went", () => {
  const bars = toBars([{ Value: 1, Count: 1 }, { Value: 4, Count: 1 }]);
  const share = (value: number) => shareOf("linear", bars.low, bars.high, value);
  expect(spanBetween(bars, share(1.203), share(3.447))).toEqual({ from: 1.2, to: 3.45 });
  expect(spanBetween(bars, share(3.447), share(1.203))).toEqual({ from: 1.2, to: 3.45 });
});

test("a drag over the whole plot holds every request, on both scales", () => {
  for (const values of [[0.0012, 3.4567], [3.4501, 3.4567], [0.1], [0.0004, 0.0006]]) {
    const list = values.map((Value) => ({ Value, Count: 2 }));
    expect(countWithin(list, spanBetween(toBars(list), -0.5, 1.5))).toBe(values.length * 2);
  }
});

test("both ends of a range belong to it, in whole milliseconds, and an open end has no limit", () => {
  expect(countWithin(buckets, { from: 0.1, to: 0.2 })).toBe(9);
  expect(countWithin(buckets, { from: 0.2004, to: 0.1 })).toBe(9);
  expect([countWithin(buckets, { from: 0.2 }), countWithin(buckets, { to: 0.15 }), countWithin(buckets, {})]).toEqual([2, 8, 10]);
});
