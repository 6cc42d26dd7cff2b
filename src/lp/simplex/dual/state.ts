/**
 * The state of a dual simplex over a box: a basis of tight rows and basic inputs, with its multipliers and reduced costs, the
 * bounds at which the other inputs sit, and the levels of all rows there.
 *
 * Over a box every nonnegative choice of multipliers is dual feasible: an input sits where its reduced cost asks for. See
 * `method.ts` for the method.
 */
import { PROPOSAL_NOISE, PROPOSAL_PERTURBATION } from '../../../exact/index.js';
import { type Basis, NO_BASIS } from './basis-memory.js';
import { LuFactors } from './lu.js';
import { FacePricing } from './pricing.js';
import { RatioTest } from './ratio-test.js';
import type { ScaledRows } from './scaled-rows.js';

/** No row and no input. */
export const NOTHING = Number.NEGATIVE_INFINITY;

export class DualState {
  /** The number of rows; the objective is the row behind them. */
  count = 0;
  /** The basis: its rows with their multipliers, its inputs with their values; equally many. */
  readonly rows: number[] = [];
  readonly inputs: number[] = [];
  lambda = new Float64Array(8);
  values = new Float64Array(8);
  /** The levels of the rows and of the objective at the current corner. */
  level = new Float64Array(16);
  /** 1 for the inputs that sit at their upper bounds, else 0. */
  readonly atUpper: Float64Array;
  /** Places in `inputs`, -1 for inputs at a bound. */
  readonly place: Int32Array;
  /** Whether the objective has been perturbed. */
  perturbed = false;
  private readonly n: number;
  private readonly reduced: Float64Array;
  private readonly lu = new LuFactors();
  /** The levels with the basic inputs at 0. */
  private base = new Float64Array(16);
  /** The violated quantity in terms of the inputs at a bound and of the basis's rows. */
  private readonly alpha: Float64Array;
  private beta = new Float64Array(8);
  private readonly test: RatioTest;
  private readonly pricing: FacePricing;

  constructor(private readonly program: ScaledRows) {
    const { n } = program;
    this.n = n;
    this.reduced = new Float64Array(n);
    this.atUpper = new Float64Array(n);
    this.place = new Int32Array(n).fill(-1);
    this.alpha = new Float64Array(n);
    this.test = new RatioTest(n);
    this.pricing = new FacePricing(program);
  }

  /** Row k has been loaded, not as an objective. */
  add(k: number): void {
    this.pricing.add(k);
  }

  /** Room for the rows there are, and a new objective. */
  prepare(count: number): void {
    this.count = count;
    this.perturbed = false;
    if (this.base.length > count) return;
    const size = 2 * (count + 1);
    this.base = new Float64Array(size);
    this.level = new Float64Array(size);
    this.values = new Float64Array(size);
    this.lambda = new Float64Array(size);
    this.beta = new Float64Array(size);
  }

  /** Takes up a basis and prices it; the bound that its multipliers prove, or undefined if one of them is negative. */
  boundOf(basis: Basis): number | undefined {
    this.adopt(basis);
    return this.factorise() && this.price() ? this.dualValue() : undefined;
  }

  /** The length of the last step. */
  get step(): number {
    return this.test.step;
  }

  /** The lower bound of the objective that the multipliers prove. */
  private dualValue(): number {
    const { n, count, rows, lambda, reduced } = this;
    const { constants } = this.program;
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
  restart(basis: Basis): void {
    const { n, reduced, atUpper, place } = this;
    this.adopt(basis);
    this.factorise();
    this.price();
    for (let i = 0; i < n; i++) atUpper[i] = place[i]! < 0 && reduced[i]! < 0 ? 1 : 0;
    this.rebase();
  }

  /** The multipliers of the basis and the reduced costs; false if a multiplier is negative. */
  private price(): boolean {
    const { n, count, reduced, lambda, rows, inputs } = this;
    const { matrix } = this.program;
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
    for (let k = 0; k <= this.count; k++) this.base[k] = this.program.atScaled(k, this.atUpper);
  }

  /**
   * Makes all reduced costs different from 0, on the side where they are: where the objective is a combination of tight
   * rows, as with parallel creases, dual steps have no length and the search would turn in circles.
   */
  perturb(): void {
    const { n, count, reduced, atUpper, place } = this;
    const { matrix } = this.program;
    this.perturbed = true;
    for (let i = 0; i < n; i++) {
      if (place[i]! >= 0) continue;
      // Multiples of the golden section: spread evenly, no two alike.
      const spread = PROPOSAL_PERTURBATION * (1 + ((i * 0.6180339887498949) % 1));
      const change = atUpper[i] === 1 ? -spread : spread;
      reduced[i]! += change;
      matrix[count * n + i]! += change;
      if (atUpper[i] === 1) this.base[count]! += change;
    }
  }

  /** Prices the basis with the true objective again; true if that leaves something to be done. */
  settle(): boolean {
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
    const { rows, inputs, n } = this;
    const { matrix } = this.program;
    return this.lu.factorise(rows.length, (s, f) => matrix[rows[s]! * n + inputs[f]!]!);
  }

  /** The basic inputs, so that the basis's rows are 0, and the levels of all rows there. */
  evaluate(): void {
    const { rows, inputs, values, base, level, count, n } = this;
    const { matrix } = this.program;
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
  mostViolated(): number {
    const { count, level, rows, inputs, values, pricing } = this;
    let worst = 0;
    let found = NOTHING;
    pricing.enter(rows);
    for (let k = 0; k < count; k++) {
      if (-level[k]! <= PROPOSAL_NOISE) continue;
      const distance = pricing.ofRow(k, -level[k]!);
      if (distance <= worst) continue;
      worst = distance;
      found = k;
    }
    for (let f = 0; f < inputs.length; f++) {
      const outside = Math.max(-values[f]!, values[f]! - 1);
      if (outside <= PROPOSAL_NOISE) continue;
      const distance = pricing.ofInput(inputs[f]!, outside);
      if (distance <= worst) continue;
      worst = distance;
      found = -1 - f;
    }
    return found;
  }

  /** One dual step that brings the violated row or basic input to its bound; false if nothing can. */
  repair(violated: number): boolean {
    const { n, rows, inputs, alpha, beta, values, place, test } = this;
    const { matrix } = this.program;
    const size = rows.length;
    const leaving = violated < 0 ? -1 - violated : -1;
    const above = leaving >= 0 && values[leaving]! > 1;
    const sign = above ? -1 : 1;
    // The violated quantity is value + sum alpha_i z_i + sum beta_s (level of row s) in the nonbasic ones.
    for (let f = 0; f < size; f++)
      beta[f] = leaving >= 0 ? (f === leaving ? sign : 0) : matrix[violated * n + inputs[f]!]!;
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
    for (let c = 0; c < changed.length; c++) {
      const before = atUpper[changed[c]!]!;
      atUpper[changed[c]!] = 1 - before;
      test.direction[c] = 1 - 2 * before;
    }
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
    const { n, count, base, test } = this;
    const { matrix } = this.program;
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
}
