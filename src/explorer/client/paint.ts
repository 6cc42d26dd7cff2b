/**
 * Colours of the explorer beside those of reports: an output between two classes, a neuron's pre-activation, smooth fields.
 */

import { byValue, type Legend, type Paint, packed, pointAt, rangeOf, type View } from '../../report/client/index.js';
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

export const CLASS_COLOURS: readonly [string, string] = [cssColour(kindStyle(0).fill), cssColour(kindStyle(1).fill)];

/** What of a value is shown: it is squashed, or scaled by its largest. */
export interface Scale {
  /** From a value to -1 .. 1. */
  readonly part: (value: number) => number;
  readonly legend: Legend;
}

function between(title: string, low: number, high: number): Legend {
  return { kind: 'ramp', colours: BETWEEN, low, high, title };
}

/** tanh of the output: what a classification is trained on. */
export const SQUASHED: Scale = { part: Math.tanh, legend: between('output, through tanh', -1, 1) };

/** Scaled so that the largest magnitude, at a corner, has the strongest colour. */
export function balanced(title: string, most: number): Scale {
  const size = most > 0 ? most : 1;
  return { part: (value) => value / size, legend: between(title, -size, size) };
}

/** The largest magnitude of an output at the corners. */
export function magnitudeOf(data: PlanarPictureData, output: number): number {
  const [low, high] = rangeOf(data, output);
  return Math.max(0, -low, high);
}

const stepOfPart = (part: number) => stepOf(part, -1, 1);

/** An output of a partition by its sign and size, pixel by pixel. */
export function signedPaint(data: PlanarPictureData, output: number, { part, legend }: Scale): Paint {
  return { legend, fill: byValue(data, output, (value) => BETWEEN_PACKED[stepOfPart(part(value))]!) };
}

/** The value of a field at a point, between the centres of its squares. */
function fieldAt({ window, columns, rows, values }: FieldPicture, x: number, y: number): number {
  const at = ([low, high]: readonly [number, number], count: number, t: number) =>
    Math.max(0, Math.min(count - 1, ((t - low) / (high - low)) * count - 0.5));
  const [u, v] = [at(window.x, columns, x), at(window.y, rows, y)];
  const [i, j] = [Math.min(columns - 2, Math.floor(u)), Math.min(rows - 2, Math.floor(v))];
  const value = (column: number, row: number) => values[row * columns + column]!;
  const low = value(i, j) + (u - i) * (value(i + 1, j) - value(i, j));
  const high = value(i, j + 1) + (u - i) * (value(i + 1, j + 1) - value(i, j + 1));
  return low + (v - j) * (high - low);
}

/** How a smooth network is coloured: by its value, or by its sign alone. */
export type FieldLook = { readonly by: 'value'; readonly scale: Scale } | { readonly by: 'class' };

export function paintField(context: CanvasRenderingContext2D, field: FieldPicture, view: View, look: FieldLook): void {
  const image = context.createImageData(view.width, view.height);
  const out = new Uint32Array(image.data.buffer);
  const kinds = [packed(kindStyle(0).fill), packed(kindStyle(1).fill)] as const;
  for (let row = 0, p = 0; row < view.height; row++) {
    for (let column = 0; column < view.width; column++, p++) {
      const [x, y] = pointAt(view, column + 0.5, row + 0.5);
      if (x < field.window.x[0] || x > field.window.x[1] || y < field.window.y[0] || y > field.window.y[1]) continue;
      const value = fieldAt(field, x, y);
      out[p] = look.by === 'class' ? kinds[value > 0 ? 1 : 0] : BETWEEN_PACKED[stepOfPart(look.scale.part(value))]!;
    }
  }
  context.putImageData(image, 0, 0);
}

/** The colour of a target of regression. */
export function targetColour(target: number, { part }: Scale): string {
  return cssColour(BETWEEN[stepOfPart(part(target))]!);
}
