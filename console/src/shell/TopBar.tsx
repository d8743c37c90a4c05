// The bar above everything: name, trace id box, language, theme.
import "./shell.css";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import TopNavigation from "@cloudscape-design/components/top-navigation";
import { LANGUAGES, type Language } from "../i18n/language";
import { useRouter } from "../route/useRoute";
import { type Theme, useSettings } from "../settings";
import { TraceIdBox } from "./TraceIdBox";

const THEMES: readonly Theme[] = ["light", "dark", "system"];

export function TopBar() {
  const { href } = useRouter();
  const { t, language, theme, setLanguage, setTheme } = useSettings();
  const checkbox = (id: string, text: string, checked: boolean) => ({ id, text, checked, itemType: "checkbox" as const });
  return (
    <div id="top" className="rg-top">
      <TopNavigation>
        <div className="rg-top-row">
          <a className="rg-brand" href={href({ name: "service-map" })}>
            <img src="./mark.svg" alt="" width="28" height="28" />
            Roentgen
          </a>
          <TraceIdBox />
          <div className="rg-top-menus">
            <ButtonDropdown
              ariaLabel={`${t.language.switch}: ${t.language.name}`}
              items={Object.entries(LANGUAGES).map(([id, dictionary]) => checkbox(id, dictionary.language.name, id === language))}
              onItemClick={({ detail }) => setLanguage(detail.id as Language)}
            >
              {t.language.name}
            </ButtonDropdown>
            <ButtonDropdown
              ariaLabel={`${t.theme.switch}: ${t.theme[theme]}`}
              items={THEMES.map((id) => checkbox(id, t.theme[id], id === theme))}
              onItemClick={({ detail }) => setTheme(detail.id as Theme)}
            >
              {t.theme[theme]}
            </ButtonDropdown>
          </div>
        </div>
      </TopNavigation>
    </div>
  );
}
