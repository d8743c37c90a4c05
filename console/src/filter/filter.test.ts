import { expect, test } from "vitest";
import { readProblem } from "./problem";
import { addTerm, annotationFilter, edgeFilter, nodeFilter, quote } from "./text";

test("names are quoted, with quotes and backslashes escaped", () => {
  expect(quote('a "b" \\ c')).toBe('"a \\"b\\" \\\\ c"');
  expect(nodeFilter("주문")).toBe('service("주문")');
});

test("ticked classes narrow the list; all or none do not", () => {
  expect(nodeFilter("shop", ["ok", "fault"])).toBe('service("shop") AND (fault OR ok)');
  expect(nodeFilter("shop", ["throttle"])).toBe('service("shop") AND throttle');
  expect(nodeFilter("shop", ["fault", "throttle", "error", "ok"])).toBe('service("shop")');
  expect(nodeFilter("shop", [])).toBe('service("shop")');
  expect(edgeFilter("a", "b")).toBe('service("a") AND service("b")');
});

test("annotations are compared with a value of their type", () => {
  expect(annotationFilter("username", "김민수")).toBe('annotation.username = "김민수"');
  expect(annotationFilter("count", 3)).toBe("annotation.count = 3");
  expect(annotationFilter("http.route", true)).toBe("annotation[http.route] = true");
});

test("a term added to an OR puts the old expression into parentheses", () => {
  expect(addTerm("", "fault")).toBe("fault");
  expect(addTerm("error", "fault")).toBe("error AND fault");
  expect(addTerm("error OR ok", "fault")).toBe("(error OR ok) AND fault");
  expect(addTerm('user = "this OR that"', "fault")).toBe('user = "this OR that" AND fault');
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
