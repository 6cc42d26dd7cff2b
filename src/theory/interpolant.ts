/**
 * Polylines through the graph of a smooth function, and certified bounds for how far they are from it.
 *
 * *Lemma (chord error).* Let p be affine on [u, v], e = f - p and |f''| <= M there. Then on [u, v]
 * |e(x)| <= max(|e(u)|, |e(v)|) + M (v - u)^2 / 8. *Proof.* Let q be the chord of e. g = M (x - u)(v - x) / 2 - s (e - q),
 * s = 1 or -1, has g'' = -M - s f'' <= 0 and g(u) = g(v) = 0, so g >= 0: |e - q| <= M (x - u)(v - x) / 2 <= M (v - u)^2 / 8.
 * And |q| is at most the larger of its ends. []
 *
 * With e = 0 at the ends this is the interpolation bound h^2 / 8 max |f''|; on a finer grid it certifies sup |e|.
 */
import { Decimal } from 'decimal.js';
import { add, divide, multiply, type Rational, rational, subtract } from '../exact/index.js';
import { type Polyline, valueOfPolyline } from './hinges.js';
import {
  absoluteInterval,
  addIntervals,
  type Interval,
  intervalOfRational,
  maximumOfIntervals,
  subtractIntervals,
} from './interval.js';
import type { SmoothFunction } from './smooth.js';

/** Decimal places of the values at the knots. */
const PLACES = 40;

/** A rational within 10^-40 of the interval's lower end. */
function rationalNear({ low }: Interval): Rational {
  const digits = low.toFixed(PLACES, Decimal.ROUND_HALF_EVEN).replace('.', '');
  return rational(BigInt(digits), 10n ** BigInt(PLACES));
}

/** `count` + 1 equally spaced numbers from a to b. */
export function gridOf(a: Rational, b: Rational, count: number): Rational[] {
  const step = divide(subtract(b, a), rational(BigInt(count)));
  return Array.from({ length: count + 1 }, (_, i) => add(a, multiply(rational(BigInt(i)), step)));
}

/**
 * The polyline with `pieces` pieces through f at equally spaced knots of [a, b] (to 10^-40). The first and the last piece go
 * on outside, so that the kinks are the inner knots.
 */
export function interpolant(f: SmoothFunction, a: Rational, b: Rational, pieces: number): Polyline {
  const knots = gridOf(a, b, pieces);
  const values = knots.map((knot) => rationalNear(f.value(intervalOfRational(knot))));
  const slope = (i: number) => divide(subtract(values[i + 1]!, values[i]!), subtract(knots[i + 1]!, knots[i]!));
  return { knots, values, slopeBefore: slope(0), slopeAfter: slope(pieces - 1) };
}

/** An enclosure of |f - p| at a point. */
export function errorAt(f: SmoothFunction, line: Polyline, x: Rational): Interval {
  const value = intervalOfRational(valueOfPolyline(line, x));
  return absoluteInterval(subtractIntervals(f.value(intervalOfRational(x)), value));
}

/**
 * An enclosure of sup |f - p| between the first and the last knot: at least what is seen on the grid that divides every gap
 * between knots by `refine`, at most that and what the lemma adds.
 *
 * @param curvature an upper bound for |f''| there
 */
export function supremumOfError(f: SmoothFunction, line: Polyline, curvature: Rational, refine: number): Interval {
  let seen: Interval = intervalOfRational(rational(0n));
  let widest = rational(0n);
  line.knots.slice(1).forEach((knot, i) => {
    const grid = gridOf(line.knots[i]!, knot, refine);
    for (const x of grid) seen = maximumOfIntervals(seen, errorAt(f, line, x));
    const width = subtract(grid[1]!, grid[0]!);
    if (subtract(width, widest).numerator > 0n) widest = width;
  });
  const more = multiply(curvature, divide(multiply(widest, widest), rational(8n)));
  return { low: seen.low, high: addIntervals(seen, intervalOfRational(more)).high };
}
