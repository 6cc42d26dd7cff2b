/**
 * Theorem. The enclosures of exp, ln and sin contain the true values: series with remainder, in rational arithmetic, lie in
 * them.
 *
 * For |t| <= 4 and N terms the series of exp and sin miss at most e^4 |t|^N / N!, with N = 70 below 10^-55. ln is the inverse
 * of exp: the enclosure of exp(ln t) contains t.
 *
 * Source: Taylor's theorem with Lagrange's remainder. This carries the assumption about decimal.js in src/theory/interval.ts.
 */

import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absolute, add, multiply, type Rational, rational, subtract, ZERO } from '../../src/exact/rational.js';
import { expInterval, type Interval, intervalOfRational, lnInterval, sinInterval } from '../../src/theory/interval.js';
import { holds } from '../support/generators/holds.js';
import { readable } from '../support/generators/show.js';

const SEED = 504;
const TERMS = 70n;
/** Rationals from -4 to 4. */
const argument = fc.bigInt({ min: -4096n, max: 4096n }).map((n) => readable(rational(n, 1024n)));
const positive = fc.bigInt({ min: 1n, max: 4096n }).map((n) => readable(rational(n, 1024n)));

/** sum_{k < TERMS} keep(k) t^k / k!, and a bound on what is missing: e^4 < 55. */
function series(t: Rational, keep: (k: bigint) => -1n | 0n | 1n): { sum: Rational; remainder: Rational } {
  let sum = ZERO;
  let term = rational(1n);
  for (let k = 0n; k < TERMS; k++) {
    sum = add(sum, multiply(rational(keep(k)), term));
    term = multiply(term, rational(t.numerator, t.denominator * (k + 1n)));
  }
  return { sum, remainder: multiply(rational(55n), absolute(term)) };
}

/** The exact value of a decimal. */
function exactly(value: Decimal): Rational {
  const places = Math.max(0, value.decimalPlaces());
  return rational(BigInt(value.mul(Decimal.pow(10, places)).toFixed(0)), 10n ** BigInt(places));
}

/** [sum - remainder, sum + remainder], where the true value lies, is inside the enclosure. */
function expectEnclosed(enclosure: Interval, { sum, remainder }: { sum: Rational; remainder: Rational }) {
  const [low, high] = [exactly(enclosure.low), exactly(enclosure.high)];
  const within = (a: Rational, b: Rational) => subtract(b, a).numerator >= 0n;
  expect(within(low, subtract(sum, remainder))).toBe(true);
  expect(within(add(sum, remainder), high)).toBe(true);
}

describe('the enclosure contains the series and its remainder', () => {
  it('of exp', () => {
    holds(
      fc.property(argument, (t) =>
        expectEnclosed(
          expInterval(intervalOfRational(t)),
          series(t, () => 1n),
        ),
      ),
      { seed: SEED, runs: 20 },
    );
  });

  it('of sin', () => {
    const signs = [0n, 1n, 0n, -1n] as const;
    holds(
      fc.property(argument, (t) =>
        expectEnclosed(
          sinInterval(intervalOfRational(t)),
          series(t, (k) => signs[Number(k % 4n)]!),
        ),
      ),
      { seed: SEED, runs: 20 },
    );
  });

  it('of ln, through exp', () => {
    holds(
      fc.property(positive, (t) => {
        const back = expInterval(lnInterval(intervalOfRational(t)));
        expectEnclosed(back, { sum: t, remainder: ZERO });
      }),
      { seed: SEED, runs: 20 },
    );
  });
});
