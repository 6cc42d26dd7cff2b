/**
 * The zero set of a level function, gathered cell by cell.
 *
 * On a cell the level function h is affine. Where h changes sign inside a cell, {h = 0} cuts a polytope of one dimension
 * less out of it, whose vertices lie on the cell's edges; where h is zero on a facet only, that facet belongs to the
 * boundary; where h is zero on the whole cell, the cell is a tie.
 *
 * A crossing belongs to all cells around its edge. It is found again by the key of the edge (`geometry/shared-vertices.ts`: on
 * cells with one key h differs by multiples of rows that are zero on the edge), so that it is solved for once.
 */
import type { IntegerVector } from '../../exact/index.js';
import { evaluationUnit, isOrdinary, rowAt, SLACK, signBeyond, signOfInteger, toDouble } from '../../exact/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import type { VertexCloud } from '../../walk/index.js';
import { type Cell, outputDenominator } from '../cells/index.js';
import {
  type CellGeometry,
  cellGeometry,
  commonZero,
  constraintRow,
  crossedEdges,
  facetsOf,
  makeVertex,
  PointTable,
  type Polytope,
  type Vertex,
  VertexKeys,
  type VertexSet,
} from '../geometry/index.js';
import type { Level } from './level.js';

/** The level function's exact row on a cell, in the problem's variables, scaled by a positive number. */
export function levelRow(cell: Cell, level: Level): bigint[] {
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

/** Tells in doubles the signs of the level function at most vertices. */
export class LevelFilter {
  private readonly filtered: boolean;
  private readonly row: Float64Array;
  private signs = new Int8Array(64);

  constructor(
    private readonly problem: PartitionProblem,
    private readonly level: Level,
  ) {
    this.filtered = problem.magnitude.every(isOrdinary);
    this.row = new Float64Array(problem.variables + 1);
  }

  /**
   * The signs of h at vertices, 0 where doubles do not tell; or undefined if it has one sign on their hull.
   * Overwritten by the next call.
   *
   * *Bound.* With |w_i - W_i| <= e X_i at every vertex, a row is off by at most T + e (M + T) (Lemma 4 of
   * `engines/planar/vertices.ts`). h is the sum of two rows, the second one negative or a constant, which is rounded by at most
   * u |c|; subtracting entry by entry and evaluating adds at most (n + 4) u times the masses, which T + T' covers once more.
   */
  signsOn(cell: Cell, shape: VertexCloud): Int8Array | undefined {
    const { count, points, radius } = shape;
    if (this.signs.length < count) this.signs = new Int8Array(2 * count);
    const { signs, row } = this;
    if (!this.filtered) return signs.fill(0);
    const { bound, span } = this.enter(cell);
    const { variables } = this.problem;
    let [above, below, unknown] = [false, false, false];
    for (let v = 0, at = 0; v < count; v++, at += variables) {
      let value = row[variables]!;
      for (let i = 0; i < variables; i++) value += row[i]! * points[at + i]!;
      const sign = signBeyond(value, (bound + radius[v]! * (span + bound)) * SLACK);
      signs[v] = sign;
      if (sign > 0) above = true;
      else if (sign < 0) below = true;
      else unknown = true;
    }
    return unknown || (above && below) ? signs : undefined;
  }

  /** The sign that h has on all of the hull of vertices; 0 if doubles do not tell, or if it has several. */
  signOn(cell: Cell, shape: VertexCloud): -1 | 0 | 1 {
    return this.signsOn(cell, shape) === undefined ? (this.signs[0]! as -1 | 1) : 0;
  }

  /** Takes the row of h on a cell, and bounds what it is off by, and its span. */
  private enter(cell: Cell): { readonly bound: number; readonly span: number } {
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
    return { bound: 2 * bound + 2 * evaluationUnit(variables + 1) * span, span };
  }
}

/** A piece, its vertices as numbers of `LevelPart.points`. */
interface PartPiece {
  readonly cell: number;
  readonly vertices: readonly number[];
  /** On a facet of the cell: met from both sides. */
  readonly onFacet: boolean;
}

type Place = Pick<Vertex, 'point' | 'near'>;

/** What was gathered from some consecutive cells; survives the structured clone algorithm. */
export interface LevelPart {
  /** In the problem's variables, with the nearest doubles, in the order in which they were met. */
  readonly points: readonly Place[];
  readonly pieces: readonly PartPiece[];
  readonly ties: readonly number[];
}

/** What a survey of one level has gathered. */
export interface SurveyedLevel extends LevelPart {
  /** How many cells meet the zero set in points that are on no piece of theirs. */
  readonly touches: number;
}

/** Gathers the zero set of one level function from the cells of a walk. */
export class LevelSurvey {
  private readonly geometry: CellGeometry;
  private readonly filter: LevelFilter;
  private readonly keys: VertexKeys;
  private table = new PointTable();
  private points: Place[] = [];
  private ids = new Map<string, number>();
  private pieces: PartPiece[] = [];
  private ties: number[] = [];
  private touches = 0;

  constructor(
    problem: PartitionProblem,
    private readonly level: Level,
  ) {
    this.geometry = cellGeometry(problem);
    this.filter = new LevelFilter(problem, level);
    this.keys = new VertexKeys(problem);
  }

  visit(cell: Cell): void {
    const around = cell.around();
    if (around !== undefined && this.filter.signsOn(cell, around) === undefined) return;
    const shape = cell.shape();
    const told = shape && this.filter.signsOn(cell, shape);
    if (shape !== undefined && told === undefined) return;
    const polytope = this.geometry.polytope(cell)!;
    const row = levelRow(cell, this.level);
    const signs = polytope.vertices.map((vertex, v) => {
      if (told !== undefined && told[v] !== 0) return told[v]!;
      return signOfInteger(rowAt(row, vertex.point.numerators, vertex.point.denominator));
    });
    const above = signs.includes(1);
    const below = signs.includes(-1);
    if (above && below) this.section(cell, polytope, row, signs);
    else if (!above && !below) this.ties.push(cell.id);
    else this.onFacet(cell, polytope, signs);
  }

  /** What was gathered since the last call. */
  take(): SurveyedLevel {
    const part: SurveyedLevel = { points: this.points, pieces: this.pieces, ties: this.ties, touches: this.touches };
    this.table = new PointTable();
    this.points = [];
    this.ids = new Map();
    this.pieces = [];
    this.ties = [];
    this.touches = 0;
    return part;
  }

  /** h has both signs inside the cell. */
  private section(cell: Cell, polytope: Polytope, row: readonly bigint[], signs: readonly number[]) {
    const { vertices } = polytope;
    const n = cell.problem.variables;
    const ids = vertices.flatMap((vertex, v) => (signs[v] === 0 ? [this.idOf(cell, vertex)] : []));
    for (const edge of crossedEdges(vertices, signs, n)) {
      // In the plane one constraint is the edge's line; more would be the same line again.
      const needed = n === 2 ? edge.slice(0, 1) : edge;
      ids.push(
        this.known(`e${this.keys.of(cell, needed)}`, () =>
          makeVertex(commonZero([...needed.map((constraint) => constraintRow(cell, constraint)), row], n), []),
        ),
      );
    }
    this.pieces.push({ cell: cell.id, vertices: ids, onFacet: false });
  }

  private onFacet(cell: Cell, polytope: Polytope, signs: readonly number[]) {
    const facet = zeroFacet(polytope, signs);
    if (facet === undefined) {
      if (signs.includes(0)) this.touches++;
      return;
    }
    const vertices = facet.map((v) => this.idOf(cell, polytope.vertices[v]!));
    this.pieces.push({ cell: cell.id, vertices, onFacet: true });
  }

  private idOf(cell: Cell, vertex: Vertex): number {
    return this.known(`v${this.keys.of(cell, vertex.tight)}`, () => vertex);
  }

  /** The number of the point with a key. */
  private known(key: string, vertex: () => Vertex): number {
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    const { point, near } = vertex();
    const id = this.table.idOf({ point, near });
    if (id === this.points.length) this.points.push({ point, near });
    this.ids.set(key, id);
    return id;
  }
}

/** The facet on which all signs are zero, if there is one. */
function zeroFacet(polytope: Polytope, signs: readonly number[]): VertexSet | undefined {
  return facetsOf(polytope)
    .map(({ vertices }) => vertices)
    .find((vertices) => vertices.every((v) => signs[v] === 0));
}

/** The parts of a walk put together in tree order: what one survey of all cells would say. */
export class LevelSum {
  private readonly table = new PointTable();
  private readonly onFacets = new Set<string>();
  readonly pieces: { readonly cell: number; readonly vertices: readonly number[] }[] = [];
  readonly ties: number[] = [];

  get points(): readonly IntegerVector[] {
    return this.table.points;
  }

  /** Takes the next part. @param first the number of its first cell, if the part counts from 0 */
  add({ points, pieces, ties }: LevelPart, first = 0): void {
    const ids = points.map((place) => this.table.idOf(place));
    for (const { cell, vertices, onFacet } of pieces) {
      const own = vertices.map((v) => ids[v]!);
      if (onFacet) {
        const key = [...own].sort((a, b) => a - b).join();
        if (this.onFacets.has(key)) continue;
        this.onFacets.add(key);
      }
      this.pieces.push({ cell: first + cell, vertices: own });
    }
    for (const cell of ties) this.ties.push(first + cell);
  }
}
