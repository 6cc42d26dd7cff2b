/**
 * Where points of the plane are on the screen.
 */
import type { PlanarHeader } from '../encoding/index.js';

/** Pixel column = left + scaleX * x, row = top + scaleY * y; rows grow downwards, so scaleY < 0. In canvas pixels. */
export interface View {
  readonly left: number;
  readonly top: number;
  readonly scaleX: number;
  readonly scaleY: number;
  /** The plot area in canvas pixels. */
  readonly width: number;
  readonly height: number;
}

/** A zoom: column -> k column + x, in CSS pixels of the plot area. */
export interface Zoom {
  readonly k: number;
  readonly x: number;
  readonly y: number;
}

/** The view of the whole window, zoomed. @param ratio canvas pixels per CSS pixel */
export function viewOf({ axes }: PlanarHeader, width: number, height: number, zoom: Zoom, ratio: number): View {
  const [horizontal, vertical] = axes;
  const baseX = width / (horizontal.upper - horizontal.lower);
  const baseY = -height / (vertical.upper - vertical.lower);
  return {
    left: ratio * (zoom.x - zoom.k * baseX * horizontal.lower),
    top: ratio * (zoom.y + zoom.k * (height - baseY * vertical.lower)),
    scaleX: ratio * zoom.k * baseX,
    scaleY: ratio * zoom.k * baseY,
    width: Math.round(ratio * width),
    height: Math.round(ratio * height),
  };
}

export function columnOf(view: View, x: number): number {
  return view.left + view.scaleX * x;
}

export function rowOf(view: View, y: number): number {
  return view.top + view.scaleY * y;
}

/** The point of the plane at a place on the canvas. */
export function pointAt(view: View, column: number, row: number): readonly [x: number, y: number] {
  return [(column - view.left) / view.scaleX, (row - view.top) / view.scaleY];
}

/** The part of the plane that is seen: least x, least y, greatest x, greatest y. */
export function seen(view: View): readonly [number, number, number, number] {
  const [x0, y1] = pointAt(view, 0, 0);
  const [x1, y0] = pointAt(view, view.width, view.height);
  return [x0, y0, x1, y1];
}
