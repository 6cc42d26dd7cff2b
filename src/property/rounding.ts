/**
 * How far float32 arithmetic may be from a network's exact outputs at a point, in whatever order sums are formed.
 *
 * **Lemma.** Let u = 2^-24 and w = 2^-126. A layer computes z_r = sum_i W_ri a_i + b_r in float32, rounding to nearest, where
 * the n products with nonzero weights and the bias are added in any order and grouping (any summation tree), products may be
 * fused with additions, subnormal operands and results may be flushed to zero, and weights are rounded to float32 first if
 * they are no float32 numbers. If the computed inputs are off by at most E_i, no result exceeds the range, and
 * g = k u / (1 - k u) with k = n + 1, then the computed value is off by at most
 *
 *     sum_i [(|W_i|(1 + v) + w)(|a_i| + E_i + w)(1 + g) - |W_i||a_i|] + (|b|(1 + v) + w)(1 + g) - |b| + (3n + 2) w (1 + g)
 *
 * with v = 0 if the weights are float32 numbers and v = u otherwise.
 *
 * Proof. In a tree with n + 1 leaves a term passes through at most n additions and, unless fused, one rounding of its product:
 * it arrives with a factor between (1 - u)^k and (1 + u)^k, which differs from 1 by at most g (Higham, Accuracy and Stability
 * of Numerical Algorithms, 2nd edition, lemma 3.1 and section 4.2). Additions of floating-point numbers have no underflow
 * error with gradual underflow; with flushing each of the at most 2n + 1 operations adds at most w, as does each product
 * whose result underflows, and what is added is carried on with a factor of at most 1 + g. A flushed operand is off by at most
 * w. So the term is (W_i + D)(a_i + d)(1 + t) with |D| <= v|W_i| + w, |d| <= E_i + w, |t| <= g, and the difference to W_i a_i
 * expands into products each of which is at most the matching product of the bound.
 *
 * A piecewise-linear activation with the greatest slope L in magnitude is L-Lipschitz: an error e of z becomes at most L e.
 * Slopes 0, 1 and -1 are applied without rounding; others add the rounding of the slope and of the product,
 * L(|z| + e)(2u + u^2) + w(|z| + e) + 2w.
 *
 * All of it is evaluated in integers, multiples of 2^-192, and every operation is rounded upwards. Infinity or NaN cannot
 * occur: the sum of the magnitudes is required to stay below 2^127.
 */
import { type IntegerVector, integersFromRationals, type Rational, rational } from '../exact/index.js';
import { type AffineMap, applyAffine, type Network, type Slopes } from '../network/index.js';

/** Fractional bits of the integers. */
const BITS = 192n;
const UNIT = 1n << BITS;
/** 2^-126. */
const FLUSHED = 1n << (BITS - 126n);
/** Bits of a float32 significand. */
const PRECISION = 24n;
/** 2^127. */
const LARGEST = UNIT << 127n;

const magnitude = (n: bigint) => (n < 0n ? -n : n);
const ceiling = (numerator: bigint, denominator: bigint) => (numerator + denominator - 1n) / denominator;

/** |numerator / denominator| as an integer, rounded up. */
const raised = (numerator: bigint, denominator: bigint) => ceiling(magnitude(numerator) << BITS, denominator);

/** Whether every entry of a map is a float32 number. */
function isSingle({ exactDoubles, weights, bias }: AffineMap): boolean {
  return exactDoubles && [weights, bias].every((values) => values.every((value) => Math.fround(value) === value));
}

/** A positive factor n / d. */
interface Factor {
  readonly n: bigint;
  readonly d: bigint;
}

/** 1 + g for k roundings. @returns undefined for sums so long that the bound means nothing */
function growth(k: bigint): Factor | undefined {
  const denominator = (1n << PRECISION) - k;
  return denominator <= 0n ? undefined : { n: 1n << PRECISION, d: denominator };
}

const times = (value: bigint, { n, d }: Factor) => ceiling(value * n, d);

/** The errors of W a + b, from those of a; undefined where float32 may overflow. */
function affineErrors(map: AffineMap, values: IntegerVector, errors: readonly bigint[]): bigint[] | undefined {
  const { inputs, outputs, weights, bias, denominator } = map.integers();
  const sizes = values.numerators.map((n) => raised(n, values.denominator));
  const one = 1n << PRECISION;
  const rounding: Factor = isSingle(map) ? { n: one, d: one } : { n: one + 1n, d: one };
  const result: bigint[] = [];
  for (let r = 0; r < outputs; r++) {
    let exact = 0n;
    let moved = 0n;
    let flushed = 0n;
    let n = 0n;
    for (let c = 0; c < inputs; c++) {
      const weight = weights[r * inputs + c]!;
      if (weight === 0n) continue;
      const w = raised(weight, denominator);
      const error = errors[c]! + FLUSHED;
      exact += w * sizes[c]!;
      moved += w * error;
      flushed += sizes[c]! + error;
      n++;
    }
    const grown = growth(n + 1n);
    if (grown === undefined) return undefined;
    const b = raised(bias[r]!, denominator);
    const products = ceiling(exact, UNIT);
    // (1 + v)(1 + g) - 1 of what is exact; (1 + v)(1 + g) of what is not.
    const both = { n: rounding.n * grown.n, d: rounding.d * grown.d };
    const relative = ceiling((products + b) * (both.n - both.d), both.d);
    const absolute = times(ceiling(moved, UNIT), both);
    const underflow = times(ceiling(FLUSHED * flushed, UNIT) + FLUSHED + (3n * n + 2n) * FLUSHED, grown);
    const error = relative + absolute + underflow;
    if (products + b + error >= LARGEST) return undefined;
    result.push(error);
  }
  return result;
}

const isFree = ({ numerator, denominator }: Rational) => denominator === 1n && magnitude(numerator) <= 1n;

/** The error of act(z) from the error of z. */
function activationError({ negative, positive }: Slopes, size: bigint, error: bigint): bigint {
  const slopes = [negative, positive].map((slope) => raised(slope.numerator, slope.denominator));
  const steepest = slopes[0]! > slopes[1]! ? slopes[0]! : slopes[1]!;
  const carried = ceiling(steepest * error, UNIT);
  if (isFree(negative) && isFree(positive)) return carried;
  const reach = size + error;
  const one = 1n << PRECISION;
  const rounded = ceiling(ceiling(steepest * reach, UNIT) * (2n * one + 1n), one * one);
  return carried + rounded + ceiling(FLUSHED * reach, UNIT) + 2n * FLUSHED;
}

/** act(values), exactly. */
function activated(slopes: readonly Slopes[], values: IntegerVector): IntegerVector {
  let common = 1n;
  for (const { negative, positive } of slopes) {
    for (const { denominator } of [negative, positive]) if (common % denominator !== 0n) common *= denominator;
  }
  const numerators = values.numerators.map((value, j) => {
    const { numerator, denominator } = value > 0n ? slopes[j]!.positive : slopes[j]!.negative;
    return value * numerator * (common / denominator);
  });
  return { numerators, denominator: values.denominator * common };
}

/**
 * For every output an upper bound on |computed - exact| at a point with float32 coordinates, for float32 arithmetic in any
 * order of summation, layer by layer as `network` has them.
 *
 * @returns undefined if float32 might overflow
 */
export function singleErrors(network: Network, point: readonly Rational[]): readonly Rational[] | undefined {
  let values = integersFromRationals(point);
  let errors: bigint[] | undefined = new Array<bigint>(point.length).fill(0n);
  for (const { affine, slopes } of network.layers) {
    errors = affineErrors(affine, values, errors);
    if (errors === undefined) return undefined;
    values = applyAffine(affine, values);
    errors = errors.map((error, j) =>
      activationError(slopes[j]!, raised(values.numerators[j]!, values.denominator), error),
    );
    values = activated(slopes, values);
  }
  if (!network.endsWithActivation) errors = affineErrors(network.output, values, errors);
  return errors?.map((error) => rational(error, UNIT));
}
