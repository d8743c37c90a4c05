import { expect, test } from "vitest";
import type { StatusClass } from "../stats/classes";
import type { Span } from "../stats/histogram";
import { readProblem } from "./problem";
import { addTerm, negated } from "./terms";
import { annotationFilter, edgeFilter, EVERY_REQUEST, nodeFilter, quote, requestFilter } from "./text";

const N = 'service(id(name: "N", type: "T"))';
const node = { name: "N", type: "T" };
const narrowed = (classes: StatusClass[], time: Span = {}) => ({ classes, time });
const ALL: StatusClass[] = ["ok", "error", "throttle", "fault"];

test.each([
  [EVERY_REQUEST, N],
  [narrowed(ALL), N],
  [narrowed([]), N],
  [narrowed(["error", "fault"]), `${N} { fault OR error }`],
  [narrowed(["throttle"]), `${N} { throttle }`],
  [narrowed(["error", "fault"], { from: 1.2, to: 3.45 }), `${N} { (fault OR error) AND responsetime >= 1.2 AND responsetime <= 3.45 }`],
  [narrowed(["fault"], { from: 1.2, to: 3.45 }), `${N} { fault AND responsetime >= 1.2 AND responsetime <= 3.45 }`],
  [narrowed(ALL, { from: 1.2, to: 3.45 }), `${N} { responsetime >= 1.2 AND responsetime <= 3.45 }`],
  [narrowed(ALL, { from: 0.1 + 0.2 }), `${N} { responsetime >= 0.3 }`],
  [narrowed(ALL, { to: 0 }), `${N} { responsetime <= 0 }`],
  [narrowed(ALL, { from: 3.45, to: 1.2 }), `${N} { responsetime >= 1.2 AND responsetime <= 3.45 }`],
])("of a node, %j is asked for as %s", (narrowing, text) => {
  expect(nodeFilter(node, narrowing)).toBe(text);
});

test.each([
  [{ name: "N", type: undefined }, 'service("N")'],
  [{ name: "web", type: "client" }, 'service(id(name: "web", type: "client"))'],
  [{ name: "주문", type: "AWS::Lambda" }, 'service(id(name: "주문", type: "AWS::Lambda"))'],
  [{ name: 'a "b" \\ c', type: undefined }, String.raw`service("a \"b\" \\ c")`],
])("the node %j is %s", (named, text) => {
  expect(nodeFilter(named)).toBe(text);
});

const A = { name: "A", type: "TA" };
const B = { name: "B", type: "TB" };
test.each([
  [A, B, EVERY_REQUEST, 'edge(id(name: "A", type: "TA"), id(name: "B", type: "TB"))'],
  [A, B, narrowed(["ok"]), 'edge(id(name: "A", type: "TA"), id(name: "B", type: "TB")) { ok }'],
  [A, B, narrowed(["throttle", "fault"], { to: 2 }), 'edge(id(name: "A", type: "TA"), id(name: "B", type: "TB")) { (fault OR throttle) AND responsetime <= 2 }'],
  [{ name: "A", type: undefined }, { name: "B", type: undefined }, EVERY_REQUEST, 'edge("A", "B")'],
  [A, { name: 'B"', type: undefined }, EVERY_REQUEST, String.raw`edge(id(name: "A", type: "TA"), "B\"")`],
  [{ name: "A", type: "client" }, A, EVERY_REQUEST, 'edge(id(name: "A", type: "client"), id(name: "A", type: "TA"))'],
])("the edge from %j to %j, %j", (from, to, narrowing, text) => {
  expect(edgeFilter(from, to, narrowing)).toBe(text);
});

test.each([
  ["http.url", 'https://a.test/search?q="mug"', String.raw`http.url = "https://a.test/search?q=\"mug\""`],
  ["http.method", "GET", 'http.method = "GET"'],
  ["http.status", 503, "http.status = 503"],
  ["user", "김민수", 'user = "김민수"'],
  ["http.clientip", "198.51.100.20", 'http.clientip = "198.51.100.20"'],
] as const)("a click on the %s %s adds %s", (field, value, text) => {
  expect(requestFilter(field, value)).toBe(text);
});

test("annotations are compared with a value of their type, under any key", () => {
  expect(annotationFilter("username", "김민수")).toBe('annotation[username] = "김민수"');
  expect(annotationFilter("count", 3)).toBe("annotation[count] = 3");
  expect(annotationFilter("http.route", true)).toBe("annotation[http.route] = true");
  expect(annotationFilter("cart id", "1")).toBe('annotation["cart id"] = "1"');
  expect(quote('a "b" \\ c')).toBe('"a \\"b\\" \\\\ c"');
});

test.each([
  ["", "fault", "fault"],
  [" error ", "fault", "error AND fault"],
  ["error OR ok", "fault", "(error OR ok) AND fault"],
  ["error or ok", "fault", "(error or ok) AND fault"],
  ["(error OR ok) AND user", "fault", "(error OR ok) AND user AND fault"],
  [`${N} { fault OR error }`, 'user = "a"', `${N} { fault OR error } AND user = "a"`],
  ['user = "this OR that"', "fault", 'user = "this OR that" AND fault'],
  ["user = 'this OR \\' that'", "fault", "user = 'this OR \\' that' AND fault"],
  ["user = this-OR-that", "fault", "user = this-OR-that AND fault"],
])("to %j the term %j is added as %j", (old, term, text) => {
  expect(addTerm(old, term)).toBe(text);
});

test.each([
  ["http.status = 503", "http.status = 503"],
  ['fault and http.status=503 AND user = "a"', "http.status = 503"],
  ['(error OR ok) AND user = "a AND b"', 'user = "a AND b"'],
  ["fault AND !(http.status = 503)", negated("http.status = 503")],
])("%j holds %j already", (old, term) => {
  expect(addTerm(old, term)).toBe(old);
});

test.each([
  ["http.status = 503 OR fault", "http.status = 503", "(http.status = 503 OR fault) AND http.status = 503"],
  ["!(http.status = 503)", "http.status = 503", "!(http.status = 503) AND http.status = 503"],
  ['service("a") { user = "x" }', 'user = "x"', 'service("a") { user = "x" } AND user = "x"'],
  ['user = "X"', 'user = "x"', 'user = "X" AND user = "x"'],
])("%j does not hold %j yet", (old, term, text) => {
  expect(addTerm(old, term)).toBe(text);
});

test("the mark stands under the character that the server names", () => {
  const text = "Error Location: line 1, position 14 : Invalid input symbol: '{'";
  const expression = 'service("a") { fault }';
  expect(readProblem(text, expression)).toEqual({ text, place: { line: expression, before: 13 } });
  expect(expression[13]).toBe("{");
});

test("a place beyond the expression is its end; a text without a place is just shown", () => {
  expect(readProblem("Error Location: line 1, position 90 : Unexpected end", "fault").place).toEqual({ line: "fault", before: 5 });
  expect(readProblem("Error Location: line 3, position 1 : x", "fault").place).toBeUndefined();
  expect(readProblem("not supported yet", "fault")).toEqual({ text: "not supported yet" });
});
