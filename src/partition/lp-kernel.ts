/**
 * The `lp` engine: a cell is its constraints and a point strictly inside, in any dimension.
 *
 * A neuron whose pre-activation g has sign s at the interior point either keeps that sign on the whole cell or cuts it.
 * Stages, cheapest first: the bounds of the domain; points of the cell remembered from earlier programs; a linear program
 * minimising s g over the cell. A point found beyond the crease gives, together with the interior point, an interior point
 * of the other side (verified, so that "cut" is proved); multipliers prove "no cut" if a rigorous lower bound is positive.
 * What doubles cannot settle is solved again in exact arithmetic (`exact-decision.ts`).
 */
import { floatBelow, nextDown } from '../exact/double.js';
import { evaluationUnit, SLACK, signBeyond, signOfInteger } from '../exact/sign.js';
import type { LpBackend, SearchGoal } from '../lp/types.js';
import { truncatedTo16Bits } from './certificate-format.js';
import {
  decideExactly,
  type ExactConstraint,
  type ExactConstraints,
  interiorBeyond,
  isStrictlyInside,
} from './exact-decision.js';
import { rowAt } from './exact-rows.js';
import type { CellKernel, KernelContext, KernelFactory } from './kernel.js';
import { centrePoint, exactPoint, type InteriorPoint, roundedPoint } from './points.js';
import { sidesInBox } from './proven-box.js';
import { BOUND_EVIDENCE, CUT, type Evidence, type Narrowing, type Verdict, type Witness } from './tree.js';

/** Points remembered per cell; more would cost more to evaluate than the programs they save. */
const CAPACITY = 24;
/** A box costs 2 n programs: it pays where a layer has at least this many neurons per input. */
const NEURONS_PER_PROGRAM = 4;
/** A bound is kept if it takes at least this fraction (its inverse) off the box. */
const WORTHWHILE = 64;

/** How many times its error bound a value must be from 0 for a search to end. */
const CLEARLY = 1024;

/** What is known about the cell at one depth of the walk. */
interface CellState {
  interior: InteriorPoint;
  /** Points of the closed cell, `count` times n coordinates. */
  readonly points: Float64Array;
  count: number;
  next: number;
  /** A box around the cell, rigorous; shared with the cells below that have not found a smaller one. */
  lower: Float64Array;
  upper: Float64Array;
  /** The depth at which the box was found. */
  boxDepth: number;
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
  private readonly states: CellState[] = [];
  private depth = 0;
  private layer = 0;
  /** The splits above: layer, neuron and side. */
  private readonly splitLayer: number[] = [];
  private readonly splitNeuron: number[] = [];
  private readonly splitSide: (1 | -1)[] = [];
  private readonly trial: Float64Array;
  private readonly residual: Float64Array;
  /** Zeros around a single one: at offset n - i it is the function x_i. */
  private readonly unit: Float64Array;
  private readonly shortened32: Float64Array;
  private readonly found: Narrowing[] = [];
  private readonly boundedSides: Int8Array;
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
    this.boundedSides = new Int8Array(context.rows.settled.length);
    this.trial = new Float64Array(this.n);
    this.residual = new Float64Array(this.n + 1);
    this.unit = new Float64Array(2 * this.n + 1);
    this.unit[this.n] = 1;
    this.shortened32 = new Float64Array(this.n);
  }

  private stateAt(depth: number): CellState {
    return (this.states[depth] ??= {
      interior: { doubles: new Float64Array(this.n), exact: null },
      points: new Float64Array(CAPACITY * this.n),
      count: 0,
      next: 0,
      lower: this.context.problem.outerLower,
      upper: this.context.problem.outerUpper,
      boxDepth: 0,
      cuts: new Map(),
    });
  }

  reset(): void {
    this.depth = 0;
    this.session.reset();
    const state = this.stateAt(0);
    state.interior = centrePoint(this.context.problem);
    state.count = 0;
    state.next = 0;
    state.lower = this.context.problem.outerLower;
    state.upper = this.context.problem.outerUpper;
    state.boxDepth = 0;
    state.cuts.clear();
  }

  enterLayer(layer: number): void {
    this.layer = layer;
    const state = this.stateAt(this.depth);
    state.cuts.clear();
    this.found.length = 0;
    const { problem } = this.context;
    const pays = problem.layers[layer]!.width >= NEURONS_PER_PROGRAM * this.n;
    if (pays && this.depth > state.boxDepth && !problem.homogeneous && problem.plainCoordinates) this.narrow(state);
  }

  narrowings(): readonly Narrowing[] {
    return this.found;
  }

  bounded(): Int8Array {
    sidesInBox(this.context, this.layer, this.stateAt(this.depth), this.boundedSides);
    return this.boundedSides;
  }

  /** Finds a box around the cell: one program per face, and a rigorous bound from its multipliers. */
  private narrow(state: CellState) {
    const { lower, upper } = state;
    state.boxDepth = this.depth;
    for (let i = 0; i < this.n; i++) {
      for (const side of [1, -1] as const) {
        if (this.session.minimise(this.unit, this.n - i, side, Number.NEGATIVE_INFINITY) !== 'optimal') continue;
        this.remember(state, this.session.point);
        const value = this.provedBound(i, side);
        const old = side > 0 ? state.lower[i]! : state.upper[i]!;
        if (!(side * (value - old) * WORTHWHILE > state.upper[i]! - state.lower[i]!)) continue;
        if (state.lower === lower) state.lower = lower.slice();
        if (state.upper === upper) state.upper = upper.slice();
        (side > 0 ? state.lower : state.upper)[i] = value;
        if (this.context.wantsEvidence) this.found.push({ variable: i, side, value, evidence: this.boundEvidence() });
      }
    }
  }

  /** The evidence for a bound: the multipliers that `provedBound` used. */
  private boundEvidence(): Evidence {
    this.keepEvidence(this.shortened32);
    return this.proof;
  }

  /** A bound of one variable on the cell that the session's multipliers, rounded to float32, certainly prove. */
  private provedBound(variable: number, side: 1 | -1): number {
    const { session, shortened32 } = this;
    for (let s = 0; s < session.supportSize; s++) shortened32[s] = Math.fround(session.multipliers[s]!);
    const error = this.context.problem.magnitude[variable]! * evaluationUnit(this.n);
    const low = this.lowerBound(this.unit, this.n - variable, error, side, shortened32);
    return side * floatBelow(nextDown(low));
  }

  leaveLayer(layer: number): void {
    this.layer = layer - 1;
  }

  witness(): Witness {
    const { interior } = this.stateAt(this.depth);
    if (interior.exact !== null) return interior.exact;
    if (!this.context.wantsEvidence) return interior.doubles;
    const short = interior.doubles.map(Math.fround);
    return this.isInterior(short) ? short : interior.doubles;
  }

  evidence(): Evidence {
    return this.proof;
  }

  /** The row of a neuron at a double point. */
  private value(data: Float64Array, at: number, point: Float64Array, from: number): number {
    let sum = data[at + this.n]!;
    for (let i = 0; i < this.n; i++) sum += data[at + i]! * point[from + i]!;
    return sum;
  }

  /** The certain sign of a neuron's pre-activation at an interior point: doubles first, then exactly. */
  private signAt(neuron: number, point: InteriorPoint): -1 | 0 | 1 {
    const { rows, exact } = this.context;
    if (point.exact === null) {
      const value = this.value(rows.rows[this.layer]!, neuron * this.stride, point.doubles, 0);
      const sign = signBeyond(value, rows.threshold[this.layer]![neuron]!);
      if (sign !== 0) return sign;
    }
    this.neededExact = true;
    if (exact.isZero(this.layer, neuron)) return 0;
    const { numerators, denominator } = exactPoint(point);
    return signOfInteger(rowAt(exact.row(this.layer, neuron), numerators, denominator));
  }

  side(neuron: number): Verdict {
    const { decisions } = this.context;
    const state = this.stateAt(this.depth);
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
    return this.program(neuron, sign, state);
  }

  /** The side that the box around the cell leaves no choice about, or 0. */
  private boundSide(neuron: number): -1 | 0 | 1 {
    const { rows } = this.context;
    const { lower, upper } = this.stateAt(this.depth);
    const data = rows.rows[this.layer]!;
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
    const threshold = rows.threshold[this.layer]![neuron]!;
    return low > 0 ? (signBeyond(low, threshold) > 0 ? 1 : 0) : signBeyond(high, threshold) < 0 ? -1 : 0;
  }

  /** The pre-activation is exactly 0 at the interior point: identically zero, or the crease passes through it and cuts. */
  private throughInterior(neuron: number, state: CellState): Verdict {
    const { decisions, exact } = this.context;
    decisions.exactSign++;
    if (exact.isZero(this.layer, neuron)) {
      this.proof = BOUND_EVIDENCE;
      return 0;
    }
    const row = exact.row(this.layer, neuron);
    // A nonzero affine function that vanishes at an interior point changes sign there.
    const constraints = this.exactConstraints();
    const start = exactPoint(state.interior);
    const positive = interiorBeyond(this.context.problem, constraints, start, row, 1);
    const negative = interiorBeyond(this.context.problem, constraints, start, row, -1);
    const near = this.shortened(positive, constraints, { row, sign: 1 });
    const far = this.shortened(negative, constraints, { row, sign: -1 });
    state.cuts.set(neuron, { sign: 1, near, far });
    return CUT;
  }

  /** Looks for a remembered point beyond the crease. */
  private pointsBeyond(neuron: number, sign: 1 | -1, state: CellState): boolean {
    const { rows } = this.context;
    const data = rows.rows[this.layer]!;
    const at = neuron * this.stride;
    const limit = -rows.threshold[this.layer]![neuron]!;
    for (let p = 0; p < state.count; p++) {
      const value = sign * this.value(data, at, state.points, p * this.n);
      if (value < limit && this.tryBeyond(neuron, sign, state, state.points, p * this.n)) return true;
    }
    return false;
  }

  /**
   * From a point of the cell (as far as doubles know) beyond the crease to one that is certainly strictly inside the cell
   * and beyond the crease: on the segment from the interior point, half way between the crease and that point.
   */
  private tryBeyond(neuron: number, sign: 1 | -1, state: CellState, far: Float64Array, from: number): boolean {
    const { rows } = this.context;
    const data = rows.rows[this.layer]!;
    const at = neuron * this.stride;
    const threshold = rows.threshold[this.layer]![neuron]!;
    const centre = state.interior.doubles;
    const inside = sign * this.value(data, at, centre, 0);
    const outside = sign * this.value(data, at, far, from);
    const crossing = Math.max(0, inside / (inside - outside));
    const t = (1 + crossing) / 2;
    for (let i = 0; i < this.n; i++) this.trial[i] = centre[i]! + t * (far[from + i]! - centre[i]!);
    if (signBeyond(sign * this.value(data, at, this.trial, 0), threshold) >= 0) return false;
    if (!this.isInterior(this.trial)) return false;
    state.cuts.set(neuron, { sign, near: state.interior, far: { doubles: this.trial.slice(), exact: null } });
    return true;
  }

  /** Whether a double point certainly satisfies every constraint of the cell strictly. */
  private isInterior(point: Float64Array): boolean {
    const { problem, rows } = this.context;
    for (let i = 0; i < this.n; i++) {
      if (!(point[i]! > problem.lower[i]! && point[i]! < problem.upper[i]!)) return false;
    }
    for (let k = this.depth - 1; k >= 0; k--) {
      const layer = this.splitLayer[k]!;
      const neuron = this.splitNeuron[k]!;
      const value = this.value(rows.rows[layer]!, neuron * this.stride, point, 0);
      if (signBeyond(value, rows.threshold[layer]![neuron]!) !== this.splitSide[k]!) return false;
    }
    return true;
  }

  /** Minimises sign * g over the cell. */
  private program(neuron: number, sign: 1 | -1, state: CellState): Verdict {
    const { rows, decisions } = this.context;
    const data = rows.rows[this.layer]!;
    const at = neuron * this.stride;
    const threshold = rows.threshold[this.layer]![neuron]!;
    const session = this.session;
    const goal: SearchGoal = { inside: state.interior.doubles, clear: CLEARLY * threshold };
    const status = session.minimise(data, at, sign, Number.NEGATIVE_INFINITY, goal);
    if (status === 'bounded') {
      if (this.provedBy(neuron, sign)) {
        decisions[this.neededExact ? 'exactSign' : 'program']++;
        return sign;
      }
    } else if (sign * this.value(data, at, session.point, 0) < -threshold) {
      if (this.tryBeyond(neuron, sign, state, session.point, 0)) {
        this.remember(state, session.point);
        decisions[this.neededExact ? 'exactSign' : 'program']++;
        return CUT;
      }
    } else if (status === 'optimal') {
      this.remember(state, session.point);
      if (this.provedBy(neuron, sign)) {
        decisions[this.neededExact ? 'exactSign' : 'program']++;
        return sign;
      }
    }
    return this.exactly(neuron, sign, state, status === 'optimal');
  }

  private remember(state: CellState, point: Float64Array) {
    state.points.set(point, state.next * this.n);
    state.next = (state.next + 1) % CAPACITY;
    state.count = Math.min(CAPACITY, state.count + 1);
  }

  /** Whether the session's multipliers prove sign * g > 0 on the cell; keeps them as evidence, as short as they may be. */
  private provedBy(neuron: number, sign: 1 | -1): boolean {
    const { session } = this;
    if (!this.context.wantsEvidence) return this.proves(neuron, sign, session.multipliers);
    const short = session.multipliers.map(truncatedTo16Bits);
    if (this.proves(neuron, sign, short)) return this.keepEvidence(short);
    const single = session.multipliers.map(Math.fround);
    if (this.proves(neuron, sign, single)) return this.keepEvidence(single);
    return this.proves(neuron, sign, session.multipliers) && this.keepEvidence(session.multipliers);
  }

  private proves(neuron: number, sign: 1 | -1, multipliers: Float64Array): boolean {
    const { rows } = this.context;
    const threshold = rows.threshold[this.layer]![neuron]!;
    const low = this.lowerBound(rows.rows[this.layer]!, neuron * this.stride, threshold, sign, multipliers);
    return signBeyond(low, 0) > 0;
  }

  /**
   * A number certainly below sign * f on the cell, for the row f at `at`, evaluated with errors up to `threshold`.
   *
   * With r = sign * f - sum m_k h_k computed in doubles, it is the minimum of r over the cell's box less every error made.
   *
   * The error of r at any point of the box is at most E + sum m_k E_k from the rows, and (terms + 4) u (M + sum m_k M_k)
   * from computing r; evaluating its minimum over the box adds (n + 3) u times the same mass.
   */
  private lowerBound(
    own: Float64Array,
    at: number,
    threshold: number,
    sign: 1 | -1,
    multipliers: Float64Array,
  ): number {
    const { rows } = this.context;
    const { n, residual, session, stride } = this;
    const { lower, upper } = this.stateAt(this.depth);
    for (let i = 0; i <= n; i++) residual[i] = sign * own[at + i]!;
    // The threshold of a row is E + (n + 4) u M and a little more.
    let bound = threshold;
    for (let s = 0; s < session.supportSize; s++) {
      const multiplier = multipliers[s]!;
      if (multiplier === 0) continue;
      const k = session.support[s]!;
      const layer = this.splitLayer[k]!;
      const data = rows.rows[layer]!;
      const from = this.splitNeuron[k]! * stride;
      const factor = this.splitSide[k]! * multiplier;
      for (let i = 0; i <= n; i++) residual[i]! -= factor * data[from + i]!;
      bound += multiplier * rows.threshold[layer]![this.splitNeuron[k]!]!;
    }
    let low = residual[n]!;
    for (let i = 0; i < n; i++) {
      const r = residual[i]!;
      low += r > 0 ? r * lower[i]! : r * upper[i]!;
    }
    // Each threshold holds (n + 4) u M; the rounding needs (n + 3) + (terms + 4) <= 2 (n + 4) of them, terms <= n.
    return low - 2 * bound * SLACK;
  }

  private keepEvidence(from: Float64Array): true {
    const { session } = this;
    const splits: number[] = [];
    const multipliers: number[] = [];
    for (let s = 0; s < session.supportSize; s++) {
      if (from[s] === 0) continue;
      splits.push(session.support[s]!);
      multipliers.push(from[s]!);
    }
    this.proof = splits.length === 0 ? BOUND_EVIDENCE : { kind: 'doubles', splits, multipliers };
    return true;
  }

  private exactConstraint(k: number): ExactConstraint {
    const { exact } = this.context;
    return {
      row: exact.row(this.splitLayer[k]!, this.splitNeuron[k]!),
      denominator: exact.denominator(this.splitLayer[k]!),
      sign: this.splitSide[k]!,
    };
  }

  private exactConstraints(): ExactConstraints {
    return { count: this.depth, get: (k) => this.exactConstraint(k) };
  }

  private exactly(neuron: number, sign: 1 | -1, state: CellState, hasBasis: boolean): Verdict {
    const { problem, exact, decisions } = this.context;
    const { session } = this;
    const constraints = this.exactConstraints();
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
    const parent = this.stateAt(this.depth);
    const { rows } = this.context;
    const data = rows.rows[this.layer]!;
    const at = neuron * this.stride;
    const cut = parent.cuts.get(neuron)!;
    const interior = cut.sign === side ? cut.near : cut.far;
    this.splitLayer[this.depth] = this.layer;
    this.splitNeuron[this.depth] = neuron;
    this.splitSide[this.depth] = side;
    this.depth++;
    const child = this.stateAt(this.depth);
    child.interior = interior;
    child.cuts.clear();
    child.lower = parent.lower;
    child.upper = parent.upper;
    child.boxDepth = parent.boxDepth;
    const threshold = rows.threshold[this.layer]![neuron]!;
    child.count = 0;
    for (let p = 0; p < parent.count; p++) {
      if (side * this.value(data, at, parent.points, p * this.n) < -threshold) continue;
      child.points.set(parent.points.subarray(p * this.n, (p + 1) * this.n), child.count * this.n);
      child.count++;
    }
    for (const { far: candidate } of parent.cuts.values()) {
      if (child.count === CAPACITY) break;
      if (candidate === interior || candidate.exact !== null) continue;
      if (side * this.value(data, at, candidate.doubles, 0) <= threshold) continue;
      child.points.set(candidate.doubles, child.count * this.n);
      child.count++;
    }
    child.next = child.count % CAPACITY;
    this.session.push(data, at, side);
    this.recentre(child);
  }

  /** Moves the interior point to the mean of the known points, if that is certainly strictly inside. */
  private recentre(state: CellState) {
    if (state.count < 2) return;
    const weight = 1 / (state.count + 1);
    for (let i = 0; i < this.n; i++) {
      let sum = state.interior.doubles[i]!;
      for (let p = 0; p < state.count; p++) sum += state.points[p * this.n + i]!;
      this.trial[i] = sum * weight;
    }
    if (this.isInterior(this.trial)) state.interior = { doubles: this.trial.slice(), exact: null };
  }

  ascend(): void {
    this.depth--;
    this.session.pop();
  }
}

/** The `lp` engine over a floating-point backend that only proposes. */
export function lpKernel(backend: LpBackend): KernelFactory {
  return (context) => new LpKernel(context, backend);
}
