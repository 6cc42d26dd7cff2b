/**
 * The one place where the claim's own rounding is allowed for.
 *
 * relu-atlas has no tolerance of its own. A claim may say that its numbers are rounded (`precision`, 0 unless stated), and
 * then they are compared with exact ones as follows; every comparison here is one of exact rationals.
 *
 * - *Which cell is meant.* By pattern, in a list of patterns: the cell on which every neuron that is not identically zero
 *   there is on the claimed side. By witness otherwise: a claimed point, or the mean of the exact vertices of a claimed
 *   polytope cut to the domain, which is a point inside it, lies inside of at most one cell. No rounding is involved.
 * - *Whether a number is right.* A claimed output or entry of an affine map c stands for the exact value v if
 *   |c - v| <= values + relative |v|.
 * - *Whether a shape is right.* Claimed polytope P and cell C agree if neither reaches beyond the other by more than
 *   `coordinates`, e: for every facet a . x <= b of C and every point x of P, a . x <= b + e |a|_1, and the same with P and C
 *   exchanged; |a|_1 = sum_i |a_i| over the free inputs, so that moving every coordinate of x by e would repair it. This does
 *   not depend on how inequalities are scaled, nor on redundant ones.
 */
import { absolute, add, compare, multiply, type Rational, subtract, ZERO } from '../../exact/index.js';
import type { Precision } from './claim.js';

/** Numbers mean exactly what they say. */
export const EXACT: Precision = { coordinates: ZERO, values: ZERO, relative: ZERO };

/** How wrong a number is and how wrong it may be. */
export interface NumberError {
  readonly error: Rational;
  readonly allowed: Rational;
  readonly wrong: boolean;
}

/** A claimed output or map entry against the exact one. */
export function numberError(claimed: Rational, exact: Rational, { values, relative }: Precision): NumberError {
  const error = absolute(subtract(claimed, exact));
  const allowed = add(values, multiply(relative, absolute(exact)));
  return { error, allowed, wrong: compare(error, allowed) > 0 };
}

/** Whether a polytope reaches beyond another one by no more than the claim's precision. */
export function reachesNoFurther(beyond: Rational, { coordinates }: Precision): boolean {
  return compare(beyond, coordinates) <= 0;
}
