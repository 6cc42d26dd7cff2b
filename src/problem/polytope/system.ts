/**
 * A polytope in the free coordinates of its affine hull, as linear programs take it: functions of one coordinate are
 * bounds, the others rows.
 */
import { compare, integersFromRationals, type Rational, rational } from '../../exact/index.js';
import type { ExactLp, LpAnswer } from '../../lp/index.js';
import { simplexBackend, solveLp } from '../../lp/index.js';
import type { AffineHull, Condition } from '../../network/index.js';

/** A condition of the polytope restricted to the hull: row . (u, 1) >= 0. */
export interface Restricted {
  /** The number of the condition. */
  readonly condition: number;
  readonly row: readonly bigint[];
}

/** A condition on one coordinate, with the bound that it means. */
export interface CoordinateBound extends Restricted {
  readonly value: Rational;
}

export interface PolytopeSystem {
  readonly variables: number;
  /** Conditions on several coordinates. */
  readonly rows: readonly Restricted[];
  /** The tightest conditions on each single coordinate. */
  readonly lower: readonly (CoordinateBound | null)[];
  readonly upper: readonly (CoordinateBound | null)[];
  /** A condition that no point satisfies: 0 >= 1 in the free coordinates. */
  readonly impossible: Restricted | undefined;
}

/** Nonnegative multipliers of conditions, by number; the integers' common denominator. */
export interface Combination {
  readonly conditions: readonly number[];
  readonly multipliers: readonly bigint[];
  readonly denominator: bigint;
}

/** The conditions of a polytope on its hull; those that hold with equality everywhere, or never matter, are left out. */
export function systemOf(conditions: readonly Condition[], hull: AffineHull): PolytopeSystem {
  const variables = hull.free.length;
  const rows: Restricted[] = [];
  const lower = new Array<CoordinateBound | null>(variables).fill(null);
  const upper = new Array<CoordinateBound | null>(variables).fill(null);
  let impossible: Restricted | undefined;
  conditions.forEach(({ row: stated }, condition) => {
    const row = hull.restrict(stated);
    const input = row.findIndex((entry, i) => i < variables && entry !== 0n);
    if (input < 0) {
      if (row[variables]! < 0n) impossible ??= { condition, row };
    } else if (row.some((entry, i) => i > input && i < variables && entry !== 0n)) {
      rows.push({ condition, row });
    } else {
      const found = { condition, row, value: rational(-row[variables]!, row[input]!) };
      const [side, tighter] = row[input]! > 0n ? [lower, 1] : [upper, -1];
      const known = side[input] ?? null;
      if (known === null || compare(found.value, known.value) === tighter) side[input] = found;
    }
  });
  return { variables, rows, lower, upper, impossible };
}

/** An LP over exact data. */
export function solved(problem: ExactLp): LpAnswer {
  return solveLp(problem, simplexBackend);
}

/**
 * The combination of conditions that a linear program over a system's bounds proves: the multipliers of its rows, and for
 * what these leave of the objective in each coordinate those of the bounds.
 *
 * @param objective its coefficients of the coordinates
 * @param multipliers numerators over `denominator`, one per row of the system
 */
export function combinationOf(
  { rows, lower, upper, variables }: PolytopeSystem,
  objective: readonly bigint[],
  { numerators, denominator }: { readonly numerators: readonly bigint[]; readonly denominator: bigint },
): Combination {
  const rest = Array.from({ length: variables }, (_, i) => objective[i]! * denominator);
  const terms: (readonly [number, Rational])[] = [];
  rows.forEach(({ condition, row }, k) => {
    const multiplier = numerators[k]!;
    if (multiplier === 0n) return;
    terms.push([condition, rational(multiplier, denominator)]);
    for (let i = 0; i < variables; i++) rest[i]! -= multiplier * row[i]!;
  });
  rest.forEach((entry, i) => {
    const bound = entry > 0n ? lower[i] : entry < 0n ? upper[i] : undefined;
    if (bound) terms.push([bound.condition, rational(entry, denominator * bound.row[i]!)]);
  });
  return combined(terms);
}

/** A combination from terms: several of one condition are added up. */
export function combined(terms: readonly (readonly [condition: number, multiplier: Rational])[]): Combination {
  const conditions = [...new Set(terms.map(([condition]) => condition))].sort((a, b) => a - b);
  const all = integersFromRationals(terms.map(([, multiplier]) => multiplier));
  const multipliers = conditions.map((condition) =>
    terms.reduce((sum, [own], k) => (own === condition ? sum + all.numerators[k]! : sum), 0n),
  );
  return { conditions, multipliers, denominator: all.denominator };
}

/** The bounds of a system as rationals. */
export function boundsOf({ lower, upper }: PolytopeSystem) {
  const values = (bounds: readonly (CoordinateBound | null)[]) => bounds.map((bound) => bound?.value ?? null);
  return { lower: values(lower), upper: values(upper) };
}
