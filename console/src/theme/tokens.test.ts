import { readFileSync } from "node:fs";
import tokens from "@cloudscape-design/design-tokens/index-visual-refresh.json" with { type: "json" };
import { expect, test } from "vitest";

const COPIES = {
  text: "color-text-body-default",
  "text-secondary": "color-text-body-secondary",
  heading: "color-text-heading-default",
  link: "color-text-link-default",
  surface: "color-background-container-content",
  hover: "color-background-dropdown-item-hover",
  selected: "color-background-item-selected",
  "selected-border": "color-border-item-selected",
  focus: "color-border-item-focused",
  divider: "color-border-divider-default",
  "divider-light": "color-border-divider-secondary",
};

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");
const [light = "", dark = ""] = css.split(".awsui-dark-mode");

test.each(Object.entries(COPIES))("--rg-%s is Cloudscape's %s in both themes", (name, token) => {
  const values = tokens.tokens[token as keyof typeof tokens.tokens].$value;
  expect([valueIn(light, name), valueIn(dark, name)]).toEqual([(values as { light: string }).light, (values as { dark: string }).dark]);
});

function valueIn(part: string, name: string): string | undefined {
  return new RegExp(`--rg-${name}: ([^;]+);`).exec(part)?.[1];
}
