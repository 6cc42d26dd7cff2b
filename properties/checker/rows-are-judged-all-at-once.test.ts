/**
 * Theorem. The checker's packed rows say of every row what the row says by itself: its entries, on which side of a box certainly
 * every row lies whose entries differ from those by at most the error, and whether all such rows are positive at a point. Of points
 * with numbers too long for the slots they say nothing.
 *
 * The least value over a box of a row and all rows near it is the least one of the row, at the corner that its signs choose, less
 * error * (1 + sum of the greatest |x_i|); the packed rows are told an upper bound of the last factor. All is computed here entry
 * by entry.
 *
 * Source: src/checker/rows.ts.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ShortBox } from '../../src/checker/domain.js';
import { BOX_BITS } from '../../src/checker/domain.js';
import { layerSlotBits, PathRows, packedRows, pathSlotBits } from '../../src/checker/rows.js';
import { type Slots, slotsFor } from '../../src/exact/slots.js';
import { holds, trials } from '../support/generators/holds.js';

const SEED = 93;
/** Of entries with their error. */
const LENGTH = 70;
const LARGEST_ERROR = 1000n;
const LARGEST = (1n << BigInt(LENGTH)) - 1n - LARGEST_ERROR;

const entry = fc.oneof(fc.constantFrom(0n, 1n, -1n, LARGEST, -LARGEST), fc.bigInt({ min: -LARGEST, max: LARGEST }));
const errorOf = fc.oneof(fc.constantFrom(0n, 1n, LARGEST_ERROR), fc.bigInt({ min: 0n, max: LARGEST_ERROR }));

/** Numbers of at most so many bits. */
const numberOf = (bits: number) => fc.bigInt({ min: 1n - (1n << BigInt(bits)), max: (1n << BigInt(bits)) - 1n });
/** The same, for all coordinates of a point. */
const length = fc.constantFrom(1, 8, 20, 40, 58, 62, 64, 120);

const rowsOf = (inputs: number) =>
  fc.array(fc.array(entry, { minLength: inputs + 1, maxLength: inputs + 1 }), { minLength: 1, maxLength: 20 });

/** A box of numbers as long as they may be, or shorter. @param spare more that the bound of the extent exceeds it by */
function shortBox(ends: readonly (readonly [bigint, bigint])[], denominator: bigint, spare: bigint): ShortBox {
  const sorted = ends.map((pair) => [...pair].sort((a, b) => (a < b ? -1 : 1)));
  const far = sorted.flat().reduce((most, x) => (x * x > most * most ? x : most), 0n);
  const extent = denominator + BigInt(ends.length) * (far < 0n ? -far : far) + spare;
  return { lower: sorted.map(([a]) => a!), upper: sorted.map(([, b]) => b!), denominator, extent };
}

const boxSituation = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom(1, 8, 20, BOX_BITS - 5))
  .chain(([inputs, bits]) =>
    fc.record({
      rows: rowsOf(inputs),
      // At most 5 numbers and the spare: twice their sum takes at most BOX_BITS bits.
      ends: fc.array(fc.tuple(numberOf(bits), numberOf(bits)), { minLength: inputs, maxLength: inputs }),
      denominator: numberOf(bits).map((d) => (d > 0n ? d : 1n - d)),
      spare: fc.oneof(
        fc.constant(0n),
        numberOf(bits).map((s) => (s > 0n ? s : -s)),
      ),
      error: errorOf,
    }),
  );

const pointSituation = fc.tuple(fc.integer({ min: 1, max: 4 }), length).chain(([inputs, bits]) =>
  fc.record({
    rows: rowsOf(inputs),
    point: fc.array(numberOf(bits), { minLength: inputs, maxLength: inputs }),
    denominator: numberOf(bits).map((d) => (d > 0n ? d : 1n - d)),
    errors: fc.array(errorOf, { minLength: 20, maxLength: 20 }),
  }),
);

function leastOver(row: readonly bigint[], { lower, upper, denominator }: ShortBox): bigint {
  return lower.reduce(
    (sum, lo, i) => sum + row[i]! * (row[i]! > 0n ? lo : upper[i]!),
    row[lower.length]! * denominator,
  );
}

/** The numbers of the rows in a set. */
const members = (set: bigint, { count, bits }: Slots) =>
  Array.from({ length: count }, (_, k) => k).filter((k) => ((set >> BigInt(bits * k + bits - 1)) & 1n) === 1n);

describe('rows of a layer', () => {
  it('are on the sides of a box on which they are one by one, with their errors', () => {
    const seen = { with: 0, without: 0 };
    holds(
      fc.property(boxSituation, ({ rows, ends, denominator, spare, error }) => {
        const inputs = ends.length;
        const slots = slotsFor(rows.length, layerSlotBits(LENGTH));
        const box = shortBox(ends, denominator, spare);
        const negated = rows.map((row) => row.map((a) => -a));
        const where = (list: readonly (readonly bigint[])[]) =>
          list.flatMap((row, k) => (leastOver(row, box) >= error * box.extent ? [k] : []));
        const kept = packedRows(rows, slots, inputs, error);
        const sides = kept.sidesOver(box);
        expect(members(sides.notNegative, slots)).toEqual(where(rows));
        expect(members(sides.notPositive, slots)).toEqual(where(negated));
        expect(rows.map((_, k) => kept.row(k))).toEqual(rows);
        seen[where(rows).length > 0 ? 'with' : 'without']++;
      }),
      { seed: SEED, runs: 300 },
    );
    expect(Math.min(seen.with, seen.without)).toBeGreaterThan(trials(30));
  });

  it('are told from the next integers', () => {
    const numbers = (size: number, count: number) =>
      fc.array(fc.integer({ min: -size, max: size }).map(BigInt), { minLength: count, maxLength: count });
    const list = fc.array(fc.tuple(numbers(2 ** 20, 2), fc.constantFrom(0n, 1n, -1n)), { minLength: 1, maxLength: 20 });
    holds(
      fc.property(list, numbers(1000, 2), numbers(1000, 2), (parts, a, b) => {
        const box = shortBox(
          [0, 1].map((i) => [a[i]!, b[i]!] as const),
          1n,
          0n,
        );
        const slots = slotsFor(parts.length, layerSlotBits(LENGTH));
        // The least value of a row, or of its opposite, is 0 or next to it.
        const rows = parts.map(([slope, off]) => [...slope, off - leastOver([...slope, 0n], box)]);
        const which = (test: (off: bigint) => boolean) => parts.flatMap(([, off], k) => (test(off) ? [k] : []));
        const negated = rows.map((row) => row.map((entry) => -entry));
        const sides = packedRows(rows, slots, 2, 0n).sidesOver(box);
        const opposite = packedRows(negated, slots, 2, 0n).sidesOver(box);
        expect(members(sides.notNegative, slots)).toEqual(which((off) => off >= 0n));
        expect(members(opposite.notPositive, slots)).toEqual(which((off) => off >= 0n));
      }),
      { seed: SEED, runs: 200 },
    );
  });

  it('may be as long as they and their box can be', () => {
    const slots = slotsFor(4, layerSlotBits(LENGTH));
    const end = 2n ** BigInt(BOX_BITS - 1) - 1n;
    const up = [LARGEST, LARGEST];
    const down = [-LARGEST, -LARGEST];
    for (const sign of [1n, -1n]) {
      const box: ShortBox = { lower: [sign * end], upper: [sign * end], denominator: 1n, extent: end + 1n };
      const kept = packedRows([up, down, up, down], slots, 1, LARGEST_ERROR);
      const [notNegative, notPositive] =
        sign > 0n
          ? [
              [0, 2],
              [1, 3],
            ]
          : [
              [1, 3],
              [0, 2],
            ];
      expect(members(kept.sidesOver(box).notNegative, slots)).toEqual(notNegative);
      expect(members(kept.sidesOver(box).notPositive, slots)).toEqual(notPositive);
    }
  });

  it('keep no side that the errors can take away', () => {
    // x = 3/4 and an error of 1 in both entries: the row 7 x - 5 is at least 1/4 - 7/4 there.
    const slots = slotsFor(2, layerSlotBits(LENGTH));
    const box: ShortBox = { lower: [3n], upper: [3n], denominator: 4n, extent: 7n };
    const sides = (row: bigint[], error: bigint) => packedRows([row, row], slots, 1, error).sidesOver(box);
    expect(members(sides([7n, -5n], 0n).notNegative, slots)).toEqual([0, 1]);
    expect(members(sides([7n, -5n], 1n).notNegative, slots)).toEqual([]);
    expect(members(sides([7n, -5n], 1n).notPositive, slots)).toEqual([]);
    // 4 x - 5/4 over 4: exactly the error.
    expect(members(sides([1n, 1n], 1n).notNegative, slots)).toEqual([0, 1]);
    expect(members(sides([1n, 0n], 1n).notNegative, slots)).toEqual([]);
  });
});

describe('rows of a path', () => {
  it('are told from the next integers', () => {
    const small = fc.integer({ min: -1000, max: 1000 }).map(BigInt);
    const offs = fc.array(fc.tuple(small, fc.constantFrom(1n, 1n, 1n, 1n, 1n, 1n, 0n, -1n)), { maxLength: 20 });
    holds(
      fc.property(offs, small, (parts, x) => {
        const path = new PathRows(1, pathSlotBits(LENGTH));
        for (const [slope, off] of parts) path.push([slope, off - slope * x], 0n);
        expect(path.arePositiveAt([x], 1n)).toBe(parts.every(([, off]) => off > 0n));
      }),
      { seed: SEED, runs: 300 },
    );
  });

  it('are positive at a point if they are one by one, with their errors, also after some were taken back', () => {
    const seen = { yes: 0, no: 0, long: 0 };
    holds(
      fc.property(pointSituation, fc.nat(5), ({ rows, point, denominator, errors }, kept) => {
        const path = new PathRows(point.length, pathSlotBits(LENGTH));
        const extent = point.reduce((sum, x) => sum + (x < 0n ? -x : x), denominator);
        const value = (row: readonly bigint[]) =>
          point.reduce((sum, x, i) => sum + row[i]! * x, row[point.length]! * denominator);
        // Paths that are positive at the point are rare otherwise; half of them get no row that may be zero there.
        const signed = rows.map((row, k) => ({
          row: value(row) < 0n ? row.map((a) => -a) : row,
          error: errors[k]!,
        }));
        const isPositive = ({ row, error }: (typeof signed)[number]) => value(row) > error * extent;
        const turned = kept % 2 === 0 ? signed.filter(isPositive) : signed;
        const first = turned.slice(0, kept);
        for (const { row, error } of [...first, ...turned]) path.push(row, error);
        path.shorten(first.length);
        for (const { row, error } of turned) path.push(row, error);
        expect(path.length).toBe(first.length + turned.length);
        const verdict = path.arePositiveAt(point, denominator);
        if (extent >> 64n !== 0n) {
          expect(verdict).toBe(false);
          seen.long++;
        } else {
          expect(verdict).toBe(turned.every(isPositive));
          seen[verdict ? 'yes' : 'no']++;
        }
      }),
      { seed: SEED, runs: 300 },
    );
    expect(Math.min(seen.yes, seen.no, seen.long)).toBeGreaterThan(trials(3) - 2);
  });
});
