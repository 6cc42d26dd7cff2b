/**
 * The largest axis-parallel cube inscribed in a cell, exactly, and a short point inside the cell.
 */

import type { Cell } from '../../analysis/cells/index.js';
import { frameOf } from '../../analysis/cells/index.js';
import { constraintRow } from '../../analysis/geometry/index.js';
import {
  divide,
  type IntegerVector,
  integersFromRationals,
  magnitude,
  type Rational,
  rational,
} from '../../exact/index.js';
import type { LpAnswer } from '../../lp/index.js';
import { simplexBackend, solveLp } from '../../lp/index.js';

export interface InscribedCube {
  /** Strictly inside the cell, in input coordinates; its free coordinates are short binary fractions where that can be. */
  readonly witness: readonly Rational[];
  /** The side of the largest cube (in the free inputs) that fits; absent if there is no largest one. */
  readonly width?: Rational;
}

/**
 * max t such that the cube with half side t around some point lies in the cell: row . (x, 1) >= t |row|_1.
 *
 * On the whole space the cell may contain cubes of any size.
 */
function largestCube(cell: Cell): { readonly answer: LpAnswer; readonly factor: readonly Rational[] } {
  const { problem, splits } = cell;
  const { variables, homogeneous, biasSlot } = problem;
  const { factor } = frameOf(problem);
  const n = homogeneous ? variables - 1 : variables;
  // A half side t of the inputs is t / factor in a variable.
  const scale = integersFromRationals(factor.map((f) => divide(rational(1n), f)));
  const first = 2 * variables;
  const numbers = [
    ...(homogeneous ? [] : Array.from({ length: first }, (_, k) => k)),
    ...splits.map((_, k) => first + k),
  ];
  const rows = numbers.map((number) => {
    const row = constraintRow(cell, number);
    const slope = row.slice(0, n);
    const length = slope.reduce((sum, entry, i) => sum + magnitude(entry) * scale.numerators[i]!, 0n);
    const constant = row[biasSlot]!;
    return [...slope.map((entry) => entry * scale.denominator), -length, constant * scale.denominator];
  });
  const free = new Array<null>(n).fill(null);
  const lower = homogeneous ? free : problem.exactLower.map((bound) => rational(bound, problem.boxDenominator));
  const upper = homogeneous ? free : problem.exactUpper.map((bound) => rational(bound, problem.boxDenominator));
  const bound = homogeneous ? null : widest(lower as Rational[], upper as Rational[], factor);
  const answer = solveLp(
    {
      variables: n + 1,
      rows,
      lower: [...lower, rational(0n)],
      upper: [...upper, bound],
      objective: [...new Array<bigint>(n).fill(0n), -1n, 0n],
    },
    simplexBackend,
  );
  return { answer, factor };
}

/** An integer that no side of the box exceeds. */
function widest(lower: readonly Rational[], upper: readonly Rational[], factor: readonly Rational[]): Rational {
  let most = 1n;
  lower.forEach((lo, i) => {
    const hi = upper[i]!;
    const numerator = (hi.numerator * lo.denominator - lo.numerator * hi.denominator) * factor[i]!.numerator;
    const side = numerator / (hi.denominator * lo.denominator * factor[i]!.denominator) + 1n;
    if (side > most) most = side;
  });
  return rational(most);
}

/** A power of two that is at most a positive number and more than a quarter of it. */
function powerOfTwoBelow(value: Rational): Rational {
  const exponent = bits(value.numerator) - bits(value.denominator) - 1;
  return exponent >= 0 ? rational(1n << BigInt(exponent)) : rational(1n, 1n << BigInt(-exponent));
}

const bits = (value: bigint) => value.toString(2).length;

/** The multiple of `unit` nearest to a value. */
function nearestMultiple(value: Rational, unit: Rational): Rational {
  const numerator = value.numerator * unit.denominator;
  const denominator = value.denominator * unit.numerator;
  let quotient = (2n * numerator + denominator) / (2n * denominator);
  if (2n * numerator + denominator < 0n && quotient * 2n * denominator !== 2n * numerator + denominator) quotient -= 1n;
  return rational(quotient * unit.numerator, unit.denominator);
}

/** A short point within `half` of a centre in every coordinate, in the variables of a problem. */
function shortPoint(centre: IntegerVector, half: Rational, factor: readonly Rational[]): Rational[] {
  return centre.numerators.slice(0, factor.length).map((numerator, i) => {
    const exact = rational(numerator, centre.denominator);
    return nearestMultiple(exact, powerOfTwoBelow(divide(half, factor[i]!)));
  });
}

/**
 * The inscribed cube of a cell. Valid during the visit.
 *
 * Cost: one linear program with the cell's splits.
 */
export function inscribedCubeOf(cell: Cell): InscribedCube {
  const { problem } = cell;
  const { answer, factor } = largestCube(cell);
  if (answer.status !== 'optimal') return { witness: problem.lift(cell.witness()) };
  const half = rational(-answer.value.numerator, answer.value.denominator);
  const point = integersFromRationals(shortPoint(answer.point, half, factor));
  const width = rational(2n * half.numerator, half.denominator);
  if (!problem.homogeneous) return { witness: problem.lift(point), width };
  const lifted = { numerators: [...point.numerators, point.denominator], denominator: point.denominator };
  return { witness: problem.lift(lifted), width };
}
