// Which rows of a long list to draw: all of a short one, else those in view and some around.
import { type RefObject, useCallback, useRef, useState } from "react";

export interface Visible {
  ref: RefObject<HTMLDivElement | null>;
  /** Whether the list has a scroll area of its own. */
  scrolls: boolean;
  first: number;
  last: number;
  /** Pixels that stand for the rows left out. */
  before: number;
  after: number;
  onScroll: () => void;
  scrollTo: (place: number) => void;
}

const ALL_MAX = 200;
const AROUND = 20;

export function useVisible(count: number, rowHeight: number): Visible {
  const ref = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 800 });
  const scrolls = count > ALL_MAX;
  const start = Math.min(Math.max(0, Math.floor(view.top / rowHeight) - AROUND), Math.max(0, count - 1));
  const end = Math.ceil((view.top + view.height) / rowHeight) + AROUND;
  const first = scrolls ? start : 0;
  const last = scrolls ? Math.min(count, end) : count;

  const onScroll = useCallback(() => {
    const element = ref.current;
    if (element) setView({ top: element.scrollTop, height: element.clientHeight });
  }, []);
  const scrollTo = useCallback(
    (place: number) => {
      const element = ref.current;
      if (!element || element.scrollHeight <= element.clientHeight) return;
      const top = place * rowHeight;
      const room = element.clientHeight - 2 * rowHeight;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (top > element.scrollTop + room) element.scrollTop = top - room / 2;
    },
    [rowHeight],
  );
  return { ref, scrolls, first, last, before: first * rowHeight, after: (count - last) * rowHeight, onScroll, scrollTo };
}
