/**
 * Theorem. The generalised gradient of a ReLU network at x is the convex hull of the gradients of the cells around x.
 * relu'(0) = 0 lies in it for a single ReLU, but backpropagation with that convention can leave it where several neurons
 * bend at once: it gives relu(t) - relu(-t) = t the gradient 0 at t = 0.
 *
 * For y near x and every v the quotient (f(y + v) - f(y)) lies between the least and the greatest g . v over the gradients g
 * of the cells around x, and both are attained: so f°(x; v) = max g . v, which is the support function of the hull. Where
 * exactly one neuron is on its crease, backpropagation gives the gradient of the cell on that neuron's negative side.
 *
 * Source: Clarke 1983, Optimization and nonsmooth analysis, sections 2.3 (Lebourg) and 2.5.1; Bolte and Pauwels 2021.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compare,
  divide,
  formatRational,
  multiply,
  negate,
  ONE,
  type Rational,
  rational,
  subtract,
  ZERO,
} from '../../src/exact/rational.js';
import { affineFromRationals } from '../../src/network/affine.js';
import { cube, whole } from '../../src/network/domain.js';
import { evaluateExact, jacobianExact } from '../../src/network/evaluate.js';
import { buildNetwork, type Network, RELU } from '../../src/network/network.js';
import { backpropagate } from '../../src/theory/backpropagation.js';
import { dotOf } from '../../src/theory/rational-vectors.js';
import { type Cell, cellsOf } from '../support/engines/cells.js';
import { along, contains, exitAlong, inequalitiesOf } from '../support/engines/constraints.js';
import { rationalVector } from '../support/generators/affine-steps.js';
import { holds } from '../support/generators/holds.js';
import { degenerateNetwork, dyadicNetwork } from '../support/generators/networks.js';

const SEED = 507;
const BOX = cube(2, -2, 2);
const SHAPE = { inputs: 2, widths: [3, 2], outputs: 1 };
const networks = fc.oneof(degenerateNetwork(SHAPE), dyadicNetwork(SHAPE));
const direction = rationalVector(2).filter((v) => v.some((entry) => compare(entry, ZERO) !== 0));
const text = (values: readonly Rational[]) => values.map(formatRational).join(' ');

/** Far smaller than the distance of any two faces that these small numbers can make. */
const NEAR = rational(1n, 2n ** 100n);

/** Points where some cell ends in direction v, each with the cells around it. */
function kinks(network: Network, v: readonly Rational[]): { point: Rational[]; around: Cell[] }[] {
  const cells = cellsOf(network, BOX).map((cell) => ({ cell, rows: inequalitiesOf(network, BOX, cell) }));
  return cells.map(({ cell, rows }) => {
    const point = along(cell.witness, exitAlong(rows, cell.witness, v)!.step, v);
    return { point, around: cells.filter((other) => contains(other.rows, point)).map((other) => other.cell) };
  });
}

const gradientOf = (cell: Cell) => cell.map.jacobian[0]!;
const isInside = (point: readonly Rational[]) => point.every((x) => x.numerator ** 2n < 4n * x.denominator ** 2n);

describe('the hull of the gradients around a point', () => {
  it('contains every difference quotient near it, and its ends are attained', () => {
    let bends = 0;
    holds(
      fc.property(networks, direction, rationalVector(2), direction, (network, v, offset, w) => {
        const value = (p: readonly Rational[]) => evaluateExact(network, p).output[0]!;
        for (const { point, around } of kinks(network, v)) {
          if (!isInside(point)) continue;
          const slopes = around.map((cell) => dotOf(gradientOf(cell), w));
          const least = slopes.reduce((a, b) => (compare(a, b) < 0 ? a : b));
          const most = slopes.reduce((a, b) => (compare(a, b) > 0 ? a : b));
          const quotientAt = (y: readonly Rational[], step: Rational) =>
            divide(subtract(value(along(y, step, w)), value(y)), step);
          const slope = quotientAt(along(point, NEAR, offset), NEAR);
          expect(compare(least, slope)).toBeLessThanOrEqual(0);
          expect(compare(slope, most)).toBeLessThanOrEqual(0);
          // Inside the cell that attains the end, as near to the point as one likes, the quotient is the end itself.
          const steep = around[slopes.indexOf(most)]!;
          const towards = steep.witness.map((x, i) => subtract(x, point[i]!));
          const inner = along(point, NEAR, towards);
          const room = exitAlong(inequalitiesOf(network, BOX, steep), inner, w)!.step;
          expect(formatRational(quotientAt(inner, room))).toBe(formatRational(most));
          if (around.length > 1) bends++;
        }
      }),
      { seed: SEED, runs: 50 },
    );
    expect(bends).toBeGreaterThan(30);
  });
});

/** a relu(n . x + o) */
function oneRelu(n: readonly Rational[], o: Rational, a: Rational): Network {
  return buildNetwork(n.length, [
    { affine: affineFromRationals(n.length, [n], [o]) },
    { slopes: [RELU] },
    { affine: affineFromRationals(1, [[a]], [ZERO]) },
  ]);
}

describe('backpropagation on a crease', () => {
  it('of a single ReLU gives 0, an end of the hull of its two gradients 0 and a n', () => {
    holds(
      fc.property(direction, rationalVector(2), rationalVector(1), (n, point, [a]) => {
        const network = oneRelu(n, negate(dotOf(n, point)), a!);
        const gradients = cellsOf(network, whole(2)).map((cell) => text(gradientOf(cell)));
        expect(gradients.sort()).toEqual(['0 0', text(n.map((entry) => multiply(a!, entry)))].sort());
        expect(text(backpropagate(network, point)[0]!)).toBe('0 0');
      }),
      { seed: SEED },
    );
  });

  it('gives a gradient of a neighbour, the one on the negative side, where one neuron alone is on its crease', () => {
    let tried = 0;
    holds(
      fc.property(networks, direction, (network, v) => {
        for (const { point, around } of kinks(network, v)) {
          const { onCrease } = jacobianExact(network, point);
          if (onCrease.length !== 1 || around.length !== 2) continue;
          const [layer, neuron] = onCrease[0]!;
          const negative = around.find((cell) => cell.pattern[layer]![neuron]! < 0)!;
          expect(text(backpropagate(network, point)[0]!)).toBe(text(gradientOf(negative)));
          tried++;
        }
      }),
      { seed: SEED, runs: 50 },
    );
    expect(tried).toBeGreaterThan(30);
  });

  it('leaves the hull for a (relu(t) - relu(-t)) = a t at 0, for every a but 0, and nowhere else', () => {
    holds(
      fc.property(rationalVector(1), rationalVector(1), ([a], [t]) => {
        const network = identityFromRelus(a!);
        const gradients = cellsOf(network, cube(1, -1, 1)).map((cell) => text(gradientOf(cell)));
        expect(new Set(gradients)).toEqual(new Set([formatRational(a!)]));
        expect(text(backpropagate(network, [ZERO])[0]!)).toBe('0');
        if (compare(t!, ZERO) !== 0) expect(text(backpropagate(network, [t!])[0]!)).toBe(formatRational(a!));
      }),
      { seed: SEED },
    );
  });

  it('agrees with the forward Jacobian everywhere, creases included', () => {
    holds(
      fc.property(networks, rationalVector(2), (network, point) => {
        expect(backpropagate(network, point).map(text)).toEqual(jacobianExact(network, point).jacobian.map(text));
      }),
      { seed: SEED },
    );
  });
});

/** a relu(t) - a relu(-t) = a t */
function identityFromRelus(a: Rational): Network {
  return buildNetwork(1, [
    { affine: affineFromRationals(1, [[ONE], [negate(ONE)]], [ZERO, ZERO]) },
    { slopes: [RELU, RELU] },
    { affine: affineFromRationals(2, [[a, negate(a)]], [ZERO]) },
  ]);
}
