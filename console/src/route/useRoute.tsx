// The one place that reads and writes the browser's address.
import { createContext, type ReactNode, useContext, useMemo, useSyncExternalStore } from "react";
import { carried, formatHash, type Page, type Params, parseHash, type Route } from "./route";

/** `undefined` takes a parameter away. */
export type Changes = Readonly<Record<string, string | undefined>>;

export interface Router extends Route {
  /** Opens another page; the carried parameters go along. */
  open(page: Page, params?: Params): void;
  /** Changes parameters of this page; `replace` leaves no step for Back. */
  change(changes: Changes, step?: "push" | "replace"): void;
  /** The address of a page with the carried parameters. */
  href(page: Page, params?: Params): string;
}

const RouterContext = createContext<Router | undefined>(undefined);

export function RouterProvider({ children }: { children: ReactNode }) {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  const router = useMemo(() => routerAt(hash), [hash]);
  return <RouterContext.Provider value={router}>{children}</RouterContext.Provider>;
}

export function useRouter(): Router {
  const router = useContext(RouterContext);
  if (!router) throw new Error("no RouterProvider above this component");
  return router;
}

// Links such as `#/traces/ID` carry nothing themselves; what the user chose before still holds.
let remembered: Params = {};

function routerAt(hash: string): Router {
  const route = parseHash(hash);
  remembered = { ...remembered, ...carried(route.params) };
  const params = { ...remembered, ...route.params };
  const { page } = route;
  const href = (target: Page, own: Params = {}) => formatHash(target, { ...own, ...withOwn(remembered, own) });
  return {
    page,
    params,
    href,
    open: (target, own) => go(href(target, own), "push"),
    change: (changes, step = "push") => {
      const next = Object.fromEntries(
        Object.entries({ ...params, ...changes }).filter((entry): entry is [string, string] => entry[1] !== undefined),
      );
      for (const name of Object.keys(changes)) {
        if (changes[name] === undefined) remembered = without(remembered, name);
      }
      go(formatHash(page, next), step);
    },
  };
}

/** For tests: as if the console had just been opened. */
export function forgetCarried(): void {
  remembered = {};
}

function withOwn(base: Params, own: Params): Params {
  return Object.fromEntries(Object.entries(base).filter(([name]) => own[name] === undefined));
}

function without(params: Params, name: string): Params {
  return Object.fromEntries(Object.entries(params).filter(([key]) => key !== name));
}

function go(hash: string, step: "push" | "replace"): void {
  if (hash === window.location.hash) return;
  if (step === "push") window.history.pushState(null, "", hash);
  else window.history.replaceState(null, "", hash);
  for (const listener of listeners) listener();
}

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("hashchange", listener);
  window.addEventListener("popstate", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("hashchange", listener);
    window.removeEventListener("popstate", listener);
  };
}
