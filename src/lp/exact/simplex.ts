/**
 * The exact simplex method: the last stage of every linear programming question. It always ends, and with a proof.
 *
 * Dual simplex from a cobasis whose reduced costs have the right signs; over finite bounds the variables themselves are
 * one. Where the bounds do not allow that, the dual simplex for the zero objective, whose reduced costs are right anywhere,
 * finds a feasible point, and the primal simplex continues from it. Both take the least index wherever an exchange makes
 * no progress (Bland 1977; for bounded variables in the order x_1, u_1 - x_1, x_2, u_2 - x_2, ...), hence neither cycles.
 */
import { type IntegerVector, longestEntry, magnitude, rational, signOfInteger } from '../../exact/index.js';
import type { ExactLp, LpAnswer } from '../types.js';
import {
  constraintInCobasis,
  constraintValue,
  currentPoint,
  type Dictionary,
  direction,
  exchange,
  inCobasis,
  initialDictionary,
  isFixed,
  lowerOf,
  rate,
  type Side,
  shift,
  upperOf,
  valueAt,
} from './dictionary.js';

/**
 * Where to start: rows that are believed to be active at the optimum, and the variables believed to be off their bounds.
 * An `LpSession` after `minimise` is one. A wrong hint costs pivots, never correctness.
 */
export interface BasisHint {
  /** How many entries of `support` and `basicVariables` count. */
  readonly supportSize: number;
  readonly support: ArrayLike<number>;
  readonly basicVariables: ArrayLike<number>;
}

/**
 * Solves a linear program exactly; the answer carries its evidence (see `LpAnswer`).
 *
 * Multipliers belong to the integer rows exactly as given. Points are not reduced to lowest terms.
 *
 * Cost per pivot: O(n min(n, m)) products and exact divisions of minors of the problem, and O(n m) products of an entry
 * by a minor.
 * @throws RangeError if lengths do not agree or a lower bound exceeds its upper bound
 */
export function solveExactly(problem: ExactLp, hint?: BasisHint): LpAnswer {
  const d = initialDictionary(problem);
  if (hint !== undefined) install(d, hint);
  if (placeByCost(d, problem.objective)) {
    return restoreFeasibility(d, problem.objective) ?? optimum(d, problem.objective);
  }
  const nothing = problem.objective.map(() => 0n);
  return restoreFeasibility(d, nothing) ?? descend(d, problem.objective);
}

/** Exchanges hinted variables for hinted rows as far as they are independent. */
function install(d: Dictionary, { supportSize, support, basicVariables }: BasisHint): void {
  const wanted = new Set<number>();
  for (let i = 0; i < supportSize; i++) wanted.add(basicVariables[i] ?? -1);
  for (let i = 0; i < supportSize; i++) {
    const constraint = d.variables + (support[i] ?? Number.NaN);
    if (constraint < d.variables || d.column[constraint] !== -1) continue;
    const terms = constraintInCobasis(d, constraint);
    const column = d.cobasis.findIndex((c, k) => wanted.has(c) && terms[k] !== 0n);
    if (column >= 0) exchange(d, constraint, column, terms, 'lower');
  }
}

/** Moves every variable of the cobasis to the bound its reduced cost asks for; false if such a bound is missing. */
function placeByCost(d: Dictionary, objective: readonly bigint[]): boolean {
  let complete = true;
  inCobasis(d, objective).forEach((cost, column) => {
    const constraint = d.cobasis[column]!;
    if (cost === 0n) return;
    const wanted: Side = cost > 0n ? 'lower' : 'upper';
    if (d.side[constraint] === wanted) return;
    const [low, high] = [lowerOf(d, constraint), upperOf(d, constraint)];
    if (low === null || high === null) complete = false;
    else shift(d, column, wanted === 'upper' ? high - low : low - high, wanted);
  });
  return complete;
}

/** The directions in which a constraint may leave its place in the cobasis. */
function mayRise(d: Dictionary, constraint: number): boolean {
  return d.side[constraint] !== 'upper' && !isFixed(d, constraint);
}
function mayFall(d: Dictionary, constraint: number): boolean {
  return d.side[constraint] !== 'lower' && !isFixed(d, constraint);
}

interface Violation {
  readonly constraint: number;
  /** The bound it violates. */
  readonly side: Side;
  /** determinant * scale * (distance to the bound), positive. */
  readonly amount: bigint;
}

function violation(d: Dictionary, constraint: number): Violation | undefined {
  if (d.column[constraint] !== -1) return undefined;
  const value = constraintValue(d, constraint);
  const low = lowerOf(d, constraint);
  if (low !== null && value < d.determinant * low) {
    return { constraint, side: 'lower', amount: d.determinant * low - value };
  }
  const high = upperOf(d, constraint);
  if (high === null || value <= d.determinant * high) return undefined;
  return { constraint, side: 'upper', amount: value - d.determinant * high };
}

function leastViolated(d: Dictionary): Violation | undefined {
  for (let constraint = 0; constraint < d.column.length; constraint++) {
    const found = violation(d, constraint);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @param bits for every constraint the length of its longest coefficient, by which violations are made comparable */
function mostViolated(d: Dictionary, bits: readonly bigint[]): Violation | undefined {
  let most: Violation | undefined;
  let score = -1n;
  for (let constraint = 0; constraint < d.column.length; constraint++) {
    const found = violation(d, constraint);
    if (found === undefined || found.amount >> bits[constraint]! <= score) continue;
    most = found;
    score = found.amount >> bits[constraint]!;
  }
  return most;
}

/**
 * The dual simplex method: keeps the reduced costs right and repairs violated constraints.
 *
 * The most violated constraint goes first as long as every exchange increases the dual objective, which no dictionary
 * survives twice; after an exchange that does not, the least violated index goes first until one does again.
 *
 * @returns the proof that there is no feasible point, or undefined when the dictionary has become feasible
 */
function restoreFeasibility(d: Dictionary, objective: readonly bigint[]): LpAnswer | undefined {
  const bits = d.column.map((_, c) => (c < d.variables ? 0n : BigInt(longestEntry(d.rows[c - d.variables]!))));
  for (let progress = true; ; ) {
    const found = progress ? mostViolated(d, bits) : leastViolated(d);
    if (found === undefined) return undefined;
    const { constraint, side } = found;
    const terms = constraintInCobasis(d, constraint);
    const costs = inCobasis(d, objective);
    const column = dualRatioTest(d, terms, side, costs);
    if (column === undefined) return { status: 'infeasible', farkas: farkasVector(d, constraint, terms, side) };
    progress = costs[column] !== 0n;
    exchange(d, constraint, column, terms, side);
  }
}

/** The column that may give way to the violated constraint without spoiling a reduced cost; ties: least constraint. */
function dualRatioTest(
  d: Dictionary,
  terms: readonly bigint[],
  side: Side,
  costs: readonly bigint[],
): number | undefined {
  let best: number | undefined;
  for (let k = 0; k < terms.length; k++) {
    const constraint = d.cobasis[k]!;
    // The violated constraint must rise from below its lower bound, or fall from above its upper one.
    const risesWithIt = side === 'lower' ? terms[k]! > 0n : terms[k]! < 0n;
    if (terms[k] === 0n || !(risesWithIt ? mayRise(d, constraint) : mayFall(d, constraint))) continue;
    if (best === undefined || comesFirst(d, costs[k]!, terms[k]!, k, costs[best]!, terms[best]!, best)) best = k;
  }
  return best;
}

/** Whether |cost| / |term| in column k is less than in column l, or equal with the lesser constraint. */
function comesFirst(d: Dictionary, cost: bigint, term: bigint, k: number, cost2: bigint, term2: bigint, l: number) {
  const difference = magnitude(cost * term2) - magnitude(cost2 * term);
  return difference < 0n || (difference === 0n && d.cobasis[k]! < d.cobasis[l]!);
}

/**
 * Why the violated constraint cannot be repaired: it is at its best already, the cobasis being where `terms` wants it.
 * The rows of the cobasis with weights -terms and the constraint itself add up to a function of the variables in the
 * cobasis that is negative even at its maximum over the bounds.
 */
function farkasVector(d: Dictionary, constraint: number, terms: readonly bigint[], side: Side): IntegerVector {
  const numerators = d.rows.map(() => 0n);
  if (constraint >= d.variables) numerators[constraint - d.variables] = d.determinant;
  d.cobasis.forEach((c, k) => {
    if (c >= d.variables) numerators[c - d.variables] = side === 'lower' ? -terms[k]! : terms[k]!;
  });
  return { numerators, denominator: d.determinant };
}

/** The answer of a dictionary that is feasible and has the right reduced costs. */
function optimum(d: Dictionary, objective: readonly bigint[]): LpAnswer {
  const numerators = d.rows.map(() => 0n);
  inCobasis(d, objective).forEach((cost, k) => {
    if (d.cobasis[k]! >= d.variables) numerators[d.cobasis[k]! - d.variables] = cost;
  });
  const point = currentPoint(d);
  return {
    status: 'optimal',
    value: rational(valueAt(d, objective), point.denominator),
    point,
    multipliers: { numerators, denominator: d.determinant },
  };
}

/** The primal simplex method from a feasible dictionary. */
function descend(d: Dictionary, objective: readonly bigint[]): LpAnswer {
  for (;;) {
    const entering = improvingColumn(d, inCobasis(d, objective));
    if (entering === undefined) return optimum(d, objective);
    const { column, sense } = entering;
    const along = direction(d, column).map((entry) => entry * sense);
    const block = firstBlocked(d, column, sense, along);
    if (block === undefined) {
      return { status: 'unbounded', point: currentPoint(d), ray: { numerators: along, denominator: d.determinant } };
    }
    const [moving, stopped] = [d.cobasis[column]!, block.constraint];
    if (stopped !== moving) exchange(d, stopped, column, constraintInCobasis(d, stopped), block.side);
    else shift(d, column, sense * (upperOf(d, moving)! - lowerOf(d, moving)!), block.side);
  }
}

/** The least constraint of the cobasis whose move, up or down (`sense`), lowers the objective. */
function improvingColumn(d: Dictionary, costs: readonly bigint[]): { column: number; sense: 1n | -1n } | undefined {
  let best: number | undefined;
  costs.forEach((cost, k) => {
    const constraint = d.cobasis[k]!;
    const improves = (cost < 0n && mayRise(d, constraint)) || (cost > 0n && mayFall(d, constraint));
    if (improves && (best === undefined || constraint < d.cobasis[best]!)) best = k;
  });
  return best === undefined ? undefined : { column: best, sense: costs[best]! < 0n ? 1n : -1n };
}

interface Block {
  readonly constraint: number;
  /** The bound it runs into. */
  readonly side: Side;
  /** room / speed is the step that is left; both nonnegative, speed positive. */
  readonly room: bigint;
  readonly speed: bigint;
}

/** The constraint that first runs into a bound along a direction, the moving one included; ties: least constraint. */
function firstBlocked(d: Dictionary, column: number, sense: bigint, along: readonly bigint[]): Block | undefined {
  let first: Block | undefined;
  for (let constraint = 0; constraint < d.column.length; constraint++) {
    const moving = d.column[constraint] === column;
    if (!moving && d.column[constraint] !== -1) continue;
    const block = moving ? ownRange(d, constraint, sense) : runsInto(d, constraint, rate(d, constraint, along));
    if (block === undefined) continue;
    if (first === undefined || block.room * first.speed < first.room * block.speed) first = block;
  }
  return first;
}

function ownRange(d: Dictionary, constraint: number, sense: bigint): Block | undefined {
  const [low, high] = [lowerOf(d, constraint), upperOf(d, constraint)];
  if (low === null || high === null) return undefined;
  return { constraint, side: sense > 0n ? 'upper' : 'lower', room: high - low, speed: 1n };
}

function runsInto(d: Dictionary, constraint: number, speed: bigint): Block | undefined {
  const sign = signOfInteger(speed);
  if (sign === 0) return undefined;
  const bound = sign < 0 ? lowerOf(d, constraint) : upperOf(d, constraint);
  if (bound === null) return undefined;
  const room = magnitude(constraintValue(d, constraint) - d.determinant * bound);
  return { constraint, side: sign < 0 ? 'lower' : 'upper', room, speed: magnitude(speed) };
}
