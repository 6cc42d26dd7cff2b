/**
 * Solves for a vertex anew where its radius has grown: one step of Newton with an approximate inverse, then a residual bound.
 *
 * *Lemma 5 (residual).* Let d tight constraints R_k of a vertex v be held as rows r_k, scaled to S_ki = r_ki L_i / N_k, let
 * p be a point of the box, c_k the rounded value of r_k(p), and B any matrix. With rho_k = (|c_k| + t(r_k)) / N_k and
 * g = max_i sum_j |(I - B S)_ij| < 1,
 *
 *     |p_i - v_i| <= L_i (s_i + g_i max_j s_j / (1 - g)),        s_i = sum_k |B_ik| rho_k,
 *
 * where g_i = sum_j |(I - B S)_ij|.
 *
 * *Proof.* Let y_i = (p_i - v_i) / L_i. Then S y = (r_k(p) - r_k(v)) / N_k, and |r_k(v)| = |r_k(v) - R_k(v)| <= E_k, so
 * |S y|_k <= rho_k by Lemma 2. From y = B S y + (I - B S) y the maximum norm gives |y| (1 - g) <= max_j s_j, and each coordinate
 * |y_i| <= s_i + g_i |y|. []
 *
 * In doubles S is rounded (3u relative) and B S too: together at most (d + 6) u sum_k |B_ik| |S_kj|, which is added to g.
 * A face x_i = b of the box is a row with N = L_i, whose bound is off by at most 2u X_i from the double that stands for it;
 * the difference from that double is rounded by another 2u X_i.
 */
import { isOrdinary, SLACK, UNIT_ROUNDOFF } from '../../exact/index.js';
import { ROUNDED_RADIUS } from '../evidence/index.js';
import type { VertexPath } from './path.js';
import { lowestBit, type VertexPool } from './pool.js';

export class VertexRefinement {
  /** The refined vertex: overwritten by the next call of `refine`. */
  readonly point: Float64Array;
  /** Its radii: likewise, and of no account where `refine` returned an infinite one. */
  readonly radii: Float64Array;
  private readonly n: number;
  /** The scaled rows S and their approximate inverse B, n x n. */
  private readonly scaled: Float64Array;
  private readonly inverse: Float64Array;
  /** c_k / N_k, and t(r_k) / N_k. */
  private readonly residual: Float64Array;
  private readonly threshold: Float64Array;
  /** Per tight constraint: the face of the box, or -1; the row's data and place; 1 / N_k. */
  private readonly face: Int32Array;
  private readonly data: Float64Array[] = [];
  private readonly at: Int32Array;
  private readonly factor: Float64Array;
  private readonly exchanged: Int32Array;
  /** g_i. */
  private readonly gaps: Float64Array;

  constructor(
    private readonly path: VertexPath,
    private readonly pool: VertexPool,
  ) {
    const n = (this.n = path.n);
    this.point = new Float64Array(n);
    this.radii = new Float64Array(n);
    this.gaps = new Float64Array(n);
    this.scaled = new Float64Array(n * n);
    this.inverse = new Float64Array(n * n);
    this.residual = new Float64Array(n);
    this.threshold = new Float64Array(n);
    this.face = new Int32Array(n);
    this.at = new Int32Array(n);
    this.factor = new Float64Array(n);
    this.exchanged = new Int32Array(n);
  }

  /** Computes `point`, nearer to a simple vertex, and its `radii`; returns the largest: infinite if nothing could be shown. */
  refine(id: number): number {
    if (!this.gather(id) || !this.invert()) return Number.POSITIVE_INFINITY;
    const { pool, n, point } = this;
    for (let i = 0; i < n; i++) point[i] = pool.x[id * n + i]!;
    this.evaluate();
    this.step();
    this.evaluate();
    return this.bound();
  }

  /** The tight constraints of a simple vertex as scaled rows; false for other vertices. */
  private gather(id: number): boolean {
    const { pool, n, path } = this;
    let found = 0;
    for (let w = 0; w < pool.words; w++) {
      for (let rest = pool.tight[id * pool.words + w]!; rest !== 0; rest &= rest - 1) {
        if (found === n || !this.scale(found++, path.owner[32 * w + lowestBit(rest)]!)) return false;
      }
    }
    return found === n;
  }

  /** Row k of S; false where scaling might underflow. */
  private scale(k: number, owner: number): boolean {
    const { path, n, scaled } = this;
    const { rows } = path.context;
    if (owner < 2 * n) {
      for (let i = 0; i < n; i++) scaled[k * n + i] = 0;
      scaled[k * n + (owner >> 1)] = 1;
      this.face[k] = owner;
      this.threshold[k] = ROUNDED_RADIUS * path.quotient;
      return true;
    }
    const layer = path.splitLayer[owner - 2 * n]!;
    const neuron = path.splitNeuron[owner - 2 * n]!;
    const data = rows.rows[layer]!;
    const at = neuron * rows.stride;
    const swing = path.swing(layer, neuron);
    const factor = 1 / swing;
    for (let i = 0; i < n; i++) scaled[k * n + i] = data[at + i]! * path.units[i]! * factor;
    this.face[k] = -1;
    this.data[k] = data;
    this.at[k] = at;
    this.factor[k] = factor;
    this.threshold[k] = rows.threshold[layer]![neuron]! * factor;
    return isOrdinary(swing);
  }

  /** inverse := scaled^-1 by Gauss and Jordan in place, with row exchanges; false if it seems singular. */
  private invert(): boolean {
    const { n, inverse, exchanged } = this;
    inverse.set(this.scaled);
    for (let c = 0; c < n; c++) {
      let pivot = c;
      for (let r = c + 1; r < n; r++) if (Math.abs(inverse[r * n + c]!) > Math.abs(inverse[pivot * n + c]!)) pivot = r;
      const size = inverse[pivot * n + c]!;
      if (!(Math.abs(size) > 0)) return false;
      exchanged[c] = pivot;
      if (pivot !== c) this.exchangeRows(pivot, c);
      const factor = 1 / size;
      inverse[c * n + c] = 1;
      for (let k = 0; k < n; k++) inverse[c * n + k]! *= factor;
      for (let r = 0; r < n; r++) {
        const times = inverse[r * n + c]!;
        if (r === c || times === 0) continue;
        inverse[r * n + c] = 0;
        for (let k = 0; k < n; k++) inverse[r * n + k]! -= times * inverse[c * n + k]!;
      }
    }
    for (let c = n - 1; c >= 0; c--) if (exchanged[c] !== c) this.exchangeColumns(exchanged[c]!, c);
    return true;
  }

  private exchangeRows(a: number, b: number) {
    const { n, inverse } = this;
    for (let k = 0; k < n; k++) {
      const kept = inverse[a * n + k]!;
      inverse[a * n + k] = inverse[b * n + k]!;
      inverse[b * n + k] = kept;
    }
  }

  private exchangeColumns(a: number, b: number) {
    const { n, inverse } = this;
    for (let k = 0; k < n; k++) {
      const kept = inverse[k * n + a]!;
      inverse[k * n + a] = inverse[k * n + b]!;
      inverse[k * n + b] = kept;
    }
  }

  /** residual := the rounded values c_k / N_k at `point`. */
  private evaluate() {
    const { path, n, residual, point, face } = this;
    const { problem } = path.context;
    for (let k = 0; k < n; k++) {
      const f = face[k]!;
      if (f >= 0) {
        const bound = (f & 1) === 0 ? problem.outerLower[f >> 1]! : problem.outerUpper[f >> 1]!;
        residual[k] = (point[f >> 1]! - bound) / path.units[f >> 1]!;
        continue;
      }
      const data = this.data[k]!;
      const at = this.at[k]!;
      let value = data[at + problem.variables]!;
      for (let i = 0; i < n; i++) value += data[at + i]! * point[i]!;
      residual[k] = value * this.factor[k]!;
    }
  }

  private step() {
    const { path, n, inverse, residual, point } = this;
    const { outerLower, outerUpper } = path.context.problem;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += inverse[i * n + k]! * residual[k]!;
      const moved = point[i]! - sum * path.units[i]!;
      if (moved >= outerLower[i]! && moved <= outerUpper[i]!) point[i] = moved;
    }
  }

  /** The bound of Lemma 5. */
  private bound(): number {
    const { n, inverse, scaled, residual, threshold, radii, gaps } = this;
    for (let k = 0; k < n; k++) residual[k] = (Math.abs(residual[k]!) + threshold[k]!) * SLACK;
    const rounding = (n + 8) * UNIT_ROUNDOFF;
    let distance = 0;
    let gap = 0;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += Math.abs(inverse[i * n + k]!) * residual[k]!;
      radii[i] = sum;
      distance = Math.max(distance, sum);
      let deviation = 0;
      for (let j = 0; j < n; j++) {
        let entry = i === j ? 1 : 0;
        let magnitude = 1;
        for (let k = 0; k < n; k++) {
          const term = inverse[i * n + k]! * scaled[k * n + j]!;
          entry -= term;
          magnitude += Math.abs(term);
        }
        deviation += Math.abs(entry) + rounding * magnitude;
      }
      gaps[i] = deviation;
      gap = Math.max(gap, deviation);
    }
    const most = distance / (1 - gap * SLACK);
    if (!(gap < 1 / 2 && most >= 0)) return Number.POSITIVE_INFINITY;
    let largest = 0;
    for (let i = 0; i < n; i++) {
      radii[i] = (radii[i]! + gaps[i]! * most) * SLACK + UNIT_ROUNDOFF;
      largest = Math.max(largest, radii[i]!);
    }
    return largest;
  }
}
