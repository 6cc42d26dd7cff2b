/**
 * From proposals to proofs: exact verification of answers, and exact answers from floating-point multipliers and bases.
 *
 * `checkAnswer` shares no code with the solvers: it adds rows up and looks at bounds.
 */

import {
  compare,
  dotIntegers,
  type IntegerVector,
  integersFromDoubles,
  integersFromRationals,
  type Rational,
  rational,
  solve,
} from '../exact/index.js';
import type { ExactLp, LpAnswer } from './types.js';

/** `ok`, or the first law the evidence breaks. */
export type Verdict = { readonly ok: true } | { readonly ok: false; readonly reason: string };

const ACCEPTED: Verdict = { ok: true };

function refuse(reason: string): Verdict {
  return { ok: false, reason };
}

/**
 * Whether the evidence of an answer proves it, as the laws in `LpAnswer` say. Wrong evidence is refused, not thrown.
 *
 * Cost: O(n m) exact operations.
 */
export function checkAnswer(problem: ExactLp, answer: LpAnswer): Verdict {
  switch (answer.status) {
    case 'optimal':
      return checkOptimal(problem, answer.value, answer.point, answer.multipliers);
    case 'infeasible':
      return checkFarkas(problem, answer.farkas);
    case 'unbounded':
      return checkRay(problem, answer.point, answer.ray);
  }
}

function checkOptimal(problem: ExactLp, value: Rational, point: IntegerVector, multipliers: IntegerVector): Verdict {
  const feasible = checkPoint(problem, point);
  if (!feasible.ok) return feasible;
  if (compare(affineAt(problem.objective, point), value) !== 0) return refuse('value: not the objective at the point');
  const signs = checkMultipliers('multipliers', multipliers, problem.rows.length);
  if (!signs.ok) return signs;
  const bound = leastOverBounds(problem, lagrangian(problem, multipliers), multipliers.denominator);
  if (bound === undefined) return refuse('multipliers: the Lagrangian is unbounded below over the bounds');
  return compare(bound, value) === 0 ? ACCEPTED : refuse('multipliers: their bound is not the value');
}

function checkFarkas(problem: ExactLp, farkas: IntegerVector): Verdict {
  const signs = checkMultipliers('farkas', farkas, problem.rows.length);
  if (!signs.ok) return signs;
  const most = greatestOverBounds(problem, sumOfRows(problem, farkas.numerators), farkas.denominator);
  if (most === undefined) return refuse('farkas: the combination of rows is unbounded above over the bounds');
  return most.numerator < 0n ? ACCEPTED : refuse('farkas: the combination of rows is not negative everywhere');
}

function checkRay(problem: ExactLp, point: IntegerVector, ray: IntegerVector): Verdict {
  const feasible = checkPoint(problem, point);
  if (!feasible.ok) return feasible;
  const shape = checkShape('ray', ray, problem.variables);
  if (!shape.ok) return shape;
  const escapes = ray.numerators.findIndex(
    (entry, j) => (entry < 0n && problem.lower[j] !== null) || (entry > 0n && problem.upper[j] !== null),
  );
  if (escapes >= 0) return refuse(`ray: leaves the bounds of variable ${escapes}`);
  const along = (affine: readonly bigint[]) => dotIntegers(ray.numerators, affine);
  const leaves = problem.rows.findIndex((row) => along(row) < 0n);
  if (leaves >= 0) return refuse(`ray: leaves row ${leaves}`);
  return along(problem.objective) < 0n ? ACCEPTED : refuse('ray: the objective does not decrease along it');
}

function checkShape(subject: string, vector: IntegerVector, length: number): Verdict {
  if (vector.numerators.length !== length) return refuse(`${subject}: expected ${length} entries`);
  return vector.denominator > 0n ? ACCEPTED : refuse(`${subject}: expected a positive denominator`);
}

function checkMultipliers(subject: string, vector: IntegerVector, rows: number): Verdict {
  const shape = checkShape(subject, vector, rows);
  if (!shape.ok) return shape;
  const negative = vector.numerators.findIndex((entry) => entry < 0n);
  return negative < 0 ? ACCEPTED : refuse(`${subject}: entry ${negative} is negative`);
}

function checkPoint({ variables, rows, lower, upper }: ExactLp, point: IntegerVector): Verdict {
  const shape = checkShape('point', point, variables);
  if (!shape.ok) return shape;
  for (let j = 0; j < variables; j++) {
    const value = { numerator: point.numerators[j]!, denominator: point.denominator };
    const [low, high] = [lower[j] ?? value, upper[j] ?? value];
    if (compare(value, low) < 0 || compare(value, high) > 0)
      return refuse(`point: outside the bounds of variable ${j}`);
  }
  const row = rows.findIndex((entries) => homogeneous(entries, point) < 0n);
  return row < 0 ? ACCEPTED : refuse(`point: violates row ${row}`);
}

/** denominator * (affine . (x, 1)) */
function homogeneous(affine: readonly bigint[], point: IntegerVector): bigint {
  return dotIntegers(point.numerators, affine) + affine[point.numerators.length]! * point.denominator;
}

function affineAt(affine: readonly bigint[], point: IntegerVector): Rational {
  return rational(homogeneous(affine, point), point.denominator);
}

function sumOfRows(problem: ExactLp, weights: readonly bigint[]): bigint[] {
  const sum = problem.objective.map(() => 0n);
  problem.rows.forEach((row, i) => {
    if (weights[i] !== 0n) for (let k = 0; k < sum.length; k++) sum[k]! += weights[i]! * row[k]!;
  });
  return sum;
}

/** denominator * objective - sum_i numerators[i] * rows[i] */
function lagrangian(problem: ExactLp, multipliers: IntegerVector): bigint[] {
  const sum = sumOfRows(problem, multipliers.numerators);
  return problem.objective.map((entry, k) => multipliers.denominator * entry - sum[k]!);
}

/** The minimum over the bounds of (affine . (x, 1)) / denominator; undefined if there is none. */
function leastOverBounds(problem: ExactLp, affine: readonly bigint[], denominator: bigint): Rational | undefined {
  const ends: Rational[] = [];
  for (let j = 0; j < problem.variables; j++) {
    const end = affine[j]! > 0n ? problem.lower[j]! : problem.upper[j]!;
    if (end === null && affine[j] !== 0n) return undefined;
    ends.push(end ?? { numerator: 0n, denominator: 1n });
  }
  const corner = integersFromRationals(ends);
  return rational(homogeneous(affine, corner), corner.denominator * denominator);
}

function greatestOverBounds(problem: ExactLp, affine: readonly bigint[], denominator: bigint): Rational | undefined {
  const least = leastOverBounds(
    problem,
    affine.map((entry) => -entry),
    denominator,
  );
  return least && { numerator: -least.numerator, denominator: least.denominator };
}

/**
 * What a floating-point solver proposes about an `ExactLp`; an `LpSession` after `minimise` is one. Nothing is trusted.
 */
export interface Proposal {
  /** One double per variable. */
  readonly point: ArrayLike<number>;
  /** How many entries of the next three count. */
  readonly supportSize: number;
  /** Rows with a nonzero multiplier. */
  readonly support: ArrayLike<number>;
  /** Their multipliers, relative to `rows` as given in the exact problem. */
  readonly multipliers: ArrayLike<number>;
  /** Variables off their bounds, as many as rows in the support. */
  readonly basicVariables: ArrayLike<number>;
}

/** Proposed multipliers as exact numbers, one per row, negative ones replaced by 0; undefined if there is no such row. */
function exactMultipliers(problem: ExactLp, proposal: Proposal): IntegerVector | undefined {
  const doubles = new Float64Array(problem.rows.length);
  for (let k = 0; k < proposal.supportSize; k++) {
    const [row, value] = [proposal.support[k], proposal.multipliers[k]];
    if (row === undefined || value === undefined || !Number.isFinite(value) || doubles[row] === undefined)
      return undefined;
    doubles[row] = Math.max(value, 0);
  }
  return integersFromDoubles(doubles);
}

/**
 * A rigorous lower bound for the minimum from approximate multipliers, whatever they are: over bounds the residual of the
 * dual equations is absorbed by the bounds (Neumaier and Shcherbina 2004, evaluated exactly). Undefined if a needed bound is missing or the
 * proposal makes no sense. If the bound exceeds a number, so does the objective everywhere.
 */
export function certifiedLowerBound(problem: ExactLp, proposal: Proposal): Rational | undefined {
  const multipliers = exactMultipliers(problem, proposal);
  return multipliers && leastOverBounds(problem, lagrangian(problem, multipliers), multipliers.denominator);
}

/** Proposed Farkas multipliers as a proof of infeasibility, if they are one. */
export function certifyInfeasible(problem: ExactLp, proposal: Proposal): LpAnswer | undefined {
  const farkas = exactMultipliers(problem, proposal);
  if (farkas === undefined) return undefined;
  const answer: LpAnswer = { status: 'infeasible', farkas };
  return checkAnswer(problem, answer).ok ? answer : undefined;
}

/**
 * An exact optimal answer from a floating-point proposal, or undefined if the proposal leads to none:
 * the point and the multipliers as they are, if they happen to be exactly optimal, else the proposed basis solved exactly.
 *
 * Cost: one elimination of size `supportSize` and one `checkAnswer`.
 */
export function certify(problem: ExactLp, proposal: Proposal): LpAnswer | undefined {
  return certifyAsIs(problem, proposal) ?? certifyBasis(problem, proposal);
}

/** Succeeds on problems with short numbers, and where the bounds alone decide. */
function certifyAsIs(problem: ExactLp, proposal: Proposal): LpAnswer | undefined {
  const multipliers = exactMultipliers(problem, proposal);
  const point = exactPoint(problem, proposal);
  if (multipliers === undefined || point === undefined) return undefined;
  return accepted(problem, point, multipliers);
}

function exactPoint(problem: ExactLp, { point }: Proposal): IntegerVector | undefined {
  const doubles = Array.from({ length: problem.variables }, (_, j) => point[j] ?? Number.NaN);
  return doubles.every(Number.isFinite) ? integersFromDoubles(doubles) : undefined;
}

function accepted(problem: ExactLp, point: IntegerVector, multipliers: IntegerVector): LpAnswer | undefined {
  const answer: LpAnswer = { status: 'optimal', value: affineAt(problem.objective, point), point, multipliers };
  return checkAnswer(problem, answer).ok ? answer : undefined;
}

function certifyBasis(problem: ExactLp, proposal: Proposal): LpAnswer | undefined {
  const size = proposal.supportSize;
  const support = Array.from({ length: size }, (_, k) => problem.rows[proposal.support[k] ?? -1]);
  const basic = Array.from({ length: size }, (_, k) => proposal.basicVariables[k] ?? -1);
  const start = exactPoint(problem, proposal);
  if (start === undefined || !support.every((row) => row !== undefined)) return undefined;
  if (!basic.every((j) => Number.isInteger(j) && j >= 0 && j < problem.variables)) return undefined;
  const duals = solve(
    basic.map((j) => support.map((row) => row[j]!)),
    basic.map((j) => problem.objective[j]!),
  );
  if (duals === undefined) return undefined;
  const numerators = problem.rows.map(() => 0n);
  duals.numerators.forEach((numerator, k) => {
    numerators[proposal.support[k]!] = numerator;
  });
  const multipliers = { numerators, denominator: duals.denominator };
  const corner = cornerFor(problem, lagrangian(problem, multipliers), start);
  const point = corner && meetRows(support, basic, corner);
  return point && accepted(problem, point, multipliers);
}

/** Every variable at the bound where the Lagrangian is least; where it does not matter, as in `start`. */
function cornerFor(problem: ExactLp, affine: readonly bigint[], start: IntegerVector): IntegerVector | undefined {
  const ends = start.numerators.map((numerator, j) => {
    if (affine[j] === 0n) return rational(numerator, start.denominator);
    return affine[j]! > 0n ? problem.lower[j]! : problem.upper[j]!;
  });
  return ends.every((end) => end !== null) ? integersFromRationals(ends) : undefined;
}

/** Changes the `basic` coordinates of a point so that all `support` rows vanish; undefined if they are dependent. */
function meetRows(
  support: readonly (readonly bigint[])[],
  basic: readonly number[],
  point: IntegerVector,
): IntegerVector | undefined {
  const rest: IntegerVector = {
    numerators: point.numerators.map((numerator, j) => (basic.includes(j) ? 0n : numerator)),
    denominator: point.denominator,
  };
  const met = solve(
    support.map((row) => basic.map((j) => row[j]!)),
    support.map((row) => -homogeneous(row, rest)),
  );
  if (met === undefined) return undefined;
  const numerators = rest.numerators.map((numerator) => numerator * met.denominator);
  basic.forEach((j, k) => {
    numerators[j] = met.numerators[k]!;
  });
  return { numerators, denominator: rest.denominator * met.denominator };
}
