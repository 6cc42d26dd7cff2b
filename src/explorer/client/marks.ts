/**
 * What lies over the fills: data, corners of the decision boundary, the zero line of a smooth network.
 */
import { contours } from 'd3-contour';
import { columnOf, rowOf, strokeBoundary, type View } from '../../report/client/index.js';
import { markerPath } from '../../report/encoding/index.js';
import type { FieldPicture } from '../model/index.js';
import { CLASS_COLOURS, type Scale, targetColour } from './paint.js';

const RADIUS = 3.4;

/** A mark as a picture of its own, to be put where points are: that is quicker than to draw each by its path. */
function sprite(kind: number, colour: string, ratio: number): ImageBitmap {
  const side = 2 * Math.ceil((RADIUS + 2) * ratio) + 1;
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext('2d')!;
  const path = new Path2D(markerPath(kind, side / 2, side / 2, RADIUS * ratio));
  context.strokeStyle = 'rgba(255, 255, 255, 0.9)';
  context.lineWidth = 2.6 * ratio;
  context.stroke(path);
  context.fillStyle = colour;
  context.fill(path);
  context.strokeStyle = '#1b1f24';
  context.lineWidth = 0.9 * ratio;
  context.stroke(path);
  return canvas.transferToImageBitmap();
}

/** The marks that have been drawn: two of classes, at most as many of targets as there are colours. */
export class Marks {
  private readonly sprites = new Map<string, ImageBitmap>();

  private of(kind: number, colour: string, ratio: number): ImageBitmap {
    const key = `${kind} ${colour} ${ratio}`;
    const known = this.sprites.get(key);
    if (known !== undefined) return known;
    const made = sprite(kind, colour, ratio);
    this.sprites.set(key, made);
    return made;
  }

  /** Data points x, y, target, ..: classes by shape and colour, targets of a regression by colour. */
  draw(
    context: CanvasRenderingContext2D,
    points: Float64Array,
    view: View,
    ratio: number,
    scale: Scale | undefined,
  ): void {
    for (let k = 0; k < points.length; k += 3) {
      const [column, row] = [columnOf(view, points[k]!), rowOf(view, points[k + 1]!)];
      if (column < -9 || row < -9 || column > view.width + 9 || row > view.height + 9) continue;
      const target = points[k + 2]!;
      const colour = scale === undefined ? CLASS_COLOURS[target > 0 ? 1 : 0] : targetColour(target, scale);
      const mark = this.of(scale !== undefined || target > 0 ? 0 : 2, colour, ratio);
      context.drawImage(mark, Math.round(column - mark.width / 2), Math.round(row - mark.height / 2));
    }
  }
}

/** Corners x, y, ..: rings on the boundary. */
export function drawCorners(context: CanvasRenderingContext2D, corners: Float64Array, view: View, ratio: number): void {
  context.save();
  context.beginPath();
  for (let k = 0; k < corners.length; k += 2) {
    const [column, row] = [columnOf(view, corners[k]!), rowOf(view, corners[k + 1]!)];
    context.moveTo(column + 4 * ratio, row);
    context.arc(column, row, 4 * ratio, 0, 2 * Math.PI);
  }
  context.fillStyle = '#ffffff';
  context.fill();
  context.strokeStyle = '#c2185b';
  context.lineWidth = 2 * ratio;
  context.stroke();
  context.restore();
}

/** Where a smooth network is zero, between the squares of its grid: a curve as near as they are small. */
export function drawZeroLine(context: CanvasRenderingContext2D, field: FieldPicture, view: View, ratio: number): void {
  const { columns, rows, values, window } = field;
  const [line] = contours().size([columns, rows]).thresholds([0])(Array.from(values));
  if (line === undefined) return;
  const at = ([low, high]: readonly [number, number], count: number, t: number) => low + (t / count) * (high - low);
  context.save();
  context.beginPath();
  for (const polygon of line.coordinates) {
    for (const ring of polygon) {
      let previous: number[] | undefined;
      for (const place of ring) {
        // Contours close along the window's edge, where there is no boundary.
        const isEdge = (p: number[]) => p[0] === 0 || p[1] === 0 || p[0] === columns || p[1] === rows;
        const column = columnOf(view, at(window.x, columns, place[0]!));
        const row = rowOf(view, at(window.y, rows, place[1]!));
        if (previous === undefined || (isEdge(previous) && isEdge(place))) context.moveTo(column, row);
        else context.lineTo(column, row);
        previous = place;
      }
    }
  }
  strokeBoundary(context, ratio);
  context.restore();
}
