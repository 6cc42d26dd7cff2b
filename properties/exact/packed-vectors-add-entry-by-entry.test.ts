/**
 * Theorem. Packing is linear: for vectors v, w of integers and integers a, b, the packed vector of a v + b w is a times
 * that of v plus b times that of w; it determines the vector, and is 0 only for 0, as long as the slots are wide enough.
 *
 * Source: Kronecker substitution (von zur Gathen and Gerhard, Modern Computer Algebra, section 8.4), with signed digits.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packed, slotBits, unpacked } from '../../src/exact/packed.js';
import { holds } from '../support/generators/holds.js';

const SEED = 91;
const LARGEST = (1n << 70n) - 1n;
const entry = fc.oneof(
  fc.bigInt({ min: -2n, max: 2n }),
  fc.bigInt({ min: -LARGEST, max: LARGEST }),
  fc.constantFrom(LARGEST, -LARGEST),
);
const factor = fc.bigInt({ min: -3n, max: 3n });
const pair = fc.oneof(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 8, max: 40 })).chain((size) => {
  const vector = fc.array(entry, { minLength: size, maxLength: size });
  return fc.tuple(vector, vector);
});

describe('packed vectors', () => {
  it('add and scale entry by entry, and can be read back', () => {
    holds(
      fc.property(pair, factor, factor, ([v, w], a, b) => {
        const expected = v.map((x, i) => a * x + b * w[i]!);
        const bits = slotBits(6n * LARGEST);
        const sum = a * packed(v, bits) + b * packed(w, bits);
        expect(unpacked(sum, bits, v.length)).toEqual(expected);
        expect(sum === 0n).toBe(expected.every((x) => x === 0n));
      }),
      { seed: SEED, runs: 500 },
    );
  });

  it('may be long: their cost is little more than their length', () => {
    // Entry by entry, each of these 2^17 would pass through a number of 2^23 bits.
    const v = Array.from({ length: 2 ** 17 }, (_, i) => BigInt((i % 1000) - 500));
    expect(unpacked(packed(v, 64), 64, v.length).every((entry, i) => entry === v[i])).toBe(true);
  });

  it('need no wider slots than they have: the largest entries fit', () => {
    const bits = slotBits(LARGEST);
    for (const v of [
      [LARGEST, -LARGEST, LARGEST],
      [-LARGEST, -LARGEST, -LARGEST],
    ]) {
      expect(unpacked(packed(v, bits), bits, 3)).toEqual(v);
    }
  });
});
