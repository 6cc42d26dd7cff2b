/**
 * Solves for a vertex anew where its spread has grown: Newton's step with an approximate inverse, then a residual bound.
 *
 * *Lemma 5 (residual).* Let d tight constraints R_k of a vertex v be held as rows r_k, scaled to S_ki = r_ki X_i / M_k, let
 * p be a point of the box, c_k the rounded value of r_k(p), and B any matrix. With rho_k = (|c_k| + t(r_k)) / M_k and
 * g = max_i sum_j |(I - B S)_ij| < 1,
 *
 *     |p_i - v_i| <= X_i max_i (sum_k |B_ik| rho_k) / (1 - g).
 *
 * *Proof.* Let y_i = (p_i - v_i) / X_i. Then S y = (r_k(p) - r_k(v)) / M_k, and |r_k(v)| = |r_k(v) - R_k(v)| <= E_k, so
 * |S y|_k <= rho_k by Lemma 2. From (I - (I - B S)) y = B S y the maximum norm gives |y| (1 - g) <= |B S y|. []
 *
 * In doubles S is rounded (3u relative) and B S too: together at most (d + 6) u sum_k |B_ik| |S_kj|, which is added to g.
 * A face x_i = b of the box is a row with M = 2 X_i, whose bound is off by at most 4u X_i from the double that stands for it.
 */
import { isOrdinary, SLACK, UNIT_ROUNDOFF } from '../exact/sign.js';
import { ROUNDED_SPREAD } from './vertex-error.js';
import type { VertexPath } from './vertex-path.js';
import { lowestBit, type VertexPool } from './vertex-pool.js';

const NEWTON_STEPS = 2;

export class VertexSharpen {
  private readonly n: number;
  /** d x d scaled rows, their inverse beside a working copy. */
  private readonly scaled: Float64Array;
  private readonly work: Float64Array;
  private readonly inverse: Float64Array;
  private readonly residual: Float64Array;
  private readonly slots: Int32Array;
  private readonly y: Float64Array;

  constructor(
    private readonly path: VertexPath,
    private readonly pool: VertexPool,
  ) {
    const n = (this.n = path.n);
    this.scaled = new Float64Array(n * n);
    this.work = new Float64Array(n * n);
    this.inverse = new Float64Array(n * n);
    this.residual = new Float64Array(n);
    this.slots = new Int32Array(n);
    this.y = new Float64Array(n);
  }

  /** Moves a simple vertex nearer to the truth and returns its new spread: infinite if nothing could be shown. */
  sharpen(id: number): number {
    if (!this.gather(id) || !this.invert()) return Number.POSITIVE_INFINITY;
    for (let step = 0; step < NEWTON_STEPS; step++) this.step(id);
    this.evaluate(id);
    return this.bound();
  }

  /** The slots of a simple vertex and their scaled rows; false for other vertices. */
  private gather(id: number): boolean {
    const { pool, n, slots } = this;
    let found = 0;
    for (let w = 0; w < pool.words; w++) {
      for (let rest = pool.tight[id * pool.words + w]!; rest !== 0; rest &= rest - 1) {
        if (found === n) return false;
        slots[found++] = 32 * w + lowestBit(rest);
      }
    }
    if (found < n) return false;
    for (let k = 0; k < n; k++) if (!this.scale(k)) return false;
    return true;
  }

  /** Row k of S; false where scaling might underflow. */
  private scale(k: number): boolean {
    const { path, n, scaled } = this;
    const { problem, rows } = path.context;
    const owner = path.owner[this.slots[k]!]!;
    if (owner < 2 * n) {
      scaled.fill(0, k * n, (k + 1) * n);
      scaled[k * n + (owner >> 1)] = 1 / 2;
      return true;
    }
    const layer = path.splitLayer[owner - 2 * n]!;
    const neuron = path.splitNeuron[owner - 2 * n]!;
    const data = rows.rows[layer]!;
    const mass = rows.mass[layer]![neuron]!;
    for (let i = 0; i < n; i++) scaled[k * n + i] = (data[neuron * rows.stride + i]! * problem.magnitude[i]!) / mass;
    return isOrdinary(mass);
  }

  /** inverse := scaled^-1 by Gauss and Jordan with row exchanges. */
  private invert(): boolean {
    const { n, work, inverse } = this;
    work.set(this.scaled);
    inverse.fill(0);
    for (let i = 0; i < n; i++) inverse[i * n + i] = 1;
    for (let c = 0; c < n; c++) {
      let pivot = c;
      for (let r = c + 1; r < n; r++) if (Math.abs(work[r * n + c]!) > Math.abs(work[pivot * n + c]!)) pivot = r;
      if (!(Math.abs(work[pivot * n + c]!) > 0)) return false;
      if (pivot !== c) this.exchange(pivot, c);
      const factor = 1 / work[c * n + c]!;
      for (let k = 0; k < n; k++) {
        work[c * n + k]! *= factor;
        inverse[c * n + k]! *= factor;
      }
      for (let r = 0; r < n; r++) if (r !== c) this.eliminate(r, c);
    }
    return true;
  }

  private exchange(a: number, b: number) {
    const { n } = this;
    for (const matrix of [this.work, this.inverse]) {
      for (let k = 0; k < n; k++) {
        const kept = matrix[a * n + k]!;
        matrix[a * n + k] = matrix[b * n + k]!;
        matrix[b * n + k] = kept;
      }
    }
  }

  private eliminate(r: number, c: number) {
    const { n, work, inverse } = this;
    const factor = work[r * n + c]!;
    if (factor === 0) return;
    for (let k = 0; k < n; k++) {
      work[r * n + k]! -= factor * work[c * n + k]!;
      inverse[r * n + k]! -= factor * inverse[c * n + k]!;
    }
  }

  /** residual := the rounded values c_k / M_k. */
  private evaluate(id: number) {
    const { path, pool, n, residual } = this;
    const { problem, rows } = path.context;
    for (let k = 0; k < n; k++) {
      const owner = path.owner[this.slots[k]!]!;
      if (owner < 2 * n) {
        const i = owner >> 1;
        const bound = (owner & 1) === 0 ? problem.outerLower[i]! : problem.outerUpper[i]!;
        residual[k] = (pool.x[id * n + i]! - bound) / (2 * problem.magnitude[i]!);
        continue;
      }
      const layer = path.splitLayer[owner - 2 * n]!;
      const neuron = path.splitNeuron[owner - 2 * n]!;
      const data = rows.rows[layer]!;
      const at = neuron * rows.stride;
      let value = data[at + problem.variables]!;
      for (let i = 0; i < n; i++) value += data[at + i]! * pool.x[id * n + i]!;
      residual[k] = value / rows.mass[layer]![neuron]!;
    }
  }

  private step(id: number) {
    const { path, pool, n, inverse, residual, y } = this;
    const { outerLower, outerUpper, magnitude } = path.context.problem;
    this.evaluate(id);
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += inverse[i * n + k]! * residual[k]!;
      y[i] = sum;
    }
    for (let i = 0; i < n; i++) {
      const moved = pool.x[id * n + i]! - y[i]! * magnitude[i]!;
      if (moved >= outerLower[i]! && moved <= outerUpper[i]!) pool.x[id * n + i] = moved;
    }
  }

  /** t(r_k) / M_k for the constraint of row k. */
  private relativeThreshold(k: number): number {
    const { path, n } = this;
    const { rows } = path.context;
    const owner = path.owner[this.slots[k]!]!;
    if (owner < 2 * n) return ROUNDED_SPREAD;
    const layer = path.splitLayer[owner - 2 * n]!;
    const neuron = path.splitNeuron[owner - 2 * n]!;
    return rows.threshold[layer]![neuron]! / rows.mass[layer]![neuron]!;
  }

  /** The bound of Lemma 5. */
  private bound(): number {
    const { n, inverse, scaled, residual } = this;
    for (let k = 0; k < n; k++) residual[k] = (Math.abs(residual[k]!) + this.relativeThreshold(k)) * SLACK;
    let distance = 0;
    let gap = 0;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += Math.abs(inverse[i * n + k]!) * residual[k]!;
      distance = Math.max(distance, sum);
      let deviation = 0;
      for (let j = 0; j < n; j++) {
        let entry = i === j ? 1 : 0;
        let magnitude = 0;
        for (let k = 0; k < n; k++) {
          const term = inverse[i * n + k]! * scaled[k * n + j]!;
          entry -= term;
          magnitude += Math.abs(term);
        }
        deviation += Math.abs(entry) + (n + 8) * UNIT_ROUNDOFF * (1 + magnitude);
      }
      gap = Math.max(gap, deviation);
    }
    const spread = (distance / (1 - gap * SLACK)) * SLACK + UNIT_ROUNDOFF;
    return gap < 1 / 2 && spread >= 0 ? spread : Number.POSITIVE_INFINITY;
  }
}
