/**
 * The one place where signs are decided.
 *
 * A sign is decided in stages, as in the filtered predicates of Shewchuk (1997) and the filtered kernel of CGAL: first in
 * double arithmetic against a *derived* bound on the error, then, where the bound cannot decide, in exact integers. No
 * stage guesses: the first one answers 0 for "undecided", which is never read as "zero".
 *
 * ## The error bound of an affine row
 *
 * A row r is the affine function r(x) = sum_i r_i x_i + r_c of a neuron on a cell, held in doubles; x ranges over a box
 * |x_i| <= X_i, and u = 2^-53. Write M(r) = sum_i |r_i| X_i + |r_c|.
 *
 * *Lemma 1 (accumulation).* Let the exact row be R = sum_j w_j R_j + b with m terms, let the doubles r_j approximate R_j
 * with |r_j(x) - R_j(x)| <= E_j on the box, and let the doubles w~_j, b~ satisfy |w~_j - w_j| <= 4u |w~_j| and
 * |b~ - b| <= 4u |b~| (0 instead of 4u when they are exact, which only helps). If r is computed entry by entry as the
 * rounded sum of rounded products in any order, then on the box
 *
 *     |r(x) - R(x)| <= sum_j |w~_j| (E_j + c u M(r_j)) + c u |b~|        with c = m + 10.
 *
 * *Proof.* For each entry the standard bound (Higham 2002, section 3.1) for m products and m additions gives an error of
 * at most gamma_{m+1} (sum_j |w~_j| |r_ji| + |b~_i|), with gamma_k = k u / (1 - k u) <= (k + 1) u for k < 2^20. Weighting
 * the entries by X_i and summing gives (m + 2) u (sum_j |w~_j| M(r_j) + |b~|). Replacing r_j by R_j costs
 * sum_j |w_j| E_j <= sum_j |w~_j| (1 + 4u) E_j, and replacing w~_j by w_j costs 4u sum_j |w~_j| (M(r_j) + E_j), and 4u |b~|.
 * The terms 8u |w~_j| E_j are absorbed by `SLACK` below, and m + 2 + 4 <= c leaves room. []
 *
 * *Lemma 2 (evaluation).* For a double point x in the box, the rounded value of r(x) differs from R(x) by at most
 * E + (n + 3) u M(r), n the number of inputs. *Proof.* gamma_{n+1} M(r) for the rounded sum, and Lemma 1. []
 *
 * The bounds are sums of nonnegative numbers computed in doubles themselves; a sum of k < 2^20 such terms is off by a
 * factor of at most 1 + 2^-30, which `SLACK` = 1 + 2^-20 covers. Overflow makes the bound infinite or NaN, and then nothing
 * is decided here: an infinite entry has an infinite mass M, and Lemma 2 has M in its bound, so that no box is too small to
 * notice.
 *
 * *Underflow.* A product that underflows is off by at most 2^-1075, a sum by nothing. For the rows this adds 2^-1075 m X to
 * the error on the box, X = 1 + sum_i X_i. The bounds underflow too: M(r_j), c u M(r_j) and |w~_j| (..) lose at most
 * 2^-1075 per operation, and the first two are then multiplied by |w~_j|, which may be huge. Therefore the E of *every* row,
 * also of one that is exact, includes `underflow(operations, sum_i X_i)` with operations >= 2: it multiplies |w~_j| as well
 * and exceeds what was lost.
 *
 * *Weights that are no normal doubles.* A number below 2^-1022 is not approximated by its nearest double to within 4u: the
 * error 2^-1075 M(r_j) is no part of the bounds, and M(r_j) may be huge. `roundsRelatively` recognises such weights; where
 * it says no, `accumulationUnit` must not be used, an infinite unit instead.
 */

/** 2^-53: the largest relative error of one rounded operation. */
export const UNIT_ROUNDOFF = 2 ** -53;

/** Covers the rounding of the bounds themselves, see above. */
export const SLACK = 1 + 2 ** -20;

/** An upper bound for the absolute error that gradual underflow adds in `operations` operations on terms scaled by X. */
export function underflow(operations: number, scale: number): number {
  return operations * (1 + scale) * 2 ** -1073;
}

/** The factor c u of Lemma 1 for a sum of `terms` products. */
export function accumulationUnit(terms: number): number {
  return (terms + 10) * UNIT_ROUNDOFF;
}

/** Whether a double is neither 0 nor subnormal nor infinite: rounding to it was off by at most u of it. */
export function isNormal(value: number): boolean {
  return Math.abs(value) >= 2 ** -1022 && Number.isFinite(value);
}

/**
 * Whether the nearest doubles of fractions with the given numerators satisfy Lemma 1's hypothesis |w~ - w| <= 4u |w~|: all
 * of them are normal, infinite (then nothing is decided anyway), or zero because the fraction is.
 */
export function roundsRelatively(doubles: ArrayLike<number>, numerators: readonly bigint[]): boolean {
  return numerators.every((numerator, i) => numerator === 0n || Math.abs(doubles[i]!) >= 2 ** -1022);
}

/** The factor (n + 3) u of Lemma 2, with one unit to spare. */
export function evaluationUnit(inputs: number): number {
  return (inputs + 4) * UNIT_ROUNDOFF;
}

/** 1 or -1 if `value`, off by at most `bound` from the true number, has a certain sign; 0 if it has not (also for NaN). */
export function signBeyond(value: number, bound: number): -1 | 0 | 1 {
  return value > bound ? 1 : value < -bound ? -1 : 0;
}

/** The sign of an exact integer, hence of a fraction over a positive denominator. */
export function signOfInteger(value: bigint): -1 | 0 | 1 {
  return value > 0n ? 1 : value < 0n ? -1 : 0;
}

/**
 * How small a quantity must be for the floating-point search for *proposals* (a pivot, a direction) to ignore it.
 *
 * This decides no result: whatever a search proposes is proved by `signBeyond` or in integers afterwards, and a search
 * that gives up or goes astray only costs an exact stage. It stands here so that the rest of the sources is free of
 * tolerances, which a property checks.
 */
export const PROPOSAL_NOISE = 2 ** -40;

/** The size of a pivot (of rows of length 1) that a search for proposals avoids if it has a choice. Decides no result. */
export const SMALL_PIVOT = 2 ** -12;

/** By how much a degenerate search for proposals changes its objective (of length 1) per input. Decides no result. */
export const PROPOSAL_PERTURBATION = 2 ** -33;

/**
 * Whether a bound X_i on a coordinate is far enough from the ends of the double range for the lemmas on vertices
 * (`engines/evidence/vertex-error.ts`), in which X_i is multiplied by powers of u and divided by.
 */
export function isOrdinary(magnitude: number): boolean {
  return magnitude >= 2 ** -900 && magnitude <= 2 ** 900;
}

/**
 * The radius (see `engines/evidence/vertex-error.ts`) above which a vertex is solved anew when it is
 * created. Decides no result, only how often signs there need another look; measured best on networks in 4 and 5 variables.
 */
export const BLUNT_RADIUS = 2 ** -12;
