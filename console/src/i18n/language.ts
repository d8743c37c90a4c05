// Which language to speak: the link's, else the saved one, else the browser's.
import type { Dictionary } from "./en";
import { en } from "./en";
import { ko } from "./ko";

export type Language = "en" | "ko";

export const LANGUAGES: Readonly<Record<Language, Dictionary>> = { en, ko };

export function chooseLanguage(link: string | undefined, saved: string | null, browser: readonly string[]): Language {
  const asked = [link, saved].find((value): value is Language => value === "en" || value === "ko");
  if (asked) return asked;
  return browser[0]?.toLowerCase().startsWith("ko") ? "ko" : "en";
}
