// Language and theme: what the link says, else what was chosen before, else what the browser prefers.
import { I18nProvider } from "@cloudscape-design/components/i18n";
import messagesEn from "@cloudscape-design/components/i18n/messages/all.en";
import messagesKo from "@cloudscape-design/components/i18n/messages/all.ko";
import { applyMode, Mode } from "@cloudscape-design/global-styles";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useSyncExternalStore } from "react";
import type { Dictionary } from "./i18n/en";
import { chooseLanguage, type Language, LANGUAGES } from "./i18n/language";
import { useRouter } from "./route/useRoute";

export type Theme = "light" | "dark" | "system";

export interface Settings {
  language: Language;
  t: Dictionary;
  theme: Theme;
  setLanguage(language: Language): void;
  setTheme(theme: Theme): void;
}

const SettingsContext = createContext<Settings | undefined>(undefined);

export function SettingsProvider({ children }: { children: ReactNode }) {
  const { params, change } = useRouter();
  const language = chooseLanguage(params["lang"], saved("lang"), navigator.languages);
  const theme = chooseTheme(params["theme"], saved("theme"));
  const systemDark = useSyncExternalStore(onSystemTheme, isSystemDark);
  const dark = theme === "dark" || (theme === "system" && systemDark);

  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => {
    applyMode(dark ? Mode.Dark : Mode.Light);
  }, [dark]);

  const settings = useMemo<Settings>(
    () => ({
      language,
      t: LANGUAGES[language],
      theme,
      setLanguage: (next) => {
        save("lang", next);
        change({ lang: next }, "replace");
      },
      setTheme: (next) => {
        save("theme", next);
        change({ theme: next }, "replace");
      },
    }),
    [language, theme, change],
  );

  return (
    <SettingsContext.Provider value={settings}>
      <I18nProvider locale={language} messages={[messagesEn, messagesKo]}>
        {children}
      </I18nProvider>
    </SettingsContext.Provider>
  );
}

export function useSettings(): Settings {
  const settings = useContext(SettingsContext);
  if (!settings) throw new Error("no SettingsProvider above this component");
  return settings;
}

/** The texts of the chosen language. */
export function useText(): Dictionary {
  return useSettings().t;
}

function chooseTheme(link: string | undefined, kept: string | null): Theme {
  const asked = [link, kept].find((value) => value === "light" || value === "dark" || value === "system");
  return (asked as Theme | undefined) ?? "system";
}

// A browser may refuse storage; the choice then lives in the address alone.
function saved(name: string): string | null {
  try {
    return window.localStorage.getItem(`roentgen.${name}`);
  } catch {
    return null;
  }
}

function save(name: string, value: string): void {
  try {
    window.localStorage.setItem(`roentgen.${name}`, value);
  } catch {
    // See above.
  }
}

function isSystemDark(): boolean {
  return window.matchMedia("(prefers-color-scheme: dark)").matches;
}

function onSystemTheme(listener: () => void): () => void {
  const query = window.matchMedia("(prefers-color-scheme: dark)");
  query.addEventListener("change", listener);
  return () => query.removeEventListener("change", listener);
}
