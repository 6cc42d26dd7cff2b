/**
 * Theorem. Hyperplanes a_i . x + b_i = 0 with det (a_1 .. a_n) != 0 meet in one point, the solution of the system; the point that WebAssembly finds is this, its numerators and its
 * denominator without a common divisor, and what it writes of it are its coordinates in lowest terms. Where the determinant is 0 it finds none.
 *
 * Source: linear algebra. Of other implementations none is asked: the solution by elimination (`exact/linear-systems.ts`), lowest terms by Lehmer (`exact/rational.ts`).
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limbsOf } from '../../src/analysis/geometry/measure/limbs.js';
import { ExactPoints } from '../../src/analysis/geometry/measure/points.js';
import { content } from '../../src/exact/integers.js';
import { determinant, solve } from '../../src/exact/linear-systems.js';
import { rational } from '../../src/exact/rational.js';
import { jsonOfRational } from '../../src/formats/index.js';
import { holds } from '../support/generators/holds.js';

const points = ExactPoints.here()!;

/** Integers of very different lengths: short ones make coordinates that are integers, or have short divisors in common. */
const integer = fc
  .tuple(fc.constantFrom(1, 2, 3, 31, 32, 33, 64, 150, 400), fc.bigInt({ min: 0n, max: 2n ** 400n }), fc.boolean())
  .map(([bits, value, isNegative]) => (isNegative ? -1n : 1n) * (value % 2n ** BigInt(bits)));

const row = (n: number) => fc.array(integer, { minLength: n + 1, maxLength: n + 1 });
/** Rows of which one may be a multiple of another, and rows with the same divisor. */
const systems = fc
  .integer({ min: 1, max: 6 })
  .chain((n) => fc.tuple(fc.array(row(n), { minLength: n, maxLength: n }), integer, fc.boolean()))
  .map(([rows, factor, isSingular]) => {
    const [first] = rows as [bigint[], ...bigint[][]];
    const last = isSingular ? first.map((entry) => entry * factor) : rows.at(-1)!.map((entry) => entry * factor);
    return rows.length > 1 ? [...rows.slice(0, -1), last] : rows;
  });

test('hyperplanes meet where elimination says, in lowest terms, as it is written', () => {
  let [met, apart, written] = [0, 0, 0];
  holds(
    fc.property(systems, (rows) => {
      const n = rows.length;
      const matrix = rows.map((entries) => entries.slice(0, n));
      const point = points.meet(rows.map(limbsOf));
      if (determinant(matrix) === 0n) {
        expect(point).toBeUndefined();
        apart++;
        return;
      }
      const { numerators, denominator } = solve(
        matrix,
        rows.map((entries) => -entries[n]!),
      )!;
      const coordinates = numerators.map((numerator) => rational(numerator, denominator));
      expect(point!.numerators.map((numerator) => rational(numerator, point!.denominator))).toEqual(coordinates);
      expect(content([...point!.numerators, point!.denominator])).toBe(1n);
      expect(point!.denominator > 0n).toBe(true);
      met++;
      const text = points.text(point!);
      if (text === undefined) return;
      expect(JSON.parse(`[${text}]`)).toEqual(coordinates.map(jsonOfRational));
      expect(text).toBe(JSON.stringify(coordinates.map(jsonOfRational)).slice(1, -1));
      written++;
    }),
    { seed: 15_003, runs: 200 },
  );
  expect(Math.min(met, apart, written)).toBeGreaterThan(20);
});

test('coordinates that are doubles but not short integers are not written', () => {
  const at = (numerators: readonly bigint[], denominator: bigint) =>
    points.meet(
      numerators.map((numerator, i) =>
        limbsOf([...numerators.map((_, j) => (i === j ? denominator : 0n)), -numerator]),
      ),
    )!;
  expect(points.text(at([0n, -3n, 2n ** 31n - 1n], 1n))).toBe('0,-3,2147483647');
  expect(points.text(at([1n, -3n, 7n], 3n))).toBe('"1/3",-1,"7/3"');
  expect(points.text(at([1n, 2n], 4n))).toBeUndefined();
  expect(points.text(at([2n ** 31n, 1n], 1n))).toBeUndefined();
});

test('a copy for another thread is the same point, in integers', () => {
  const point = points.meet(
    [
      [2n, 0n, -1n],
      [0n, 3n, 5n],
    ].map(limbsOf),
  )!;
  expect(structuredClone(point)).toEqual({ numerators: [3n, -10n], denominator: 6n });
});

test('points stay what they are while others are made', () => {
  // Hyperplanes x_i = k / (i + 3): more points than fit into one of the arrays that they share.
  const made = Array.from(
    { length: 3000 },
    (_, k) =>
      points.meet(
        [0n, 1n, 2n].map((i) => limbsOf([0n, 1n, 2n].map((j) => (i === j ? i + 3n : 0n)).concat(-BigInt(k)))),
      )!,
  );
  for (const [k, { numerators, denominator }] of made.entries()) {
    const coordinates = numerators.map((numerator) => rational(numerator, denominator));
    expect(coordinates).toEqual([3n, 4n, 5n].map((divisor) => rational(BigInt(k), divisor)));
  }
});
