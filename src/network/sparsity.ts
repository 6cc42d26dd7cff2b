/**
 * Where the stored entries of a matrix lie: row by row (compressed sparse rows), or everywhere.
 *
 * Convolutions, pooling and selections have few nonzero weights; whoever walks over the stored entries touches no others.
 */

/** The places of a matrix that are stored; the other entries are 0. */
export interface SparsityPattern {
  readonly outputs: number;
  readonly inputs: number;
  /** Row r has the entries starts[r] to starts[r + 1] - 1 of the stored ones; outputs + 1 numbers. */
  readonly starts: Int32Array;
  /** The column of every stored entry, ascending in each row; null if all entries are stored, row by row. */
  readonly columns: Int32Array | null;
}

/** Every entry is stored. */
export function densePattern(outputs: number, inputs: number): SparsityPattern {
  const starts = new Int32Array(outputs + 1);
  for (let r = 0; r <= outputs; r++) starts[r] = r * inputs;
  return { outputs, inputs, starts, columns: null };
}

/** Calls back with the column and the number of every stored entry of row r, in ascending order. */
export function forEachInRow(
  { starts, columns }: SparsityPattern,
  r: number,
  visit: (column: number, entry: number) => void,
): void {
  const begin = starts[r]!;
  const end = starts[r + 1]!;
  if (columns === null) for (let e = begin; e < end; e++) visit(e - begin, e);
  else for (let e = begin; e < end; e++) visit(columns[e]!, e);
}

/** Calls back with the row, the column and the number of every stored entry, row by row. */
export function forEachEntry(
  pattern: SparsityPattern,
  visit: (row: number, column: number, entry: number) => void,
): void {
  for (let r = 0; r < pattern.outputs; r++) forEachInRow(pattern, r, (column, entry) => visit(r, column, entry));
}

/** A matrix by what is stored of it. */
export interface Stored<V> {
  readonly pattern: SparsityPattern;
  /** One per stored entry. */
  readonly values: V;
}

/** All entries of a matrix, row-major. Cost: none if all are stored. */
export function allEntries<T, V extends { [entry: number]: T }>(
  { pattern, values }: Stored<V>,
  zeros: (size: number) => V,
): V {
  if (pattern.columns === null) return values;
  const all = zeros(pattern.outputs * pattern.inputs);
  forEachEntry(pattern, (r, c, e) => {
    all[r * pattern.inputs + c] = values[e]!;
  });
  return all;
}
