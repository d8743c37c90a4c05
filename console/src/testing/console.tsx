// The whole console in a test, against the mock instead of a server.
import { cleanup, render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { vi } from "vitest";
import { answer, shopTraces, type StoredTrace } from "../../mock/answers";
import { App } from "../App";
import { parseDocument } from "../trace/document";
import { forgetCarried } from "../route/useRoute";

export interface Call {
  path: string;
  body: Record<string, unknown>;
}

/** Opens the console at a hash; gives the calls it makes. */
export function openConsole(hash: string, traces: StoredTrace[] = shopTraces(Date.now() / 1000, 60)) {
  cleanup();
  forgetCarried();
  window.localStorage.clear();
  window.history.replaceState(null, "", hash);
  const calls: Call[] = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const body = parseDocument(String(init.body)) ?? {};
    calls.push({ path, body });
    const { status, body: answered } = answer(traces, path, body);
    return new Response(JSON.stringify(answered), { status, headers: { "content-type": "application/json" } });
  });
  const user = userEvent.setup();
  return { ...render(<App />), user, calls, traces };
}
