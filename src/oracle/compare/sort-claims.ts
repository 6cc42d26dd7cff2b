/**
 * Sorting claims down the split tree.
 *
 * The walk that counts the cells takes the claims along: at every split those on the side that is taken go on, and at a
 * leaf there remain those that no split has told from the cell. So every claim is looked at once per split on its way,
 * whatever the number of cells, and nothing is kept of the cells.
 */
import { type Cell, forEachCellInSlices, WalkMeter } from '../../analysis/cells/index.js';
import { chooseEngine, kernelOf } from '../../engines/index.js';
import { simplexBackend } from '../../lp/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import type {
  CellKernel,
  Evidence,
  KernelContext,
  Narrowing,
  Verdict,
  WalkProgress,
  Witness,
} from '../../walk/index.js';

/** Claims as the walk sees them, by number. */
export interface Sortable {
  readonly size: number;
  /**
   * Moves those of the first `end` claims of `order` that lie on a side of a neuron's crease to the front.
   *
   * Asked only for a neuron that cuts the current cell, with the rows of its layer entered.
   *
   * @returns how many there are; a claim on neither side reaches no leaf
   */
  readonly gather: Gather;
  /**
   * So few claims need no sorting: they go to both sides, and the visitor must tell which of them belong to its cell.
   * With 0 the visitor gets exactly those that are on the cell's side of every split.
   */
  readonly few: number;
}

export type Gather = (
  order: Int32Array,
  end: number,
  layer: number,
  neuron: number,
  side: 1 | -1,
  context: KernelContext,
) => number;

/** Claims that are asked for their side one by one. @param sideOf -1, 1, or 0 for neither */
export function sortableBy(
  size: number,
  sideOf: (claim: number, layer: number, neuron: number, context: KernelContext) => number,
): Sortable {
  const gather: Gather = (order, end, layer, neuron, side, context) => {
    let found = 0;
    for (let k = 0; k < end; k++) {
      const claim = order[k]!;
      if (sideOf(claim, layer, neuron, context) !== side) continue;
      order[k] = order[found]!;
      order[found++] = claim;
    }
    return found;
  };
  return { size, gather, few: 0 };
}

export interface WalkOptions {
  /** The problem is a plain `partitionProblem`. */
  readonly withoutOutput?: boolean;
  /** Threads that count; claims are sorted in this one. Default: 1. */
  readonly workers?: number;
  readonly signal?: AbortSignal;
  /** Told about ten times per second how far the walk over the cells has come. */
  readonly onProgress?: (progress: WalkProgress) => void;
}

/** A kernel that sorts on the way. */
class SortingKernel implements CellKernel {
  private layer = 0;
  /** ends[k]: the claims of the node at depth k are the first ends[k] of `order`. */
  readonly ends: number[];

  constructor(
    private readonly context: KernelContext,
    private readonly inner: CellKernel,
    private readonly claims: Sortable,
    /** A permutation of the claims: those of a node come first. */
    readonly order: Int32Array,
  ) {
    this.ends = [claims.size];
  }

  reset(): void {
    this.ends.length = 1;
    this.inner.reset();
  }
  enterLayer(layer: number): void {
    this.layer = layer;
    this.inner.enterLayer(layer);
  }
  leaveLayer(layer: number): void {
    this.layer = layer - 1;
    this.inner.leaveLayer(layer);
  }
  narrowings(): readonly Narrowing[] {
    return this.inner.narrowings?.() ?? [];
  }
  side(neuron: number): Verdict {
    return this.inner.side(neuron);
  }
  evidence(): Evidence {
    return this.inner.evidence();
  }
  descend(neuron: number, side: 1 | -1): void {
    const { ends, order, claims, context } = this;
    const end = ends[ends.length - 1]!;
    // The walk takes the inequalities of the domain first; all claims that are sorted lie in it.
    if (this.layer === context.problem.depth) {
      ends.push(end);
      this.inner.descend(neuron, side);
      return;
    }
    ends.push(end <= claims.few ? end : claims.gather(order, end, this.layer, neuron, side, context));
    this.inner.descend(neuron, side);
  }
  ascend(): void {
    this.ends.pop();
    this.inner.ascend();
  }
  witness(): Witness {
    return this.inner.witness();
  }
}

/**
 * Visits every cell, in tree order, with the claims that belong to it.
 *
 * @param visit gets the numbers of the claims that no split has told from the cell, in no particular order; the array is
 *   valid during the visit
 * @returns the number of cells
 * @throws the signal's reason if it was aborted
 */
export async function sortClaims(
  problem: PartitionProblem,
  claims: Sortable,
  visit: (cell: Cell, claims: Int32Array) => void,
  options: WalkOptions = {},
): Promise<number> {
  const { signal, onProgress, withoutOutput } = options;
  const order = Int32Array.from({ length: claims.size }, (_, k) => k);
  const inner = kernelOf(chooseEngine(problem, 'auto').engine, simplexBackend);
  let sorting: SortingKernel | undefined;
  const { cells, complete } = await forEachCellInSlices(
    problem,
    (cell) => {
      const here = order.subarray(0, sorting!.ends[sorting!.ends.length - 1]!);
      visit(cell, here);
    },
    {
      kernel: (context) => (sorting = new SortingKernel(context, inner(context), claims, order)),
      ...(withoutOutput === true && { withoutOutput }),
      ...(signal && { signal }),
      ...(onProgress && { meter: new WalkMeter(onProgress) }),
    },
  );
  if (!complete) signal?.throwIfAborted();
  return cells;
}
