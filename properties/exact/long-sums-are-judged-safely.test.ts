/**
 * Theorem. A sum of products of doubles that `isNegativeSum` calls negative is negative, however the terms cancel; and a sum that is
 * negative by more than its rounding is called so.
 *
 * Source: Higham, Accuracy and Stability of Numerical Algorithms (2002), section 3.1; the sums are formed again in integers.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dyadicFromDouble } from '../../src/exact/double.js';
import { isNegativeSum } from '../../src/exact/sums.js';
import { holds } from '../support/generators/holds.js';

/** The sum of products as an integer over a power of two. */
function exactSum(terms: readonly (readonly [number, number])[]): bigint {
  const exact = terms.map((pair) => pair.map(dyadicFromDouble));
  const exponents = exact.map(([a, b]) => a!.exponent + b!.exponent);
  const least = Math.min(0, ...exponents);
  return exact.reduce((sum, [a, b], k) => sum + ((a!.mantissa * b!.mantissa) << BigInt(exponents[k]! - least)), 0n);
}

function judged(terms: readonly (readonly [number, number])[]): boolean {
  let sum = 0;
  let magnitude = 0;
  for (const [a, b] of terms) {
    sum += a * b;
    magnitude += Math.abs(a * b);
  }
  return isNegativeSum(sum, magnitude, terms.length);
}

const factor = fc
  .tuple(fc.double({ min: 1, max: 2, noNaN: true }), fc.integer({ min: -60, max: 60 }), fc.boolean())
  .map(([m, e, sign]) => (sign ? m : -m) * 2 ** e);

/** Terms that cancel but for their last bits, and one of their size. */
const cancelling = fc
  .tuple(fc.array(fc.tuple(factor, factor), { minLength: 1, maxLength: 12 }), fc.integer({ min: -4, max: 4 }))
  .map(([terms, bits]) => {
    const all = terms.flatMap(([a, b]) => [
      [a, b] as const,
      // The same product within a few roundings.
      [-a * b * (1 + bits * 2 ** -52), 1] as const,
    ]);
    return all;
  });

it('what is called negative is negative, near 0 as well', () => {
  let near = 0;
  holds(
    fc.property(cancelling, (terms) => {
      const exact = exactSum(terms);
      if (exact >= 0n) near++;
      if (judged(terms)) expect(exact < 0n).toBe(true);
    }),
    { seed: 5352, runs: 500 },
  );
  expect(near).toBeGreaterThan(50);
});

it('what is negative by a thousandth of its size is called so', () => {
  holds(
    fc.property(fc.array(fc.tuple(factor, factor), { minLength: 1, maxLength: 40 }), (pairs) => {
      const size = pairs.reduce((sum, [a, b]) => sum + Math.abs(a * b), 0);
      const sum = pairs.reduce((total, [a, b]) => total + a * b, 0);
      expect(judged([...pairs, [-sum - size / 1000, 1]])).toBe(true);
    }),
    { seed: 5353 },
  );
});

it('what overflows is not called negative', () => {
  expect(isNegativeSum(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 3)).toBe(false);
  expect(isNegativeSum(Number.NaN, 1, 3)).toBe(false);
  expect(isNegativeSum(-1, 1, 2 ** 30)).toBe(false);
});
