/**
 * Theorem. A network of n equally spaced hinges interpolates a smooth f on an interval with sup error at most
 * h^2 / 8 max |f''|, h the distance of the hinges, which falls 4 times when they double.
 *
 * max |f''| is 1 for sine, e^b for exp on [a, b], 2 for x^2, at most sum |a| w^2 for sums of waves a sin(w x + p), and
 * 1 / (6 sqrt 3) < 0.09623 for the sigmoid s: f'' = s (1 - s)(1 - 2 s), and with y = (1 - 2 s)^2
 * 108 f''^2 = 27 y (1 - y)^2 / 4 <= 1, as 4 - 27 y (1 - y)^2 = (1 - 3 y)^2 (4 - 3 y) >= 0 on [0, 1].
 *
 * Source: de Boor 2001, A practical guide to splines, chapter III (error of broken lines); Yarotsky 2017. The enclosures:
 * src/theory/interpolant.ts.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  absolute,
  add,
  divide,
  multiply,
  ONE,
  parseRational,
  type Rational,
  rational,
  subtract,
} from '../../src/exact/rational.js';
import { box, whole } from '../../src/network/domain.js';
import { hingeNetwork, kinksOf } from '../../src/theory/hinges.js';
import { interpolant, supremumOfError } from '../../src/theory/interpolant.js';
import { addIntervals, type Interval, intervalOfRational, multiplyIntervals } from '../../src/theory/interval.js';
import { sumOf } from '../../src/theory/rational-vectors.js';
import { EXP, SIGMOID, SINE, type SmoothFunction, SQUARE, sumOfWaves, type Wave } from '../../src/theory/smooth.js';
import { cellsInOrder, piecesInOrder } from '../support/engines/line.js';
import { holds } from '../support/generators/holds.js';
import { smallRational } from '../support/generators/numbers.js';

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
function errorWith({ f, from, to, curvature }: Case, pieces: number, refine = REFINE): Interval {
  return supremumOfError(f, interpolant(f, from, to, pieces), curvature, refine);
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

  describe('random smooth functions', () => {
    const frequency = fc.integer({ min: 1, max: 12 }).map((k) => rational(BigInt(k), 4n));
    const amplitude = smallRational.filter(({ numerator }) => numerator !== 0n);
    const waves = fc.array(fc.record({ amplitude, frequency, phase: smallRational }), { minLength: 1, maxLength: 3 });
    const caseOf = (terms: readonly Wave[]): Case => {
      const curvature = sumOf(terms.map((w) => multiply(absolute(w.amplitude), multiply(w.frequency, w.frequency))));
      return { f: sumOfWaves(terms), from: whole1(-1), to: whole1(2), curvature };
    };

    it("the error is at most h^2 / 8 max |f''|", () => {
      holds(
        fc.property(waves, fc.integer({ min: 1, max: 12 }), (terms, pieces) => {
          expectWithinBound(caseOf(terms), pieces);
        }),
        { seed: SEED, runs: 10 },
      );
    });

    it('and falls about 4 times when the hinges double', () => {
      holds(
        fc.property(waves, (terms) => {
          const subject = caseOf(terms);
          const coarse = errorWith(subject, 48, 8);
          // Waves may cancel: then little is seen of a large bound for |f''|, and nothing certified about the ratio.
          fc.pre(coarse.low.gte(bound(subject, 96).low));
          const fine = errorWith(subject, 96, 8);
          expect(coarse.low.div(fine.high).toNumber()).toBeGreaterThan(3.5);
          expect(coarse.high.div(fine.low).toNumber()).toBeLessThan(4.5);
        }),
        { seed: SEED, runs: 2 },
      );
    });
  });

  it('the enclosure contains the truth, whatever the grid: for x^2 it is h^2 / 4', () => {
    const subject = CASES.find(({ f }) => f === SQUARE)!;
    holds(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (pieces, refine) => {
        const h = divide(subtract(subject.to, subject.from), whole1(pieces));
        const truth = intervalOfRational(divide(multiply(h, h), whole1(4)));
        // The knots' values are rounded at 10^-40.
        const slack = intervalOfRational(parseRational('1e-39'));
        const error = errorWith(subject, pieces, refine);
        expect(error.low.lte(addIntervals(truth, slack).high)).toBe(true);
        expect(addIntervals(error, slack).high.gte(truth.low)).toBe(true);
      }),
      { seed: SEED, runs: 40 },
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
