/**
 * Theorem. The checker's packed rows say of every row what the row says by itself: its entries, the sides on which it lies
 * throughout a box, and whether it is positive at a point; where numbers are too long for the slots they say nothing.
 *
 * The least and the greatest value of a row over a box are those at the corners that its signs choose, computed here entry
 * by entry.
 *
 * Source: src/partition/checker-rows.ts.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packed } from '../src/exact/packed.js';
import { type Slots, slotsFor } from '../src/exact/slots.js';
import {
  type ExactBox,
  layerSlotBits,
  PathRows,
  packedRows,
  pathSlotBits,
  SeparateRows,
  sumsOfColumns,
  sumsOfRows,
} from '../src/partition/checker-rows.js';
import { holds, trials } from './generators/holds.js';

const SEED = 93;
const LENGTH = 70;
const LARGEST = (1n << BigInt(LENGTH)) - 1n;

const entry = fc.oneof(fc.constantFrom(0n, 1n, -1n, LARGEST, -LARGEST), fc.bigInt({ min: -LARGEST, max: LARGEST }));

/** Numbers of at most so many bits. */
const numberOf = (bits: number) => fc.bigInt({ min: 1n - (1n << BigInt(bits)), max: (1n << BigInt(bits)) - 1n });
/** The same, for all coordinates of a box or point. */
const length = fc.constantFrom(1, 8, 20, 40, 44, 47, 62, 64, 120);

const rowsOf = (inputs: number) =>
  fc.array(fc.array(entry, { minLength: inputs + 1, maxLength: inputs + 1 }), { minLength: 1, maxLength: 20 });

function boxOf(ends: readonly (readonly [bigint, bigint])[], denominator: bigint): ExactBox {
  const sorted = ends.map((pair) => [...pair].sort((a, b) => (a < b ? -1 : 1)));
  return { lower: sorted.map(([a]) => a!), upper: sorted.map(([, b]) => b!), denominator };
}

const situation = fc.tuple(fc.integer({ min: 1, max: 4 }), length).chain(([inputs, bits]) =>
  fc.record({
    rows: rowsOf(inputs),
    ends: fc.array(fc.tuple(numberOf(bits), numberOf(bits)), { minLength: inputs, maxLength: inputs }),
    denominator: numberOf(bits).map((d) => (d > 0n ? d : 1n - d)),
  }),
);

function leastOver(row: readonly bigint[], { lower, upper, denominator }: ExactBox): bigint {
  return lower.reduce(
    (sum, lo, i) => sum + row[i]! * (row[i]! > 0n ? lo : upper[i]!),
    row[lower.length]! * denominator,
  );
}

/** The numbers of the rows in a set. */
const members = (set: bigint, { count, bits }: Slots) =>
  Array.from({ length: count }, (_, k) => k).filter((k) => ((set >> BigInt(bits * k + bits - 1)) & 1n) === 1n);

describe('rows of a layer', () => {
  it('are on the sides of a box on which they are one by one, if its numbers are short', () => {
    let short = 0;
    let long = 0;
    holds(
      fc.property(situation, ({ rows, ends, denominator }) => {
        const inputs = ends.length;
        const slots = slotsFor(rows.length, layerSlotBits(LENGTH));
        const box = boxOf(ends, denominator);
        const negated = rows.map((row) => row.map((a) => -a));
        const where = (list: readonly (readonly bigint[])[]) =>
          list.flatMap((row, k) => (leastOver(row, box) >= 0n ? [k] : []));
        const packedOnes = packedRows(rows, slots, inputs);
        const sides = packedOnes.sidesOver(box);
        if (sides === undefined) long++;
        else {
          short++;
          expect(members(sides.notNegative, slots)).toEqual(where(rows));
          expect(members(sides.notPositive, slots)).toEqual(where(negated));
        }
        const whole = rows.map((row) => packed(row, slots.bits));
        for (const form of [packedOnes, new SeparateRows(slots, whole, inputs)]) {
          expect(rows.map((_, k) => form.row(k))).toEqual(rows);
        }
      }),
      { seed: SEED, runs: 300 },
    );
    expect(Math.min(short, long)).toBeGreaterThan(trials(30));
  });

  it('are the sums of what was added, whichever way they are summed up', () => {
    holds(
      fc.property(
        fc.integer({ min: 1, max: 3 }).chain((inputs) => fc.tuple(fc.constant(inputs), rowsOf(inputs))),
        fc.array(fc.bigInt({ min: -9n, max: 9n }), { minLength: 20, maxLength: 20 }),
        ([inputs, added], factors) => {
          const width = 5;
          // |sums| <= 9 LARGEST + 20 * 9 LARGEST.
          const slots = slotsFor(width, layerSlotBits(LENGTH + 8));
          const bias = factors.slice(0, width).map((f) => f * LARGEST);
          const weightsOf = (j: number) => Array.from({ length: width }, (_, k) => factors[(j + k) % 20]!);
          const expected = bias.map((constant, k) =>
            added.reduce(
              (sum, row, j) => sum.map((x, i) => x + weightsOf(j)[k]! * row[i]!),
              [...new Array<bigint>(inputs).fill(0n), constant],
            ),
          );
          const addedSlots = slotsFor(added.length, layerSlotBits(LENGTH));
          const forms = [
            packedRows(added, addedSlots, inputs),
            new SeparateRows(
              slots,
              added.map((row) => packed(row, slots.bits)),
              inputs,
            ),
            new SeparateRows(
              addedSlots,
              added.map((row) => packed(row, addedSlots.bits)),
              inputs,
            ),
          ];
          for (const maker of [sumsOfColumns(slots, inputs, bias), sumsOfRows(slots, inputs, bias)]) {
            const contributions = added.map((_, j) => maker.contribution(weightsOf(j)));
            for (const form of forms) {
              const sums = maker.start();
              contributions.forEach((add, j) => {
                add(sums, form, j);
              });
              const rows = maker.rows(sums);
              expect(expected.map((_, k) => rows.row(k))).toEqual(expected);
            }
            // What was started from is still the same.
            const none = maker.rows(maker.start());
            expect(bias.map((_, k) => none.row(k)[inputs])).toEqual(bias);
          }
        },
      ),
      { seed: SEED, runs: 200 },
    );
  });
});

describe('rows of a path', () => {
  it('are positive at a point if they are one by one, also after some were taken back', () => {
    const seen = { yes: 0, no: 0, long: 0 };
    holds(
      fc.property(situation, fc.nat(5), ({ rows, ends, denominator }, kept) => {
        const path = new PathRows(ends.length, pathSlotBits(LENGTH));
        const point = ends.map(([a]) => a);
        const value = (row: readonly bigint[]) =>
          point.reduce((sum, x, i) => sum + row[i]! * x, row[point.length]! * denominator);
        // Paths that are positive at the point are rare otherwise; half of them get no row that is zero there.
        const upwards = rows.map((row) => (value(row) < 0n ? row.map((a) => -a) : row));
        const turned = kept % 2 === 0 ? upwards.filter((row) => value(row) > 0n) : upwards;
        const first = turned.slice(0, kept);
        for (const row of [...first, ...turned]) path.push(row);
        path.shorten(first.length);
        for (const row of turned) path.push(row);
        expect(path.length).toBe(first.length + turned.length);
        const verdict = path.arePositiveAt(point, denominator);
        if (verdict === undefined) seen.long++;
        else {
          expect(verdict).toBe(turned.every((row) => value(row) > 0n));
          seen[verdict ? 'yes' : 'no']++;
        }
      }),
      { seed: SEED, runs: 300 },
    );
    expect(Math.min(seen.yes, seen.no, seen.long)).toBeGreaterThan(trials(3) - 2);
  });
});
