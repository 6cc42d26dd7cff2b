/**
 * From cells at pixels to colours at pixels. Values and classes are evaluated at every pixel by the cell's affine map.
 */

import type { PlanarPictureData } from '../encoding/index.js';
import { isMarked, type KindStyle, kindStyle, MARK, type Rgb, ramp, scatteredStep, stepOf } from '../encoding/index.js';
import type { Growth } from './growth.js';
import { SPAN, type Spans } from './raster.js';
import { pointAt, type View } from './view.js';

export type Mode = 'value' | 'slope' | 'map' | 'layer' | 'class' | 'none';

/** What a colour means: for the legend. */
export type Legend =
  | {
      readonly kind: 'ramp';
      readonly colours: readonly Rgb[];
      readonly low: number;
      readonly high: number;
      readonly title: string;
    }
  | {
      readonly kind: 'kinds';
      readonly items: readonly { readonly style: KindStyle; readonly name: string }[];
      readonly title: string;
    }
  | { readonly kind: 'words'; readonly title: string };

export interface Paint {
  readonly legend: Legend;
  /** Fills colours, one 32-bit entry per pixel. */
  fill(spans: Spans, view: View, colours: Uint32Array): void;
}

/** A colour as the bytes of image data read as a little-endian number. */
export function packed([r, g, b]: Rgb): number {
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/** One colour per cell. */
function byCell(table: Uint32Array): Paint['fill'] {
  return ({ entries, count }, { width }, colours) => {
    for (let s = 0, at = 0; s < count; s++, at += SPAN) {
      const row = entries[at + 1]! * width;
      colours.fill(table[entries[at]!]!, row + entries[at + 2]!, row + entries[at + 3]!);
    }
  };
}

/** Values of an output at the corners: least and greatest. */
export function rangeOf({ header, arrays }: PlanarPictureData, output: number): [number, number] {
  const { x, y, start, corners, maps, mapOfCell } = arrays;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let cell = 0; cell < header.cells; cell++) {
    const at = 3 * (mapOfCell[cell]! * header.outputs + output);
    for (let k = start[cell]!; k < start[cell + 1]!; k++) {
      const value = maps[at]! * x[corners[k]!]! + maps[at + 1]! * y[corners[k]!]! + maps[at + 2]!;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return [low, high];
}

/** Colours of the values from `low` to `high`, in steps of the same size; values beyond have the first and the last. */
export interface ValueTable {
  readonly low: number;
  readonly high: number;
  /** Packed. */
  readonly colours: Uint32Array;
}

function clamped(step: number, last: number): number {
  return step > 0 ? (step < last ? Math.floor(step) : last) : 0;
}

/** Every pixel by the value of an output there. */
export function byValue(
  { header, arrays }: PlanarPictureData,
  output: number,
  { low, high, colours }: ValueTable,
): Paint['fill'] {
  const { maps, mapOfCell } = arrays;
  const last = colours.length - 1;
  const scale = high > low ? colours.length / (high - low) : 0;
  return ({ entries, count }, view, out) => {
    for (let s = 0, e = 0; s < count; s++, e += SPAN) {
      const at = 3 * (mapOfCell[entries[e]!]! * header.outputs + output);
      const row = entries[e + 1]!;
      const first = entries[e + 2]!;
      const columns = entries[e + 3]! - first;
      const p = row * view.width + first;
      const [x, y] = pointAt(view, first + 0.5, row + 0.5);
      // In steps of the table, along the row: begin + k * slope.
      const begin = (maps[at]! * x + maps[at + 1]! * y + maps[at + 2]! - low) * scale;
      const slope = (maps[at]! * scale) / view.scaleX;
      const end = begin + (columns - 1) * slope;
      const step = clamped(begin, last);
      if (clamped(end, last) === step) out.fill(colours[step]!, p, p + columns);
      else if (Math.min(begin, end) >= 0 && Math.max(begin, end) <= last) {
        for (let k = 0; k < columns; k++) out[p + k] = colours[(begin + k * slope) | 0]!;
      } else for (let k = 0; k < columns; k++) out[p + k] = colours[clamped(begin + k * slope, last)]!;
    }
  };
}

function valuePaint(data: PlanarPictureData, output: number): Paint {
  const { header } = data;
  const [low, high] = rangeOf(data, output);
  const colours = ramp('viridis');
  return {
    legend: { kind: 'ramp', colours, low, high, title: header.outputs === 1 ? 'value' : `output ${output}` },
    fill: byValue(data, output, { low, high, colours: Uint32Array.from(colours, packed) }),
  };
}

/** The length of the gradient: the Frobenius norm of the slopes of all outputs. */
export function slopeOf({ header, arrays }: PlanarPictureData, cell: number): number {
  const at = 3 * arrays.mapOfCell[cell]! * header.outputs;
  let sum = 0;
  for (let k = 0; k < header.outputs; k++) sum += arrays.maps[at + 3 * k]! ** 2 + arrays.maps[at + 3 * k + 1]! ** 2;
  return Math.sqrt(sum);
}

function slopePaint(data: PlanarPictureData): Paint {
  const slopes = Float64Array.from({ length: data.header.cells }, (_, cell) => slopeOf(data, cell));
  const low = slopes.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = slopes.reduce((a, b) => Math.max(a, b), 0);
  const colours = ramp('cividis');
  const table = Uint32Array.from(slopes, (slope) => packed(colours[stepOf(slope, low, high)]!));
  return { legend: { kind: 'ramp', colours, low, high, title: 'length of the gradient' }, fill: byCell(table) };
}

function mapPaint({ header, arrays }: PlanarPictureData, growth: Growth): Paint {
  const whole = growth.layers >= header.widths.length;
  const colours = ramp('viridis');
  const table = Uint32Array.from({ length: header.cells }, (_, cell) => {
    const name = whole ? arrays.mapOfCell[cell]! : growth.index[cell]!;
    return packed(colours[scatteredStep(name)]!);
  });
  const title = whole ? 'one colour per affine map' : 'one colour per cell of the layers so far';
  return { legend: { kind: 'words', title }, fill: byCell(table) };
}

function layerPaint({ header }: PlanarPictureData, growth: Growth): Paint {
  const depth = header.widths.length;
  const colours = ramp('viridis');
  const colour = (layer: number) => colours[stepOf(layer + 1, 0, depth)]!;
  const table = Uint32Array.from(growth.lastLayer, (layer) => packed(colour(layer)));
  const present = [...new Set(growth.lastLayer)].sort((a, b) => a - b);
  const items = present.map((layer) => ({
    style: plain(colour(layer)),
    name: layer < 0 ? 'never cut' : `layer ${layer}`,
  }));
  return { legend: { kind: 'kinds', items, title: 'last layer that cut the cell' }, fill: byCell(table) };
}

/** The name of a class. */
export function className({ header }: PlanarPictureData, kind: number): string {
  if (kind < 0) return kind === -1 ? 'several classes' : 'a tie';
  if (header.outputs > 1) return `output ${kind} largest`;
  return kind === 0 ? 'negative' : 'positive';
}

/** A colour without marks. */
function plain(fill: Rgb): KindStyle {
  return { fill, pattern: 'plain', period: 1 };
}

const TIE = -2;

function classPaint(data: PlanarPictureData): Paint {
  const { header, arrays } = data;
  const styles = new Map(
    header.shown.map((kind, rank) => [kind, kind === TIE ? plain([200, 200, 200]) : kindStyle(rank)]),
  );
  const fills = new Map([...styles].map(([kind, style]) => [kind, packed(style.fill)]));
  const mark = packed(MARK);
  const items = header.shown.map((kind) => ({ style: styles.get(kind)!, name: className(data, kind) }));
  return {
    legend: { kind: 'kinds', items, title: 'class' },
    fill: ({ entries, count }, view, out) => {
      const { classOfCell } = arrays;
      for (let s = 0, e = 0; s < count; s++, e += SPAN) {
        const cell = entries[e]!;
        const row = entries[e + 1]!;
        const known = classOfCell[cell]!;
        const y = pointAt(view, 0, row + 0.5)[1];
        for (let column = entries[e + 2]!; column < entries[e + 3]!; column++) {
          const x = (column + 0.5 - view.left) / view.scaleX;
          const kind = known === -1 ? classAt(data, cell, x, y) : known;
          const style = styles.get(kind);
          out[row * view.width + column] =
            style !== undefined && isMarked(style, column, row) ? mark : (fills.get(kind) ?? 0);
        }
      }
    },
  };
}

/** The class at a point of a cell, in doubles. */
export function classAt({ header, arrays }: PlanarPictureData, cell: number, x: number, y: number): number {
  const at = 3 * arrays.mapOfCell[cell]! * header.outputs;
  const value = (k: number) =>
    arrays.maps[at + 3 * k]! * x + arrays.maps[at + 3 * k + 1]! * y + arrays.maps[at + 3 * k + 2]!;
  if (header.outputs === 1) return value(0) > 0 ? 1 : 0;
  let best = 0;
  for (let k = 1; k < header.outputs; k++) if (value(k) > value(best)) best = k;
  return best;
}

/** How to colour a picture; undefined where lines alone are drawn. */
export function paintOf(data: PlanarPictureData, mode: Mode, output: number, growth: Growth): Paint | undefined {
  if (mode === 'value') return valuePaint(data, output);
  if (mode === 'slope') return slopePaint(data);
  if (mode === 'map') return mapPaint(data, growth);
  if (mode === 'layer') return layerPaint(data, growth);
  return mode === 'class' ? classPaint(data) : undefined;
}
