/**
 * The depth-first walk that turns a kernel into a split tree.
 *
 * Layer by layer: at the start of a layer every neuron is asked once on the cell of the layers before; neurons that lie on
 * one side are settled for the whole subtree, and only those that cut the cell are asked again in its parts. The rows of
 * the next layer grow on the way down by rank-1 updates shared by the whole subtree. Memory is one path.
 */
import { exactRows } from './exact-rows.js';
import type { KernelFactory } from './kernel.js';
import type { PartitionProblem } from './problem.js';
import { cellRows } from './rows.js';
import {
  addDecisions,
  BOUND_EVIDENCE,
  CUT,
  type Decisions,
  noDecisions,
  type Side,
  type SplitTreeSink,
} from './tree.js';

export interface TraversalOptions {
  /**
   * Walk only the subtrees below these paths (sides taken at the splits from the root), given in tree order, silently down
   * to them. The common beginnings of the paths are walked once. Default: the whole tree, [''].
   */
  readonly paths?: readonly string[];
  /** Stop opening subtrees once this many cells were found; what is left goes to `sink.open`. */
  readonly budget?: number;
  /** Asked before every subtree: true stops as the budget does. At least one node is settled in any case. */
  readonly stop?: () => boolean;
}

export interface TraversalResult {
  readonly decisions: Decisions;
  /** Exact rows that had to be computed. */
  readonly exactRows: number;
}

/** Walks the split tree of a problem and reports it to the sink. */
export function traverse(
  problem: PartitionProblem,
  factory: KernelFactory,
  sink: SplitTreeSink,
  options: TraversalOptions = {},
): TraversalResult {
  const walk = new Walk(problem, factory, sink, options);
  walk.run();
  return { decisions: walk.counted, exactRows: walk.exact.computed };
}

class Walk {
  /** What the kernel decided, the way down to the subtrees included. */
  private readonly decisions = noDecisions();
  /** What was decided inside the subtrees asked for: the rest belongs to the walk that left them open. */
  readonly counted = noDecisions();
  readonly exact;
  private readonly rows;
  private readonly kernel;
  /** sums[depth]: the rows of the next layer in the making, one array per split on the path. */
  private readonly sums: Float64Array[] = [];
  private readonly taken: string[] = [];
  private readonly paths: readonly string[];
  /** Position in `paths` of the subtree to come, or, inside of one, of this one. */
  private next = 0;
  private inside = false;
  private stopped = false;
  private readonly largest: number;
  private left: number;

  constructor(
    private readonly problem: PartitionProblem,
    factory: KernelFactory,
    private readonly sink: SplitTreeSink,
    private readonly options: TraversalOptions,
  ) {
    this.rows = cellRows(problem);
    this.exact = exactRows(problem, this.rows.sides);
    this.paths = options.paths ?? [''];
    this.left = options.budget ?? Number.POSITIVE_INFINITY;
    this.largest = Math.max(0, ...problem.layers.slice(1).map((layer) => layer.width)) * this.rows.stride;
    this.kernel = factory({
      problem,
      rows: this.rows,
      exact: this.exact,
      decisions: this.decisions,
      wantsEvidence: sink.wantsEvidence,
    });
  }

  run() {
    this.kernel.reset();
    this.rows.enterFirst();
    const before = this.arrive();
    this.layer(0, 0);
    this.depart(before);
    for (const path of this.paths.slice(this.next)) this.sink.open(path);
  }

  /** At a subtree that was asked for: from now on everything is reported. Returns what was decided before, else null. */
  private arrive(): Decisions | null {
    if (this.inside || this.taken.length !== this.paths[this.next]?.length) return null;
    this.inside = true;
    return { ...this.decisions };
  }

  /** The subtree that was arrived at with this return value has been walked. */
  private depart(before: Decisions | null) {
    if (before === null) return;
    this.inside = false;
    this.next++;
    addDecisions(this.counted, this.decisions, before);
  }

  /** Whether the child on this side of the current node is to be walked, on the way down to the subtrees asked for. */
  private leadsOn(side: 1 | -1): boolean {
    const path = this.paths[this.next];
    if (path?.startsWith(this.taken.join('') + (side > 0 ? '+' : '-')) !== true) return false;
    // The first one is walked in any case, so that every walk makes progress.
    return this.next === 0 || !this.exhausted();
  }

  private exhausted(): boolean {
    this.stopped ||= this.left <= 0 || this.options.stop?.() === true;
    return this.stopped;
  }

  private sumsAt(depth: number): Float64Array {
    return (this.sums[depth] ??= new Float64Array(this.largest));
  }

  /** All neurons before `layer` are settled; its rows are entered. */
  private layer(layer: number, depth: number) {
    if (layer === this.problem.layers.length) {
      if (!this.inside) throw new RangeError(`split tree: expected a split below ${this.taken.join('')}, got a cell`);
      this.left--;
      this.sink.cell(this.kernel.witness());
      return;
    }
    const { width, bends } = this.problem.layers[layer]!;
    if (this.inside) this.sink.layer(layer);
    this.exact.forget(layer);
    this.kernel.enterLayer(layer);
    if (layer + 1 < this.problem.layers.length) this.rows.start(layer + 1, this.sumsAt(depth));
    const cut: number[] = [];
    for (let neuron = 0; neuron < width; neuron++) {
      if (bends[neuron] === 1) this.ask(layer, neuron, depth, cut);
      else this.settle(layer, neuron, 1, depth);
    }
    this.branch(layer, cut, depth);
    this.kernel.leaveLayer(layer);
  }

  /** Asks on which side of a crease the cell lies: settles the neuron or adds it to those that cut. */
  private ask(layer: number, neuron: number, depth: number, cut: number[]) {
    const verdict = this.kernel.side(neuron);
    if (verdict === CUT) {
      cut.push(neuron);
      return;
    }
    this.settle(layer, neuron, verdict, depth);
    if (!this.inside) return;
    const evidence = this.sink.wantsEvidence && verdict !== 0 ? this.kernel.evidence() : BOUND_EVIDENCE;
    this.sink.implied(layer, neuron, verdict, evidence);
  }

  private settle(layer: number, neuron: number, side: Side, depth: number) {
    this.rows.sides[layer]![neuron] = side;
    if (layer + 1 < this.problem.layers.length) this.rows.accumulate(layer + 1, neuron, side, this.sums[depth]!);
  }

  /** Splits the cell by the neurons that cut it, then goes on to the next layer. */
  private branch(layer: number, cut: readonly number[], depth: number) {
    if (cut.length === 0) {
      if (layer + 1 < this.problem.layers.length) this.rows.enter(layer + 1, this.sums[depth]!);
      this.layer(layer + 1, depth + 1);
      return;
    }
    // The middle one: where the neurons' creases are sorted, as hinges often are, the tree stays shallow.
    const chosen = cut.length >> 1;
    const neuron = cut[chosen]!;
    const others = cut.filter((_, index) => index !== chosen);
    if (this.inside) this.sink.split(layer, neuron);
    for (const side of [-1, 1] as const) {
      if (!this.inside) {
        if (this.leadsOn(side)) this.child(layer, neuron, side, others, depth);
      } else if (this.exhausted()) {
        this.sink.open(this.taken.join('') + (side > 0 ? '+' : '-'));
      } else {
        this.child(layer, neuron, side, others, depth);
      }
    }
  }

  private child(layer: number, neuron: number, side: 1 | -1, others: readonly number[], depth: number) {
    this.kernel.descend(neuron, side);
    this.taken.push(side > 0 ? '+' : '-');
    if (layer + 1 < this.problem.layers.length) this.sumsAt(depth + 1).set(this.sums[depth]!);
    this.settle(layer, neuron, side, depth + 1);
    const before = this.arrive();
    const cut: number[] = [];
    for (const other of others) this.ask(layer, other, depth + 1, cut);
    this.branch(layer, cut, depth + 1);
    this.depart(before);
    this.taken.pop();
    this.kernel.ascend();
  }
}
