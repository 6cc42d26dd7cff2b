/**
 * How far float32 arithmetic may be from a network's exact outputs at a point, in whatever order sums are formed.
 *
 * Let u = 2^-24 and w = 2^-126, and let a layer compute z_r = sum_i W_ri a_i + b_r in float32, rounding to nearest: the n
 * products with nonzero weights and the bias are added in any order and grouping (any summation tree), products may be fused
 * with additions, subnormal operands and results may be flushed to zero, and weights that are no float32 numbers are rounded
 * first (v = u; v = 0 if they are).
 *
 * **Lemma 1 (one layer).** If the computed inputs are a' and nothing overflows, the computed sum differs from the exact
 * sum_i W_ri a'_i + b_r by at most
 *
 *     L_r = sum_i [(|W_ri|(1 + v) + w)(|a'_i| + w)(1 + g) - |W_ri||a'_i|] + (|b_r|(1 + v) + w)(1 + g) - |b_r| + (3n + 2) w (1 + g)
 *
 * with g = k u / (1 - k u), k = n + 1. *Proof.* In a tree with n + 1 leaves a term passes through at most n additions and,
 * unless fused, one rounding of its product: it arrives with a factor between (1 - u)^k and (1 + u)^k, off from 1 by at most g
 * (Higham 2002, Accuracy and Stability of Numerical Algorithms, lemma 3.1 and section 4.2). Additions do not underflow with
 * gradual underflow; with flushing each of the at most 2n + 1 operations adds at most w, as does each product that
 * underflows, and what is added is carried on with a factor of at most 1 + g. A flushed operand is off by at most w. So a term
 * is (W + D)(a' + d)(1 + t) with |D| <= v|W| + w, |d| <= w, |t| <= g, and its difference to W a' expands into products each of
 * which is at most the matching one of the bound. []
 *
 * **Lemma 2 (all layers).** Errors are carried as sums of generators, as in affine arithmetic (de Figueiredo and Stolfi
 * 2004): the error of value i is sum_g G_ig e_g + s_i with |e_g| <= 1 and a remainder at most S_i. A layer maps G to W G and S
 * to |W| S and adds the generator L_r of each sum, where |a'_i| is at most |a_i| + sum_g |G_ig| + S_i. A neuron whose exact
 * pre-activation exceeds its error in magnitude is on the same branch in float32: its error is scaled by the slope. Otherwise
 * act(z') - act(z) = m (z' - z) + h q |z' - z| with m half the sum of the slopes, h half their difference and |q| <= 1, which
 * is a scaled error and one more generator. Slopes 0, 1 and -1 are applied without rounding; others add the rounding of the
 * slope and of the product, |slope|(|z'| (2u + u^2) + 2w) + 2w. []
 *
 * All is computed in doubles. Each entry of W G is a rounded sum of n products: the remainder takes up
 * (n + 10) 2^-53 sum_i |W_ri| sum_g |G_ig| per value (lemma 1 of `exact/sign.ts`, which also covers weights that are rounded to
 * doubles), and one further w what underflows there. Sums of nonnegative numbers are raised by `SLACK`.
 *
 * Infinity and NaN cannot occur in float32 where sum_i |W_ri||a'_i| + |b_r| + L_r, which bounds every partial sum, stays below
 * 2^127: otherwise there is no bound.
 */
import {
  accumulationUnit,
  BEYOND_SINGLES,
  type IntegerVector,
  integersFromRationals,
  nearestDouble,
  type Rational,
  SINGLE_ROUNDOFF,
  SLACK,
  SMALLEST_NORMAL_SINGLE,
  toDouble,
} from '../exact/index.js';
import { type AffineMap, activate, applyAffine, type Network, type Slopes } from '../network/index.js';

/** From here on errors lose their correlation before a layer: products of generators would take longer than the network. */
const MOST_PRODUCTS = 2 ** 27;

/** The errors of some values. */
interface Errors {
  /** Per value its generators, all of one length. */
  readonly generators: readonly Float64Array[];
  /** Per value what the remainder is at most. */
  readonly remainders: Float64Array;
}

const mass = (row: Float64Array) => row.reduce((sum, value) => sum + Math.abs(value), 0);

const totalsOf = ({ generators, remainders }: Errors) =>
  generators.map((row, i) => (mass(row) + remainders[i]!) * SLACK);

/** One generator per value instead of common ones. */
function uncorrelated(errors: Errors): Errors {
  const totals = totalsOf(errors);
  const own = totals.flatMap((total, i) => (total > 0 ? [i] : []));
  const generators = totals.map((total, i) => Float64Array.from(own, (j) => (i === j ? total : 0)));
  return { generators, remainders: new Float64Array(totals.length) };
}

/** Without generators that no value has. */
function pruned({ generators, remainders }: Errors): Errors {
  const used: number[] = [];
  for (let g = 0; g < (generators[0]?.length ?? 0); g++) if (generators.some((row) => row[g] !== 0)) used.push(g);
  return { generators: generators.map((row) => Float64Array.from(used, (g) => row[g]!)), remainders };
}

/** Whether every entry of a map is a float32 number. */
function isSingle({ exactDoubles, weights, bias }: AffineMap): boolean {
  return exactDoubles && [weights, bias].every((values) => values.every((value) => Math.fround(value) === value));
}

/** L of lemma 1 from sum |W||a'|, sum |W|, sum |a'|, |b| and the number of terms. */
function localError(reach: number, weights: number, values: number, bias: number, n: number, v: number): number {
  const k = n + 1;
  const growth = (k * SINGLE_ROUNDOFF) / (1 - k * SINGLE_ROUNDOFF);
  const relative = v + growth + v * growth;
  const flushed = SMALLEST_NORMAL_SINGLE;
  // Raised factor by factor; 3n + 3 includes what underflows in these doubles.
  const absolute = flushed * (weights * (1 + v) + values + n * flushed + 1 + 3 * n + 3) * (1 + growth);
  return ((reach + bias) * relative + absolute) * SLACK * SLACK;
}

/** Lemma 2 for W a + b; undefined where float32 may overflow. */
function throughAffine(map: AffineMap, values: IntegerVector, before: Errors): Errors | undefined {
  const { inputs, outputs, weights, bias } = map;
  const live = before.generators.flatMap((row, i) => (row.length > 0 && mass(row) > 0 ? [i] : []));
  const products = outputs * live.length * (before.generators[0]?.length ?? 0);
  const errors = products > MOST_PRODUCTS ? uncorrelated(before) : before;
  const count = errors.generators[0]?.length ?? 0;
  const totals = totalsOf(errors);
  const masses = errors.generators.map(mass);
  const sizes = values.numerators.map((n, i) => Math.abs(nearestDouble(n, values.denominator)) * SLACK + totals[i]!);
  const v = isSingle(map) ? 0 : SINGLE_ROUNDOFF;
  const remainders = new Float64Array(outputs);
  const generators: Float64Array[] = [];
  for (let r = 0; r < outputs; r++) {
    const row = new Float64Array(count + outputs);
    let [reach, sum, seen, carried, n] = [0, 0, 0, 0, 0];
    for (let c = 0; c < inputs; c++) {
      const weight = weights[r * inputs + c]!;
      if (weight === 0) continue;
      const size = Math.abs(weight);
      reach += size * sizes[c]!;
      sum += size;
      seen += sizes[c]!;
      carried += size * (errors.remainders[c]! + accumulationUnit(inputs) * masses[c]!);
      n++;
      if (masses[c]! === 0) continue;
      const own = errors.generators[c]!;
      for (let g = 0; g < count; g++) row[g]! += weight * own[g]!;
    }
    const local = localError(reach, sum, seen, Math.abs(bias[r]!), n, v);
    row[count + r] = local;
    remainders[r] = carried * SLACK;
    generators.push(row);
    if (!(2 * (reach + Math.abs(bias[r]!) + local) * SLACK < BEYOND_SINGLES)) return undefined;
  }
  return { generators, remainders };
}

const isFree = ({ numerator, denominator }: Rational) => denominator === 1n && numerator >= -1n && numerator <= 1n;

/** A value's generators and remainder after its activation, and what its own new generator must cover. */
interface Activated {
  readonly row: Float64Array;
  readonly remainder: number;
  readonly added: number;
}

/** Lemma 2 for act(z). */
function throughActivation(slopes: Slopes, value: number, row: Float64Array, remainder: number): Activated {
  const own = mass(row);
  const total = (own + remainder) * SLACK;
  const [negative, positive] = [toDouble(slopes.negative), toDouble(slopes.positive)];
  const isCertain = Math.abs(value) > total * SLACK;
  const branch = value > 0 ? slopes.positive : slopes.negative;
  const factor = isCertain ? toDouble(branch) : (negative + positive) / 2;
  const bend = isCertain ? 0 : Math.abs(positive - negative) / 2;
  const steepest = isCertain ? Math.abs(factor) : Math.max(Math.abs(negative), Math.abs(positive));
  const applied = isCertain ? isFree(branch) : isFree(slopes.negative) && isFree(slopes.positive);
  const reach = (Math.abs(value) * SLACK + total) * steepest;
  const flushed = 2 * SMALLEST_NORMAL_SINGLE * (steepest + 1);
  const rounded = applied ? 0 : (reach * (2 + SINGLE_ROUNDOFF) * SINGLE_ROUNDOFF + flushed) * SLACK;
  return {
    row: row.map((entry) => entry * factor),
    // The doubles of slopes and products are off by a few units.
    remainder: (remainder * steepest + accumulationUnit(1) * own * steepest) * SLACK,
    added: (bend * total + rounded) * SLACK,
  };
}

function throughActivations(slopes: readonly Slopes[], values: IntegerVector, errors: Errors): Errors {
  const near = values.numerators.map((n) => nearestDouble(n, values.denominator));
  const after = errors.generators.map((row, j) => throughActivation(slopes[j]!, near[j]!, row, errors.remainders[j]!));
  const grown = after.flatMap(({ added }, j) => (added > 0 ? [j] : []));
  const generators = after.map(({ row, added }, j) => {
    const longer = new Float64Array(row.length + grown.length);
    longer.set(row);
    if (added > 0) longer[row.length + grown.indexOf(j)] = added;
    return longer;
  });
  return pruned({ generators, remainders: Float64Array.from(after, ({ remainder }) => remainder) });
}

/** What float32 may make of the outputs at one point. */
export interface SingleErrors {
  /** Per output an upper bound on |computed - exact|. */
  readonly outputs: readonly number[];
  /** An upper bound on |row . computed - row . exact|: less than the errors of the outputs together. */
  along(row: readonly Rational[]): number;
}

function alongRow({ generators, remainders }: Errors, row: readonly Rational[]): number {
  const coefficients = row.map(toDouble);
  const count = generators[0]?.length ?? 0;
  let spread = 0;
  for (let g = 0; g < count; g++) {
    spread += Math.abs(coefficients.reduce((sum, c, j) => (c === 0 ? sum : sum + c * generators[j]![g]!), 0));
  }
  const unit = accumulationUnit(row.length);
  const rest = coefficients.reduce(
    (sum, c, j) => (c === 0 ? sum : sum + Math.abs(c) * (remainders[j]! + unit * mass(generators[j]!))),
    0,
  );
  return (spread + rest + SMALLEST_NORMAL_SINGLE) * SLACK;
}

/**
 * Bounds on what float32 arithmetic computes at a point with float32 coordinates, layer by layer as `network` has them, in any
 * order of summation.
 *
 * @returns undefined if float32 might overflow, or numbers are beyond the doubles
 */
export function singleErrors(network: Network, point: readonly Rational[]): SingleErrors | undefined {
  let values = integersFromRationals(point);
  let errors: Errors | undefined = {
    generators: point.map(() => new Float64Array(0)),
    remainders: new Float64Array(point.length),
  };
  for (const { affine, slopes } of network.layers) {
    errors = throughAffine(affine, values, errors);
    if (errors === undefined) return undefined;
    values = applyAffine(affine, values);
    errors = throughActivations(slopes, values, errors);
    values = activate({ slopes }, values);
  }
  const last = network.endsWithActivation ? errors : throughAffine(network.output, values, errors);
  if (last === undefined) return undefined;
  const outputs = totalsOf(last);
  if (!outputs.every(Number.isFinite)) return undefined;
  return { outputs, along: (row) => alongRow(last, row) };
}
