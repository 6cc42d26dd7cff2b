/**
 * Theorem. Sigmoid, tanh, softplus and softmax are not piecewise linear: they are affine on no interval. ReLU is affine on
 * both sides of 0.
 *
 * An affine f satisfies D(s) = (1 - s) f(a) + s f(b) - f((1 - s) a + s b) = 0 for every s. So D(1/2) != 0 or D(1/4) != 0
 * proves that f is not affine on [a, b]. (One s does not serve: an odd f has D(1/2) = 0 on [-b, b].) The values are enclosed
 * by outward rounded intervals, and an enclosure of D that excludes 0 is a proof.
 *
 * Source: strict convexity or concavity off isolated points; Moore, Kearfott and Cloud 2009, Introduction to interval analysis.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, compare, multiply, ONE, type Rational, rational, subtract, ZERO } from '../../src/exact/rational.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import { buildNetwork, RELU } from '../../src/network/network.js';
import {
  addIntervals,
  excludesZero,
  type Interval,
  intervalOfRational,
  multiplyIntervals,
  subtractIntervals,
} from '../../src/theory/interval.js';
import { SIGMOID, type SmoothFunction, SOFTPLUS, softmaxFirst, TANH } from '../../src/theory/smooth.js';
import { holds } from '../support/generators/holds.js';
import { smallRational } from '../support/generators/numbers.js';
import { readable } from '../support/generators/show.js';

const SEED = 505;
const POSITIONS = [rational(1n, 2n), rational(1n, 4n)];

/** [a, a + w] with a within 40 of 0 and w from 2^-20 to 8. */
const subinterval = fc
  .tuple(fc.bigInt({ min: -40n << 20n, max: 40n << 20n }), fc.bigInt({ min: 0n, max: 23n }))
  .map(([a, w]) => [a, a + (1n << w)].map((n) => readable(rational(n, 1n << 20n))) as [Rational, Rational]);

function between(a: Rational, b: Rational, s: Rational): Rational {
  return add(multiply(subtract(ONE, s), a), multiply(s, b));
}

/** An enclosure of D(s). */
function deviation(f: SmoothFunction, a: Rational, b: Rational, s: Rational): Interval {
  const at = (x: Rational) => f.value(intervalOfRational(x));
  const chord = addIntervals(
    multiplyIntervals(intervalOfRational(subtract(ONE, s)), at(a)),
    multiplyIntervals(intervalOfRational(s), at(b)),
  );
  return subtractIntervals(chord, at(between(a, b, s)));
}

describe('on every subinterval tried, a second difference is not zero:', () => {
  it.each([SIGMOID, TANH, SOFTPLUS].map((f) => [f.name, f] as const))('%s', (_, f) => {
    holds(
      fc.property(subinterval, ([a, b]) => {
        expect(POSITIONS.some((s) => excludesZero(deviation(f, a, b, s)))).toBe(true);
      }),
      { seed: SEED, runs: 60 },
    );
  });

  it('softmax in any of its logits', () => {
    holds(
      fc.property(subinterval, fc.array(smallRational, { minLength: 1, maxLength: 4 }), ([a, b], others) => {
        expect(POSITIONS.some((s) => excludesZero(deviation(softmaxFirst(others), a, b, s)))).toBe(true);
      }),
      { seed: SEED, runs: 60 },
    );
  });
});

it('and ReLU has only zero ones on intervals that do not contain 0 inside', () => {
  const relu = buildNetwork(1, [{ slopes: [RELU] }]);
  const at = (x: Rational) => evaluateExact(relu, [x]).output[0]!;
  holds(
    fc.property(subinterval, ([a, b]) => {
      const bends = compare(a, ZERO) < 0 && compare(b, ZERO) > 0;
      const straight = POSITIONS.every((s) => compare(between(at(a), at(b), s), at(between(a, b, s))) === 0);
      expect(straight).toBe(!bends);
    }),
    { seed: SEED, runs: 200 },
  );
});
