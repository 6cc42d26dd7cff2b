/**
 * Theorem. Weights are taken as rounded where each is off by at most one rounding relative to itself, which fractions with a normal
 * nearest double are, and those with a subnormal one need not be: there the bound of Lemma 1 would be wrong.
 *
 * Source: IEEE 754 (rounding to nearest is relative in the normal range only); src/exact/sign.ts, Lemma 1.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dyadicFromDouble } from '../../src/exact/double.js';
import { nearestDouble } from '../../src/exact/rounding.js';
import { roundsRelatively } from '../../src/exact/sign.js';
import { holds } from '../support/generators/holds.js';
import { accumulate, exactValue, given, nearest, within, ZERO } from '../support/references/filtered-rows.js';

const SEED = 4;

describe('roundsRelatively tells the weights that Lemma 1 covers', () => {
  const one = (numerator: bigint, denominator: bigint) =>
    roundsRelatively([nearestDouble(numerator, denominator)], [numerator]);

  it('accepts exactly fractions at a relative distance of at most u, up to exact subnormals that it gives away', () => {
    const part = fc.bigInt({ min: -(1n << 60n), max: 1n << 60n });
    holds(
      fc.property(part, fc.bigInt({ min: 1n, max: 1n << 60n }), fc.integer({ min: -1100, max: 0 }), (p, q, e) => {
        const [numerator, denominator] = [p, q << BigInt(-e)];
        const double = nearestDouble(numerator, denominator);
        const { mantissa, exponent } = dyadicFromDouble(double);
        // |double - p/q| <= u |double|, multiplied by the denominator and 2^1200.
        const scale = (value: bigint, shift: number) => value << BigInt(1200 + shift);
        const difference = scale(mantissa * denominator, exponent) - scale(numerator, 0);
        const limit = scale((mantissa < 0n ? -mantissa : mantissa) * denominator, exponent - 53);
        const relative = (difference < 0n ? -difference : difference) <= limit;
        if (one(numerator, denominator)) expect(relative).toBe(true);
        else expect(numerator !== 0n && Math.abs(double) < 2 ** -1022).toBe(true);
      }),
      { seed: SEED, runs: 500 },
    );
  });

  it.each([
    ['an exact zero', 0n, 1n, true],
    ['a fraction that rounds to zero', 1n, 1n << 1100n, false],
    ['a third of the smallest normal double', 1n, 3n << 1022n, false],
    ['the smallest normal double', 1n, 1n << 1022n, true],
    ['a third', -1n, 3n, true],
  ])('%s', (_, numerator, denominator, expected) => expect(one(numerator, denominator)).toBe(expected));

  it('all weights have to be such', () => {
    expect(roundsRelatively([1, 0], [1n, 1n])).toBe(false);
    expect(roundsRelatively([0, 1], [1n, 1n])).toBe(false);
    expect(roundsRelatively([0, 1], [0n, 1n])).toBe(true);
  });

  it('and rightly refuses the others: a subnormal weight in front of a large row breaks the bound', () => {
    // w = 1.4 * 2^-1074 is held as 2^-1074; the row 2^100 x then is off by 40 %, the bound says 1e-15.
    const box = [1];
    const rows = [given([2 ** 100, 0], box)];
    const weight = { double: Number.MIN_VALUE, exact: { mantissa: 7n * 1717986918n, exponent: -1074 - 33 } };
    expect(nearest(weight.exact)).toBe(weight.double);
    const row = accumulate(rows, [weight], { double: 0, exact: ZERO }, box);
    expect(within(exactValue(row.entries.map(dyadicFromDouble), [1]), exactValue(row.exact, [1]), row.error)).toBe(
      false,
    );
  });
});
