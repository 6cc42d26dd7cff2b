/**
 * Affine maps from doubles, integers and rationals, stored with their zeros or without: in the smaller way.
 */
import { integersFromDoubles, integersFromRationals, type Rational } from '../exact/index.js';
import { compactDoubles, compactIntegers } from './compact.js';
import { densePattern, forEachInRow, type SparsityPattern, type Stored } from './sparsity.js';
import {
  type AffineMap,
  affineFromStoredIntegers,
  affineNear,
  type DenseIntegers,
  type StoredIntegers,
  split,
} from './stored-affine.js';

export { type AffineMap, composeAffine } from './stored-affine.js';

/**
 * The affine map whose entries are exactly the given doubles.
 *
 * @param weights row-major, outputs x inputs
 * @throws RangeError for NaN, infinities and shapes that do not match
 */
export function affineFromDoubles(
  outputs: number,
  inputs: number,
  weights: ArrayLike<number>,
  bias: ArrayLike<number>,
): AffineMap {
  if (weights.length !== outputs * inputs || bias.length !== outputs) {
    throw new RangeError(
      `affine map: expected ${outputs} x ${inputs} weights and ${outputs} biases, got ${weights.length} and ${bias.length}`,
    );
  }
  return affineFromStored({ pattern: densePattern(outputs, inputs), values: Float64Array.from(weights) }, bias);
}

/** The affine map whose stored entries are exactly the given doubles. @throws RangeError for NaN and infinities */
export function affineFromStored(matrix: Stored<Float64Array>, offsets: ArrayLike<number>): AffineMap {
  const bias = Float64Array.from(offsets);
  checkFinite(matrix, bias);
  const { pattern, values } = compactDoubles(matrix);
  return affineNear({ pattern, values }, bias, true, () => split(pattern, integersFromDoubles([...values, ...bias])));
}

function checkFinite({ pattern, values }: Stored<Float64Array>, bias: Float64Array) {
  const expected = (got: number, place: string) =>
    new RangeError(`affine map: expected finite numbers, got ${got} at ${place}`);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  for (let r = 0; bad >= 0 && r < pattern.outputs; r++) {
    forEachInRow(pattern, r, (c, e) => {
      if (e === bad) throw expected(values[bad]!, `weight [${r}][${c}]`);
    });
  }
  const odd = bias.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) throw expected(bias[odd]!, `bias [${odd}]`);
}

/** The affine map with rational rows. @param weights one row per output */
export function affineFromRationals(
  inputs: number,
  weights: readonly (readonly Rational[])[],
  bias: readonly Rational[],
): AffineMap {
  const outputs = weights.length;
  if (bias.length !== outputs || weights.some((row) => row.length !== inputs)) {
    throw new RangeError(`affine map: expected ${outputs} rows of ${inputs} weights and ${outputs} biases`);
  }
  return affineFromIntegers(split(densePattern(outputs, inputs), integersFromRationals([...weights.flat(), ...bias])));
}

/** The affine map with the given exact integers over a common denominator, stored in the smaller way. */
export function affineFromIntegers(given: DenseIntegers | StoredIntegers): AffineMap {
  const matrix =
    'pattern' in given ? given : { pattern: densePattern(given.outputs, given.inputs), values: given.weights };
  return affineFromStoredIntegers({ ...compactIntegers(matrix), bias: given.bias, denominator: given.denominator });
}

/** Only the diagonal is stored. */
export function diagonalPattern(size: number): SparsityPattern {
  const starts = Int32Array.from({ length: size + 1 }, (_, i) => i);
  return { outputs: size, inputs: size, starts, columns: starts.slice(0, size) };
}

export function identityAffine(size: number): AffineMap {
  const values = new Float64Array(size).fill(1);
  return affineFromStored({ pattern: diagonalPattern(size), values }, new Float64Array(size));
}
