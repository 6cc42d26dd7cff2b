/**
 * The affine function that fits data best in the sum of squares, exactly.
 */
import { integersFromRationals, multiply, ONE, type Rational, rational, solveAny, subtract } from '../exact/index.js';
import { dotOf, type RationalVector, sumOf } from './rational-vectors.js';

/** Inputs and the one number wanted there. */
export interface Example {
  readonly point: RationalVector;
  readonly target: Rational;
}

/** sum over the examples of (prediction - target)^2 */
export function squaredLoss(examples: readonly Example[], predict: (point: RationalVector) => Rational): Rational {
  return sumOf(
    examples.map(({ point, target }) => {
      const error = subtract(predict(point), target);
      return multiply(error, error);
    }),
  );
}

/**
 * Coefficients and, last, the constant of a least-squares affine fit: a solution of the normal equations A'A c = A't, which
 * always have one. Where the data leave it open, any.
 *
 * Cost: one elimination of size inputs + 1.
 */
export function bestAffineFit(examples: readonly Example[]): Rational[] {
  const rows = examples.map(({ point }) => [...point, ONE]);
  const targets = examples.map(({ target }) => target);
  const size = rows[0]?.length ?? 0;
  const column = (k: number) => rows.map((row) => row[k]!);
  const equations = Array.from({ length: size }, (_, i) => {
    const left = Array.from({ length: size }, (_, k) => dotOf(column(i), column(k)));
    return integersFromRationals([...left, dotOf(column(i), targets)]).numerators;
  });
  const solution = solveAny(
    equations.map((equation) => equation.slice(0, size)),
    equations.map((equation) => equation[size]!),
  );
  if (solution === undefined) throw new Error('least squares: the normal equations must have a solution');
  return solution.numerators.map((n) => rational(n, solution.denominator));
}
