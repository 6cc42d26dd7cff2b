/**
 * The `lp` engine: a cell is its constraints and a point strictly inside, in any dimension.
 *
 * A neuron whose pre-activation g has sign s at the interior point either keeps that sign on the whole cell or cuts it.
 * Stages, cheapest first: the bounds of the domain; points of the cell remembered from earlier programs; a linear program
 * minimising s g over the cell. A point found beyond the crease gives, together with the interior point, an interior point
 * of the other side (verified, so that "cut" is proved); multipliers prove "no cut" if a rigorous lower bound is positive.
 * What doubles cannot settle is solved again in exact arithmetic (`engines/evidence/exact-decision.ts`).
 */

import { rowAt, signBeyond, signOfInteger } from '../../exact/index.js';
import type { LpBackend, SearchGoal } from '../../lp/index.js';
import type { CellKernel, KernelContext, KernelFactory } from '../../walk/index.js';
import { BOUND_EVIDENCE, CUT, type Evidence, type Narrowing, type Verdict, type Witness } from '../../walk/index.js';
import {
  centrePoint,
  decideExactly,
  type ExactConstraints,
  exactPoint,
  type InteriorPoint,
  interiorBeyond,
  isStrictlyInside,
  roundedPoint,
} from '../evidence/index.js';
import { LpPath, rowValue } from './path.js';
import { KnownPoints } from './points.js';
import { LpProofs } from './proof.js';

/** How many times its error bound a value must be from 0 for a search to end. */
const CLEARLY = 1024;

/** What is known about the cell at one depth of the walk. */
interface CellState {
  readonly interior: InteriorPoint;
  readonly points: KnownPoints;
  /** For the neurons found to cut this cell, the points strictly inside on both sides that prove it. */
  readonly cuts: Map<number, CutProof>;
}

/** The pre-activation has sign `sign` at `near` and the other sign at `far`. */
interface CutProof {
  readonly sign: 1 | -1;
  readonly near: InteriorPoint;
  readonly far: InteriorPoint;
}

class LpKernel implements CellKernel {
  private readonly n: number;
  private readonly stride: number;
  private readonly session;
  private readonly path: LpPath;
  private readonly proofs: LpProofs;
  private readonly states: CellState[] = [];
  private layer = 0;
  private readonly trial: Float64Array;
  private proof: Evidence = BOUND_EVIDENCE;
  /** Whether the question at hand needed an exact sign already. */
  private neededExact = false;

  constructor(
    private readonly context: KernelContext,
    backend: LpBackend,
  ) {
    const { problem } = context;
    this.n = problem.variables;
    this.stride = context.rows.stride;
    this.session = backend.session(problem.lower, problem.upper);
    this.path = new LpPath(context);
    this.proofs = new LpProofs(context, this.path, this.session);
    this.trial = new Float64Array(this.n);
  }

  /** The current cell. */
  private get state(): CellState {
    return this.states[this.path.depth]!;
  }

  /** Begins with a cell at the current depth of which only an interior point is known. */
  private begin(interior: InteriorPoint): CellState {
    const former = this.states[this.path.depth];
    const points = former?.points ?? new KnownPoints(this.n);
    points.clear();
    return (this.states[this.path.depth] = { interior, points, cuts: new Map() });
  }

  reset(): void {
    this.path.depth = 0;
    this.session.reset();
    this.proofs.boxes.reset();
    this.begin(centrePoint(this.context.problem));
  }

  enterLayer(layer: number): void {
    this.layer = layer;
    const { cuts, interior, points } = this.state;
    cuts.clear();
    if (!this.proofs.boxes.begin(layer, this.path.depth)) return;
    this.proofs.narrow(interior.doubles, (point) => points.add(point));
  }

  narrowings(): readonly Narrowing[] {
    return this.proofs.boxes.narrowings();
  }

  bounded(): Int8Array {
    return this.proofs.boxes.sides(this.layer);
  }

  leaveLayer(layer: number): void {
    this.layer = layer - 1;
    this.proofs.boxes.leave();
  }

  witness(): Witness {
    const { interior } = this.state;
    if (interior.exact !== null) return interior.exact;
    if (!this.context.wantsEvidence) return interior.doubles;
    const short = interior.doubles.map(Math.fround);
    return this.path.isInside(short) ? short : interior.doubles;
  }

  evidence(): Evidence {
    return this.proof;
  }

  /** The row of a neuron at a double point. */
  private value(neuron: number, point: Float64Array, from = 0): number {
    return rowValue(this.context.rows.rows[this.layer]!, neuron * this.stride, this.n, point, from);
  }

  private threshold(neuron: number): number {
    return this.context.rows.threshold[this.layer]![neuron]!;
  }

  /** The certain sign of a neuron's pre-activation at an interior point: doubles first, then exactly. */
  private signAt(neuron: number, point: InteriorPoint): -1 | 0 | 1 {
    const { exact } = this.context;
    if (point.exact === null) {
      const sign = signBeyond(this.value(neuron, point.doubles), this.threshold(neuron));
      if (sign !== 0) return sign;
    }
    this.neededExact = true;
    if (exact.isZero(this.layer, neuron)) return 0;
    const { numerators, denominator } = exactPoint(point);
    return signOfInteger(rowAt(exact.row(this.layer, neuron), numerators, denominator));
  }

  side(neuron: number): Verdict {
    const { decisions } = this.context;
    const { state } = this;
    this.neededExact = false;
    const bounded = this.boundSide(neuron);
    if (bounded !== 0) {
      decisions.interval++;
      this.proof = BOUND_EVIDENCE;
      return bounded;
    }
    const sign = this.signAt(neuron, state.interior);
    if (sign === 0) return this.throughInterior(neuron, state);
    if (this.pointsBeyond(neuron, sign, state)) {
      decisions[this.neededExact ? 'exactSign' : 'points']++;
      return CUT;
    }
    return this.byProgram(neuron, sign, state);
  }

  /** The side that the box around the cell leaves no choice about, or 0. */
  private boundSide(neuron: number): -1 | 0 | 1 {
    const { lower, upper } = this.proofs.boxes;
    const data = this.context.rows.rows[this.layer]!;
    const at = neuron * this.stride;
    let low = data[at + this.n]!;
    let high = low;
    for (let i = 0; i < this.n; i++) {
      const a = data[at + i]!;
      const atLower = a * lower[i]!;
      const atUpper = a * upper[i]!;
      low += Math.min(atLower, atUpper);
      high += Math.max(atLower, atUpper);
    }
    const threshold = this.threshold(neuron);
    return low > 0 ? (signBeyond(low, threshold) > 0 ? 1 : 0) : signBeyond(high, threshold) < 0 ? -1 : 0;
  }

  /** The pre-activation is exactly 0 at the interior point: identically zero, or the crease passes through it and cuts. */
  private throughInterior(neuron: number, state: CellState): Verdict {
    const { problem, decisions, exact } = this.context;
    decisions.exactSign++;
    if (exact.isZero(this.layer, neuron)) {
      this.proof = BOUND_EVIDENCE;
      return 0;
    }
    const row = exact.row(this.layer, neuron);
    // A nonzero affine function that vanishes at an interior point changes sign there.
    const constraints = this.path.constraints();
    const start = exactPoint(state.interior);
    const positive = interiorBeyond(problem, constraints, start, row, 1);
    const negative = interiorBeyond(problem, constraints, start, row, -1);
    const near = this.shortened(positive, constraints, { row, sign: 1 });
    const far = this.shortened(negative, constraints, { row, sign: -1 });
    state.cuts.set(neuron, { sign: 1, near, far });
    return CUT;
  }

  /** Looks for a known point beyond the crease. */
  private pointsBeyond(neuron: number, sign: 1 | -1, state: CellState): boolean {
    const { coordinates, count } = state.points;
    const limit = -this.threshold(neuron);
    for (let from = 0; from < count * this.n; from += this.n) {
      const value = sign * this.value(neuron, coordinates, from);
      if (value < limit && this.tryBeyond(neuron, sign, state, coordinates, from)) return true;
    }
    return false;
  }

  /**
   * From a point of the cell (as far as doubles know) beyond the crease to one that is certainly strictly inside the cell
   * and beyond the crease: on the segment from the interior point, half way between the crease and that point.
   */
  private tryBeyond(neuron: number, sign: 1 | -1, state: CellState, far: Float64Array, from = 0): boolean {
    const centre = state.interior.doubles;
    const inside = sign * this.value(neuron, centre);
    const outside = sign * this.value(neuron, far, from);
    const crossing = Math.max(0, inside / (inside - outside));
    const t = (1 + crossing) / 2;
    for (let i = 0; i < this.n; i++) this.trial[i] = centre[i]! + t * (far[from + i]! - centre[i]!);
    if (signBeyond(sign * this.value(neuron, this.trial), this.threshold(neuron)) >= 0) return false;
    if (!this.path.isInside(this.trial)) return false;
    state.cuts.set(neuron, { sign, near: state.interior, far: { doubles: this.trial.slice(), exact: null } });
    return true;
  }

  /** Minimises sign * g over the cell. */
  private byProgram(neuron: number, sign: 1 | -1, state: CellState): Verdict {
    const { rows } = this.context;
    const { session } = this;
    const threshold = this.threshold(neuron);
    const goal: SearchGoal = { inside: state.interior.doubles, clear: CLEARLY * threshold };
    const data = rows.rows[this.layer]!;
    const status = session.minimise(data, neuron * this.stride, sign, Number.NEGATIVE_INFINITY, goal);
    if (status !== 'bounded' && sign * this.value(neuron, session.point) < -threshold) {
      if (this.tryBeyond(neuron, sign, state, session.point)) {
        state.points.add(session.point);
        return this.settledByProgram(CUT);
      }
    } else if (status !== 'failed') {
      if (status === 'optimal') state.points.add(session.point);
      if (this.proofs.provesSide(this.layer, neuron, sign)) {
        this.proof = this.proofs.evidence;
        return this.settledByProgram(sign);
      }
    }
    return this.exactly(neuron, sign, state, status === 'optimal');
  }

  private settledByProgram(verdict: Verdict): Verdict {
    this.context.decisions[this.neededExact ? 'exactSign' : 'program']++;
    return verdict;
  }

  private exactly(neuron: number, sign: 1 | -1, state: CellState, hasBasis: boolean): Verdict {
    const { problem, exact, decisions } = this.context;
    const { session } = this;
    const constraints = this.path.constraints();
    const row = exact.row(this.layer, neuron);
    const basis = hasBasis
      ? {
          support: Array.from(session.support.subarray(0, session.supportSize)),
          variables: Array.from(session.basicVariables.subarray(0, session.supportSize)),
          point: session.point,
        }
      : undefined;
    const outcome = decideExactly(problem, constraints, {
      row,
      denominator: exact.denominator(this.layer),
      sign,
      basis,
      approximate: hasBasis ? Array.from(session.multipliers.subarray(0, session.supportSize)) : undefined,
      interior: () => exactPoint(state.interior),
    });
    decisions[outcome.stage]++;
    if (outcome.beyond === undefined) {
      this.proof = outcome.evidence;
      return sign;
    }
    const far = this.shortened(outcome.beyond, constraints, { row, sign: sign > 0 ? -1 : 1 });
    state.cuts.set(neuron, { sign, near: state.interior, far });
    return CUT;
  }

  /** An interior point with short coordinates near an exact one: doubles if they are strictly inside, too. */
  private shortened(
    point: InteriorPoint['exact'] & object,
    constraints: ExactConstraints,
    last: { readonly row: readonly bigint[]; readonly sign: 1 | -1 },
  ): InteriorPoint {
    const { count } = constraints;
    const newest = { ...last, denominator: 1n };
    const all: ExactConstraints = { count: count + 1, get: (k) => (k < count ? constraints.get(k) : newest) };
    return roundedPoint(point, (candidate) => isStrictlyInside(this.context.problem, all, candidate));
  }

  descend(neuron: number, side: 1 | -1): void {
    const parent = this.state;
    const { sign, near, far } = parent.cuts.get(neuron)!;
    const interior = sign === side ? near : far;
    this.path.push(this.layer, neuron, side);
    const child = this.begin(interior);
    const data = this.context.rows.rows[this.layer]!;
    const at = neuron * this.stride;
    const threshold = this.threshold(neuron);
    child.points.takeSide(parent.points, data, at, threshold, side);
    for (const { far: point } of parent.cuts.values()) {
      if (point !== interior) child.points.offer(point.doubles, data, at, threshold, side);
    }
    this.session.push(data, at, side);
  }

  ascend(): void {
    this.path.pop();
    this.session.pop();
  }
}

/** The `lp` engine over a floating-point backend that only proposes. */
export function lpKernel(backend: LpBackend): KernelFactory {
  return (context) => new LpKernel(context, backend);
}
