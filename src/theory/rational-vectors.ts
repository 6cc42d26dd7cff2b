/**
 * Sums and products of vectors of rationals, for statements about a handful of points.
 */
import { add, multiply, type Rational, subtract, ZERO } from '../exact/index.js';
import type { RationalAffine } from '../network/index.js';

export type RationalVector = readonly Rational[];

export function sumOf(values: RationalVector): Rational {
  return values.reduce(add, ZERO);
}

/** sum of a[i] * b[i] */
export function dotOf(a: RationalVector, b: RationalVector): Rational {
  return sumOf(a.map((value, i) => multiply(value, b[i]!)));
}

export function scaledBy(factor: Rational, vector: RationalVector): Rational[] {
  return vector.map((value) => multiply(factor, value));
}

export function sumOfVectors(a: RationalVector, b: RationalVector): Rational[] {
  return a.map((value, i) => add(value, b[i]!));
}

export function differenceOfVectors(a: RationalVector, b: RationalVector): Rational[] {
  return a.map((value, i) => subtract(value, b[i]!));
}

/** jacobian x + constant */
export function valueOfAffine(map: RationalAffine, point: RationalVector): Rational[] {
  return map.jacobian.map((row, r) => add(dotOf(row, point), map.constant[r]!));
}
