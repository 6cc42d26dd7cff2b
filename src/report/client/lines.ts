/**
 * Lines over the fills: creases by layer, the decision boundary, outlines of cells.
 */

import type { PlanarPictureData } from '../encoding/index.js';
import { cssColour, layerColour, layerDash } from '../encoding/index.js';
import type { Growth } from './growth.js';
import { columnOf, rowOf, seen, type View } from './view.js';

/** Dark lines over fills, or one colour per layer. */
export type CreaseStyle = 'dark' | 'layers';

/** First layers get thicker lines. */
function creaseWidth(layer: number, ratio: number): number {
  return ratio * Math.max(0.55, 1.5 - 0.4 * layer);
}

/** Lines thin out where cells are smaller than a few pixels, else they would cover everything. */
function creaseOpacity(cells: number, view: View, ratio: number): number {
  const size = Math.sqrt((view.width * view.height) / Math.max(1, cells)) / ratio;
  return Math.max(0.12, Math.min(0.75, size / 14));
}

/** @param count cells that are seen: how dense the lines are */
export function drawCreases(
  context: CanvasRenderingContext2D,
  { arrays }: PlanarPictureData,
  view: View,
  { layers, style, ratio, count }: { layers: number; style: CreaseStyle; ratio: number; count: number },
): void {
  const { x, y, segmentEnds, segmentLayer } = arrays;
  const [x0, y0, x1, y1] = seen(view);
  context.save();
  context.lineCap = 'butt';
  context.globalAlpha = creaseOpacity(count, view, ratio) * (style === 'dark' ? 1 : 1.3);
  // Deep layers first, so that the first one lies on top.
  for (let layer = layers - 1; layer >= 0; layer--) {
    context.beginPath();
    for (let s = 0; s < segmentLayer.length; s++) {
      if (segmentLayer[s] !== layer) continue;
      const a = segmentEnds[2 * s]!;
      const b = segmentEnds[2 * s + 1]!;
      const [ax, ay, bx, by] = [x[a]!, y[a]!, x[b]!, y[b]!];
      if ((ax < x0 && bx < x0) || (ax > x1 && bx > x1) || (ay < y0 && by < y0) || (ay > y1 && by > y1)) continue;
      context.moveTo(columnOf(view, ax), rowOf(view, ay));
      context.lineTo(columnOf(view, bx), rowOf(view, by));
    }
    context.lineWidth = creaseWidth(layer, ratio);
    context.strokeStyle = style === 'dark' ? '#101418' : cssColour(layerColour(layer));
    context.setLineDash(style === 'dark' ? [] : (layerDash(layer) ?? []).map((length) => length * ratio));
    context.stroke();
  }
  context.restore();
}

/** Strokes a path as decision boundaries are: dark on a light halo, so that it is seen on every fill. */
export function strokeBoundary(context: CanvasRenderingContext2D, ratio: number): void {
  context.lineCap = 'round';
  for (const [colour, width] of [
    ['#ffffff', 4.6],
    ['#000000', 2.2],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width * ratio;
    context.stroke();
  }
}

/** The decision boundary. */
export function drawBoundary(
  context: CanvasRenderingContext2D,
  { arrays }: PlanarPictureData,
  view: View,
  ratio: number,
): void {
  const { boundary } = arrays;
  context.save();
  context.beginPath();
  for (let k = 0; k < boundary.length; k += 4) {
    context.moveTo(columnOf(view, boundary[k]!), rowOf(view, boundary[k + 1]!));
    context.lineTo(columnOf(view, boundary[k + 2]!), rowOf(view, boundary[k + 3]!));
  }
  strokeBoundary(context, ratio);
  context.restore();
}

/** The outline of a cell's ancestor: edges whose other side is another ancestor. */
export function drawOutline(
  context: CanvasRenderingContext2D,
  { arrays, header }: PlanarPictureData,
  view: View,
  { cell, growth, ratio }: { cell: number; growth: Growth; ratio: number },
): void {
  const { x, y, start, corners, neighbour } = arrays;
  const first = growth.first[cell]!;
  context.beginPath();
  for (let c = first; c < header.cells && growth.first[c] === first; c++) {
    for (let k = start[c]!; k < start[c + 1]!; k++) {
      const other = neighbour[k]!;
      if (other >= 0 && growth.first[other] === first) continue;
      const next = corners[k + 1 === start[c + 1] ? start[c]! : k + 1]!;
      context.moveTo(columnOf(view, x[corners[k]!]!), rowOf(view, y[corners[k]!]!));
      context.lineTo(columnOf(view, x[next]!), rowOf(view, y[next]!));
    }
  }
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (const [colour, width] of [
    ['#ffffff', 5],
    ['#d0006f', 2.6],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width * ratio;
    context.stroke();
  }
}
