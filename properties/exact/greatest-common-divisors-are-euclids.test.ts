/**
 * Greatest common divisors of long integers against Euclid's algorithm as it stands in the Elements.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { greatestCommonDivisor } from '../../src/exact/rational.js';
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
      expect(greatestCommonDivisor(a, b)).toBe(euclid(a, b));
      expect(greatestCommonDivisor(a * common, b * common)).toBe(euclid(a * common, b * common));
    }),
    { seed: 4071, runs: 2000 },
  );
});

test('consecutive Fibonacci numbers, numbers next to powers of two, equal and zero arguments', () => {
  let [f, g] = [1n, 1n];
  for (let k = 0; k < 900; k++) {
    [f, g] = [g, f + g];
    expect(greatestCommonDivisor(g, f)).toBe(1n);
  }
  for (const bits of [1n, 31n, 51n, 52n, 53n, 54n, 63n, 64n, 105n, 106n, 512n]) {
    for (const d of [-2n, -1n, 0n, 1n, 2n]) {
      const x = (1n << bits) + d;
      for (const y of [x, 0n, 1n, -x, x * x, (1n << bits) - 1n]) {
        expect(greatestCommonDivisor(x, y)).toBe(euclid(x, y));
        expect(greatestCommonDivisor(y, x)).toBe(euclid(x, y));
      }
    }
  }
  expect(greatestCommonDivisor(0n, 0n)).toBe(0n);
});
