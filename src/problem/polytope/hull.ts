/**
 * The affine hull of a polytope, with the proof that it is no larger; or why there is no point.
 *
 * While some inequalities hold with equality throughout, a linear program finds positive multipliers for which their
 * combination vanishes (Schrijver 1986, Theory of Linear and Integer Programming, section 8.2: every term is nonnegative, so
 * every one is zero). They join the equalities, and what is left is asked again in fewer coordinates. It ends with a
 * point where all others are positive.
 */
import {
  compare,
  equal,
  integersFromRationals,
  ONE,
  type Rational,
  rational,
  rowAt,
  subtract,
} from '../../exact/index.js';
import type { Condition } from '../../network/index.js';
import { type AffineHull, affineHull, DomainError } from '../../network/index.js';
import {
  boundsOf,
  type Combination,
  combinationOf,
  combined,
  type PolytopeSystem,
  type Restricted,
  solved,
  systemOf,
} from './system.js';

export interface PolytopeHull {
  readonly hull: AffineHull;
  /** In order: combinations that vanish on the hull of the equalities and of the combinations before. */
  readonly implied: readonly Combination[];
  /** The polytope in the free coordinates; it has interior there. */
  readonly system: PolytopeSystem;
}

/** The hull of the points that satisfy all conditions. @throws DomainError naming what contradicts each other if there are none */
export function polytopeHull(dimension: number, conditions: readonly Condition[]): PolytopeHull {
  const implied: Combination[] = [];
  const equations = conditions.filter(({ equality }) => equality).map(({ row }) => row);
  for (;;) {
    const hull = affineHull(dimension, equations);
    if (hull === undefined) {
      return empty(
        conditions,
        conditions.flatMap(({ equality }, k) => (equality ? [k] : [])),
      );
    }
    const system = systemOf(conditions, hull);
    const { impossible } = system;
    if (impossible !== undefined) return contradiction(conditions, implied, combined([[impossible.condition, ONE]]));
    const found = impliedEqualities(system);
    if (found === undefined) return { hull, implied, system };
    if (found.contradiction) return contradiction(conditions, implied, found.combination);
    implied.push(found.combination);
    for (const condition of found.combination.conditions) equations.push(conditions[condition]!.row);
  }
}

/** A combination that is negative on the hull. If it is not so by itself, the equalities have a part in it. */
function contradiction(conditions: readonly Condition[], implied: readonly Combination[], reason: Combination): never {
  const dimension = conditions[0]!.row.length - 1;
  const isConstant = Array.from({ length: dimension }, (_, i) => i).every(
    (i) => reason.conditions.reduce((sum, k, s) => sum + reason.multipliers[s]! * conditions[k]!.row[i]!, 0n) === 0n,
  );
  if (isConstant) return empty(conditions, reason.conditions);
  const stated = conditions.flatMap(({ equality }, k) => (equality ? [k] : []));
  return empty(conditions, [...reason.conditions, ...implied.flatMap((found) => found.conditions), ...stated]);
}

interface Found {
  readonly combination: Combination;
  /** The combination is negative: no point satisfies its conditions. Otherwise it is zero. */
  readonly contradiction: boolean;
}

/** Conditions that hold with equality throughout, or contradict each other; undefined if there is an interior point. */
function impliedEqualities(system: PolytopeSystem): Found | undefined {
  return impliedByBounds(system) ?? impliedByRows(system);
}

function impliedByBounds({ lower, upper }: PolytopeSystem): Found | undefined {
  const terms: (readonly [number, Rational])[] = [];
  for (const [i, low] of lower.entries()) {
    const high = upper[i] ?? null;
    if (low === null || high === null || compare(low.value, high.value) < 0) continue;
    const pair = [
      [low.condition, rational(1n, low.row[i]!)],
      [high.condition, rational(-1n, high.row[i]!)],
    ] as const;
    if (!equal(low.value, high.value)) return { combination: combined(pair), contradiction: true };
    terms.push(...pair);
  }
  return terms.length === 0 ? undefined : { combination: combined(terms), contradiction: false };
}

/**
 * Maximises t with row >= t * (sum of its coefficients' magnitudes) for every row, within the bounds and t <= 1. A positive
 * optimum is a point where all rows are positive; as the bounds leave an interval in every coordinate, there is then one
 * inside these, too. Otherwise the multipliers combine rows and bounds to the constant t.
 */
function impliedByRows(system: PolytopeSystem): Found | undefined {
  const { variables, rows } = system;
  if (rows.length === 0) return undefined;
  const bounds = boundsOf(system);
  const sizes = rows.map(({ row }) =>
    row.slice(0, variables).reduce((sum, entry) => sum + (entry < 0n ? -entry : entry), 0n),
  );
  const lowest = tAtCorner(rows, sizes, bounds.lower);
  const objective = [...new Array<bigint>(variables).fill(0n), -1n, 0n];
  const answer = solved({
    variables: variables + 1,
    rows: rows.map(({ row }, k) => [...row.slice(0, variables), -sizes[k]!, row[variables]!]),
    // Strictly below what t reaches, so that this bound carries no multiplier.
    lower: [...bounds.lower, lowest && subtract(lowest, ONE)],
    upper: [...bounds.upper, ONE],
    objective,
  });
  if (answer.status !== 'optimal') throw new Error(`domain: expected an optimum, got ${answer.status}`);
  if (answer.value.numerator < 0n) return undefined;
  const nothing = new Array<bigint>(variables).fill(0n);
  return {
    combination: combinationOf(system, nothing, answer.multipliers),
    contradiction: answer.value.numerator > 0n,
  };
}

/** The greatest t <= 1 with row >= t * size for every row at the corner of all lower bounds; null if one is missing. */
function tAtCorner(
  rows: readonly Restricted[],
  sizes: readonly bigint[],
  lower: readonly (Rational | null)[],
): Rational | null {
  if (!lower.every((bound) => bound !== null)) return null;
  const { numerators, denominator } = integersFromRationals(lower);
  return rows
    .map(({ row }, k) => rational(rowAt(row, numerators, denominator), denominator * sizes[k]!))
    .reduce((a, b) => (compare(b, a) < 0 ? b : a), ONE);
}

/** @throws DomainError naming the conditions that contradict each other */
function empty(conditions: readonly Condition[], numbers: readonly number[]): never {
  const distinct = [...new Set(numbers)].sort((a, b) => a - b);
  throw new DomainError(`the domain is empty: ${namesOf(conditions, distinct)}; correct or drop one of them`);
}

function namesOf(conditions: readonly Condition[], numbers: readonly number[]): string {
  const names = numbers.map((k) => conditions[k]!.name);
  if (names.length === 1) return `no point satisfies ${names[0]}`;
  const plain = names.every((name) => name.startsWith('inequality '));
  const shown = plain ? names.map((name) => name.slice('inequality '.length)) : names;
  const list = `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
  return `${plain ? 'inequalities ' : ''}${list} contradict each other`;
}
