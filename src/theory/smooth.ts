/**
 * Smooth functions of one variable with enclosures: what piecewise-linear functions are compared with.
 */
import { multiply, ONE, type Rational, rational } from '../exact/index.js';
import {
  addIntervals,
  expInterval,
  type Interval,
  intervalOfRational,
  lnInterval,
  multiplyIntervals,
  reciprocalInterval,
  sinInterval,
  subtractIntervals,
} from './interval.js';

/** A function with enclosures of its values and derivative at enclosed points. */
export interface SmoothFunction {
  readonly name: string;
  value(x: Interval): Interval;
  derivative(x: Interval): Interval;
}

const UNIT = intervalOfRational(ONE);
const TWO = intervalOfRational(rational(2n));

const times = multiplyIntervals;
const minus = subtractIntervals;

/** 1 / (1 + exp(-x)) */
export const SIGMOID: SmoothFunction = {
  name: 'sigmoid',
  value: (x) => reciprocalInterval(addIntervals(UNIT, reciprocalInterval(expInterval(x)))),
  derivative(x) {
    const s = SIGMOID.value(x);
    return times(s, minus(UNIT, s));
  },
};

/** 1 - 2 / (exp(2 x) + 1) */
export const TANH: SmoothFunction = {
  name: 'tanh',
  value: (x) => minus(UNIT, times(TWO, reciprocalInterval(addIntervals(expInterval(times(TWO, x)), UNIT)))),
  derivative(x) {
    const t = TANH.value(x);
    return minus(UNIT, times(t, t));
  },
};

/** ln(1 + exp(x)), whose derivative is the sigmoid. */
export const SOFTPLUS: SmoothFunction = {
  name: 'softplus',
  value: (x) => lnInterval(addIntervals(UNIT, expInterval(x))),
  derivative: SIGMOID.value,
};

/** The first probability of softmax(x, others...) as its first logit varies: exp(x) / (exp(x) + sum exp(others)). */
export function softmaxFirst(others: readonly Rational[]): SmoothFunction {
  const rest = others.map((t) => expInterval(intervalOfRational(t))).reduce(addIntervals);
  const value = (x: Interval) => {
    const ratio = times(rest, reciprocalInterval(expInterval(x)));
    return reciprocalInterval(addIntervals(UNIT, ratio));
  };
  return {
    name: 'softmax',
    value,
    derivative: (x) => times(value(x), minus(UNIT, value(x))),
  };
}

export const EXP: SmoothFunction = { name: 'exp', value: expInterval, derivative: expInterval };

/** sin; its derivative sin(x + pi / 2) is given through an enclosure of pi / 2. */
export const SINE: SmoothFunction = {
  name: 'sine',
  value: sinInterval,
  derivative: (x) => sinInterval(addIntervals(x, HALF_PI)),
};

/** pi / 2 between two fractions of 10^50 (OEIS A019669). */
const HALF_PI: Interval = {
  low: intervalOfRational(rational(157079632679489661923132169163975144209858469968755n, 10n ** 50n)).low,
  high: intervalOfRational(rational(157079632679489661923132169163975144209858469968756n, 10n ** 50n)).high,
};

export const SQUARE: SmoothFunction = {
  name: 'square',
  value: (x) => times(x, x),
  derivative: (x) => times(TWO, x),
};

/** One term amplitude * sin(frequency x + phase). */
export interface Wave {
  readonly amplitude: Rational;
  readonly frequency: Rational;
  readonly phase: Rational;
}

/** A sum of waves: as random a smooth function as one wants. Its second derivative is at most sum |amplitude| frequency^2. */
export function sumOfWaves(waves: readonly Wave[]): SmoothFunction {
  const at = (x: Interval, { frequency, phase }: Wave) =>
    addIntervals(times(intervalOfRational(frequency), x), intervalOfRational(phase));
  const total = (terms: readonly Interval[]) => terms.reduce(addIntervals, intervalOfRational(rational(0n)));
  return {
    name: 'waves',
    value: (x) => total(waves.map((wave) => times(intervalOfRational(wave.amplitude), SINE.value(at(x, wave))))),
    derivative: (x) =>
      total(
        waves.map((wave) =>
          times(intervalOfRational(multiply(wave.amplitude, wave.frequency)), SINE.derivative(at(x, wave))),
        ),
      ),
  };
}
