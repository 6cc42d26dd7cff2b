/**
 * A dual simplex with bounded variables and bound flipping, for few rows over many inputs.
 *
 * Over a box every choice of multipliers is dual feasible: an input sits at the bound that its reduced cost asks for. So the
 * search starts at the corner of the box that is best without any row and repairs one violated row (or input) after the
 * other. A dual step passes the breakpoints of *many* inputs at once, as long as the dual objective rises (the long-step
 * ratio test): on images hundreds of inputs change sides in one iteration. The basis has one row and one input per row that
 * is tight, never more than there are independent rows; an iteration costs O((p + 1) n + m (p + flips) + p^3) for p tight
 * ones of m rows in n inputs, so that rows count, not inputs squared.
 *
 * A question that was asked on a larger cell starts where it ended there, which usually takes few iterations or none. With a
 * point strictly inside, a search ends as soon as it is decided: the segment from there towards the current corner reaches
 * below what was asked for, or the multipliers prove enough.
 *
 * It proposes, it proves nothing: callers verify points and multipliers.
 *
 * Sources: Maros, Computational Techniques of the Simplex Method (2003), chapter 10; Koberstein, The dual simplex method,
 * techniques for a fast and stable implementation (2005), section 3.
 */
import { PROPOSAL_NOISE } from '../../../exact/index.js';
import type { LpSession, ProposalStatus, SearchGoal } from '../../types.js';
import { type Basis, BasisMemory, NO_BASIS } from './basis-memory.js';
import { ScaledRows } from './scaled-rows.js';
import { DualState, NOTHING } from './state.js';

interface RowReference {
  readonly data: Float64Array;
  readonly offset: number;
  readonly sign: 1 | -1;
}

/** A search that takes more iterations than this per row is going astray. */
const ITERATIONS = 10;
/** After more steps of no length than this the objective is perturbed. */
const MOST_IDLE = 1;
/**
 * Parts of the value at the interior point: a search ends when the minimum is certainly above the one, or a point is as far
 * below 0 as the other says, or that part of what is possible.
 */
const PROVED = 1 / 64;
const DEEP = 1 / 4;

export class DualSimplexSession implements LpSession {
  readonly point: Float64Array;
  supportSize = 0;
  readonly support: Int32Array;
  readonly multipliers: Float64Array;
  readonly basicVariables: Int32Array;

  private readonly program: ScaledRows;
  private readonly state: DualState;
  private readonly references: RowReference[] = [];
  private count = 0;
  /** For every depth where the searches there ended. */
  private readonly memory: BasisMemory[] = [new BasisMemory()];
  /** The levels of the rows at `inside`, if it is the point they are known for. */
  private inside: Float64Array | undefined;
  private readonly innerLevel: number[] = [];
  private table: LpSession | undefined;

  /** @param tableSession a session of another kind, for what this one cannot do */
  constructor(
    private readonly lower: Float64Array,
    private readonly upper: Float64Array,
    private readonly tableSession: () => LpSession,
  ) {
    const n = lower.length;
    this.program = new ScaledRows(lower, upper);
    this.state = new DualState(this.program);
    this.point = new Float64Array(n);
    this.support = new Int32Array(n);
    this.multipliers = new Float64Array(n);
    this.basicVariables = new Int32Array(n);
  }

  reset(): void {
    this.count = 0;
    this.inside = undefined;
    this.memory[0]!.clear([]);
  }

  push(data: Float64Array, offset: number, sign: 1 | -1): void {
    this.references[this.count] = { data, offset, sign };
    this.program.load(this.count, data, offset, sign);
    this.state.add(this.count++);
    this.inside = undefined;
    (this.memory[this.count] ??= new BasisMemory()).clear(this.memory[this.count - 1]!.recent);
  }

  pop(): void {
    this.count--;
    this.inside = undefined;
  }

  minimise(data: Float64Array, offset: number, sign: 1 | -1, enough: number, goal?: SearchGoal): ProposalStatus {
    this.supportSize = 0;
    this.program.load(this.count, data, offset, sign);
    this.state.prepare(this.count);
    const key = 2 * offset + (sign > 0 ? 1 : 0);
    const scale = this.program.scales[this.count]!;
    const clear = goal === undefined ? Number.POSITIVE_INFINITY : goal.clear * scale;
    const inside = goal !== undefined && this.enter(goal.inside) ? goal.inside : undefined;
    if (this.start(data, key, clear)) return 'bounded';
    let reached = this.search(enough * scale, clear, inside);
    if (this.state.perturbed && reached === 1) {
      this.program.load(this.count, data, offset, sign);
      if (this.state.settle()) reached = this.search(enough * scale, clear, inside);
    }
    if (reached === undefined) return this.byTable(data, offset, sign, enough);
    this.memory[this.count]!.add(data, key, { rows: [...this.state.rows], inputs: [...this.state.inputs] });
    this.reportBasis();
    if (inside !== undefined && this.proves(this.state.level[this.count]!, clear)) return 'bounded';
    this.reportPoint(inside, reached);
    return 'optimal';
  }

  /** Whether a lower bound of the objective is as clear as a proof needs. */
  private proves(bound: number, clear: number): boolean {
    return bound > clear && bound > this.innerLevel[this.count]! * PROVED;
  }

  /** Whether a value is as far below 0 as the parts on both sides of the crease want it, given a lower bound. */
  private cuts(value: number, bound: number, clear: number): boolean {
    return value < -clear && value < DEEP * Math.max(bound, -this.innerLevel[this.count]!);
  }

  /** The primal simplex decides where this one has gone astray. */
  private byTable(data: Float64Array, offset: number, sign: 1 | -1, enough: number): ProposalStatus {
    const session = (this.table ??= this.tableSession());
    session.reset();
    for (const row of this.references.slice(0, this.count)) session.push(row.data, row.offset, row.sign);
    const status = session.minimise(data, offset, sign, enough);
    this.point.set(session.point);
    this.supportSize = session.supportSize;
    this.support.set(session.support);
    this.multipliers.set(session.multipliers);
    this.basicVariables.set(session.basicVariables);
    return status;
  }

  /**
   * Takes up the best of the bases at hand: the one where the same question ended on a larger cell, and those where the
   * latest questions on this cell ended, as far as they are dual feasible.
   *
   * @returns true, and reports the multipliers, if those of one of them prove enough
   */
  private start(data: Float64Array, key: number, clear: number): boolean {
    let best: Basis = NO_BASIS;
    let greatest = Number.NEGATIVE_INFINITY;
    const bound = (basis: Basis): boolean => {
      const value = this.state.boundOf(basis);
      if (value === undefined) return false;
      if (this.proves(value, clear)) return true;
      if (value > greatest) {
        greatest = value;
        best = basis;
      }
      return false;
    };
    const same = this.memory[this.count]!.find(data, key) ?? this.memory[this.count - 1]?.find(data, key);
    const reported = () => {
      this.reportBasis();
      return true;
    };
    if (same !== undefined && bound(same)) return reported();
    for (const basis of this.memory[this.count]!.recent) if (bound(basis)) return reported();
    if (greatest < this.program.least(this.count)) best = NO_BASIS;
    this.state.restart(best);
    return false;
  }

  /** Evaluates all rows at the interior point; false if it is not strictly inside as far as doubles know. */
  private enter(inside: Float64Array): boolean {
    const { count, innerLevel } = this;
    if (this.inside !== inside) {
      for (let k = 0; k < count; k++) innerLevel[k] = this.program.at(k, inside);
      this.inside = inside;
    }
    innerLevel[count] = this.program.at(count, inside);
    for (let k = 0; k < count; k++) if (!(innerLevel[k]! > 0)) return false;
    return true;
  }

  /**
   * Iterates until no row is violated or the goal is reached.
   *
   * @returns how far the segment from the interior point to the current corner stays inside, 1 at the optimum;
   * undefined if the search gave up
   */
  private search(enough: number, clear: number, inside: Float64Array | undefined): number | undefined {
    const { count, innerLevel, state } = this;
    const { level } = state;
    let idle = 0;
    for (let round = 0; round < ITERATIONS * (count + 2); round++) {
      state.evaluate();
      const violated = state.mostViolated();
      if (violated === NOTHING) return 1;
      if (inside !== undefined) {
        const reach = this.reach(inside);
        const cost = innerLevel[count]! + reach * (level[count]! - innerLevel[count]!);
        if (cost < enough || this.cuts(cost, level[count]!, clear) || this.proves(level[count]!, clear)) return reach;
      }
      if (!state.repair(violated)) return undefined;
      idle = state.step > PROPOSAL_NOISE ? 0 : idle + 1;
      if (idle > MOST_IDLE && !state.perturbed) state.perturb();
    }
    return undefined;
  }

  /** How far the segment from the interior point towards the current corner stays inside. */
  private reach(inside: Float64Array): number {
    const { count, innerLevel, lower } = this;
    const { level, inputs, values } = this.state;
    const { range } = this.program;
    let reach = 1;
    for (let k = 0; k < count; k++) {
      if (level[k]! < 0) reach = Math.min(reach, innerLevel[k]! / (innerLevel[k]! - level[k]!));
    }
    for (let f = 0; f < inputs.length; f++) {
      const i = inputs[f]!;
      const from = (inside[i]! - lower[i]!) / range[i]!;
      const to = values[f]!;
      if (to < 0) reach = Math.min(reach, from / (from - to));
      else if (to > 1) reach = Math.min(reach, (1 - from) / (to - from));
    }
    return reach;
  }

  /** The point where the search ended. */
  private reportPoint(inside: Float64Array | undefined, reach: number) {
    const { point, lower, upper } = this;
    const { atUpper, place, values } = this.state;
    const { range } = this.program;
    for (let i = 0; i < point.length; i++) {
      const f = place[i]!;
      const corner = f >= 0 ? lower[i]! + range[i]! * values[f]! : atUpper[i] === 1 ? upper[i]! : lower[i]!;
      const x = inside === undefined || reach === 1 ? corner : inside[i]! + reach * (corner - inside[i]!);
      point[i] = Math.min(upper[i]!, Math.max(lower[i]!, x));
    }
  }

  /** The rows of the basis with their multipliers, and its inputs. */
  private reportBasis() {
    const { rows, inputs, lambda } = this.state;
    const { scales } = this.program;
    this.supportSize = rows.length;
    for (let s = 0; s < this.supportSize; s++) {
      const k = rows[s]!;
      this.support[s] = k;
      this.multipliers[s] = (lambda[s]! * scales[k]!) / scales[this.count]!;
      this.basicVariables[s] = inputs[s]!;
    }
  }
}
