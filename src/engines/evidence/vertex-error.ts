/**
 * How far a vertex held in doubles is from the true one.
 *
 * A vertex v of a cell is the common zero of exact rows; we hold a double point p in the box of the domain and numbers e_i,
 * the *radii*, with |p_i - v_i| <= e_i L_i for every i; e is the largest. The units L_i are half the box's width in each variable, so that boxes
 * far from 0 are served as well as those around it; Q >= X_i / L_i for every i is what that costs in rounding. Notation
 * (r, R, E, M, u, X) as in `exact/sign.ts`; t(r) is the threshold of Lemma 2, E + (n + 3) u M(r) at least, and
 * N(r) = sum_i |r_i| L_i, the *swing* of a row, is how much it varies around the middle of the box; its *reach* at a vertex is
 * W = sum_i |r_i| e_i L_i <= e N(r).
 *
 * *Lemma 3 (sign at a vertex).* The rounded value of r(p) differs from R(v) by at most t(r) + W. *Proof.* Lemma 2
 * bounds the distance of the rounded value from R(p), of which E covers |r - R|; but E bounds |r - R| at v just as well,
 * so compare with r(v) instead: |r(p) - r(v)| <= sum_i |r_i| e_i L_i = W. []
 *
 * *Lemma 4 (crossing of an edge).* Let R(a) < 0 < R(b) at vertices a, b held as p, q, with radii at most e_i both, let A, B be
 * the rounded values r(p), r(q), both off by at most h = t(r) + W, and S = B - A > 0. Let v be the point of the edge
 * with R(v) = 0, and let w be p + T (q - p) computed in doubles with T = A / (A - B) cut off to [0, 1], the result cut off
 * to the box. Then w has radii of at most
 *
 *     e_i + D_i h / S + 32 u Q,        D_i = |q_i - p_i| / L_i.
 *
 * *Proof.* v = a + s (b - a) with s = R(a) / (R(a) - R(b)). Write A = R(a) + x, B = R(b) + y with |x|, |y| <= h, and
 * Z = R(b) - R(a) > 0. The unrounded T is s + (y R(a) - x R(b)) / (Z S), and |R(a)| / Z = s, R(b) / Z = 1 - s, so
 * |T - s| <= (s |y| + (1 - s) |x|) / S <= h / S; cutting T off to [0, 1], where s lies, only helps. Hence
 *
 *     p + T (q - p) - v = (1 - s)(p - a) + s (q - b) + (T - s)(q - p)
 *
 * is at most (e_i + D_i h / S) L_i in coordinate i. Rounding: T loses at most 5u (its relative error is below 2.1 u while the
 * unrounded quotient is at most 2, beyond that both are cut off to 1), q_i - p_i and the product with T 2u more of at most
 * 2 X_i, the sum 3u X_i; all in all less than 32u X_i <= 32u Q L_i. Cutting w off to the box, where v lies, only helps. []
 *
 * Lemma 4 does not ask that A < 0 < B, only that R(a) < 0 < R(b), which may be known exactly. Its bound multiplies e by up to
 * 1 + D N(r) / S at every crossing; where it has grown too large, `engines/vertex/refinement.ts` solves for the vertex anew. Deep in a
 * network cells are thin and rows steep in few directions: one radius for all inputs grows 32-fold at a typical crossing there, radii for
 * each input twofold.
 *
 * Underflow: with L_i and X_i between 2^-900 and 2^900 (`isOrdinary`) every quantity here that may underflow is added to one
 * that is larger by far than what is lost, except W, hence the last term of `vertexBound`. For other boxes no radius is
 * known.
 */
import { SLACK, UNIT_ROUNDOFF, underflow } from '../../exact/index.js';

/** What the underflows in a reach may lose: three in each of at most 14 variables. */
const LEAST = underflow(64, 0);

/** Rounding of an edge's crossing in units of u Q, Lemma 4. */
const CROSSING_ROUNDING = 32 * UNIT_ROUNDOFF;

/** Times Q: the radius of a point whose coordinates are nearest doubles, or doubles next to nearest ones. */
export const ROUNDED_RADIUS = 4 * UNIT_ROUNDOFF;

/** The bound t + W of Lemma 3, given the reach; or, larger, t + e N. */
export function vertexBound(threshold: number, reach: number): number {
  return (threshold + reach) * SLACK + LEAST;
}

/** h / S of Lemma 4; infinite or NaN where nothing is known. @param bound h, @param rise S */
export function crossingDrift(bound: number, rise: number): number {
  return rise > 0 ? bound / rise : Number.POSITIVE_INFINITY;
}

/**
 * The bound of Lemma 4 in one coordinate.
 *
 * @param radius the larger radius of the ends, @param extent D_i
 * @param drift h / S, finite
 * @param quotient Q
 */
export function crossingRadius(radius: number, extent: number, drift: number, quotient: number): number {
  return (radius + extent * drift + CROSSING_ROUNDING * quotient) * SLACK;
}
