// Keeps the places of nodes between refreshes and between visits of the page.
import { useEffect, useState } from "react";
import { arrange } from "./arrange";
import type { MapGraph } from "./graph";
import { covers, type Layout, NO_LAYOUT } from "./layout";

const kept = new Map<string, Layout>();
// LIMIT: layouts of single traces are forgotten beyond this many.
const KEPT_MAX = 50;

export interface LayoutState {
  layout: Layout;
  ready: boolean;
  reset: () => void;
}

export function useLayout(scope: string, graph: MapGraph): LayoutState {
  const [layout, setLayout] = useState(() => kept.get(scope) ?? NO_LAYOUT);
  const ready = covers(layout, graph);

  useEffect(() => {
    if (ready) return undefined;
    let current = true;
    void arrange(graph, kept.get(scope) ?? NO_LAYOUT).then((next) => {
      if (!current) return;
      keep(scope, next);
      setLayout(next);
    });
    return () => {
      current = false;
    };
  }, [scope, graph, ready]);

  const reset = () => {
    kept.delete(scope);
    setLayout(NO_LAYOUT);
  };
  return { layout, ready, reset };
}

function keep(scope: string, layout: Layout): void {
  kept.delete(scope);
  kept.set(scope, layout);
  const oldest = kept.keys().next().value;
  if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest);
}
