/**
 * Theorem. Rows are one hyperplane if and only if they are dependent: of each hyperplane the first row is kept, in order, and rows of zeros are none, also where rows have the
 * same residues modulo the prime that tells them apart, or none but 0.
 *
 * Source: all 2 x 2 minors of two dependent rows vanish.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distinctRows } from '../../src/chambers/rows.js';
import { holds } from '../support/generators/holds.js';

const PRIME = 2n ** 26n - 5n;
type Row = readonly bigint[];

const areDependent = (a: Row, b: Row) => a.every((x, i) => a.every((y, j) => x * b[j]! === y * b[i]!));

describe('of each hyperplane', () => {
  const entry = fc.oneof(
    fc.bigInt({ min: -2n, max: 2n }),
    fc.bigInt({ min: -2n, max: 2n }).map((x) => x * PRIME),
    fc.bigInt({ min: -1n, max: 1n }).map((x) => 1n + x * PRIME),
  );
  const row = fc
    .tuple(entry, entry, entry, fc.constantFrom(1n, -1n, 3n, PRIME, -2n * PRIME))
    .map(([a, b, c, factor]) => [a, b, c].map((x) => x * factor));

  it('the first row is kept', () => {
    holds(
      fc.property(fc.array(row, { minLength: 1, maxLength: 40, size: 'max' }), (rows) => {
        const expected: Row[] = [];
        for (const own of rows) {
          if (own.every((x) => x === 0n) || expected.some((other) => areDependent(own, other))) continue;
          expected.push(own);
        }
        expect(distinctRows(rows)).toEqual(expected);
      }),
      { seed: 2151, runs: 60 },
    );
  });
});
