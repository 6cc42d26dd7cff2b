/**
 * Exact volumes.
 */

import type { IntegerVector } from '../../exact/index.js';
import { add, determinant, multiply, type Rational, rational, signOfInteger, ZERO } from '../../exact/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import type { Cell } from '../cells/index.js';
import { frameOf } from '../cells/index.js';
import { facetsOf, facetsOfFace } from './faces.js';
import { dimensionOf, type Polytope, type VertexSet } from './polytope.js';

/**
 * The simplices of a triangulation of a face, as lists of dimension + 1 vertices.
 *
 * Every face is the cone from its first vertex over its facets that do not contain that vertex (Cohen and Hickey 1979).
 */
function triangulate(face: VertexSet, dimension: number, facets: readonly VertexSet[], whole = false): number[][] {
  const apex = face[0]!;
  if (dimension === 0) return [[apex]];
  if (dimension === 1) return [[apex, face[1]!]];
  // The facets of the whole polytope are known.
  const own = whole ? facets : facetsOfFace(face, facets);
  return own
    .filter((facet) => !facet.includes(apex))
    .flatMap((facet) => triangulate(facet, dimension - 1, facets).map((simplex) => [apex, ...simplex]));
}

/** The determinant of three rows (x, y, denominator). */
function planarDeterminant([a, b, c]: readonly [IntegerVector, IntegerVector, IntegerVector]): bigint {
  const [ax, ay] = a.numerators as readonly [bigint, bigint];
  const [bx, by] = b.numerators as readonly [bigint, bigint];
  const [cx, cy] = c.numerators as readonly [bigint, bigint];
  return (
    ax * (by * c.denominator - b.denominator * cy) -
    ay * (bx * c.denominator - b.denominator * cx) +
    a.denominator * (bx * cy - by * cx)
  );
}

/** On which side of the line through a and b the point c lies: 1 on the left, 0 on it. All in the plane. */
export function sideOfLine(a: IntegerVector, b: IntegerVector, c: IntegerVector): -1 | 0 | 1 {
  return signOfInteger(planarDeterminant([a, b, c]));
}

/** n! times the volume of the simplex, times the product of the corners' denominators. */
function simplexMeasure(corners: readonly IntegerVector[]): bigint {
  if (corners.length === 3) {
    const planar = planarDeterminant(corners as readonly [IntegerVector, IntegerVector, IntegerVector]);
    return planar < 0n ? -planar : planar;
  }
  const value = determinant(corners.map(({ numerators, denominator }) => [...numerators, denominator]));
  return value < 0n ? -value : value;
}

function factorial(n: number): bigint {
  return n <= 1 ? 1n : BigInt(n) * factorial(n - 1);
}

/** A simplex by its corners, and its share of the volume: a nonnegative integer over `Triangulation.unit`. */
export interface MeasuredSimplex {
  readonly corners: readonly number[];
  readonly measure: bigint;
}

/** A polytope as simplices with disjoint interiors. */
export interface Triangulation {
  readonly simplices: readonly MeasuredSimplex[];
  /** The common denominator of the measures. */
  readonly unit: bigint;
  /** The product of the denominators of all vertices. */
  readonly product: bigint;
}

/** Simplices that make up the convex hull of points in R^n given as a polytope's vertices, with exact volumes. */
export function triangulationOf(polytope: Polytope): Triangulation {
  const n = dimensionOf(polytope);
  const points = polytope.vertices.map((vertex) => vertex.point);
  const facets = facetsOf(polytope).map((facet) => facet.vertices);
  const everything = points.map((_, v) => v);
  // One common denominator: no greatest common divisor per simplex.
  const product = points.reduce((d, point) => d * point.denominator, 1n);
  const simplices = triangulate(everything, n, facets, true).map((simplex) => {
    const corners = simplex.map((v) => points[v]!);
    const own = corners.reduce((d, point) => d * point.denominator, 1n);
    return { corners: simplex, measure: simplexMeasure(corners) * (product / own) };
  });
  return { simplices, unit: product * factorial(n), product };
}

/** The exact volume of the convex hull of points in R^n given as a polytope's vertices. */
export function polytopeVolume(polytope: Polytope): Rational {
  const { simplices, unit } = triangulationOf(polytope);
  return rational(
    simplices.reduce((sum, { measure }) => sum + measure, 0n),
    unit,
  );
}

/** The factor from volumes in the problem's variables to volumes in the free inputs. */
export function volumeScale(problem: PartitionProblem): Rational {
  return frameOf(problem).factor.reduce(multiply);
}

/**
 * The sum of volumes of cells visited in tree order.
 *
 * Volumes are added along the tree: the sum over a complete subtree is the volume of one polytope, so that its lowest
 * terms are short, whereas sums over arbitrary sets of cells have denominators as long as all of theirs together.
 */
export class VolumeSum {
  /** sums[k]: the part below the node at depth k that is complete. */
  private readonly sums: Rational[] = [];
  private depth = -1;

  /** Adds the volume of the next cell. */
  add(cell: Cell, volume: Rational): void {
    if (this.depth >= 0) this.close(cell.shared);
    this.depth = cell.splits.length;
    for (let k = cell.shared + 1; k <= this.depth; k++) this.sums[k] = ZERO;
    this.sums[this.depth] = this.depth === cell.shared ? add(this.sums[this.depth] ?? ZERO, volume) : volume;
  }

  /** Adds what is complete below `depth` to the node there. */
  private close(depth: number) {
    for (let k = this.depth; k > depth; k--) this.sums[k - 1] = add(this.sums[k - 1] ?? ZERO, this.sums[k]!);
    this.depth = Math.min(this.depth, depth);
  }

  /** The sum so far. */
  total(): Rational {
    return this.sums.slice(0, this.depth + 1).reduce(add, ZERO);
  }
}
