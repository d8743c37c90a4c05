import { describe, expect, test } from "vitest";
import { entryOf, shopTraces } from "../../mock/answers";
import type { TraceEntry } from "../api/wire";
import { causeOf, type JsonObject } from "./document";
import { ancestors, barPlace, disagreement, durationOf, search, statusOf, ticks, visibleRows } from "./timeline";
import { buildTree, withDescendants } from "./tree";

const B = 1767225600;

function traceOf(...documents: JsonObject[]): TraceEntry {
  return { Id: "1-6955b900-000000000000000000000001", LimitExceeded: false, Segments: documents.map((document) => ({ Id: String(document["id"]), Document: JSON.stringify(document) })) };
}

const names = (trace: TraceEntry, folded: string[] = []) => visibleRows(buildTree(trace), new Set(folded)).map((row) => `${"  ".repeat(row.depth)}${row.entity.name}`);

const caller = { id: "c1", name: "shop", start_time: B, end_time: B + 0.5, subsegments: [{ id: "c2", name: "stock.example", namespace: "remote", start_time: B + 0.1, end_time: B + 0.4 }] };
const callee = { id: "c3", parent_id: "c2", name: "stock", start_time: B + 0.13, end_time: B + 0.38, subsegments: [{ id: "c4", name: "audit", start_time: B + 0.2, end_time: B + 0.45 }] };

describe("the tree", () => {
  test("a called segment stands under the call, whatever came first", () => {
    const expected = ["shop", "  stock.example", "    stock", "      audit"];
    expect(names(traceOf(caller, callee))).toEqual(expected);
    expect(names(traceOf(callee, caller))).toEqual(expected);
  });

  test("an inferred segment becomes part of its call's row", () => {
    const call = { id: "a2", name: "DynamoDB", namespace: "aws", start_time: B, end_time: B + 0.04 };
    const trace = traceOf({ id: "a1", name: "web", start_time: B, end_time: B + 0.2, subsegments: [call] }, { ...call, id: "a9", parent_id: "a2", inferred: true, origin: "AWS::DynamoDB::Table" });
    const tree = buildTree(trace);
    expect(names(trace)).toEqual(["web", "  DynamoDB"]);
    expect(tree.byId.get("a2")).toMatchObject({ origin: "AWS::DynamoDB::Table", receiver: { id: "a9" } });
    expect(tree.segments).toBe(1);
  });

  test("a parent that was not received gets a place of its own", () => {
    const tree = buildTree(traceOf(caller, { id: "d4", parent_id: "d3", name: "back", start_time: B + 0.3, end_time: B + 0.7 }));
    expect(tree.partial).toBe(true);
    expect(tree.roots.map((root) => [root.kind, root.id])).toEqual([["segment", "c1"], ["missing", "d3"]]);
    expect(tree.root?.id).toBe("c1");
  });

  test("a trace of detached segments has no root", () => {
    expect(buildTree(traceOf(callee)).root).toBeUndefined();
  });

  test("a document that is no JSON is a row, not a crash", () => {
    const tree = buildTree({ ...traceOf(caller), Segments: [{ Id: "bad", Document: "{not json" }] });
    expect(tree.roots).toMatchObject([{ kind: "unreadable", id: "bad", text: "{not json" }]);
  });

  test("a cycle of parents ends", () => {
    const one = { id: "x1", parent_id: "x2", name: "one", start_time: B, end_time: B + 1 };
    const two = { id: "x2", parent_id: "x1", name: "two", start_time: B, end_time: B + 1 };
    expect(names(traceOf(one, two))).toHaveLength(2);
  });

  test("10,000 entities, 500 deep, are put together", () => {
    let deep: JsonObject = { id: "deep", name: "deep", start_time: B, end_time: B + 1 };
    for (let level = 0; level < 500; level += 1) deep = { id: `l${level}`, name: `l${level}`, start_time: B, end_time: B + 1, subsegments: [deep] };
    const wide = Array.from({ length: 9_500 }, (_, index) => ({ id: `w${index}`, name: "call", start_time: B, end_time: B + 1 }));
    const tree = buildTree(traceOf({ id: "root", name: "root", start_time: B, end_time: B + 1, subsegments: [deep, ...wide] }));
    expect(visibleRows(tree, new Set())).toHaveLength(10_002);
    expect(ancestors(tree.byId.get("deep"))).toHaveLength(501);
  });
});

describe("the timeline", () => {
  const tree = buildTree(traceOf(caller, callee));
  const entity = (id: string) => found(tree.byId.get(id));

  test("bars stand on the axis of the whole trace", () => {
    expect(barPlace(entity("c1"), tree)).toEqual({ left: 0, width: 1, running: false });
    expect(barPlace(entity("c2"), tree)).toEqual({ left: expect.closeTo(0.2), width: expect.closeTo(0.6), running: false });
  });

  test("what still runs reaches to the end and has no duration", () => {
    const running = buildTree(traceOf({ ...caller, subsegments: [{ id: "r1", name: "wait", start_time: B + 0.25, in_progress: true }] }));
    const row = running.byId.get("r1");
    expect(row && barPlace(row, running)).toEqual({ left: expect.closeTo(0.5), width: expect.closeTo(0.5), running: true });
    expect(row && [durationOf(row), statusOf(row), running.running]).toEqual([undefined, "inProgress", true]);
  });

  test("folding hides and counts what lies below", () => {
    expect(names(traceOf(caller, callee), ["c2"])).toEqual(["shop", "  stock.example"]);
    expect(visibleRows(tree, new Set(["c2"]))[1]).toMatchObject({ folded: true, hidden: 2 });
  });

  test("the flag decides the status, throttle before fault before error", () => {
    const flagged = (flags: JsonObject) => statusOf(found(buildTree(traceOf({ ...caller, ...flags })).roots[0]));
    expect([flagged({}), flagged({ error: true }), flagged({ error: true, fault: true }), flagged({ error: true, throttle: true })]).toEqual(["ok", "error", "fault", "throttle"]);
    expect(flagged({ http: { response: { status: 500 } } })).toBe("ok");
  });

  test("clocks that disagree are told, not mended", () => {
    const early = buildTree(traceOf(caller, { ...callee, start_time: B + 0.088 }));
    const { early: ahead } = disagreement(found(early.byId.get("c3")));
    expect(ahead).toBeCloseTo(0.012);
    expect(disagreement(entity("c3"))).toEqual({ early: 0, late: 0 });
  });

  test("ticks are round and begin at zero", () => {
    expect(ticks(0.336).map((tick) => tick.seconds)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(ticks(12).map((tick) => tick.seconds)).toEqual([0, 2, 4, 6, 8, 10, 12]);
    expect(ticks(0)).toEqual([{ share: 0, seconds: 0 }]);
  });

  test("search finds names, values and messages, in the order of the rows", () => {
    expect(search(tree, "STOCK")).toEqual(["c2", "c3"]);
    expect(search(tree, "  ")).toEqual([]);
  });

  test("every entity of the mock's traces has its row", () => {
    for (const stored of shopTraces(B, 40)) {
      const whole = buildTree(entryOf(stored));
      expect(visibleRows(whole, new Set())).toHaveLength(whole.roots.flatMap(withDescendants).length);
      expect(whole.partial).toBe(false);
    }
  });
});

describe("a cause", () => {
  test("is a description, the id of one elsewhere, or nothing", () => {
    expect(causeOf({ cause: { working_directory: "/app", exceptions: [{ id: "e1", type: "Oops", message: null, stack: [{ path: null, line: 3, label: "f" }] }] } })).toMatchObject({
      workingDirectory: "/app",
      exceptions: [{ type: "Oops", message: "", stack: [{ path: "", line: "3", label: "f" }] }],
    });
    expect(causeOf({ cause: "abcdefabcdefabcd" }).elsewhere).toBe("abcdefabcdefabcd");
    expect(causeOf({ cause: { id: "abcd", exceptions: [] } }).elsewhere).toBe("abcd");
    expect(causeOf({}).exceptions).toEqual([]);
  });
});

function found<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("not there");
  return value;
}
