/**
 * The rows of a layer in the making where few neurons feed each of them: convolutions, pooling, lattices.
 *
 * They are summed up in one place, entry after entry of the columns that are stored, and what a node of the split tree has
 * overwritten is put back when it is left. So a node costs what its neurons feed and not the width of the layer. Every row is the
 * same sequence of rounded operations as in `arithmetic.ts`, without the products by 0, which change no finite sum.
 */
import type { LayerArithmetic, LayerData, RowShape } from './arithmetic.js';

/** The rows of a layer that grow in their place. */
export interface PlacedSums {
  /** The rows become the biases; there is nothing to undo. */
  begin(): void;
  /**
   * Adds the contributions of neurons of the layer below, those of the list from `from` to `to`.
   *
   * @param keep whether `recede` is to restore what was there; not where another beginning follows
   */
  add(list: Int32Array, from: number, to: number, keep: boolean): void;
  /** Back to before the last `add`, where that was to be kept. */
  recede(): void;
}

/** Where the entries of the weights lie: `WeightColumns` without the dense case. */
export interface SparseColumns {
  readonly starts: Int32Array;
  readonly rows: Int32Array;
}

/** Entries of a row with two variables. */
const PLANAR = 4;

export class ScatteredSums implements PlacedSums {
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

  add(list: Int32Array, from: number, to: number, keep: boolean): void {
    const { below, layer, columns } = this;
    this.stamp++;
    this.marks.push(this.end);
    for (let i = from; i < to; i++) {
      const neuron = list[i]!;
      const side = below.sides[neuron]!;
      const weights = side > 0 ? layer.plus : side < 0 ? layer.minus : null;
      if (weights === null) continue;
      const begin = columns.starts[neuron]!;
      const end = columns.starts[neuron + 1]!;
      if (keep) this.save(begin, end);
      const slack = below.error[neuron]! + layer.unit * below.mass[neuron]!;
      if (this.shape.stride === PLANAR) this.addPlanar(weights, begin, end, neuron * PLANAR, slack);
      else this.addAny(weights, begin, end, neuron * this.shape.stride, slack);
    }
  }

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

/** The same where every neuron feeds every row: all rows are put aside. */
export class DenseSums implements PlacedSums {
  private saved: Float64Array;
  /** How many times they were, and for each sum whether they were. */
  private count = 0;
  private readonly kept: boolean[] = [];

  constructor(
    private readonly arithmetic: LayerArithmetic,
    private readonly below: LayerData,
    private readonly layer: LayerData,
    private readonly initial: Float64Array,
    /** Where the arithmetic can read which neurons contribute. */
    private readonly settled: Int32Array,
  ) {
    this.saved = new Float64Array(0);
  }

  begin(): void {
    this.layer.rows.set(this.initial);
    this.count = 0;
    this.kept.length = 0;
  }

  add(list: Int32Array, from: number, to: number, keep: boolean): void {
    const { below, layer, settled } = this;
    let count = 0;
    for (let i = from; i < to; i++) {
      const side = below.sides[list[i]!]!;
      if (side > 0 || (side < 0 && layer.minus !== null)) settled[count++] = list[i]!;
    }
    this.kept.push(keep && count > 0);
    if (count === 0) return;
    if (keep) this.save();
    this.arithmetic.accumulate(below, layer, settled, count, layer.rows, layer.rows);
  }

  private save() {
    const { rows } = this.layer;
    const end = (this.count + 1) * rows.length;
    if (end > this.saved.length) {
      const grown = new Float64Array(2 * end);
      grown.set(this.saved);
      this.saved = grown;
    }
    this.saved.set(rows, this.count++ * rows.length);
  }

  recede(): void {
    if (this.kept.pop() !== true) return;
    const { rows } = this.layer;
    const from = --this.count * rows.length;
    rows.set(this.saved.subarray(from, from + rows.length));
  }
}
