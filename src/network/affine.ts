/**
 * Affine maps x -> W x + b with rational entries, stored as doubles where these are exact and as integers where needed.
 */

import type { Rational } from '../exact/index.js';
import {
  type IntegerVector,
  integersFromDoubles,
  integersFromRationals,
  nearestDouble,
  reduced,
} from '../exact/index.js';

/** An exact affine map over one common positive denominator: W = weights / denominator (row-major), b = bias / denominator. */
export interface IntegerAffine {
  readonly outputs: number;
  readonly inputs: number;
  readonly weights: readonly bigint[];
  readonly bias: readonly bigint[];
  readonly denominator: bigint;
}

/**
 * An affine map from R^inputs to R^outputs.
 *
 * `weights` (row-major, outputs x inputs) and `bias` hold the nearest doubles; `exactDoubles` says that they *are* the
 * entries. `integers()` gives the exact entries in any case; it is computed at the first call.
 */
export interface AffineMap {
  readonly outputs: number;
  readonly inputs: number;
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  readonly exactDoubles: boolean;
  /** The exact entries over one denominator; computed at the first call. */
  integers(): IntegerAffine;
}

function shaped(outputs: number, inputs: number, entries: IntegerVector): IntegerAffine {
  const split = outputs * inputs;
  return {
    outputs,
    inputs,
    weights: entries.numerators.slice(0, split),
    bias: entries.numerators.slice(split),
    denominator: entries.denominator,
  };
}

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
  const w = Float64Array.from(weights);
  const b = Float64Array.from(bias);
  for (const values of [w, b]) {
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      const place = values === w ? `weight [${Math.floor(bad / inputs)}][${bad % inputs}]` : `bias [${bad}]`;
      throw new RangeError(`affine map: expected finite numbers, got ${values[bad]} at ${place}`);
    }
  }
  let exact: IntegerAffine | undefined;
  return {
    outputs,
    inputs,
    weights: w,
    bias: b,
    exactDoubles: true,
    integers: () => (exact ??= shaped(outputs, inputs, integersFromDoubles([...w, ...b]))),
  };
}

/** The affine map with the given exact integers over a common denominator. */
export function affineFromIntegers(exact: IntegerAffine): AffineMap {
  const { outputs, inputs, weights, bias, denominator } = exact;
  const w = Float64Array.from(weights, (n) => nearestDouble(n, denominator));
  const b = Float64Array.from(bias, (n) => nearestDouble(n, denominator));
  return { outputs, inputs, weights: w, bias: b, exactDoubles: doublesAreExact(exact, w, b), integers: () => exact };
}

/** Whether the doubles, taken exactly, are the map's entries. */
function doublesAreExact(exact: IntegerAffine, weights: Float64Array, bias: Float64Array): boolean {
  const doubles = [...weights, ...bias];
  if (!doubles.every(Number.isFinite)) return false;
  const back = integersFromDoubles(doubles);
  return [...exact.weights, ...exact.bias].every(
    (entry, i) => entry * back.denominator === back.numerators[i]! * exact.denominator,
  );
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
  return affineFromIntegers(shaped(outputs, inputs, integersFromRationals([...weights.flat(), ...bias])));
}

export function identityAffine(size: number): AffineMap {
  const weights = new Float64Array(size * size);
  for (let i = 0; i < size; i++) weights[i * size + i] = 1;
  return affineFromDoubles(size, size, weights, new Float64Array(size));
}

/**
 * outer after inner, exactly: x -> W_o (W_i x + b_i) + b_o.
 *
 * Cost: outputs * inner.outputs * (inputs + 1) integer products.
 */
export function composeAffine(outer: AffineMap, inner: AffineMap): AffineMap {
  if (outer.inputs !== inner.outputs) {
    throw new RangeError(`affine maps: cannot feed ${inner.outputs} values into ${outer.inputs} inputs`);
  }
  const o = outer.integers();
  const i = inner.integers();
  const columns = i.inputs;
  const entries: bigint[] = new Array(o.outputs * columns + o.outputs).fill(0n);
  for (let r = 0; r < o.outputs; r++) {
    let constant = o.bias[r]! * i.denominator;
    for (let k = 0; k < o.inputs; k++) {
      const w = o.weights[r * o.inputs + k]!;
      if (w === 0n) continue;
      constant += w * i.bias[k]!;
      for (let c = 0; c < columns; c++) entries[r * columns + c]! += w * i.weights[k * columns + c]!;
    }
    entries[o.outputs * columns + r] = constant;
  }
  const vector = reduced({ numerators: entries, denominator: o.denominator * i.denominator });
  return affineFromIntegers(shaped(o.outputs, columns, vector));
}

/** The exact values W x + b of an integer vector. */
export function applyAffine(map: AffineMap, x: IntegerVector): IntegerVector {
  const { weights, bias, denominator, inputs, outputs } = map.integers();
  const numerators = new Array<bigint>(outputs);
  for (let r = 0; r < outputs; r++) {
    let sum = bias[r]! * x.denominator;
    for (let c = 0; c < inputs; c++) {
      const w = weights[r * inputs + c]!;
      if (w !== 0n) sum += w * x.numerators[c]!;
    }
    numerators[r] = sum;
  }
  return { numerators, denominator: denominator * x.denominator };
}
