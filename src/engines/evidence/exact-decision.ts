/**
 * The exact stage of the `lp` engine: on which side of a crease does a cell lie, decided in integers.
 *
 * First the basis where the floating-point program stopped is solved again exactly: its multipliers prove "one side" if
 * they are nonnegative and leave a residual that is nonnegative on the box; its vertex proves "cut" if it lies in the cell
 * beyond the crease. If the basis is neither, the exact simplex decides.
 */

import {
  type IntegerSolution,
  type IntegerVector,
  integersFromDoubles,
  integersFromRationals,
  rational,
  reduced,
  rowAt,
  solve,
} from '../../exact/index.js';
import { solveExactly } from '../../lp/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { BOUND_EVIDENCE, type Evidence, minimumOverBox } from '../../walk/index.js';

/** sign * row >= 0 on the cell; the true row is row / denominator. */
export interface ExactConstraint {
  readonly row: readonly bigint[];
  readonly denominator: bigint;
  readonly sign: 1 | -1;
}

/** The constraints of a cell, made exact one by one as they are asked for. */
export interface ExactConstraints {
  readonly count: number;
  get(index: number): ExactConstraint;
}

/** Constraints that are exact already. */
export function listed(constraints: readonly ExactConstraint[]): ExactConstraints {
  return { count: constraints.length, get: (index) => constraints[index]! };
}

/** Whether a condition holds for every constraint. */
function everyConstraint(constraints: ExactConstraints, holds: (constraint: ExactConstraint) => boolean): boolean {
  // The latest splits first: they are the ones a new point is most likely to violate.
  for (let k = constraints.count - 1; k >= 0; k--) if (!holds(constraints.get(k))) return false;
  return true;
}

/** Where a floating-point program stopped: the rows and the inputs that are at no bound, equally many, and the point. */
interface ProposedBasis {
  readonly support: readonly number[];
  readonly variables: readonly number[];
  readonly point: Float64Array;
}

interface Question extends ExactConstraint {
  readonly basis: ProposedBasis | undefined;
  /** Approximate multipliers of the basis's rows. */
  readonly approximate: readonly number[] | undefined;
  /** A point strictly inside the cell with sign * row > 0, made when it is needed. */
  interior(): IntegerVector;
}

type Outcome =
  | { readonly stage: 'exactBasis' | 'exactSimplex'; readonly evidence: Evidence; readonly beyond?: undefined }
  /** `beyond` lies strictly inside the cell with sign * row < 0. */
  | { readonly stage: 'exactBasis' | 'exactSimplex'; readonly beyond: IntegerVector };

/** Decides whether sign * row is nonnegative on the cell, with evidence, or negative somewhere inside, with a point. */
export function decideExactly(problem: PartitionProblem, constraints: ExactConstraints, question: Question): Outcome {
  if (question.basis !== undefined) {
    const evidence =
      multipleEvidence(constraints, question) ??
      approximateEvidence(problem, constraints, question) ??
      basisEvidence(problem, constraints, question, question.basis);
    if (evidence !== undefined) return { stage: 'exactBasis', evidence };
    const vertex = basisVertex(problem, constraints, question.basis);
    if (vertex !== undefined && isBeyond(problem, constraints, question, vertex)) {
      return { stage: 'exactBasis', beyond: between(question, vertex) };
    }
  }
  return bySimplex(problem, constraints, question);
}

/** sign * row - sum multipliers_k / denominator * (signed rows k), as integers (scaled by a positive number). */
function residual(
  constraints: ExactConstraints,
  question: ExactConstraint,
  support: readonly number[],
  multipliers: IntegerVector,
): bigint[] {
  const own = BigInt(question.sign) * multipliers.denominator;
  const result = question.row.map((entry) => own * entry);
  support.forEach((k, s) => {
    const { row, sign } = constraints.get(k);
    const factor = BigInt(sign) * multipliers.numerators[s]!;
    if (factor === 0n) return;
    for (let i = 0; i < row.length; i++) result[i]! -= factor * row[i]!;
  });
  return result;
}

/** Multipliers of integer rows, turned into multipliers of the true rows (those over their layers' denominators). */
function trueMultipliers(
  constraints: ExactConstraints,
  question: ExactConstraint,
  support: readonly number[],
  multipliers: IntegerVector,
): Evidence {
  const used = support.flatMap((k, s) => (multipliers.numerators[s] === 0n ? [] : [{ k, s }]));
  if (used.length === 0) return BOUND_EVIDENCE;
  // sign row - sum m_k row_k = D (sign g - sum m_k D_k / D g_k)
  const values = used.map(({ k, s }) =>
    rational(
      multipliers.numerators[s]! * constraints.get(k).denominator,
      multipliers.denominator * question.denominator,
    ),
  );
  const splits = used.map(({ k }) => k);
  return { kind: 'rationals', splits, multipliers: reduced(integersFromRationals(values)) };
}

/** The commonest coincidence: the crease contains a facet, so that the row is a positive multiple of that one's. */
function multipleEvidence(constraints: ExactConstraints, question: Question): Evidence | undefined {
  const { basis, approximate, row, sign } = question;
  const used = basis?.support.filter((_, s) => approximate?.[s] !== 0) ?? [];
  const k = used[0];
  if (k === undefined || used.length > 1) return undefined;
  const constraint = constraints.get(k);
  const pivot = constraint.row.findIndex((entry) => entry !== 0n);
  const numerator = BigInt(sign) * row[pivot]!;
  const denominator = BigInt(constraint.sign) * constraint.row[pivot]!;
  if (numerator === 0n || numerator > 0n !== denominator > 0n) return undefined;
  const multiplier =
    denominator > 0n
      ? { numerators: [numerator], denominator }
      : { numerators: [-numerator], denominator: -denominator };
  if (residual(constraints, question, used, multiplier).some((entry) => entry !== 0n)) return undefined;
  return trueMultipliers(constraints, question, used, multiplier);
}

/** The approximate multipliers as they are often prove the claim, when the coincidence is a simple one. */
function approximateEvidence(
  problem: PartitionProblem,
  constraints: ExactConstraints,
  question: Question,
): Evidence | undefined {
  const { basis, approximate } = question;
  if (basis === undefined || approximate === undefined) return undefined;
  if (!approximate.every((m) => m >= 0 && Number.isFinite(m))) return undefined;
  const support = basis.support.filter((_, s) => approximate[s] !== 0);
  const doubles = approximate.filter((m) => m !== 0);
  const exact = integersFromDoubles(doubles);
  const onIntegers = integersFromRationals(
    support.map((k, s) =>
      rational(exact.numerators[s]! * question.denominator, exact.denominator * constraints.get(k).denominator),
    ),
  );
  if (minimumOverBox(residual(constraints, question, support, onIntegers), problem) < 0n) return undefined;
  return support.length === 0 ? BOUND_EVIDENCE : { kind: 'doubles', splits: support, multipliers: doubles };
}

/** The exact multipliers of a basis, if they prove that sign * row is nonnegative on the cell. */
function basisEvidence(
  problem: PartitionProblem,
  constraints: ExactConstraints,
  question: Question,
  basis: ProposedBasis,
): Evidence | undefined {
  const { support, variables } = basis;
  if (support.length !== variables.length) return undefined;
  const matrix = variables.map((v) => support.map((k) => BigInt(constraints.get(k).sign) * constraints.get(k).row[v]!));
  const right = variables.map((v) => BigInt(question.sign) * question.row[v]!);
  const solution = solve(matrix, right);
  if (solution === undefined || solution.numerators.some((m) => m < 0n)) return undefined;
  const multipliers: IntegerVector = solution;
  if (minimumOverBox(residual(constraints, question, support, multipliers), problem) < 0n) return undefined;
  return trueMultipliers(constraints, question, support, multipliers);
}

/** The exact vertex of a basis: its rows are tight, and the inputs outside the basis sit at their nearest bounds. */
function basisVertex(
  problem: PartitionProblem,
  constraints: ExactConstraints,
  basis: ProposedBasis,
): IntegerVector | undefined {
  const { support, variables, point } = basis;
  if (support.length !== variables.length) return undefined;
  const free = new Set(variables);
  const scale = problem.boxDenominator;
  const fixed = Array.from(point, (x, i) => (x === problem.lower[i] ? problem.exactLower[i]! : problem.exactUpper[i]!));
  const matrix = support.map((k) => variables.map((v) => constraints.get(k).row[v]! * scale));
  const right = support.map((k) => {
    const { row } = constraints.get(k);
    let sum = row[problem.variables]! * scale;
    for (let i = 0; i < problem.variables; i++) if (!free.has(i)) sum += row[i]! * fixed[i]!;
    return -sum;
  });
  const solution: IntegerSolution | undefined = solve(matrix, right);
  if (solution === undefined) return undefined;
  const denominator = solution.denominator * scale;
  const numerators = fixed.map((f) => f * solution.denominator);
  variables.forEach((v, s) => {
    numerators[v] = solution.numerators[s]! * scale;
  });
  return { numerators, denominator };
}

/** Whether a point lies in the closed cell and strictly beyond the crease. */
function isBeyond(
  problem: PartitionProblem,
  constraints: ExactConstraints,
  question: ExactConstraint,
  point: IntegerVector,
): boolean {
  const { numerators, denominator } = point;
  return (
    BigInt(question.sign) * rowAt(question.row, numerators, denominator) < 0n &&
    isInBox(problem, point, false) &&
    everyConstraint(constraints, ({ row, sign }) => BigInt(sign) * rowAt(row, numerators, denominator) >= 0n)
  );
}

function isInBox(problem: PartitionProblem, point: IntegerVector, strictly: boolean): boolean {
  const { exactLower, exactUpper, boxDenominator } = problem;
  return point.numerators.every((n, i) => {
    const x = n * boxDenominator;
    const lo = exactLower[i]! * point.denominator;
    const hi = exactUpper[i]! * point.denominator;
    return strictly ? lo < x && x < hi : lo <= x && x <= hi;
  });
}

/** Whether a point lies strictly inside the domain and on the strict side of every constraint. */
export function isStrictlyInside(
  problem: PartitionProblem,
  constraints: ExactConstraints,
  point: IntegerVector,
): boolean {
  return (
    isInBox(problem, point, true) &&
    everyConstraint(constraints, ({ row, sign }) => BigInt(sign) * rowAt(row, point.numerators, point.denominator) > 0n)
  );
}

/** a + t (b - a) for t = numerator / denominator. */
function along(a: IntegerVector, b: IntegerVector, numerator: bigint, denominator: bigint): IntegerVector {
  const rest = denominator - numerator;
  return reduced({
    numerators: a.numerators.map((x, i) => x * b.denominator * rest + b.numerators[i]! * a.denominator * numerator),
    denominator: a.denominator * b.denominator * denominator,
  });
}

/**
 * Half way between the crease and a point of the closed cell beyond it, on the segment from the interior point: strictly
 * inside because the interior point is and t < 1, strictly beyond because t is larger than at the crossing.
 */
function between(question: Question, far: IntegerVector): IntegerVector {
  const { row, sign } = question;
  const interior = question.interior();
  const inside = BigInt(sign) * rowAt(row, interior.numerators, interior.denominator) * far.denominator;
  const outside = BigInt(sign) * rowAt(row, far.numerators, far.denominator) * interior.denominator;
  // crossing at inside / (inside - outside); t is its mean with 1
  return along(interior, far, 2n * inside - outside, 2n * (inside - outside));
}

/** From an interior point on the crease, a point strictly inside the cell on the given side of the crease. */
export function interiorBeyond(
  problem: PartitionProblem,
  constraints: ExactConstraints,
  start: IntegerVector,
  row: readonly bigint[],
  side: 1 | -1,
): IntegerVector {
  const { exactLower, exactUpper, boxDenominator } = problem;
  // Along the gradient, with the box's widths as units: no coordinate changes by more than a quarter of its width. Steps get
  // shorter until one stays inside, which it must as the start is interior.
  const widths = exactUpper.map((upper, i) => upper - exactLower[i]!);
  const slopes = widths.map((width, i) => row[i]! * width);
  const steepness = slopes.reduce((sum, a) => sum + (a < 0n ? -a : a), 0n);
  let denominator = 4n * steepness * boxDenominator;
  for (;;) {
    const step = (i: number) => BigInt(side) * slopes[i]! * widths[i]!;
    const point: IntegerVector = {
      numerators: start.numerators.map((n, i) => n * denominator + step(i) * start.denominator),
      denominator: start.denominator * denominator,
    };
    if (isStrictlyInside(problem, constraints, point)) return point;
    denominator *= 8n;
  }
}

/** The last stage: the exact simplex with Bland's rule, which always terminates. */
function bySimplex(problem: PartitionProblem, constraints: ExactConstraints, question: Question): Outcome {
  const bound = (numerator: bigint) => rational(numerator, problem.boxDenominator);
  const all = Array.from({ length: constraints.count }, (_, k) => constraints.get(k));
  const lp = {
    variables: problem.variables,
    rows: all.map(({ row, sign }) => row.map((entry) => BigInt(sign) * entry)),
    lower: problem.exactLower.map(bound),
    upper: problem.exactUpper.map(bound),
    objective: question.row.map((entry) => BigInt(question.sign) * entry),
  };
  const { basis } = question;
  const answer = solveExactly(
    lp,
    basis && { supportSize: basis.support.length, support: basis.support, basicVariables: basis.variables },
  );
  if (answer.status !== 'optimal') {
    throw new Error(`exact simplex: expected an optimum over a bounded cell with interior, got ${answer.status}`);
  }
  if (answer.value.numerator < 0n) return { stage: 'exactSimplex', beyond: between(question, answer.point) };
  const support = all.map((_, k) => k);
  return { stage: 'exactSimplex', evidence: trueMultipliers(constraints, question, support, answer.multipliers) };
}
