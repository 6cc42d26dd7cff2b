/**
 * The rows of a layer on the current path, in doubles (`double-rows.ts`), computed when they are asked for.
 *
 * The sums are kept for every split of the layer before, so that both subtrees go on from there.
 */
import { SLACK } from '../exact/index.js';
import type { DoubleLayer, DoubleNetwork } from './double-rows.js';
import type { SettledNeurons } from './settled-neurons.js';

/** The layer before: its rows, and its neurons on the path. */
interface Below {
  readonly rows: LayerRows;
  readonly neurons: SettledNeurons;
}

export class LayerRows {
  readonly width: number;
  /** Entry i of row k at `width` i + k, the constant last; then what adds up to the errors. */
  readonly entries: Float64Array;
  /** E and M of every row. */
  readonly error: Float64Array;
  readonly mass: Float64Array;
  private isKnown = false;
  /** How many neurons of the layer before were settled where sums are kept. */
  private readonly marks: number[] = [];
  /** The sums at the first `kept` marks, and the memory for them. */
  private readonly sums: Float64Array[] = [];
  private readonly memory: Float64Array[] = [];
  private kept = 0;
  /** Of neurons that contribute: their columns of weights, their numbers; and, by these, c u M + E. */
  private readonly columns: Int32Array;
  private readonly sources: Int32Array;
  private readonly slacks: Float64Array;

  /** @param below undefined for the first layer */
  constructor(
    private readonly network: DoubleNetwork,
    private readonly layer: DoubleLayer,
    private readonly below?: Below,
  ) {
    const { width, start } = layer;
    const before = below?.rows.width ?? 0;
    this.width = width;
    this.entries = start.slice();
    this.error = new Float64Array(width);
    this.mass = new Float64Array(width);
    this.columns = new Int32Array(before);
    this.sources = new Int32Array(before);
    this.slacks = new Float64Array(before);
  }

  /** What was known is of another path. */
  forget(): void {
    this.isKnown = false;
  }

  /** How many marks there are. */
  get marked(): number {
    return this.marks.length;
  }

  /** The sums are to be kept for the neurons that are settled so far. */
  mark(): void {
    this.marks.push(this.below!.neurons.count);
  }

  /** Keeps the first `marked` marks. The path is another one from there on. */
  shorten(marked: number): void {
    this.marks.length = marked;
    this.kept = Math.min(this.kept, marked);
    this.isKnown = false;
  }

  /** Makes the rows known. All neurons of the layer before are settled. */
  compute(): void {
    if (this.isKnown) return;
    this.isKnown = true;
    if (this.below !== undefined) {
      this.below.rows.compute();
      this.add(this.below);
    }
    this.finish();
  }

  private add(below: Below) {
    let sums = this.layer.start;
    let count = 0;
    if (this.kept > 0) {
      sums = this.sums[this.kept - 1]!;
      count = this.marks[this.kept - 1]!;
    }
    for (; this.kept < this.marks.length; this.kept++) {
      const mark = this.marks[this.kept]!;
      const into = (this.memory[this.kept] ??= new Float64Array(sums.length));
      if (this.added(below, into, sums, count, mark)) sums = into;
      this.sums[this.kept] = sums;
      count = mark;
    }
    if (!this.added(below, this.entries, sums, count, below.neurons.count)) this.entries.set(sums);
  }

  /** to := from and the contributions of the neurons that were settled from number `begin` to `end`; false if there are none. */
  private added(below: Below, to: Float64Array, from: Float64Array, begin: number, end: number): boolean {
    const { sides, order } = below.neurons;
    const { error, mass } = below.rows;
    const { starts, unit, places } = this.layer;
    let count = 0;
    for (let p = begin; p < end; p++) {
      const j = order[p]!;
      const side = sides[j]!;
      if (side !== 1 && side !== -1) continue;
      const column = side > 0 ? j + sides.length : j;
      if (starts[column] === starts[column + 1]) continue;
      this.columns[count] = column;
      this.sources[count] = j;
      this.slacks[j] = error[j]! + unit * mass[j]!;
      count++;
    }
    if (count === 0) return false;
    if (places === undefined) this.gather(below.rows, to, from, count);
    else this.scatter(below.rows, to, from, count, places);
    return true;
  }

  /** Of columns with few entries. */
  private scatter(
    { entries, width: before }: LayerRows,
    to: Float64Array,
    from: Float64Array,
    count: number,
    places: Int32Array,
  ) {
    const { layer, width, network } = this;
    const { weights, starts } = layer;
    const n = network.inputs;
    to.set(from);
    for (let a = 0; a < count; a++) {
      const column = this.columns[a]!;
      const j = this.sources[a]!;
      for (let e = starts[column]!; e < starts[column + 1]!; e++) {
        const weight = weights[e]!;
        const k = places[e]!;
        for (let i = 0; i <= n; i++) to[i * width + k]! += weight * entries[i * before + j]!;
        to[(n + 1) * width + k]! += Math.abs(weight) * this.slacks[j]!;
      }
    }
  }

  /** Of whole columns. */
  private gather({ entries, width: before }: LayerRows, to: Float64Array, from: Float64Array, count: number) {
    const { layer, width, slacks, network } = this;
    const n = network.inputs;
    for (let i = 0; i <= n; i++) this.addColumns(to, from, i * width, layer.weights, entries, i * before, count);
    this.addColumns(to, from, (n + 1) * width, layer.magnitudes, slacks, 0, count);
  }

  /** One column of sums, from place `at` on: columns of weights times values, four at a time, so that the sums pass through memory once then. */
  private addColumns(
    to: Float64Array,
    from: Float64Array,
    at: number,
    weights: Float64Array,
    values: Float64Array,
    row: number,
    count: number,
  ) {
    const { width, columns, sources } = this;
    const { starts } = this.layer;
    let sums = from;
    let a = 0;
    for (; a + 4 <= count; a += 4) {
      const p = starts[columns[a]!]!;
      const q = starts[columns[a + 1]!]!;
      const r = starts[columns[a + 2]!]!;
      const s = starts[columns[a + 3]!]!;
      const v = values[row + sources[a]!]!;
      const w = values[row + sources[a + 1]!]!;
      const x = values[row + sources[a + 2]!]!;
      const y = values[row + sources[a + 3]!]!;
      for (let k = 0; k < width; k++) {
        to[at + k] =
          sums[at + k]! + weights[p + k]! * v + weights[q + k]! * w + weights[r + k]! * x + weights[s + k]! * y;
      }
      sums = to;
    }
    for (; a < count; a++) {
      const p = starts[columns[a]!]!;
      const v = values[row + sources[a]!]!;
      for (let k = 0; k < width; k++) to[at + k] = sums[at + k]! + weights[p + k]! * v;
      sums = to;
    }
  }

  /** Errors and masses from complete sums. */
  private finish() {
    const { entries, error, mass, width, layer, network } = this;
    const { inputs: n, magnitudes } = network;
    for (let k = 0, at = n * width; k < width; k++, at++) {
      mass[k] = Math.abs(entries[at]!);
      error[k] = entries[at + width]! * SLACK + layer.tiny;
    }
    for (let i = 0; i < n; i++) {
      const most = magnitudes[i]!;
      for (let k = 0, at = i * width; k < width; k++, at++) mass[k]! += Math.abs(entries[at]!) * most;
    }
  }
}
