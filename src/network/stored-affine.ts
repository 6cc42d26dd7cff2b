/**
 * Affine maps x -> W x + b with rational entries, stored as doubles where these are exact and as integers where needed, with or
 * without their zeros.
 */

import { type IntegerVector, integersFromDoubles, nearestDouble, reduced } from '../exact/index.js';
import { allEntries, forEachInRow, type SparsityPattern, type Stored } from './sparsity.js';

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

/** An exact affine map over one common positive denominator. `weights` are made at the first use where zeros are not stored. */
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
  /** All entries of W in doubles, row-major. They are made at the first use where zeros are not stored. */
  readonly weights: Float64Array;
  /** The exact entries over one denominator, stored where the doubles are; computed at the first call. */
  integers(): IntegerAffine;
}

/** The exact affine map of its parts. */
export function integerAffine({ pattern, values, bias, denominator }: StoredIntegers): IntegerAffine {
  const { outputs, inputs } = pattern;
  let all: readonly bigint[] | undefined;
  return {
    outputs,
    inputs,
    pattern,
    values,
    bias,
    denominator,
    get weights() {
      return (all ??= allEntries({ pattern, values }, (size) => new Array<bigint>(size).fill(0n)));
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
  let all: Float64Array | undefined;
  return {
    outputs: pattern.outputs,
    inputs: pattern.inputs,
    pattern,
    values,
    bias,
    exactDoubles,
    get weights() {
      return (all ??= allEntries({ pattern, values }, (size) => new Float64Array(size)));
    },
    integers: () => (known ??= integerAffine(exact())),
  };
}

/** What integers of stored entries, followed by those of the bias, say. */
export function split(pattern: SparsityPattern, { numerators, denominator }: IntegerVector): StoredIntegers {
  const count = pattern.starts[pattern.outputs]!;
  return { pattern, values: numerators.slice(0, count), bias: numerators.slice(count), denominator };
}

/** The affine map with the given exact integers over a common denominator, stored as they are. */
export function affineFromStoredIntegers(exact: StoredIntegers): AffineMap {
  const { pattern, values, bias, denominator } = exact;
  const doubles = Float64Array.from(values, (n) => nearestDouble(n, denominator));
  const b = Float64Array.from(bias, (n) => nearestDouble(n, denominator));
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

/**
 * outer after inner, exactly: x -> W_o (W_i x + b_i) + b_o, without zeros.
 *
 * Cost: an integer product for every stored weight of `outer` and every stored weight of the row of `inner` that it meets.
 */
export function composeAffine(outer: AffineMap, inner: AffineMap): AffineMap {
  if (outer.inputs !== inner.outputs) {
    throw new RangeError(`affine maps: cannot feed ${inner.outputs} values into ${outer.inputs} inputs`);
  }
  const o = outer.integers();
  const i = inner.integers();
  const columns: number[] = [];
  const entries: bigint[] = [];
  const starts = new Int32Array(o.outputs + 1);
  const constants = o.bias.map((b, r) => {
    let constant = b * i.denominator;
    const sums = new Map<number, bigint>();
    forEachInRow(o.pattern, r, (k, e) => {
      const w = o.values[e]!;
      if (w === 0n) return;
      constant += w * i.bias[k]!;
      forEachInRow(i.pattern, k, (c, f) => sums.set(c, (sums.get(c) ?? 0n) + w * i.values[f]!));
    });
    const met = [...sums.keys()].filter((c) => sums.get(c) !== 0n).sort((a, b) => a - b);
    for (const c of met) {
      columns.push(c);
      entries.push(sums.get(c)!);
    }
    starts[r + 1] = columns.length;
    return constant;
  });
  const pattern = { outputs: o.outputs, inputs: i.inputs, starts, columns: Int32Array.from(columns) };
  const vector = reduced({ numerators: [...entries, ...constants], denominator: o.denominator * i.denominator });
  return affineFromStoredIntegers(split(pattern, vector));
}
