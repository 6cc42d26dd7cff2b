/**
 * Which output is the largest where: the classes of a network that decides by its greatest output, exactly.
 *
 * With one output there are two classes, 0 where it is negative and 1 where it is positive. The decision boundary is the set
 * of points at which the maximum is attained twice. On a cell the outputs are affine, so each class has a convex part of the
 * cell, whose vertices come from exact cuts; if one output is the largest at all vertices it is so on the whole cell.
 */
import type { IntegerVector } from '../../exact/index.js';
import {
  isOrdinary,
  multiply,
  type Rational,
  rowAt,
  SLACK,
  signBeyond,
  signOfInteger,
  toDouble,
} from '../../exact/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import type { Cell } from '../cells/index.js';
import {
  constraintRow,
  cutPolytope,
  facetsOf,
  PointTable,
  type Polytope,
  polytopeVolume,
  type Vertex,
  valueAt,
  volumeScale,
} from '../geometry/index.js';
import type { Boundary, BoundaryPiece } from './boundary.js';

/** The class of a cell on which several classes occur, and of one on which the maximum is attained twice throughout. */
export const MIXED = -1;
export const TIE = -2;

export interface ClassSurveyResult {
  /** The number of classes: 2 for one output. */
  readonly classes: number;
  /** For each class: cells that lie in it entirely, cells in which it has a part, and its volume in doubles. */
  readonly census: readonly { readonly whole: number; readonly part: number; readonly volume: number }[];
  readonly boundary: Boundary;
}

/** Two classes, the smaller number first. */
export type ClassPair = readonly [number, number];

/** Is told of the decision boundary of every pair of classes, as it is met. */
export interface PairSink {
  /** A polytope of one dimension less on which both classes of each pair are the largest, but not equal on the whole cell. */
  piece(cell: Cell, vertices: readonly Vertex[], pairs: readonly ClassPair[], onFacet: boolean): void;
  /** Both classes of each pair are equal on the cell, and the largest on a part of it that has interior. */
  tie(cell: Cell, pairs: readonly ClassPair[]): void;
}

interface Tally {
  whole: number;
  part: number;
  volume: number;
}

/** Surveys the classes of the cells of a walk on a box, in as many dimensions as vertices are computed. */
export class ClassSurvey {
  readonly classes: number;
  private readonly tallies: Tally[];
  private readonly table = new PointTable();
  private readonly pieces: BoundaryPiece[] = [];
  private readonly ties: number[] = [];
  private readonly onFacets = new Set<string>();
  /** Pieces inside the present cell. */
  private readonly inside = new Set<string>();
  private readonly scale: Rational;
  private readonly filtered: boolean;

  constructor(
    private readonly problem: PartitionProblem,
    /** Whether volumes are wanted, which cost most of it; 0 otherwise. */
    private readonly measured = true,
    private readonly sink?: PairSink,
  ) {
    const outputs = problem.layers.at(-1)!.width;
    this.classes = Math.max(2, outputs);
    this.tallies = Array.from({ length: this.classes }, () => ({ whole: 0, part: 0, volume: 0 }));
    this.scale = volumeScale(problem);
    this.filtered = problem.magnitude.every(isOrdinary);
  }

  /**
   * Surveys the next cell.
   *
   * @param volume of the cell in doubles, if it is known already
   * @returns its class, MIXED or TIE
   */
  visit(cell: Cell, polytope: Polytope, volume?: number): number {
    const largest = polytope.vertices.map((vertex) => this.largestAt(cell, vertex));
    const everywhere = commonElements(largest);
    if (everywhere.length > 1) {
      this.ties.push(cell.id);
      this.sink?.tie(cell, pairsAmong(everywhere));
      // Another class may reach them on a facet.
      if (this.sink !== undefined) this.facetsAtTies(polytope, largest, (corners) => this.tell(cell, corners, true));
      return TIE;
    }
    const [only] = everywhere;
    if (only === undefined) {
      this.divide(cell, polytope);
      return MIXED;
    }
    const tally = this.tallies[only]!;
    tally.whole++;
    tally.volume += volume ?? this.volumeOf(polytope);
    if (largest.some((set) => set.length > 1)) {
      this.facetsAtTies(polytope, largest, (corners) => this.piece(cell, corners, true));
    }
    return only;
  }

  result(): ClassSurveyResult {
    const points = this.table.points.map((point: IntegerVector) => this.problem.lift(point));
    return {
      classes: this.classes,
      census: this.tallies.map((tally) => ({ ...tally })),
      boundary: { points, pieces: this.pieces, ties: this.ties },
    };
  }

  private volumeOf(polytope: Polytope): number {
    return this.measured ? toDouble(multiply(polytopeVolume(polytope), this.scale)) : 0;
  }

  /** The outputs that are largest at a vertex. */
  private largestAt(cell: Cell, vertex: Vertex): number[] {
    let best = [0];
    for (let k = 1; k < this.classes; k++) {
      const sign = this.compareAt(cell, k, best[0]!, vertex);
      if (sign > 0) best = [k];
      else if (sign === 0) best.push(k);
    }
    return best;
  }

  /**
   * The sign of (class a) - (class b) at a vertex.
   *
   * *Filter.* Each output is off by at most 3 threshold (`signAtVertex`), and the sign of a rounded difference is that of the
   * difference.
   */
  private compareAt(cell: Cell, a: number, b: number, vertex: Vertex): -1 | 0 | 1 {
    const { rows, outputLayer } = cell;
    if (this.filtered) {
      const threshold = rows.threshold[outputLayer]!;
      const value = (k: number) => {
        const row = this.rowOf(k);
        return row === undefined ? 0 : valueAt(rows.rows[outputLayer]!, row * rows.stride, vertex.near);
      };
      const error = (k: number) => threshold[this.rowOf(k) ?? 0]!;
      const sign = signBeyond(value(a) - value(b), 3 * (error(a) + error(b)) * SLACK);
      if (sign !== 0) return sign;
    }
    const { numerators, denominator } = vertex.point;
    return signOfInteger(rowAt(this.difference(cell, a, b), numerators, denominator));
  }

  /** The output that is large on a class; none for the class "negative" of a single output, which is large where 0 is. */
  private rowOf(k: number): number | undefined {
    if (this.problem.layers.at(-1)!.width > 1) return k;
    return k === 1 ? 0 : undefined;
  }

  /** The exact row of (class a) - (class b). */
  private difference(cell: Cell, a: number, b: number): readonly bigint[] {
    const row = (k: number) => {
      const output = this.rowOf(k);
      return output === undefined ? undefined : cell.exact.row(cell.outputLayer, output);
    };
    const left = row(a);
    const right = row(b);
    const length = (left ?? right)!.length;
    return Array.from({ length }, (_, i) => (left?.[i] ?? 0n) - (right?.[i] ?? 0n));
  }

  /** Cuts a cell on which several classes occur into its classes. */
  private divide(cell: Cell, polytope: Polytope) {
    this.inside.clear();
    for (let own = 0; own < this.classes; own++) {
      const part = this.partOf(cell, polytope, own);
      if (part === undefined) continue;
      this.tallies[own]!.part++;
      this.tellTies(cell, own);
      this.tallies[own]!.volume += this.volumeOf(part);
      const first = this.firstLevel(cell);
      for (const { constraints, vertices } of facetsOf(part)) {
        const corners = vertices.map((v) => part.vertices[v]!);
        if (commonElements(corners.map((vertex) => this.largestAt(cell, vertex))).length < 2) continue;
        // Pieces inside the cell are met from both sides here, those on its facets from the neighbour, too.
        this.piece(cell, corners, constraints.at(-1)! < first);
      }
    }
  }

  /** Constraints "class own beats class k" get the numbers behind those of the cell. */
  private firstLevel({ splits }: Cell): number {
    return 2 * this.problem.variables + splits.length;
  }

  /** The part of a cell on which a class is the largest; undefined without interior. */
  private partOf(cell: Cell, polytope: Polytope, own: number): Polytope | undefined {
    const first = this.firstLevel(cell);
    let part = polytope;
    for (let k = 0; k < this.classes; k++) {
      if (k === own) continue;
      const signs = part.vertices.map((vertex) => this.compareAt(cell, own, k, vertex));
      if (!signs.includes(1)) {
        // Where two outputs agree throughout, the first one is taken.
        if (signs.includes(-1) || k < own) return undefined;
        continue;
      }
      if (!signs.includes(-1)) continue;
      part = cutPolytope(part, first + k, signs, (constraint) =>
        constraint >= first ? this.difference(cell, own, constraint - first) : constraintRow(cell, constraint),
      );
    }
    return part;
  }

  /** The boundary may run along facets: where the maximum is attained twice. */
  private facetsAtTies(
    polytope: Polytope,
    largest: readonly (readonly number[])[],
    take: (corners: readonly Vertex[]) => void,
  ) {
    for (const { vertices } of facetsOf(polytope)) {
      if (commonElements(vertices.map((v) => largest[v]!)).length < 2) continue;
      take(vertices.map((v) => polytope.vertices[v]!));
    }
  }

  private piece(cell: Cell, vertices: readonly Vertex[], onFacet: boolean) {
    const seen = onFacet ? this.onFacets : this.inside;
    const ids = vertices.map((vertex) => this.table.idOf(vertex));
    const key = [...ids].sort((a, b) => a - b).join();
    // A piece on a facet belongs to a pair on one side only where the pair ties on the other.
    if (onFacet || !seen.has(key)) this.tell(cell, vertices, onFacet);
    if (!seen.has(key)) this.pieces.push({ cell: cell.id, vertices: ids });
    seen.add(key);
  }

  /** Tells the sink of a piece, for the pairs that are not equal on the whole cell. */
  private tell(cell: Cell, vertices: readonly Vertex[], onFacet: boolean) {
    if (this.sink === undefined) return;
    const common = commonElements(vertices.map((vertex) => this.largestAt(cell, vertex)));
    const pairs = pairsAmong(common).filter(([a, b]) => !this.equalOn(cell, a, b));
    if (pairs.length > 0) this.sink.piece(cell, vertices, pairs, onFacet);
  }

  /** Tells the sink which classes equal one that has a part of the cell; the first of equal ones has it. */
  private tellTies(cell: Cell, own: number) {
    if (this.sink === undefined) return;
    const equal = [own];
    for (let k = own + 1; k < this.classes; k++) if (this.equalOn(cell, own, k)) equal.push(k);
    if (equal.length > 1) this.sink.tie(cell, pairsAmong(equal));
  }

  /** Whether two classes are equal on a cell: it has interior, so their difference is the zero row. */
  private equalOn(cell: Cell, a: number, b: number): boolean {
    return this.difference(cell, a, b).every((entry) => entry === 0n);
  }
}

function pairsAmong(classes: readonly number[]): ClassPair[] {
  return classes.flatMap((a, i) => classes.slice(i + 1).map((b): ClassPair => [a, b]));
}

function commonElements(sets: readonly (readonly number[])[]): number[] {
  return sets[0]!.filter((element) => sets.every((set) => set.includes(element)));
}
