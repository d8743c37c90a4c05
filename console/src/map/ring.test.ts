import { expect, test } from "vitest";
import { NO_COUNTS } from "../stats/classes";
import { arcPath, ringArcs } from "./ring";

const degrees = (counts: Parameters<typeof ringArcs>[0]) => Object.fromEntries(ringArcs(counts).map((arc) => [arc.status, Math.round((arc.to - arc.from) * 100) / 100]));

test("arcs are as long as their shares", () => {
  expect(degrees({ ok: 60, error: 25, fault: 10, throttle: 5 })).toEqual({ fault: 36, throttle: 18, error: 90, ok: 216 });
});

test("they follow each other clockwise: fault, throttle, error, ok", () => {
  const arcs = ringArcs({ ok: 60, error: 25, fault: 10, throttle: 5 });
  expect(arcs.map((arc) => [arc.status, arc.from])).toEqual([["fault", 0], ["throttle", 36], ["error", 54], ["ok", 144]]);
});

test("less than 2 % is drawn as 2 %, and the circle stays whole", () => {
  expect(degrees({ ok: 9990, error: 0, fault: 10, throttle: 0 })).toEqual({ fault: 7.2, ok: 352.8 });
});

test("nothing completed, no arcs", () => {
  expect(ringArcs(NO_COUNTS)).toEqual([]);
});

test("one class alone is a full circle of two halves", () => {
  expect(arcPath({ status: "ok", from: 0, to: 360 }, 10)).toBe("M0 -10A10 10 0 1 1 0 10A10 10 0 1 1 0 -10");
  expect(arcPath({ status: "ok", from: 0, to: 90 }, 10)).toBe("M0 -10A10 10 0 0 1 10 0");
});
