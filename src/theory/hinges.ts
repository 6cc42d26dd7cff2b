/**
 * Continuous piecewise-linear functions of one variable, and the one-hidden-layer networks that equal them.
 */
import { add, compare, divide, equal, multiply, negate, ONE, type Rational, subtract, ZERO } from '../exact/index.js';
import { affineFromRationals, buildNetwork, type Network, RELU } from '../network/index.js';
import type { RationalVector } from './rational-vectors.js';

/** A polyline over the whole line: through (knots[i], values[i]), with given slopes before the first and after the last. */
export interface Polyline {
  /** Increasing; at least one. */
  readonly knots: RationalVector;
  readonly values: RationalVector;
  readonly slopeBefore: Rational;
  readonly slopeAfter: Rational;
}

/** The slope of a piece: 0 is before the first knot, i between knots i - 1 and i, the last after the last knot. */
function slopeOfPiece({ knots, values, slopeBefore, slopeAfter }: Polyline, piece: number): Rational {
  if (piece === 0) return slopeBefore;
  if (piece === knots.length) return slopeAfter;
  return divide(subtract(values[piece]!, values[piece - 1]!), subtract(knots[piece]!, knots[piece - 1]!));
}

/** The slopes of the pieces between, before and after the knots: one more than there are knots. */
export function slopesOf(line: Polyline): Rational[] {
  return Array.from({ length: line.knots.length + 1 }, (_, piece) => slopeOfPiece(line, piece));
}

export function valueOfPolyline(line: Polyline, x: Rational): Rational {
  const after = line.knots.findIndex((knot) => compare(x, knot) < 0);
  const piece = after < 0 ? line.knots.length : after;
  const anchor = Math.max(0, piece - 1);
  return add(line.values[anchor]!, multiply(slopeOfPiece(line, piece), subtract(x, line.knots[anchor]!)));
}

/** The knots where the slope really changes. */
export function kinksOf(line: Polyline): Rational[] {
  const slopes = slopesOf(line);
  return line.knots.filter((_, i) => !equal(slopes[i]!, slopes[i + 1]!));
}

/** weight * relu(sign (x - knot)) */
interface Hinge {
  readonly sign: Rational;
  readonly knot: Rational;
  readonly weight: Rational;
}

/**
 * The network of one hidden layer of ReLUs that equals the polyline everywhere: with the kinks k_1 < ... < k_m and slopes
 * s_0, ..., s_m, f(x) = f(k_1) - s_0 relu(k_1 - x) + s_1 relu(x - k_1) + sum_{i>1} (s_i - s_{i-1}) relu(x - k_i).
 *
 * At most m + 1 neurons, all of whose creases are kinks, so that cells and pieces agree: m + 1 of them.
 */
export function hingeNetwork(line: Polyline): Network {
  const kinks = kinksOf(line);
  const first = kinks[0];
  if (first === undefined) return straightNetwork(line);
  const slopes = slopesOf(line).filter((slope, i, all) => i === 0 || !equal(slope, all[i - 1]!));
  const right = kinks.map((knot, i): Hinge => {
    const jump = i === 0 ? slopes[1]! : subtract(slopes[i + 1]!, slopes[i]!);
    return { sign: ONE, knot, weight: jump };
  });
  const left: Hinge = { sign: negate(ONE), knot: first, weight: negate(slopes[0]!) };
  const hinges = [left, ...right].filter(({ weight }) => !equal(weight, ZERO));
  return buildNetwork(1, [
    {
      affine: affineFromRationals(
        1,
        hinges.map(({ sign }) => [sign]),
        hinges.map(({ sign, knot }) => negate(multiply(sign, knot))),
      ),
    },
    { slopes: hinges.map(() => RELU) },
    {
      affine: affineFromRationals(hinges.length, [hinges.map(({ weight }) => weight)], [valueOfPolyline(line, first)]),
    },
  ]);
}

/** A polyline without kinks. */
function straightNetwork({ knots, values, slopeBefore }: Polyline): Network {
  const constant = subtract(values[0]!, multiply(slopeBefore, knots[0]!));
  return buildNetwork(1, [{ affine: affineFromRationals(1, [[slopeBefore]], [constant]) }]);
}
