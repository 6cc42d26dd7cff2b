/**
 * Walking the whole space part by part (`problem/charts.ts`): one split tree, whose first splits are the neurons of the basis
 * of the charts, and below them the trees of the parts.
 */
import type { PartitionCharts, PartitionProblem } from '../problem/index.js';
import type { KernelFactory } from './kernel.js';
import { addDecisions, noDecisions, type SplitTreeSink, type TraversalOptions, type TraversalResult } from './tree.js';

/** Walks the split tree of a problem. */
export type Traverse = (
  problem: PartitionProblem,
  factory: KernelFactory,
  sink: SplitTreeSink,
  options: TraversalOptions,
) => TraversalResult;

/** As `traverse`, of a problem that has charts. @param traverse walks one part */
export function traverseParts(
  charts: PartitionCharts,
  traverse: Traverse,
  factory: KernelFactory,
  sink: SplitTreeSink,
  options: TraversalOptions,
): TraversalResult {
  const walk = new PartsWalk(charts, traverse, factory, sink, options);
  walk.node('', false);
  return { decisions: walk.decisions, exactRows: walk.exactRows };
}

class PartsWalk {
  readonly decisions = noDecisions();
  exactRows = 0;
  private readonly paths: readonly string[];
  private left: number;
  private stopped = false;
  /** Whether something was walked: every walk makes progress. */
  private started = false;

  constructor(
    private readonly charts: PartitionCharts,
    private readonly traverse: Traverse,
    private readonly factory: KernelFactory,
    private readonly sink: SplitTreeSink,
    private readonly options: TraversalOptions,
  ) {
    this.paths = options.paths ?? [''];
    this.left = options.budget ?? Number.POSITIVE_INFINITY;
  }

  private exhausted(): boolean {
    this.stopped ||= this.left <= 0 || this.options.stop?.() === true;
    return this.stopped;
  }

  /** The node at a path of at most as many sides as the basis has neurons. @param above whether it lies in a subtree asked for */
  node(path: string, above: boolean): void {
    const inside = above || this.paths.includes(path);
    const { neurons } = this.charts.basis;
    if (path.length === neurons.length) {
      this.part(path, inside ? [''] : this.below(path).map((p) => p.slice(path.length)));
      return;
    }
    if (inside) {
      this.started = true;
      if (path === '') this.sink.layer(0);
      this.sink.split(0, neurons[path.length]!);
    }
    for (const side of ['-', '+']) this.child(path + side, inside);
  }

  private child(path: string, inside: boolean) {
    if (inside) {
      if (this.exhausted()) this.sink.open(path);
      else this.node(path, true);
    } else if (this.below(path).length > 0) {
      if (this.started && this.exhausted()) for (const open of this.below(path)) this.sink.open(open);
      else this.node(path, false);
    }
  }

  /** The paths asked for that lead to a node or below it. */
  private below(path: string): readonly string[] {
    return this.paths.filter((p) => p.startsWith(path));
  }

  /** Walks subtrees of a part. @param paths below it */
  private part(path: string, paths: readonly string[]) {
    const sides = [...path].map((side) => (side === '+' ? 1 : -1));
    const { sink, options } = this;
    const own = this.charts.part(sides);
    if (options.part !== undefined && own.cuts === undefined) {
      options.part(path, own.layers[0]!.settled!);
      return;
    }
    const inner: SplitTreeSink = {
      ...sink,
      // The whole space was told of where it began.
      layer: (layer) => {
        if (layer > 0) sink.layer(layer);
      },
      cell: (witness) => {
        this.left--;
        sink.cell(witness);
      },
      ...(sink.counted && {
        counted: (entered: ArrayLike<number>, cells: number) => {
          this.left -= cells;
          sink.counted!(entered, cells);
        },
      }),
      open: (rest) => sink.open(path + rest),
    };
    const limits = { ...(options.stop && { stop: () => this.exhausted() }), budget: this.left };
    const told = options.part && {
      part: (rest: string, known: ArrayLike<number>) => options.part!(path + rest, known),
    };
    const result = this.traverse(own, this.factory, inner, { paths, ...limits, ...told });
    this.started = true;
    addDecisions(this.decisions, result.decisions);
    this.exactRows += result.exactRows;
  }
}
