// The frame of a page: navigation at the left, an optional panel at the right.
import AppLayout from "@cloudscape-design/components/app-layout";
import SideNavigation from "@cloudscape-design/components/side-navigation";
import SplitPanel from "@cloudscape-design/components/split-panel";
import { type ReactNode, useEffect, useState } from "react";
import type { Page } from "../route/route";
import { useRouter } from "../route/useRoute";
import { useText } from "../settings";

export interface Panel {
  title: string;
  /** Shown beside the title. */
  before?: ReactNode;
  content: ReactNode;
  close: () => void;
}

export interface LayoutProps {
  /** Of the browser's window. */
  title: string;
  active: "service-map" | "traces" | undefined;
  panel?: Panel | undefined;
  children: ReactNode;
}

const PAGES: Readonly<Record<string, Page>> = { "service-map": { name: "service-map" }, traces: { name: "traces" } };

/** The panel has one place; Cloudscape moves it below by itself where there is no room. */
const stay = () => undefined;

// The choice outlives the page that is shown.
let navigationWasOpen: boolean | undefined;
let panelWidth = 460;

export function Layout({ title, active, panel, children }: LayoutProps) {
  const t = useText();
  const { open, href } = useRouter();
  const [navigationOpen, setNavigationOpen] = useState(navigationWasOpen ?? window.innerWidth >= 1100);
  const [width, setWidth] = useState(panelWidth);
  useEffect(() => {
    document.title = `${title} · Roentgen`;
  }, [title]);
  const linkTo = (name: string, text: string) => ({ type: "link" as const, text, href: href(PAGES[name] ?? { name: "service-map" }) });

  return (
    <AppLayout
      headerSelector="#top"
      navigationWidth={210}
      navigationOpen={navigationOpen}
      onNavigationChange={({ detail }) => {
        navigationWasOpen = detail.open;
        setNavigationOpen(detail.open);
      }}
      toolsHide
      maxContentWidth={Number.MAX_VALUE}
      minContentWidth={320}
      ariaLabels={{ navigation: t.shell.navigation }}
      navigation={
        <SideNavigation
          activeHref={active ? href(PAGES[active] ?? { name: "service-map" }) : ""}
          items={[linkTo("service-map", t.shell.traceMap), linkTo("traces", t.shell.traces)]}
          onFollow={(event) => {
            event.preventDefault();
            const name = Object.keys(PAGES).find((key) => event.detail.href.startsWith(`#/${key}`));
            if (name) open(PAGES[name] ?? { name: "service-map" });
          }}
        />
      }
      splitPanelOpen={panel !== undefined}
      splitPanelPreferences={{ position: "side" }}
      onSplitPanelPreferencesChange={stay}
      splitPanelSize={width}
      onSplitPanelResize={({ detail }) => {
        panelWidth = detail.size;
        setWidth(detail.size);
      }}
      onSplitPanelToggle={({ detail }) => {
        if (!detail.open) panel?.close();
      }}
      splitPanel={
        panel && (
          <SplitPanel header={panel.title} headerBefore={panel.before} closeBehavior="hide" hidePreferencesButton>
            <div role="complementary" aria-label={panel.title}>
              {panel.content}
            </div>
          </SplitPanel>
        )
      }
      content={children}
    />
  );
}
