/**
 * Fraction-free Gaussian elimination on integer matrices (Bareiss 1968): every intermediate entry is a minor of the
 * input, so that numbers stay as short as exactness allows and every division is exact.
 */

/** Rows of equal length. */
export type IntegerMatrix = readonly (readonly bigint[])[];

/** A matrix in echelon form. */
export interface Echelon {
  /** The eliminated rows; the first `pivots.length` carry the pivots. */
  readonly rows: bigint[][];
  /** The column of each pivot, increasing. */
  readonly pivots: readonly number[];
  /** The last pivot with the sign of the row exchanges: the determinant of a square matrix of full rank. */
  readonly lastPivot: bigint;
}

/** Eliminates below and, if `full`, above the pivots too. Only the first `columns` columns are searched for pivots. */
export function echelon(matrix: IntegerMatrix, columns: number, full: boolean): Echelon {
  const rows = matrix.map((row) => [...row]);
  const pivots: number[] = [];
  let previous = 1n;
  let sign = 1n;
  for (let column = 0; column < columns && pivots.length < rows.length; column++) {
    const top = pivots.length;
    const found = rows.findIndex((row, index) => index >= top && row[column] !== 0n);
    if (found < 0) continue;
    if (found !== top) {
      [rows[top], rows[found]] = [rows[found]!, rows[top]!];
      sign = -sign;
    }
    const pivotRow = rows[top]!;
    const pivot = pivotRow[column]!;
    for (let r = full ? 0 : top + 1; r < rows.length; r++) {
      if (r !== top) eliminateRow(rows[r]!, pivotRow, column, pivot, previous);
    }
    previous = pivot;
    pivots.push(column);
  }
  return { rows, pivots, lastPivot: sign * previous };
}

/** row := (pivot * row - row[column] * pivotRow) / previous, exactly divisible by Sylvester's identity. */
function eliminateRow(row: bigint[], pivotRow: readonly bigint[], column: number, pivot: bigint, previous: bigint) {
  const factor = row[column]!;
  for (let k = 0; k < row.length; k++) row[k] = (pivot * row[k]! - factor * pivotRow[k]!) / previous;
}

/**
 * The reduced echelon form of a matrix, scaled to integers: its rows that are not zero in the first `columns` columns, then
 * those that are zero there but not beyond.
 *
 * Every pivot is `diagonal`, which is positive; the other entries of its column are 0.
 */
export function reducedEchelon(
  matrix: IntegerMatrix,
  columns: number,
): { readonly rows: readonly (readonly bigint[])[]; readonly pivots: readonly number[]; readonly diagonal: bigint } {
  const { rows, pivots } = echelon(matrix, columns, true);
  const first = pivots.length === 0 ? 1n : rows[0]![pivots[0]!]!;
  const sign = first < 0n ? -1n : 1n;
  const kept = rows.filter((row, r) => r < pivots.length || row.some((entry) => entry !== 0n));
  return { rows: kept.map((row) => row.map((entry) => sign * entry)), pivots, diagonal: sign * first };
}
