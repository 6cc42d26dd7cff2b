/**
 * Matrices in less memory: without their zeros where that is smaller, with all entries where they are few.
 */
import { densePattern, forEachEntry, forEachInRow, type SparsityPattern, type Stored } from './sparsity.js';

/** Whether `stored` entries with their columns take less memory than all entries, as doubles. */
function pays(stored: number, outputs: number, inputs: number): boolean {
  return 12 * stored + 4 * (outputs + 1) < 8 * outputs * inputs;
}

/**
 * The same matrix in less memory, if there is a way: without its zeros, or with all of its entries.
 *
 * @param pick makes a list of the values from the numbers of stored entries, -1 for a zero
 */
function restored<T, V extends ArrayLike<T>>(
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
