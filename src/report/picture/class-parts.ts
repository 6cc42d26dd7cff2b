/**
 * Which part of each cell belongs to which class, for drawing: corners in doubles.
 */
import { MIXED, TIE } from '../../analysis/function/index.js';
import type { PlanarPicture } from './planar-picture.js';

export type Point = readonly [number, number];

/** A polygon of one class; TIE where several outputs are the largest throughout. */
export interface ClassPart {
  readonly kind: number;
  readonly points: readonly Point[];
}

/** The corners of a cell. */
export function outline({ complex: { x, y, start, corners } }: PlanarPicture, cell: number): Point[] {
  return Array.from(corners.subarray(start[cell]!, start[cell + 1]!), (corner) => [x[corner]!, y[corner]!] as const);
}

/** The affine function of an output on a cell: slope, slope, constant. */
export function functionOf({ maps, mapOfCell, outputs }: PlanarPicture, cell: number, output: number): Float64Array {
  const at = 3 * (mapOfCell[cell]! * outputs + output);
  return maps.subarray(at, at + 3);
}

export function valueAt([a, b, c]: Float64Array, [x, y]: Point): number {
  return a! * x + b! * y + c!;
}

/** The part of a convex polygon where a function is not negative. */
function clipped(points: readonly Point[], value: (point: Point) => number): Point[] {
  return points.flatMap((point, k) => {
    const next = points[(k + 1) % points.length]!;
    const [here, there] = [value(point), value(next)];
    const kept = here >= 0 ? [point] : [];
    if (here >= 0 === there >= 0) return kept;
    const t = here / (here - there);
    return [...kept, [point[0] + t * (next[0] - point[0]), point[1] + t * (next[1] - point[1])] as const];
  });
}

/** Twice the area. */
function area(points: readonly Point[]): number {
  return points.reduce((sum, [x, y], k) => {
    const [nx, ny] = points[(k + 1) % points.length]!;
    return sum + x * ny - nx * y;
  }, 0);
}

/** The parts of a cell, by class. */
export function classParts(picture: PlanarPicture, cell: number): ClassPart[] {
  const kind = picture.classOfCell[cell]!;
  const points = outline(picture, cell);
  if (kind !== MIXED) return [{ kind, points }];
  const level = (k: number) => {
    const output = picture.outputs > 1 ? k : k - 1;
    const own = output < 0 ? new Float64Array(3) : functionOf(picture, cell, output);
    return (point: Point) => valueAt(own, point);
  };
  const kinds = Array.from({ length: picture.classes }, (_, k) => k);
  return kinds.flatMap((k) => {
    const part = kinds
      .filter((other) => other !== k)
      .reduce<readonly Point[]>((rest, other) => clipped(rest, (p) => level(k)(p) - level(other)(p)), points);
    return part.length < 3 || area(part) === 0 ? [] : [{ kind: k, points: part }];
  });
}

/** The classes that a picture shows, in order; TIE last. */
export function classesShown(picture: PlanarPicture): number[] {
  const found = new Set<number>();
  for (let cell = 0; cell < picture.complex.cells; cell++) {
    for (const { kind } of classParts(picture, cell)) found.add(kind);
  }
  const kinds = [...found].filter((kind) => kind !== TIE).sort((a, b) => a - b);
  return found.has(TIE) ? [...kinds, TIE] : kinds;
}
