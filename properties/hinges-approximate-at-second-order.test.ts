/**
 * Theorem. A network of n equally spaced hinges interpolates a smooth f on an interval with sup error at most
 * h^2 / 8 max |f''|, which falls 4 times when the hinges double; no function of k affine pieces comes closer to x^2 on [a, b]
 * than (b - a)^2 / (8 k^2); and outside the last kink the network is affine and leaves a bounded f by any distance, unless
 * its slope there is zero.
 *
 * max |f''| is 1 for sine, e^b for exp on [a, b], 2 for x^2, at most sum |a| w^2 for sums of waves a sin(w x + p), and
 * 1 / (6 sqrt 3) < 0.09623 for the sigmoid s: f'' = s (1 - s)(1 - 2 s), and with y = (1 - 2 s)^2
 * 108 f''^2 = 27 y (1 - y)^2 / 4 <= 1, as 4 - 27 y (1 - y)^2 = (1 - 3 y)^2 (4 - 3 y) >= 0 on [0, 1].
 * On an interval of width w the best affine function misses x^2 by w^2 / 8, and k pieces leave some w >= (b - a) / k.
 *
 * Source: de Boor 2001, A practical guide to splines, chapter III (error of broken lines); Chebyshev (best approximation);
 * Yarotsky 2017, section 4 (lower bounds). The enclosures: src/theory/interpolant.ts.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  absolute,
  add,
  compare,
  divide,
  formatRational,
  multiply,
  ONE,
  parseRational,
  type Rational,
  rational,
  subtract,
} from '../src/exact/rational.js';
import { box, whole } from '../src/network/domain.js';
import { evaluateExact } from '../src/network/evaluate.js';
import type { Network } from '../src/network/network.js';
import { hingeNetwork, kinksOf } from '../src/theory/hinges.js';
import { gridOf, interpolant, supremumOfError } from '../src/theory/interpolant.js';
import { type Interval, intervalOfRational, multiplyIntervals } from '../src/theory/interval.js';
import { sumOf } from '../src/theory/rational-vectors.js';
import { EXP, SIGMOID, SINE, type SmoothFunction, SQUARE, sumOfWaves } from '../src/theory/smooth.js';
import { exitAlong, inequalitiesOf } from './engines/constraints.js';
import { cellsInOrder, piecesInOrder } from './engines/line.js';
import { holds, trials } from './generators/holds.js';
import { anyNetwork } from './generators/networks.js';
import { smallRational } from './generators/numbers.js';

const SEED = 511;
const whole1 = (n: number) => rational(BigInt(n));

interface Case {
  readonly f: SmoothFunction;
  readonly from: Rational;
  readonly to: Rational;
  /** An upper bound for |f''|. */
  readonly curvature: Rational;
}

/** e < 2.71828182846 */
const E_ABOVE = parseRational('2.71828182846');
const CASES: readonly Case[] = [
  { f: SINE, from: whole1(-4), to: whole1(4), curvature: ONE },
  { f: EXP, from: whole1(-1), to: ONE, curvature: E_ABOVE },
  { f: SIGMOID, from: whole1(-6), to: whole1(6), curvature: parseRational('0.09623') },
  { f: SQUARE, from: whole1(-1), to: whole1(3), curvature: whole1(2) },
];

const REFINE = 6;

/** sup |f - network of `pieces` hinges|, enclosed. */
function errorWith({ f, from, to, curvature }: Case, pieces: number): Interval {
  return supremumOfError(f, interpolant(f, from, to, pieces), curvature, REFINE);
}

/** h^2 / 8 max |f''|, and what rounding the values at the knots to 40 places may add. */
function bound({ from, to, curvature }: Case, pieces: number): Interval {
  const h = divide(subtract(to, from), whole1(pieces));
  const exact = multiply(curvature, divide(multiply(h, h), whole1(8)));
  return intervalOfRational(add(exact, parseRational('1e-39')));
}

/** What is seen is below the bound; what is certified exceeds it by at most its share 1 / refine^2 on the finer grid. */
function expectWithinBound(subject: Case, pieces: number) {
  const error = errorWith(subject, pieces);
  const most = bound(subject, pieces);
  expect(error.low.lte(most.high)).toBe(true);
  const share = intervalOfRational(rational(BigInt(REFINE ** 2 + 1), BigInt(REFINE ** 2)));
  expect(error.high.lte(multiplyIntervals(most, share).high)).toBe(true);
}

describe('the error of n equally spaced hinges', () => {
  it.each(CASES.map((c) => [c.f.name, c] as const))("%s: is at most h^2 / 8 max |f''|", (_, subject) => {
    for (const pieces of [3, 8]) expectWithinBound(subject, pieces);
  });

  it.each(CASES.map((c) => [c.f.name, c] as const))('%s: falls 4 times when they double', (_, subject) => {
    const [coarse, fine] = [errorWith(subject, 16), errorWith(subject, 32)];
    // The ratio of the suprema lies between low / high and high / low.
    expect(coarse.low.div(fine.high).toNumber()).toBeGreaterThan(3.7);
    expect(coarse.high.div(fine.low).toNumber()).toBeLessThan(4.3);
  });

  it("random smooth functions: is at most h^2 / 8 max |f''|", () => {
    const frequency = fc.integer({ min: 1, max: 12 }).map((k) => rational(BigInt(k), 4n));
    const waves = fc.array(fc.record({ amplitude: smallRational, frequency, phase: smallRational }), {
      minLength: 1,
      maxLength: 3,
    });
    holds(
      fc.property(waves, fc.integer({ min: 1, max: 12 }), (terms, pieces) => {
        const curvature = sumOf(terms.map((w) => multiply(absolute(w.amplitude), multiply(w.frequency, w.frequency))));
        expectWithinBound({ f: sumOfWaves(terms), from: whole1(-1), to: whole1(2), curvature }, pieces);
      }),
      { seed: SEED, runs: 10 },
    );
  });

  it('the network bends at the inner knots and nowhere else, also not at a knot on an inflection', () => {
    for (const { f, from, to } of CASES) {
      const line = interpolant(f, from, to, 12);
      const pieces = kinksOf(line).length + 1;
      expect(piecesInOrder(hingeNetwork(line), box([from], [to])).length).toBe(pieces);
      expect(cellsInOrder(hingeNetwork(line), whole(1)).length).toBe(pieces);
      // Odd about the middle knot: the two pieces that meet there have one slope.
      expect(pieces).toBe(f === SINE || f === SIGMOID ? 11 : 12);
    }
  });
});

/** sup |x^2 - (slope x + constant)| on [u, v], exactly: at an end, or where the derivative vanishes. */
function missOnPiece(slope: Rational, constant: Rational, u: Rational, v: Rational): Rational {
  const turning = divide(slope, whole1(2));
  const places = [u, v, ...(compare(u, turning) < 0 && compare(turning, v) < 0 ? [turning] : [])];
  const misses = places.map((x) => absolute(subtract(multiply(x, x), add(multiply(slope, x), constant))));
  return misses.reduce((a, b) => (compare(a, b) > 0 ? a : b));
}

/** sup |x^2 - network| on [a, b], exactly. */
function missOfSquare(network: Network, a: Rational, b: Rational): Rational {
  const domain = box([a], [b]);
  const misses = cellsInOrder(network, domain).map((cell) => {
    const rows = inequalitiesOf(network, domain, cell);
    const end = (sign: Rational) => add(cell.witness[0]!, multiply(sign, exitAlong(rows, cell.witness, [sign])!.step));
    return missOnPiece(cell.map.jacobian[0]![0]!, cell.map.constant[0]!, end(whole1(-1)), end(ONE));
  });
  return misses.reduce((x, y) => (compare(x, y) > 0 ? x : y));
}

/** (b - a)^2 / (8 k^2) */
function leastMiss(a: Rational, b: Rational, pieces: number): Rational {
  const width = divide(subtract(b, a), whole1(pieces));
  return divide(multiply(width, width), whole1(8));
}

const interval = fc
  .tuple(smallRational, fc.bigInt({ min: 1n, max: 40n }))
  .map(([a, width]) => [a, add(a, rational(width, 4n))] as const);

describe('few pieces cannot come close to x^2', () => {
  it('a network with k pieces on [a, b] misses it by at least (b - a)^2 / (8 k^2)', () => {
    holds(
      fc.property(anyNetwork({ inputs: 1, widths: [4, 3], outputs: 1 }), interval, (network, [a, b]) => {
        const pieces = piecesInOrder(network, box([a], [b])).length;
        expect(compare(missOfSquare(network, a, b), leastMiss(a, b, pieces))).toBeGreaterThanOrEqual(0);
      }),
      { seed: SEED, runs: 80 },
    );
  });

  it('and the interpolant with k pieces, lowered by h^2 / 8, misses it by exactly that', () => {
    holds(
      fc.property(interval, fc.integer({ min: 1, max: 9 }), ([a, b], pieces) => {
        const miss = leastMiss(a, b, pieces);
        const knots = gridOf(a, b, pieces);
        const values = knots.map((x) => subtract(multiply(x, x), miss));
        const slope = (i: number) => add(knots[i]!, knots[i + 1]!);
        const line = { knots, values, slopeBefore: slope(0), slopeAfter: slope(pieces - 1) };
        expect(formatRational(missOfSquare(hingeNetwork(line), a, b))).toBe(formatRational(miss));
      }),
      { seed: SEED, runs: 40 },
    );
  });
});

/** A point to the right of all kinks where |network| > limit, if the last slope is not zero. */
function farPoint(network: Network, limit: Rational): Rational | undefined {
  const last = cellsInOrder(network, whole(1)).at(-1)!;
  const [slope, constant] = [last.map.jacobian[0]![0]!, last.map.constant[0]!];
  if (slope.numerator === 0n) return undefined;
  const reach = divide(add(add(limit, absolute(constant)), ONE), absolute(slope));
  return compare(reach, last.witness[0]!) > 0 ? reach : add(last.witness[0]!, reach);
}

describe('outside the fit', () => {
  it('a fit of sine leaves it by more than any bound', () => {
    const fit = hingeNetwork(interpolant(SINE, whole1(-4), whole1(4), 32));
    holds(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 12n }), (limit) => {
        const x = farPoint(fit, rational(limit))!;
        // |sin| <= 1.
        const error = subtract(absolute(evaluateExact(fit, [x]).output[0]!), ONE);
        expect(compare(error, rational(limit - 1n))).toBeGreaterThan(0);
      }),
      { seed: SEED, runs: 20 },
    );
  });

  it('any network of one input leaves every bounded function, unless its last slope is zero', () => {
    let straight = 0;
    holds(
      fc.property(anyNetwork({ inputs: 1, widths: [4, 3], outputs: 1 }), (network) => {
        const limit = rational(10n ** 9n);
        const x = farPoint(network, limit);
        if (x === undefined) {
          straight++;
          const end = cellsInOrder(network, whole(1)).at(-1)!;
          const far = add(absolute(end.witness[0]!), rational(10n ** 400n));
          expect(compare(evaluateExact(network, [far]).output[0]!, end.map.constant[0]!)).toBe(0);
        } else {
          expect(compare(absolute(evaluateExact(network, [x]).output[0]!), limit)).toBeGreaterThan(0);
        }
      }),
      { seed: SEED, runs: 80 },
    );
    expect(straight).toBeLessThan(trials(80));
  });
});
