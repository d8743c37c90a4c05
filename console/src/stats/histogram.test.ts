import { expect, test } from "vitest";
import { percentile, shareOf, toBars } from "./histogram";

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
