/**
 * Counting the cells of a partition.
 */
import { type OrbitRoot, type PartitionProblem, weightOf } from '../problem/index.js';
import type { KernelFactory } from './kernel.js';
import { traverse } from './traverse.js';
import { addDecisions, type Decisions, noDecisions, type SplitTreeSink } from './tree.js';

/** Cell counts of a walk; nothing is kept of the cells themselves. */
export interface CellCounts {
  /** Cells of the whole partition. */
  cells: number;
  /** cellsPerLayer[k]: cells of the partition by the first k + 1 activation layers. */
  readonly cellsPerLayer: number[];
  /** Subtrees left open. */
  readonly open: string[];
}

export interface CountSink extends SplitTreeSink {
  readonly counts: CellCounts;
}

/** A sink that only counts. @param layers number of activation layers of the network */
export function countSink(layers: number): CountSink {
  const counts: CellCounts = { cells: 0, cellsPerLayer: new Array<number>(layers).fill(0), open: [] };
  return {
    counts,
    wantsEvidence: false,
    layer(layer: number) {
      // A cell by the first k layers is where layer k begins.
      if (layer > 0) counts.cellsPerLayer[layer - 1]!++;
    },
    split() {},
    cell() {
      counts.cells++;
      if (layers > 0) counts.cellsPerLayer[layers - 1]!++;
    },
    counted(entered, cells) {
      for (let layer = 1; layer < layers; layer++) counts.cellsPerLayer[layer - 1]! += entered[layer]!;
      counts.cells += cells;
      if (layers > 0) counts.cellsPerLayer[layers - 1]! += cells;
    },
    open(path: string) {
      counts.open.push(path);
    },
  };
}

/** A count and how it was decided. */
export interface CellCount extends CellCounts {
  readonly decisions: Decisions;
}

/** What steers a count. */
export interface CountLimits {
  /** Told the number of cells found so far, now and then. */
  readonly report?: (cells: number) => void;
  readonly stop?: () => boolean;
  /** Cells after which it ends. */
  readonly budget?: number;
}

/** What is walked: paths, in tree order, at or below the roots. */
interface CountedPaths {
  readonly roots: readonly OrbitRoot[];
  readonly paths: readonly string[];
}

/** Counts the cells of the subtrees that the roots stand for. */
export function countRoots(problem: PartitionProblem, factory: KernelFactory, roots: readonly OrbitRoot[]): CellCount {
  return countPaths(problem, factory, { roots, paths: roots.map(({ path }) => path) }, {});
}

/** Counts the cells below some paths, each as often as the root above it says. What is left open is not counted. */
export function countPaths(
  problem: PartitionProblem,
  factory: KernelFactory,
  { roots, paths }: CountedPaths,
  { report, stop, budget }: CountLimits,
): CellCount {
  const total: CellCount = { ...countSink(problem.depth).counts, decisions: noDecisions() };
  for (let begin = 0; begin < paths.length; ) {
    const weight = weightOf(roots, paths[begin]!);
    let end = begin + 1;
    while (end < paths.length && weightOf(roots, paths[end]!) === weight) end++;
    const group = paths.slice(begin, end);
    begin = end;
    // A subtree is begun in any case.
    if (total.open.length > 0 || (budget !== undefined && total.cells >= budget)) {
      total.open.push(...group);
      continue;
    }
    const sink = reporting(countSink(problem.depth), (cells) => report?.(total.cells + weight * cells));
    const left = budget === undefined ? {} : { budget: Math.ceil((budget - total.cells) / weight) };
    const { decisions } = traverse(problem, factory, sink, { paths: group, ...(stop && { stop }), ...left });
    total.cells += weight * sink.counts.cells;
    sink.counts.cellsPerLayer.forEach((cells, layer) => {
      total.cellsPerLayer[layer]! += weight * cells;
    });
    total.open.push(...sink.counts.open);
    addDecisions(total.decisions, decisions);
  }
  return total;
}

function reporting(sink: CountSink, report: (cells: number) => void): CountSink {
  return {
    ...sink,
    cell(witness) {
      sink.cell(witness);
      report(sink.counts.cells);
    },
    counted(entered, cells) {
      sink.counted!(entered, cells);
      report(sink.counts.cells);
    },
  };
}
