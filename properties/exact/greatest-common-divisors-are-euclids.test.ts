/**
 * Greatest common divisors of long integers against Euclid's algorithm as it stands in the Elements.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commonDivisor, inLowestTerms } from '../../src/exact/lowest-terms.js';
import { greatestCommonDivisor, rational } from '../../src/exact/rational.js';
import { holds } from '../support/generators/holds.js';

function euclid(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a;
  let y = b < 0n ? -b : b;
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** Integers of all lengths up to about 1200 bits, of both signs. */
const long = fc
  .tuple(
    fc.bigInt({ min: -(1n << 600n), max: 1n << 600n }),
    fc.integer({ min: 0, max: 599 }),
    fc.integer({ min: 0, max: 600 }),
  )
  .map(([value, drop, shift]) => (value >> BigInt(drop)) << BigInt(shift));

test('the divisor is the one of Euclid, for any lengths and signs', () => {
  holds(
    fc.property(long, long, long, (a, b, common) => {
      for (const [x, y] of [
        [a, b],
        [a * common, b * common],
      ] as const) {
        const expected = euclid(x, y);
        expect(greatestCommonDivisor(x, y)).toBe(expected);
        expect(commonDivisor(x, y)).toBe(expected);
      }
    }),
    { seed: 4071, runs: 2000 },
  );
});

test('consecutive Fibonacci numbers, numbers next to powers of two, equal and zero arguments', () => {
  let [f, g] = [1n, 1n];
  for (let k = 0; k < 900; k++) {
    [f, g] = [g, f + g];
    expect(greatestCommonDivisor(g, f)).toBe(1n);
    expect(commonDivisor(g, f)).toBe(1n);
  }
  for (const bits of [1n, 31n, 51n, 52n, 53n, 54n, 63n, 64n, 105n, 106n, 512n]) {
    for (const d of [-2n, -1n, 0n, 1n, 2n]) {
      const x = (1n << bits) + d;
      for (const y of [x, 0n, 1n, -x, x * x, (1n << bits) - 1n]) {
        expect(greatestCommonDivisor(x, y)).toBe(euclid(x, y));
        expect(greatestCommonDivisor(y, x)).toBe(euclid(x, y));
        expect(commonDivisor(x, y)).toBe(euclid(x, y));
        expect(commonDivisor(y, x)).toBe(euclid(x, y));
      }
    }
  }
  expect(greatestCommonDivisor(0n, 0n)).toBe(0n);
  expect(commonDivisor(0n, 0n)).toBe(0n);
});

test('numbers of more digits than fit the working room have the divisor that they were made with', () => {
  // Consecutive powers of coprime numbers have no common divisor.
  const [a, b, common] = [3n ** 6000n, 7n ** 3500n, 10n ** 40n + 1n];
  expect(commonDivisor(a * common, b * common)).toBe(common);
  expect(commonDivisor(a, b)).toBe(1n);
});

test('vectors in lowest terms are their entries in lowest terms', () => {
  const entries = fc.array(fc.oneof(long, fc.constantFrom(0n, 1n, -6n)), { minLength: 1, maxLength: 5 });
  const positive = long.map((value) => (value < 0n ? -value : value) + 1n);
  holds(
    fc.property(entries, positive, positive, (numerators, denominator, common) => {
      const vector = { numerators: numerators.map((n) => n * common), denominator: denominator * common };
      expect(inLowestTerms(vector)).toEqual(numerators.map((n) => rational(n, denominator)));
    }),
    { seed: 4072, runs: 200 },
  );
});
