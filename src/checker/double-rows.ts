/**
 * The rows of a network's layers in doubles, with bounds on their errors that hold on the domain's box: for a proof that has room to
 * spare, as proofs have on networks in general position.
 *
 * A row r is kept with E, its error, and M, its mass: |r(x) - R(x)| <= E on the box for the exact row R, and
 * M >= sum_i |r_i| X_i + |r_c|, where |x_i| <= X_i on the box. How E follows from the rows of the layer before is Lemma 1 of
 * `exact/sign.ts`, whose notation this is; one more column of the sums adds up the bounds. u = 2^-53, n is the number of inputs.
 *
 * *Lemma 3 (combinations).* Let f = s r_0 - sum_{k=1..K} m_k r_k with s = 1 or -1 and m_k >= 0, F the same of the exact rows and of numbers
 * m'_k to which the m_k are the nearest doubles. Let the entries of f be computed one after the other as rounded sums of rounded
 * products, and let v be what is then computed as the sum over i of the smaller of f_i lo_i and f_i hi_i, and f_c. Then on every
 * box lo <= x <= hi of doubles within the domain's
 *
 *     F(x) >= v - (E_0 + sum m_k E_k) - c u (M_0 + sum m_k M_k)        with c = K + n + 10.
 *
 * *Proof.* The entries of f are off by at most (K + 2) u (|r_0i| + sum m_k |r_ki|) (Higham 2002, section 3.1), and by u sum m_k |r_ki| for
 * the m_k; the products with lo or hi and the sum of n + 1 terms by (n + 2) u times the same sum, weighted by X_i. For the entries as
 * computed v is the least value on the box. Replacing r_k by R_k costs E_0 + sum m'_k E_k. What this is short of, factors of 1 + O(n u), and
 * the roundings of the bound itself, is covered by what is left of c and by `SLACK`. []
 *
 * With K = 0 and lo = hi = x this is about a point, and x may be the nearest doubles to the exact coordinates: c u M_0 has room for u M_0
 * more.
 *
 * *Underflow* adds 2^-1075 per product to entries, times X_i, and takes it from bounds: less than (K + 1) `underflow(4 (n + 6), sum X_i)`.
 * Overflow makes bounds infinite or numbers NaN, and then nothing is proved here.
 */
import {
  accumulationUnit,
  atLeast,
  isNormal,
  nearestDouble,
  roundsRelatively,
  UNIT_ROUNDOFF,
  underflow,
} from '../exact/index.js';
import { type AffineMap, byColumns, forEachEntry, type Network, type Slopes } from '../network/index.js';
import type { ExactBox } from './domain.js';

/** A layer in doubles. Its rows are columns of numbers: entry i of row k at `width` i + k. */
export interface DoubleLayer {
  readonly width: number;
  /** The sums before any contribution: n + 1 columns of entries, the constant last, and one for the bounds of errors. */
  readonly start: Float64Array;
  /**
   * Weights times slopes: those of neuron j of the layer before on its negative side are entries starts[j] to starts[j + 1] - 1, on its
   * positive side those of j + (number of neurons before). There are none where the slope is zero.
   */
  readonly weights: Float64Array;
  readonly starts: Int32Array;
  /** The row that each entry belongs to; undefined if every column that has entries has one for every row. */
  readonly places: Int32Array | undefined;
  /** The magnitudes of the weights of such columns. */
  readonly magnitudes: Float64Array;
  /** c u of Lemma 1. */
  readonly unit: number;
  /** What underflow adds to an error. */
  readonly tiny: number;
}

/** What all layers have in common. */
export interface DoubleNetwork {
  readonly inputs: number;
  /** X_i, for every input. */
  readonly magnitudes: Float64Array;
  /** c u of Lemma 3 without multipliers. */
  readonly unit: number;
  /** What underflow adds to a value, for every multiplier and once. */
  readonly tiny: number;
  readonly layers: readonly DoubleLayer[];
}

/** The network on a box. */
export function doubleNetwork(network: Network, { lower, upper, denominator }: ExactBox): DoubleNetwork {
  const magnitudes = Float64Array.from(lower, (lo, i) =>
    Math.max(atLeast(lo < 0n ? -lo : lo, denominator), atLeast(upper[i]! < 0n ? -upper[i]! : upper[i]!, denominator)),
  );
  const scale = magnitudes.reduce((sum, x) => sum + x, network.inputs);
  return {
    inputs: network.inputs,
    magnitudes,
    unit: combinationUnit(0, network.inputs),
    tiny: underflow(4 * (network.inputs + 6), scale),
    layers: network.layers.map(({ affine }, l) =>
      l === 0
        ? firstLayer(affine, magnitudes, scale)
        : nextLayer(affine, network.layers[l - 1]!.slopes, network.inputs, scale),
    ),
  };
}

/** c u of Lemma 3. */
export function combinationUnit(multipliers: number, inputs: number): number {
  return (multipliers + inputs + 10) * UNIT_ROUNDOFF;
}

/** Whether the doubles of a map are as near to its entries as Lemma 1 asks. */
function isNear(affine: AffineMap): boolean {
  if (affine.exactDoubles) return true;
  const { values, bias } = affine.integers();
  return roundsRelatively(affine.values, values) && roundsRelatively(affine.bias, bias);
}

/** Sums without any contribution yet: the constants. */
function constants({ bias, outputs: width }: AffineMap, inputs: number, unit: number): Float64Array {
  const start = new Float64Array((inputs + 2) * width);
  start.set(bias, inputs * width);
  for (let k = 0; k < width; k++) start[(inputs + 1) * width + k] = unit * Math.abs(bias[k]!);
  return start;
}

/** The rows of the first layer are its weights: exact, or sums of one term each. */
function firstLayer(affine: AffineMap, magnitudes: Float64Array, scale: number): DoubleLayer {
  const { outputs: width, inputs } = affine;
  const unit = affine.exactDoubles ? 0 : isNear(affine) ? accumulationUnit(1) : Number.POSITIVE_INFINITY;
  const start = constants(affine, inputs, unit);
  forEachEntry(affine.pattern, (k, i, e) => {
    const weight = affine.values[e]!;
    start[i * width + k] = weight;
    if (unit > 0) start[(inputs + 1) * width + k]! += unit * Math.abs(weight) * magnitudes[i]!;
  });
  return {
    width,
    start,
    weights: new Float64Array(0),
    starts: new Int32Array(1),
    places: undefined,
    magnitudes: new Float64Array(0),
    unit,
    tiny: underflow(scale + 4, scale),
  };
}

function nextLayer(affine: AffineMap, slopes: readonly Slopes[], inputs: number, scale: number): DoubleLayer {
  const { outputs: width, inputs: before, pattern, values } = affine;
  const stored = byColumns(pattern);
  const isDense = stored.rows.length === width * before;
  const factors = [...slopes.map(({ negative }) => negative), ...slopes.map(({ positive }) => positive)];
  const starts = new Int32Array(2 * before + 1);
  factors.forEach(({ numerator }, c) => {
    const count = numerator === 0n ? 0 : stored.starts[(c % before) + 1]! - stored.starts[c % before]!;
    starts[c + 1] = starts[c]! + count;
  });
  const weights = new Float64Array(starts[2 * before]!);
  const places = new Int32Array(isDense ? 0 : weights.length);
  let isExpressible = true;
  factors.forEach(({ numerator, denominator }, c) => {
    const factor = nearestDouble(numerator, denominator);
    isExpressible &&= numerator === 0n || isNormal(factor);
    for (let to = starts[c]!, e = stored.starts[c % before]!; to < starts[c + 1]!; to++, e++) {
      const value = values[stored.entries[e]!]!;
      const weight = value * factor;
      // A product of two nearest doubles is as near as the lemma asks if it is normal.
      if (factor !== 1 && value !== 0) isExpressible &&= isNormal(weight);
      weights[to] = weight;
      if (!isDense) places[to] = stored.rows[e]!;
    }
  });
  const unit = isExpressible && isNear(affine) ? accumulationUnit(before) : Number.POSITIVE_INFINITY;
  return {
    width,
    start: constants(affine, inputs, unit),
    weights,
    starts,
    places: isDense ? undefined : places,
    magnitudes: isDense ? weights.map(Math.abs) : new Float64Array(0),
    unit,
    tiny: underflow((before + 4) * (scale + 4), scale),
  };
}
