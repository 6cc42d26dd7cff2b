/**
 * Level sets and decision boundaries, exactly: where one output equals another, or a constant.
 *
 * On a cell the level function h is affine. Where h changes sign inside a cell, {h = 0} cuts a polytope of one dimension
 * less out of it, whose vertices lie on the cell's edges; where h is zero on a facet only, that facet belongs to the
 * boundary; where h is zero on the whole cell, the cell is a tie.
 */
import type { IntegerVector } from '../../exact/index.js';
import {
  evaluationUnit,
  isOrdinary,
  type Rational,
  rational,
  rowAt,
  SLACK,
  signBeyond,
  signOfInteger,
  toDouble,
} from '../../exact/index.js';
import type { Network } from '../../network/index.js';
import { type Domain, DomainError } from '../../network/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { analysisProblem, type Cell, type CellOptions, forEachCell, outputDenominator } from '../cells/index.js';
import {
  cellGeometry,
  constraintRow,
  cutPolytope,
  facetsOf,
  hasVertices,
  PointTable,
  type Polytope,
  type RowSource,
  VERTEX_DIMENSION,
  type Vertex,
  type VertexSet,
} from '../geometry/index.js';

/** h = output - other output, or output - threshold. */
export type Level =
  | { readonly output: number; readonly minus: number }
  | { readonly output: number; readonly threshold: Rational };

/** A piece of the boundary in one cell: a polytope of dimension d - 1. */
export interface BoundaryPiece {
  /** The cell; of a piece on a facet the first of its two cells in tree order. */
  readonly cell: number;
  /** Positions of its vertices in `Boundary.points`. */
  readonly vertices: readonly number[];
}

export interface Boundary {
  /** All vertices of pieces, in input coordinates. */
  readonly points: readonly (readonly Rational[])[];
  readonly pieces: readonly BoundaryPiece[];
  /** Cells on which h is zero throughout. */
  readonly ties: readonly number[];
}

/** The level function's exact row on a cell, in the problem's variables, scaled by a positive number. */
function levelRow(cell: Cell, level: Level): bigint[] {
  const row = cell.exact.row(cell.outputLayer, level.output);
  if ('minus' in level) {
    const other = cell.exact.row(cell.outputLayer, level.minus);
    return row.map((entry, i) => entry - other[i]!);
  }
  const { numerator, denominator } = level.threshold;
  const result = row.map((entry) => entry * denominator);
  result[cell.problem.biasSlot]! -= numerator * outputDenominator(cell);
  return result;
}

/** Tells in doubles most cells on whose closure the level function has one sign. */
class LevelFilter {
  private readonly filtered: boolean;
  private readonly row: Float64Array;

  constructor(
    private readonly problem: PartitionProblem,
    private readonly level: Level,
  ) {
    this.filtered = problem.magnitude.every(isOrdinary);
    this.row = new Float64Array(problem.variables + 1);
  }

  /**
   * Whether h has one sign on the closed cell.
   *
   * *Bound.* With |w_i - W_i| <= e X_i at every vertex, a row is off by at most T + e (M + T) (Lemma 4 of
   * `engines/planar/vertices.ts`). h is the sum of two rows, the second one negative or a constant, which is rounded by at most
   * u |c|; subtracting entry by entry and evaluating adds at most (n + 4) u times the masses, which T + T' covers once more.
   */
  rulesOut(cell: Cell): boolean {
    const shape = this.filtered ? cell.shape() : undefined;
    if (shape === undefined) return false;
    const { rows, outputLayer } = cell;
    const { level, row } = this;
    const { variables, biasSlot } = this.problem;
    const data = rows.rows[outputLayer]!;
    const own = rows.threshold[outputLayer]!;
    const mass = rows.mass[outputLayer]!;
    const at = level.output * rows.stride;
    let bound = own[level.output]!;
    let span = mass[level.output]!;
    if ('minus' in level) {
      const other = level.minus * rows.stride;
      for (let i = 0; i <= variables; i++) row[i] = data[at + i]! - data[other + i]!;
      bound += own[level.minus]!;
      span += mass[level.minus]!;
    } else {
      for (let i = 0; i <= variables; i++) row[i] = data[at + i]!;
      const threshold = toDouble(level.threshold);
      row[biasSlot]! -= threshold;
      span += Math.abs(threshold);
    }
    bound = 2 * bound + 2 * evaluationUnit(variables + 1) * span;
    let sign = 0;
    for (let v = 0; v < shape.count; v++) {
      let value = row[variables]!;
      for (let i = 0; i < variables; i++) value += row[i]! * shape.points[v * variables + i]!;
      const here = signBeyond(value, (bound + shape.radius[v]! * (span + bound)) * SLACK);
      if (here === 0 || here === -sign) return false;
      sign = here;
    }
    return true;
  }
}

/** A number for the constraint "h >= 0" that no constraint of a cell has. */
const LEVEL = -1;

/** The vertices of the polytope on which h is zero, where h has both signs inside. */
function section(polytope: Polytope, row: readonly bigint[], signs: readonly number[], rows: RowSource): Vertex[] {
  const source: RowSource = (constraint) => (constraint === LEVEL ? row : rows(constraint));
  return cutPolytope(polytope, LEVEL, signs, source).vertices.filter(({ tight }) => tight.at(-1) === LEVEL);
}

/**
 * The set where the level function is zero, as exact pieces.
 *
 * @throws DomainError in more than `VERTEX_DIMENSION` dimensions and on unbounded domains; RangeError for outputs that do not exist
 */
export function levelSet(network: Network, domain: Domain, level: Level, options: CellOptions = {}): Boundary {
  const problem = analysisProblem(network, domain);
  checkRequest(network, problem, level);
  const geometry = cellGeometry(problem);
  const filter = new LevelFilter(problem, level);
  const table = new PointTable();
  const pieces: BoundaryPiece[] = [];
  const ties: number[] = [];
  const onFacets = new Set<string>();
  forEachCell(
    problem,
    (cell) => {
      if (filter.rulesOut(cell)) return;
      const polytope = geometry.polytope(cell)!;
      const row = levelRow(cell, level);
      const signs = polytope.vertices.map(({ point }) =>
        signOfInteger(rowAt(row, point.numerators, point.denominator)),
      );
      const above = signs.includes(1);
      const below = signs.includes(-1);
      if (above && below) {
        const vertices = section(polytope, row, signs, (constraint) => constraintRow(cell, constraint));
        pieces.push({ cell: cell.id, vertices: vertices.map((vertex) => table.idOf(vertex)) });
      } else if (!above && !below) {
        ties.push(cell.id);
      } else {
        const facet = zeroFacet(polytope, signs);
        if (facet === undefined) return;
        const vertices = facet.map((v) => table.idOf(polytope.vertices[v]!));
        const key = [...vertices].sort((a, b) => a - b).join();
        if (!onFacets.has(key)) pieces.push({ cell: cell.id, vertices });
        onFacets.add(key);
      }
    },
    options,
  );
  return { points: table.points.map((point: IntegerVector) => problem.lift(point)), pieces, ties };
}

function checkRequest(network: Network, problem: PartitionProblem, level: Level) {
  if (!hasVertices(problem)) {
    throw new DomainError(
      `boundary: expected at most ${VERTEX_DIMENSION} free inputs, got ${problem.variables}; fix some inputs`,
    );
  }
  if (problem.homogeneous) {
    throw new DomainError('boundary: expected a bounded domain, got an unbounded one; give --box, or add bounds');
  }
  for (const output of 'minus' in level ? [level.output, level.minus] : [level.output]) {
    if (!Number.isInteger(output) || output < 0 || output >= network.outputs) {
      throw new RangeError(`boundary: expected an output from 0 to ${network.outputs - 1}, got ${output}`);
    }
  }
}

/** The facet on which all signs are zero, if there is one. */
function zeroFacet(polytope: Polytope, signs: readonly number[]): VertexSet | undefined {
  return facetsOf(polytope)
    .map(({ vertices }) => vertices)
    .find((vertices) => vertices.every((v) => signs[v] === 0));
}

/** A curve of a boundary in the plane: points joined by segments; closed if the last one is joined to the first. */
export interface Curve {
  readonly points: readonly (readonly Rational[])[];
  readonly closed: boolean;
  /** Positions in `points` where the curve turns. */
  readonly corners: readonly number[];
}

/**
 * Joins the segments of a boundary in two dimensions into curves, which end where the boundary ends or branches.
 *
 * @throws RangeError if a piece is no segment
 */
export function boundaryCurves({ points, pieces }: Boundary): Curve[] {
  const ends: number[][] = points.map(() => []);
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
  const curves: Curve[] = [];
  // First the curves with ends, then the closed ones that remain.
  ends.forEach((segments, v) => {
    if (segments.length === 2) return;
    for (const k of segments) if (used[k] === 0) curves.push(curveOf(points, follow(v, k)));
  });
  pieces.forEach(({ vertices }, k) => {
    if (used[k] === 0) curves.push(curveOf(points, follow(vertices[0]!, k)));
  });
  return curves;
}

function curveOf(all: Boundary['points'], chain: readonly number[]): Curve {
  const closed = chain.length > 2 && chain[0] === chain.at(-1);
  const ids = closed ? chain.slice(0, -1) : chain;
  const points = ids.map((id) => all[id]!);
  const corners = points.flatMap((point, k) => {
    const before = points[k - 1] ?? (closed ? points.at(-1) : undefined);
    const after = points[k + 1] ?? (closed ? points[0] : undefined);
    return before !== undefined && after !== undefined && turns(before, point, after) ? [k] : [];
  });
  return { points, closed, corners };
}

/** Whether three points of a segment path do not lie on one line; exact. */
function turns(a: readonly Rational[], b: readonly Rational[], c: readonly Rational[]): boolean {
  // Two coordinates vary; with fixed inputs among them the products of the others vanish.
  const difference = (p: readonly Rational[], q: readonly Rational[]) =>
    p.map((x, i) =>
      rational(x.numerator * q[i]!.denominator - q[i]!.numerator * x.denominator, x.denominator * q[i]!.denominator),
    );
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
