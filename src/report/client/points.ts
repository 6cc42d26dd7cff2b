/**
 * Data points over the picture, and what their marks mean.
 */
import {
  cssColour,
  escapeHtml,
  markerPath,
  markerRadius,
  type PlanarPictureData,
  pointFill,
  SMALLEST_SHAPE,
} from '../encoding/index.js';
import { strokeOnHalo } from './halo.js';
import { columnOf, rowOf, type View } from './view.js';

const RADIUS = 4;

/** Marks on a light halo, so that they are seen on every fill; the points of the slice as crosses with their names. */
export function drawPoints(
  context: CanvasRenderingContext2D,
  { header, arrays }: PlanarPictureData,
  view: View,
  ratio: number,
): void {
  const { points, shown } = header;
  const { pointPlaces, pointKinds } = arrays;
  const fills = points.names.map((_, kind) => cssColour(pointFill(points, kind, shown)));
  context.save();
  const seen: (readonly [kind: number, column: number, row: number])[] = [];
  for (let k = 0; k < pointKinds.length; k++) {
    const [column, row] = [columnOf(view, pointPlaces[2 * k]!), rowOf(view, pointPlaces[2 * k + 1]!)];
    if (column < -9 || row < -9 || column > view.width + 9 || row > view.height + 9) continue;
    seen.push([pointKinds[k]!, column, row]);
  }
  const radius = markerRadius(seen.length, (view.width * view.height) / ratio ** 2, RADIUS);
  for (const [kind, column, row] of seen) {
    context.fillStyle = fills[kind]!;
    if (radius < SMALLEST_SHAPE) {
      const half = radius * ratio;
      context.fillRect(column - half, row - half, 2 * half, 2 * half);
    } else drawMark(context, new Path2D(markerPath(kind, column, row, radius * ratio)), radius < RADIUS, ratio);
  }
  context.font = `bold ${13 * ratio}px system-ui, "DejaVu Sans", sans-serif`;
  context.lineJoin = 'round';
  for (const { x, y, name } of points.given) drawNamed(context, columnOf(view, x), rowOf(view, y), name, view, ratio);
  context.restore();
}

function drawMark(context: CanvasRenderingContext2D, path: Path2D, isSmall: boolean, ratio: number) {
  context.strokeStyle = '#ffffff';
  context.lineWidth = 3.2 * ratio;
  if (!isSmall) context.stroke(path);
  context.fill(path);
  context.strokeStyle = '#111111';
  context.lineWidth = isSmall ? ratio / 2 : ratio;
  context.stroke(path);
}

function drawNamed(
  context: CanvasRenderingContext2D,
  column: number,
  row: number,
  name: string,
  view: View,
  ratio: number,
) {
  const atRight = column > view.width - 24 * ratio;
  const atTop = row < 18 * ratio;
  const place = [column + (atRight ? -9 : 9) * ratio, row + (atTop ? 15 : -6) * ratio] as const;
  context.textAlign = atRight ? 'right' : 'left';
  context.beginPath();
  context.moveTo(column - 5 * ratio, row);
  context.lineTo(column + 5 * ratio, row);
  context.moveTo(column, row - 5 * ratio);
  context.lineTo(column, row + 5 * ratio);
  strokeOnHalo(context, ratio, 4, ['#111111', 1.6]);
  context.strokeStyle = '#ffffff';
  context.lineWidth = 3 * ratio;
  context.strokeText(name, ...place);
  context.fillStyle = '#111111';
  context.fillText(name, ...place);
}

/** The marks of the classes; nothing without points. */
export function pointsHtml({ header, arrays }: PlanarPictureData): string {
  const { points, shown } = header;
  if (arrays.pointKinds.length === 0) return '';
  const items = points.names.map((name, kind) => {
    const path = `<path d="${markerPath(kind, 8, 8, RADIUS)}" fill="${cssColour(pointFill(points, kind, shown))}" stroke="#111"/>`;
    const halo = `<circle cx="8" cy="8" r="7.5" fill="#fff"/>`;
    const text = name === '' ? `${arrays.pointKinds.length} points` : name;
    return `<span class="swatch-item data-kind"><svg width="16" height="16" aria-hidden="true">${halo}${path}</svg>${escapeHtml(text)}</span>`;
  });
  return `<span class="legend-line"><span class="muted">data</span> ${items.join(' ')}</span>`;
}
