/**
 * Theorem. Fraction-free elimination gives the rank, the determinant and the solutions of an integer matrix.
 *
 * The determinant is judged by Leibniz's formula, the rank by minors, and solutions by substitution.
 *
 * Source: Bareiss 1968, Multistep integer-preserving Gaussian elimination; Leibniz (determinants).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IntegerMatrix } from '../../src/exact/elimination.js';
import { dotIntegers } from '../../src/exact/integers.js';
import { determinant, solve, solveAny } from '../../src/exact/linear-systems.js';
import { commonZeroByMinors } from '../../src/exact/minors.js';
import { rank } from '../../src/exact/rank.js';
import { holds } from '../support/generators/holds.js';

const SEED = 3;
const entry = fc.oneof(fc.bigInt({ min: -2n, max: 2n }), fc.bigInt({ min: -(1n << 80n), max: 1n << 80n }));
const small = fc.bigInt({ min: -1n, max: 1n });

function matrix(rows: number, columns: number, of = entry): fc.Arbitrary<bigint[][]> {
  return fc.array(fc.array(of, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows });
}

const square = (of = entry) => fc.integer({ min: 0, max: 5 }).chain((n) => matrix(n, n, of));
const anyShape = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
  .chain(([r, c]) => matrix(r, c, small));

/** Leibniz's formula by expansion along the first row. */
function leibniz(m: IntegerMatrix): bigint {
  if (m.length === 0) return 1n;
  return m[0]!.reduce((sum, a, c) => {
    const minor = m.slice(1).map((row) => row.filter((_, k) => k !== c));
    return sum + (c % 2 === 0 ? a : -a) * leibniz(minor);
  }, 0n);
}

function subsets(size: number, of: number): number[][] {
  if (size === 0) return [[]];
  return Array.from({ length: of }, (_, i) => i).flatMap((i) => subsets(size - 1, i).map((rest) => [...rest, i]));
}

/** The size of the largest minor that is not 0. */
function rankByMinors(m: IntegerMatrix): number {
  const [rows, columns] = [m.length, m[0]?.length ?? 0];
  for (let size = Math.min(rows, columns); size > 0; size--) {
    for (const r of subsets(size, rows)) {
      for (const c of subsets(size, columns)) {
        if (leibniz(r.map((i) => c.map((k) => m[i]![k]!))) !== 0n) return size;
      }
    }
  }
  return 0;
}

/** matrix * numerators = right * denominator, with a positive denominator. */
function solves(m: IntegerMatrix, right: readonly bigint[], x: NonNullable<ReturnType<typeof solve>>): void {
  expect(x.denominator > 0n).toBe(true);
  m.forEach((row, i) => {
    expect(dotIntegers(row, x.numerators)).toBe(right[i]! * x.denominator);
  });
}

describe('determinant and rank', () => {
  it('the determinant is the sum of Leibniz', () => {
    holds(
      fc.property(fc.oneof(square(), square(small)), (m) => {
        expect(determinant(m)).toBe(leibniz(m));
      }),
      { seed: SEED, runs: 300 },
    );
  });

  it('the rank is the size of the largest nonzero minor', () => {
    holds(
      fc.property(anyShape, (m) => {
        expect(rank(m)).toBe(rankByMinors(m));
      }),
      { seed: SEED, runs: 300 },
    );
  });

  it('a product of an m x k and a k x n matrix has rank at most k', () => {
    holds(
      fc.property(matrix(5, 2), matrix(2, 5), (a, b) => {
        const product = a.map((row) => b[0]!.map((_, c) => row.reduce((sum, x, k) => sum + x * b[k]![c]!, 0n)));
        expect(rank(product)).toBeLessThanOrEqual(2);
        expect(determinant(product)).toBe(0n);
      }),
      { seed: SEED },
    );
  });

  it('a matrix that is not square has no determinant', () => {
    expect(() => determinant([[1n, 2n]])).toThrow(RangeError);
    expect(rank([])).toBe(0);
    expect(determinant([])).toBe(1n);
  });
});

describe('linear systems', () => {
  const systems = (of: fc.Arbitrary<bigint>) =>
    fc
      .integer({ min: 0, max: 5 })
      .chain((n) => fc.tuple(matrix(n, n, of), fc.array(entry, { minLength: n, maxLength: n })));

  it('solve solves exactly the systems with a nonzero determinant', () => {
    holds(
      fc.property(fc.oneof(systems(entry), systems(small)), ([m, right]) => {
        const x = solve(m, right);
        expect(x !== undefined).toBe(leibniz(m) !== 0n);
        if (x !== undefined) solves(m, right, x);
      }),
      { seed: SEED, runs: 300 },
    );
  });

  it('solveAny solves exactly the systems whose right side adds no rank', () => {
    const system = anyShape.chain((m) =>
      fc.tuple(fc.constant(m), fc.array(small, { minLength: m.length, maxLength: m.length })),
    );
    holds(
      fc.property(system, ([m, right]) => {
        const x = solveAny(m, right);
        const extended = m.map((row, i) => [...row, right[i]!]);
        expect(x !== undefined).toBe(rankByMinors(extended) === rankByMinors(m));
        if (x !== undefined) solves(m, right, x);
      }),
      { seed: SEED, runs: 300 },
    );
  });

  it('solveAny finds a solution wherever one is planted', () => {
    const planted = anyShape.chain((m) =>
      fc.tuple(fc.constant(m), fc.array(entry, { minLength: m[0]!.length, maxLength: m[0]!.length })),
    );
    holds(
      fc.property(planted, ([m, x]) => {
        const right = m.map((row) => dotIntegers(row, x));
        const found = solveAny(m, right);
        expect(found).toBeDefined();
        solves(m, right, found!);
      }),
      { seed: SEED },
    );
  });

  it('systems without equations, without unknowns and without content have the solutions they should', () => {
    expect(solve([], [])).toEqual({ numerators: [], denominator: 1n });
    expect(solveAny([], [])).toEqual({ numerators: [], denominator: 1n });
    expect(solveAny([[0n, 0n]], [0n])).toEqual({ numerators: [0n, 0n], denominator: 1n });
    expect(solveAny([[0n, 0n]], [3n])).toBeUndefined();
    expect(rank([])).toBe(0);
    expect(determinant([])).toBe(1n);
  });

  it('inputs are not changed', () => {
    const m = [
      [0n, 2n],
      [3n, 4n],
    ];
    const copy = m.map((row) => [...row]);
    solve(m, [1n, 1n]);
    solveAny(m, [1n, 1n]);
    determinant(m);
    expect(m).toEqual(copy);
  });
});

describe('systems by minors', () => {
  it('the common zero of n rows is the one that elimination finds, to the integer', () => {
    const system = fc.integer({ min: 2, max: 6 }).chain((n) => matrix(n, n + 1, fc.oneof(entry, small)));
    holds(
      fc.property(system, (rows) => {
        const n = rows.length;
        const found = commonZeroByMinors(rows);
        const expected = solve(
          rows.map((row) => row.slice(0, n)),
          rows.map((row) => -row[n]!),
        );
        expect(found).toEqual(expected && [...expected.numerators, expected.denominator]);
      }),
      { seed: SEED, runs: 500 },
    );
  });
});
