/**
 * The facets of the convex hull of points, exactly, by duality: the hull of v_1, ..., v_m around an inner point c is
 * { x : y . (x - c) <= 1 for every vertex y of the polar body { y : (v_j - c) . y <= 1 } }.
 *
 * Source: Grünbaum 2003, Convex Polytopes, section 3.4.
 */
import { cutPolytope, makeVertex, type Polytope, type RowSource } from '../../analysis/geometry/index.js';
import {
  add,
  integersFromRationals,
  multiply,
  negate,
  type Rational,
  rational,
  rowAt,
  signOfInteger,
  subtract,
} from '../../exact/index.js';
import { solveExactly } from '../../lp/index.js';
import type { Row } from './body.js';

/** The hull's inequalities; or, of points in a hyperplane, an affine function that is zero at all of them. */
export type HullRows = { readonly rows: readonly Row[] } | { readonly flat: Row };

/** The mean of points. */
function meanOf(points: readonly (readonly Rational[])[]): Rational[] {
  const share = rational(1n, BigInt(points.length));
  return points[0]!.map((_, i) => multiply(share, points.map((point) => point[i]!).reduce(add)));
}

/** The integer row of x -> value - normal . (x - at). */
function rowThrough(normal: readonly Rational[], at: readonly Rational[], value: Rational): Row {
  const constant = normal.reduce((sum, entry, i) => add(sum, multiply(entry, at[i]!)), value);
  return integersFromRationals([...normal.map(negate), constant]).numerators;
}

/**
 * The inequalities of the convex hull of at least one point.
 *
 * Cost: two exact linear programs per dimension, then double description.
 */
export function hullRows(points: readonly (readonly Rational[])[]): HullRows {
  const centre = meanOf(points);
  const n = centre.length;
  const polar = points.map((point) =>
    rowThrough(
      point.map((x, i) => subtract(x, centre[i]!)),
      new Array(n).fill(rational(0n)),
      rational(1n),
    ),
  );
  const bounds: { readonly lower: Rational[]; readonly upper: Rational[] } = { lower: [], upper: [] };
  for (let i = 0; i < n; i++) {
    for (const side of [1n, -1n]) {
      const free = new Array<null>(n).fill(null);
      const objective = Array.from({ length: n + 1 }, (_, k) => (k === i ? side : 0n));
      const answer = solveExactly({ variables: n, rows: polar, lower: free, upper: free, objective });
      if (answer.status === 'unbounded') return { flat: flatRow(answer.ray.numerators, centre) };
      if (answer.status !== 'optimal') throw new Error(`hull: expected an optimum, got ${answer.status}`);
      if (side > 0n) bounds.lower.push(answer.value);
      else bounds.upper.push(negate(answer.value));
    }
  }
  const { vertices } = polarBody(bounds, polar);
  return {
    rows: vertices.map(({ point: { numerators, denominator } }) =>
      rowThrough(
        numerators.map((entry) => rational(entry, denominator)),
        centre,
        rational(1n),
      ),
    ),
  };
}

/** A direction in which no point leaves the mean: (v_j - c) . r <= 0 for all j, and these numbers add up to 0. */
function flatRow(ray: readonly bigint[], centre: readonly Rational[]): Row {
  return rowThrough(
    ray.map((entry) => rational(entry)),
    centre,
    rational(0n),
  );
}

/** The polar body, cut out of its own bounding box. */
function polarBody(
  bounds: { readonly lower: Rational[]; readonly upper: Rational[] },
  polar: readonly Row[],
): Polytope {
  const n = bounds.lower.length;
  const sides = bounds.lower.flatMap((lower, i) => {
    const unit = Array.from({ length: n }, (_, k) => (k === i ? 1n : 0n));
    const upper = bounds.upper[i]!;
    return [
      [...unit.map((entry) => entry * lower.denominator), -lower.numerator],
      [...unit.map((entry) => -entry * upper.denominator), upper.numerator],
    ];
  });
  const all = [...sides, ...polar];
  const rows: RowSource = (constraint) => all[constraint]!;
  let body: Polytope = {
    vertices: Array.from({ length: 2 ** n }, (_, corner) => {
      const upper = (i: number) => (corner >> i) & 1;
      const point = integersFromRationals(bounds.lower.map((lower, i) => (upper(i) === 1 ? bounds.upper[i]! : lower)));
      return makeVertex(
        point,
        bounds.lower.map((_, i) => 2 * i + upper(i)),
      );
    }),
  };
  polar.forEach((row, k) => {
    const signs = body.vertices.map(({ point }) => signOfInteger(rowAt(row, point.numerators, point.denominator)));
    body = cutPolytope(body, 2 * n + k, signs, rows);
  });
  return body;
}
