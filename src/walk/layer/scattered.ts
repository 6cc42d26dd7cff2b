/**
 * The rows of a layer in the making where few neurons feed each of them: convolutions, pooling, lattices.
 *
 * They are summed up in one place, entry after entry of the columns that are stored, and what a node of the split tree has
 * overwritten is put back when it is left. So a node costs what its neurons feed and not the width of the layer. Every row is the
 * same sequence of rounded operations as in `arithmetic.ts`, without the products by 0, which change no finite sum.
 */
import type { LayerData, RowShape } from './arithmetic.js';

/** Where the entries of the weights lie: `WeightColumns` without the dense case. */
export interface SparseColumns {
  readonly starts: Int32Array;
  readonly rows: Int32Array;
}

/** Entries of a row with two variables. */
const PLANAR = 4;

export class ScatteredSums {
  /** The number of sums begun when the row was last put aside. */
  private readonly stamps: Int32Array;
  private stamp = 0;
  /** The rows put aside, and their numbers. */
  private saved: Float64Array;
  private savedRow = new Int32Array(16);
  private end = 0;
  /** Where the rows that each sum has overwritten begin. */
  private readonly marks: number[] = [];

  constructor(
    private readonly shape: RowShape,
    private readonly below: LayerData,
    private readonly layer: LayerData,
    private readonly columns: SparseColumns,
    private readonly initial: Float64Array,
  ) {
    this.stamps = new Int32Array(layer.width);
    this.saved = new Float64Array(16 * shape.stride);
  }

  /** The rows become the biases. */
  begin(): void {
    this.layer.rows.set(this.initial);
    this.marks.length = 0;
    this.end = 0;
    // After 2^30 sums the stamps begin anew.
    if (this.stamp > 2 ** 30) {
      this.stamp = 0;
      this.stamps.fill(0);
    }
  }

  /** Adds the contributions of `count` settled neurons of the layer below. The first sum needs no undoing: another one begins. */
  add(settled: Int32Array, count: number): void {
    const { below, layer, columns } = this;
    this.stamp++;
    const isFirst = this.marks.push(this.end) === 1;
    for (let i = 0; i < count; i++) {
      const neuron = settled[i]!;
      const side = below.sides[neuron]!;
      const weights = side > 0 ? layer.plus : side < 0 ? layer.minus : null;
      if (weights === null) continue;
      const begin = columns.starts[neuron]!;
      const end = columns.starts[neuron + 1]!;
      if (!isFirst) this.save(begin, end);
      const slack = below.error[neuron]! + layer.unit * below.mass[neuron]!;
      if (this.shape.stride === PLANAR) this.addPlanar(weights, begin, end, neuron * PLANAR, slack);
      else this.addAny(weights, begin, end, neuron * this.shape.stride, slack);
    }
  }

  /** Back to before the last `add`. */
  recede(): void {
    const { layer, saved, savedRow } = this;
    const { stride } = this.shape;
    const mark = this.marks.pop()!;
    for (let s = this.end - 1; s >= mark; s--) {
      const to = savedRow[s]! * stride;
      const from = s * stride;
      for (let i = 0; i < stride; i++) layer.rows[to + i] = saved[from + i]!;
    }
    this.end = mark;
  }

  /** Puts the rows of these entries aside, once per sum. */
  private save(begin: number, end: number) {
    const { stamps, stamp, layer } = this;
    const { rows } = this.columns;
    const { stride } = this.shape;
    this.reserve(this.end + end - begin);
    const { saved, savedRow } = this;
    for (let e = begin; e < end; e++) {
      const k = rows[e]!;
      if (stamps[k] === stamp) continue;
      stamps[k] = stamp;
      const from = k * stride;
      const to = this.end * stride;
      for (let i = 0; i < stride; i++) saved[to + i] = layer.rows[from + i]!;
      savedRow[this.end++] = k;
    }
  }

  private reserve(count: number) {
    if (count <= this.savedRow.length) return;
    const savedRow = new Int32Array(2 * count);
    savedRow.set(this.savedRow.subarray(0, this.end));
    this.savedRow = savedRow;
    const saved = new Float64Array(2 * count * this.shape.stride);
    saved.set(this.saved.subarray(0, this.end * this.shape.stride));
    this.saved = saved;
  }

  private addPlanar(weights: Float64Array, begin: number, end: number, from: number, slack: number) {
    const { rows } = this.columns;
    const sums = this.layer.rows;
    const a = this.below.rows[from]!;
    const b = this.below.rows[from + 1]!;
    const c = this.below.rows[from + 2]!;
    for (let e = begin; e < end; e++) {
      const weight = weights[e]!;
      const at = rows[e]! * PLANAR;
      sums[at] = sums[at]! + weight * a;
      sums[at + 1] = sums[at + 1]! + weight * b;
      sums[at + 2] = sums[at + 2]! + weight * c;
      sums[at + 3] = sums[at + 3]! + Math.abs(weight) * slack;
    }
  }

  private addAny(weights: Float64Array, begin: number, end: number, from: number, slack: number) {
    const { rows } = this.columns;
    const { stride, variables } = this.shape;
    const sums = this.layer.rows;
    const source = this.below.rows;
    const bound = variables + 1;
    for (let e = begin; e < end; e++) {
      const weight = weights[e]!;
      const at = rows[e]! * stride;
      for (let i = 0; i < bound; i++) sums[at + i] = sums[at + i]! + weight * source[from + i]!;
      sums[at + bound] = sums[at + bound]! + Math.abs(weight) * slack;
    }
  }
}
