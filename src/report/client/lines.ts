/**
 * Lines over the fills: creases by layer, the decision boundary, outlines of cells.
 */

import type { PlanarPictureData } from '../encoding/index.js';
import { CYCLE, cssColour, layerColour, layerDash, type Rgb } from '../encoding/index.js';
import type { Growth } from './growth.js';
import { strokeOnHalo } from './halo.js';
import type { Strokes } from './strokes.js';
import { columnOf, rowOf, seen, type View } from './view.js';

/** First layers get thicker lines. */
function creaseWidth(layer: number, ratio: number): number {
  return ratio * Math.max(0.55, 1.5 - 0.4 * layer);
}

/** Lines thin out where cells are smaller than a few pixels, else they would cover everything. */
function creaseOpacity(cells: number, view: View, ratio: number): number {
  const size = Math.sqrt((view.width * view.height) / Math.max(1, cells)) / ratio;
  return Math.max(0.12, Math.min(0.75, size / 14));
}

export interface CreaseLook {
  /** How many layers are shown. */
  readonly layers: number;
  readonly ratio: number;
  /** Cells that are seen: how dense the lines are. */
  readonly count: number;
}

/** Every segment of the first layers that may be seen, in pixels: deep layers first, so that the first one lies on top. */
function eachSegment(
  { arrays }: PlanarPictureData,
  view: View,
  layers: number,
  take: (layer: number, ax: number, ay: number, bx: number, by: number) => void,
): void {
  const { x, y, segmentEnds, segmentLayer } = arrays;
  const [x0, y0, x1, y1] = seen(view);
  for (let layer = layers - 1; layer >= 0; layer--) {
    for (let s = 0; s < segmentLayer.length; s++) {
      if (segmentLayer[s] !== layer) continue;
      const a = segmentEnds[2 * s]!;
      const b = segmentEnds[2 * s + 1]!;
      const ax = x[a]!;
      const ay = y[a]!;
      const bx = x[b]!;
      const by = y[b]!;
      if ((ax < x0 && bx < x0) || (ax > x1 && bx > x1) || (ay < y0 && by < y0) || (ay > y1 && by > y1)) continue;
      take(layer, columnOf(view, ax), rowOf(view, ay), columnOf(view, bx), rowOf(view, by));
    }
  }
}

const DARK: Rgb = [16, 20, 24];

/** Creases as dark lines over fills, into the pixels. */
export function darkenCreases(
  colours: Uint32Array,
  strokes: Strokes,
  data: PlanarPictureData,
  view: View,
  { layers, ratio, count }: CreaseLook,
): void {
  strokes.begin(view);
  eachSegment(data, view, layers, (layer, ax, ay, bx, by) =>
    strokes.segment(ax, ay, bx, by, creaseWidth(layer, ratio)),
  );
  strokes.blend(colours, DARK, creaseOpacity(count, view, ratio));
}

/** Creases in the colours of their layers, without fills. */
export function drawCreases(
  context: CanvasRenderingContext2D,
  data: PlanarPictureData,
  view: View,
  { layers, ratio, count }: CreaseLook,
): void {
  const paths = Array.from({ length: layers }, () => new Path2D());
  eachSegment(data, view, layers, (layer, ax, ay, bx, by) => {
    paths[layer]!.moveTo(ax, ay);
    paths[layer]!.lineTo(bx, by);
  });
  context.save();
  context.lineCap = 'butt';
  context.globalAlpha = creaseOpacity(count, view, ratio) * 1.3;
  for (let layer = layers - 1; layer >= 0; layer--) {
    context.lineWidth = creaseWidth(layer, ratio);
    context.strokeStyle = cssColour(layerColour(layer));
    context.setLineDash((layerDash(layer) ?? []).map((length) => length * ratio));
    context.stroke(paths[layer]!);
  }
  context.restore();
}

/** Strokes a path as decision boundaries are: dark on a light halo, so that it is seen on every fill. */
export function strokeBoundary(context: CanvasRenderingContext2D, ratio: number): void {
  context.lineCap = 'round';
  strokeOnHalo(context, ratio, 4.6, ['#000000', 2.2]);
}

/** Begins a path of segments x, y, x, y. */
function pathOf(context: CanvasRenderingContext2D, segments: Float64Array, view: View): void {
  context.beginPath();
  for (let k = 0; k < segments.length; k += 4) {
    context.moveTo(columnOf(view, segments[k]!), rowOf(view, segments[k + 1]!));
    context.lineTo(columnOf(view, segments[k + 2]!), rowOf(view, segments[k + 3]!));
  }
}

/** The decision boundary. */
export function drawBoundary(
  context: CanvasRenderingContext2D,
  { arrays }: PlanarPictureData,
  view: View,
  ratio: number,
): void {
  context.save();
  pathOf(context, arrays.boundary, view);
  strokeBoundary(context, ratio);
  context.restore();
}

/** Loops around holes dashed, and a ring at a point of each component. */
export function drawCycles(
  context: CanvasRenderingContext2D,
  { arrays: { loops, seeds } }: PlanarPictureData,
  view: View,
  ratio: number,
): void {
  if (loops === undefined || seeds === undefined) return;
  context.save();
  context.strokeStyle = cssColour(CYCLE);
  context.lineWidth = 2.2 * ratio;
  context.setLineDash([6 * ratio, 4 * ratio]);
  pathOf(context, loops, view);
  context.stroke();
  context.setLineDash([]);
  context.fillStyle = '#ffffff';
  for (let k = 0; k < seeds.length; k += 2) {
    context.beginPath();
    context.arc(columnOf(view, seeds[k]!), rowOf(view, seeds[k + 1]!), 4.5 * ratio, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
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
  strokeOnHalo(context, ratio, 5, ['#d0006f', 2.6]);
}
