/**
 * Theorem. No continuous function of k affine pieces comes closer to x^2 on [a, b] than (b - a)^2 / (8 k^2), and one does not
 * miss it by more.
 *
 * On an interval of width w the best affine function misses x^2 by w^2 / 8 (Chebyshev: x^2 minus the chord, lowered by
 * w^2 / 8, is largest at both ends and the middle, with alternating signs), and k pieces leave some w >= (b - a) / k.
 *
 * Source: Chebyshev (best approximation); Yarotsky 2017, Error bounds for approximations with deep ReLU networks, section 4.
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
  type Rational,
  rational,
  subtract,
} from '../../src/exact/rational.js';
import { box } from '../../src/network/domain.js';
import type { Network } from '../../src/network/network.js';
import { hingeNetwork, kinksOf, type Polyline } from '../../src/theory/hinges.js';
import { gridOf } from '../../src/theory/interpolant.js';
import { exitAlong, inequalitiesOf } from '../support/engines/constraints.js';
import { cellsInOrder, piecesInOrder } from '../support/engines/line.js';
import { holds } from '../support/generators/holds.js';
import { anyNetwork } from '../support/generators/networks.js';
import { smallRational } from '../support/generators/numbers.js';
import { readable } from '../support/generators/show.js';

const SEED = 516;
const whole1 = (n: number) => rational(BigInt(n));

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

type Point = readonly [x: Rational, y: Rational];

/** The polyline through points; its first and its last piece go on. */
function lineThrough(points: readonly Point[]): Polyline {
  const slope = ([u, y]: Point, [v, z]: Point) => divide(subtract(z, y), subtract(v, u));
  return {
    knots: points.map(([x]) => x),
    values: points.map(([, y]) => y),
    slopeBefore: slope(points[0]!, points[1]!),
    slopeAfter: slope(points.at(-2)!, points.at(-1)!),
  };
}

const interval = fc
  .tuple(smallRational, fc.bigInt({ min: 1n, max: 40n }))
  .map(([a, width]) => [a, readable(add(a, rational(width, 4n)))] as const);

describe('a network with k pieces on [a, b] misses x^2 by at least (b - a)^2 / (8 k^2)', () => {
  it('whatever network', () => {
    holds(
      fc.property(anyNetwork({ inputs: 1, widths: [4, 3], outputs: 1 }), interval, (network, [a, b]) => {
        const pieces = piecesInOrder(network, box([a], [b])).length;
        expect(compare(missOfSquare(network, a, b), leastMiss(a, b, pieces))).toBeGreaterThanOrEqual(0);
      }),
      { seed: SEED, runs: 80 },
    );
  });

  it('and the interpolant with k pieces, lowered by h^2 / 8, by exactly that', () => {
    holds(
      fc.property(interval, fc.integer({ min: 1, max: 9 }), ([a, b], pieces) => {
        const miss = leastMiss(a, b, pieces);
        const line = lineThrough(gridOf(a, b, pieces).map((x) => [x, subtract(multiply(x, x), miss)]));
        expect(formatRational(missOfSquare(hingeNetwork(line), a, b))).toBe(formatRational(miss));
      }),
      { seed: SEED, runs: 40 },
    );
  });

  it('and no network near that one comes closer: knots moved and values changed a little', () => {
    const nudge = fc.tuple(fc.integer({ min: -8, max: 8 }), fc.integer({ min: -8, max: 8 }));
    holds(
      fc.property(interval, fc.array(nudge, { minLength: 2, maxLength: 7 }), ([a, b], nudges) => {
        const last = nudges.length - 1;
        const miss = leastMiss(a, b, last);
        const width = divide(subtract(b, a), whole1(last));
        const line = lineThrough(
          gridOf(a, b, last).map((knot, i): Point => {
            const [aside, down] = nudges[i]!;
            const x = i === 0 || i === last ? knot : add(knot, multiply(rational(BigInt(aside), 20n), width));
            return [x, subtract(multiply(x, x), multiply(rational(8n + BigInt(down), 8n), miss))];
          }),
        );
        const least = leastMiss(a, b, kinksOf(line).length + 1);
        expect(compare(missOfSquare(hingeNetwork(line), a, b), least)).toBeGreaterThanOrEqual(0);
      }),
      { seed: SEED, runs: 80 },
    );
  });
});
