import { expect, test } from "vitest";
import { en } from "./en";
import { ko } from "./ko";
import { chooseLanguage } from "./language";

test("the link decides, then the saved choice, then the browser", () => {
  expect(chooseLanguage("ko", "en", ["en-US"])).toBe("ko");
  expect(chooseLanguage("xx", "ko", ["en-US"])).toBe("ko");
  expect(chooseLanguage(undefined, null, ["ko-KR", "en"])).toBe("ko");
  expect(chooseLanguage(undefined, null, ["de", "ko"])).toBe("en");
});

test("every English text has a Korean one that differs, but for names and units", () => {
  const same: string[] = [];
  const compare = (path: string, left: unknown, right: unknown) => {
    if (typeof left === "string" && left === right) same.push(path);
    if (typeof left !== "object" || left === null) return;
    for (const [key, value] of Object.entries(left)) compare(`${path}.${key}`, value, (right as Record<string, unknown>)[key]);
  };
  compare("", en, ko);
  expect(same.toSorted()).toEqual([".panel.http", ".panel.sql", ".traces.p50", ".traces.p95", ".traces.placeholder", ".traces.url"]);
});
