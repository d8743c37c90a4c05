// Zoom and pan of the canvas: wheel, drag, keys and buttons. Fits by itself until someone takes hold of it.
import { type KeyboardEvent, type PointerEvent, type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Point } from "./layout";
import { fit, panBy, reveal, type Size, type Viewport, zoomAt } from "./viewport";

export interface ViewportState {
  viewport: Viewport;
  size: Size;
  zoom: (factor: number) => void;
  refit: () => void;
  /** What a selection held may go back to fitting; what a hand moved stays. */
  release: () => void;
  /** Brings a point into view; `hold` keeps the scale when the canvas changes its size afterwards. */
  show: (point: Point, then: "hold" | "follow") => void;
  dragging: boolean;
  handlers: {
    onPointerDown: (event: PointerEvent<SVGSVGElement>) => void;
    onPointerMove: (event: PointerEvent<SVGSVGElement>) => void;
    onPointerUp: (event: PointerEvent<SVGSVGElement>) => void;
    onKeyDown: (event: KeyboardEvent<SVGSVGElement>) => void;
  };
}

export interface ViewportOptions {
  box: Point & Size;
  /** Whether the wheel zooms by itself, or only with Ctrl or ⌘ so that the page can scroll. */
  wheel: "always" | "modifier";
  onBackground: () => void;
}

const STEP = 60;
const DRAG_MIN = 4;

export function useViewport(canvas: RefObject<SVGSVGElement | null>, { box, wheel, onBackground }: ViewportOptions): ViewportState {
  const [size, setSize] = useState<Size>({ width: 960, height: 520 });
  const [held, setHeld] = useState<Viewport | undefined>();
  const [dragging, setDragging] = useState(false);
  const drag = useRef<{ x: number; y: number; from: Viewport; moved: boolean } | undefined>(undefined);
  const fitted = fit(box, size);
  const viewport = held ?? fitted;
  const latest = useRef(viewport);
  // Whether someone moved the map, or only a selection holds it.
  const moved = useRef(false);
  const move = useCallback((next: Viewport) => {
    moved.current = true;
    setHeld(next);
  }, []);
  useLayoutEffect(() => {
    latest.current = viewport;
  });

  useEffect(() => {
    const element = canvas.current;
    if (!element || typeof ResizeObserver === "undefined") return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setSize({ width: Math.max(1, entry.contentRect.width), height: Math.max(1, entry.contentRect.height) });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [canvas]);

  // React listens passively to wheels; this one must keep the page from scrolling.
  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    const onWheel = (event: WheelEvent) => {
      if (wheel === "modifier" && !event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const area = element.getBoundingClientRect();
      const point = { x: event.clientX - area.left, y: event.clientY - area.top };
      move(zoomAt(latest.current, Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), point));
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [canvas, wheel, move]);

  const zoom = useCallback(
    (factor: number) => move(zoomAt(latest.current, factor, { x: size.width / 2, y: size.height / 2 })),
    [size, move],
  );
  const show = useCallback(
    (point: Point, then: "hold" | "follow") =>
      setHeld((now) => {
        const from = now ?? latest.current;
        const next = reveal(from, point, size);
        return then === "follow" && next.x === from.x && next.y === from.y ? now : next;
      }),
    [size],
  );

  const refit = useCallback(() => {
    moved.current = false;
    setHeld(undefined);
  }, []);
  const release = useCallback(() => {
    if (!moved.current) setHeld(undefined);
  }, []);

  return {
    viewport,
    size,
    zoom,
    show,
    dragging,
    refit,
    release,
    handlers: {
      onPointerDown: (event) => {
        if (event.button !== 0) return;
        drag.current = { x: event.clientX, y: event.clientY, from: viewport, moved: false };
      },
      onPointerMove: (event) => {
        const grip = drag.current;
        if (!grip) return;
        const [dx, dy] = [event.clientX - grip.x, event.clientY - grip.y];
        if (!grip.moved && Math.hypot(dx, dy) < DRAG_MIN) return;
        if (!grip.moved) event.currentTarget.setPointerCapture(event.pointerId);
        grip.moved = true;
        setDragging(true);
        move(panBy(grip.from, dx, dy));
      },
      onPointerUp: (event) => {
        const dragged = drag.current?.moved ?? true;
        drag.current = undefined;
        setDragging(false);
        if (!dragged && event.target === event.currentTarget) onBackground();
      },
      onKeyDown: (event) => {
        if (event.key === "Escape") onBackground();
        const next = byKey(event.key, viewport, size);
        if (!next) return;
        event.preventDefault();
        if (next === "fit") refit();
        else move(next);
      },
    },
  };
}

function byKey(key: string, viewport: Viewport, size: Size): Viewport | "fit" | undefined {
  const middle = { x: size.width / 2, y: size.height / 2 };
  switch (key) {
    case "ArrowLeft":
      return panBy(viewport, STEP, 0);
    case "ArrowRight":
      return panBy(viewport, -STEP, 0);
    case "ArrowUp":
      return panBy(viewport, 0, STEP);
    case "ArrowDown":
      return panBy(viewport, 0, -STEP);
    case "+":
    case "=":
      return zoomAt(viewport, 1.25, middle);
    case "-":
      return zoomAt(viewport, 0.8, middle);
    case "0":
      return "fit";
    default:
      return undefined;
  }
}
