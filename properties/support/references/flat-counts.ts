/**
 * The characteristic polynomial of small arrangements by definitions that share nothing with deletion and restriction.
 *
 * Sources: Whitney 1932, A logical expansion in mathematics; Athanasiadis 1996, Characteristic polynomials of subspace arrangements and
 * finite fields. Hyperplanes are normal . x + constant = 0, as in `characteristic-polynomial.ts`.
 */
import type { Hyperplane, Polynomial } from './characteristic-polynomial.js';

/** Rank over the rationals by elimination with fractions cleared, and whether the last column depends on the others. */
function ranks(rows: readonly Hyperplane[]): { readonly normals: number; readonly whole: number } {
  const matrix = rows.map((row) => [...row]);
  const columns = matrix[0]?.length ?? 1;
  let top = 0;
  let normals = 0;
  for (let c = 0; c < columns; c++) {
    const found = matrix.findIndex((row, r) => r >= top && row[c] !== 0n);
    if (c === columns - 1) normals = top;
    if (found < 0) continue;
    [matrix[top], matrix[found]] = [matrix[found]!, matrix[top]!];
    for (let r = top + 1; r < matrix.length; r++) {
      const [p, q] = [matrix[top]![c]!, matrix[r]![c]!];
      if (q !== 0n) matrix[r] = matrix[r]!.map((entry, k) => p * entry - q * matrix[top]![k]!);
    }
    top++;
  }
  return { normals, whole: top };
}

/** Whitney's formula: chi(t) = sum over subsets B that have a common point of (-1)^|B| t^(d - rank B). At most about 14 hyperplanes. */
export function whitneyPolynomial(dimension: number, planes: readonly Hyperplane[]): Polynomial {
  const chi = new Array<bigint>(dimension + 1).fill(0n);
  for (let set = 0; set < 2 ** planes.length; set++) {
    const chosen = planes.filter((_, i) => (set >> i) & 1);
    const { normals, whole } = ranks(chosen);
    if (normals < whole) continue;
    chi[dimension - normals]! += chosen.length % 2 === 0 ? 1n : -1n;
  }
  return chi;
}

/** How many points of F_q^dimension lie on no hyperplane, by looking at all of them; chi(q) for large primes q. */
export function pointsOff(dimension: number, planes: readonly Hyperplane[], q: number): number {
  const rows = planes.map((plane) => plane.map((entry) => Number(((entry % BigInt(q)) + BigInt(q)) % BigInt(q))));
  const point = new Array<number>(dimension).fill(0);
  let off = 0;
  for (let k = 0; k < q ** dimension; k++) {
    let rest = k;
    for (let i = 0; i < dimension; i++) {
      point[i] = rest % q;
      rest = Math.floor(rest / q);
    }
    if (rows.every((row) => point.reduce((sum, x, i) => sum + x * row[i]!, row[dimension]!) % q !== 0)) off++;
  }
  return off;
}
