/**
 * Looking ahead: neurons of later layers are settled as soon as all that feeds them is.
 *
 * Where few neurons feed a row - convolutions, pooling, lattices - it is complete long before the layer before it is, on a cell that
 * is still to be cut. What a neuron's side is there, it is on all cells below; so it is asked once for all of them, and its
 * contributions to the next layer are added once. Nobody is told of it: this is for walks that want no evidence.
 */
import type { PartitionProblem } from '../problem/index.js';
import type { CellKernel } from './kernel.js';
import type { PlacedSums } from './layer/scattered.js';
import type { WalkSpace } from './space.js';
import { CUT, type SplitTreeSink } from './tree.js';

/** Whether rows of the layer can be complete before it is entered. */
function isScattered({ layers, depth }: PartitionProblem, layer: number): boolean {
  return layer > 0 && layer < depth && layers[layer]!.columns.rows !== null;
}

/** Whether a walk can look ahead, and it pays. */
export function looksAhead({ problem }: WalkSpace, kernel: CellKernel, sink: SplitTreeSink): boolean {
  if (kernel.turnTo === undefined || sink.wantsEvidence || sink.implied !== undefined || sink.bounded !== undefined) {
    return false;
  }
  return problem.layers.some((_, layer) => isScattered(problem, layer));
}

export class LookAhead {
  /** [layer][neuron]: 1 if the neuron is settled though its layer is not entered; null where that cannot be. */
  readonly early: readonly (Uint8Array | null)[];
  private readonly problem;
  /** [layer][neuron]: how many of the neurons that feed it are not settled. */
  private readonly pending: readonly Int32Array[];
  private readonly sums: readonly (PlacedSums | undefined)[];
  /** The neurons that the looks of the path have settled, layer by layer, look by look. */
  private readonly list: Int32Array;
  private top = 0;
  /** Of each look: for each layer its number and the beginning and end of its neurons, and how many layers there are. */
  private readonly noted: number[] = [];

  constructor(
    private readonly space: WalkSpace,
    private readonly kernel: CellKernel,
  ) {
    const { problem, rows, exact } = space;
    const { layers, depth } = problem;
    this.problem = problem;
    this.early = layers.map(({ width }, layer) => (isScattered(problem, layer) ? new Uint8Array(width) : null));
    this.sums = layers.map((_, layer) => (layer > 0 && layer < depth ? rows.placed(layer) : undefined));
    this.early.forEach((early, layer) => {
      exact.kept[layer] = early === null ? 0 : 1;
    });
    this.list = new Int32Array(layers.reduce((sum, { width }) => sum + width, 0));
    this.pending = layers.map(({ width, columns }, layer) => {
      const counts = new Int32Array(width);
      if (this.early[layer] === null) return counts;
      for (const neuron of columns.rows!) counts[neuron]!++;
      return counts;
    });
  }

  /** All rows become the biases. Those that nothing feeds are complete. */
  begin(): void {
    const { rows } = this.space;
    this.sums.forEach((sums, layer) => {
      sums?.begin();
      if (this.early[layer] === null) return;
      this.pending[layer]!.forEach((count, neuron) => {
        if (count === 0) rows.finish(layer, neuron);
      });
    });
  }

  /** All rows of the layer are complete. */
  enter(layer: number): void {
    const { rows } = this.space;
    if (this.early[layer] === null) rows.enter(layer, rows.rows[layer]!);
  }

  /** The first `count` neurons of `settled`, of this layer, are settled on the current cell: and what follows, until `undo`. */
  settle(layer: number, settled: Int32Array, count: number): void {
    const { noted, list, problem } = this;
    let begin = this.top;
    for (let i = 0; i < count; i++) list[this.top++] = settled[i]!;
    let last = layer;
    for (;;) {
      const end = this.top;
      noted.push(last, begin, end);
      if (begin === end || last + 1 === problem.depth) break;
      this.sums[last + 1]!.add(list, begin, end, true);
      if (this.early[last + 1] === null) break;
      last++;
      this.complete(last, begin, end);
      this.ask(last, end);
      begin = end;
    }
    if (last > layer) this.kernel.turnTo!(layer);
    noted.push(last - layer + 1);
  }

  /** Appends the neurons of the layer that need nothing but what the list has from `begin` to `end`. */
  private complete(layer: number, begin: number, end: number) {
    const { list } = this;
    const { starts, rows } = this.problem.layers[layer]!.columns;
    const pending = this.pending[layer]!;
    for (let i = begin; i < end; i++) {
      const last = starts[list[i]! + 1]!;
      for (let e = starts[list[i]!]!; e < last; e++) {
        const neuron = rows![e]!;
        if (--pending[neuron]! === 0) list[this.top++] = neuron;
      }
    }
  }

  /** Settles neurons of the layer, those at the end of the list from `begin` on, or takes them off: creases that cut the cell. */
  private ask(layer: number, begin: number) {
    const { list, kernel } = this;
    const { rows } = this.space;
    const { bends, settled } = this.problem.layers[layer]!;
    const sides = rows.sides[layer]!;
    const early = this.early[layer]!;
    const end = this.top;
    this.top = begin;
    if (begin < end) kernel.turnTo!(layer);
    for (let i = begin; i < end; i++) {
      const neuron = list[i]!;
      rows.finish(layer, neuron);
      const verdict = bends[neuron] === 0 ? ((settled?.[neuron] ?? 1) as 1 | -1) : kernel.side(neuron);
      if (verdict === CUT) continue;
      sides[neuron] = verdict;
      early[neuron] = 1;
      list[this.top++] = neuron;
    }
  }

  /** Undoes the last `settle`. */
  undo(): void {
    const { noted, list, problem } = this;
    for (let back = noted.pop()!; back > 0; back--) {
      const end = noted.pop()!;
      const begin = noted.pop()!;
      const layer = noted.pop()!;
      this.top = begin;
      if (begin < end && layer + 1 < problem.depth) {
        this.sums[layer + 1]!.recede();
        if (this.early[layer + 1] !== null) this.reopen(layer + 1, begin, end);
      }
      // The first one is the layer that was entered.
      if (back === 1) return;
      const early = this.early[layer]!;
      for (let i = begin; i < end; i++) early[list[i]!] = 0;
    }
  }

  /** The rows of the layer that what the list has from `begin` to `end` feeds are not complete. */
  private reopen(layer: number, begin: number, end: number) {
    const { list } = this;
    const { exact } = this.space;
    const { starts, rows } = this.problem.layers[layer]!.columns;
    const pending = this.pending[layer]!;
    for (let i = begin; i < end; i++) {
      const last = starts[list[i]! + 1]!;
      for (let e = starts[list[i]!]!; e < last; e++) {
        const neuron = rows![e]!;
        if (pending[neuron]!++ === 0) exact.drop(layer, neuron);
      }
    }
  }
}
