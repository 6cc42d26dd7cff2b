/**
 * Affine maps x -> W x + b with rational entries, stored as doubles where these are exact and as integers where needed, and
 * without their zeros where that is smaller.
 */

import type { Rational } from '../exact/index.js';
import {
  type IntegerVector,
  integersFromDoubles,
  integersFromRationals,
  nearestDouble,
  reduced,
} from '../exact/index.js';
import {
  allDoubles,
  allIntegers,
  compactDoubles,
  compactIntegers,
  densePattern,
  diagonalPattern,
  forEachInRow,
  type SparsityPattern,
  type Stored,
} from './sparsity.js';

/** An affine map in integers over one common positive denominator: W = weights / denominator, b = bias / denominator. */
export interface DenseIntegers {
  readonly outputs: number;
  readonly inputs: number;
  /** Row-major, outputs x inputs. */
  readonly weights: readonly bigint[];
  readonly bias: readonly bigint[];
  readonly denominator: bigint;
}

/** The same with the weights that are stored. */
export interface StoredIntegers extends Stored<readonly bigint[]> {
  readonly bias: readonly bigint[];
  readonly denominator: bigint;
}

/** An exact affine map over one common positive denominator. `weights` are made at every call where zeros are not stored. */
export interface IntegerAffine extends DenseIntegers, StoredIntegers {}

/**
 * An affine map from R^inputs to R^outputs.
 *
 * `values` (of the stored entries of W) and `bias` hold the nearest doubles; `exactDoubles` says that they *are* the
 * entries. `integers()` gives the exact entries in any case; it is computed at the first call.
 */
export interface AffineMap extends Stored<Float64Array> {
  readonly outputs: number;
  readonly inputs: number;
  readonly bias: Float64Array;
  readonly exactDoubles: boolean;
  /** All entries of W in doubles, row-major. They are made at every call where zeros are not stored. */
  readonly weights: Float64Array;
  /** The exact entries over one denominator, stored where the doubles are; computed at the first call. */
  integers(): IntegerAffine;
}

/** The exact affine map of its parts. */
export function integerAffine({ pattern, values, bias, denominator }: StoredIntegers): IntegerAffine {
  const { outputs, inputs } = pattern;
  return {
    outputs,
    inputs,
    pattern,
    values,
    bias,
    denominator,
    get weights() {
      return allIntegers({ pattern, values });
    },
  };
}

/** The affine map of doubles near its entries and of a way to the exact ones. @param exact asked at most once */
export function affineNear(
  { pattern, values }: Stored<Float64Array>,
  bias: Float64Array,
  exactDoubles: boolean,
  exact: () => StoredIntegers,
): AffineMap {
  let known: IntegerAffine | undefined;
  return {
    outputs: pattern.outputs,
    inputs: pattern.inputs,
    pattern,
    values,
    bias,
    exactDoubles,
    get weights() {
      return allDoubles({ pattern, values });
    },
    integers: () => (known ??= integerAffine(exact())),
  };
}

/** Integers of stored entries, followed by those of the bias. */
function split(pattern: SparsityPattern, { numerators, denominator }: IntegerVector): StoredIntegers {
  const count = pattern.starts[pattern.outputs]!;
  return { pattern, values: numerators.slice(0, count), bias: numerators.slice(count), denominator };
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

/** The affine map with the given exact integers over a common denominator. */
export function affineFromIntegers(given: DenseIntegers | StoredIntegers): AffineMap {
  const { bias, denominator } = given;
  const { pattern, values } = compactIntegers(
    'pattern' in given ? given : { pattern: densePattern(given.outputs, given.inputs), values: given.weights },
  );
  const doubles = Float64Array.from(values, (n) => nearestDouble(n, denominator));
  const b = Float64Array.from(bias, (n) => nearestDouble(n, denominator));
  const exact = { pattern, values, bias, denominator };
  return affineNear({ pattern, values: doubles }, b, doublesAreExact(exact, doubles, b), () => exact);
}

/** Whether the doubles, taken exactly, are the map's entries. */
function doublesAreExact(exact: StoredIntegers, values: Float64Array, bias: Float64Array): boolean {
  const doubles = [...values, ...bias];
  if (!doubles.every(Number.isFinite)) return false;
  const back = integersFromDoubles(doubles);
  return [...exact.values, ...exact.bias].every(
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
  return affineFromIntegers(split(densePattern(outputs, inputs), integersFromRationals([...weights.flat(), ...bias])));
}

export function identityAffine(size: number): AffineMap {
  const values = new Float64Array(size).fill(1);
  return affineFromStored({ pattern: diagonalPattern(size), values }, new Float64Array(size));
}

/** Sums of multiples of sparse rows, one row of sums after the other. */
class RowSums {
  private readonly sums: bigint[];
  private readonly isTouched: Uint8Array;
  private readonly touched: number[] = [];
  private readonly starts: Int32Array;
  private readonly columns: number[] = [];
  private readonly values: bigint[] = [];
  private row = 0;

  constructor(
    private readonly outputs: number,
    private readonly inputs: number,
  ) {
    this.sums = new Array<bigint>(inputs).fill(0n);
    this.isTouched = new Uint8Array(inputs);
    this.starts = new Int32Array(outputs + 1);
  }

  add(column: number, value: bigint) {
    if (this.isTouched[column] === 0) {
      this.isTouched[column] = 1;
      this.touched.push(column);
    }
    this.sums[column]! += value;
  }

  /** The row is complete; the next one begins. */
  next() {
    const { touched, sums } = this;
    for (const column of touched.sort((a, b) => a - b)) {
      if (sums[column] !== 0n) {
        this.columns.push(column);
        this.values.push(sums[column]!);
      }
      sums[column] = 0n;
      this.isTouched[column] = 0;
    }
    touched.length = 0;
    this.starts[++this.row] = this.values.length;
  }

  result(): Stored<readonly bigint[]> {
    const { outputs, inputs, starts, values } = this;
    return { pattern: { outputs, inputs, starts, columns: Int32Array.from(this.columns) }, values };
  }
}

/**
 * outer after inner, exactly: x -> W_o (W_i x + b_i) + b_o.
 *
 * Cost: an integer product for every stored weight of `outer` and every stored weight of the row of `inner` that it meets.
 */
export function composeAffine(outer: AffineMap, inner: AffineMap): AffineMap {
  if (outer.inputs !== inner.outputs) {
    throw new RangeError(`affine maps: cannot feed ${inner.outputs} values into ${outer.inputs} inputs`);
  }
  const o = outer.integers();
  const i = inner.integers();
  const sums = new RowSums(o.outputs, i.inputs);
  const constants = o.bias.map((b, r) => {
    let constant = b * i.denominator;
    forEachInRow(o.pattern, r, (k, e) => {
      const w = o.values[e]!;
      if (w === 0n) return;
      constant += w * i.bias[k]!;
      forEachInRow(i.pattern, k, (c, f) => sums.add(c, w * i.values[f]!));
    });
    sums.next();
    return constant;
  });
  const { pattern, values } = sums.result();
  const vector = { numerators: [...values, ...constants], denominator: o.denominator * i.denominator };
  return affineFromIntegers(split(pattern, reduced(vector)));
}

/** The exact values W x + b of an integer vector. */
export function applyAffine(map: AffineMap, x: IntegerVector): IntegerVector {
  const { pattern, values, bias, denominator } = map.integers();
  const numerators = bias.map((b, r) => {
    let sum = b * x.denominator;
    forEachInRow(pattern, r, (c, e) => {
      const w = values[e]!;
      if (w !== 0n) sum += w * x.numerators[c]!;
    });
    return sum;
  });
  return { numerators, denominator: denominator * x.denominator };
}
