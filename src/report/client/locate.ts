/**
 * Which cells are where: an index of bounding boxes, and the cell at a point.
 */
import Flatbush from 'flatbush';
import type { PlanarArrays, PlanarPictureData } from '../encoding/index.js';

export interface Locator {
  /** The cell at a point of the plane, if there is one. */
  at(x: number, y: number): number | undefined;
  /** The cells whose bounding boxes meet a rectangle. */
  within(box: readonly [number, number, number, number]): number[];
}

function contains({ x, y, start, corners }: PlanarArrays, cell: number, px: number, py: number): boolean {
  let previous = corners[start[cell + 1]! - 1]!;
  for (let k = start[cell]!; k < start[cell + 1]!; k++) {
    const corner = corners[k]!;
    // Counterclockwise: inside is on the left of every edge.
    if ((x[corner]! - x[previous]!) * (py - y[previous]!) < (y[corner]! - y[previous]!) * (px - x[previous]!))
      return false;
    previous = corner;
  }
  return true;
}

/** A locator that is built when it is first asked, or prepared: pictures that are only drawn need none. */
export function lateLocatorOf(data: PlanarPictureData): Locator & { prepare(): void } {
  let built: Locator | undefined;
  const locator = () => (built ??= locatorOf(data));
  return {
    at: (x, y) => locator().at(x, y),
    within: (box) => locator().within(box),
    prepare: () => {
      locator();
    },
  };
}

export function locatorOf({ header, arrays }: PlanarPictureData): Locator {
  const { x, y, start, corners } = arrays;
  const index = new Flatbush(header.cells);
  for (let cell = 0; cell < header.cells; cell++) {
    let [minX, minY, maxX, maxY] = [
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ];
    for (let k = start[cell]!; k < start[cell + 1]!; k++) {
      const corner = corners[k]!;
      minX = Math.min(minX, x[corner]!);
      maxX = Math.max(maxX, x[corner]!);
      minY = Math.min(minY, y[corner]!);
      maxY = Math.max(maxY, y[corner]!);
    }
    index.add(minX, minY, maxX, maxY);
  }
  index.finish();
  return {
    at: (px, py) =>
      index
        .search(px, py, px, py)
        .sort((a, b) => a - b)
        .find((cell) => contains(arrays, cell, px, py)),
    within: (box) => index.search(...box),
  };
}
