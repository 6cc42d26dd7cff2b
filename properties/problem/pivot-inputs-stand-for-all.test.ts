/**
 * Theorem. The inputs that stand for all are the first whose columns are independent: the pivots of an echelon form of the weights.
 * Where that gains nothing, or would take long, all inputs stand for themselves.
 *
 * Matrices are made with known pivots: rows in echelon form, mixed by an invertible matrix.
 *
 * Source: the columns of the pivots are a basis of the column space (Strang 2016, Introduction to Linear Algebra, section 3.4).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { affineFromDoubles } from '../../src/network/affine.js';
import { essentialInputs } from '../../src/problem/row-space.js';
import { randomNumbers } from '../../src/theory/random.js';
import { holds } from '../support/generators/holds.js';

/** A matrix in echelon form with the given pivots, times one with determinant 1; small integers, but for the pivots. */
function withPivots(pivots: readonly number[], inputs: number, seed: number, scale = 1): number[][] {
  const random = randomNumbers(seed);
  const small = () => Math.floor(7 * random()) - 3;
  const echelon = pivots.map((pivot) =>
    Array.from({ length: inputs }, (_, i) =>
      i < pivot ? 0 : i === pivot ? (random() < 0.5 ? -scale : scale) : small(),
    ),
  );
  const mixed: number[][] = [];
  echelon.forEach((row, r) => {
    const [before, factor] = [mixed.at(-1), r % 3 === 0 ? 0 : small()];
    mixed.push(row.map((x, i) => x + factor * (before?.[i] ?? 0)));
    // Kept small: the row below takes only the echelon's part on.
    if (before !== undefined && r % 3 === 2) mixed[r] = row.map((x, i) => x + factor * echelon[r - 1]![i]!);
  });
  return mixed.reverse();
}

const mapOf = (rows: readonly (readonly number[])[], inputs: number) =>
  affineFromDoubles(rows.length, inputs, rows.flat(), new Float64Array(rows.length));
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

/** `rank` numbers below `inputs`, ascending. */
function chosen(rank: number, inputs: number, seed: number): number[] {
  const random = randomNumbers(seed + 1);
  const left = upTo(inputs);
  while (left.length > rank) left.splice(Math.floor(left.length * random()), 1);
  return left;
}

describe('the inputs that stand for all', () => {
  it('are the pivots, of rows dealt out among maps, some of them zero and some dependent', () => {
    const shape = fc.record({
      inputs: fc.integer({ min: 9, max: 20 }),
      rank: fc.integer({ min: 1, max: 9 }),
      cut: fc.nat(9),
      repeated: fc.boolean(),
      seed: fc.integer({ min: 1, max: 10 ** 6 }),
    });
    holds(
      fc.property(shape, ({ inputs, rank, cut, repeated, seed }) => {
        const pivots = chosen(rank, inputs, seed);
        const rows = withPivots(pivots, inputs, seed);
        if (repeated) rows.push(rows[0]!.map((x, i) => x + 2 * rows.at(-1)![i]!));
        const zero = new Array<number>(inputs).fill(0);
        const maps = [mapOf(rows.slice(0, cut), inputs), mapOf([zero, ...rows.slice(cut), zero], inputs)];
        expect(essentialInputs(maps, inputs)).toEqual(pivots);
      }),
      { seed: 6101, runs: 100 },
    );
  });

  it('are the pivots of many independent rows, whatever rows of zeros are among them', () => {
    const pivots = chosen(70, 100, 5);
    const rows = withPivots(pivots, 100, 5);
    rows.splice(30, 0, new Array<number>(100).fill(0));
    expect(essentialInputs([mapOf(rows, 100)], 100)).toEqual(pivots);
  });

  it('are the pivots where these are large', () => {
    // 2^40 and the prime 2^26 - 5 have no common divisor.
    const pivots = [1, 4, 5, 11];
    expect(essentialInputs([mapOf(withPivots(pivots, 12, 9, 2 ** 40), 12)], 12)).toEqual(pivots);
  });

  it('are all where more than 64 rows depend on each other, and pivots where 64 do', () => {
    const pivots = chosen(5, 12, 3);
    const rows = withPivots(pivots, 12, 3);
    const repeated = (count: number) => Array.from({ length: count }, (_, k) => rows[k % rows.length]!);
    expect(essentialInputs([mapOf(repeated(64), 12)], 12)).toEqual(pivots);
    expect(essentialInputs([mapOf(repeated(65), 12)], 12)).toEqual(upTo(12));
  });

  it('are all where there are no more than eight', () => {
    expect(essentialInputs([mapOf(withPivots([2, 5], 8, 1), 8)], 8)).toEqual(upTo(8));
    expect(essentialInputs([mapOf(withPivots([2, 5], 9, 1), 9)], 9)).toEqual([2, 5]);
  });

  it('are one where nothing depends on any', () => {
    expect(essentialInputs([mapOf([new Array<number>(9).fill(0)], 9)], 9)).toEqual([0]);
  });
});
