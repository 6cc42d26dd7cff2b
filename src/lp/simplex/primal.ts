/**
 * The `simplex` backend: a warm-started primal simplex with bounded variables on flat Float64Arrays.
 *
 * The polytope is held as a *dictionary*: every basic variable (an input strictly between its bounds, or the slack of a
 * row) is an affine function of the n nonbasic ones, which are zero at the current vertex. Inputs are scaled to
 * x_i = lower_i + range_i z_i with z in [0, 1] and rows to coefficients of size 1, so that one noise level serves all.
 * Minimising another function starts at the vertex where the last one ended, which is what a walk through a split tree
 * wants: many functions over one polytope, then one more row.
 *
 * It proposes, it proves nothing: callers verify points and multipliers (`engines/lp/kernel.ts`, `lp/certify.ts`).
 *
 * Sources: Chvatal, Linear Programming (1983), chapters 3 and 8 (bounded variables); Bland (1977) for the rule that ends
 * cycling.
 */
import { PROPOSAL_NOISE } from '../../exact/index.js';
import type { LpBackend, LpSession, ProposalStatus } from '../types.js';
import { DualSimplexSession } from './dual/method.js';

/** One dictionary of the stack; arrays are reused when the same depth is reached again. */
interface Dictionary {
  /** Rows of n + 1 entries: coefficients of the nonbasic variables, then the value at the vertex. */
  table: Float64Array;
  /** Variable of each table row: input i < n, or n + k for the slack of row k. */
  basic: Int32Array;
  rows: number;
  /** Variable of each column, and whether an input sits at its upper bound (its distance to that bound is the column). */
  readonly nonbasic: Int32Array;
  readonly atUpper: Uint8Array;
  /** Pivots since the table was last built from the original data. */
  pivots: number;
  /** False when no feasible vertex could be found: nothing can be proposed. */
  feasible: boolean;
}

/** After this many pivots the table is built anew, which bounds the growth of rounding errors. */
const REBUILD_AFTER = 60;

class SimplexSession implements LpSession {
  readonly point: Float64Array;
  supportSize = 0;
  readonly support: Int32Array;
  readonly multipliers: Float64Array;
  readonly basicVariables: Int32Array;

  private readonly n: number;
  private readonly range: Float64Array;
  private readonly stack: Dictionary[] = [];
  private depth = 0;
  private current: Dictionary;
  /** The rows of the stack: where their data lie, their sign and scale. */
  private readonly data: Float64Array[] = [];
  private readonly offset: number[] = [];
  private readonly sign: number[] = [];
  private readonly scale: number[] = [];
  private count = 0;
  /** The function being minimised over the nonbasic variables, then its value. */
  private readonly objective: Float64Array;
  private objectiveScale = 1;
  /** Where each variable is: column c as c, table row r as -1 - r. */
  private where: Int32Array;

  constructor(
    private readonly lower: Float64Array,
    private readonly upper: Float64Array,
  ) {
    this.n = lower.length;
    this.range = upper.map((hi, i) => hi - lower[i]!);
    this.point = new Float64Array(this.n);
    this.support = new Int32Array(this.n);
    this.multipliers = new Float64Array(this.n);
    this.basicVariables = new Int32Array(this.n);
    this.objective = new Float64Array(this.n + 1);
    this.where = new Int32Array(this.n + 16);
    this.current = this.dictionaryAt(0);
    this.reset();
  }

  private dictionaryAt(depth: number): Dictionary {
    return (this.stack[depth] ??= {
      table: new Float64Array((depth + 1) * (this.n + 1)),
      basic: new Int32Array(depth + 1),
      rows: 0,
      nonbasic: new Int32Array(this.n),
      atUpper: new Uint8Array(this.n),
      pivots: 0,
      feasible: true,
    });
  }

  reset(): void {
    this.depth = 0;
    this.count = 0;
    this.current = this.dictionaryAt(0);
    this.slackBasis(this.current);
    this.locate();
  }

  /** Every input at its lower bound, no rows. */
  private slackBasis(d: Dictionary) {
    for (let i = 0; i < this.n; i++) d.nonbasic[i] = i;
    d.atUpper.fill(0);
    d.rows = 0;
    d.pivots = 0;
    d.feasible = true;
  }

  private locate() {
    const d = this.current;
    if (this.where.length < this.n + this.count) this.where = new Int32Array(2 * (this.n + this.count));
    for (let q = 0; q < this.n; q++) this.where[d.nonbasic[q]!] = q;
    for (let r = 0; r < d.rows; r++) this.where[d.basic[r]!] = -1 - r;
  }

  push(data: Float64Array, offset: number, sign: 1 | -1): void {
    const from = this.current;
    this.depth++;
    const d = this.dictionaryAt(this.depth);
    const width = this.n + 1;
    if (d.table.length < (from.rows + 1) * width) d.table = new Float64Array(2 * (from.rows + 1) * width);
    if (d.basic.length < from.rows + 1) d.basic = new Int32Array(2 * (from.rows + 1));
    d.table.set(from.table.subarray(0, from.rows * width));
    d.basic.set(from.basic.subarray(0, from.rows));
    d.nonbasic.set(from.nonbasic);
    d.atUpper.set(from.atUpper);
    d.rows = from.rows;
    d.pivots = from.pivots;
    d.feasible = from.feasible;
    this.current = d;
    const k = this.count++;
    this.data[k] = data;
    this.offset[k] = offset;
    this.sign[k] = sign;
    this.scale[k] = this.scaleOf(data, offset);
    this.locate();
    this.addRow(d, k);
    if (d.feasible) d.feasible = this.restore(d);
  }

  pop(): void {
    this.count--;
    this.depth--;
    this.current = this.dictionaryAt(this.depth);
    this.locate();
  }

  /** A factor that brings the largest coefficient in scaled inputs to 1; 1 for a constant row. */
  private scaleOf(data: Float64Array, offset: number): number {
    let largest = 0;
    for (let i = 0; i < this.n; i++) largest = Math.max(largest, Math.abs(data[offset + i]!) * this.range[i]!);
    return largest > 0 && Number.isFinite(1 / largest) ? 1 / largest : 1;
  }

  /** target[at ..] := factor * (data . (x, 1)) in terms of the nonbasic variables. */
  private express(data: Float64Array, offset: number, factor: number, target: Float64Array, at: number) {
    const { n, where } = this;
    const d = this.current;
    const width = n + 1;
    for (let q = 0; q <= n; q++) target[at + q] = 0;
    let constant = data[offset + n]!;
    for (let i = 0; i < n; i++) {
      const a = data[offset + i]!;
      constant += a * this.lower[i]!;
      const scaled = a * this.range[i]! * factor;
      if (scaled === 0) continue;
      const place = where[i]!;
      if (place >= 0) {
        // z = y at the lower bound, z = 1 - y at the upper one.
        if (d.atUpper[place] === 1) {
          target[at + place]! -= scaled;
          target[at + n]! += scaled;
        } else {
          target[at + place]! += scaled;
        }
      } else {
        const row = (-1 - place) * width;
        for (let q = 0; q <= n; q++) target[at + q]! += scaled * d.table[row + q]!;
      }
    }
    target[at + n]! += constant * factor;
  }

  /** Appends the slack of row k as a basic variable. */
  private addRow(d: Dictionary, k: number) {
    const at = d.rows * (this.n + 1);
    this.express(this.data[k]!, this.offset[k]!, this.sign[k]! * this.scale[k]!, d.table, at);
    d.basic[d.rows] = this.n + k;
    this.where[this.n + k] = -1 - d.rows;
    d.rows++;
  }

  /**
   * Brings the last table row, the slack of a row just added, to a nonnegative value: it is increased by the simplex
   * method itself until it reaches 0 and leaves the basis, all other rows staying feasible.
   */
  private restore(d: Dictionary): boolean {
    const { n } = this;
    const width = n + 1;
    const target = n + this.count - 1;
    for (let round = 0; round < 50 + 10 * (n + d.rows); round++) {
      const place = this.where[target]!;
      if (place >= 0) return true;
      const row = (-1 - place) * width;
      const value = d.table[row + n]!;
      if (value >= 0) return true;
      let q = -1;
      let best = PROPOSAL_NOISE;
      for (let c = 0; c < n; c++) {
        const slope = d.table[row + c]!;
        if (slope > best) {
          best = slope;
          q = c;
        }
      }
      if (q < 0) return false;
      this.step(d, q, -1 - place, -value / best);
    }
    return false;
  }

  /**
   * Increases the nonbasic variable of column q until something blocks: a basic variable reaches a bound, q reaches its
   * other bound, or, if `goalRow` >= 0, the variable of that row, so far negative, reaches 0 after a step of `goalStep`.
   */
  private step(d: Dictionary, q: number, goalRow: number, goalStep: number) {
    const { n } = this;
    const width = n + 1;
    const { table, basic } = d;
    let limit = d.nonbasic[q]! < n ? 1 : Number.POSITIVE_INFINITY;
    let blocking = -1;
    let blockingPivot = 0;
    let toUpper = false;
    for (let r = 0, at = 0; r < d.rows; r++, at += width) {
      if (r === goalRow) continue;
      const slope = table[at + q]!;
      const isInput = basic[r]! < n;
      let ratio: number;
      let upper = false;
      if (slope < -PROPOSAL_NOISE) ratio = Math.max(0, table[at + n]!) / -slope;
      else if (isInput && slope > PROPOSAL_NOISE) {
        ratio = Math.max(0, 1 - table[at + n]!) / slope;
        upper = true;
      } else continue;
      if (ratio < limit || (ratio === limit && Math.abs(slope) > blockingPivot)) {
        limit = ratio;
        blocking = r;
        blockingPivot = Math.abs(slope);
        toUpper = upper;
      }
    }
    if (goalRow >= 0 && goalStep <= limit) {
      this.pivot(d, goalRow, q, false);
    } else if (blocking >= 0) {
      this.pivot(d, blocking, q, toUpper);
    } else if (limit === 1) {
      this.flip(d, q);
    } else {
      // Bounded inputs: only a row without true coefficients can look unbounded.
      d.feasible = false;
    }
  }

  /** Moves the input of column q to its other bound: y := 1 - y. */
  private flip(d: Dictionary, q: number) {
    const { n, objective } = this;
    const width = n + 1;
    const { table } = d;
    for (let r = 0, at = 0; r < d.rows; r++, at += width) {
      const slope = table[at + q]!;
      table[at + n]! += slope;
      table[at + q] = -slope;
    }
    objective[n]! += objective[q]!;
    objective[q] = -objective[q]!;
    d.atUpper[q] = 1 - d.atUpper[q]!;
  }

  /** Exchanges the basic variable of table row r, which goes to 0 (or to its upper bound), with the one of column q. */
  private pivot(d: Dictionary, r: number, q: number, toUpper: boolean) {
    const { n, objective, where } = this;
    const width = n + 1;
    const { table } = d;
    const at = r * width;
    if (toUpper) {
      // Count the leaving input from its upper bound: y = 1 - z.
      for (let c = 0; c < n; c++) table[at + c] = -table[at + c]!;
      table[at + n] = 1 - table[at + n]!;
    }
    const inverse = 1 / table[at + q]!;
    // leaving = value + ... + p * entering  =>  entering = (leaving - value - ...) / p
    for (let c = 0; c <= n; c++) table[at + c] = -table[at + c]! * inverse;
    table[at + q] = inverse;
    for (let s = 0, to = 0; s < d.rows; s++, to += width) {
      if (s === r) continue;
      const factor = table[to + q]!;
      if (factor === 0) continue;
      table[to + q] = 0;
      for (let c = 0; c <= n; c++) table[to + c]! += factor * table[at + c]!;
    }
    const factor = objective[q]!;
    if (factor !== 0) {
      objective[q] = 0;
      for (let c = 0; c <= n; c++) objective[c]! += factor * table[at + c]!;
    }
    const entering = d.nonbasic[q]!;
    const leaving = d.basic[r]!;
    // An entering input counted from its upper bound becomes z = 1 - y.
    if (entering < n && d.atUpper[q] === 1) {
      for (let c = 0; c < n; c++) table[at + c] = -table[at + c]!;
      table[at + n] = 1 - table[at + n]!;
    }
    d.nonbasic[q] = leaving;
    d.atUpper[q] = leaving < n && toUpper ? 1 : 0;
    d.basic[r] = entering;
    where[leaving] = q;
    where[entering] = -1 - r;
    d.pivots++;
  }

  /** Builds the table anew from the original rows with the same basis; false if the basis has become singular. */
  private rebuild(d: Dictionary): boolean {
    const { n } = this;
    const wanted = new Set<number>(d.nonbasic);
    const upperOf = new Map<number, number>();
    for (let q = 0; q < n; q++) upperOf.set(d.nonbasic[q]!, d.atUpper[q]!);
    this.slackBasis(d);
    for (let i = 0; i < n; i++) d.atUpper[i] = upperOf.get(i) ?? 0;
    this.locate();
    for (let k = 0; k < this.count; k++) this.addRow(d, k);
    const width = n + 1;
    for (const variable of wanted) {
      const place = this.where[variable]!;
      if (place >= 0) continue;
      const row = (-1 - place) * width;
      let q = -1;
      let best = PROPOSAL_NOISE;
      for (let c = 0; c < n; c++) {
        if (wanted.has(d.nonbasic[c]!)) continue;
        const size = Math.abs(d.table[row + c]!);
        if (size > best) {
          best = size;
          q = c;
        }
      }
      if (q < 0) return false;
      this.pivot(d, -1 - place, q, false);
    }
    d.pivots = 0;
    return true;
  }

  minimise(data: Float64Array, offset: number, sign: 1 | -1, enough: number): ProposalStatus {
    const d = this.current;
    this.supportSize = 0;
    if (!d.feasible) return 'failed';
    this.objective.fill(0);
    if (d.pivots > REBUILD_AFTER && !this.rebuild(d)) {
      d.feasible = false;
      return 'failed';
    }
    this.objectiveScale = this.scaleOf(data, offset);
    this.express(data, offset, sign * this.objectiveScale, this.objective, 0);
    const status = this.descend(d, enough * this.objectiveScale);
    this.readPoint(d);
    if (status === 'optimal') this.readBasis(d);
    return status;
  }

  /** Simplex steps until no direction goes down or the value is below `enough`. */
  private descend(d: Dictionary, enough: number): ProposalStatus {
    const { n, objective } = this;
    const usual = 20 + 4 * (n + d.rows);
    for (let round = 0; round < 3 * usual; round++) {
      if (objective[n]! < enough) return 'optimal';
      // Steepest column first; after many steps the least variable, which cannot cycle (Bland).
      let q = -1;
      let best = -PROPOSAL_NOISE;
      let least = Number.POSITIVE_INFINITY;
      for (let c = 0; c < n; c++) {
        const slope = objective[c]!;
        if (round < usual ? slope < best : slope < -PROPOSAL_NOISE && d.nonbasic[c]! < least) {
          best = slope;
          least = d.nonbasic[c]!;
          q = c;
        }
      }
      if (q < 0) return 'optimal';
      this.step(d, q, -1, 0);
      if (!d.feasible) return 'failed';
    }
    return 'failed';
  }

  /** The inputs at the current vertex, clamped to their bounds. */
  private readPoint(d: Dictionary) {
    const { n, point, lower, upper, range } = this;
    for (let i = 0; i < n; i++) {
      const place = this.where[i]!;
      if (place >= 0) {
        point[i] = d.atUpper[place] === 1 ? upper[i]! : lower[i]!;
      } else {
        const z = d.table[(-1 - place) * (n + 1) + n]!;
        point[i] = Math.min(upper[i]!, Math.max(lower[i]!, lower[i]! + range[i]! * z));
      }
    }
  }

  /** The nonbasic slacks with their multipliers, and the inputs that are basic. */
  private readBasis(d: Dictionary) {
    const { n } = this;
    let size = 0;
    for (let q = 0; q < n; q++) {
      const k = d.nonbasic[q]! - n;
      if (k < 0) continue;
      this.support[size] = k;
      this.multipliers[size++] = Math.max(0, (this.objective[q]! * this.scale[k]!) / this.objectiveScale);
    }
    this.supportSize = size;
    let basics = 0;
    for (let i = 0; i < n; i++) if (this.where[i]! < 0) this.basicVariables[basics++] = i;
  }
}

/** From this many inputs on, the dual simplex, which has no table of rows times inputs, is the faster one (measured). */
const MANY_INPUTS = 64;

/** Our own simplex: fast on the small polytopes of split trees; where inputs are many, the dual one. */
export const simplexBackend: LpBackend = {
  name: 'simplex',
  session: (lower, upper) => {
    const table = () => new SimplexSession(lower, upper);
    return lower.length < MANY_INPUTS ? table() : new DualSimplexSession(lower, upper, table);
  },
};
