/**
 * The inner loops of the relaxation: a seam, so that a search may bring faster ones. The checker uses these.
 *
 * All numbers are integers, or integers over a power of two, below 2^53: sums are exact in any order.
 */
export interface FormArithmetic {
  /** An array of zeros that the loops can work on. */
  doubles(length: number): Float64Array;
  integers(length: number): Int32Array;
  /**
   * target := weights times the rows `active` of the source.
   *
   * @param columns of source and target
   * @param weights `outputs` rows of `inputs`
   */
  product(
    target: Float64Array,
    source: Float64Array,
    columns: number,
    weights: Float64Array,
    outputs: number,
    inputs: number,
    active: Int32Array,
    count: number,
  ): void;
  /**
   * The same of weights that are known by their places: those of row k from starts[k] to starts[k + 1] in `weights` and `places`.
   *
   * @param isActive whether a row of the source is not 0
   */
  sparseProduct(
    target: Float64Array,
    source: Float64Array,
    columns: number,
    weights: Float64Array,
    outputs: number,
    starts: Int32Array,
    places: Int32Array,
    isActive: Uint8Array,
  ): void;
  /** target := weights times a vector. @param weights `outputs` rows of `inputs` */
  times(target: Float64Array, weights: Float64Array, vector: Float64Array, outputs: number, inputs: number): void;
  /** sums[k] := the sum of the magnitudes of row k. */
  rowMagnitudes(sums: Float64Array, values: Float64Array, rows: number, columns: number): void;
  /** values := floor(values factor + 1/2), the first `count` of them. */
  scale(values: Float64Array, count: number, factor: number): void;
  /** Rows of more columns: target := floor(source factor + 1/2) with a factor for every row, and zeros in the new columns. */
  bendRows(
    target: Float64Array,
    source: Float64Array,
    factors: Float64Array,
    rows: number,
    columns: number,
    wider: number,
  ): void;
}

/** The loops in plain TypeScript. */
export const PLAIN_FORMS: FormArithmetic = {
  doubles: (length) => new Float64Array(length),
  integers: (length) => new Int32Array(length),
  product(target, source, columns, weights, outputs, inputs, active, count) {
    target.fill(0, 0, outputs * columns);
    for (let k = 0; k < outputs; k++) addRows(target, k * columns, columns, source, weights, k * inputs, active, count);
  },
  sparseProduct(target, source, columns, weights, outputs, starts, places, isActive) {
    target.fill(0, 0, outputs * columns);
    for (let k = 0, at = 0; k < outputs; k++, at += columns) {
      for (let e = starts[k]!; e < starts[k + 1]!; e++) {
        if (isActive[places[e]!] === 0) continue;
        const w = weights[e]!;
        const s = places[e]! * columns;
        for (let i = 0; i < columns; i++) target[at + i]! += w * source[s + i]!;
      }
    }
  },
  times(target, weights, vector, outputs, inputs) {
    for (let k = 0, at = 0; k < outputs; k++, at += inputs) {
      let sum = 0;
      for (let j = 0; j < inputs; j++) sum += weights[at + j]! * vector[j]!;
      target[k] = sum;
    }
  },
  rowMagnitudes(sums, values, rows, columns) {
    for (let k = 0, at = 0; k < rows; k++) {
      let sum = 0;
      for (const end = at + columns; at < end; at++) sum += Math.abs(values[at]!);
      sums[k] = sum;
    }
  },
  scale(values, count, factor) {
    for (let i = 0; i < count; i++) values[i] = Math.floor(values[i]! * factor + 0.5);
  },
  bendRows(target, source, factors, rows, columns, wider) {
    target.fill(0, 0, rows * wider);
    for (let k = 0; k < rows; k++) {
      const factor = factors[k]!;
      if (factor === 0) continue;
      const from = k * columns;
      const to = k * wider;
      if (factor === 1) for (let i = 0; i < columns; i++) target[to + i] = source[from + i]!;
      else for (let i = 0; i < columns; i++) target[to + i] = Math.floor(source[from + i]! * factor + 0.5);
    }
  },
};

/** Adds to row `at` of the target the active rows of the source, with their weights; four at a time, which halves the time. */
function addRows(
  target: Float64Array,
  at: number,
  n: number,
  source: Float64Array,
  weights: Float64Array,
  row: number,
  active: Int32Array,
  count: number,
): void {
  let a = 0;
  for (; a + 4 <= count; a += 4) {
    const j = active[a]!;
    const k = active[a + 1]!;
    const l = active[a + 2]!;
    const m = active[a + 3]!;
    const wj = weights[row + j]!;
    const wk = weights[row + k]!;
    const wl = weights[row + l]!;
    const wm = weights[row + m]!;
    const sj = j * n;
    const sk = k * n;
    const sl = l * n;
    const sm = m * n;
    for (let i = 0; i < n; i++) {
      target[at + i]! += wj * source[sj + i]! + wk * source[sk + i]! + wl * source[sl + i]! + wm * source[sm + i]!;
    }
  }
  for (; a < count; a++) {
    const w = weights[row + active[a]!]!;
    const s = active[a]! * n;
    for (let i = 0; i < n; i++) target[at + i]! += w * source[s + i]!;
  }
}
