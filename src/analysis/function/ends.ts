/**
 * Boundaries on all of R^d: given within a box whose interior meets every face (`enclosing.ts`), beyond which nothing new happens.
 *
 * Every piece of the boundary is a face of the complex of cells cut by the level function, so the box shows all pieces, all vertices and
 * all cells; what reaches the box's bounds goes on for ever.
 */
import { absolute, compare, divide, equal, type Rational, subtract } from '../../exact/index.js';
import type { BoxDomain } from '../../network/index.js';

/** A vertex on the bounds of the box: the boundary goes on there. */
export interface BoundaryEnd {
  /** Its position in `Boundary.points`. */
  readonly point: number;
  /** With two inputs where it goes to: a direction whose largest coordinate is 1 or -1. */
  readonly direction?: readonly Rational[];
}

/** Of a boundary: its vertices, and the positions of each piece's among these. */
interface Pieces {
  readonly points: readonly (readonly Rational[])[];
  readonly pieces: readonly { readonly vertices: readonly number[] }[];
}

/** A direction from one point to another one. */
function towards(from: readonly Rational[], to: readonly Rational[]): Rational[] {
  const way = to.map((x, i) => subtract(x, from[i]!));
  const largest = way.map(absolute).reduce((a, b) => (compare(a, b) >= 0 ? a : b));
  return way.map((x) => divide(x, largest));
}

/** The vertices at which a boundary leaves the box, ascending. */
export function boundaryEnds({ points, pieces }: Pieces, { lower, upper }: BoxDomain): BoundaryEnd[] {
  const before = new Map<number, number>();
  if (lower.length === 2) {
    for (const { vertices } of pieces) {
      const [a, b] = vertices as readonly [number, number];
      before.set(a, b);
      before.set(b, a);
    }
  }
  return points.flatMap((place, point): BoundaryEnd[] => {
    if (!place.some((x, i) => equal(x, lower[i]!) || equal(x, upper[i]!))) return [];
    const other = before.get(point);
    return [other === undefined ? { point } : { point, direction: towards(points[other]!, place) }];
  });
}
