/**
 * Linear programs and their answers.
 *
 * Two levels. A *session* is a floating-point search over one polytope that only proposes: points, bases, multipliers.
 * An *answer* is exact and carries the evidence that proves it.
 */
import type { IntegerVector, Rational } from '../exact/index.js';

/**
 * minimise objective . (x, 1) subject to rows[i] . (x, 1) >= 0 and lower <= x <= upper, in exact numbers.
 *
 * Every row has `variables + 1` integer entries, the last one the constant; a row may be scaled by any positive number.
 * A bound may be missing (null): the variable is free on that side.
 */
export interface ExactLp {
  readonly variables: number;
  readonly rows: readonly (readonly bigint[])[];
  readonly lower: readonly (Rational | null)[];
  readonly upper: readonly (Rational | null)[];
  readonly objective: readonly bigint[];
}

/**
 * The answer to a linear program with its evidence.
 *
 * - `optimal`: `point` is feasible, and objective - sum_i multipliers[i] rows[i] (multipliers >= 0) attains its minimum
 *   over the bounds at exactly the objective's value at the point: weak duality proves optimality.
 * - `infeasible`: sum_i farkas[i] rows[i] (farkas >= 0) has a negative maximum over the bounds, so no x satisfies all rows.
 * - `unbounded`: `point` is feasible and stays so along `ray`, on which the objective decreases.
 */
export type LpAnswer =
  | {
      readonly status: 'optimal';
      readonly value: Rational;
      readonly point: IntegerVector;
      readonly multipliers: IntegerVector;
    }
  | { readonly status: 'infeasible'; readonly farkas: IntegerVector }
  | { readonly status: 'unbounded'; readonly point: IntegerVector; readonly ray: IntegerVector };

/**
 * What a floating-point minimisation came back with: a minimum; or, only where a goal was given, multipliers that prove
 * more than it asks for, but no point; `failed` when it gave up. None of them is trusted.
 */
export type ProposalStatus = 'optimal' | 'bounded' | 'failed';

/**
 * For questions about the sign of the minimum only: a search may end as soon as it has a point of the polytope that is
 * clearly below 0 (then it is `optimal` and the point is reported), or multipliers that prove that all are clearly above 0
 * (then it is `bounded`).
 */
export interface SearchGoal {
  /** A point strictly inside the polytope, where the function is positive. */
  readonly inside: Float64Array;
  /** How far from 0 a value must be at least to count as clear. */
  readonly clear: number;
}

/**
 * A polytope { x : lower <= x <= upper, sign_k * row_k . (x, 1) >= 0 } under construction, with finite bounds, over which
 * affine functions are minimised in floating point.
 *
 * The rows form a stack: `push` and `pop` follow the depth-first walk through a split tree. A session may warm-start; what
 * it proposes must depend only on the calls made since `reset` whose effects were not popped, so that results do not
 * depend on which subtree was visited before.
 */
export interface LpSession {
  /** Forgets all rows. */
  reset(): void;
  /** Adds the row sign * data[offset .. offset + n] >= 0. The data must stay unchanged until it is popped. */
  push(data: Float64Array, offset: number, sign: 1 | -1): void;
  /** Removes the last row pushed and restores the state from before. */
  pop(): void;
  /**
   * Minimises sign * data[offset .. offset + n]; may stop early at any point where the value is below `enough`, or where
   * `goal` is reached.
   */
  minimise(data: Float64Array, offset: number, sign: 1 | -1, enough: number, goal?: SearchGoal): ProposalStatus;
  /** The point found by the last `minimise`, clamped to the bounds. Overwritten by the next call. */
  readonly point: Float64Array;
  /** The number of rows of the stack with a nonzero multiplier at the last optimum, at most n. */
  readonly supportSize: number;
  /** Positions in the stack of the rows that support the last optimum. */
  readonly support: Int32Array;
  /** Their multipliers (nonnegative up to noise): objective ~ sum multiplier * row + part decided by the bounds. */
  readonly multipliers: Float64Array;
  /** Variables that sit at no bound at the last optimum, as many as `supportSize`: with `support` they form the basis. */
  readonly basicVariables: Int32Array;
}

/** A floating-point backend. */
export interface LpBackend {
  readonly name: 'simplex' | 'glpk';
  /**
   * Room for problems on one box.
   *
   * @param lower finite lower bounds, one per variable
   * @param upper finite upper bounds, at least the lower ones
   */
  session(lower: Float64Array, upper: Float64Array): LpSession;
}
