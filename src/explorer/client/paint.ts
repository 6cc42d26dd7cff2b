/**
 * Colours of the explorer beside those of reports: an output between two classes, a neuron's pre-activation, smooth fields.
 */

import {
  byValue,
  type Legend,
  type Paint,
  packed,
  pointAt,
  rangeOf,
  type ValueTable,
  type View,
} from '../../report/client/index.js';
import { cssColour, kindStyle, type PlanarPictureData, type Rgb, STEPS, stepOf } from '../../report/encoding/index.js';
import type { FieldPicture } from '../model/index.js';

const mixed = (a: Rgb, b: Rgb, t: number): Rgb =>
  a.map((part, k) => Math.round(part + t * (b[k]! - part))) as unknown as Rgb;

const NEUTRAL: Rgb = [248, 248, 246];
/** The strongest colours of the two classes: those of Okabe and Ito, as in `kindStyle`, not lightened. */
const LOW: Rgb = [40, 140, 205];
const HIGH: Rgb = [232, 150, 10];

/** From the first class's colour through white to the second's. */
const BETWEEN: readonly Rgb[] = Array.from({ length: STEPS }, (_, k) => {
  const t = (2 * k) / (STEPS - 1) - 1;
  // Away from zero at once: the sign is what matters first.
  const strength = t === 0 ? 0 : 0.16 + 0.84 * Math.abs(t);
  return mixed(NEUTRAL, t < 0 ? LOW : HIGH, strength);
});
const BETWEEN_PACKED = Uint32Array.from(BETWEEN, packed);

function stepOfPart(part: number): number {
  return stepOf(part, -1, 1);
}

export const CLASS_COLOURS: readonly [string, string] = [cssColour(kindStyle(0).fill), cssColour(kindStyle(1).fill)];

/** What of a value is shown: it is squashed, or scaled by its largest. */
export interface Scale {
  /** From a value to -1 .. 1. */
  readonly part: (value: number) => number;
  /** The colours of values. */
  readonly table: ValueTable;
  readonly legend: Legend;
}

function between(title: string, low: number, high: number): Legend {
  return { kind: 'ramp', colours: BETWEEN, low, high, title };
}

/** Beyond it tanh has its last colour. */
const FAR = 3;
/** Steps of an output that are coloured by tanh: finer than its colours. */
const FINE = 16 * STEPS;

/** tanh of the output: what a classification is trained on. */
export const SQUASHED: Scale = {
  part: Math.tanh,
  table: {
    low: -FAR,
    high: FAR,
    colours: Uint32Array.from(
      { length: FINE },
      (_, k) => BETWEEN_PACKED[stepOfPart(Math.tanh(((2 * k + 1) / FINE - 1) * FAR))]!,
    ),
  },
  legend: between('output, through tanh', -1, 1),
};

/** Scaled so that the largest magnitude, at a corner, has the strongest colour. */
export function balanced(title: string, most: number): Scale {
  const size = most > 0 ? most : 1;
  return {
    part: (value) => value / size,
    table: { low: -size, high: size, colours: BETWEEN_PACKED },
    legend: between(title, -size, size),
  };
}

/** The largest magnitude of an output at the corners. */
export function magnitudeOf(data: PlanarPictureData, output: number): number {
  const [low, high] = rangeOf(data, output);
  return Math.max(0, -low, high);
}

/** An output of a partition by its sign and size, pixel by pixel. */
export function signedPaint(data: PlanarPictureData, output: number, { table, legend }: Scale): Paint {
  return { legend, fill: byValue(data, output, table) };
}

/** Two colours: those of the classes. */
export const SIGNS: ValueTable = {
  low: -1,
  high: 1,
  colours: Uint32Array.of(packed(kindStyle(0).fill), packed(kindStyle(1).fill)),
};

/** Between which squares of the grid pixels lie along an axis, and how far: their centres are the grid's points. */
function places([low, high]: readonly [number, number], count: number, pixels: number, at: (pixel: number) => number) {
  const first = new Int32Array(pixels);
  const part = new Float64Array(pixels);
  for (let p = 0; p < pixels; p++) {
    const place = Math.max(0, Math.min(count - 1, ((at(p) - low) / (high - low)) * count - 0.5));
    first[p] = Math.min(count - 2, Math.floor(place));
    part[p] = place - first[p]!;
  }
  return { first, part };
}

/** A smooth network by its values, between those of the grid. */
export function paintField(
  out: Uint32Array,
  field: FieldPicture,
  view: View,
  { low, high, colours }: ValueTable,
): void {
  const { window, columns, rows, values } = field;
  const across = places(window.x, columns, view.width, (p) => pointAt(view, p + 0.5, 0)[0]);
  const upright = places(window.y, rows, view.height, (p) => pointAt(view, 0, p + 0.5)[1]);
  const scale = colours.length / (high - low);
  const line = new Float64Array(columns);
  for (let row = 0, p = 0; row < view.height; row++) {
    const j = upright.first[row]! * columns;
    const v = upright.part[row]!;
    for (let i = 0; i < columns; i++) line[i] = values[j + i]! + v * (values[j + columns + i]! - values[j + i]!);
    for (let column = 0; column < view.width; column++, p++) {
      const i = across.first[column]!;
      const value = line[i]! + across.part[column]! * (line[i + 1]! - line[i]!);
      const step = (value - low) * scale;
      out[p] = colours[step > 0 ? Math.min(colours.length - 1, Math.floor(step)) : 0]!;
    }
  }
}

/** The colour of a target of regression. */
export function targetColour(target: number, { part }: Scale): string {
  return cssColour(BETWEEN[stepOfPart(part(target))]!);
}
