/**
 * The exact dictionary of a bounded simplex method: an affine point of view on `ExactLp` in integers.
 *
 * Every constraint of a problem with n variables and m rows is an affine function of x with bounds: constraint j < n is
 * the variable x_j itself, constraint n + i is row i, which lies in [0, infinity). A *cobasis* is a choice of n constraints
 * with independent gradients whose values determine x. Only the *variables* outside the cobasis are stored as functions
 * of it (at most min(n, m) rows of n integers); rows outside the cobasis are evaluated on demand. For the problems of this
 * project (many long rows, few variables) that is several times cheaper than the usual m x n tableau.
 *
 * All numbers stand over one common denominator, the determinant of the cobasis, and every division is exact: the
 * entries are minors of the problem (Edmonds 1967, Bareiss 1968; Avis' lrs pivots in the same way).
 *
 * Variables are scaled by the common denominator of the bounds (`scale`), so that the bounds are integers.
 */
import {
  compare,
  dotIntegers,
  formatRational,
  type IntegerVector,
  integersFromRationals,
  type Rational,
} from '../../exact/index.js';
import type { ExactLp } from '../types.js';

/** Where a constraint of the cobasis sits: at its lower bound, at its upper bound, or at 0 because it has neither. */
export type Side = 'lower' | 'upper' | 'free';

/** The mutable state of one exact solution process. */
export interface Dictionary {
  readonly variables: number;
  readonly rows: readonly (readonly bigint[])[];
  /** Bounds of the variables times `scale`. */
  readonly lower: readonly (bigint | null)[];
  readonly upper: readonly (bigint | null)[];
  readonly scale: bigint;
  /** The constraint of every column. */
  readonly cobasis: number[];
  /** For every constraint its column in the cobasis, or -1. */
  readonly column: number[];
  /** For every constraint of the cobasis its side; meaningless for the others. */
  readonly side: Side[];
  /** The common denominator, positive. */
  determinant: bigint;
  /** determinant * x_j = sum_k expression[j][k] * y_k for the variables outside the cobasis, y_k the k-th constraint. */
  readonly expression: (bigint[] | undefined)[];
  /** determinant * scale * x, the current point. */
  readonly point: bigint[];
}

/** The dictionary whose cobasis are the variables, each at a finite bound if it has one (the lower rather than the upper). */
export function initialDictionary(problem: ExactLp): Dictionary {
  validateProblem(problem);
  const { variables, rows } = problem;
  const finite = [...problem.lower, ...problem.upper].filter((bound): bound is Rational => bound !== null);
  const scale = integersFromRationals(finite).denominator;
  const scaled = (bound: Rational | null) => bound && bound.numerator * (scale / bound.denominator);
  const lower = problem.lower.map(scaled);
  const upper = problem.upper.map(scaled);
  const indices = lower.map((_, j) => j);
  return {
    variables,
    rows,
    lower,
    upper,
    scale,
    cobasis: [...indices],
    column: [...indices, ...rows.map(() => -1)],
    side: [
      ...indices.map((j) => (lower[j] !== null ? 'lower' : upper[j] !== null ? 'upper' : 'free')),
      ...rows.map(() => 'lower' as const),
    ],
    determinant: 1n,
    expression: indices.map(() => undefined),
    point: indices.map((j) => lower[j] ?? upper[j] ?? 0n),
  };
}

/** @throws RangeError if lengths do not agree or a lower bound exceeds its upper bound */
export function validateProblem({ variables, rows, lower, upper, objective }: ExactLp): void {
  const expectLength = (subject: string, got: number, expected: number) => {
    if (got !== expected) throw new RangeError(`linear program: expected ${expected} ${subject}, got ${got}`);
  };
  expectLength('lower bounds', lower.length, variables);
  expectLength('upper bounds', upper.length, variables);
  expectLength('objective entries (one per variable and the constant)', objective.length, variables + 1);
  rows.forEach((row, i) => {
    expectLength(`entries in row ${i} (one per variable and the constant)`, row.length, variables + 1);
  });
  lower.forEach((low, j) => {
    const high = upper[j]!;
    if (low === null || high === null || compare(low, high) <= 0) return;
    const interval = `[${formatRational(low)}, ${formatRational(high)}]`;
    throw new RangeError(`linear program: expected lower <= upper for variable ${j}, got ${interval}; swap the bounds`);
  });
}

/** The bounds of a constraint times `scale`; null where it has none. */
export function lowerOf(d: Dictionary, constraint: number): bigint | null {
  return constraint < d.variables ? d.lower[constraint]! : 0n;
}

export function upperOf(d: Dictionary, constraint: number): bigint | null {
  return constraint < d.variables ? d.upper[constraint]! : null;
}

/** Whether the bounds leave the constraint a single value, so that it never leaves the cobasis. */
export function isFixed(d: Dictionary, constraint: number): boolean {
  const low = lowerOf(d, constraint);
  return low !== null && low === upperOf(d, constraint);
}

/** determinant * scale * (value of an affine function at the current point). */
export function valueAt(d: Dictionary, affine: readonly bigint[]): bigint {
  const constant = affine[d.variables]!;
  let sum = constant === 0n ? 0n : constant * d.scale * d.determinant;
  for (let j = 0; j < d.variables; j++) if (affine[j] !== 0n) sum += affine[j]! * d.point[j]!;
  return sum;
}

/** determinant * scale * (value of a constraint at the current point). */
export function constraintValue(d: Dictionary, constraint: number): bigint {
  return constraint < d.variables ? d.point[constraint]! : valueAt(d, d.rows[constraint - d.variables]!);
}

/** determinant * (coefficients of an affine function's linear part in terms of the cobasis). */
export function inCobasis(d: Dictionary, affine: readonly bigint[]): bigint[] {
  const result = d.cobasis.map((constraint) => (constraint < d.variables ? d.determinant * affine[constraint]! : 0n));
  d.expression.forEach((terms, j) => {
    const factor = affine[j]!;
    if (terms === undefined || factor === 0n) return;
    for (let k = 0; k < result.length; k++) if (terms[k] !== 0n) result[k]! += factor * terms[k]!;
  });
  return result;
}

/** `inCobasis` of a constraint outside the cobasis. */
export function constraintInCobasis(d: Dictionary, constraint: number): readonly bigint[] {
  return constraint < d.variables ? d.expression[constraint]! : inCobasis(d, d.rows[constraint - d.variables]!);
}

/** determinant * (how x moves per unit of the constraint in the given column, the rest of the cobasis staying put). */
export function direction(d: Dictionary, column: number): bigint[] {
  const constraint = d.cobasis[column]!;
  return d.expression.map((terms, j) => terms?.[column] ?? (j === constraint ? d.determinant : 0n));
}

/** The linear part of a constraint along a direction of x. */
export function rate(d: Dictionary, constraint: number, along: readonly bigint[]): bigint {
  return constraint < d.variables ? along[constraint]! : dotIntegers(along, d.rows[constraint - d.variables]!);
}

/** Moves a constraint of the cobasis by `step` (times scale) and puts it on `side`; the cobasis stays. */
export function shift(d: Dictionary, column: number, step: bigint, side: Side): void {
  d.side[d.cobasis[column]!] = side;
  if (step === 0n) return;
  direction(d, column).forEach((along, j) => {
    if (along !== 0n) d.point[j]! += along * step;
  });
}

/**
 * Exchanges the constraint of `column` with `entering`, a constraint outside the cobasis, which moves to its bound on `side`.
 *
 * @param terms `constraintInCobasis(d, entering)`; its entry at `column` is nonzero
 * Cost: O(min(n, m) * n) exact operations on minors of the problem.
 */
export function exchange(d: Dictionary, entering: number, column: number, terms: readonly bigint[], side: Side): void {
  const leaving = d.cobasis[column]!;
  const target = (side === 'lower' ? lowerOf(d, entering) : upperOf(d, entering)) ?? 0n;
  const gap = d.determinant * target - constraintValue(d, entering);
  const negative = terms[column]! < 0n;
  const pivot = negative ? -terms[column]! : terms[column]!;
  const previous = d.determinant;
  for (let j = 0; j < d.variables; j++) {
    const row = d.expression[j];
    if (j === entering || j === leaving) continue;
    if (row === undefined) {
      d.point[j] = (d.point[j]! / previous) * pivot;
      continue;
    }
    const factor = negative ? -row[column]! : row[column]!;
    d.point[j] = (pivot * d.point[j]! + factor * gap) / previous;
    for (let k = 0; k < row.length; k++) {
      row[k] = k === column ? factor : eliminate(pivot, row[k]!, factor, terms[k]!, previous);
    }
  }
  if (leaving < d.variables) {
    d.point[leaving] = (d.point[leaving]! / previous) * pivot + (negative ? -gap : gap);
    d.expression[leaving] = terms.map((term, k) => (k === column ? previous : -term) * (negative ? -1n : 1n));
  }
  if (entering < d.variables) {
    d.point[entering] = pivot * target;
    d.expression[entering] = undefined;
  }
  d.determinant = pivot;
  d.cobasis[column] = entering;
  d.column[entering] = column;
  d.column[leaving] = -1;
  d.side[entering] = side;
}

/** (pivot * a - factor * b) / previous, exactly divisible by Sylvester's identity. */
function eliminate(pivot: bigint, a: bigint, factor: bigint, b: bigint, previous: bigint): bigint {
  if (factor === 0n || b === 0n) return a === 0n ? 0n : (pivot * a) / previous;
  return (pivot * a - factor * b) / previous;
}

/** The current point. */
export function currentPoint(d: Dictionary): IntegerVector {
  return { numerators: [...d.point], denominator: d.determinant * d.scale };
}
