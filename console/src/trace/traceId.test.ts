import { expect, test } from "vitest";
import { asW3c, parseTraceId } from "./traceId";

const ID = "1-6955b900-000000000000000000000006";

test.each([ID, ` ${ID}\n`, ID.toUpperCase(), "6955b900000000000000000000000006", " 6955B900000000000000000000000006 "])("%j is a trace id", (text) => {
  expect(parseTraceId(text)).toBe(ID);
});

test.each(["", "1-6955b900", "2-6955b900-000000000000000000000006", "6955b90000000000000000000000000g", `${ID}0`])("%j is none", (text) => {
  expect(parseTraceId(text)).toBeUndefined();
});

test("the W3C form has the same digits", () => {
  expect(asW3c(ID)).toBe("6955b900000000000000000000000006");
});
