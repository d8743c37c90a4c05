// The console: providers around the page that the address names.
import { QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { newQueryClient } from "./api/queryClient";
import { MapPage } from "./map/MapPage";
import { RouterProvider, useRouter } from "./route/useRoute";
import { SettingsProvider } from "./settings";
import { ErrorBoundary } from "./shell/ErrorBoundary";
import { NotFoundPage } from "./shell/NotFoundPage";
import { TopBar } from "./shell/TopBar";
import { RawPage } from "./trace/RawPage";
import { TracePage } from "./trace/TracePage";
import { TracesPage } from "./traces/TracesPage";

export function App() {
  const [client] = useState(newQueryClient);
  return (
    <RouterProvider>
      <SettingsProvider>
        <QueryClientProvider client={client}>
          <div className="rg-app">
            <TopBar />
            <CurrentPage />
          </div>
        </QueryClientProvider>
      </SettingsProvider>
    </RouterProvider>
  );
}

function CurrentPage() {
  const { page } = useRouter();
  return <ErrorBoundary key={JSON.stringify(page)}>{<PageOf />}</ErrorBoundary>;
}

function PageOf() {
  const { page } = useRouter();
  switch (page.name) {
    case "service-map":
      return <MapPage />;
    case "traces":
      return <TracesPage />;
    case "trace":
      return <TracePage id={page.id} />;
    case "raw":
      return <RawPage id={page.id} />;
    case "unknown":
      return <NotFoundPage />;
  }
}
