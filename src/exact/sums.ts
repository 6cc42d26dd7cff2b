/**
 * The sign of a long sum, decided in doubles against a derived bound on their error.
 *
 * *Lemma.* Let a number be a sum of M < 2^30 terms, each a product of at most six factors that are doubles or the nearest ones to what they
 * stand for, and no product too small for a normal double. Computed in doubles in any order it is off by at most (M + 16) 2u T with
 * u = 2^-53, T the sum of the terms' magnitudes as computed. *Proof.* The roundings add up to ((1 + u)^(M + 6) - 1) times the true sum of
 * magnitudes (Higham 2002, section 3.1), and that is at most (1 + 2^-20) T. [] What overflows is no number below 0.
 */

/** Twice 2^-53, the largest relative error of one rounded operation. */
const TWO_ROUNDOFFS = 2 ** -52;

/** Factors from here on make no product too small with integers, and with powers of two from 2^-500 on. */
export const LEAST_FACTOR = 2 ** -400;

/** Whether a sum is certainly negative. @param magnitude T @param terms M */
export function isNegativeSum(sum: number, magnitude: number, terms: number): boolean {
  return terms < 2 ** 30 && sum + (terms + 16) * TWO_ROUNDOFFS * magnitude < 0;
}
