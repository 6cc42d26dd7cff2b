/**
 * The rows of a relaxation as doubles for the program that looks for multipliers.
 */
import {
  type ConditionRow,
  type LayerState,
  NEGATIVE_CUT,
  POSITIVE_CUT,
  type Relaxation,
  SIDE_ROW,
  SLOPE_BITS,
} from '../checker/index.js';
import { nearestDouble } from '../exact/index.js';
import type { RelaxedProgram } from './relaxed-program.js';

/** A condition as doubles of size about 1; `scale` brings it back to its integers: row = 2^scale * doubles. */
export interface DoubleCondition {
  readonly inputs: Float64Array;
  readonly outputs: Float64Array;
  readonly constant: number;
  readonly scale: number;
}

/** @param bits the length of the row's longest entry */
export function doubleCondition({ inputs, outputs, constant }: ConditionRow, bits: number): DoubleCondition {
  const unit = 1n << BigInt(bits);
  return {
    inputs: Float64Array.from(inputs, (a) => nearestDouble(a, unit)),
    outputs: Float64Array.from(outputs, (a) => nearestDouble(a, unit)),
    constant: nearestDouble(constant, unit),
    scale: bits,
  };
}

/** Where a neuron's row stands. */
export interface NeuronPlace {
  readonly layer: number;
  readonly index: number;
}

/** Writes a condition of a disjunct as a row of the program. */
export function addCondition(program: RelaxedProgram, relaxation: Relaxation, condition: DoubleCondition): void {
  const { input, output, symbols } = relaxation;
  const at = program.addRow();
  const { rows } = program;
  let constant = condition.constant;
  const unit = 2 ** -output.unit;
  const point = 2 ** -output.point;
  condition.outputs.forEach((a, o) => {
    if (a === 0) return;
    constant += a * (output.centre[o]! * point + output.radius[o]! * unit * Math.sign(a));
    const from = o * output.columns;
    for (let i = 0; i < output.columns; i++) rows[at + i]! += a * unit * output.coefficients[from + i]!;
  });
  condition.inputs.forEach((a, i) => {
    if (a === 0) return;
    constant += a * input.centre[i]! * 2 ** -input.point;
    rows[at + i]! += a * input.coefficients[i * input.columns + i]! * 2 ** -input.unit;
  });
  rows[at + symbols] = constant;
}

/** Writes the row of a neuron: kind as in `checker/closing.ts`. */
export function addNeuron(
  program: RelaxedProgram,
  relaxation: Relaxation,
  layer: number,
  k: number,
  kind: number,
  supposed?: 1 | -1,
): void {
  const state = relaxation.layers[layer]!;
  const { before, slopes, slope, middle, range, symbol, status } = state;
  const at = program.addRow();
  const { rows } = program;
  const unit = 2 ** -before.unit;
  const point = 2 ** -before.point;
  const n = before.columns;
  let factor: number;
  let constant = 0;
  if (kind === SIDE_ROW) factor = supposed ?? Math.sign(status[k]!);
  else {
    const [negative, positive] = [slopes.negative[k]!, slopes.positive[k]!];
    const sense = positive > negative ? 1 : -1;
    const raised = 2 ** (slopes.rise - SLOPE_BITS);
    factor = sense * (slope[k]! - (kind === NEGATIVE_CUT ? negative : positive)) * raised;
    constant = (sense * middle[k]! * raised * unit) / 2;
    rows[at + symbol[k]!] = sense * range[k]! * 2 ** slopes.rise * unit;
  }
  for (let i = 0; i < n; i++) rows[at + i]! += factor * unit * before.coefficients[k * n + i]!;
  rows[at + relaxation.symbols] =
    constant + factor * before.centre[k]! * point + Math.abs(factor) * before.radius[k]! * unit;
}

/** A neuron's pre-activation at a point of the symbols. */
export function valueAt({ before }: LayerState, k: number, z: Float64Array): number {
  const n = before.columns;
  const { coefficients } = before;
  let x = before.centre[k]! * 2 ** (before.unit - before.point);
  for (let i = 0, at = k * n; i < n; i++, at++) x += coefficients[at]! * z[i]!;
  return x * 2 ** -before.unit;
}

/** target := sign times a neuron's pre-activation, and its radius: `symbols` coefficients and a constant. */
export function formOf({ before }: LayerState, k: number, sign: number, symbols: number, target: Float64Array): void {
  const { columns, coefficients, centre, radius } = before;
  const unit = 2 ** -before.unit;
  for (let i = 0; i < columns; i++) target[i] = sign * coefficients[k * columns + i]! * unit;
  target.fill(0, columns, symbols);
  target[symbols] = sign * centre[k]! * 2 ** -before.point + radius[k]! * unit;
}

/** The values of an open neuron's two cuts at a point of the symbols, scaled to about 1; negative where violated. */
export function cutValues(
  relaxation: Relaxation,
  layer: number,
  k: number,
  z: Float64Array,
): readonly [number, number] {
  const { before, slopes, slope, middle, range, symbol } = relaxation.layers[layer]!;
  const n = before.columns;
  let x = before.centre[k]! * 2 ** (before.unit - before.point);
  for (let i = 0; i < n; i++) x += before.coefficients[k * n + i]! * z[i]!;
  const [negative, positive] = [slopes.negative[k]!, slopes.positive[k]!];
  const sense = positive > negative ? 1 : -1;
  const raised = 2 ** -SLOPE_BITS;
  const value = (side: number) =>
    (sense * ((slope[k]! - side) * raised * x + middle[k]! * raised * 0.5 + range[k]! * z[symbol[k]!]!)) / range[k]!;
  return [value(negative), value(positive)];
}

export { NEGATIVE_CUT, POSITIVE_CUT, SIDE_ROW };
