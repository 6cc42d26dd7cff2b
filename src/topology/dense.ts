/**
 * Ranks and Smith forms of small integer matrices, row by row: for those who verify, by another way than the sparse one.
 */
import { greatestCommonDivisor, magnitude } from '../exact/index.js';

/** rows x columns */
export type DenseMatrix = readonly (readonly bigint[])[];

/** The rank over GF(2). */
export function rankModulo2(matrix: DenseMatrix): number {
  const basis: bigint[] = [];
  for (const row of matrix) {
    let bits = row.reduce((sum, entry, c) => (entry % 2n === 0n ? sum : sum | (1n << BigInt(c))), 0n);
    for (const known of basis) if ((bits ^ known) < bits) bits ^= known;
    if (bits !== 0n) {
      basis.push(bits);
      basis.sort((a, b) => (a < b ? 1 : -1));
    }
  }
  return basis.length;
}

/**
 * Clears the first column below the first row by Euclid's algorithm on rows. A pivot that divides an entry stays where it is: rows change
 * places only for a smaller one, so that clearing rows and columns in turn ends.
 */
function clearColumn(rows: bigint[][]): void {
  for (let r = 1; r < rows.length; r++) {
    while (rows[r]![0] !== 0n) {
      const [top, other] = [rows[0]!, rows[r]!];
      if (top[0] === 0n) {
        [rows[0], rows[r]] = [other, top];
        continue;
      }
      const quotient = other[0]! / top[0]!;
      const rest = other.map((entry, c) => entry - quotient * top[c]!);
      [rows[0], rows[r]] = rest[0] === 0n ? [top, rest] : [rest, top];
    }
  }
}

const transposed = (rows: readonly (readonly bigint[])[]): bigint[][] =>
  (rows[0] ?? []).map((_, c) => rows.map((row) => row[c]!));

/**
 * The invariant factors of an integer matrix, positive, each dividing the next; their number is the rank over Q.
 *
 * Rows and columns are cleared in turn until the matrix is diagonal (Smith 1861). Cost: cubic, with growing entries.
 */
export function smithFactors(matrix: DenseMatrix): bigint[] {
  let rows = matrix.map((row) => [...row]);
  const diagonal: bigint[] = [];
  while (rows.length > 0 && rows[0]!.length > 0) {
    const column = rows[0]!.findIndex((_, c) => rows.some((row) => row[c] !== 0n));
    if (column < 0) break;
    rows = rows.map((row) => [row[column]!, ...row.slice(0, column), ...row.slice(column + 1)]);
    do {
      clearColumn(rows);
      rows = transposed(rows);
      clearColumn(rows);
      rows = transposed(rows);
    } while (rows.some((row, r) => r > 0 && row[0] !== 0n));
    const pivot = rows[0]![0]!;
    diagonal.push(magnitude(pivot));
    rows = rows.slice(1).map((row) => row.slice(1));
  }
  return chained(diagonal);
}

/** Diagonal entries as a chain of divisors: diag(a, b) ~ diag(gcd, lcm). */
function chained(diagonal: bigint[]): bigint[] {
  for (let i = 0; i < diagonal.length; i++) {
    for (let j = i + 1; j < diagonal.length; j++) {
      const common = greatestCommonDivisor(diagonal[i]!, diagonal[j]!);
      diagonal[j] = (diagonal[i]! / common) * diagonal[j]!;
      diagonal[i] = common;
    }
  }
  return diagonal;
}
