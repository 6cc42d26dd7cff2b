/**
 * The cells of a network on a domain, one by one in tree order, with what is needed to ask exact questions about each.
 *
 * The output map is walked as one more layer whose neurons do not bend. So its rows on the current cell come with the
 * others: in doubles with a derived error bound, and exactly on demand.
 */

import { chooseEngine, kernelOf } from '../../engines/index.js';
import type { Rational } from '../../exact/index.js';
import { type IntegerVector, integersFromDoubles } from '../../exact/index.js';
import { simplexBackend } from '../../lp/index.js';
import type { Domain, Pattern, Sign } from '../../network/index.js';
import { bends, identityAffine, LINEAR, type Network } from '../../network/index.js';
import { type PartitionProblem, partitionProblem } from '../../problem/index.js';
import type {
  CellKernel,
  CellRows,
  CellShape,
  Evidence,
  ExactRows,
  KernelContext,
  KernelFactory,
  SplitTreeSink,
  Verdict,
  VertexCloud,
  Witness,
} from '../../walk/index.js';
import { SILENT, type TraversalOptions, type TraversalResult, traverse } from '../../walk/index.js';
import type { WalkMeter } from './meter.js';
import { liftPoint } from './variable-frame.js';

/** One cut on the way from the root to a cell: sign `side` of the neuron's pre-activation was taken. */
export interface Split {
  readonly layer: number;
  readonly neuron: number;
  readonly side: 1 | -1;
}

/**
 * A cell while it is visited. Everything in it is a view of the walk and valid only during the visit.
 *
 * The cell is the set of points of the domain where `side * row >= 0` for every split.
 */
export interface Cell {
  /** Position in tree order, from 0. */
  readonly id: number;
  readonly problem: PartitionProblem;
  readonly splits: readonly Split[];
  /** The number of leading entries of `splits` that this cell shares with the one visited before. */
  readonly shared: number;
  /** Rows in doubles with error bounds; those of the output, if there are any, are layer `outputLayer`. */
  readonly rows: CellRows;
  readonly exact: ExactRows;
  readonly outputLayer: number;
  /** A point strictly inside, in the problem's variables. */
  witness(): IntegerVector;
  /** The cell's polytope as the engine holds it; undefined of engines that hold none. */
  shape(): CellShape | undefined;
  /** Vertices of a polytope that contains the cell and costs nothing to have; undefined where there are none. */
  around(): VertexCloud | undefined;
}

export interface CellOptions extends TraversalOptions {
  /** The engine's kernel; the one that `chooseEngine` takes unless told. */
  readonly kernel?: KernelFactory;
  /** The id of the first cell; 0 unless told. */
  readonly firstId?: number;
  /** The problem is a plain `partitionProblem`: cells have no rows of outputs, and a walk costs less. */
  readonly withoutOutput?: boolean;
  /** Is told of every cell, to say how far the walk has come. */
  readonly meter?: WalkMeter;
  /** Takes the subtrees that `budget` or `stop` leave open. */
  readonly onOpen?: (path: string) => void;
}

/** The network with its output map as an activation layer that bends nowhere: the same function, the same cells. */
function withOutputLayer(network: Network): Network {
  const slopes = new Array(network.outputs).fill(LINEAR);
  const layers = [...network.layers, { affine: network.output, slopes }];
  return { ...network, layers, output: identityAffine(network.outputs), endsWithActivation: true };
}

/** The partition problem whose last layer is the output. */
export function analysisProblem(network: Network, domain: Domain): PartitionProblem {
  return partitionProblem(withOutputLayer(network), domain);
}

/** A kernel that keeps the list of splits on the current path. */
class RecordingKernel implements CellKernel {
  readonly splits: Split[] = [];
  readonly bounded?: NonNullable<CellKernel['bounded']>;
  readonly turnTo?: NonNullable<CellKernel['turnTo']>;
  /** The least depth the path had since `shared` was last read. */
  private lowest = 0;
  private layer = 0;

  constructor(
    readonly context: KernelContext,
    private readonly inner: CellKernel,
  ) {
    if (inner.bounded !== undefined) this.bounded = () => inner.bounded!();
    if (inner.turnTo !== undefined) {
      this.turnTo = (layer) => {
        this.layer = layer;
        inner.turnTo!(layer);
      };
    }
  }

  /** How many leading splits have not changed since the last call. */
  takeShared(): number {
    const shared = this.lowest;
    this.lowest = this.splits.length;
    return shared;
  }

  reset(): void {
    this.splits.length = 0;
    this.lowest = 0;
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
  side(neuron: number): Verdict {
    return this.inner.side(neuron);
  }
  evidence(): Evidence {
    return this.inner.evidence();
  }
  descend(neuron: number, side: 1 | -1): void {
    this.splits.push({ layer: this.layer, neuron, side });
    this.inner.descend(neuron, side);
  }
  ascend(): void {
    this.splits.pop();
    this.lowest = Math.min(this.lowest, this.splits.length);
    this.inner.ascend();
  }
  witness(): Witness {
    return this.inner.witness();
  }
  shape(): CellShape | undefined {
    return this.inner.shape?.();
  }
  around(): VertexCloud | undefined {
    return this.inner.around?.();
  }
}

/** The cell that a walk is at. */
class VisitedCell implements Cell {
  readonly shared: number;
  readonly splits: readonly Split[];
  readonly problem: PartitionProblem;
  readonly rows: CellRows;
  readonly exact: ExactRows;

  constructor(
    readonly id: number,
    readonly outputLayer: number,
    private readonly kernel: RecordingKernel,
  ) {
    const { context, splits } = kernel;
    this.shared = kernel.takeShared();
    this.splits = splits;
    this.problem = context.problem;
    this.rows = context.rows;
    this.exact = context.exact;
  }

  /** Asked of the kernel, not handed over: a walk without evidence saves the work. */
  witness(): IntegerVector {
    const witness = this.kernel.witness();
    return witness instanceof Float64Array ? integersFromDoubles(witness) : witness;
  }
  shape(): CellShape | undefined {
    return this.kernel.shape();
  }
  around(): VertexCloud | undefined {
    return this.kernel.around();
  }
}

/**
 * Visits every cell of a problem made by `analysisProblem` (or `partitionProblem`, see `withoutOutput`), in tree order.
 *
 * Memory is one path. The visitor may keep numbers it computes, not the cell.
 */
export function forEachCell(
  problem: PartitionProblem,
  visit: (cell: Cell) => void,
  options: CellOptions = {},
): TraversalResult {
  const outputLayer = problem.depth - (options.withoutOutput === true ? 0 : 1);
  const inner = options.kernel ?? kernelOf(chooseEngine(problem, 'auto').engine, simplexBackend);
  let path: RecordingKernel | undefined;
  let id = options.firstId ?? 0;
  const { meter } = options;
  meter?.begin(problem, id);
  // The walk begins with the inequalities of the domain, which are no part of the tree.
  const pathHere = () =>
    path!.splits.flatMap(({ layer, side }) => (layer === problem.depth ? [] : [side > 0 ? '+' : '-'])).join('');
  const sink: SplitTreeSink = {
    ...SILENT,
    cell() {
      visit(new VisitedCell(id++, outputLayer, path!));
      meter?.visit(pathHere);
    },
    ...(options.onOpen && { open: options.onOpen }),
  };
  const factory: KernelFactory = (context) => (path = new RecordingKernel(context, inner(context)));
  return traverse(problem, factory, sink, options);
}

/** Every cell of a network on a domain, in tree order; see `forEachCell`. */
export function enumerateCells(
  network: Network,
  domain: Domain,
  visit: (cell: Cell) => void,
  options: CellOptions = {},
): TraversalResult {
  return forEachCell(analysisProblem(network, domain), visit, options);
}

/** Longest walk between two looks at the event loop, in milliseconds, and the subtrees between two looks at the clock. */
const SLICE = 50;
const CLOCK_EVERY = 64;

/** Lets the event loop run; browsers have no setImmediate. */
function pause(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}

/** Says yes when a slice is over. */
function sliceRule(): () => boolean {
  const start = performance.now();
  let until = CLOCK_EVERY;
  return () => {
    if (--until > 0) return false;
    until = CLOCK_EVERY;
    return performance.now() - start >= SLICE;
  };
}

/**
 * `forEachCell` with pauses for the event loop, so that signals and progress bars work.
 *
 * @returns the number of cells visited, and whether these are all: false if `signal` was aborted
 */
export async function forEachCellInSlices(
  problem: PartitionProblem,
  visit: (cell: Cell) => void,
  options: Pick<CellOptions, 'kernel' | 'withoutOutput' | 'meter'> & { readonly signal?: AbortSignal } = {},
): Promise<{ readonly cells: number; readonly complete: boolean }> {
  const { signal, ...rest } = options;
  let cells = 0;
  let open: string[] = [''];
  const counted = (cell: Cell) => {
    cells++;
    visit(cell);
  };
  while (open.length > 0) {
    if (signal?.aborted === true) return { cells, complete: false };
    const paths = open;
    open = [];
    const onOpen = (path: string) => open.push(path);
    forEachCell(problem, counted, { ...rest, paths, stop: sliceRule(), firstId: cells, onOpen });
    await pause();
  }
  return { cells, complete: true };
}

/** The signs of all neurons on a cell: 0 for one whose pre-activation is identically zero there or that does not bend. */
export function patternOf(cell: Cell): Pattern {
  const { layers } = cell.problem.network;
  return layers
    .slice(0, cell.outputLayer)
    .map((layer, l) => layer.slopes.map((slopes, j): Sign => (bends(slopes) ? (cell.rows.sides[l]![j] as Sign) : 0)));
}

/** "+-0|+": the pattern as text, layers separated by bars. */
export function patternText(pattern: Pattern): string {
  return pattern.map((signs) => signs.map((s) => (s > 0 ? '+' : s < 0 ? '-' : '0')).join('')).join('|');
}

/** A point strictly inside the cell, in input coordinates. */
export function witnessOf(cell: Cell): Rational[] {
  return liftPoint(cell.problem, cell.witness());
}
