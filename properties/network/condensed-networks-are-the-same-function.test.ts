/**
 * Theorem. The condensed network is the same function at every point; of neurons of a layer whose pre-activations are multiples of
 * each other one bends, constants and what nothing reads are gone, and what is condensed does not change again.
 *
 * Because two functions of z that are linear on both sides of 0 are a combination of one that bends there and of z itself.
 *
 * Source: the lemma of src/network/condensed.ts, by linear algebra in the plane of such functions.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRational, type Rational, rational } from '../../src/exact/rational.js';
import { affineFromDoubles, affineFromRationals } from '../../src/network/affine.js';
import { condensed } from '../../src/network/condensed.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import { LINEAR } from '../../src/network/model.js';
import { buildNetwork, type Network, neuronCount, RELU } from '../../src/network/network.js';
import { productNetwork } from '../../src/network/product.js';
import { composeAffine } from '../../src/network/stored-affine.js';
import { holds } from '../support/generators/holds.js';
import { mixedNetwork } from '../support/generators/networks.js';
import { smallRational } from '../support/generators/numbers.js';

const INPUTS = 2;
const show = (values: readonly Rational[]) => values.map(formatRational);
const point = fc.array(smallRational, { minLength: INPUTS, maxLength: INPUTS });
const network = mixedNetwork({ inputs: INPUTS, widths: [4, 3, 3], outputs: 2 });
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

/** The same function with every neuron of every layer twice more: once scaled, once turned around, as parts of one sum. */
function unfolded({ layers, output, ...rest }: Network, factor: Rational): Network {
  const turned = { numerator: -factor.numerator, denominator: factor.denominator };
  let spread = (width: number) =>
    affineFromRationals(
      width,
      upTo(width).map((i) => upTo(width).map((j) => rational(i === j ? 1n : 0n))),
      upTo(width).map(() => rational(0n)),
    );
  const steps = layers.flatMap(({ affine, slopes }) => {
    const n = affine.outputs;
    const scaling = affineFromRationals(
      n,
      upTo(3 * n).map((r) =>
        upTo(n).map((c) => (r % n !== c ? rational(0n) : [rational(1n), factor, turned][Math.floor(r / n)]!)),
      ),
      upTo(3 * n).map(() => rational(0n)),
    );
    const before = composeAffine(scaling, composeAffine(affine, spread(affine.inputs)));
    // f(z) = f(z) + f(c z) - c f(z), and the last ones count for nothing.
    spread = () =>
      affineFromRationals(
        3 * n,
        upTo(n).map((r) =>
          upTo(3 * n).map((c) => {
            if (c % n !== r || c >= 2 * n) return rational(0n);
            return c < n ? rational(factor.denominator - factor.numerator, factor.denominator) : rational(1n);
          }),
        ),
        upTo(n).map(() => rational(0n)),
      );
    const swapped = slopes.map(({ negative, positive }) => ({ negative: positive, positive: negative }));
    return [{ affine: before }, { slopes: [...slopes, ...slopes, ...swapped] }];
  });
  return buildNetwork(rest.inputs, [...steps, { affine: composeAffine(output, spread(output.inputs)) }]);
}

describe('condensed', () => {
  it('is the same function, and stays as it is', () => {
    const property = fc.property(network, point, (net, x) => {
      const fewer = condensed(net);
      expect(show(evaluateExact(fewer, x).output)).toEqual(show(evaluateExact(net, x).output));
      expect(neuronCount(fewer)).toBeLessThanOrEqual(neuronCount(net));
      expect(condensed(fewer)).toBe(fewer);
    });
    holds(property, { seed: 1620, runs: 300 });
  });

  it('has no more neurons that bend where each is there three times, scaled and turned around', () => {
    const factor = fc.record({ n: fc.bigInt({ min: 1n, max: 9n }), d: fc.bigInt({ min: 1n, max: 9n }) });
    const property = fc.property(network, point, factor, (net, x, { n, d }) => {
      const more = unfolded(net, rational(n, d));
      expect(show(evaluateExact(more, x).output)).toEqual(show(evaluateExact(net, x).output));
      expect(neuronCount(condensed(more))).toBeLessThanOrEqual(neuronCount(net));
      expect(show(evaluateExact(condensed(more), x).output)).toEqual(show(evaluateExact(net, x).output));
    });
    holds(property, { seed: 1621, runs: 150 });
  });

  it('of a network beside itself has no more neurons than one, and equal rows', () => {
    const property = fc.property(network, (one) => {
      const reads = upTo(INPUTS);
      const both = condensed(
        productNetwork(INPUTS, [
          { network: one, reads },
          { network: one, reads },
        ]),
      );
      expect(neuronCount(both)).toBeLessThanOrEqual(neuronCount(one));
      const { weights, inputs } = both.output.integers();
      expect(weights.slice(0, one.outputs * inputs)).toEqual(weights.slice(one.outputs * inputs));
    });
    holds(property, { seed: 1622, runs: 100 });
  });

  it('computes the smaller of two numbers with one neuron, however it is written', () => {
    // (relu(s) - relu(-s) - relu(d) - relu(-d)) / 2 with s = x + y, d = x - y: as lattice networks are exported.
    const net = buildNetwork(2, [
      { affine: affineFromDoubles(4, 2, [1, 1, -1, -1, 1, -1, -1, 1], [0, 0, 0, 0]) },
      { slopes: [RELU, RELU, RELU, RELU] },
      { affine: affineFromDoubles(1, 4, [0.5, -0.5, -0.5, -0.5], [0]) },
    ]);
    const fewer = condensed(net);
    expect(neuronCount(fewer)).toBe(1);
    for (const [x, y, least] of [
      [3n, 5n, '3'],
      [5n, 3n, '3'],
      [-2n, 7n, '-2'],
      [4n, 4n, '4'],
    ] as const) {
      const { output } = evaluateExact(fewer, [rational(x), rational(y)]);
      expect(show(output)).toEqual([least]);
    }
  });

  it('keeps the bend of a neuron beside a multiple of it that does not bend', () => {
    // x, relu(2 x), relu(-x): the first of the family is linear.
    const net = buildNetwork(1, [
      { affine: affineFromDoubles(3, 1, [1, 2, -1], [0, 0, 0]) },
      { slopes: [LINEAR, RELU, RELU] },
      { affine: affineFromDoubles(1, 3, [1, 1, 1], [0]) },
    ]);
    const fewer = condensed(net);
    for (const [x, value] of [
      [-3n, '0'],
      [3n, '9'],
    ] as const) {
      expect(show(evaluateExact(fewer, [rational(x)]).output)).toEqual([value]);
    }
  });
});
