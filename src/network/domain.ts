/**
 * The region of input space on which a partition is asked for.
 */
import { compare, equal, formatRational, parseRational, type Rational, rationalFromDouble } from '../exact/index.js';

/** { x : lower <= x <= upper }; an input with lower = upper is fixed, and the box is flat in it. */
export interface BoxDomain {
  readonly kind: 'box';
  readonly lower: readonly Rational[];
  readonly upper: readonly Rational[];
}

/** All of R^dimension. */
export interface WholeDomain {
  readonly kind: 'whole';
  readonly dimension: number;
}

/** coefficients . x <= bound, or = bound. */
export interface LinearBound {
  readonly coefficients: readonly Rational[];
  readonly bound: Rational;
}

/**
 * { x : a . x <= b for every inequality, c . x = d for every equality, x in the box if there is one }.
 *
 * It may be unbounded, flat, or described with redundant inequalities; an empty one is found out where it is used.
 */
export interface PolytopeDomain {
  readonly kind: 'polytope';
  readonly dimension: number;
  readonly inequalities: readonly LinearBound[];
  readonly equalities: readonly LinearBound[];
  readonly box?: BoxDomain;
}

export type Domain = BoxDomain | WholeDomain | PolytopeDomain;

/** A domain that makes no sense: the message says which interval and what to do. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
}

/** The box with the given bounds. @throws DomainError for inverted intervals and lengths that differ */
export function box(lower: readonly Rational[], upper: readonly Rational[]): BoxDomain {
  if (lower.length !== upper.length) {
    throw new DomainError(`box: expected as many lower as upper bounds, got ${lower.length} and ${upper.length}`);
  }
  lower.forEach((lo, i) => {
    if (compare(lo, upper[i]!) > 0) {
      const interval = `${formatRational(lo)},${formatRational(upper[i]!)}`;
      throw new DomainError(`box: input ${i} has the empty interval ${interval}; write the lower bound first`);
    }
  });
  return { kind: 'box', lower, upper };
}

/** The box [lower, upper]^dimension from doubles, taken exactly, or number texts. */
export function cube(dimension: number, lower: number | string, upper: number | string): BoxDomain {
  const exact = (value: number | string) =>
    typeof value === 'number' ? rationalFromDouble(value) : parseRational(value);
  return box(new Array(dimension).fill(exact(lower)), new Array(dimension).fill(exact(upper)));
}

/** All of R^dimension. */
export function whole(dimension: number): WholeDomain {
  return { kind: 'whole', dimension };
}

/**
 * The polytope with the given inequalities, and equalities and a box if there are any.
 *
 * @throws DomainError if the parts lie in different spaces
 */
export function polytope(
  dimension: number,
  inequalities: readonly LinearBound[],
  rest: { readonly equalities?: readonly LinearBound[]; readonly box?: BoxDomain } = {},
): PolytopeDomain {
  const { equalities = [], box: within } = rest;
  const parts = { inequalities, equalities };
  for (const part of ['inequalities', 'equalities'] as const) {
    parts[part].forEach(({ coefficients }, k) => {
      if (coefficients.length === dimension) return;
      throw new DomainError(
        `${part}[${k}]: expected ${dimension} coefficients, one per input, got ${coefficients.length}`,
      );
    });
  }
  if (within !== undefined && within.lower.length !== dimension) {
    throw new DomainError(`box: expected ${dimension} intervals, one per input, got ${within.lower.length}`);
  }
  return { kind: 'polytope', dimension, ...parts, ...(within && { box: within }) };
}

export function dimensionOf(domain: Domain): number {
  return domain.kind === 'box' ? domain.lower.length : domain.dimension;
}

/** The inputs that a box fixes to one value. What a polytope fixes is told by its affine hull, not here. */
export function fixedInputs(domain: Domain): number[] {
  if (domain.kind !== 'box') return [];
  return domain.lower.flatMap((lo, i) => (equal(lo, domain.upper[i]!) ? [i] : []));
}
