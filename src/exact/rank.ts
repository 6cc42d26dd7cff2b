/**
 * The rank of integer matrices, by fraction-free elimination.
 */
import { echelon, type IntegerMatrix } from './elimination.js';

/** The rank of an integer matrix. Cost: O(rows * columns * rank) exact operations. */
export function rank(matrix: IntegerMatrix): number {
  return echelon(matrix, matrix[0]?.length ?? 0, false).pivots.length;
}
