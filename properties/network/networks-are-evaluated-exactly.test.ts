/**
 * Theorem. Exact evaluation is the network's definition, and on the cell of a point the network is its affine map.
 *
 * The judge is the definition itself, written out here in reduced fractions entry by entry.
 *
 * Source: the definition of a network; the chain rule on a cell.
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
  negate,
  type Rational,
  rational,
  rationalFromDouble,
  subtract,
  ZERO,
} from '../../src/exact/rational.js';
import { toDouble } from '../../src/exact/rounding.js';
import { type AffineMap, affineFromDoubles, affineFromRationals } from '../../src/network/affine.js';
import {
  affineOnPattern,
  evaluateDouble,
  evaluateExact,
  jacobianExact,
  rationalAffine,
} from '../../src/network/evaluate.js';
import { ABSOLUTE, bends, buildNetwork, leaky, type Network, RELU, scaledRelu } from '../../src/network/network.js';
import { smallBox } from '../support/generators/boxes.js';
import { holds } from '../support/generators/holds.js';
import {
  anyNetwork,
  deepNetwork,
  degenerateNetwork,
  dyadicNetwork,
  genericNetwork,
  mixedNetwork,
  rationalNetwork,
} from '../support/generators/networks.js';
import { anyRational, smallRational } from '../support/generators/numbers.js';
import { bruteForcePartition, valueOfMap } from '../support/references/brute-force.js';

const SEED = 5;
const SHAPE = { inputs: 2, widths: [4, 3, 3], outputs: 2 };

function text(values: readonly Rational[]): string {
  return values.map(formatRational).join(' ');
}

/** W x + b by the definition. */
function apply(map: AffineMap, x: readonly Rational[]): Rational[] {
  const { weights, bias, denominator, inputs, outputs } = map.integers();
  return Array.from({ length: outputs }, (_, r) =>
    x.reduce(
      (sum, value, c) => add(sum, multiply(rational(weights[r * inputs + c]!, denominator), value)),
      rational(bias[r]!, denominator),
    ),
  );
}

/** Output and pre-activations by the definition. */
function definition(network: Network, point: readonly Rational[]) {
  let values = [...point];
  const preActivations: Rational[][] = [];
  for (const layer of network.layers) {
    const pre = apply(layer.affine, values);
    preActivations.push(pre);
    values = pre.map((t, j) => {
      const { negative, positive } = layer.slopes[j]!;
      return compare(t, ZERO) > 0 ? multiply(positive, t) : multiply(negative, t);
    });
  }
  return { output: apply(network.output, values), preActivations };
}

const point = fc.array(fc.oneof(smallRational, anyRational), { minLength: 2, maxLength: 2 });

describe('exact evaluation', () => {
  it('is the definition, and the pattern is the signs of the pre-activations', () => {
    holds(
      fc.property(fc.oneof(anyNetwork(SHAPE), deepNetwork(2, 6)), point, (network, x) => {
        const { output, preActivations } = definition(network, x);
        const result = evaluateExact(network, x);
        expect(text(result.output)).toBe(text(output));
        expect(result.pattern).toEqual(preActivations.map((layer) => layer.map((t) => compare(t, ZERO))));
      }),
      { seed: SEED, runs: 200 },
    );
  });

  it('refuses a point of another dimension', () => {
    const network = buildNetwork(2, []);
    expect(() => evaluateExact(network, [ZERO])).toThrow(/expected 2 coordinates, got 1/);
    expect(() => evaluateDouble(network, [1, 2, 3])).toThrow(/expected 2 coordinates, got 3/);
  });
});

/** The double evaluation and a bound for its error, both by a running error analysis (Higham 2002, section 3.3). */
function errorBound(network: Network, x: readonly number[]): number[] {
  const u = 2 ** -53;
  let values = x.map(rationalFromDouble);
  let errors = x.map(() => 0);
  const through = (map: AffineMap) => {
    const { weights, inputs, outputs } = map;
    const after = apply(map, values);
    errors = Array.from({ length: outputs }, (_, r) => {
      let size = Math.abs(map.bias[r]!);
      let carried = 0;
      for (let c = 0; c < inputs; c++) {
        const w = Math.abs(weights[r * inputs + c]!);
        size += w * (Math.abs(toDouble(values[c]!)) + errors[c]!);
        carried += w * errors[c]!;
      }
      // One u for the weight, one for the product, inputs + 1 for the sums; doubled to cover rounding here.
      return carried * (1 + 4 * u) + 2 * (inputs + 4) * u * size;
    });
    values = after;
  };
  for (const layer of network.layers) {
    through(layer.affine);
    values = values.map((t, j) => {
      const { negative, positive } = layer.slopes[j]!;
      // Both branches vanish at 0, so the steeper slope bounds the change even if doubles choose the wrong branch.
      const steepest = Math.max(Math.abs(toDouble(negative)), Math.abs(toDouble(positive)));
      errors[j] = steepest * (errors[j]! * (1 + 4 * u) + 4 * u * Math.abs(toDouble(t)));
      return multiply(compare(t, ZERO) > 0 ? positive : negative, t);
    });
  }
  through(network.output);
  return errors;
}

describe('double evaluation', () => {
  it('is within the derived bound of the exact value', () => {
    const network = fc.oneof(genericNetwork(SHAPE), dyadicNetwork(SHAPE), rationalNetwork(SHAPE), mixedNetwork(SHAPE));
    const x = fc.array(
      fc.double({ min: -8, max: 8, noNaN: true }).filter((v) => v === 0 || Math.abs(v) > 2 ** -200),
      {
        minLength: 2,
        maxLength: 2,
      },
    );
    holds(
      fc.property(network, x, (net, at) => {
        const { output } = definition(net, at.map(rationalFromDouble));
        const bounds = errorBound(net, at);
        evaluateDouble(net, at).forEach((value, r) => {
          const error = absolute(subtract(rationalFromDouble(value), output[r]!));
          expect(compare(error, rationalFromDouble(bounds[r]! + 2 ** -900))).toBeLessThanOrEqual(0);
        });
      }),
      { seed: SEED, runs: 300 },
    );
  });

  it('takes slopes that only together fit a double', () => {
    const slope = (negative: Rational) =>
      buildNetwork(1, [{ affine: affineFromDoubles(1, 1, [1], [0]) }, { slopes: [{ negative, positive: ZERO }] }]);
    expect([...evaluateDouble(slope(rational(10n ** 400n, 3n * 10n ** 400n)), [-3])]).toEqual([-1]);
    expect([...evaluateDouble(slope(rationalFromDouble(2 ** -1060)), [-1])]).toEqual([-(2 ** -1060)]);
  });
});

describe('inside a cell', () => {
  it('the network is its affine map, exactly, at every point of the cell', () => {
    const problem = fc.tuple(fc.oneof(anyNetwork({ inputs: 2, widths: [3, 2], outputs: 2 })), smallBox(2));
    const third = rational(1n, 3n);
    holds(
      fc.property(problem, ([network, domain]) => {
        const partition = bruteForcePartition(network, domain);
        for (const cell of partition.cells) {
          const { pattern } = evaluateExact(network, cell.witness);
          const map = affineOnPattern(network, pattern);
          expect(text(apply(map, cell.witness))).toBe(text(definition(network, cell.witness).output));
          expect(text(rationalAffine(map).jacobian.flat())).toBe(text(cell.map.flatMap((row) => row.slice(0, -1))));
          // Also on the segment towards any other cell's witness, while the pattern stays.
          const other = partition.cells[0]!.witness;
          const between = cell.witness.map((x, i) => add(x, multiply(third, subtract(other[i]!, x))));
          const there = evaluateExact(network, between);
          if (JSON.stringify(there.pattern) === JSON.stringify(pattern)) {
            expect(text(there.output)).toBe(text(apply(map, between)));
            expect(text(there.output)).toBe(text(valueOfMap(partition, cell, between)));
          }
        }
      }),
      { seed: SEED, runs: 60 },
    );
  });

  it('the Jacobian is every difference quotient that stays inside', () => {
    holds(
      fc.property(fc.oneof(genericNetwork(SHAPE), rationalNetwork(SHAPE), mixedNetwork(SHAPE)), point, (network, x) => {
        const { jacobian, onCrease } = jacobianExact(network, x);
        fc.pre(onCrease.every(([l, j]) => !bends(network.layers[l]!.slopes[j]!)));
        const at = definition(network, x);
        const step = rational(1n, 1n << 400n);
        x.forEach((_, i) => {
          const moved = x.map((value, k) => (k === i ? add(value, step) : value));
          const there = definition(network, moved);
          const stays = there.preActivations.every((layer, l) =>
            layer.every((t, j) => compare(t, ZERO) === compare(at.preActivations[l]![j]!, ZERO)),
          );
          if (!stays) return;
          const quotients = there.output.map((value, r) => divide(subtract(value, at.output[r]!), step));
          expect(text(jacobian.map((row) => row[i]!))).toBe(text(quotients));
        });
      }),
      { seed: SEED, runs: 150 },
    );
  });
});

describe('on a crease', () => {
  const single = (slopes: Parameters<typeof bends>[0], weight = 1) =>
    buildNetwork(1, [{ affine: affineFromDoubles(1, 1, [weight], [0]) }, { slopes: [slopes] }]);

  it("relu'(0) = 0, and the neuron is named", () => {
    const { jacobian, onCrease } = jacobianExact(single(RELU), [ZERO]);
    expect(text(jacobian.flat())).toBe('0');
    expect(onCrease).toEqual([[0, 0]]);
  });

  it('every activation takes its negative slope there', () => {
    const slopeAt0 = (slopes: Parameters<typeof bends>[0]) =>
      text(jacobianExact(single(slopes), [ZERO]).jacobian.flat());
    expect(slopeAt0(leaky(rational(1n, 10n)))).toBe('1/10');
    expect(slopeAt0(ABSOLUTE)).toBe('-1');
    expect(slopeAt0(scaledRelu(rational(5n)))).toBe('0');
    expect(text(jacobianExact(single(RELU, -1), [ZERO]).jacobian.flat())).toBe('0');
  });

  it('relu(x) - relu(-x) = x has the derivative 0 at 0 by this convention, as backpropagation has', () => {
    const network = buildNetwork(1, [
      { affine: affineFromDoubles(2, 1, [1, -1], [0, 0]) },
      { slopes: [RELU, RELU] },
      { affine: affineFromDoubles(1, 2, [1, -1], [0]) },
    ]);
    expect(text(jacobianExact(network, [ZERO]).jacobian.flat())).toBe('0');
    const inside = (x: Rational) => text(jacobianExact(network, [x]).jacobian.flat());
    expect([inside(rational(1n, 9n)), inside(rational(-1n, 9n))]).toEqual(['1', '1']);
  });

  it('onCrease lists exactly the neurons whose pre-activation vanishes', () => {
    holds(
      fc.property(degenerateNetwork(SHAPE), fc.array(smallRational, { minLength: 2, maxLength: 2 }), (network, x) => {
        const expected = definition(network, x).preActivations.flatMap((layer, l) =>
          layer.flatMap((t, j) => (t.numerator === 0n ? [[l, j]] : [])),
        );
        expect(jacobianExact(network, x).onCrease).toEqual(expected);
      }),
      { seed: SEED },
    );
  });
});

it('positive homogeneity without biases: f(s x) = s f(x) for every s > 0, exactly', () => {
  const network = affineFromRationals(
    2,
    [
      [rational(1n, 3n), rational(-2n)],
      [rational(5n), rational(1n, 7n)],
    ],
    [ZERO, ZERO],
  );
  const last = affineFromRationals(2, [[rational(-1n), rational(3n, 4n)]], [ZERO]);
  const net = buildNetwork(2, [{ affine: network }, { slopes: [RELU, ABSOLUTE] }, { affine: last }]);
  holds(
    fc.property(point, anyRational, (x, s) => {
      const factor = s.numerator > 0n ? s : negate(s);
      fc.pre(factor.numerator !== 0n);
      const scaled = evaluateExact(
        net,
        x.map((v) => multiply(factor, v)),
      ).output;
      expect(text(scaled)).toBe(text(evaluateExact(net, x).output.map((v) => multiply(factor, v))));
    }),
    { seed: SEED },
  );
});
