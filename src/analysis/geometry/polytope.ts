/**
 * Exact polytopes with their vertices, cut by one half-space after the other (the double description method).
 *
 * A vertex knows all constraints that are zero there, redundant ones included. Then combinatorics decides what geometry
 * would: two vertices span an edge if and only if no third one has every constraint that both have (Fukuda and Prodon
 * 1996), and facets are the maximal sets of vertices on one constraint. Signs at vertices are taken from the cell's rows in
 * doubles where their error bound allows, else in integers.
 */

import type { IntegerVector } from '../../exact/index.js';
import { isOrdinary, nearestDouble, rowAt, signBeyond, signOfInteger, solveAny } from '../../exact/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import type { Cell, Split } from '../cells/index.js';

/**
 * A constraint by number: 2i and 2i + 1 are variable i at its lower and upper bound, 2 variables + k is the k-th split of
 * the cell.
 */
export type ConstraintNumber = number;

export interface Vertex {
  /** In the problem's variables. Not in lowest terms. */
  readonly point: IntegerVector;
  /** The nearest doubles of the coordinates. */
  readonly near: Float64Array;
  /** The constraints that are zero here, ascending. */
  readonly tight: readonly ConstraintNumber[];
}

/** A face as the ascending positions of its vertices in `Polytope.vertices`. */
export type VertexSet = readonly number[];

/** A facet and all constraints that are zero on it: more than one where creases coincide. */
export interface Facet {
  readonly constraints: readonly ConstraintNumber[];
  readonly vertices: VertexSet;
}

/** A full-dimensional polytope in the problem's variables. */
export interface Polytope {
  readonly vertices: readonly Vertex[];
  /** The facets, where they are known already; `facetsOf` finds them otherwise. */
  readonly facets?: readonly Facet[];
  /** The number of variables, where it is told; that of a vertex's coordinates otherwise. */
  readonly dimension?: number;
}

/** The dimension of a full-dimensional polytope. */
export function dimensionOf({ dimension, vertices }: Polytope): number {
  return dimension ?? vertices[0]!.near.length;
}

/** Exact integer rows (coefficients, then constant) of constraints that are >= 0 on the polytope. */
export type RowSource = (constraint: ConstraintNumber) => readonly bigint[];

/** The row of a bound of a variable; nonnegative on the domain. */
export function boundRow(problem: PartitionProblem, constraint: ConstraintNumber): bigint[] {
  const { variables, boxDenominator, exactLower, exactUpper } = problem;
  const row = new Array<bigint>(variables + 1).fill(0n);
  const i = constraint >> 1;
  const upper = (constraint & 1) === 1;
  row[i] = upper ? -boxDenominator : boxDenominator;
  row[variables] = upper ? exactUpper[i]! : -exactLower[i]!;
  return row;
}

/** The row of any constraint of a cell, with the sign that makes it nonnegative there. */
export function constraintRow(cell: Cell, constraint: ConstraintNumber): readonly bigint[] {
  const { problem, exact, splits } = cell;
  const first = 2 * problem.variables;
  if (constraint < first) return boundRow(problem, constraint);
  const { layer, neuron, side } = splits[constraint - first]!;
  const row = exact.row(layer, neuron);
  return side > 0 ? row : row.map((entry) => -entry);
}

/** A vertex at a point. */
export function makeVertex(point: IntegerVector, tight: readonly ConstraintNumber[]): Vertex {
  const near = Float64Array.from(point.numerators, (n) => nearestDouble(n, point.denominator));
  return { point, near, tight };
}

/** The box of a problem. Cost: 2^variables. */
export function boxPolytope(problem: PartitionProblem): Polytope {
  const { variables, exactLower, exactUpper, boxDenominator } = problem;
  const vertices = Array.from({ length: 2 ** variables }, (_, corner) => {
    const upper = (i: number) => (corner >> i) & 1;
    const indices = Array.from({ length: variables }, (_, i) => i);
    const numerators = indices.map((i) => (upper(i) ? exactUpper[i]! : exactLower[i]!));
    return makeVertex(
      { numerators, denominator: boxDenominator },
      indices.map((i) => 2 * i + upper(i)),
    );
  });
  return { vertices };
}

/** The elements of two ascending lists that are in both. */
function common(a: readonly number[], b: readonly number[]): number[] {
  const result: number[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      result.push(a[i]!);
      i++;
      j++;
    } else if (a[i]! < b[j]!) i++;
    else j++;
  }
  return result;
}

/** Whether an ascending list contains all elements of another. */
export function includesAll(list: readonly number[], elements: readonly number[]): boolean {
  if (elements.length > list.length) return false;
  let j = 0;
  for (let i = 0; i < list.length && j < elements.length; i++) if (list[i] === elements[j]) j++;
  return j === elements.length;
}

/** Whether two vertices that share the constraints `shared` span an edge of the polytope. */
function spanEdge(vertices: readonly Vertex[], a: Vertex, b: Vertex, shared: readonly number[], n: number): boolean {
  if (shared.length < n - 1) return false;
  if (n <= 2) return true;
  return vertices.every((v) => v === a || v === b || !includesAll(v.tight, shared));
}

/** The common zero of the given rows, which determine it. Two variables need one product each, no elimination. */
export function commonZero(rows: readonly (readonly bigint[])[], n: number): IntegerVector {
  if (n === 2 && rows.length === 2) {
    const [[a, b, c], [d, e, f]] = rows as readonly [
      readonly [bigint, bigint, bigint],
      readonly [bigint, bigint, bigint],
    ];
    const determinant = a * e - b * d;
    const x = b * f - c * e;
    const y = c * d - a * f;
    if (determinant !== 0n) {
      return determinant > 0n
        ? { numerators: [x, y], denominator: determinant }
        : { numerators: [-x, -y], denominator: -determinant };
    }
  }
  const solution = solveAny(
    rows.map((row) => row.slice(0, n)),
    rows.map((row) => -row[n]!),
  );
  if (solution === undefined) throw new Error('polytope: expected constraints with a common zero, got none');
  return solution;
}

/** Not a copy of the object: vertices may compute their places when asked. */
function alsoTight({ point, near, tight }: Vertex, constraint: ConstraintNumber): Vertex {
  return { point, near, tight: [...tight, constraint] };
}

/**
 * The edges of a polytope whose ends have different signs, each by the constraints that are zero on it: those of every negative
 * vertex in turn.
 */
export function crossedEdges(
  vertices: readonly Vertex[],
  signs: ArrayLike<number>,
  n: number,
): (readonly ConstraintNumber[])[] {
  const inside = vertices.filter((_, k) => signs[k]! > 0);
  const edges: (readonly ConstraintNumber[])[] = [];
  vertices.forEach((a, k) => {
    if (signs[k]! >= 0) return;
    for (const b of inside) {
      const shared = common(a.tight, b.tight);
      if (spanEdge(vertices, a, b, shared, n)) edges.push(shared);
    }
  });
  return edges;
}

/**
 * The part of a polytope where a constraint is nonnegative.
 *
 * @param signs of the constraint at the vertices
 * @param rows the constraint's and earlier constraints' rows, for new vertices
 * @throws Error if nothing of full dimension remains
 */
export function cutPolytope(
  polytope: Polytope,
  constraint: ConstraintNumber,
  signs: ArrayLike<number>,
  rows: RowSource,
): Polytope {
  const { vertices } = polytope;
  const n = vertices[0]!.near.length;
  const kept: Vertex[] = [];
  let someInside = false;
  vertices.forEach((vertex, k) => {
    const sign = signs[k]!;
    if (sign > 0) someInside = true;
    if (sign >= 0) kept.push(sign > 0 ? vertex : alsoTight(vertex, constraint));
  });
  if (!someInside) throw new Error('polytope: expected a half-space that meets its interior, got one that does not');
  for (const shared of crossedEdges(vertices, signs, n)) {
    // In the plane one constraint is the edge's line; more would be the same line again.
    const needed = n === 2 ? shared.slice(0, 1) : shared;
    const point = commonZero([...needed.map(rows), rows(constraint)], n);
    kept.push(makeVertex(point, [...shared, constraint]));
  }
  return { vertices: kept };
}

/** The polytopes on the current path, kept for as much of it as the next cell shares. */
export class PolytopePath {
  private readonly stack: Polytope[] = [];
  /** The split that made stack[k + 1] of stack[k]; every split of a walk is an object of its own. */
  private readonly made: Split[] = [];
  private readonly filtered: boolean;

  constructor(private readonly problem: PartitionProblem) {
    // Below 2^-900 rounding a coordinate to its nearest double may be relatively worse than the lemma allows.
    this.filtered = problem.magnitude.every(isOrdinary);
  }

  /** The polytope of a cell. */
  polytope(cell: Cell): Polytope {
    const { splits } = cell;
    let depth = 0;
    while (depth < splits.length && this.made[depth] === splits[depth]) depth++;
    this.stack[0] ??= boxPolytope(this.problem);
    this.stack.length = depth + 1;
    this.made.length = depth;
    const rows: RowSource = (constraint) => constraintRow(cell, constraint);
    for (let k = depth; k < splits.length; k++) {
      const before = this.stack[k]!;
      const signs = this.signsAt(cell, splits[k]!, before.vertices);
      this.stack.push(cutPolytope(before, 2 * this.problem.variables + k, signs, rows));
      this.made.push(splits[k]!);
    }
    return this.stack[splits.length]!;
  }

  /** After `polytope`: what the first `depth` splits of that cell leave of the domain. */
  ancestor(depth: number): Polytope {
    return this.stack[depth]!;
  }

  /** The signs of a split's row, times the side taken, at vertices. */
  private signsAt(cell: Cell, { layer, neuron, side }: Split, vertices: readonly Vertex[]): number[] {
    return vertices.map((vertex) => side * signAtVertex(cell, layer, neuron, vertex, this.filtered));
  }
}

/**
 * The exact sign of a neuron's row at a vertex.
 *
 * *Filter.* Let x be the vertex and x~ the nearest doubles, |x~_i - x_i| <= u |x_i| for ordinary coordinates, E the error of
 * the row and M its mass (`sign.ts`). By Lemma 2 the computed value is off by at most `threshold` at x~, and
 * |R(x~) - R(x)| <= |r(x~) - r(x)| + 2E <= u M + 2E; together at most 3 threshold, as threshold >= E + u M. (A coordinate that
 * is so small that its double is subnormal is off by at most 2^-1075, hence by u X_i, as X_i is ordinary.)
 */
export function signAtVertex(
  { rows, exact }: Pick<Cell, 'rows' | 'exact'>,
  layer: number,
  neuron: number,
  vertex: Vertex,
  filtered: boolean,
): -1 | 0 | 1 {
  if (filtered) {
    const value = valueAt(rows.rows[layer]!, neuron * rows.stride, vertex.near);
    const sign = signBeyond(value, 3 * rows.threshold[layer]![neuron]!);
    if (sign !== 0) return sign;
  }
  return signOfInteger(rowAt(exact.row(layer, neuron), vertex.point.numerators, vertex.point.denominator));
}

/** A row in doubles at a point in doubles. */
export function valueAt(data: Float64Array, at: number, point: Float64Array): number {
  const n = point.length;
  let sum = data[at + n]!;
  for (let i = 0; i < n; i++) sum += data[at + i]! * point[i]!;
  return sum;
}
