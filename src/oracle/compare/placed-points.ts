/**
 * Points of the inputs in the variables of a problem, to be sorted down the split tree.
 */
import { frameOf } from '../../analysis/cells/index.js';
import { makeVertex, signAtVertex, type Vertex } from '../../analysis/geometry/index.js';
import {
  compare,
  divide,
  type IntegerVector,
  integersFromRationals,
  isOrdinary,
  type Rational,
  rowAt,
  subtract,
} from '../../exact/index.js';
import type { Domain } from '../../network/index.js';
import { type Condition, conditionsOf } from '../../network/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { type Sortable, sortableBy } from './sort-claims.js';

function meets({ row, equality }: Condition, point: readonly Rational[]): boolean {
  const { numerators, denominator } = integersFromRationals(point);
  const value = rowAt(row, numerators, denominator);
  return equality ? value === 0n : value >= 0n;
}

/** Whether a point lies in the closed domain. */
export function isInDomain(domain: Domain, point: readonly Rational[]): boolean {
  if (domain.kind === 'whole') return true;
  if (domain.kind === 'polytope') return conditionsOf(domain).every((condition) => meets(condition, point));
  return point.every((x, i) => compare(x, domain.lower[i]!) >= 0 && compare(x, domain.upper[i]!) <= 0);
}

/** The variables of a point of the domain; on the whole space those of a point of its ray inside the box. */
export function variablesOf(problem: PartitionProblem): (point: readonly Rational[]) => IntegerVector {
  const { input, offset, factor } = frameOf(problem);
  return (point) => {
    const own = integersFromRationals(input.map((i, v) => divide(subtract(point[i]!, offset[v]!), factor[v]!)));
    if (!problem.homogeneous) return own;
    const numerators = [...own.numerators, own.denominator];
    let largest = 1n;
    for (const entry of numerators) {
      const size = entry < 0n ? -entry : entry;
      if (size > largest) largest = size;
    }
    return { numerators, denominator: largest };
  };
}

/**
 * Points of the domain, sorted by the exact signs of rows.
 *
 * A point on the crease of a neuron that cuts the cell at hand lies in the interior of no cell.
 */
export function sortablePoints(problem: PartitionProblem, points: readonly IntegerVector[]): Sortable {
  const vertices: Vertex[] = points.map((point) => makeVertex(point, []));
  const filtered = problem.magnitude.every(isOrdinary);
  return sortableBy(points.length, (claim, layer, neuron, context) =>
    signAtVertex(context, layer, neuron, vertices[claim]!, filtered),
  );
}
