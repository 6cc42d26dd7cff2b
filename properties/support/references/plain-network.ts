/**
 * A network by its definition, in plain fractions: values, the affine functions on a pattern, Jacobians.
 *
 * Nothing is shared with `src/network/evaluate.ts`, the engines or the checker: only the model, and fractions.
 */
import { add, multiply, type Rational, rational, ZERO } from '../../../src/exact/rational.js';
import type { AffineMap } from '../../../src/network/affine.js';
import type { Network, Slopes } from '../../../src/network/network.js';

/** An affine function of the inputs: coefficients and, last, the constant. */
export type Row = readonly Rational[];

/** The rows of an affine map, the constant last. */
export function rowsOf(map: AffineMap): Row[] {
  const { weights, bias, denominator } = map.integers();
  return Array.from({ length: map.outputs }, (_, r) =>
    [...weights.slice(r * map.inputs, (r + 1) * map.inputs), bias[r]!].map((entry) => rational(entry, denominator)),
  );
}

/** The value of an affine function at a point. */
export function valueAt(row: Row, point: readonly Rational[]): Rational {
  return point.reduce((total, x, i) => add(total, multiply(row[i]!, x)), row[point.length]!);
}

/** The row after a row, both affine: outer(inner(x)). */
function composed(outer: Row, inner: readonly Row[], inputs: number): Row {
  return Array.from({ length: inputs + 1 }, (_, k) =>
    inner.reduce((total, row, j) => add(total, multiply(outer[j]!, row[k]!)), k === inputs ? outer.at(-1)! : ZERO),
  );
}

const slopeOf = ({ negative, positive }: Slopes, sign: number) => (sign > 0 ? positive : negative);

/** The output at a point, and the signs of all pre-activations on the way. */
export function valuesAt(
  network: Network,
  point: readonly Rational[],
): { readonly output: readonly Rational[]; readonly signs: readonly (readonly number[])[] } {
  let values = point;
  const signs: number[][] = [];
  for (const { affine, slopes } of network.layers) {
    const before = rowsOf(affine).map((row) => valueAt(row, values));
    const own = before.map(({ numerator }) => (numerator > 0n ? 1 : numerator < 0n ? -1 : 0));
    signs.push(own);
    values = before.map((value, j) => multiply(value, slopeOf(slopes[j]!, own[j]!)));
  }
  return { output: rowsOf(network.output).map((row) => valueAt(row, values)), signs };
}

/** On the branches that the signs choose (0: the negative one), every pre-activation and output as a function of the inputs. */
export function affineOn(
  network: Network,
  signs: readonly (readonly number[])[],
): { readonly layers: readonly (readonly Row[])[]; readonly output: readonly Row[] } {
  const { inputs } = network;
  const unit = (i: number): Row => Array.from({ length: inputs + 1 }, (_, k) => rational(k === i ? 1n : 0n));
  let values: readonly Row[] = Array.from({ length: inputs }, (_, i) => unit(i));
  const layers = network.layers.map(({ affine, slopes }, l) => {
    const before = rowsOf(affine).map((row) => composed(row, values, inputs));
    values = before.map((row, j) => row.map((entry) => multiply(entry, slopeOf(slopes[j]!, signs[l]![j]!))));
    return before;
  });
  return { layers, output: rowsOf(network.output).map((row) => composed(row, values, inputs)) };
}

/** The signs that a pattern's text names: "+-0|+". A network without activation layers has the pattern "". */
export function signsOf(pattern: string): number[][] {
  if (pattern === '') return [];
  return pattern.split('|').map((layer) => [...layer].map((sign) => (sign === '+' ? 1 : sign === '-' ? -1 : 0)));
}
