/**
 * The exact cell complex of a set that a network cuts out of a bounded domain, generic or not.
 *
 * Every cell of the partition is a polytope on which all outputs are affine. It is cut further by the comparisons that define the set
 * (output - level, output - other output); then each of them has one sign on the relative interior of every face, and a
 * face lies in the closed set if and only if all its vertices do.
 *
 * *The pieces meet in whole faces.* Take two cells with a common facet W, and a neuron or comparison g that cuts one of them so that W is cut,
 * too: then g, which is continuous, changes its sign on W, so it cuts the other cell along the same part of W. So by induction over the cuts.
 */

import { analysisProblem, type Cell, type CellOptions, forEachCell } from '../analysis/cells/index.js';
import { LevelFilter, levelRow } from '../analysis/function/index.js';
import {
  type CutRows,
  cellGeometry,
  facesByDimension,
  PointTable,
  type Polytope,
  RowCuts,
  requireVertices,
  signsAt,
  type Vertex,
} from '../analysis/geometry/index.js';
import type { Rational } from '../exact/index.js';
import type { Domain, Network } from '../network/index.js';
import type { PartitionProblem } from '../problem/index.js';
import { ComplexBuilder, type Faces } from './complex.js';
import { admits, checkSet, comparisonsOf, type DecisionSet } from './set.js';

export interface SetComplex {
  /** Faces by dimension, from 0 to that of the domain. */
  readonly faces: readonly Faces[];
  /** Of each vertex the bounds of the domain's box on which it lies: bit 2 v + 0 the lower one of variable v, 2 v + 1 the upper one. */
  readonly bounds: readonly number[];
  /** Of each vertex whether it belongs to the set: all do, but in the complex of the domain. */
  readonly isInside: readonly boolean[];
  /** Every vertex, in input coordinates; the ids in `faces` are positions here. */
  point(id: number): readonly Rational[];
}

/** A piece of a cell, and the signs of the comparisons at its vertices. */
interface Piece {
  readonly polytope: Polytope;
  readonly signs: readonly (readonly number[])[];
}

/** The cell's polytope cut by all rows. */
function piecesOf(cell: Cell, polytope: Polytope, rows: CutRows): Piece[] {
  const cuts = new RowCuts(cell, rows);
  let pieces = [polytope];
  rows.forEach((row, r) => {
    pieces = pieces.flatMap((piece) => {
      const signs = signsAt(piece, row);
      if (!signs.includes(1) || !signs.includes(-1)) return [piece];
      return [cuts.half(piece, r, 1, signs), cuts.half(piece, r, -1, signs)];
    });
  });
  return pieces.map((piece) => ({ polytope: piece, signs: rows.map((row) => signsAt(piece, row)) }));
}

/**
 * Takes in the faces of a piece.
 *
 * @param ids of the vertices, -1 for those that are left out with all faces that they belong to
 */
function addFaces(builder: ComplexBuilder, polytope: Polytope, ids: readonly number[]): void {
  const levels = facesByDimension(polytope);
  /** The numbers of the faces of the dimension below, -1 for those outside. */
  let below: readonly number[] = [];
  levels.forEach((list, k) => {
    below = list.map((face) => {
      if (face.some((v) => ids[v]! < 0)) return -1;
      const vertices = face.map((v) => ids[v]!).sort((a, b) => a - b);
      return builder.add(k, vertices, facetsAmong(face, k, levels, below, ids));
    });
  });
}

/** The numbers of the facets of a face of dimension k. */
function facetsAmong(
  face: readonly number[],
  k: number,
  levels: readonly (readonly (readonly number[])[])[],
  below: readonly number[],
  ids: readonly number[],
): number[] {
  if (k === 0) return [];
  if (k === 1) return [...face].sort((a, b) => ids[a]! - ids[b]!).map((v) => below[v]!);
  if (k === levels.length - 1) return [...below];
  return below.filter((_, f) => levels[k - 1]![f]!.every((v) => face.includes(v)));
}

/** The bounds of the box on which a point lies, as bits. */
function boundsAt({ point }: Vertex, { exactLower, exactUpper, boxDenominator }: PartitionProblem): number {
  return point.numerators.reduce((bits, numerator, v) => {
    const x = numerator * boxDenominator;
    const lower = x === exactLower[v]! * point.denominator ? 1 : 0;
    const upper = x === exactUpper[v]! * point.denominator ? 2 : 0;
    return bits | ((lower | upper) << (2 * v));
  }, 0);
}

/** What doubles say of the comparisons on a whole cell. */
interface Decided {
  /** The comparisons that they cannot decide, by number. */
  readonly open: readonly number[];
  /** Whether one of the others keeps the cell, its boundary included, outside of the set. */
  readonly isOutside: boolean;
}

function decidedOn(cell: Cell, set: DecisionSet, filters: readonly LevelFilter[]): Decided {
  const cloud = cell.shape();
  const signs = filters.map((filter) => (cloud === undefined ? 0 : filter.signOn(cell, cloud)));
  return {
    open: signs.flatMap((sign, r) => (sign === 0 ? [r] : [])),
    isOutside: signs.some((sign) => sign !== 0 && !admits(set, sign)),
  };
}

/** Of which faces a complex is made: those in the set, or all of the domain, cut by the comparisons of the set. */
export type Extent = 'set' | 'domain';

/**
 * The complex of a set.
 *
 * Cost and memory: all its faces, and the vertices of all cells.
 *
 * @throws DomainError on unbounded domains and in more than `VERTEX_DIMENSION` dimensions; RangeError for outputs that do not exist
 */
export function setComplex(
  network: Network,
  domain: Domain,
  set: DecisionSet,
  walk: CellOptions = {},
  extent: Extent = 'set',
): SetComplex {
  checkSet(set, network);
  const problem = analysisProblem(network, domain);
  requireVertices(problem, 'topology');
  const comparisons = comparisonsOf(set, network.outputs);
  const geometry = cellGeometry(problem);
  const table = new PointTable();
  const builder = new ComplexBuilder(problem.variables);
  const bounds: number[] = [];
  const isInside: boolean[] = [];
  const idOf = (vertex: Vertex, inside: boolean) => {
    const id = table.idOf(vertex);
    bounds[id] ??= boundsAt(vertex, problem);
    isInside[id] = inside;
    return id;
  };
  const filters = comparisons.map((comparison) => new LevelFilter(problem, comparison));
  forEachCell(
    problem,
    (cell) => {
      const { open, isOutside } = decidedOn(cell, set, filters);
      if (isOutside && extent === 'set') return;
      const rows = open.map((r) => levelRow(cell, comparisons[r]!));
      for (const { polytope, signs } of piecesOf(cell, geometry.polytope(cell)!, rows)) {
        const inside = polytope.vertices.map((_, v) => !isOutside && signs.every((list) => admits(set, list[v]!)));
        if (extent === 'set' && !inside.includes(true)) continue;
        // Only the vertices of faces that are taken in get ids.
        const ids = polytope.vertices.map((vertex, v) =>
          extent === 'domain' || inside[v]! ? idOf(vertex, inside[v]!) : -1,
        );
        addFaces(builder, polytope, ids);
      }
    },
    walk,
  );
  return { faces: builder.dimensions, bounds, isInside, point: (id) => problem.lift(table.points[id]!) };
}
