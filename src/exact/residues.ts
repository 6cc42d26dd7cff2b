/**
 * Integers modulo a prime in doubles.
 */
import type { IntegerMatrix } from './elimination.js';

/** x modulo p, for integers 0 <= x < 2^53. @param inverse 1 / p, rounded */
export function residue(x: number, p: number, inverse: number): number {
  const r = x - Math.floor(x * inverse) * p;
  return r < 0 ? r + p : r >= p ? r - p : r;
}

/** The inverse of 0 < a < p. */
export function inverseOf(a: number, p: number): number {
  let [r, s, u, v] = [p, a, 0, 1];
  while (s !== 0) {
    const q = Math.floor(r / s);
    [r, s, u, v] = [s, r - q * s, v, u - q * v];
  }
  return u < 0 ? u + p : u;
}

/** The entries of rows modulo p, row-major. */
export function residues(rows: IntegerMatrix, p: number): Float64Array {
  const modulus = BigInt(p);
  const entries = rows.flatMap((row) => row.map((entry) => Number(((entry % modulus) + modulus) % modulus)));
  return Float64Array.from(entries);
}
