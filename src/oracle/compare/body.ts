/**
 * Full-dimensional polytopes in the variables of a problem, cut in exact arithmetic: claimed shapes, cells and what they
 * have in common.
 */
import {
  boundRow,
  boxPolytope,
  cutPolytope,
  facetsOf,
  type Polytope,
  polytopeVolume,
  type RowSource,
} from '../../analysis/geometry/index.js';
import type { IntegerVector } from '../../exact/index.js';
import { compare, type Rational, rational, rowAt, signOfInteger, ZERO } from '../../exact/index.js';
import type { PartitionProblem } from '../../problem/index.js';

/** An affine function as integers, the constant last; nonnegative on the body that it bounds. */
export type Row = readonly bigint[];

export interface Body {
  readonly polytope: Polytope;
  /** The row of a constraint that is named at the vertices. */
  readonly rows: RowSource;
  /** The number of the next constraint. */
  readonly next: number;
}

/** The box of a problem. */
export function boxBody(problem: PartitionProblem): Body {
  return {
    polytope: boxPolytope(problem),
    rows: (constraint) => boundRow(problem, constraint),
    next: 2 * problem.variables,
  };
}

/** The part of a body where a row is nonnegative; undefined if that has no interior. */
export function cutBody(body: Body, row: Row): Body | undefined {
  const { polytope, rows, next } = body;
  const signs = polytope.vertices.map(({ point }) => signOfInteger(rowAt(row, point.numerators, point.denominator)));
  if (!signs.some((sign) => sign > 0)) return undefined;
  // A row that is positive everywhere bounds nothing.
  if (signs.every((sign) => sign > 0)) return body;
  const source: RowSource = (constraint) => (constraint === next ? row : rows(constraint));
  return { polytope: cutPolytope(polytope, next, signs, source), rows: source, next: next + 1 };
}

/** The part of a body where all rows are nonnegative; undefined if that has no interior. */
export function cutByAll(body: Body, rows: readonly Row[]): Body | undefined {
  let rest: Body | undefined = body;
  for (const row of rows) rest = rest && cutBody(rest, row);
  return rest;
}

/** What is left of bodies outside of { all rows >= 0 }, as bodies that overlap nowhere. */
export function outside(bodies: readonly Body[], rows: readonly Row[]): Body[] {
  return bodies.flatMap((body) => {
    const parts: Body[] = [];
    let inside: Body | undefined = body;
    for (const row of rows) {
      if (inside === undefined) break;
      const beyond = cutBody(
        inside,
        row.map((entry) => -entry),
      );
      if (beyond !== undefined) parts.push(beyond);
      inside = cutBody(inside, row);
    }
    return parts;
  });
}

/** The rows of the facets, one per facet. */
export function facetRows({ polytope, rows }: Body): { readonly constraint: number; readonly row: Row }[] {
  return facetsOf(polytope).map(({ constraints: [first] }) => ({ constraint: first!, row: rows(first!) }));
}

/** A point inside: the mean of the vertices. */
export function centreOfBody({ polytope }: Body): IntegerVector {
  const points = polytope.vertices.map(({ point }) => point);
  const common = points.reduce((product, { denominator }) => product * denominator, 1n);
  const numerators = points[0]!.numerators.map((_, i) =>
    points.reduce((sum, { numerators: own, denominator }) => sum + own[i]! * (common / denominator), 0n),
  );
  return { numerators, denominator: common * BigInt(points.length) };
}

/** The volume in the variables. */
export function volumeOfBody({ polytope }: Body): Rational {
  return polytopeVolume(polytope);
}

/**
 * How far a body reaches beyond a half-space row >= 0: the least shift of every input coordinate that would bring all of it
 * back, 0 if it is inside.
 *
 * @param lengths for each variable by how much it changes per unit of its input
 */
export function reachBeyond({ polytope }: Body, row: Row, lengths: readonly Rational[]): Rational {
  let most = ZERO;
  for (const { point } of polytope.vertices) {
    const value = rowAt(row, point.numerators, point.denominator);
    if (value >= 0n) continue;
    const depth = rational(-value, point.denominator);
    if (compare(depth, most) > 0) most = depth;
  }
  if (most.numerator === 0n) return ZERO;
  let numerator = 0n;
  let denominator = 1n;
  lengths.forEach((length, i) => {
    const entry = row[i]! < 0n ? -row[i]! : row[i]!;
    numerator = numerator * length.denominator + entry * length.numerator * denominator;
    denominator *= length.denominator;
  });
  return rational(most.numerator * denominator, most.denominator * numerator);
}
