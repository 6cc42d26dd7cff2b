/**
 * Which cell every pixel shows: convex polygons are scan-converted into a buffer of cell numbers, which colours, layers and
 * values are looked up in afterwards. Neighbours share their edges' end points, so no pixel is missed or taken twice.
 */
import type { PlanarArrays } from '../encoding/index.js';
import type { View } from './view.js';

/** No cell. */
export const NOTHING = -1;

/** Where a polygon crosses the row at height `y`: of the edge from `a` to `b` in pixels, the upper end first. */
function crossing(ax: number, ay: number, bx: number, by: number, y: number): number {
  return ay <= by ? ax + ((y - ay) / (by - ay)) * (bx - ax) : bx + ((y - by) / (ay - by)) * (ax - bx);
}

/** The cell at the centre of every pixel, row by row. @param cells the cells that may be seen */
export function cellsAtPixels({ x, y, start, corners }: PlanarArrays, view: View, cells: Iterable<number>): Int32Array {
  const { width, height, left, top, scaleX, scaleY } = view;
  const pixels = new Int32Array(width * height).fill(NOTHING);
  for (const cell of cells) {
    const begin = start[cell]!;
    const end = start[cell + 1]!;
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (let k = begin; k < end; k++) {
      const row = top + scaleY * y[corners[k]!]!;
      if (row < least) least = row;
      if (row > most) most = row;
    }
    const last = Math.min(height, Math.ceil(most - 0.5));
    for (let row = Math.max(0, Math.ceil(least - 0.5)); row < last; row++) {
      const centre = row + 0.5;
      let from = Number.POSITIVE_INFINITY;
      let to = Number.NEGATIVE_INFINITY;
      let previous = corners[end - 1]!;
      for (let k = begin; k < end; k++) {
        const corner = corners[k]!;
        const ay = top + scaleY * y[previous]!;
        const by = top + scaleY * y[corner]!;
        if (ay > centre !== by > centre) {
          const column = crossing(left + scaleX * x[previous]!, ay, left + scaleX * x[corner]!, by, centre);
          if (column < from) from = column;
          if (column > to) to = column;
        }
        previous = corner;
      }
      const first = Math.max(0, Math.ceil(from - 0.5));
      const beyond = Math.min(width, Math.ceil(to - 0.5));
      if (beyond > first) pixels.fill(cell, row * width + first, row * width + beyond);
    }
  }
  return pixels;
}
