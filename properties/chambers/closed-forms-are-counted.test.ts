/**
 * Theorem. The characteristic polynomials that are counted from flats are those of the closed forms: braid, B, D, Shi, Catalan, Linial, semiorder
 * arrangements; the cells of resonance and threshold arrangements are those of the OEIS; chi(1) and chi(-1) count bounded cells and cells.
 *
 * Source: Stanley 2007, An introduction to hyperplane arrangements, lectures 1, 2 and 5; Postnikov, Stanley 2000, Deformations of Coxeter hyperplane arrangements; OEIS A034997,
 * A000609, A007889, A006531.
 */
import { describe, expect, it } from 'vitest';
import { type Arrangement, countChambers, finished } from '../../src/chambers/index.js';
import type { Polynomial } from '../support/references/characteristic-polynomial.js';

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/** x_i - s x_j = b for all pairs i < j (or i != j) and all b. */
function differences(n: number, constants: readonly number[], { both = false, sums = false } = {}): bigint[][] {
  return range(n).flatMap((i) =>
    range(n)
      .filter((j) => (both ? j !== i : j > i))
      .flatMap((j) =>
        (sums ? [1n, -1n] : [-1n]).flatMap((sign) =>
          constants.map((b) => [...range(n).map((k) => (k === i ? 1n : k === j ? sign : 0n)), BigInt(b)]),
        ),
      ),
  );
}

const units = (n: number) => range(n).map((i) => [...range(n).map((k) => (k === i ? 1n : 0n)), 0n]);

/** The product of t - r over the roots. */
function withRoots(roots: readonly number[]): bigint[] {
  let product = [1n];
  for (const r of roots)
    product = Array.from(
      { length: product.length + 1 },
      (_, k) => (product[k - 1] ?? 0n) - BigInt(r) * (product[k] ?? 0n),
    );
  return product;
}

function polynomialOf(arrangement: Arrangement): Polynomial {
  const { betti } = finished(countChambers(arrangement));
  return [...betti].reverse().map((b, k) => ((arrangement.dimension - k) % 2 === 0 ? b : -b));
}

const FORMS: readonly (readonly [string, number, bigint[][], bigint[]])[] = [3, 4, 5].flatMap((n) => [
  ['braid', n, differences(n, [0]), withRoots(range(n))] as const,
  ['B', n, [...units(n), ...differences(n, [0], { sums: true })], withRoots(range(n).map((i) => 2 * i + 1))] as const,
  ['D', n, differences(n, [0], { sums: true }), withRoots([...range(n - 1).map((i) => 2 * i + 1), n - 1])] as const,
  ['Shi', n, differences(n, [0, 1]), withRoots([0, ...range(n - 1).map(() => n)])] as const,
  ['Catalan', n, differences(n, [-1, 0, 1]), withRoots([0, ...range(n - 1).map((i) => n + 1 + i)])] as const,
]);

describe('characteristic polynomials', () => {
  it.each(FORMS)('%s, R^%i', (_, dimension, planes, chi) => {
    expect(polynomialOf({ dimension, planes })).toEqual(chi);
  });

  it.each([
    ['Linial', (n: number) => differences(n, [1]), [1, 2, 7, 36, 246, 2104]],
    ['semiorder', (n: number) => differences(n, [1], { both: true }), [1, 3, 19, 183, 2371]],
  ] as const)('%s arrangements have the cells of the OEIS', (_, planes, known) => {
    const counted = known.map((__, k) =>
      k === 0 ? 1 : Number(finished(countChambers({ dimension: k + 1, planes: planes(k + 1) })).cells),
    );
    expect(counted).toEqual(known);
  });

  it('resonance: A034997', () => {
    const cells = range(6).map((k) => {
      const n = k + 1;
      const planes = range(2 ** n - 1).map((code) => [...range(n).map((i) => BigInt(((code + 1) >> i) & 1)), 0n]);
      return Number(finished(countChambers({ dimension: n, planes })).cells);
    });
    expect(cells).toEqual([2, 6, 32, 370, 11292, 1066044]);
  });

  it('threshold: A000609', () => {
    const cells = range(7).map((k) => {
      const planes = range(2 ** k).map((code) => [1n, ...range(k).map((i) => BigInt((code >> i) & 1)), 0n]);
      return Number(finished(countChambers({ dimension: k + 1, planes })).cells);
    });
    expect(cells).toEqual([2, 4, 14, 104, 1882, 94572, 15028134]);
  });

  it('bounded cells of Shi arrangements in the space of differences: (n - 1)^(n - 1)', () => {
    for (const n of [3, 4, 5]) {
      // x_n = 0: every cell is one of R^(n - 1) times a line.
      const planes = differences(n, [0, 1]).map((plane) => [...plane.slice(0, n - 1), plane[n]!]);
      expect(finished(countChambers({ dimension: n - 1, planes })).bounded).toBe(BigInt(n - 1) ** BigInt(n - 1));
      expect(finished(countChambers({ dimension: n, planes: differences(n, [0, 1]) })).bounded).toBe(0n);
    }
  });
});
