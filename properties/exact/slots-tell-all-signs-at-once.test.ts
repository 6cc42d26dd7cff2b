/**
 * Theorem. Of integers v_0, v_1, ... with |v_k| < 2^(b - 1), packed into one as sum_k v_k 2^(b k), the signs of all, their
 * magnitudes and every single one can be read off with a few operations on the whole; sets of them are sets of bits.
 *
 * Source: Kronecker substitution (von zur Gathen and Gerhard, Modern Computer Algebra, section 8.4); the lemma in
 * src/exact/slots.ts.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { larger, magnitude } from '../../src/exact/integers.js';
import {
  digitsOf,
  inSlots,
  lowBits,
  magnitudes,
  notNegative,
  SlotSets,
  type Slots,
  slotOf,
  slotsFor,
  someDigits,
  withoutLowBits,
} from '../../src/exact/slots.js';
import { holds } from '../support/generators/holds.js';

const SEED = 92;

/** Slots, and integers of every size that they hold, the largest ones often. */
const filled = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 2, max: 200 })).chain(([count, bits]) => {
  const largest = (1n << BigInt(bits - 1)) - 1n;
  const entry = fc.oneof(fc.constantFrom(0n, 1n, -1n, largest, -largest), fc.bigInt({ min: -largest, max: largest }));
  const values = fc.array(entry, { minLength: count, maxLength: count });
  return values.map((v) => ({ slots: slotsFor(count, bits), values: v }));
});

/** The slots of a set, by number. */
function members(set: bigint, { count, bits }: Slots): number[] {
  const all = Array.from({ length: count }, (_, k) => k);
  const found = all.filter((k) => ((set >> BigInt(bits * k + bits - 1)) & 1n) === 1n);
  // Nothing else is set.
  expect(set).toBe(found.reduce((sum, k) => sum + (1n << BigInt(bits * k + bits - 1)), 0n));
  return found;
}

describe('integers by themselves', () => {
  it('have a magnitude, and of two one is the larger', () => {
    const number = fc.oneof(fc.constantFrom(0n, 1n, -1n), fc.bigInt());
    holds(
      fc.property(number, number, (a, b) => {
        expect(magnitude(a) * magnitude(a)).toBe(a * a);
        expect(magnitude(a)).toBeGreaterThanOrEqual(0n);
        expect(larger(a, b) === a || larger(a, b) === b).toBe(true);
        expect((larger(a, b) - a) * (larger(a, b) - b)).toBe(0n);
        expect(2n * larger(a, b)).toBeGreaterThanOrEqual(a + b);
      }),
      { seed: SEED, runs: 100 },
    );
  });
});

const numbersWhere = (values: readonly bigint[], test: (v: bigint) => boolean) =>
  values.flatMap((v, k) => (test(v) ? [k] : []));

describe('integers in slots', () => {
  it('are the sum that is written down, and add and scale', () => {
    holds(
      fc.property(filled, fc.bigInt({ min: -99n, max: 99n }), ({ slots, values }, factor) => {
        const sum = values.reduce((total, v, k) => total + v * (1n << BigInt(slots.bits * k)), 0n);
        expect(inSlots(values, slots)).toBe(sum);
        expect(
          inSlots(
            values.map((v) => factor * v),
            slots,
          ),
        ).toBe(factor * sum);
      }),
      { seed: SEED, runs: 200 },
    );
  });

  it('show which of them are not negative', () => {
    holds(
      fc.property(filled, ({ slots, values }) => {
        const sum = inSlots(values, slots);
        const which = (of: bigint) => members(notNegative(digitsOf(of, slots), slots), slots);
        expect(which(sum)).toEqual(numbersWhere(values, (v) => v >= 0n));
        expect(which(-sum)).toEqual(numbersWhere(values, (v) => v <= 0n));
      }),
      { seed: SEED, runs: 400 },
    );
  });

  it('have their magnitudes in slots', () => {
    holds(
      fc.property(filled, ({ slots, values }) => {
        const sizes = values.map((v) => (v < 0n ? -v : v));
        expect(magnitudes(digitsOf(inSlots(values, slots), slots), slots)).toBe(inSlots(sizes, slots));
      }),
      { seed: SEED, runs: 400 },
    );
  });

  it('lose their lowest bits, rounded down', () => {
    holds(
      fc.property(filled, fc.nat(), ({ slots, values }, some) => {
        const count = some % slots.bits;
        const unit = 1n << BigInt(count);
        const floors = values.map((v) => (v - (((v % unit) + unit) % unit)) / unit);
        const digits = withoutLowBits(digitsOf(inSlots(values, slots), slots), lowBits(count, slots));
        expect(digits).toBe(digitsOf(inSlots(floors, slots), slots));
      }),
      { seed: SEED, runs: 400 },
    );
  });

  it('can be read one by one, from all digits or some', () => {
    holds(
      fc.property(filled, fc.nat(39), fc.integer({ min: 1, max: 9 }), ({ slots, values }, start, size) => {
        const digits = digitsOf(inSlots(values, slots), slots);
        expect(values.map((_, k) => slotOf(digits, k, slots))).toEqual(values);
        const from = Math.min(start, Math.max(0, values.length - size));
        const some = someDigits(digits, from, size, slots);
        expect(values.slice(from, from + size).map((_, k) => slotOf(some, k, slots))).toEqual(
          values.slice(from, from + size),
        );
      }),
      { seed: SEED, runs: 200 },
    );
  });

  it('are named by bits of bytes, one set after the other', () => {
    const choices = fc.array(fc.infiniteStream(fc.boolean()), { minLength: 1, maxLength: 5 });
    holds(
      fc.property(filled, choices, fc.nat(3), ({ slots }, sets, spare) => {
        const named = new SlotSets(slots);
        for (const [round, coins] of sets.entries()) {
          const chosen = Array.from({ length: slots.count }, () => coins.next().value as boolean);
          // Lists may be longer than they need to be.
          const bytes = new Uint8Array(((slots.count + 7) >> 3) + ((round * spare) % 3));
          chosen.forEach((yes, k) => {
            if (yes) bytes[k >> 3]! += 2 ** (k % 8);
          });
          expect(members(named.of(bytes), slots)).toEqual(chosen.flatMap((yes, k) => (yes ? [k] : [])));
          // What is remembered is a copy.
          bytes.fill(255);
        }
      }),
      { seed: SEED, runs: 200 },
    );
  });
});
