/**
 * The splits above a node and the rows of its layers in doubles, and what they certainly prove (Lemma 3 of `double-rows.ts`).
 */
import { nearestDoubles } from '../certificate/index.js';
import { nearestDouble, SLACK, UNIT_ROUNDOFF } from '../exact/index.js';
import type { DoubleBox } from './domain.js';
import { combinationUnit, type DoubleNetwork } from './double-rows.js';
import type { Multipliers, Split, Target } from './evidence.js';
import { LayerRows } from './layer-rows.js';
import type { SettledNeurons } from './settled-neurons.js';

/** The signed rows of the conditions and splits on a path, in doubles. They are put there when they are asked for. */
class SplitRows {
  /** How many are there. */
  private count = 0;
  /** n + 1 entries each, the constant last; E and M. */
  entries: Float64Array;
  error = new Float64Array(64);
  mass = new Float64Array(64);

  constructor(
    readonly network: DoubleNetwork,
    private readonly given: readonly (readonly bigint[])[],
    private readonly rows: readonly LayerRows[],
  ) {
    this.entries = new Float64Array(64 * (network.inputs + 1));
  }

  shorten(length: number): void {
    this.count = Math.min(this.count, length);
  }

  /** Completes them. */
  complete(above: readonly Split[]): void {
    for (; this.count < above.length; this.count++) {
      if (this.count === this.error.length) this.grow();
      const { layer, neuron, side } = above[this.count]!;
      if (layer < 0) this.putGiven(neuron);
      else this.put(this.rows[layer]!, neuron, side);
    }
  }

  private grow() {
    const doubled = (values: Float64Array) => {
      const longer = new Float64Array(2 * values.length);
      longer.set(values);
      return longer;
    };
    this.entries = doubled(this.entries);
    this.error = doubled(this.error);
    this.mass = doubled(this.mass);
  }

  private put(rows: LayerRows, neuron: number, side: 1 | -1) {
    rows.compute();
    const { count, entries, network } = this;
    const { inputs: n } = network;
    for (let i = 0; i <= n; i++) entries[count * (n + 1) + i] = side * rows.entries[i * rows.width + neuron]!;
    this.error[count] = rows.error[neuron]!;
    this.mass[count] = rows.mass[neuron]!;
  }

  /** An integer row: its nearest doubles are off by u M. */
  private putGiven(k: number) {
    const { count, entries, network } = this;
    const { inputs: n, magnitudes } = network;
    const row = this.given[k]!;
    let mass = 0;
    for (let i = 0; i <= n; i++) {
      const entry = nearestDouble(row[i]!, 1n);
      entries[count * (n + 1) + i] = entry;
      mass += Math.abs(entry) * (i < n ? magnitudes[i]! : 1);
    }
    this.mass[count] = mass;
    this.error[count] = 2 * UNIT_ROUNDOFF * mass * SLACK + network.tiny;
  }
}

export class DoublePath {
  private readonly rows: LayerRows[] = [];
  private readonly splits: SplitRows;
  /** The combination in the making. */
  private readonly rest: Float64Array;

  constructor(
    private readonly network: DoubleNetwork,
    given: readonly (readonly bigint[])[],
    neurons: readonly SettledNeurons[],
  ) {
    for (const [l, layer] of network.layers.entries()) {
      const below = l === 0 ? undefined : { rows: this.rows[l - 1]!, neurons: neurons[l - 1]! };
      this.rows.push(new LayerRows(network, layer, below));
    }
    this.splits = new SplitRows(network, given, this.rows);
    this.rest = new Float64Array(network.inputs + 1);
  }

  /** A layer begins. */
  enter(layer: number): void {
    if (layer > 0) this.rows[layer]!.forget();
    this.rows[layer + 1]?.shorten(0);
  }

  /** Keeps the sums of the next layer's rows for what is settled in this one. @returns for how many such places they are kept */
  mark(layer: number): number {
    const next = this.rows[layer + 1];
    next?.mark();
    return next?.marked ?? 0;
  }

  /** Keeps the first `length` splits, and so many marks in a layer. */
  shorten(length: number, layer: number, marked: number): void {
    this.splits.shorten(length);
    this.rows[layer + 1]?.shorten(marked);
  }

  /** Of a layer's neurons, settled after the first `begin`, those that do not certainly lie on their sides throughout a box. */
  withoutBounded(
    layer: number,
    { lower, upper }: DoubleBox,
    { order, sides, count }: SettledNeurons,
    begin: number,
  ): readonly number[] {
    const { inputs: n, unit, tiny } = this.network;
    const rows = this.rows[layer]!;
    rows.compute();
    const { entries, width, error, mass } = rows;
    const doubtful: number[] = [];
    for (let p = begin; p < count; p++) {
      const neuron = order[p]!;
      const side = sides[neuron]!;
      let at = neuron;
      let least = 0;
      for (let i = 0; i < n; i++, at += width) {
        const a = side * entries[at]!;
        least += a > 0 ? a * lower[i]! : a * upper[i]!;
      }
      least += side * entries[at]!;
      // As `bound` says; written out, this loop takes half the time.
      if (!(least >= (error[neuron]! + unit * mass[neuron]!) * SLACK + tiny)) doubtful.push(neuron);
    }
    return doubtful;
  }

  /** What a value may be off by. */
  private bound(error: number, mass: number, unit: number, multipliers: number): number {
    const { network } = this;
    return (error + unit * mass) * SLACK + network.tiny * (multipliers + 1);
  }

  /** Lemma 3. */
  isProved(
    layer: number,
    above: readonly Split[],
    { lower, upper }: DoubleBox,
    target: Target,
    side: 1 | -1,
    by: Multipliers,
  ): boolean {
    const { rest, splits } = this;
    const { inputs: n, magnitudes } = this.network;
    const count = by.splits.length;
    const multipliers = nearestDoubles(by.multipliers);
    if (multipliers === undefined) return false;
    let error = 0;
    let mass = 0;
    if ('neuron' in target) {
      const rows = this.rows[layer]!;
      rows.compute();
      for (let i = 0; i <= n; i++) rest[i] = side * rows.entries[i * rows.width + target.neuron]!;
      error = rows.error[target.neuron]!;
      mass = rows.mass[target.neuron]!;
    } else {
      const value = nearestDoubles(target.value)?.[0];
      if (value === undefined) return false;
      rest.fill(0);
      rest[target.input] = side;
      rest[n] = -side * value;
      mass = magnitudes[target.input]! + Math.abs(value);
    }
    if (count > 0) splits.complete(above);
    for (let s = 0; s < count; s++) {
      const split = by.splits[s]!;
      const m = multipliers[s]!;
      for (let i = 0, at = split * (n + 1); i <= n; i++, at++) rest[i]! -= m * splits.entries[at]!;
      error += m * splits.error[split]!;
      mass += m * splits.mass[split]!;
    }
    let least = rest[n]!;
    for (let i = 0; i < n; i++) least += Math.min(rest[i]! * lower[i]!, rest[i]! * upper[i]!);
    return least >= this.bound(error, mass, combinationUnit(count, n), count);
  }

  /** Whether a point certainly lies strictly on the side of condition or split s. */
  isPositive(above: readonly Split[], s: number, point: ArrayLike<number>): boolean {
    this.splits.complete(above);
    return this.isPositiveAt(s, point);
  }

  /** The same of all conditions and splits. */
  arePositive(above: readonly Split[], point: ArrayLike<number>): boolean {
    this.splits.complete(above);
    for (let s = 0; s < above.length; s++) if (!this.isPositiveAt(s, point)) return false;
    return true;
  }

  private isPositiveAt(s: number, point: ArrayLike<number>): boolean {
    const { entries, error, mass } = this.splits;
    const { inputs: n, unit } = this.network;
    let at = s * (n + 1);
    let value = 0;
    for (let i = 0; i < n; i++, at++) value += entries[at]! * point[i]!;
    value += entries[at]!;
    return value > this.bound(error[s]!, mass[s]!, unit, 0);
  }
}
