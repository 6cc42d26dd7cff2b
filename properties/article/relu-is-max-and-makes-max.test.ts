/**
 * Theorem. relu(t) = max(0, t) is idempotent, positively homogeneous and 1-Lipschitz, relu(t) - relu(-t) = t, and |t|, max,
 * min, clip, leaky and parametric ReLU are networks of ReLUs, exactly.
 *
 * For rational t, u and a >= 0: relu(relu(t)) = relu(t); relu(a t) = a relu(t); |relu(t) - relu(u)| <= |t - u|;
 * |t| = relu(t) + relu(-t); max(t, u) = u + relu(t - u); min(t, u) = t - relu(t - u);
 * clip(t, l, h) = l + relu(t - l) - relu(t - h) for l <= h; a neuron with slopes n, p is p relu(t) - n relu(-t). With n = p
 * it is linear.
 *
 * Source: Nair and Hinton 2010; Maas, Hannun and Ng 2013 (leaky); He et al. 2015 (parametric).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  absolute,
  compare,
  formatRational,
  multiply,
  negate,
  ONE,
  type Rational,
  subtract,
  ZERO,
} from '../../src/exact/rational.js';
import { affineFromRationals } from '../../src/network/affine.js';
import { whole } from '../../src/network/domain.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import {
  ABSOLUTE,
  buildNetwork,
  leaky,
  type Network,
  neuronCount,
  RELU,
  type Slopes,
  scaledRelu,
} from '../../src/network/network.js';
import { absoluteValue, clip, leakyRelu, maximum, minimum, reluOnly, twoSlopes } from '../../src/theory/gates.js';
import { countCellsOf } from '../support/engines/cells.js';
import { rationalVector } from '../support/generators/affine-steps.js';
import { holds } from '../support/generators/holds.js';
import { anySlopes, mixedNetwork } from '../support/generators/networks.js';
import { anyDouble, anyRational, exactly, smallRational } from '../support/generators/numbers.js';

const SEED = 502;
const number = fc.oneof({ withCrossShrink: true }, smallRational, anyRational, exactly(anyDouble));

function value(network: Network, ...point: Rational[]): string {
  return evaluateExact(network, point).output.map(formatRational).join(' ');
}

/** The activation of the network model by itself. */
function activation(slopes: Slopes, t: Rational): Rational {
  return evaluateExact(buildNetwork(1, [{ slopes: [slopes] }]), [t]).output[0]!;
}

const relu = (t: Rational) => activation(RELU, t);
const larger = (t: Rational, u: Rational) => (compare(t, u) > 0 ? t : u);
const smaller = (t: Rational, u: Rational) => (compare(t, u) < 0 ? t : u);
/** Two neurons over R^2 with the given entries (rows, then biases), and their sum. */
function twoNeurons(entries: readonly Rational[], slopes: readonly Slopes[]): Network {
  const rows = [entries.slice(0, 2), entries.slice(2, 4)];
  return buildNetwork(2, [
    { affine: affineFromRationals(2, rows, entries.slice(4)) },
    { slopes },
    { affine: affineFromRationals(2, [[ONE, ONE]], [ZERO]) },
  ]);
}

function same(a: Rational, b: Rational): void {
  expect(formatRational(a)).toBe(formatRational(b));
}

describe('one ReLU', () => {
  it('is max(0, t), and its scaled form is a max(0, t)', () => {
    holds(
      fc.property(number, number, (t, a) => {
        same(relu(t), larger(ZERO, t));
        same(activation(scaledRelu(a), t), multiply(a, larger(ZERO, t)));
      }),
      { seed: SEED, runs: 300 },
    );
  });

  it('gives t back: relu(t) - relu(-t) = t', () => {
    holds(
      fc.property(number, (t) => same(subtract(relu(t), relu(negate(t))), t)),
      { seed: SEED, runs: 300 },
    );
  });

  it('is idempotent: relu(relu(t)) = relu(t)', () => {
    holds(
      fc.property(number, (t) => same(relu(relu(t)), relu(t))),
      { seed: SEED, runs: 300 },
    );
  });

  it('is positively homogeneous: relu(a t) = a relu(t) for a >= 0, and for a < 0 only where t = 0', () => {
    holds(
      fc.property(number, number, (t, a) => {
        const agree = compare(relu(multiply(a, t)), multiply(a, relu(t))) === 0;
        expect(agree).toBe(compare(a, ZERO) >= 0 || compare(t, ZERO) === 0);
      }),
      { seed: SEED, runs: 300 },
    );
  });

  it('is 1-Lipschitz: |relu(t) - relu(u)| <= |t - u|', () => {
    holds(
      fc.property(number, number, (t, u) => {
        expect(compare(absolute(subtract(relu(t), relu(u))), absolute(subtract(t, u)))).toBeLessThanOrEqual(0);
      }),
      { seed: SEED, runs: 300 },
    );
  });
});

describe('networks of ReLUs', () => {
  it('compute |t|, leaky and parametric ReLU', () => {
    holds(
      fc.property(number, anySlopes, (t, slopes) => {
        expect(value(absoluteValue(), t)).toBe(formatRational(absolute(t)));
        const factor = compare(t, ZERO) > 0 ? slopes.positive : slopes.negative;
        expect(value(twoSlopes(slopes), t)).toBe(formatRational(multiply(factor, t)));
        const leak = compare(t, ZERO) > 0 ? t : multiply(slopes.negative, t);
        expect(value(leakyRelu(slopes.negative), t)).toBe(formatRational(leak));
        same(activation(leaky(slopes.negative), t), leak);
        same(activation(ABSOLUTE, t), absolute(t));
      }),
      { seed: SEED, runs: 200 },
    );
  });

  it('compute max, min and clip', () => {
    holds(
      fc.property(number, number, number, (t, u, v) => {
        expect(value(maximum(), t, u)).toBe(formatRational(larger(t, u)));
        expect(value(minimum(), t, u)).toBe(formatRational(smaller(t, u)));
        const [low, high] = [smaller(u, v), larger(u, v)];
        expect(value(clip(low, high), t)).toBe(formatRational(smaller(larger(t, low), high)));
      }),
      { seed: SEED, runs: 200 },
    );
  });

  it('compute every network with two-slope neurons, with as many cells', () => {
    const bending = anySlopes.filter(({ negative, positive }) => compare(negative, positive) !== 0);
    const shape = { inputs: 2, widths: [3, 2], outputs: 2 };
    holds(
      fc.property(mixedNetwork(shape), rationalVector(2), (network, point) => {
        const relus = reluOnly(network);
        expect(relus.layers.every((layer) => layer.slopes.every((s) => s === RELU))).toBe(true);
        expect(value(relus, ...point)).toBe(value(network, ...point));
      }),
      { seed: SEED, runs: 200 },
    );
    holds(
      fc.property(rationalVector(6), fc.array(bending, { minLength: 2, maxLength: 2 }), (w, slopes) => {
        const network = twoNeurons(w, slopes);
        expect(countCellsOf(reluOnly(network), whole(2)).cells).toBe(countCellsOf(network, whole(2)).cells);
      }),
      { seed: SEED, runs: 40 },
    );
  });

  it('a leaky slope of 1 is linear: no neuron bends', () => {
    holds(
      fc.property(number, (t) => same(activation(leaky(ONE), t), t)),
      { seed: SEED },
    );
    expect(neuronCount(buildNetwork(1, [{ slopes: [leaky(ONE)] }]))).toBe(0);
    expect(countCellsOf(leakyRelu(ONE), whole(1)).cells).toBe(1);
  });
});
