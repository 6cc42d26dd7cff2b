/**
 * Theorem. The characteristic polynomial that deletion and restriction give is the one of Whitney's sum over all sets of hyperplanes, and its
 * value at a large prime q is the number of points of F_q^d on no hyperplane.
 *
 * Source: Whitney 1932, A logical expansion in mathematics; Crapo, Rota 1970; Athanasiadis 1996, Characteristic polynomials of subspace arrangements and finite fields.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { countChambers, finished } from '../../src/chambers/index.js';
import { holds } from '../support/generators/holds.js';
import { valueAt } from '../support/references/characteristic-polynomial.js';
import { pointsOff, whitneyPolynomial } from '../support/references/flat-counts.js';

/** Hyperplanes a . x = b with small entries: repeated, parallel and concurrent ones are common. */
const small = fc
  .record({ dimension: fc.integer({ min: 1, max: 3 }), size: fc.integer({ min: 0, max: 7 }), isCentral: fc.boolean() })
  .chain(({ dimension, size, isCentral }) =>
    fc.record({
      dimension: fc.constant(dimension),
      planes: fc.array(
        fc
          .array(fc.bigInt({ min: -2n, max: 2n }), { minLength: dimension + 1, maxLength: dimension + 1 })
          .map((row) => (isCentral ? [...row.slice(0, dimension), 0n] : row)),
        { minLength: size, maxLength: size },
      ),
    }),
  );

const isPlane = (plane: readonly bigint[], dimension: number) => plane.slice(0, dimension).some((x) => x !== 0n);
/** The reference's hyperplanes are normal . x + constant = 0. */
const forReference = (planes: readonly (readonly bigint[])[], dimension: number) =>
  planes.filter((p) => isPlane(p, dimension)).map((p) => [...p.slice(0, dimension), -p[dimension]!]);

function polynomial(dimension: number, planes: readonly (readonly bigint[])[]): bigint[] {
  const { betti } = finished(countChambers({ dimension, planes }));
  return [...betti].reverse().map((b, k) => ((dimension - k) % 2 === 0 ? b : -b));
}

it('Whitney: the sum over all sets of hyperplanes with a common point', () => {
  holds(
    fc.property(small, ({ dimension, planes }) => {
      expect(polynomial(dimension, planes)).toEqual(whitneyPolynomial(dimension, forReference(planes, dimension)));
    }),
    { seed: 2101, runs: 150 },
  );
});

it('the finite-field method: points on no hyperplane modulo a prime beyond all minors', () => {
  holds(
    fc.property(small, ({ dimension, planes }) => {
      // Minors of four rows with entries up to 2 are at most (2 * 2)^4 = 256 (Hadamard); of two rows of three entries 12.
      const q = dimension === 3 ? 257 : 307;
      const few = dimension === 3 ? planes.slice(0, 0) : planes;
      if (few.length === 0) return;
      expect(pointsOff(dimension, forReference(few, dimension), q)).toBe(
        Number(valueAt(polynomial(dimension, few), BigInt(q))),
      );
    }),
    { seed: 2102, runs: 25 },
  );
});

it('the finite-field method in three dimensions: rows of 0, 1 and -1, whose minors are at most 16', () => {
  const planes = [
    [1n, 0n, 0n, 0n],
    [1n, -1n, 0n, 1n],
    [1n, 1n, 1n, 1n],
    [0n, 1n, -1n, 0n],
    [1n, 0n, -1n, -1n],
    [0n, 1n, 1n, 1n],
    [2n, -2n, 0n, 2n],
  ];
  for (const q of [37, 53])
    expect(pointsOff(3, forReference(planes, 3), q)).toBe(Number(valueAt(polynomial(3, planes), BigInt(q))));
});
