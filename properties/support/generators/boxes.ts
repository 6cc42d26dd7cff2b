/**
 * Small boxes with rational bounds, some of them flat, and rational points in them.
 */
import fc from 'fast-check';
import { add, compare, multiply, type Rational, rational, subtract } from '../../../src/exact/rational.js';
import { type BoxDomain, box, type Domain, whole } from '../../../src/network/domain.js';
import { smallRational } from './numbers.js';
import { printedAs, readable, showDomain } from './show.js';

export interface BoxOptions {
  /** Allow lower = upper in some inputs (not in all of them). */
  readonly flat?: boolean;
}

/** A box in R^dimension with small rational bounds. */
export function smallBox(dimension: number, { flat = false }: BoxOptions = {}): fc.Arbitrary<BoxDomain> {
  const interval = fc
    .tuple(smallRational, smallRational)
    .filter(([a, b]) => flat || compare(a, b) !== 0)
    .map(([a, b]): [Rational, Rational] => (compare(a, b) <= 0 ? [a, b] : [b, a]));
  return fc
    .array(interval, { minLength: dimension, maxLength: dimension })
    .filter((intervals) => dimension === 0 || intervals.some(([lo, hi]) => compare(lo, hi) < 0))
    .map((intervals) =>
      printedAs(
        box(
          intervals.map(([lo]) => lo),
          intervals.map(([, hi]) => hi),
        ),
        showDomain,
      ),
    );
}

/** The box that a domain is. @throws RangeError if it is none */
export function boxOf(domain: Domain | undefined): BoxDomain {
  if (domain?.kind !== 'box') throw new RangeError(`domain: expected a box, got ${domain?.kind ?? 'none'}`);
  return domain;
}

/** A small box, flat or not, or all of R^dimension. */
export function anyDomain(dimension: number): fc.Arbitrary<Domain> {
  return fc.oneof(
    { weight: 3, arbitrary: smallBox(dimension) as fc.Arbitrary<Domain> },
    { weight: 1, arbitrary: smallBox(dimension, { flat: true }) as fc.Arbitrary<Domain> },
    { weight: 1, arbitrary: fc.constant(0).map(() => printedAs(whole(dimension), showDomain)) },
  );
}

/** A rational point of a domain: anywhere on a grid of it, corners and faces included. */
export function pointIn(domain: Domain): fc.Arbitrary<readonly Rational[]> {
  const steps = 16;
  if (domain.kind === 'whole') {
    return fc.array(smallRational, { minLength: domain.dimension, maxLength: domain.dimension });
  }
  if (domain.kind === 'polytope') throw new RangeError('points of polytopes: not generated here');
  const size = domain.lower.length;
  return fc.array(fc.integer({ min: 0, max: steps }), { minLength: size, maxLength: size }).map((grid) =>
    grid.map((g, i) => {
      const width = subtract(domain.upper[i]!, domain.lower[i]!);
      return readable(add(domain.lower[i]!, multiply(width, rational(BigInt(g), BigInt(steps)))));
    }),
  );
}
