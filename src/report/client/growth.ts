/**
 * The partition by the first layers only: cells of later layers merge into their ancestors, which are intervals of cell
 * numbers because cells are numbered along the split tree.
 */
import type { PlanarPictureData } from '../encoding/index.js';

export interface Growth {
  /** Layers taken, 1 or more. */
  readonly layers: number;
  /** For each cell the first cell of its ancestor. */
  readonly first: Uint32Array;
  /** For each cell the number of its ancestor among all ancestors. */
  readonly index: Uint32Array;
  /** For each cell the layer of the last cut that made its ancestor; -1 if nothing was cut. */
  readonly lastLayer: Int32Array;
  readonly count: number;
}

/** The ancestors of all cells after some layers. */
export function growthAfter({ header, arrays }: PlanarPictureData, layers: number): Growth {
  const { cutLayer } = arrays;
  const { cells } = header;
  const first = new Uint32Array(cells);
  const index = new Uint32Array(cells);
  const lastLayer = new Int32Array(cells);
  let count = 0;
  for (let begin = 0; begin < cells; count++) {
    let end = begin + 1;
    while (end < cells && cutLayer[end]! >= layers) end++;
    // The parent of a leaf is the deeper of the cuts beside it.
    const last = Math.max(begin > 0 ? cutLayer[begin]! : -1, end < cells ? cutLayer[end]! : -1);
    first.fill(begin, begin, end);
    index.fill(count, begin, end);
    lastLayer.fill(last, begin, end);
    begin = end;
  }
  return { layers, first, index, lastLayer, count };
}
