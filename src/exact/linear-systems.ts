/**
 * Determinant and solutions of integer matrices, by fraction-free elimination.
 */
import { echelon, type IntegerMatrix } from './elimination.js';
import { commonZeroByMinors, hasMinors } from './minors.js';

/** The determinant of a square integer matrix; 1 for the empty one. @throws RangeError if it is not square */
export function determinant(matrix: IntegerMatrix): bigint {
  const size = matrix.length;
  if (matrix.some((row) => row.length !== size)) throw new RangeError('determinant: expected a square matrix');
  const { pivots, lastPivot } = echelon(matrix, size, false);
  return pivots.length < size ? 0n : lastPivot;
}

/** x with `matrix x = right`, as numerators over one nonzero (possibly negative) denominator. */
export interface IntegerSolution {
  readonly numerators: readonly bigint[];
  readonly denominator: bigint;
}

/**
 * The unique solution of a square system, or undefined if the matrix is singular.
 *
 * The denominator is made positive.
 */
export function solve(matrix: IntegerMatrix, right: readonly bigint[]): IntegerSolution | undefined {
  const size = matrix.length;
  const { rows, pivots } = echelon(
    matrix.map((row, i) => [...row, right[i]!]),
    size,
    true,
  );
  if (pivots.length < size) return undefined;
  if (size === 0) return { numerators: [], denominator: 1n };
  // After Gauss-Jordan-Bareiss every diagonal entry equals the determinant up to the sign of the row exchanges.
  const diagonal = rows[size - 1]![size - 1]!;
  const sign = diagonal < 0n ? -1n : 1n;
  return { numerators: rows.map((row) => sign * row[size]!), denominator: sign * diagonal };
}

/**
 * Any solution of `matrix x = right` (free unknowns set to 0), or undefined if there is none. Small regular systems need no
 * division (`minors.ts`).
 */
export function solveAny(matrix: IntegerMatrix, right: readonly bigint[]): IntegerSolution | undefined {
  const columns = matrix[0]?.length ?? 0;
  if (matrix.length === columns && hasMinors(columns)) {
    const found = commonZeroByMinors(matrix.map((row, i) => [...row, -right[i]!]));
    if (found !== undefined) return { numerators: found.slice(0, columns), denominator: found[columns]! };
  }
  const { rows, pivots } = echelon(
    matrix.map((row, i) => [...row, right[i]!]),
    columns,
    true,
  );
  if (rows.some((row, r) => r >= pivots.length && row[columns] !== 0n)) return undefined;
  const numerators = new Array<bigint>(columns).fill(0n);
  if (pivots.length === 0) return { numerators, denominator: 1n };
  const diagonal = rows[0]![pivots[0]!]!;
  const sign = diagonal < 0n ? -1n : 1n;
  pivots.forEach((column, r) => {
    numerators[column] = sign * rows[r]![columns]!;
  });
  return { numerators, denominator: sign * diagonal };
}
