/**
 * Counting the cells of a partition.
 */
import type { Decisions, SplitTreeSink } from './tree.js';

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
