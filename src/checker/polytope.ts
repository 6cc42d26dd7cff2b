/**
 * A polytope domain as the checker sees it: its hull and its bounding box verified from the header's evidence.
 *
 * - *Hull.* Each combination in `implied` has positive multipliers of inequalities and vanishes on the hull found so far. On
 *   the domain every term is nonnegative, hence zero: these inequalities are equalities there. The hull is then computed
 *   by elimination. That it is no larger than it must be is shown by every witness, which satisfies all other inequalities
 *   strictly.
 * - *Box.* Each bound of a free coordinate is a combination of conditions plus a nonnegative constant.
 *
 * No linear programming: all that is found here is computed from the conditions as they are stated.
 */

import type { PolytopeEvidence, ProvedBound, WeightedConditions } from '../certificate/index.js';
import { type IntegerVector, integersFromRationals, parseRational, type Rational } from '../exact/index.js';
import {
  type AffineHull,
  affineHull,
  type BoxDomain,
  box,
  type Condition,
  conditionsOf,
  type PolytopeDomain,
  type WholeDomain,
  whole,
} from '../network/index.js';

export interface CheckedPolytope {
  readonly hull: AffineHull;
  /** In the free coordinates: the bounding box, or all of R^n. */
  readonly within: BoxDomain | WholeDomain;
  /** All conditions, by number, as integer rows in the free coordinates; zero where the hull says all there is to say. */
  readonly rows: readonly (readonly bigint[])[];
}

/** What is wrong with the evidence of a polytope. */
export class PolytopeError extends Error {
  override readonly name = 'PolytopeError';
}

/** Verifies the evidence. @throws PolytopeError */
export function checkedPolytope(domain: PolytopeDomain, evidence: PolytopeEvidence): CheckedPolytope {
  const conditions = conditionsOf(domain);
  const hull = checkedHull(domain.dimension, conditions, evidence.implied);
  const rows = conditions.map(({ row }) => hull.restrict(row));
  rows.forEach((row, k) => {
    if (row.slice(0, -1).every((entry) => entry === 0n) && row.at(-1)! < 0n) {
      throw new PolytopeError(`the domain is empty: ${conditions[k]!.name} is satisfied nowhere`);
    }
  });
  const count = hull.free.length;
  if (evidence.bounds === undefined) return { hull, rows, within: whole(count) };
  if (evidence.bounds.length !== count) {
    throw new PolytopeError(`the domain has ${count} free inputs, the header bounds ${evidence.bounds.length}`);
  }
  const bounds = evidence.bounds.map(([lower, upper], v) => [
    checkedBound(lower, v, 1, rows, conditions),
    checkedBound(upper, v, -1, rows, conditions),
  ]);
  const within = box(
    bounds.map(([lower]) => lower!),
    bounds.map(([, upper]) => upper!),
  );
  return { hull, rows, within };
}

/** The affine hull of the domain, if the combinations of inequalities vanish on it as they are said to. @throws PolytopeError */
export function checkedHull(
  dimension: number,
  conditions: readonly Condition[],
  implied: readonly WeightedConditions[],
): AffineHull {
  const equations = conditions.filter(({ equality }) => equality).map(({ row }) => row);
  let hull = affineHull(dimension, equations);
  for (const [round, weighted] of implied.entries()) {
    if (hull === undefined) break;
    const { numerators } = multipliersOf(weighted, conditions);
    const sum = new Array<bigint>(dimension + 1).fill(0n);
    for (const [k, [condition]] of weighted.entries()) {
      const { row } = conditions[condition]!;
      for (let i = 0; i <= dimension; i++) sum[i]! += numerators[k]! * row[i]!;
    }
    if (hull.restrict(sum).some((entry) => entry !== 0n)) {
      throw new PolytopeError(`the header's combination ${round} of inequalities does not vanish`);
    }
    for (const [condition] of weighted) equations.push(conditions[condition]!.row);
    hull = affineHull(dimension, equations);
  }
  if (hull === undefined) throw new PolytopeError('the domain is empty: its equalities contradict each other');
  if (hull.free.length === 0) throw new PolytopeError('the domain is a single point');
  return hull;
}

/** Positive multipliers of inequalities. */
function multipliersOf(weighted: WeightedConditions, conditions: readonly Condition[]): IntegerVector {
  const values = weighted.map(([condition, text]): Rational => {
    const known = Number.isSafeInteger(condition) ? conditions[condition] : undefined;
    if (known === undefined || known.equality) {
      throw new PolytopeError(`the header names inequality ${String(condition)}, which there is not`);
    }
    const value = parseRational(text);
    if (value.numerator <= 0n) throw new PolytopeError(`the header's multiplier of ${known.name} is not positive`);
    return value;
  });
  return integersFromRationals(values);
}

/** The bound, if side * (u_v - bound) is its combination of rows plus a nonnegative constant. */
function checkedBound(
  { bound: text, by }: ProvedBound,
  v: number,
  side: 1 | -1,
  rows: readonly (readonly bigint[])[],
  conditions: readonly Condition[],
): Rational {
  const bound = parseRational(text);
  const { numerators, denominator } = multipliersOf(by, conditions);
  const rest = new Array<bigint>(rows[0]!.length).fill(0n);
  rest[v] = BigInt(side) * bound.denominator * denominator;
  rest[rest.length - 1] = -BigInt(side) * bound.numerator * denominator;
  for (const [k, [condition]] of by.entries()) {
    const factor = numerators[k]! * bound.denominator;
    for (let i = 0; i < rest.length; i++) rest[i]! -= factor * rows[condition]![i]!;
  }
  const constant = rest.pop()!;
  if (constant < 0n || rest.some((entry) => entry !== 0n)) {
    throw new PolytopeError(`the header does not prove the ${side > 0 ? 'lower' : 'upper'} bound of free input ${v}`);
  }
  return bound;
}
