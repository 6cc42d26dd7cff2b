/**
 * A linear program solved by looking at every vertex: an independent judge for the simplex methods on tiny problems.
 *
 * Plain fractions and Gauss elimination with division; no code of src/lp/. Only for polytopes (all bounds finite), whose
 * minimum is attained at a vertex, the intersection of n tight constraints with independent gradients.
 */
import {
  add,
  compare,
  divide,
  multiply,
  ONE,
  type Rational,
  rational,
  subtract,
  ZERO,
} from '../../../src/exact/rational.js';
import type { ExactLp } from '../../../src/lp/types.js';

/** An affine function as fractions, the constant last. */
export type Affine = readonly Rational[];

/** The minimum of the objective over a bounded feasible set, or 'infeasible'. Cost: C(m + 2n, n) n^3. */
export function minimumByVertexEnumeration(problem: ExactLp): Rational | 'infeasible' {
  const constraints = allConstraints(problem);
  const objective = problem.objective.map((entry) => rational(entry));
  let best: Rational | 'infeasible' = 'infeasible';
  for (const tight of choose(constraints, problem.variables)) {
    const vertex = intersection(tight, problem.variables);
    if (vertex === undefined || constraints.some((c) => compare(evaluate(c, vertex), ZERO) < 0)) continue;
    const value = evaluate(objective, vertex);
    if (best === 'infeasible' || compare(value, best) < 0) best = value;
  }
  return best;
}

/** The vertices of a bounded { x : every affine function >= 0 } in R^n, each once. Cost: C(m, n) n^3. */
export function verticesByEnumeration(constraints: readonly Affine[], n: number): Rational[][] {
  const found = new Map<string, Rational[]>();
  for (const tight of choose(constraints, n)) {
    const vertex = intersection(tight, n);
    if (vertex === undefined || constraints.some((c) => compare(evaluate(c, vertex), ZERO) < 0)) continue;
    found.set(vertex.map((x) => `${x.numerator}/${x.denominator}`).join(), vertex);
  }
  return [...found.values()];
}

function allConstraints({ variables, rows, lower, upper }: ExactLp): Affine[] {
  const unit = (j: number, scale: Rational, constant: Rational) =>
    Array.from({ length: variables + 1 }, (_, k) => (k === j ? scale : k === variables ? constant : ZERO));
  const minusOne = rational(-1n);
  const boxes = lower.flatMap((low, j) => {
    const high = upper[j];
    if (low === null || high === null || high === undefined) throw new RangeError('reference: expected finite bounds');
    return [unit(j, ONE, multiply(minusOne, low)), unit(j, minusOne, high)];
  });
  return [...boxes, ...rows.map((row) => row.map((entry) => rational(entry)))];
}

/** The value of an affine function at a point. */
export function evaluate(affine: Affine, point: readonly Rational[]): Rational {
  return point.reduce((sum, x, j) => add(sum, multiply(affine[j]!, x)), affine[point.length]!);
}

function* choose<T>(items: readonly T[], count: number, from = 0): Generator<readonly T[]> {
  if (count === 0) yield [];
  else {
    for (let i = from; i <= items.length - count; i++) {
      for (const rest of choose(items, count - 1, i + 1)) yield [items[i]!, ...rest];
    }
  }
}

/** The point where n affine functions vanish, or undefined when it is not unique. */
function intersection(tight: readonly Affine[], n: number): Rational[] | undefined {
  const rows = tight.map((row) => [...row]);
  for (let column = 0; column < n; column++) {
    const found = rows.findIndex((row, r) => r >= column && row[column]!.numerator !== 0n);
    if (found < 0) return undefined;
    [rows[column], rows[found]] = [rows[found]!, rows[column]!];
    const pivot = rows[column]!.map((entry) => divide(entry, rows[column]![column]!));
    rows[column] = pivot;
    rows.forEach((row, r) => {
      const factor = row[column]!;
      if (r !== column) rows[r] = row.map((entry, k) => subtract(entry, multiply(factor, pivot[k]!)));
    });
  }
  return rows.map((row) => multiply(rational(-1n), row[n]!));
}
