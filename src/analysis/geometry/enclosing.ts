/**
 * A box that stands for all of R^d, or for what of an unbounded polytope lies in it.
 *
 * *Lemma.* Let X be a union of closed faces of a polyhedral complex (of R^d, or of the partition clipped to a polytope), and B a box whose interior meets every face. Then X and its
 * part in B have the same homotopy type, by the nerve theorem (Borsuk 1948): X is covered by its faces, whose intersections are faces or
 * empty, so convex; B leaves every nonempty one nonempty and convex.
 *
 * *Which box.* A face contains a minimal one, an affine flat given by rows of the network and of the polytope as equations. By Cramer's rule it has a point with
 * coordinates that are quotients of determinants of at most d rows of integers; the divisor is at least 1 in magnitude, the dividend at
 * most d! H^d if no entry exceeds H (here (d H)^d).
 */
import { integersFromRationals, larger, magnitude, type Rational, rational } from '../../exact/index.js';
import {
  type BoxDomain,
  box,
  type LinearBound,
  type Network,
  type PolytopeDomain,
  type WholeDomain,
} from '../../network/index.js';

/** A function that cuts cells further: an output minus another one, or minus a number. */
export type Comparison = { readonly minus: number } | { readonly threshold: Rational };

/** Integer rows of a layer: no entry of any row on any cell exceeds `largest`; they are over `denominator`. */
interface Bound {
  readonly largest: bigint;
  readonly denominator: bigint;
}

/** The bounds of a layer's rows from those of the layer before. */
function after(network: Network, l: number, before: Bound | undefined): Bound {
  const affine = l < network.layers.length ? network.layers[l]!.affine : network.output;
  const { weights, bias, inputs, denominator } = affine.integers();
  const slopes = integersFromRationals((network.layers[l - 1]?.slopes ?? []).flatMap((s) => [s.negative, s.positive]));
  const steepest = slopes.numerators.map(magnitude).reduce(larger, 1n);
  let largest = 1n;
  bias.forEach((constant, k) => {
    const row = weights.slice(k * inputs, (k + 1) * inputs).map(magnitude);
    const entry =
      before === undefined
        ? [...row, magnitude(constant)].reduce(larger, 0n)
        : row.reduce((sum, w) => sum + w, 0n) * steepest * before.largest +
          magnitude(constant) * slopes.denominator * before.denominator;
    largest = larger(largest, entry);
  });
  return { largest, denominator: denominator * slopes.denominator * (before?.denominator ?? 1n) };
}

/** The box whose interior meets every face of the partition of R^d or of a polytope, cut by the comparisons as well. */
export function enclosingBox(
  network: Network,
  comparisons: readonly Comparison[],
  within: readonly LinearBound[] = [],
): BoxDomain {
  let bound: Bound | undefined;
  let largest = 1n;
  for (let l = 0; l <= network.layers.length; l++) {
    bound = after(network, l, bound);
    largest = larger(largest, bound.largest);
  }
  for (const level of comparisons) {
    const entry =
      'minus' in level
        ? 2n * bound!.largest
        : bound!.largest * level.threshold.denominator + magnitude(level.threshold.numerator) * bound!.denominator;
    largest = larger(largest, entry);
  }
  for (const { coefficients, bound: right } of within) {
    const { numerators } = integersFromRationals([...coefficients, right]);
    largest = numerators.map(magnitude).reduce(larger, largest);
  }
  const d = network.inputs;
  const radius = rational((BigInt(d) * largest) ** BigInt(d) + 1n);
  const low = rational(-radius.numerator);
  return box(new Array(d).fill(low), new Array(d).fill(radius));
}

/** A bounded domain that stands for another one. */
export interface BoundedPart {
  readonly domain: BoxDomain | PolytopeDomain;
  /** Absent if it is the domain itself; else the box, whose interior meets every face and within which the domain is looked at. */
  readonly within?: BoxDomain;
}

/** What of a domain lies in `enclosingBox`. */
export function enclosedPart(
  network: Network,
  domain: WholeDomain | PolytopeDomain,
  comparisons: readonly Comparison[],
): Required<BoundedPart> {
  if (domain.kind === 'whole') {
    const within = enclosingBox(network, comparisons);
    return { domain: within, within };
  }
  const within = enclosingBox(network, comparisons, [...domain.inequalities, ...domain.equalities]);
  return { domain: { ...domain, box: within }, within };
}
