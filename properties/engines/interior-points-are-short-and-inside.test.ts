/**
 * Theorem. A point strictly inside is rounded to one that is strictly inside, too: to the nearest doubles if these are, else
 * cut off to multiples of 2^-128, 2^-256, ... that are, and to nothing longer than itself. The centre of a domain is
 * strictly inside it, however thin or far out.
 *
 * Source: cutting off to a multiple of 2^-b moves a coordinate by less than 2^-b, so that enough bits always serve.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { centrePoint, exactPoint, roundedPoint } from '../../src/engines/evidence/interior-points.js';
import { bitLength } from '../../src/exact/double.js';
import { type IntegerVector, integersFromDoubles, integersFromRationals } from '../../src/exact/integers.js';
import {
  absolute,
  add,
  compare,
  type Rational,
  rational,
  rationalFromDouble,
  subtract,
} from '../../src/exact/rational.js';
import { nearestDouble } from '../../src/exact/rounding.js';
import { box } from '../../src/network/domain.js';
import { partitionProblem } from '../../src/problem/lowering.js';
import { holds } from '../support/generators/holds.js';
import { anyNetwork } from '../support/generators/networks.js';

const SEED = 4951;

/** A fraction with up to 1000 bits, between -2 and 2. */
const fraction = fc
  .tuple(fc.integer({ min: 1, max: 1000 }), fc.bigInt({ min: -(2n ** 1000n), max: 2n ** 1000n }), fc.bigInt(1n, 99n))
  .map(([bits, n, d]) => rational((n >> BigInt(1000 - bits)) * 3n, (1n << BigInt(bits)) * (d + 2n)));
const points = fc.array(fraction, { minLength: 1, maxLength: 3 });

const valuesOf = ({ numerators, denominator }: IntegerVector) => numerators.map((n) => rational(n, denominator));

/** The coordinates cut off to multiples of 2^-bits, towards zero. */
function cutOff(point: readonly Rational[], bits: number): Rational[] {
  const unit = 1n << BigInt(bits);
  return point.map(({ numerator, denominator }) => {
    const rest = (numerator * unit) % denominator;
    return rational(numerator * unit - rest, denominator * unit);
  });
}

const nearest = (point: readonly Rational[]) => point.map((x) => nearestDouble(x.numerator, x.denominator));

describe('a point is rounded', () => {
  it('to the shortest of doubles, 128, 256, ... bits that is accepted', () => {
    // What is accepted: a cube of side 2^-k around the point.
    const sizes = fc.oneof(fc.integer({ min: 40, max: 60 }), fc.integer({ min: 60, max: 1200 }));
    holds(
      fc.property(points, sizes, (point, size) => {
        const limit = rational(1n, 1n << BigInt(size));
        const near = (candidate: readonly Rational[]) =>
          candidate.every((x, i) => compare(absolute(subtract(x, point[i]!)), limit) < 0);
        const given = integersFromRationals(point);
        const found = roundedPoint(given, (candidate) => near(valuesOf(candidate)));
        const doubles = nearest(point);
        if (near(doubles.map(rationalFromDouble))) {
          expect(found).toEqual({ doubles: Float64Array.from(doubles), exact: null });
          return;
        }
        const bits = [128, 256, 512, 1024].find((b) => b < bitLength(given.denominator) && near(cutOff(point, b)));
        const expected = bits === undefined ? point : cutOff(point, bits);
        expect(valuesOf(found.exact!)).toEqual(expected);
        expect(found.exact!.denominator).toBe(bits === undefined ? given.denominator : 1n << BigInt(bits));
        expect(Array.from(found.doubles)).toEqual(nearest(expected));
      }),
      { seed: SEED, runs: 200 },
    );
  });

  it('to no doubles if one would be infinite', () => {
    const far = { numerators: [1n << 1100n, 1n], denominator: 3n };
    const asked: IntegerVector[] = [];
    const { exact } = roundedPoint(far, (candidate) => asked.push(candidate) > 0);
    expect(exact).toBe(far);
    expect(asked).toEqual([]);
  });

  it('and exactly known once', () => {
    const doubles = Float64Array.of(0.1, -3);
    expect(exactPoint({ doubles, exact: null })).toEqual(integersFromDoubles(doubles));
    expect(exactPoint({ doubles, exact: null })).toBe(exactPoint({ doubles, exact: null }));
    const exact = { numerators: [1n, 2n], denominator: 7n };
    expect(exactPoint({ doubles, exact })).toBe(exact);
  });
});

describe('the centre of a domain', () => {
  const network = fc.sample(anyNetwork({ inputs: 2, widths: [1] }), { numRuns: 1, seed: 1 })[0]!;
  const centreOf = (lower: readonly Rational[], upper: readonly Rational[]) =>
    centrePoint(partitionProblem(network, box(lower, upper)));

  it('is the middle in doubles where that is inside', () => {
    const [lower, upper] = [
      [-3, 8],
      [1, 8.5],
    ].map((bounds) => bounds.map(rationalFromDouble));
    expect(centreOf(lower!, upper!)).toEqual({ doubles: Float64Array.of(-1, 8.25), exact: null });
    const huge = [1.7e308, 1.7e308].map(rationalFromDouble);
    expect(
      centreOf(
        huge.map((x) => rational(x.numerator / 2n, x.denominator)),
        huge,
      ).exact,
    ).toBeNull();
  });

  it('is strictly inside, also where there are no doubles', () => {
    const widths = fc.integer({ min: 1, max: 1200 }).map((bits) => rational(1n, 3n << BigInt(bits)));
    holds(
      fc.property(fc.tuple(fraction, fraction), fc.tuple(widths, widths), (lower, width) => {
        const upper = lower.map((lo, i) => add(lo, width[i]!));
        const problem = partitionProblem(network, box(lower, upper));
        const found = valuesOf(exactPoint(centrePoint(problem)));
        const corners = [problem.exactLower, problem.exactUpper].map((bounds) =>
          bounds.map((bound) => rational(bound, problem.boxDenominator)),
        );
        found.forEach((x, i) => {
          expect(compare(x, corners[0]![i]!)).toBe(1);
          expect(compare(x, corners[1]![i]!)).toBe(-1);
        });
      }),
      { seed: SEED + 1, runs: 100 },
    );
  });
});
