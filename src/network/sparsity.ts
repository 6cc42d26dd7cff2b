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

/** A list of numbers of one kind: doubles, integers, entries of files. */
type Values<T> = ArrayLike<T>;

/** Every entry is stored. */
export function densePattern(outputs: number, inputs: number): SparsityPattern {
  const starts = new Int32Array(outputs + 1);
  for (let r = 0; r <= outputs; r++) starts[r] = r * inputs;
  return { outputs, inputs, starts, columns: null };
}

/** Only the diagonal is stored. */
export function diagonalPattern(size: number): SparsityPattern {
  const starts = Int32Array.from({ length: size + 1 }, (_, i) => i);
  return { outputs: size, inputs: size, starts, columns: starts.slice(0, size) };
}

/** Whether `stored` entries with their columns take less memory than all entries, as doubles. */
function pays(stored: number, outputs: number, inputs: number): boolean {
  return 12 * stored + 4 * (outputs + 1) < 8 * outputs * inputs;
}

/** The columns of row r that are stored. */
export function columnsOf({ inputs, starts, columns }: SparsityPattern, r: number): ArrayLike<number> {
  return columns === null ? Array.from({ length: inputs }, (_, c) => c) : columns.subarray(starts[r]!, starts[r + 1]!);
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

/**
 * The same matrix in less memory, if there is a way: without its zeros, or with all of its entries.
 *
 * @param pick makes a list of the values from the numbers of stored entries, -1 for a zero
 */
function restored<T, V extends Values<T>>(
  { pattern, values }: Stored<V>,
  isZero: (value: T) => boolean,
  pick: (entries: Int32Array) => V,
): Stored<V> {
  const { outputs, inputs } = pattern;
  let kept = 0;
  for (let e = 0; e < values.length; e++) if (!isZero(values[e]!)) kept++;
  if (!pays(kept, outputs, inputs)) {
    if (pattern.columns === null) return { pattern, values };
    const places = new Int32Array(outputs * inputs).fill(-1);
    forEachEntry(pattern, (r, c, e) => {
      places[r * inputs + c] = e;
    });
    return { pattern: densePattern(outputs, inputs), values: pick(places) };
  }
  if (pattern.columns !== null && kept === values.length) return { pattern, values };
  const starts = new Int32Array(outputs + 1);
  const columns = new Int32Array(kept);
  const places = new Int32Array(kept);
  let next = 0;
  for (let r = 0; r < outputs; r++) {
    forEachInRow(pattern, r, (c, e) => {
      if (isZero(values[e]!)) return;
      columns[next] = c;
      places[next++] = e;
    });
    starts[r + 1] = next;
  }
  return { pattern: { outputs, inputs, starts, columns }, values: pick(places) };
}

/** The same doubles in less memory, if there is a way. */
export function compactDoubles(matrix: Stored<Float64Array>): Stored<Float64Array> {
  const { values } = matrix;
  const pick = (places: Int32Array) => Float64Array.from(places, (e) => (e < 0 ? 0 : values[e]!));
  return restored<number, Float64Array>(matrix, (value) => value === 0, pick);
}

/** The same numbers in less memory, if there is a way. */
export function compactList<T>(
  matrix: Stored<readonly T[]>,
  zero: T,
  isZero: (value: T) => boolean,
): Stored<readonly T[]> {
  const { values } = matrix;
  const pick = (places: Int32Array) => Array.from(places, (e) => (e < 0 ? zero : values[e]!));
  return restored<T, readonly T[]>(matrix, isZero, pick);
}

/** The same integers in less memory, if there is a way. */
export function compactIntegers(matrix: Stored<readonly bigint[]>): Stored<readonly bigint[]> {
  return compactList(matrix, 0n, (value) => value === 0n);
}

/** All entries of a matrix of doubles, row-major. Cost: none if all are stored. */
export function allDoubles({ pattern, values }: Stored<Float64Array>): Float64Array {
  if (pattern.columns === null) return values;
  const all = new Float64Array(pattern.outputs * pattern.inputs);
  forEachEntry(pattern, (r, c, e) => {
    all[r * pattern.inputs + c] = values[e]!;
  });
  return all;
}

/** All entries of a matrix of integers, row-major. Cost: none if all are stored. */
export function allIntegers({ pattern, values }: Stored<readonly bigint[]>): readonly bigint[] {
  if (pattern.columns === null) return values;
  const all = new Array<bigint>(pattern.outputs * pattern.inputs).fill(0n);
  forEachEntry(pattern, (r, c, e) => {
    all[r * pattern.inputs + c] = values[e]!;
  });
  return all;
}

/** The stored entries by columns: what the transposed matrix stores. */
export interface StoredColumns {
  /** Column c has the entries starts[c] to starts[c + 1] - 1 of `rows` and `entries`. */
  readonly starts: Int32Array;
  /** Ascending in each column. */
  readonly rows: Int32Array;
  /** Their numbers among the stored entries. */
  readonly entries: Int32Array;
}

/** The stored entries by columns. Cost: linear. */
export function byColumns(pattern: SparsityPattern): StoredColumns {
  const count = pattern.starts[pattern.outputs]!;
  const starts = new Int32Array(pattern.inputs + 1);
  forEachEntry(pattern, (_, c) => {
    starts[c + 1]!++;
  });
  for (let c = 0; c < pattern.inputs; c++) starts[c + 1]! += starts[c]!;
  const next = starts.slice();
  const rows = new Int32Array(count);
  const entries = new Int32Array(count);
  forEachEntry(pattern, (r, c, e) => {
    const place = next[c]!++;
    rows[place] = r;
    entries[place] = e;
  });
  return { starts, rows, entries };
}
