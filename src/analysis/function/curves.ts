/**
 * Segments in the plane joined into curves, and where these turn.
 */
import {
  evaluationUnit,
  type IntegerVector,
  nearestDouble,
  type Rational,
  SLACK,
  signBeyond,
  signOfInteger,
  toDouble,
  underflow,
} from '../../exact/index.js';
import type { Boundary, BoundaryPiece } from './boundary.js';

/** A curve of a boundary in the plane: points joined by segments; closed if the last one is joined to the first. */
export interface Curve {
  readonly points: readonly (readonly Rational[])[];
  readonly closed: boolean;
  /** Positions in `points` where the curve turns. */
  readonly corners: readonly number[];
}

/** The same by the numbers of the points. */
export interface Chain {
  readonly points: readonly number[];
  readonly closed: boolean;
  /** Points where it turns. */
  readonly corners: readonly number[];
}

/**
 * Joins the segments of a boundary in two dimensions into curves, which end where the boundary ends or branches.
 *
 * @throws RangeError if a piece is no segment
 */
export function boundaryCurves({ points, pieces }: Boundary): Curve[] {
  const near = points.map((point) => point.map(toDouble));
  const dimension = points[0]?.length ?? 0;
  /** Two coordinates vary, or all do in one plane: points are on one line if they are in every pair of coordinates. */
  const turns = (a: number, b: number, c: number) => {
    for (let i = 0; i < dimension; i++) {
      for (let j = i + 1; j < dimension; j++) {
        const at = (k: number) => [near[k]![i]!, near[k]![j]!] as const;
        if (turnSign(at(a), at(b), at(c)) !== 0) return true;
      }
    }
    return turnsExactly(points[a]!, points[b]!, points[c]!);
  };
  return joined(pieces, points.length, turns).map(({ points: ids, closed, corners }) => {
    const turning = new Set(corners);
    return {
      points: ids.map((id) => points[id]!),
      closed,
      corners: ids.flatMap((id, k) => (turning.has(id) ? [k] : [])),
    };
  });
}

/**
 * The same for points in two variables, in which nothing is brought to lowest terms.
 *
 * @throws RangeError if a piece is no segment
 */
export function planarChains(points: readonly IntegerVector[], pieces: readonly Segment[]): Chain[] {
  const near = points.map(nearestPlace);
  const turns = (a: number, b: number, c: number) =>
    turnSign(near[a]!, near[b]!, near[c]!) !== 0 || determinant(points[a]!, points[b]!, points[c]!) !== 0n;
  return joined(pieces, points.length, turns);
}

/** The nearest doubles to a point in two variables. */
export function nearestPlace({ numerators: [x, y], denominator }: IntegerVector): Point {
  return [nearestDouble(x!, denominator), nearestDouble(y!, denominator)];
}

/** Exact: 1 where the way from a to b to c, points in two variables, turns left, -1 where it turns right, else 0. */
export function exactTurn(a: IntegerVector, b: IntegerVector, c: IntegerVector): -1 | 0 | 1 {
  const sign = turnSign(nearestPlace(a), nearestPlace(b), nearestPlace(c));
  return sign === 0 ? signOfInteger(determinant(a, b, c)) : sign;
}

type Segment = Pick<BoundaryPiece, 'vertices'>;
type Turns = (a: number, b: number, c: number) => boolean;

function joined(pieces: readonly Segment[], count: number, turns: Turns): Chain[] {
  const ends: number[][] = Array.from({ length: count }, () => []);
  pieces.forEach(({ vertices }, k) => {
    if (vertices.length !== 2) throw new RangeError('curves: expected segments in two dimensions, got other pieces');
    for (const v of vertices) ends[v]!.push(k);
  });
  const used = new Uint8Array(pieces.length);
  const follow = (start: number, first: number): number[] => {
    const chain = [start];
    for (let segment: number | undefined = first; segment !== undefined; ) {
      used[segment] = 1;
      const [a, b] = pieces[segment]!.vertices as readonly [number, number];
      const next = chain.at(-1) === a ? b : a;
      chain.push(next);
      segment = ends[next]!.length === 2 && next !== start ? ends[next]!.find((k) => used[k] === 0) : undefined;
    }
    return chain;
  };
  const chains: Chain[] = [];
  // First the curves with ends, then the closed ones that remain.
  ends.forEach((segments, v) => {
    if (segments.length === 2) return;
    for (const k of segments) if (used[k] === 0) chains.push(chainOf(follow(v, k), turns));
  });
  pieces.forEach(({ vertices }, k) => {
    if (used[k] === 0) chains.push(chainOf(follow(vertices[0]!, k), turns));
  });
  return chains;
}

function chainOf(chain: readonly number[], turns: Turns): Chain {
  const closed = chain.length > 2 && chain[0] === chain.at(-1);
  const points = closed ? chain.slice(0, -1) : chain;
  const corners = points.filter((point, k) => {
    const before = points[k - 1] ?? (closed ? points.at(-1) : undefined);
    const after = points[k + 1] ?? (closed ? points[0] : undefined);
    return before !== undefined && after !== undefined && turns(before, point, after);
  });
  return { points, closed, corners };
}

type Point = readonly [number, number];

/**
 * The sign of the determinant of b - a and c - b, for points whose coordinates are the nearest doubles to the true ones; 0 where
 * that does not tell.
 *
 * *Bound.* With X >= |a_x|, |b_x|, |c_x| and Y likewise, u = 2^-53: a coordinate is off by at most u X, a difference of two by
 * 2 u X, and its rounding by another 2 u X (1 + u) at most; differences are at most 2 X (1 + u). A product of two is off by
 * 2 * 4 u X * 2 Y + 4 u X Y = 20 u X Y and terms in u^2, and the difference of two products by 40 u X Y and 8 u X Y: together
 * less than 49 u X Y, for which `evaluationUnit(60)` = 64 u is taken. Below the normal doubles a coordinate is off by 2^-1075,
 * which the other factor, at most 2 Y + 1, multiplies; `underflow` has more than all of these.
 */
export function turnSign([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): -1 | 0 | 1 {
  const x = Math.max(Math.abs(ax), Math.abs(bx), Math.abs(cx));
  const y = Math.max(Math.abs(ay), Math.abs(by), Math.abs(cy));
  const value = (bx - ax) * (cy - by) - (by - ay) * (cx - bx);
  return signBeyond(value, (evaluationUnit(60) * x * y + underflow(64, x + y)) * SLACK);
}

/** Of three points in homogeneous coordinates: positive where they turn left, 0 if they lie on one line. */
function determinant(a: IntegerVector, b: IntegerVector, c: IntegerVector): bigint {
  const [ax, ay] = a.numerators as [bigint, bigint];
  const [bx, by] = b.numerators as [bigint, bigint];
  const [cx, cy] = c.numerators as [bigint, bigint];
  return (
    ax * (by * c.denominator - cy * b.denominator) -
    ay * (bx * c.denominator - cx * b.denominator) +
    a.denominator * (bx * cy - cx * by)
  );
}

/** Whether three points of a segment path do not lie on one line, in all coordinates. */
function turnsExactly(a: readonly Rational[], b: readonly Rational[], c: readonly Rational[]): boolean {
  /** A positive multiple of the difference, coordinate by coordinate. */
  const difference = (p: readonly Rational[], q: readonly Rational[]) =>
    p.map((x, i) => ({
      numerator: x.numerator * q[i]!.denominator - q[i]!.numerator * x.denominator,
      denominator: x.denominator * q[i]!.denominator,
    }));
  const u = difference(b, a);
  const v = difference(c, b);
  return u.some((x, i) =>
    v.some((y, j) => {
      const left = x.numerator * y.numerator * u[j]!.denominator * v[i]!.denominator;
      const right = u[j]!.numerator * v[i]!.numerator * x.denominator * y.denominator;
      return left !== right;
    }),
  );
}
