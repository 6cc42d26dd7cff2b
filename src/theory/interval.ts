/**
 * Intervals with decimal endpoints that contain the true value: how this project states facts about transcendental functions.
 *
 * Arithmetic is rounded outwards to 60 digits: lower ends down, upper ends up, as decimal.js rounds correctly there.
 *
 * *Assumption about decimal.js.* Its exp, ln and sin at 60 digits return a value whose relative error is at most 10^-50 (for
 * sin: absolute). It documents errors of at most one unit in the last place, 10^-59 relative; ten digits are given away, and
 * `properties/decimal-functions-match-their-series` holds them against series with remainder in rational arithmetic.
 */
import { Decimal } from 'decimal.js';
import type { Rational } from '../exact/index.js';

const DIGITS = 60;
const Down = Decimal.clone({ precision: DIGITS, rounding: Decimal.ROUND_FLOOR, toExpNeg: -40, toExpPos: 40 });
const Up = Decimal.clone({ precision: DIGITS, rounding: Decimal.ROUND_CEIL, toExpNeg: -40, toExpPos: 40 });
/** What the transcendental functions of decimal.js are trusted to, see above. */
const TRUSTED = new Up(10).pow(-50);

/** All numbers from low to high. */
export interface Interval {
  readonly low: Decimal;
  readonly high: Decimal;
}

export function intervalOfRational({ numerator, denominator }: Rational): Interval {
  const [n, d] = [numerator.toString(), denominator.toString()];
  return { low: Down.div(new Down(n), d), high: Up.div(new Up(n), d) };
}

export function addIntervals(a: Interval, b: Interval): Interval {
  return { low: Down.add(a.low, b.low), high: Up.add(a.high, b.high) };
}

export function negateInterval(a: Interval): Interval {
  return { low: a.high.neg(), high: a.low.neg() };
}

export function subtractIntervals(a: Interval, b: Interval): Interval {
  return addIntervals(a, negateInterval(b));
}

export function multiplyIntervals(a: Interval, b: Interval): Interval {
  const ends = (D: typeof Down) => [
    D.mul(a.low, b.low),
    D.mul(a.low, b.high),
    D.mul(a.high, b.low),
    D.mul(a.high, b.high),
  ];
  return { low: Down.min(...ends(Down)), high: Up.max(...ends(Up)) };
}

/** 1 / a for an interval of positive numbers. @throws RangeError otherwise */
export function reciprocalInterval(a: Interval): Interval {
  if (!a.low.gt(0)) throw new RangeError(`interval: expected positive numbers, got from ${a.low} on; split at 0`);
  return { low: Down.div(1, a.high), high: Up.div(1, a.low) };
}

/** The value of a transcendental function as decimal.js computes it, with its trusted relative error. */
function around(value: Decimal): Interval {
  const error = Up.mul(value.abs(), TRUSTED);
  return { low: Down.sub(value, error), high: Up.add(value, error) };
}

/** exp, which increases. */
export function expInterval(a: Interval): Interval {
  if (a.low.eq(a.high)) return around(Down.exp(a.low));
  return { low: around(Down.exp(a.low)).low, high: around(Up.exp(a.high)).high };
}

/** ln, which increases, of positive numbers. */
export function lnInterval(a: Interval): Interval {
  if (a.low.eq(a.high)) return around(Down.ln(a.low));
  return { low: around(Down.ln(a.low)).low, high: around(Up.ln(a.high)).high };
}

/** sin: its value at the lower end, widened by the width (|sin'| <= 1) and the trusted absolute error. */
export function sinInterval(a: Interval): Interval {
  const value = Down.sin(a.low);
  const error = Up.add(Up.sub(a.high, a.low), TRUSTED);
  return { low: Down.sub(value, error), high: Up.add(value, error) };
}

/** Whether 0 is certainly not in the interval. */
export function excludesZero(a: Interval): boolean {
  return a.low.gt(0) || a.high.lt(0);
}

/** The interval of |t|. */
export function absoluteInterval(a: Interval): Interval {
  if (a.low.gte(0)) return a;
  if (a.high.lte(0)) return negateInterval(a);
  return { low: new Down(0), high: Up.max(a.low.neg(), a.high) };
}

/** The interval of max(s, t). */
export function maximumOfIntervals(a: Interval, b: Interval): Interval {
  return { low: Down.max(a.low, b.low), high: Up.max(a.high, b.high) };
}
