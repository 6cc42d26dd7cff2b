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
import { PROPOSAL_NOISE } from '../exact/sign.js';
import { LuFactors } from './lu.js';
import { RatioTest } from './ratio-test.js';
import type { LpSession, ProposalStatus, SearchGoal } from './types.js';

interface RowReference {
  readonly data: Float64Array;
  readonly offset: number;
  readonly sign: 1 | -1;
}

/** Where a search ended: its tight rows and as many basic inputs. */
interface Basis {
  readonly data: Float64Array;
  readonly rows: readonly number[];
  readonly inputs: readonly number[];
}

/** What the searches on one cell left behind for those on it and on its parts. */
class Memory {
  /** The latest ones first. */
  readonly recent: Basis[] = [];
  private readonly byKey = new Map<number, Basis>();

  /** Forgets the cell before, and takes over what is known on the one around it. */
  clear(recent: readonly Basis[]) {
    this.byKey.clear();
    this.recent.length = 0;
    this.recent.push(...recent);
  }

  find(data: Float64Array, key: number): Basis | undefined {
    const known = this.byKey.get(key);
    return known?.data === data ? known : undefined;
  }

  add(key: number, basis: Basis) {
    this.byKey.set(key, basis);
    if (basis.rows.length === 0 || this.recent.some((other) => sameBasis(basis, other))) return;
    this.recent.unshift(basis);
    this.recent.length = Math.min(this.recent.length, RECENT);
  }
}

function sameBasis(one: Basis, other: Basis): boolean {
  return (
    one.rows.length === other.rows.length &&
    one.rows.every((row, s) => row === other.rows[s] && one.inputs[s] === other.inputs[s])
  );
}

/** A search that takes more iterations than this per row is going astray. */
const ITERATIONS = 10;
/** After so many steps of no length the objective is perturbed, by so much per input (rows have length 1). */
const MOST_IDLE = 1;
const PERTURBATION = 2 ** -33;
/** How many bases a new question tries. */
const RECENT = 6;

export class DualSimplexSession implements LpSession {
  readonly point: Float64Array;
  supportSize = 0;
  readonly support: Int32Array;
  readonly multipliers: Float64Array;
  readonly basicVariables: Int32Array;

  private readonly n: number;
  private readonly range: Float64Array;
  /** The rows, then the objective, in z = (x - lower) / range: n coefficients each, of Euclidean length 1. */
  private matrix: Float64Array;
  private readonly references: RowReference[] = [];
  private readonly constants: number[] = [];
  private readonly scales: number[] = [];
  private count = 0;
  /** Reduced costs; the inputs that sit at their upper bounds (1, else 0); places in `inputs` (-1: at a bound). */
  private readonly reduced: Float64Array;
  private readonly atUpper: Float64Array;
  private readonly place: Int32Array;
  /** The basis: its inputs with their values, its rows with their multipliers; equally many. */
  private readonly inputs: number[] = [];
  private readonly rows: number[] = [];
  private values = new Float64Array(8);
  private lambda = new Float64Array(8);
  private readonly lu = new LuFactors();
  /** Per row and for the objective: the value with the basic inputs at 0, and at the current corner. */
  private base = new Float64Array(16);
  private level = new Float64Array(16);
  private readonly alpha: Float64Array;
  private beta = new Float64Array(8);
  private readonly test: RatioTest;
  /** For every depth where the searches there ended. */
  private readonly memory: Memory[] = [new Memory()];
  /** The levels of the rows at `inside`, if it is the point they are known for. */
  private inside: Float64Array | undefined;
  private innerLevel = new Float64Array(16);
  /** Whether the objective has been perturbed in this search. */
  private perturbed = false;
  private table: LpSession | undefined;

  constructor(
    private readonly lower: Float64Array,
    private readonly upper: Float64Array,
    private readonly tableSession: () => LpSession,
  ) {
    const n = lower.length;
    this.n = n;
    this.range = upper.map((hi, i) => hi - lower[i]!);
    this.point = new Float64Array(n);
    this.support = new Int32Array(n);
    this.multipliers = new Float64Array(n);
    this.basicVariables = new Int32Array(n);
    this.matrix = new Float64Array(8 * n);
    this.reduced = new Float64Array(n);
    this.atUpper = new Float64Array(n);
    this.place = new Int32Array(n).fill(-1);
    this.alpha = new Float64Array(n);
    this.test = new RatioTest(n);
  }

  reset(): void {
    this.count = 0;
    this.inside = undefined;
    this.memory[0]!.clear([]);
  }

  push(data: Float64Array, offset: number, sign: 1 | -1): void {
    this.references[this.count] = { data, offset, sign };
    this.load(this.count++, data, offset, sign);
    this.inside = undefined;
    (this.memory[this.count] ??= new Memory()).clear(this.memory[this.count - 1]!.recent);
  }

  pop(): void {
    this.count--;
    this.inside = undefined;
  }

  /** Row k of the matrix := sign * data, scaled. */
  private load(k: number, data: Float64Array, offset: number, sign: number) {
    const { n, lower, range } = this;
    if (this.matrix.length < (k + 1) * n) {
      const larger = new Float64Array(2 * (k + 1) * n);
      larger.set(this.matrix);
      this.matrix = larger;
    }
    const { matrix } = this;
    let constant = data[offset + n]!;
    let squares = 0;
    for (let i = 0, at = k * n; i < n; i++, at++) {
      const a = data[offset + i]!;
      constant += a * lower[i]!;
      const scaled = a * range[i]!;
      matrix[at] = scaled;
      squares += scaled * scaled;
    }
    const scale = squares > 0 && Number.isFinite(1 / squares) ? 1 / Math.sqrt(squares) : 1;
    const factor = sign * scale;
    for (let at = k * n; at < (k + 1) * n; at++) matrix[at]! *= factor;
    this.constants[k] = constant * factor;
    this.scales[k] = scale;
  }

  minimise(
    data: Float64Array,
    offset: number,
    sign: 1 | -1,
    enough: number,
    goal?: SearchGoal,
  ): ProposalStatus {
    this.supportSize = 0;
    this.load(this.count, data, offset, sign);
    this.prepare();
    this.perturbed = false;
    const key = 2 * offset + (sign > 0 ? 1 : 0);
    const scale = this.scales[this.count]!;
    const above = (goal?.above ?? Number.POSITIVE_INFINITY) * scale;
    if (this.start(data, key, above)) return 'bounded';
    const below = Math.max(enough, goal?.below ?? enough) * scale;
    const inside = goal !== undefined && this.enter(goal.inside) ? goal.inside : undefined;
    let reached = this.search(below, above, inside);
    if (this.perturbed) {
      this.load(this.count, data, offset, sign);
      if (reached !== undefined && this.settle()) reached = this.search(below, above, inside);
    }
    if (reached === undefined) return this.byTable(data, offset, sign, enough);
    this.memory[this.count]!.add(key, { data, rows: [...this.rows], inputs: [...this.inputs] });
    this.reportBasis();
    if (inside !== undefined && this.level[this.count]! > above) return 'bounded';
    this.reportPoint(inside, reached);
    return 'optimal';
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

  /** Room for the rows there are. */
  private prepare() {
    const wanted = this.count + 1;
    if (this.base.length >= wanted) return;
    this.base = new Float64Array(2 * wanted);
    this.level = new Float64Array(2 * wanted);
    this.innerLevel = new Float64Array(2 * wanted);
    this.values = new Float64Array(2 * wanted);
    this.lambda = new Float64Array(2 * wanted);
    this.beta = new Float64Array(2 * wanted);
    this.inside = undefined;
  }

  /**
   * Takes up the best of the bases at hand: the one where the same question ended on a larger cell, and those where the
   * latest questions on this cell ended, as far as they are dual feasible.
   *
   * @returns true, and reports the multipliers, if those of one of them prove more than `above`
   */
  private start(data: Float64Array, key: number, above: number): boolean {
    let best: Basis = NO_BASIS;
    let greatest = Number.NEGATIVE_INFINITY;
    const bound = (basis: Basis): boolean => {
      this.adopt(basis);
      if (!this.factorise() || !this.price()) return false;
      const value = this.dualValue();
      if (value > above) return true;
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
    if (greatest < this.boxValue()) best = NO_BASIS;
    this.restart(best);
    return false;
  }

  /** The minimum over the box without any row. */
  private boxValue(): number {
    const { n, matrix, count } = this;
    let sum = this.constants[count]!;
    for (let at = count * n; at < (count + 1) * n; at++) sum += Math.min(0, matrix[at]!);
    return sum;
  }

  /** The lower bound of the objective that the multipliers prove. */
  private dualValue(): number {
    const { n, count, constants, rows, lambda, reduced } = this;
    let sum = constants[count]!;
    for (let s = 0; s < rows.length; s++) sum -= lambda[s]! * constants[rows[s]!]!;
    for (let i = 0; i < n; i++) sum += Math.min(0, reduced[i]!);
    return sum;
  }

  private adopt({ rows, inputs }: Basis) {
    const { place } = this;
    for (const j of this.inputs) place[j] = -1;
    this.rows.length = 0;
    this.inputs.length = 0;
    for (let s = 0; s < rows.length; s++) {
      this.rows.push(rows[s]!);
      this.inputs.push(inputs[s]!);
      place[inputs[s]!] = s;
    }
  }

  /** Starts from a basis that is dual feasible. */
  private restart(basis: Basis) {
    const { n, reduced, atUpper, place } = this;
    this.adopt(basis);
    this.factorise();
    this.price();
    for (let i = 0; i < n; i++) atUpper[i] = place[i]! < 0 && reduced[i]! < 0 ? 1 : 0;
    this.rebase();
  }

  /** The multipliers of the basis and the reduced costs; false if a multiplier is negative. */
  private price(): boolean {
    const { n, matrix, count, reduced, lambda, rows, inputs } = this;
    const costs = count * n;
    for (let f = 0; f < inputs.length; f++) lambda[f] = matrix[costs + inputs[f]!]!;
    this.lu.solveTransposed(lambda);
    reduced.set(matrix.subarray(costs, costs + n));
    for (let s = 0; s < rows.length; s++) {
      if (!(lambda[s]! > -PROPOSAL_NOISE)) return false;
      const factor = (lambda[s] = Math.max(0, lambda[s]!));
      const at = rows[s]! * n;
      for (let i = 0; i < n; i++) reduced[i]! -= factor * matrix[at + i]!;
    }
    for (const j of inputs) reduced[j] = 0;
    return true;
  }

  /** The levels of all rows with the basic inputs at 0. */
  private rebase() {
    const { n, matrix, count, atUpper } = this;
    for (let k = 0; k <= count; k++) {
      let sum = this.constants[k]!;
      for (let i = 0, at = k * n; i < n; i++, at++) sum += matrix[at]! * atUpper[i]!;
      this.base[k] = sum;
    }
  }

  /**
   * Makes all reduced costs different from 0, on the side where they are: where the objective is a combination of tight
   * rows, as with parallel creases, dual steps have no length and the search would turn in circles.
   */
  private perturb() {
    const { n, matrix, count, reduced, atUpper, place } = this;
    this.perturbed = true;
    for (let i = 0; i < n; i++) {
      if (place[i]! >= 0) continue;
      // Multiples of the golden section: spread evenly, no two alike.
      const spread = PERTURBATION * (1 + ((i * 0.6180339887498949) % 1));
      const change = atUpper[i] === 1 ? -spread : spread;
      reduced[i]! += change;
      matrix[count * n + i]! += change;
      if (atUpper[i] === 1) this.base[count]! += change;
    }
  }

  /** Prices the basis with the true objective again; true if that leaves something to be done. */
  private settle(): boolean {
    const { n, reduced, atUpper, place } = this;
    const feasible = this.price();
    let changes = !feasible;
    for (let i = 0; i < n; i++) {
      const r = reduced[i]!;
      if (place[i]! >= 0 || Math.abs(r) <= PROPOSAL_NOISE || r < 0 === (atUpper[i] === 1)) continue;
      atUpper[i] = r < 0 ? 1 : 0;
      changes = true;
    }
    this.rebase();
    if (!feasible) this.restart(NO_BASIS);
    return changes;
  }

  private factorise(): boolean {
    const { rows, inputs, n, matrix } = this;
    return this.lu.factorise(rows.length, (s, f) => matrix[rows[s]! * n + inputs[f]!]!);
  }

  /** Evaluates all rows at the interior point; false if it is not strictly inside as far as doubles know. */
  private enter(inside: Float64Array): boolean {
    const { count, innerLevel } = this;
    if (this.inside !== inside) {
      for (let k = 0; k < count; k++) innerLevel[k] = this.levelAt(k, inside);
      this.inside = inside;
    }
    innerLevel[count] = this.levelAt(count, inside);
    for (let k = 0; k < count; k++) if (!(innerLevel[k]! > 0)) return false;
    return true;
  }

  private levelAt(k: number, point: Float64Array): number {
    const { n, matrix, lower, range } = this;
    let sum = this.constants[k]!;
    for (let i = 0, at = k * n; i < n; i++, at++) {
      const width = range[i]!;
      if (width > 0) sum += (matrix[at]! * (point[i]! - lower[i]!)) / width;
    }
    return sum;
  }

  /**
   * Iterates until no row is violated or the goal is reached.
   *
   * @returns how far the segment from the interior point to the current corner stays inside, 1 at the optimum;
   * undefined if the search gave up
   */
  private search(below: number, above: number, inside: Float64Array | undefined): number | undefined {
    const { count, level, innerLevel } = this;
    let idle = 0;
    for (let round = 0; round < ITERATIONS * (count + 2); round++) {
      this.evaluate();
      const violated = this.mostViolated();
      if (violated === NOTHING) return 1;
      if (inside !== undefined) {
        const reach = this.reach(inside);
        const cost = innerLevel[count]! + reach * (level[count]! - innerLevel[count]!);
        if (cost < below || level[count]! > above) return reach;
      }
      if (!this.repair(violated)) return undefined;
      idle = this.test.step > PROPOSAL_NOISE ? 0 : idle + 1;
      if (idle > MOST_IDLE && !this.perturbed) this.perturb();
    }
    return undefined;
  }

  /** The basic inputs, so that the basis's rows are 0, and the levels of all rows there. */
  private evaluate() {
    const { rows, inputs, values, base, level, count, matrix, n } = this;
    const size = rows.length;
    for (let s = 0; s < size; s++) values[s] = -base[rows[s]!]!;
    this.lu.solve(values);
    for (let k = 0; k <= count; k++) {
      let sum = base[k]!;
      for (let f = 0; f < size; f++) sum += matrix[k * n + inputs[f]!]! * values[f]!;
      level[k] = sum;
    }
    for (let s = 0; s < size; s++) level[rows[s]!] = 0;
  }

  /** The row k, or the basic input f as -1 - f, that is farthest on the wrong side; NOTHING if none is. */
  private mostViolated(): number {
    const { count, level, inputs, values } = this;
    let worst = PROPOSAL_NOISE;
    let found = NOTHING;
    for (let k = 0; k < count; k++) {
      if (-level[k]! <= worst) continue;
      worst = -level[k]!;
      found = k;
    }
    for (let f = 0; f < inputs.length; f++) {
      const outside = Math.max(-values[f]!, values[f]! - 1);
      if (outside <= worst) continue;
      worst = outside;
      found = -1 - f;
    }
    return found;
  }

  /** How far the segment from the interior point towards the current corner stays inside. */
  private reach(inside: Float64Array): number {
    const { count, level, innerLevel, inputs, values, lower, range } = this;
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

  /** One dual step that brings the violated row or basic input to its bound; false if nothing can. */
  private repair(violated: number): boolean {
    const { n, matrix, rows, inputs, alpha, values, place } = this;
    let { beta } = this;
    const size = rows.length;
    const leaving = violated < 0 ? -1 - violated : -1;
    const above = leaving >= 0 && values[leaving]! > 1;
    const sign = above ? -1 : 1;
    // The violated quantity is value + sum alpha_i z_i + sum beta_s (level of row s) in the nonbasic ones.
    for (let f = 0; f < size; f++) beta[f] = leaving >= 0 ? (f === leaving ? sign : 0) : matrix[violated * n + inputs[f]!]!;
    this.lu.solveTransposed(beta);
    if (leaving >= 0) alpha.fill(0);
    else alpha.set(matrix.subarray(violated * n, (violated + 1) * n));
    for (let s = 0; s < size; s++) {
      const factor = beta[s]!;
      if (factor === 0) continue;
      const at = rows[s]! * n;
      for (let i = 0; i < n; i++) alpha[i]! -= factor * matrix[at + i]!;
    }
    const need = leaving < 0 ? -this.level[violated]! : above ? values[leaving]! - 1 : -values[leaving]!;
    const { test } = this;
    test.choose(alpha, this.reduced, this.atUpper, place, beta, this.lambda, size, need);
    if (test.input < 0 && test.row < 0) return false;
    this.move(violated, leaving, above, test.step);
    return this.factorise();
  }

  /** Makes the step: reduced costs and multipliers change, the inputs passed change sides, the basis changes. */
  private move(violated: number, leaving: number, above: boolean, step: number) {
    const { n, alpha, reduced, place, rows, inputs, lambda, beta, test, atUpper } = this;
    const size = rows.length;
    for (let i = 0; i < n; i++) if (place[i]! < 0) reduced[i]! -= step * alpha[i]!;
    for (let s = 0; s < size; s++) lambda[s] = Math.max(0, lambda[s]! - step * beta[s]!);
    const { changed } = test;
    changed.forEach((i, c) => {
      const up = atUpper[i] === 0;
      atUpper[i] = up ? 1 : 0;
      test.direction[c] = up ? 1 : -1;
    });
    // The entering input counts with its value from now on, the leaving one with its bound.
    if (test.input >= 0 && atUpper[test.input] === 1) this.shift(test.input, -1);
    if (leaving >= 0) {
      const j = inputs[leaving]!;
      place[j] = -1;
      reduced[j] = above ? -step : step;
      if (above) this.shift(j, 1);
    }
    this.applyChanges();
    this.exchange(violated, leaving, step);
  }

  /** An input moves to (1) or away from (-1) its upper bound. */
  private shift(input: number, direction: 1 | -1) {
    this.atUpper[input] = direction > 0 ? 1 : 0;
    this.test.changed.push(input);
    this.test.direction[this.test.changed.length - 1] = direction;
  }

  private applyChanges() {
    const { n, count, matrix, base, test } = this;
    const { changed, direction } = test;
    const flips = changed.length;
    for (let k = 0; k <= count; k++) {
      let sum = base[k]!;
      const at = k * n;
      for (let c = 0; c < flips; c++) sum += direction[c]! * matrix[at + changed[c]!]!;
      base[k] = sum;
    }
  }

  /** What was violated leaves for `test.input` or the row `test.row` of the basis. */
  private exchange(violated: number, leaving: number, step: number) {
    const { rows, inputs, lambda, place, test } = this;
    if (test.input >= 0) {
      this.reduced[test.input] = 0;
      const at = leaving >= 0 ? leaving : inputs.length;
      inputs[at] = test.input;
      place[test.input] = at;
    } else if (leaving >= 0) {
      const last = inputs.pop()!;
      if (leaving < inputs.length) {
        inputs[leaving] = last;
        place[last] = leaving;
      }
    }
    if (leaving < 0) {
      const at = test.input >= 0 ? rows.length : test.row;
      rows[at] = violated;
      lambda[at] = step;
    } else if (test.input < 0) {
      const last = rows.length - 1;
      rows[test.row] = rows[last]!;
      lambda[test.row] = lambda[last]!;
      rows.pop();
    }
  }

  /** The point where the search ended. */
  private reportPoint(inside: Float64Array | undefined, reach: number) {
    const { n, point, lower, upper, range, atUpper, place, values } = this;
    for (let i = 0; i < n; i++) {
      const f = place[i]!;
      const corner = f >= 0 ? lower[i]! + range[i]! * values[f]! : atUpper[i] === 1 ? upper[i]! : lower[i]!;
      const x = inside === undefined || reach === 1 ? corner : inside[i]! + reach * (corner - inside[i]!);
      point[i] = Math.min(upper[i]!, Math.max(lower[i]!, x));
    }
  }

  /** The rows of the basis with their multipliers, and its inputs. */
  private reportBasis() {
    const { scales, count } = this;
    this.supportSize = this.rows.length;
    for (let s = 0; s < this.supportSize; s++) {
      const k = this.rows[s]!;
      this.support[s] = k;
      this.multipliers[s] = (this.lambda[s]! * scales[k]!) / scales[count]!;
      this.basicVariables[s] = this.inputs[s]!;
    }
  }
}

const NO_BASIS: Basis = { data: new Float64Array(0), rows: [], inputs: [] };
/** No row and no input. */
const NOTHING = Number.NEGATIVE_INFINITY;
