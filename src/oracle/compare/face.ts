/**
 * The face that a pattern without interior still has: its dimension, a point in its relative interior, and who would see
 * the pattern there.
 */

import { boundRow } from '../../analysis/geometry/index.js';
import type { IntegerVector, Rational } from '../../exact/index.js';
import { rank, rowAt } from '../../exact/index.js';
import { bends, evaluateExact } from '../../network/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { givenRows, maximiseOverBox, rowsOfPattern } from './pattern-rows.js';

/**
 * Who sees the pattern in the relative interior of its face: with the claimed zeros `exactly` so; a program that calls a
 * neuron at 0 inactive (pre-activation > 0 is active), or active (>= 0); nobody, since some neurons at 0 are claimed active
 * and others inactive.
 */
export type SeenBy = 'exactly' | 'zero is inactive' | 'zero is active' | 'nobody';

export interface Face {
  /** From 0 for a point; less than the domain's. */
  readonly dimension: number;
  /** In its relative interior, in input coordinates. */
  readonly point: readonly Rational[];
  /** The neurons (layer, index) on their crease there. */
  readonly zeros: readonly (readonly [number, number])[];
  readonly seenBy: SeenBy;
}

type Row = readonly bigint[];

const valueAt = (row: Row, { numerators, denominator }: IntegerVector) => rowAt(row, numerators, denominator);

/** The mean of points. */
function mean(points: readonly IntegerVector[]): IntegerVector {
  const common = points.reduce((product, { denominator }) => product * denominator, 1n);
  const numerators = points[0]!.numerators.map((_, i) =>
    points.reduce((sum, { numerators: own, denominator }) => sum + own[i]! * (common / denominator), 0n),
  );
  return { numerators, denominator: common * BigInt(points.length) };
}

/** The rows that are zero on a whole polyhedron { rows >= 0 } of a problem's box, and a point where no other one is zero. */
function relativeInterior(
  problem: PartitionProblem,
  rows: readonly Row[],
  others: readonly Row[],
  start: IntegerVector,
) {
  const points = [start];
  const everywhere: Row[] = [];
  let tight = [...rows, ...others].filter((row) => valueAt(row, start) === 0n);
  for (let row = tight.shift(); row !== undefined; row = tight.shift()) {
    const answer = maximiseOverBox(problem, rows, row);
    if (answer.status !== 'optimal') throw new Error(`face: expected an optimum, got ${answer.status}`);
    if (answer.value.numerator === 0n) {
      everywhere.push(row);
      continue;
    }
    const { point } = answer;
    points.push(point);
    tight = tight.filter((other) => valueAt(other, point) === 0n);
  }
  return { everywhere, point: mean(points) };
}

/** The bounds of the domain as rows; of the box around the whole space only t >= 0 is one. */
function domainRows(problem: PartitionProblem): Row[] {
  const { homogeneous, variables, biasSlot } = problem;
  const given = givenRows(problem);
  if (homogeneous) return [Array.from({ length: variables + 1 }, (_, i) => (i === biasSlot ? 1n : 0n)), ...given];
  return [...Array.from({ length: 2 * variables }, (_, bound) => boundRow(problem, bound)), ...given];
}

/**
 * The face of a pattern that has no interior but a point.
 *
 * @param point of the pattern's polyhedron, in the problem's variables (as `emptinessOf` finds one)
 * Cost: a linear program for each inequality that is tight there.
 */
export function faceOf(problem: PartitionProblem, sides: readonly Int8Array[], point: IntegerVector): Face {
  const rows = rowsOfPattern(problem, sides).map(({ row }) => row);
  const inner = relativeInterior(problem, rows, domainRows(problem), point);
  const normals = inner.everywhere.map((row) => row.slice(0, problem.variables));
  // A cone over a face has one dimension more than the face.
  const dimension = problem.variables - (normals.length === 0 ? 0 : rank(normals)) - (problem.homogeneous ? 1 : 0);
  const lifted = problem.lift(inner.point);
  const { zeros, seenBy } = zerosAt(problem, sides, lifted);
  return { dimension, point: lifted, zeros, seenBy };
}

/** Evaluates the network at a point of a pattern's face. @throws Error if the pattern does not reach it */
function zerosAt(problem: PartitionProblem, sides: readonly Int8Array[], point: readonly Rational[]) {
  const { network } = problem;
  const { pattern } = evaluateExact(network, point);
  const zeros: [number, number][] = [];
  const claimed = new Set<number>();
  let exactly = true;
  for (let l = 0; l < sides.length; l++) {
    for (let j = 0; j < sides[l]!.length; j++) {
      if (!bends(network.layers[l]!.slopes[j]!)) continue;
      const [sign, side] = [pattern[l]![j]!, sides[l]![j]!];
      if (sign !== side) exactly = false;
      if (sign !== 0 && sign !== side)
        throw new Error(`face: expected a point of the pattern, got neuron ${l}:${j} beyond`);
      if (sign !== 0) continue;
      zeros.push([l, j]);
      claimed.add(side);
    }
  }
  const seenBy: SeenBy = exactly
    ? 'exactly'
    : claimed.size > 1 || claimed.has(0)
      ? 'nobody'
      : claimed.has(-1)
        ? 'zero is inactive'
        : 'zero is active';
  return { zeros, seenBy };
}
