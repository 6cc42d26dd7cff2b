/**
 * An H-polytope made ready for the engines: full-dimensional coordinates, a bounding box with proof if it is bounded, and
 * the inequalities that matter.
 *
 * The engines start from the box (of an unbounded polytope: from that of the homogenised cone, see `problem/lowering.ts`) and take
 * the positive side of every inequality that is not redundant. The certificate's header carries what a checker needs to
 * come to the same coordinates without linear programming: `PolytopeEvidence`.
 */

import type { PolytopeEvidence, ProvedBound, WeightedConditions } from '../../certificate/index.js';
import {
  bitLength,
  compare,
  equal,
  formatRational,
  negate,
  ONE,
  type Rational,
  rational,
  rationalsFromIntegers,
  subtract,
  ZERO,
} from '../../exact/index.js';
import type { AffineHull } from '../../network/index.js';
import { conditionsOf, type Domain, dimensionOf, fixedInputs, type PolytopeDomain } from '../../network/index.js';
import { polytopeHull } from './hull.js';
import {
  boundsOf,
  type Combination,
  type CoordinateBound,
  combinationOf,
  combined,
  type PolytopeSystem,
  type Restricted,
  solved,
} from './system.js';

/** Up to this many coordinates the box is made tight also where the bounds stated already give one. */
const TIGHTENED = 16;

export interface PreparedPolytope {
  readonly hull: AffineHull;
  /** The number of conditions (`conditions.ts`). */
  readonly conditions: number;
  /** The bounds of the free coordinates, or undefined if they have none. */
  readonly box: { readonly lower: readonly Rational[]; readonly upper: readonly Rational[] } | undefined;
  /** The conditions that cut something off the box, or off R^n, by number, and as integer rows in the free coordinates. */
  readonly given: readonly Restricted[];
  readonly evidence: PolytopeEvidence;
}

const prepared = new WeakMap<PolytopeDomain, PreparedPolytope>();

/**
 * What engines need to know about a polytope; computed once per object.
 *
 * Cost: some linear programs per coordinate and one per inequality.
 * @throws DomainError if it is empty, naming what contradicts each other
 */
export function preparePolytope(domain: PolytopeDomain): PreparedPolytope {
  const known = prepared.get(domain);
  if (known !== undefined) return known;
  const conditions = conditionsOf(domain);
  const { hull, implied, system } = polytopeHull(domain.dimension, conditions);
  const bounds = boundingBox(system);
  const box = bounds && {
    lower: bounds.map(([low]) => low.value),
    upper: bounds.map(([, high]) => high.value),
  };
  const result: PreparedPolytope = {
    hull,
    conditions: conditions.length,
    box,
    given: box === undefined ? cutsOfSpace(system) : cutsOfBox(system, box),
    evidence: {
      implied: implied.map(weighted),
      ...(bounds && { bounds: bounds.map(([low, high]) => [stated(low), stated(high)] as const) }),
    },
  };
  prepared.set(domain, result);
  return result;
}

/** The dimension of a domain: the number of inputs that it leaves free. */
export function dimensionOfHull(domain: Domain): number {
  if (domain.kind === 'polytope') return preparePolytope(domain).hull.free.length;
  return dimensionOf(domain) - fixedInputs(domain).length;
}

function weighted({ conditions, multipliers, denominator }: Combination): WeightedConditions {
  const values = rationalsFromIntegers({ numerators: multipliers, denominator });
  return conditions.map((condition, k) => [condition, formatRational(values[k]!)] as const);
}

function stated({ value, by }: FoundBound): ProvedBound {
  return { bound: formatRational(value), by: weighted(by) };
}

interface FoundBound {
  readonly value: Rational;
  /** side * (u - value) is this combination plus a nonnegative constant. */
  readonly by: Combination;
}

/** Bounds of all coordinates, or undefined if some has none. */
function boundingBox(system: PolytopeSystem): (readonly [FoundBound, FoundBound])[] | undefined {
  const { variables, lower, upper } = system;
  const result: (readonly [FoundBound, FoundBound])[] = [];
  for (let i = 0; i < variables; i++) {
    const [low, high] = [lower[i]!, upper[i]!];
    if (variables > TIGHTENED && low !== null && high !== null) {
      result.push([ofCondition(low, i), ofCondition(high, i)]);
      continue;
    }
    const least = extreme(system, i, 1);
    const most = least && extreme(system, i, -1);
    if (least === undefined || most === undefined) return undefined;
    const width = subtract(most.value, least.value);
    result.push([
      low !== null && equal(low.value, least.value) ? ofCondition(low, i) : loosened(least, 1, width, low),
      high !== null && equal(high.value, most.value) ? ofCondition(high, i) : loosened(most, -1, width, high),
    ]);
  }
  return result;
}

/** A bound that a single condition states. */
function ofCondition({ condition, row, value }: CoordinateBound, i: number): FoundBound {
  const entry = row[i]!;
  return { value, by: combined([[condition, rational(1n, entry < 0n ? -entry : entry)]]) };
}

/** The exact bound of one coordinate over the polytope: the least value for side 1, the greatest for -1. */
function extreme(system: PolytopeSystem, i: number, side: 1 | -1): FoundBound | undefined {
  const { variables, rows } = system;
  const objective = Array.from({ length: variables + 1 }, (_, k) => (k === i ? BigInt(side) : 0n));
  const answer = solved({ variables, rows: rows.map(({ row }) => row), ...boundsOf(system), objective });
  if (answer.status === 'unbounded') return undefined;
  if (answer.status === 'infeasible') throw new Error('domain: expected a polytope with interior, got an empty one');
  const value = side > 0 ? answer.value : negate(answer.value);
  return { value, by: combinationOf(system, objective, answer.multipliers) };
}

/**
 * The bound moved outwards to a short number: the same combination proves it, its coordinates are quicker to compute with,
 * and the box's face touches the polytope no more. It stays within what is stated.
 */
function loosened(
  { value, by }: FoundBound,
  side: 1 | -1,
  width: Rational,
  within: CoordinateBound | null,
): FoundBound {
  const exponent = bitLength(width.numerator) - bitLength(width.denominator) - 6;
  const unit = exponent >= 0 ? rational(1n << BigInt(exponent)) : rational(1n, 1n << BigInt(-exponent));
  // side * value rounded down to a multiple of the unit
  const numerator = BigInt(side) * value.numerator * unit.denominator;
  const denominator = value.denominator * unit.numerator;
  const quotient = numerator / denominator - (numerator < 0n && numerator % denominator !== 0n ? 1n : 0n);
  const moved = rational(BigInt(side) * quotient * unit.numerator, unit.denominator);
  const tighter = within !== null && compare(within.value, moved) === side;
  return { value: tighter ? within.value : moved, by };
}

/** The rows that are not redundant within a box. */
function cutsOfBox({ rows, variables }: PolytopeSystem, box: PreparedPolytope['box'] & object): Restricted[] {
  return irredundant(rows, { variables, ...box });
}

/** The conditions that are not redundant on R^n: those whose cones are not, in homogeneous coordinates (y, t), t >= 0. */
function cutsOfSpace({ rows, lower, upper, variables }: PolytopeSystem): Restricted[] {
  const bounds = [...lower, ...upper].filter((bound) => bound !== null);
  const all = [...bounds, ...rows].sort((a, b) => a.condition - b.condition);
  const cones = all.map(({ condition, row }) => ({ condition, row: [...row, 0n] }));
  const kept = irredundant(cones, {
    variables: variables + 1,
    lower: [...new Array<Rational>(variables).fill(negate(ONE)), ZERO],
    upper: new Array<Rational>(variables + 1).fill(ONE),
  });
  return kept.map(({ condition, row }) => ({ condition, row: row.slice(0, -1) }));
}

/** The rows without which a box minus the others would be larger, dropped one by one. */
function irredundant(
  rows: readonly Restricted[],
  box: { readonly variables: number; readonly lower: readonly Rational[]; readonly upper: readonly Rational[] },
): Restricted[] {
  return rows.reduce<readonly Restricted[]>((kept, candidate) => {
    const others = kept.filter((row) => row !== candidate);
    const answer = solved({ ...box, rows: others.map(({ row }) => row), objective: candidate.row });
    if (answer.status !== 'optimal') throw new Error(`domain: expected an optimum, got ${answer.status}`);
    return answer.value.numerator < 0n ? kept : others;
  }, rows) as Restricted[];
}
