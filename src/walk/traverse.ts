/**
 * The depth-first walk that turns a kernel into a split tree.
 *
 * Layer by layer: at the start of a layer every neuron is asked once on the cell of the layers before; neurons that lie on
 * one side are settled for the whole subtree, and only those that cut the cell are asked again in its parts. The rows of
 * the next layer grow on the way down by rank-1 updates shared by the whole subtree. Memory is one path.
 */

import type { PartitionProblem } from '../problem/index.js';
import { LookAhead, looksAhead } from './ahead.js';
import type { KernelFactory, LastLayer } from './kernel.js';
import type { SubtreeListener } from './layer/planar.js';
import { type Traverse, traverseParts } from './parts.js';
import { giveSpace, takeSpace, type WalkSpace } from './space.js';
import {
  addDecisions,
  BOUND_EVIDENCE,
  CUT,
  type Decisions,
  type Evidence,
  noDecisions,
  type Side,
  type SplitTreeSink,
  type TraversalOptions,
  type TraversalResult,
  type Witness,
} from './tree.js';

/** What a sink gets that wants no evidence. */
const NO_WITNESS: Witness = new Float64Array(0);
/** The last layer contributes to no other. */
const NO_SUMS = new Float64Array(0);

/** Walks the split tree of a problem and reports it to the sink. */
export function traverse(
  problem: PartitionProblem,
  factory: KernelFactory,
  sink: SplitTreeSink,
  options: TraversalOptions = {},
): TraversalResult {
  const { charts } = problem;
  if (charts === undefined) return walkOf(problem, problem, factory, sink, options);
  const walkPart: Traverse = (part, ...rest) => walkOf(charts, part, ...rest);
  return traverseParts(charts, walkPart, factory, sink, options);
}

/** @param owner see `takeSpace` */
function walkOf(
  owner: object,
  problem: PartitionProblem,
  factory: KernelFactory,
  sink: SplitTreeSink,
  options: TraversalOptions,
): TraversalResult {
  const space = takeSpace(owner, problem, options.arithmetic);
  const before = space.exact.computed;
  const walk = new Walk(space, factory, sink, options);
  walk.run();
  if (options.arithmetic === undefined) giveSpace(owner, space);
  return { decisions: walk.counted, exactRows: space.exact.computed - before };
}

/** Which side of a split to go on into. @param layer the neuron's @param cuts how many neurons of the layer cut each side */
export type ChooseSide = (layer: number, negativeCuts: number, positiveCuts: number) => 1 | -1;

/**
 * Single ways down the split tree of a problem (which must have no charts), from the root to one cell each.
 *
 * @returns walks one, by the choices given; what one costs is about that of as many splits of a whole walk, twice over
 */
export function descents(problem: PartitionProblem, factory: KernelFactory): (choose: ChooseSide) => void {
  let choose: ChooseSide = () => 1;
  const walk = new Walk(takeSpace(problem, problem), factory, SILENT, {}, (...cuts) => choose(...cuts));
  return (choice) => {
    choose = choice;
    walk.run();
  };
}

/** A sink that nobody listens to. */
export const SILENT: SplitTreeSink = { wantsEvidence: false, layer() {}, split() {}, cell() {}, open() {} };

class Walk {
  /** What the kernel decided, the way down to the subtrees included. */
  private readonly decisions = noDecisions();
  /** What was decided inside the subtrees asked for: the rest belongs to the walk that left them open. */
  readonly counted = noDecisions();
  private readonly problem;
  private readonly exact;
  private readonly rows;
  private readonly proportional;
  private readonly kernel;
  private readonly listener;
  private readonly counter: LastLayer | undefined;
  /** The cells at which layers were entered where none was. */
  private readonly none: Float64Array;
  private readonly sums;
  private readonly ahead: LookAhead | undefined;
  /** The neurons that cut the cells of the path, in ascending order per cell, one list behind the other. */
  private readonly cuts: number[] = [];
  private readonly taken: string[] = [];
  private readonly paths: readonly string[];
  /** Position in `paths` of the subtree to come, or, inside of one, of this one. */
  private next = 0;
  private inside = false;
  private stopped = false;
  private left: number;
  /** While the two sides of a split are only looked at: how many neurons cut the last one. */
  private looking = false;
  private seen = 0;

  constructor(
    space: WalkSpace,
    factory: KernelFactory,
    private readonly sink: SplitTreeSink,
    private readonly options: TraversalOptions,
    /** Of a walk that goes into one side of every split only. */
    private readonly choose?: ChooseSide,
  ) {
    const { problem, rows, exact, sums, proportional } = space;
    this.problem = problem;
    this.rows = rows;
    this.exact = exact;
    this.sums = sums;
    this.proportional = proportional;
    this.paths = options.paths ?? [''];
    this.left = options.budget ?? Number.POSITIVE_INFINITY;
    this.kernel = factory({
      problem,
      rows,
      exact,
      proportional,
      decisions: this.decisions,
      wantsEvidence: sink.wantsEvidence,
    });
    this.ahead = looksAhead(space, this.kernel, sink) ? new LookAhead(space, this.kernel) : undefined;
    // A walk that looks ahead keeps sums of its own, which a walk of whole subtrees does not know.
    this.listener = this.ahead === undefined ? this.listening() : undefined;
    this.counter = sink.counted === undefined || sink.wantsEvidence ? undefined : this.kernel.lastLayer;
    this.none = new Float64Array(problem.depth);
  }

  run() {
    this.next = 0;
    this.kernel.reset();
    this.rows.enterGiven();
    this.enterDomain();
    this.ahead?.begin();
    const before = this.arrive();
    this.layer(0, 0);
    this.depart(before);
    for (const path of this.paths.slice(this.next)) this.sink.open(path);
  }

  /** Cuts what the kernel starts from down to the domain. That is part of no path, and nobody is told. */
  private enterDomain() {
    const { depth, layers } = this.problem;
    const width = layers[depth]?.width ?? 0;
    if (width === 0) return;
    this.kernel.enterLayer(depth);
    // Kernels ask on the whole cell first.
    for (let row = 0; row < width; row++) this.kernel.side(row);
    for (let row = 0; row < width; row++) {
      if (this.kernel.side(row) !== CUT) throw new Error(`domain: expected row ${row} to cut, but it does not`);
      this.rows.sides[depth]![row] = 1;
      this.kernel.descend(row, 1);
    }
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

  /** All neurons before `layer` are settled; its rows are entered. `cuts` is free from `begin` on. */
  private layer(layer: number, begin: number) {
    if (layer === this.problem.depth) {
      if (!this.inside) throw new RangeError(`split tree: expected a split below ${this.taken.join('')}, got a cell`);
      this.left--;
      this.sink.cell(this.sink.wantsEvidence ? this.kernel.witness() : NO_WITNESS);
      return;
    }
    const { cuts } = this;
    const { settled } = this.rows;
    const { width, bends, settled: unbent } = this.problem.layers[layer]!;
    const sides = this.rows.sides[layer]!;
    if (this.inside) this.sink.layer(layer);
    const early = this.ahead?.early[layer] ?? undefined;
    // Nothing will be asked about an output that does not bend, and nothing lies below.
    const isAsked =
      early !== undefined || this.sink.wantsEvidence || layer + 1 < this.problem.depth || bends.includes(1);
    if (isAsked) this.enter(layer, early !== undefined);
    else this.exact.forget(layer);
    if (this.inside && this.sink.wantsEvidence) {
      for (const narrowing of this.kernel.narrowings?.() ?? []) this.sink.narrow?.(narrowing);
    }
    const bounded = isAsked && early === undefined ? this.settleBounded(layer) : undefined;
    let end = begin;
    let count = 0;
    for (let neuron = 0; neuron < width; neuron++) {
      if (early !== undefined && early[neuron] === 1) continue;
      if (bends[neuron] === 0) sides[neuron] = unbent?.[neuron] ?? 1;
      else if (bounded === undefined || bounded[neuron] === 0) {
        if (this.ask(layer, neuron)) {
          cuts[end++] = neuron;
          continue;
        }
      }
      settled[count++] = neuron;
    }
    const biases = layer + 1 < this.problem.depth ? this.rows.biases(layer + 1) : NO_SUMS;
    this.branch({ layer, level: 0, begin, end }, this.settle(layer, 0, begin === end, count, biases));
    this.ahead?.undo();
    if (isAsked) this.kernel.leaveLayer(layer);
  }

  /** Tells who needs to know that the layer begins. @param looked whether most of its neurons are settled already */
  private enter(layer: number, looked: boolean) {
    this.exact.forget(layer);
    if (looked) this.kernel.turnTo!(layer);
    else this.kernel.enterLayer(layer);
  }

  /** Settles all neurons that bounds settle, if the sink takes that: their sides, 0 for the others. */
  private settleBounded(layer: number): Int8Array | undefined {
    const { sink } = this;
    if (sink.implied !== undefined && sink.bounded === undefined) return undefined;
    const bounded = this.kernel.bounded?.();
    if (bounded === undefined) return undefined;
    const { width, bends } = this.problem.layers[layer]!;
    const sides = this.rows.sides[layer]!;
    let count = 0;
    for (let neuron = 0; neuron < width; neuron++) {
      if (bounded[neuron] === 0) continue;
      if (bends[neuron] === 0) bounded[neuron] = 0;
      else {
        sides[neuron] = bounded[neuron]!;
        count++;
      }
    }
    this.decisions.interval += count;
    if (count > 0 && this.inside) sink.bounded?.(layer, bounded);
    return bounded;
  }

  /** Asks on which side of a crease the cell lies: true if the crease cuts it, false if the neuron is settled now. */
  private ask(layer: number, neuron: number): boolean {
    const verdict = this.kernel.side(neuron);
    if (verdict === CUT) return true;
    this.rows.sides[layer]![neuron] = verdict;
    if (this.inside) {
      const evidence = this.sink.wantsEvidence && verdict !== 0 ? this.kernel.evidence() : BOUND_EVIDENCE;
      this.sink.implied?.(layer, neuron, verdict, evidence);
    }
    return false;
  }

  /** Settles a neuron that has the same crease as the one that has just split the cell. */
  private follow(layer: number, neuron: number, split: number, side: Side) {
    const { sign, ratio } = this.proportional[layer]!;
    const verdict = (sign[neuron]! * sign[split]! * side) as Side;
    this.rows.sides[layer]![neuron] = verdict;
    this.decisions.exactSign++;
    if (!this.inside) return;
    // Kernels number the rows of the domain first.
    const splits = [this.problem.givenConditions.length + this.taken.length - 1];
    const evidence = (): Evidence => ({ kind: 'rationals', splits, multipliers: ratio(neuron, split) });
    this.sink.implied?.(layer, neuron, verdict, this.sink.wantsEvidence ? evidence() : BOUND_EVIDENCE);
  }

  /** Adds the contributions of the first `count` neurons of `settled` to the rows of the next layer in the making. */
  private settle(layer: number, level: number, complete: boolean, count: number, sums: Float64Array): Float64Array {
    if (this.ahead !== undefined) {
      this.ahead.settle(layer, this.rows.settled, count);
      return NO_SUMS;
    }
    if (layer + 1 === this.problem.depth) return NO_SUMS;
    // Finished rows are made where they belong.
    const target = complete ? this.rows.rows[layer + 1]! : (this.sums[layer + 1]![level] ??= this.rows.room(layer + 1));
    return this.rows.accumulate(layer + 1, count, sums, target);
  }

  /** Splits the cell by the neurons that cut it, then goes on to the next layer. */
  private branch(node: Node, sums: Float64Array) {
    const { layer, begin, end } = node;
    if (this.options.part !== undefined && !this.isCut(node)) {
      this.options.part(this.taken.join(''), this.rows.sides[0]!);
      return;
    }
    if (this.inside && this.atOnce(node, sums)) return;
    if (begin === end) {
      if (layer + 1 < this.problem.depth) {
        if (this.ahead !== undefined) this.ahead.enter(layer + 1);
        else this.rows.enter(layer + 1, sums);
      }
      this.layer(layer + 1, end);
      return;
    }
    if (this.inside) this.sink.split(layer, this.cuts[this.chosen(node)]!);
    if (this.choose !== undefined) {
      this.child(this.choose(layer, this.look(-1, node), this.look(1, node)), node, sums);
      return;
    }
    this.towards(-1, node, sums);
    this.towards(1, node, sums);
  }

  /** Whether a neuron that the tree begins with cuts the cell of a node. */
  private isCut({ layer, begin, end }: Node): boolean {
    const { cuts } = this.problem;
    if (cuts === undefined || layer > 0) return false;
    for (let k = begin; k < end; k++) if (cuts[this.cuts[k]!] === 1) return true;
    return false;
  }

  /** Where the neuron that splits a node stands: the middle one, first among those that the tree begins with. */
  private chosen(node: Node): number {
    if (!this.isCut(node)) return middle(node);
    const { begin, end } = node;
    const first: number[] = [];
    for (let k = begin; k < end; k++) if (this.problem.cuts![this.cuts[k]!] === 1) first.push(k);
    return first[first.length >> 1]!;
  }

  /** Counts all below a node at once, if somebody can. */
  private atOnce(node: Node, sums: Float64Array): boolean {
    const { counter } = this;
    const cuts = node.end - node.begin;
    if (counter !== undefined) {
      if (node.layer + 1 < this.problem.depth) return false;
      if (cuts > 0 && counter.takes(cuts)) {
        this.countLast(counter, node);
        return true;
      }
    }
    if (this.listener === undefined || this.kernel.takes?.(cuts) === false) return false;
    this.subtree(node, sums);
    return true;
  }

  /** Counts the cells that the last layer makes in the current one. */
  private countLast(counter: LastLayer, { begin, end }: Node) {
    const { cells, byPoints, exactly } = counter.count(this.cuts.slice(begin, end));
    this.left -= cells;
    this.decisions.points += byPoints;
    this.decisions.exactSign += exactly;
    this.sink.counted!(this.none, cells);
  }

  /** What the kernel walks at once. */
  private subtree({ layer, level, begin, end }: Node, sums: Float64Array) {
    const cuts = this.cuts.slice(begin, end);
    if (this.kernel.subtree!({ layer, level, cuts, sums }, this.left, this.listener!)) this.stopped = true;
  }

  /** Who is told of subtrees that the kernel walks at once: undefined if it cannot, or every cell is to be told of. */
  private listening(): SubtreeListener | undefined {
    const { sink, decisions } = this;
    if (sink.counted === undefined || sink.wantsEvidence || this.kernel.subtree === undefined) return undefined;
    return {
      stop: this.options.stop,
      open: (sides) => sink.open(this.taken.join('') + Array.from(sides, (side) => (side > 0 ? '+' : '-')).join('')),
      tell: ({ cells, entered, byBounds, byPoints, exactly }) => {
        this.left -= cells;
        decisions.interval += byBounds;
        decisions.points += byPoints;
        decisions.exactSign += exactly;
        sink.counted!(entered, cells);
      },
    };
  }

  /** The child on one side: walked, left open, or not on the way to the subtrees asked for. */
  private towards(side: 1 | -1, node: Node, sums: Float64Array) {
    if (!this.inside) {
      if (this.leadsOn(side)) this.child(side, node, sums);
    } else if (this.exhausted()) {
      this.sink.open(this.taken.join('') + (side > 0 ? '+' : '-'));
    } else {
      this.child(side, node, sums);
    }
  }

  /** How many neurons of the layer cut the child on this side. */
  private look(side: 1 | -1, node: Node): number {
    this.looking = true;
    this.child(side, node, NO_SUMS);
    this.looking = false;
    return this.seen;
  }

  /** Takes one side of the neuron that splits the node, and asks the others that cut it again. */
  private child(side: 1 | -1, node: Node, sums: Float64Array) {
    const { cuts } = this;
    const { settled } = this.rows;
    const { layer, begin, end } = node;
    const first = this.proportional[layer]?.first;
    const level = node.level + 1;
    const chosen = this.chosen(node);
    const neuron = cuts[chosen]!;
    this.kernel.descend(neuron, side);
    this.taken.push(side > 0 ? '+' : '-');
    this.rows.sides[layer]![neuron] = side;
    const before = this.arrive();
    let last = end;
    let count = 0;
    settled[count++] = neuron;
    for (let k = begin; k < end; k++) {
      if (k === chosen) continue;
      const other = cuts[k]!;
      if (first !== undefined && first[other] === first[neuron]) this.follow(layer, other, neuron, side);
      else if (this.ask(layer, other)) {
        cuts[last++] = other;
        continue;
      }
      settled[count++] = other;
    }
    if (this.looking) this.seen = last - end;
    else {
      const grown = this.settle(layer, level, last === end, count, sums);
      this.branch({ layer, level, begin: end, end: last }, grown);
      if (this.ahead !== undefined) this.ahead.undo();
      else if (layer + 1 < this.problem.depth) this.rows.recede(layer + 1);
    }
    this.depart(before);
    this.taken.pop();
    this.kernel.ascend();
  }
}

/** A cell on which all neurons of `layer` are settled except the `cuts` from `begin` to `end`, which cut it. */
interface Node {
  readonly layer: number;
  /** The number of splits of this layer above. */
  readonly level: number;
  readonly begin: number;
  readonly end: number;
}

/** The middle one splits: where the neurons' creases are sorted, as hinges often are, the tree stays shallow. */
function middle({ begin, end }: Node): number {
  return begin + ((end - begin) >> 1);
}
