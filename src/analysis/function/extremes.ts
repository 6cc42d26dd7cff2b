/**
 * The exact minimum and maximum of every output over the domain, and where they are attained.
 */

import {
  compare,
  type IntegerVector,
  isOrdinary,
  negate,
  nextDown,
  type Rational,
  rational,
  rowAt,
  SLACK,
  toDouble,
} from '../../exact/index.js';
import { simplexBackend, solveLp } from '../../lp/index.js';
import type { Domain, Network } from '../../network/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import type { CellShape, VertexCloud } from '../../walk/index.js';
import { analysisProblem, type Cell, type CellOptions, forEachCell, outputDenominator } from '../cells/index.js';
import {
  type CellGeometry,
  cellGeometry,
  constraintRow,
  type Polytope,
  type Vertex,
  valueAt,
} from '../geometry/index.js';

/** A least or greatest value with the place where it is attained, or a ray along which the output grows without bound. */
export type Extreme =
  | { readonly kind: 'attained'; readonly value: Rational; readonly at: readonly Rational[]; readonly cell: number }
  | { readonly kind: 'unbounded'; readonly direction: readonly Rational[]; readonly cell: number };

export interface OutputRange {
  readonly minimum: Extreme;
  readonly maximum: Extreme;
}

/** The best value of sign * output found so far. */
interface Best {
  /** In the problem's variables. */
  point: IntegerVector | undefined;
  value: Rational | undefined;
  /** A double that is at most the value. */
  atLeast: number;
  ray: IntegerVector | undefined;
  cell: number;
}

/**
 * The exact range of every output over the domain.
 *
 * Over a cell an output is affine, so its extremes are at vertices. In low dimension all vertices are looked at, most of
 * them in doubles only; in high dimension each cell asks linear programs.
 */
export function outputRanges(network: Network, domain: Domain, options: CellOptions = {}): OutputRange[] {
  const problem = analysisProblem(network, domain);
  const geometry = cellGeometry(problem);
  const search = new ExtremeSearch(problem, geometry);
  forEachCell(problem, (cell) => search.visit(cell), options);
  return search.result();
}

/** False if a value that is off by at most `error` certainly does not exceed `known`. */
function exceeds(value: number, error: number, known: number): boolean {
  const atMost = value + error * SLACK;
  // The sum is rounded; a part in 2^20 of its terms is far more than that.
  return !(atMost + (Math.abs(value) + Math.abs(atMost)) * (SLACK - 1) <= known);
}

/** Gathers the extremes of the outputs from the cells of a walk. */
export class ExtremeSearch {
  private readonly best: Best[];
  private readonly filtered: boolean;

  constructor(
    private readonly problem: PartitionProblem,
    private readonly geometry: CellGeometry,
  ) {
    const outputs = problem.layers[problem.depth - 1]!.width;
    this.best = Array.from({ length: 2 * outputs }, () => ({
      point: undefined,
      value: undefined,
      atLeast: Number.NEGATIVE_INFINITY,
      ray: undefined,
      cell: -1,
    }));
    this.filtered = !problem.homogeneous && problem.magnitude.every(isOrdinary);
  }

  visit(cell: Cell): void {
    const around = cell.around();
    if (around !== undefined && !this.mayImproveAround(cell, around)) return;
    const shape = cell.shape();
    if (shape !== undefined) {
      this.overShape(cell, shape);
      return;
    }
    const polytope = this.geometry.polytope(cell);
    this.best.forEach((best, k) => {
      if (best.ray !== undefined) return;
      const output = k >> 1;
      const sign = (k & 1) === 0 ? -1 : 1;
      if (polytope !== undefined) this.overVertices(cell, polytope, output, sign, best);
      else this.byProgram(cell, output, sign, best);
    });
  }

  /**
   * The vertices that the engine holds. Few may improve on what is known.
   *
   * *Filter.* A vertex W is held as w with |w_i - W_i| <= e X_i, so that the value there is off by at most T + e S(r) (Lemma 4
   * of `engines/planar/vertices.ts`).
   */
  private overShape(cell: Cell, shape: CellShape) {
    const { rows, outputLayer } = cell;
    const { variables } = this.problem;
    const { points, radius } = shape;
    const data = rows.rows[outputLayer]!;
    this.best.forEach((best, k) => {
      if (best.ray !== undefined) return;
      const output = k >> 1;
      const sign = (k & 1) === 0 ? -1 : 1;
      const at = output * rows.stride;
      const threshold = rows.threshold[outputLayer]![output]!;
      const span = rows.mass[outputLayer]![output]! + threshold;
      for (let v = 0; v < shape.count; v++) {
        let value = data[at + variables]!;
        for (let i = 0; i < variables; i++) value += data[at + i]! * points[v * variables + i]!;
        if (this.filtered && !exceeds(sign * value, threshold + radius[v]! * span, best.atLeast)) continue;
        this.consider(cell, shape.exact(v), output, sign, best);
      }
    });
  }

  /** False if no output is better anywhere in the hull of some points: the filter of `overShape`. */
  private mayImproveAround({ rows, outputLayer }: Cell, { count, points, radius }: VertexCloud): boolean {
    if (!this.filtered) return true;
    const { variables } = this.problem;
    const data = rows.rows[outputLayer]!;
    for (let output = 0, at = 0; 2 * output < this.best.length; output++, at += rows.stride) {
      const [least, greatest] = [this.best[2 * output]!.atLeast, this.best[2 * output + 1]!.atLeast];
      const threshold = rows.threshold[outputLayer]![output]!;
      const span = rows.mass[outputLayer]![output]! + threshold;
      for (let v = 0; v < count; v++) {
        let value = data[at + variables]!;
        for (let i = 0; i < variables; i++) value += data[at + i]! * points[v * variables + i]!;
        const error = threshold + radius[v]! * span;
        if (exceeds(-value, error, least) || exceeds(value, error, greatest)) return true;
      }
    }
    return false;
  }

  private overVertices(cell: Cell, { vertices }: Polytope, output: number, sign: 1 | -1, best: Best) {
    for (const vertex of vertices) {
      if (!this.mayImprove(cell, vertex, output, sign, best)) continue;
      this.consider(cell, vertex.point, output, sign, best);
    }
  }

  /** False if the value at the vertex is certainly no better: the bound of `signAtVertex` for the output's row. */
  private mayImprove(cell: Cell, vertex: Vertex, output: number, sign: 1 | -1, best: Best): boolean {
    if (!this.filtered || best.value === undefined) return true;
    const { rows, outputLayer } = cell;
    const value = sign * valueAt(rows.rows[outputLayer]!, output * rows.stride, vertex.near);
    return exceeds(value, 3 * rows.threshold[outputLayer]![output]!, best.atLeast);
  }

  /** Takes a point of the closed cell if its value is better. In homogeneous coordinates t = 0 is a direction. */
  private consider(cell: Cell, point: IntegerVector, output: number, sign: 1 | -1, best: Best) {
    const { homogeneous, biasSlot } = this.problem;
    const row = cell.exact.row(cell.outputLayer, output);
    const scaled = BigInt(sign) * rowAt(row, point.numerators, point.denominator);
    const divisor = homogeneous ? point.numerators[biasSlot]! : point.denominator;
    if (divisor === 0n) {
      if (scaled <= 0n) return;
      best.ray = point;
      best.cell = cell.id;
      return;
    }
    const value = rational(scaled, divisor * outputDenominator(cell));
    if (best.value !== undefined && compare(value, best.value) <= 0) return;
    best.value = value;
    best.atLeast = nextDown(toDouble(value));
    best.point = point;
    best.cell = cell.id;
  }

  private byProgram(cell: Cell, output: number, sign: 1 | -1, best: Best) {
    const { problem } = this;
    const { variables, exactLower, exactUpper, boxDenominator, homogeneous, biasSlot } = problem;
    const bound = (value: bigint) => rational(value, boxDenominator);
    const rows = cell.splits.map((_, k) => constraintRow(cell, 2 * variables + k));
    const row = cell.exact.row(cell.outputLayer, output);
    if (!homogeneous) {
      const objective = row.map((entry) => -BigInt(sign) * entry);
      const lower = exactLower.map(bound);
      const upper = exactUpper.map(bound);
      const answer = solveLp({ variables, rows, lower, upper, objective }, simplexBackend);
      if (answer.status === 'optimal') this.consider(cell, answer.point, output, sign, best);
      return;
    }
    // With t = 1 and no bounds on y the cell itself; an unbounded program has a ray.
    const affine = (entries: readonly bigint[]) => [...entries.slice(0, biasSlot), entries[biasSlot]!];
    const free = new Array<null>(biasSlot).fill(null);
    const objective = affine(row).map((entry) => -BigInt(sign) * entry);
    const answer = solveLp({ variables: biasSlot, rows: rows.map(affine), lower: free, upper: free, objective });
    if (answer.status === 'infeasible')
      throw new Error('extremes: expected a nonempty cell, got an infeasible program');
    const end = answer.status === 'unbounded' ? answer.ray : answer.point;
    const t = answer.status === 'unbounded' ? 0n : end.denominator;
    this.consider(cell, { numerators: [...end.numerators, t], denominator: end.denominator }, output, sign, best);
  }

  result(): OutputRange[] {
    const extremes = this.best.map((best, k) => this.extreme(best, (k & 1) === 0));
    return Array.from({ length: extremes.length / 2 }, (_, output) => ({
      minimum: extremes[2 * output]!,
      maximum: extremes[2 * output + 1]!,
    }));
  }

  private extreme({ point, value, ray, cell }: Best, negated: boolean): Extreme {
    if (ray !== undefined) {
      const direction = ray.numerators.slice(0, this.problem.biasSlot).map((n) => rational(n, ray.denominator));
      return { kind: 'unbounded', direction, cell };
    }
    return { kind: 'attained', value: negated ? negate(value!) : value!, at: this.problem.lift(point!), cell };
  }
}
