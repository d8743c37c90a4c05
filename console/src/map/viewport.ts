// Zoom and pan as plain sums: screen = map × scale + offset.
import type { Point } from "./layout";

export interface Viewport {
  x: number;
  y: number;
  scale: number;
}

export interface Size {
  width: number;
  height: number;
}

export const SCALE = { min: 0.15, max: 2.5, fitMax: 1.1 } as const;

/** Shows the whole box, centred, clear of the controls at the right; never larger than life by much. */
export function fit(box: Point & Size, view: Size, margin = 16, controls = 44): Viewport {
  const room = { width: Math.max(1, view.width - 2 * margin - controls), height: Math.max(1, view.height - 2 * margin) };
  const scale = clamp(Math.min(room.width / box.width, room.height / box.height, SCALE.fitMax));
  return {
    scale,
    x: (view.width - controls - box.width * scale) / 2 - box.x * scale,
    y: (view.height - box.height * scale) / 2 - box.y * scale,
  };
}

/** Zooms by a factor; what lies under the point stays there. */
export function zoomAt(viewport: Viewport, factor: number, point: Point): Viewport {
  const scale = clamp(viewport.scale * factor);
  const ratio = scale / viewport.scale;
  return { scale, x: point.x - (point.x - viewport.x) * ratio, y: point.y - (point.y - viewport.y) * ratio };
}

export function panBy(viewport: Viewport, dx: number, dy: number): Viewport {
  return { ...viewport, x: viewport.x + dx, y: viewport.y + dy };
}

/** Moves as little as needed to bring a point into view, with some of what is around it. */
export function reveal(viewport: Viewport, point: Point, view: Size, around = 130): Viewport {
  const x = point.x * viewport.scale + viewport.x;
  const y = point.y * viewport.scale + viewport.y;
  const [across, down] = [Math.min(around, view.width / 4), Math.min(around, view.height / 4)];
  return panBy(viewport, inside(x, across, view.width - across) - x, inside(y, down, view.height - down) - y);
}

function inside(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function clamp(scale: number): number {
  return Math.min(SCALE.max, Math.max(SCALE.min, scale));
}
