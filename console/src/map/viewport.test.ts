import { expect, test } from "vitest";
import { fit, reveal, SCALE, zoomAt } from "./viewport";

const box = { x: 0, y: 0, width: 1000, height: 200 };
const view = { width: 544, height: 400 };

test("fitting shows the whole box, clear of the margins", () => {
  const { x, y, scale } = fit(box, view);
  expect(scale).toBeCloseTo(0.468);
  expect([x, x + 1000 * scale]).toEqual([expect.closeTo(16), expect.closeTo(484)]);
  expect(y + 100 * scale).toBeCloseTo(200);
});

test("a small box is not blown up", () => {
  expect(fit({ x: 0, y: 0, width: 10, height: 10 }, view).scale).toBe(SCALE.fitMax);
});

test("what lies under the pointer stays there, and zoom has an end", () => {
  const point = { x: 100, y: 50 };
  const before = { x: 20, y: 10, scale: 1 };
  const after = zoomAt(before, 1.5, point);
  expect((point.x - after.x) / after.scale).toBeCloseTo((point.x - before.x) / before.scale);
  expect(zoomAt(before, 1000, point).scale).toBe(SCALE.max);
});

test("revealing moves only what is out of view", () => {
  const viewport = { x: 0, y: 0, scale: 1 };
  expect(reveal(viewport, { x: 200, y: 200 }, view)).toEqual(viewport);
  expect(reveal(viewport, { x: 900, y: 200 }, view, 100)).toEqual({ x: -456, y: 0, scale: 1 });
});
