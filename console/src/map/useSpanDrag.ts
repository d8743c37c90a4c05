// Dragging a range in a plot: down, along, up. A click is no range; a double click gives it back.
import { type PointerEvent, useRef } from "react";
import { type Bars, type Span, spanBetween } from "../stats/histogram";

/** Where the pointer went down, and whether it has moved enough to mean a range. */
interface Grip {
  x: number;
  share: number;
  moved: boolean;
}

const DRAG_MIN = 4;

/** `shareOfWidth` turns a place in the element, 0 to 1, into one of the plot. */
export function useSpanDrag(bars: Bars, shareOfWidth: (share: number) => number, onSelect: (span: Span) => void) {
  const grip = useRef<Grip | undefined>(undefined);
  const release = () => {
    grip.current = undefined;
  };
  const shareAt = (event: PointerEvent) => {
    const area = event.currentTarget.getBoundingClientRect();
    return shareOfWidth((event.clientX - area.left) / area.width);
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.button === 0 && bars.bars.length > 0) grip.current = { x: event.clientX, share: shareAt(event), moved: false };
    },
    onPointerMove: (event: PointerEvent) => {
      const held = grip.current;
      if (!held || (!held.moved && Math.abs(event.clientX - held.x) < DRAG_MIN)) return;
      // Beyond the edges of the plot the drag goes on.
      if (!held.moved) event.currentTarget.setPointerCapture(event.pointerId);
      held.moved = true;
      onSelect(spanBetween(bars, held.share, shareAt(event)));
    },
    onPointerUp: release,
    onPointerCancel: release,
    // A button released elsewhere, before the pointer was captured.
    onPointerLeave: () => {
      if (!grip.current?.moved) release();
    },
    onDoubleClick: () => onSelect({}),
  };
}
