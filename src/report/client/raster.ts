/**
 * Which cell every pixel shows: convex polygons become runs of pixels along the rows, which colours are filled into afterwards.
 * Neighbours share their edges' end points, so no pixel is missed or taken twice.
 */
import type { PlanarArrays } from '../encoding/index.js';
import type { View } from './view.js';

/** Runs of pixels, four numbers each: the cell, the row, the first column, the column after the last. */
export interface Spans {
  readonly entries: Int32Array;
  readonly count: number;
}

/** The numbers of one span. */
export const SPAN = 4;

/** The rows of one polygon: where it begins and ends at the height of each row's centres. */
class Rows {
  private readonly from: Float64Array;
  private readonly to: Float64Array;
  private first = 0;
  private last = 0;

  constructor(private readonly height: number) {
    this.from = new Float64Array(height);
    this.to = new Float64Array(height);
  }

  /** Begins a polygon between two heights. */
  begin(least: number, most: number): void {
    this.first = Math.max(0, Math.ceil(least - 0.5));
    this.last = Math.min(this.height, Math.ceil(most - 0.5));
    for (let row = this.first; row < this.last; row++) {
      this.from[row] = Number.POSITIVE_INFINITY;
      this.to[row] = Number.NEGATIVE_INFINITY;
    }
  }

  /** An edge in pixels. Its crossings are computed from the upper end, whichever cell asks: both have the same. */
  edge(ax: number, ay: number, bx: number, by: number): void {
    if (ay > by) {
      this.edge(bx, by, ax, ay);
      return;
    }
    const first = Math.max(this.first, Math.ceil(ay - 0.5));
    const last = Math.min(this.last, Math.ceil(by - 0.5));
    const slope = (bx - ax) / (by - ay);
    for (let row = first; row < last; row++) {
      const column = ax + (row + 0.5 - ay) * slope;
      if (column < this.from[row]!) this.from[row] = column;
      if (column > this.to[row]!) this.to[row] = column;
    }
  }

  /** Appends what has pixels. @returns how many numbers are written then */
  write(cell: number, width: number, out: Int32Array, length: number): number {
    let at = length;
    for (let row = this.first; row < this.last; row++) {
      const first = Math.max(0, Math.ceil(this.from[row]! - 0.5));
      const beyond = Math.min(width, Math.ceil(this.to[row]! - 0.5));
      if (beyond <= first) continue;
      out[at++] = cell;
      out[at++] = row;
      out[at++] = first;
      out[at++] = beyond;
    }
    return at;
  }
}

/** The pixels whose centres lie in cells, as runs. @param cells the cells that may be seen */
export function spansOf({ x, y, start, corners }: PlanarArrays, view: View, cells: Iterable<number>): Spans {
  const { width, height, left, top, scaleX, scaleY } = view;
  const rows = new Rows(height);
  let entries = new Int32Array(SPAN * 16 * height);
  let length = 0;
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
    rows.begin(least, most);
    let ax = left + scaleX * x[corners[end - 1]!]!;
    let ay = top + scaleY * y[corners[end - 1]!]!;
    for (let k = begin; k < end; k++) {
      const bx = left + scaleX * x[corners[k]!]!;
      const by = top + scaleY * y[corners[k]!]!;
      rows.edge(ax, ay, bx, by);
      ax = bx;
      ay = by;
    }
    if (entries.length < length + SPAN * height) {
      const larger = new Int32Array(2 * entries.length);
      larger.set(entries);
      entries = larger;
    }
    length = rows.write(cell, width, entries, length);
  }
  return { entries, count: length / SPAN };
}
