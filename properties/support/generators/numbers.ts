/**
 * Numbers as tests need them: generic, short, extreme and nearly cancelling doubles, and rationals.
 */
import fc from 'fast-check';
import { type Rational, rational, rationalFromDouble } from '../../../src/exact/rational.js';
import { readable } from './show.js';

/** Any finite double: subnormal, huge and of either sign. */
export const anyDouble: fc.Arbitrary<number> = fc.double({ noNaN: true, noDefaultInfinity: true });

/** Doubles of everyday size with up to 53 bits in use: evenly spread over [-4, 4]. Failures shrink to small integers. */
export const genericDouble: fc.Arbitrary<number> = fc.oneof(
  { withCrossShrink: true },
  { weight: 1, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 19, arbitrary: fc.noBias(fc.integer({ min: -(2 ** 52), max: 2 ** 52 })).map((k) => k / 2 ** 50) },
);

/** Doubles from -4 to 4 whose exponents are evenly spread down to the subnormals: half are below 10^-150. */
export const vanishingDouble: fc.Arbitrary<number> = fc.double({ min: -4, max: 4, noNaN: true });

/** k / 2^j with few bits: sums and products of these often cancel exactly. */
export const dyadic: fc.Arbitrary<number> = fc
  .tuple(fc.integer({ min: -8, max: 8 }), fc.integer({ min: 0, max: 2 }))
  .map(([k, j]) => k / 2 ** j);

export const smallInteger: fc.Arbitrary<number> = fc.integer({ min: -3, max: 3 });

/** k * 2^e with e between -300 and 300. */
export const extremeDouble: fc.Arbitrary<number> = fc
  .tuple(fc.integer({ min: -7, max: 7 }), fc.integer({ min: -300, max: 300 }))
  .map(([k, e]) => k * 2 ** e);

/** Doubles whose exponents cover the whole range, the subnormal ends included, with all 53 bits in use. */
export const wideDouble: fc.Arbitrary<number> = fc
  .tuple(fc.double({ min: 1, max: 2, noNaN: true }), fc.integer({ min: -1074, max: 1022 }), fc.boolean())
  .map(([m, e, negative]) => (negative ? -m : m) * 2 ** Math.trunc(e / 2) * 2 ** (e - Math.trunc(e / 2)));

/** p / q with small p and q. */
export const smallRational: fc.Arbitrary<Rational> = fc
  .tuple(fc.integer({ min: -12, max: 12 }), fc.integer({ min: 1, max: 7 }))
  .map(([p, q]) => readable(rational(BigInt(p), BigInt(q))));

/** Any fraction of integers of at most 90 bits, zero included. */
export const anyRational: fc.Arbitrary<Rational> = fc
  .tuple(fc.bigInt({ min: -(1n << 90n), max: 1n << 90n }), fc.bigInt({ min: 1n, max: 1n << 90n }))
  .map(([p, q]) => readable(rational(p, q)));

/** The exact values of generated doubles. */
export function exactly(doubles: fc.Arbitrary<number>): fc.Arbitrary<Rational> {
  return doubles.map((double) => readable(rationalFromDouble(double)));
}
