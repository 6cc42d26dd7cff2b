/**
 * Whether an affine function can tell two classes of points apart, with the proof of either answer.
 */
import { divide, integersFromRationals, type Rational, rational, ZERO } from '../exact/index.js';
import type { ExactLp } from '../lp/index.js';
import { solveExactly } from '../lp/index.js';
import { type RationalVector, scaledBy, sumOf, sumOfVectors } from './rational-vectors.js';

export interface LabelledPoint {
  readonly point: RationalVector;
  readonly positive: boolean;
}

/**
 * `separable`: weights . x + bias is at least 1 on the positive points and at most -1 on the others.
 *
 * Otherwise `common` is a point of both convex hulls: the combination of the positive points and also that of the others
 * with the given weights (one per point, nonnegative, adding up to 1 in each class). An affine function positive on one
 * class and negative on the other would be both at `common`.
 */
export type Separation =
  | { readonly separable: true; readonly weights: RationalVector; readonly bias: Rational }
  | { readonly separable: false; readonly common: RationalVector; readonly convex: readonly Rational[] };

/**
 * Decides linear separability by one exact linear program in (weights, bias); infeasibility comes with Farkas multipliers,
 * which, scaled, are the convex weights (Farkas' lemma; Schrijver 1986, section 7.3).
 *
 * @throws RangeError if one class is empty: then every affine function of large constant separates
 */
export function separate(points: readonly LabelledPoint[]): Separation {
  const dimension = points[0]?.point.length ?? 0;
  if (!points.some((p) => p.positive) || points.every((p) => p.positive)) {
    throw new RangeError('separation: expected points of both classes; nothing is to be told apart');
  }
  const coordinates = points.map(({ point }) => integersFromRationals(point));
  const free = new Array<null>(dimension + 1).fill(null);
  const problem: ExactLp = {
    variables: dimension + 1,
    // sign (w . x + b) - 1 >= 0, times the denominator of x
    rows: coordinates.map(({ numerators, denominator }, i) => {
      const sign = points[i]!.positive ? 1n : -1n;
      return [...numerators.map((n) => sign * n), sign * denominator, -denominator];
    }),
    lower: free,
    upper: free,
    objective: new Array<bigint>(dimension + 2).fill(0n),
  };
  const answer = solveExactly(problem);
  if (answer.status === 'infeasible') {
    const multipliers = answer.farkas.numerators.map((n, i) => rational(n * coordinates[i]!.denominator));
    return meetingPoint(points, multipliers, dimension);
  }
  const solution = answer.point.numerators.map((n) => rational(n, answer.point.denominator));
  return { separable: true, weights: solution.slice(0, dimension), bias: solution[dimension]! };
}

/** The Farkas multipliers of both classes have the same sum; divided by it they are convex weights. */
function meetingPoint(points: readonly LabelledPoint[], multipliers: RationalVector, dimension: number): Separation {
  const total = sumOf(multipliers.filter((_, i) => points[i]!.positive));
  const convex = multipliers.map((m) => divide(m, total));
  let common: Rational[] = new Array<Rational>(dimension).fill(ZERO);
  points.forEach(({ point, positive }, i) => {
    if (positive) common = sumOfVectors(common, scaledBy(convex[i]!, point));
  });
  return { separable: false, common, convex };
}
