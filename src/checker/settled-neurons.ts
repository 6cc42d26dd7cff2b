/**
 * The neurons of a layer on the current path, in the order in which they were settled.
 */

/** What is known of a neuron that is on no side: nothing yet, or that its row is zero. */
export const OPEN = 0;
export const ZERO_ROW = 2;

export type SettledSide = 1 | -1 | typeof ZERO_ROW;

export class SettledNeurons {
  /** For every neuron its side, `OPEN` or `ZERO_ROW`. */
  readonly sides: Int8Array;
  /** The first `count`: those that are not open, in the order in which they were settled. */
  readonly order: Int32Array;
  count = 0;

  constructor(width: number) {
    this.sides = new Int8Array(width);
    this.order = new Int32Array(width);
  }

  get open(): number {
    return this.sides.length - this.count;
  }

  settle(neuron: number, side: SettledSide): void {
    this.sides[neuron] = side;
    this.order[this.count++] = neuron;
  }

  /** Keeps the first `count`. */
  shorten(count: number): void {
    while (this.count > count) this.sides[this.order[--this.count]!] = OPEN;
  }
}
