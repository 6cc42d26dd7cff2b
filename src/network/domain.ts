/**
 * The region of input space on which a partition is asked for.
 */
import { compare, equal, formatRational, parseRational, type Rational, rationalFromDouble } from '../exact/rational.js';

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

export type Domain = BoxDomain | WholeDomain;

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

export function whole(dimension: number): WholeDomain {
  return { kind: 'whole', dimension };
}

export function dimensionOf(domain: Domain): number {
  return domain.kind === 'box' ? domain.lower.length : domain.dimension;
}

/** The inputs that the domain fixes to one value. */
export function fixedInputs(domain: Domain): number[] {
  if (domain.kind === 'whole') return [];
  return domain.lower.flatMap((lo, i) => (equal(lo, domain.upper[i]!) ? [i] : []));
}
