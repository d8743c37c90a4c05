import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const OPERATIONS = ["/ServiceGraph", "/TraceSummaries", "/Traces", "/TraceGraph"];

// `MOCK=1 npm run dev` answers from `mock/`; otherwise calls go to a server on its default address.
const mock = process.env["MOCK"] === "1";
const server = process.env["ROENTGEN"] ?? "http://127.0.0.1:2000";

export default defineConfig({
  base: "./",
  plugins: [react(), ...(mock ? [mockServer()] : [])],
  server: { proxy: mock ? {} : Object.fromEntries(OPERATIONS.map((path) => [path, server])) },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
  },
  test: {
    environment: "node",
    include: ["src/**/*.test.{ts,tsx}"],
    server: { deps: { inline: [/@cloudscape-design\//] } },
    css: false,
    restoreMocks: true,
    testTimeout: 20_000,
  },
});

/** A part of the development server only, never of a build. */
function mockServer(): Plugin {
  return {
    name: "mock-server",
    configureServer: (vite) => {
      vite.middlewares.use((incoming, outgoing, next) => {
        if (incoming.method !== "POST") return next();
        void vite.ssrLoadModule("/mock/http.ts").then((module) => module["respond"](incoming, outgoing));
      });
    },
  };
}
