/**
 * Continuous piecewise-linear functions of one variable with rational knots and values.
 */
import fc from 'fast-check';
import { add, formatRational, type Rational, rational } from '../../../src/exact/rational.js';
import type { Polyline } from '../../../src/theory/hinges.js';
import { smallRational } from './numbers.js';
import { printedAs } from './show.js';

const gap = fc.tuple(fc.bigInt({ min: 1n, max: 9n }), fc.bigInt({ min: 1n, max: 5n })).map(([p, q]) => rational(p, q));

/** Polylines of 1 to `most` knots; some of them are no kinks. */
export function polyline(most = 7): fc.Arbitrary<Polyline> {
  const knot = fc.tuple(gap, fc.oneof(smallRational, fc.constantFrom(rational(0n), rational(1n))));
  return fc
    .tuple(smallRational, fc.array(knot, { minLength: 1, maxLength: most }), smallRational, smallRational)
    .map(([start, steps, slopeBefore, slopeAfter]) => {
      const knots: Rational[] = [];
      for (const [width] of steps) knots.push(add(knots.at(-1) ?? start, width));
      const values = steps.map(([, value]) => value);
      return printedAs({ knots, values, slopeBefore, slopeAfter }, showPolyline);
    });
}

/** "slope 1, (0, 2) (1, 3), slope -1" */
function showPolyline({ knots, values, slopeBefore, slopeAfter }: Polyline): string {
  const points = knots.map((knot, i) => `(${formatRational(knot)}, ${formatRational(values[i]!)})`).join(' ');
  return `slope ${formatRational(slopeBefore)}, ${points}, slope ${formatRational(slopeAfter)}`;
}
