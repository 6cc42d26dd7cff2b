/**
 * Networks that bend along one given hyperplane and nowhere else.
 */
import { add, multiply, negate, ONE, type Rational, subtract, ZERO } from '../exact/index.js';
import type { BoxDomain } from '../network/index.js';
import { affineFromRationals, buildNetwork, LINEAR, type Network, RELU, type Slopes } from '../network/index.js';
import { type RationalVector, sumOf } from './rational-vectors.js';

/** x -> gradient . x + constant + jump * relu(normal . x + offset) */
export interface Crease {
  readonly normal: RationalVector;
  readonly offset: Rational;
  /** The gradient where normal . x + offset < 0; on the other side it is gradient + jump * normal. */
  readonly gradient: RationalVector;
  readonly constant: Rational;
  readonly jump: Rational;
}

/** A layer of the crease's neuron and one that carries `gradient . x`, and the affine map behind them. */
function creaseLayer({ normal, offset, gradient, jump }: Crease, carrier: Slopes, shift: Rational, constant: Rational) {
  const d = normal.length;
  return buildNetwork(d, [
    { affine: affineFromRationals(d, [normal, gradient], [offset, shift]) },
    { slopes: [RELU, carrier] },
    { affine: affineFromRationals(2, [[jump, ONE]], [constant]) },
  ]);
}

/**
 * The function on all of R^d, with a carrier neuron that does not bend. Two cells, two maps for a nonzero jump.
 *
 * (With ReLUs alone, two cells on all of R^d force the gradient to be a multiple of the normal: every neuron that bends has
 * its crease on the one hyperplane. On a bounded domain ReLUs suffice: `creaseOnBox`.)
 */
export function creaseNetwork(crease: Crease): Network {
  return creaseLayer(crease, LINEAR, ZERO, crease.constant);
}

/** The least value of gradient . x on a box. */
function leastOnBox(gradient: RationalVector, { lower, upper }: BoxDomain): Rational {
  return sumOf(gradient.map((g, i) => multiply(g, g.numerator > 0n ? lower[i]! : upper[i]!)));
}

/** The function on a box, of ReLUs only: the carrier is lifted above 0 on the whole box, where it cuts nothing. */
export function creaseOnBox(crease: Crease, domain: BoxDomain): Network {
  const lift = subtract(ONE, leastOnBox(crease.gradient, domain));
  return creaseLayer(crease, RELU, lift, add(crease.constant, negate(lift)));
}
