/**
 * Points strictly inside cells: doubles where possible, exact fractions where a cell is too thin for doubles.
 */
import {
  bitLength,
  type IntegerVector,
  integersFromDoubles,
  integersFromRationals,
  nearestDouble,
} from '../../exact/index.js';
import { centreOf, type PartitionProblem } from '../../problem/index.js';
import { isStrictlyInside, listed } from './exact-decision.js';

/** The doubles are the point itself when `exact` is null, otherwise only near it. */
export interface InteriorPoint {
  readonly doubles: Float64Array;
  readonly exact: IntegerVector | null;
}

const exactForms = new WeakMap<Float64Array, IntegerVector>();

/** The point as integers over a common denominator, computed once per point. */
export function exactPoint(point: InteriorPoint): IntegerVector {
  if (point.exact !== null) return point.exact;
  const known = exactForms.get(point.doubles);
  if (known !== undefined) return known;
  const exact = integersFromDoubles(point.doubles);
  exactForms.set(point.doubles, exact);
  return exact;
}

function doublesNear(point: IntegerVector): Float64Array {
  return Float64Array.from(point.numerators, (n) => nearestDouble(n, point.denominator));
}

/** The same point with coordinates cut off to multiples of 2^-bits, towards zero. */
function cutToBits(point: IntegerVector, bits: number): IntegerVector {
  const unit = 1n << BigInt(bits);
  return { numerators: point.numerators.map((n) => (n * unit) / point.denominator), denominator: unit };
}

/**
 * A point near the given one with the shortest coordinates that `accepts` accepts: doubles, then more and more bits.
 *
 * `accepts` must hold on a neighbourhood of `point`, so that enough bits always serve.
 */
export function roundedPoint(point: IntegerVector, accepts: (candidate: IntegerVector) => boolean): InteriorPoint {
  const doubles = doublesNear(point);
  if (doubles.every(Number.isFinite) && accepts(integersFromDoubles(doubles))) return { doubles, exact: null };
  for (let bits = 128; bits < bitLength(point.denominator); bits *= 2) {
    const candidate = cutToBits(point, bits);
    if (accepts(candidate)) return { doubles: doublesNear(candidate), exact: candidate };
  }
  return { doubles, exact: point };
}

/** The centre of the domain. */
export function centrePoint(problem: PartitionProblem): InteriorPoint {
  const centre = integersFromRationals(centreOf(problem));
  return roundedPoint(centre, (candidate) => isStrictlyInside(problem, listed([]), candidate));
}
