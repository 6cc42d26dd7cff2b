/**
 * How far rounding in doubles can carry an honest evaluation of a network from its exact value: the only allowance that is
 * made for answers given as JSON numbers. Answers given as texts are exact and need none.
 *
 * *Lemma.* Let u = 2^-53, gamma(k) = k u / (1 - k u), and let w be computed weights, |w^ - w| <= u |w| (they may have been
 * rationals). If the inputs v of a layer are known to e, then z = W v + b, summed in any order in doubles, is known to
 *
 *     |W| e + gamma(n + 3) (|W| (|v| + e) + |b|) + (2 n + 3) eta,
 *
 * where n is the number of summands and eta = 2^-1074 pays for each underflow. *Proof.* Every summand is multiplied by at
 * most n + 3 factors 1 + delta, |delta| <= u: one for the weight, one for the product, at most n + 1 for the sums (Higham
 * 2002, Accuracy and Stability of Numerical Algorithms, lemma 3.1 and section 3.1); products and conversions may each lose
 * another eta / 2. An activation multiplies by at most the larger slope in magnitude, also where the sign of z came out
 * wrong, because it is continuous. []
 *
 * A Jacobian in doubles is a sum over paths of products of at most one weight and one slope per layer, so its error is at
 * most gamma(K) times the same sum of magnitudes, K the roundings on one path.
 */
import {
  absolute,
  add,
  compare,
  multiply,
  ONE,
  type Rational,
  rational,
  rationalFromDouble,
  subtract,
  toDouble,
  ZERO,
} from '../../exact/index.js';
import type { AffineMap, Network, Slopes } from '../../network/index.js';

const ROUNDING = 1n << 53n;
const UNDERFLOW = rational(1n, 1n << 1074n);

/** gamma(k) */
function gamma(roundings: number): Rational {
  const k = BigInt(roundings);
  return rational(k, ROUNDING - k);
}

interface Known {
  readonly value: Rational;
  readonly error: Rational;
}

const entries = (map: AffineMap) => {
  const { weights, bias, denominator } = map.integers();
  return {
    weight: (r: number, c: number) => rational(weights[r * map.inputs + c]!, denominator),
    bias: (r: number) => rational(bias[r]!, denominator),
  };
};

const underflows = (count: number) => multiply(rational(BigInt(count)), UNDERFLOW);

function throughAffine(map: AffineMap, values: readonly Known[]): Known[] {
  const { weight, bias } = entries(map);
  const roundings = gamma(map.inputs + 3);
  return Array.from({ length: map.outputs }, (_, r) => {
    let value = bias(r);
    let carried = ZERO;
    let magnitude = absolute(value);
    values.forEach((v, c) => {
      const w = weight(r, c);
      if (w.numerator === 0n) return;
      value = add(value, multiply(w, v.value));
      carried = add(carried, multiply(absolute(w), v.error));
      magnitude = add(magnitude, multiply(absolute(w), add(absolute(v.value), v.error)));
    });
    const rounded = add(multiply(roundings, magnitude), underflows(2 * map.inputs + 3));
    return { value, error: add(carried, rounded) };
  });
}

function steepest({ negative, positive }: Slopes): Rational {
  const [a, b] = [absolute(negative), absolute(positive)];
  return compare(a, b) > 0 ? a : b;
}

function throughActivation(slopes: readonly Slopes[], values: readonly Known[]): Known[] {
  return values.map(({ value, error }, j) => {
    const pair = slopes[j]!;
    const steep = steepest(pair);
    const reach = multiply(steep, add(absolute(value), error));
    return {
      value: multiply(value, value.numerator > 0n ? pair.positive : pair.negative),
      error: add(multiply(steep, error), add(multiply(gamma(2), reach), underflows(2))),
    };
  });
}

/** The affine maps of a chain of networks as an evaluation meets them, each with the slopes behind it, if any. */
function stepsOf(chain: readonly Network[]): { readonly affine: AffineMap; readonly slopes?: readonly Slopes[] }[] {
  return chain.flatMap(({ layers, output, endsWithActivation }) => [
    ...layers,
    ...(endsWithActivation ? [] : [{ affine: output }]),
  ]);
}

/**
 * For each output a bound on the error of an evaluation in doubles at the point.
 *
 * @param chain networks that are evaluated one after the other; one per layer of a file, because a reader merges layers that
 * others evaluate apart
 */
export function roundingOfValues(chain: readonly Network[], point: readonly Rational[]): Rational[] {
  let values: Known[] = point.map((value) => ({ value, error: multiply(gamma(1), absolute(value)) }));
  for (const { affine, slopes } of stepsOf(chain)) {
    values = throughAffine(affine, values);
    if (slopes !== undefined) values = throughActivation(slopes, values);
  }
  return values.map(({ error }) => error);
}

/** For each entry of the Jacobian of a chain a bound on the error of its computation in doubles, on any cell. */
export function roundingOfJacobian(chain: readonly Network[]): Rational[][] {
  const inputs = chain[0]!.inputs;
  const columns = Array.from({ length: inputs }, (_, c) => c);
  let roundings = 0;
  let paths: Rational[][] = columns.map((r) => columns.map((c) => (r === c ? ONE : ZERO)));
  for (const { affine, slopes } of stepsOf(chain)) {
    const { weight } = entries(affine);
    const before = paths;
    roundings += affine.inputs + 4;
    paths = Array.from({ length: affine.outputs }, (_, r) => {
      const steep = slopes === undefined ? ONE : steepest(slopes[r]!);
      return columns.map((c) => {
        const sum = before.reduce((total, row, k) => add(total, multiply(absolute(weight(r, k)), row[c]!)), ZERO);
        return multiply(steep, sum);
      });
    });
  }
  const factor = gamma(roundings);
  return paths.map((row) => row.map((entry) => multiply(factor, entry)));
}

/** Whether a double is what rounding makes of an exact number: the nearest double, or within the bound. */
export function isRounded(claimed: number, exact: Rational, bound: Rational): boolean {
  if (claimed === toDouble(exact)) return true;
  return compare(absolute(subtract(rationalFromDouble(claimed), exact)), bound) <= 0;
}
