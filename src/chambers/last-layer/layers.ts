/**
 * Two layers in the plane in doubles with proved errors: the first one by the rows of its lines, the second one by its weights.
 *
 * *Errors of the second layer.* A function G = b + sum_j f_j(H_j), f_j(t) = p_j t for t >= 0 and n_j t below, is f_j(t) = m_j t + d_j |t| with the mean m_j = (p_j + n_j) / 2 and d_j = (p_j - n_j) / 2.
 * It is summed up here as the row of all m_j H_j, of (+-d_j) H_j where H_j keeps its sign, and at a vertex of what is missing of the others, in some order: of each j at most three products whose
 * factors are at most 3 max(|p_j|, |n_j|) together, so with 3 m + 3 terms, and values of the H_j off by at most T_j, to which f_j adds the factor max(|p_j|, |n_j|).
 * So the sum is off by at most B = sum_j max(|p_j|, |n_j|) (3 T_j + c u M_j) + c u |b|, c = 10 (m + 32), at any double point of the box, and at a vertex with radius e by e S more, S = sum_j max(|p_j|, |n_j|) S_j.
 */
import { evaluationUnit, SLACK, UNIT_ROUNDOFF, underflow } from '../../exact/index.js';
import type { PartitionProblem } from '../../problem/index.js';

export class TwoLayers {
  /** How many lines and curves there are. */
  readonly lines: number;
  readonly curves: number;
  /** Lines: rows; thresholds and spans as the planar engine has them. */
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly c: Float64Array;
  readonly threshold: Float64Array;
  readonly span: Float64Array;
  /** Weights of the lines in the curves where they are positive, line by line; their means with those where they are negative; and how far these are from the means, also curve by curve. */
  readonly plus: Float64Array;
  readonly mean: Float64Array;
  readonly bend: Float64Array;
  readonly bendByCurve: Float64Array;
  /** Curves: the B and the S of their values. */
  readonly error: Float64Array;
  readonly reach: Float64Array;
  /** The box: X_i, its outer bounds, and what products of two values may lose by underflow. */
  readonly X: number;
  readonly Y: number;
  readonly outerLower: ArrayLike<number>;
  readonly outerUpper: ArrayLike<number>;
  readonly lost: number;

  constructor({ layers, first, magnitude, outerLower, outerUpper }: PartitionProblem) {
    const below = layers[0]!;
    const above = layers[1]!;
    const X = magnitude[0]!;
    const Y = magnitude[1]!;
    this.X = X;
    this.Y = Y;
    this.outerLower = outerLower;
    this.outerUpper = outerUpper;
    this.lost = underflow(8, X * Y);
    const m = (this.lines = below.width);
    const w = (this.curves = above.width);
    const doubles = () => new Float64Array(m);
    this.a = doubles();
    this.b = doubles();
    this.c = doubles();
    this.threshold = doubles();
    this.span = doubles();
    for (let j = 0; j < m; j++) {
      const a = first.doubles[3 * j]!;
      const b = first.doubles[3 * j + 1]!;
      const c = first.doubles[3 * j + 2]!;
      const mass = Math.abs(a) * X + Math.abs(b) * Y + Math.abs(c);
      const error = (first.isExact ? 0 : below.unit * mass + below.tiny) * SLACK + below.tiny;
      const threshold = (error + evaluationUnit(2) * mass) * SLACK + below.tiny;
      this.a[j] = a;
      this.b[j] = b;
      this.c[j] = c;
      this.threshold[j] = threshold;
      this.span[j] = (mass + threshold) * SLACK;
    }
    this.plus = above.plus;
    const minus = above.minus ?? new Float64Array(above.plus.length);
    this.mean = this.plus.map((p, at) => p / 2 + minus[at]! / 2);
    this.bend = this.plus.map((p, at) => p / 2 - minus[at]! / 2);
    this.bendByCurve = transposed(this.bend, m, w);
    this.error = new Float64Array(w);
    this.reach = new Float64Array(w);
    // Infinite where doubles say nothing of the weights.
    const unit = Number.isFinite(above.unit) ? 10 * (m + 32) * UNIT_ROUNDOFF : Number.POSITIVE_INFINITY;
    for (let k = 0; k < w; k++) {
      let error = unit * Math.abs(above.bias[k]!) + above.tiny;
      let reach = 0;
      for (let j = 0; j < m; j++) {
        const weight = Math.max(Math.abs(this.plus[j * w + k]!), Math.abs(minus[j * w + k]!));
        error += weight * (3 * this.threshold[j]! + unit * this.span[j]!) + above.tiny;
        reach += weight * this.span[j]!;
      }
      this.error[k] = error * SLACK;
      this.reach[k] = (reach + error) * SLACK;
    }
  }
}

function transposed(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(matrix.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) result[c * rows + r] = matrix[r * columns + c]!;
  return result;
}
