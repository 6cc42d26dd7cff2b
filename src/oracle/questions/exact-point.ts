/**
 * Points as they are asked about: exact rationals, with doubles beside them for the first stage of every decision.
 */
import {
  equal,
  type IntegerVector,
  integersFromDoubles,
  integersFromRationals,
  parseRational,
  type Rational,
  rational,
  rationalFromDouble,
  toDouble,
} from '../../exact/index.js';

/** A coordinate: a double, taken exactly; a text such as "1/3" or "0.1", taken as it is written; a rational. */
export type Coordinate = number | string | Rational;

/** A point with one coordinate per input. */
export type Point = readonly Coordinate[];

export interface ExactPoint {
  /** The point itself. */
  readonly integers: IntegerVector;
  /** The nearest doubles of the coordinates. */
  readonly doubles: Float64Array;
  /** Whether the doubles are the point itself. */
  readonly doublesAreExact: boolean;
}

/** The exact value of a coordinate. @throws RangeError for NaN and infinities, SyntaxError for texts that are no numbers */
export function exactCoordinate(value: Coordinate): Rational {
  if (typeof value === 'string') return parseRational(value);
  return typeof value === 'number' ? rationalFromDouble(value) : value;
}

/** The coordinates of a point as rationals. */
export function rationalsOfPoint({ integers }: ExactPoint): Rational[] {
  return integers.numerators.map((numerator) => rational(numerator, integers.denominator));
}

/**
 * The point with the given coordinates.
 *
 * @throws RangeError if their number is not `inputs`, or as `exactCoordinate`
 */
export function exactPoint(coordinates: Point, inputs: number): ExactPoint {
  if (coordinates.length !== inputs) {
    throw new RangeError(`point: expected ${inputs} coordinates, one per input, got ${coordinates.length}`);
  }
  if (coordinates.every((value) => typeof value === 'number')) {
    const doubles = Float64Array.from(coordinates);
    return { integers: integersFromDoubles(doubles), doubles, doublesAreExact: true };
  }
  const rationals = coordinates.map(exactCoordinate);
  const doubles = Float64Array.from(rationals, toDouble);
  const doublesAreExact = rationals.every(
    (value, i) => Number.isFinite(doubles[i]!) && equal(rationalFromDouble(doubles[i]!), value),
  );
  return { integers: integersFromRationals(rationals), doubles, doublesAreExact };
}
