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

import { analysisProblem, type Cell, forEachCell } from '../analysis/cells/index.js';
import { levelRow } from '../analysis/function/index.js';
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
  /** Every vertex, in input coordinates; the ids in `faces` are positions here. */
  point(id: number): readonly Rational[];
}

/** A piece of a cell, and the signs of all comparisons at its vertices. */
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

/** Takes in the faces of a piece that lie in the set. */
function addFaces(
  builder: ComplexBuilder,
  polytope: Polytope,
  ids: readonly number[],
  inside: readonly boolean[],
): void {
  const named = (face: readonly number[]) => face.map((v) => ids[v]!).sort((a, b) => a - b);
  const levels = facesByDimension(polytope).map((list) => list.filter((face) => face.every((v) => inside[v])));
  levels.forEach((list, k) => {
    const below = k === 0 ? [] : levels[k - 1]!;
    for (const face of list) {
      const members = new Set(face);
      const facets = below.filter((facet) => facet.every((v) => members.has(v)));
      builder.add(k, { vertices: named(face), facets: facets.map(named) });
    }
  });
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

/**
 * The complex of a set.
 *
 * Cost and memory: all faces of the set, and the vertices of all cells.
 *
 * @throws DomainError on unbounded domains and in more than `VERTEX_DIMENSION` dimensions; RangeError for outputs that do not exist
 */
export function setComplex(network: Network, domain: Domain, set: DecisionSet): SetComplex {
  checkSet(set, network);
  const problem = analysisProblem(network, domain);
  requireVertices(problem, 'topology');
  const comparisons = comparisonsOf(set, network.outputs);
  const geometry = cellGeometry(problem);
  const table = new PointTable();
  const builder = new ComplexBuilder(problem.variables);
  const bounds: number[] = [];
  const idOf = (vertex: Vertex) => {
    const id = table.idOf(vertex);
    bounds[id] ??= boundsAt(vertex, problem);
    return id;
  };
  forEachCell(problem, (cell) => {
    const rows = comparisons.map((comparison) => levelRow(cell, comparison));
    for (const { polytope, signs } of piecesOf(cell, geometry.polytope(cell)!, rows)) {
      const inside = polytope.vertices.map((_, v) => signs.every((list) => admits(set, list[v]!)));
      if (!inside.includes(true)) continue;
      // Only the vertices of faces in the set get ids.
      const ids = polytope.vertices.map((vertex, v) => (inside[v] === true ? idOf(vertex) : -1));
      addFaces(builder, polytope, ids, inside);
    }
  });
  return { faces: builder.dimensions, bounds, point: (id) => problem.lift(table.points[id]!) };
}
