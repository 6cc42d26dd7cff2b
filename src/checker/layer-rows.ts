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
  /** Of neurons that contribute: their columns of weights, their numbers, and c u M + E. */
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
    const { isZero, unit, places } = this.layer;
    let count = 0;
    for (let p = begin; p < end; p++) {
      const j = order[p]!;
      const side = sides[j]!;
      if (side !== 1 && side !== -1) continue;
      const column = side > 0 ? j + sides.length : j;
      if (isZero[column] === 1) continue;
      this.columns[count] = column;
      this.sources[count] = j;
      this.slacks[count++] = error[j]! + unit * mass[j]!;
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
        to[(n + 1) * width + k]! += Math.abs(weight) * this.slacks[a]!;
      }
    }
  }

  /** Of whole columns: four at a time, so that the sums pass through memory once then. */
  private gather({ entries, width: before }: LayerRows, to: Float64Array, from: Float64Array, count: number) {
    const { layer, width, network, columns, sources, slacks } = this;
    const { weights, starts } = layer;
    const n = network.inputs;
    let sums = from;
    let a = 0;
    for (; a + 4 <= count; a += 4) {
      const p = starts[columns[a]!]!;
      const q = starts[columns[a + 1]!]!;
      const r = starts[columns[a + 2]!]!;
      const s = starts[columns[a + 3]!]!;
      const [jp, jq, jr, js] = [sources[a]!, sources[a + 1]!, sources[a + 2]!, sources[a + 3]!];
      // Two columns of sums at a time: the weights pass through memory half as often then.
      for (let i = 0; i < n; i += 2) {
        const row = i * before;
        const [vp, up] = [entries[row + jp]!, entries[row + before + jp]!];
        const [vq, uq] = [entries[row + jq]!, entries[row + before + jq]!];
        const [vr, ur] = [entries[row + jr]!, entries[row + before + jr]!];
        const [vs, us] = [entries[row + js]!, entries[row + before + js]!];
        for (let k = 0, at = i * width; k < width; k++, at++) {
          const wp = weights[p + k]!;
          const wq = weights[q + k]!;
          const wr = weights[r + k]!;
          const ws = weights[s + k]!;
          to[at] = sums[at]! + wp * vp + wq * vq + wr * vr + ws * vs;
          to[at + width] = sums[at + width]! + wp * up + wq * uq + wr * ur + ws * us;
        }
      }
      if (n % 2 === 0) {
        const row = n * before;
        const [vp, vq, vr, vs] = [entries[row + jp]!, entries[row + jq]!, entries[row + jr]!, entries[row + js]!];
        for (let k = 0, at = n * width; k < width; k++, at++) {
          to[at] =
            sums[at]! + weights[p + k]! * vp + weights[q + k]! * vq + weights[r + k]! * vr + weights[s + k]! * vs;
        }
      }
      const [ep, eq, er, es] = [slacks[a]!, slacks[a + 1]!, slacks[a + 2]!, slacks[a + 3]!];
      for (let k = 0, at = (n + 1) * width; k < width; k++, at++) {
        to[at] =
          sums[at]! +
          Math.abs(weights[p + k]!) * ep +
          Math.abs(weights[q + k]!) * eq +
          Math.abs(weights[r + k]!) * er +
          Math.abs(weights[s + k]!) * es;
      }
      sums = to;
    }
    for (; a < count; a++) {
      const p = starts[columns[a]!]!;
      for (let i = 0; i <= n; i++) {
        const value = entries[i * before + sources[a]!]!;
        for (let k = 0, at = i * width; k < width; k++, at++) to[at] = sums[at]! + weights[p + k]! * value;
      }
      const slack = slacks[a]!;
      for (let k = 0, at = (n + 1) * width; k < width; k++, at++)
        to[at] = sums[at]! + Math.abs(weights[p + k]!) * slack;
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
