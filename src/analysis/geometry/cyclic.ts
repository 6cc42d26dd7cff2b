/**
 * The vertices of polygons in cyclic order.
 */
import { compare, type Rational, signOfInteger } from '../../exact/index.js';

/** Coordinates i and j of every point. */
type Plane = readonly [number, number];

function difference(a: Rational, b: Rational): Rational {
  // Signs of products of differences need no lowest terms.
  return {
    numerator: a.numerator * b.denominator - b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  };
}

/** On which side of the line from a through b the point c lies: 1 on the left. Exact. */
export function orientation(
  [i, j]: Plane,
  a: readonly Rational[],
  b: readonly Rational[],
  c: readonly Rational[],
): -1 | 0 | 1 {
  const [ux, uy] = [difference(b[i]!, a[i]!), difference(b[j]!, a[j]!)];
  const [vx, vy] = [difference(c[i]!, a[i]!), difference(c[j]!, a[j]!)];
  const left = ux.numerator * vy.numerator * uy.denominator * vx.denominator;
  const right = uy.numerator * vx.numerator * ux.denominator * vy.denominator;
  return signOfInteger(left - right);
}

/**
 * The order in which the vertices of a convex polygon follow each other counterclockwise in coordinates i and j, beginning
 * with the least in i (in j where that is equal).
 *
 * Seen from that vertex all others lie in a half-plane, and no two in one direction: sorting by direction is exact.
 */
export function counterclockwise(points: readonly (readonly Rational[])[], plane: Plane = [0, 1]): number[] {
  const [i, j] = plane;
  const order = points.map((_, v) => v);
  if (order.length < 2) return order;
  const first = order.reduce((a, b) => {
    const sign = compare(points[b]![i]!, points[a]![i]!) || compare(points[b]![j]!, points[a]![j]!);
    return sign < 0 ? b : a;
  });
  const others = order.filter((v) => v !== first);
  const start = points[first]!;
  return [first, ...others.sort((a, b) => -orientation(plane, start, points[a]!, points[b]!))];
}

/**
 * The order in which the vertices of a face in space follow each other, counterclockwise for who looks at it from outside.
 *
 * @param inward a normal of the face that points into the body, in the three coordinates `inputs`
 */
export function counterclockwiseOnFace(
  points: readonly (readonly Rational[])[],
  inward: readonly Rational[],
  inputs: readonly [number, number, number],
): number[] {
  // Leaving out a coordinate with a nonzero entry of the normal shows the face undistorted enough: injectively.
  const k = inputs.findIndex((input) => inward[input]!.numerator !== 0n);
  const order = counterclockwise(points, [inputs[(k + 1) % 3]!, inputs[(k + 2) % 3]!]);
  if (inward[inputs[k]!]!.numerator < 0n || order.length < 3) return order;
  return [order[0]!, ...order.slice(1).reverse()];
}
