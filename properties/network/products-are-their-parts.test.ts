/**
 * Theorem. The product of networks is, at every point, the list of their outputs, whatever their depths and whichever inputs
 * they share.
 *
 * Because affine maps stand side by side, and neurons whose slopes agree hand values on unchanged.
 *
 * Source: the definition of the product in the category of sets; DESIGN.md, section 1 (a neuron whose slopes agree is linear).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRational, type Rational } from '../../src/exact/rational.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import { neuronCount } from '../../src/network/network.js';
import { productNetwork } from '../../src/network/product.js';
import { holds } from '../support/generators/holds.js';
import { mixedNetwork } from '../support/generators/networks.js';
import { smallRational } from '../support/generators/numbers.js';

const part = fc.integer({ min: 1, max: 3 }).chain((inputs) =>
  fc.record({
    network: mixedNetwork({ inputs, widths: [3, 2], outputs: 2 }),
    reads: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: inputs, maxLength: inputs }),
  }),
);
const INPUTS = 4;
const show = (values: readonly Rational[]) => values.map(formatRational);

describe('a product', () => {
  it('has the outputs of its parts, one after the other', () => {
    const point = fc.array(smallRational, { minLength: INPUTS, maxLength: INPUTS });
    const property = fc.property(fc.array(part, { minLength: 1, maxLength: 3 }), point, (parts, x) => {
      const network = productNetwork(INPUTS, parts);
      const apart = parts.flatMap(
        (p) =>
          evaluateExact(
            p.network,
            p.reads.map((input) => x[input]!),
          ).output,
      );
      expect(show(evaluateExact(network, x).output)).toEqual(show(apart));
      expect(neuronCount(network)).toBe(parts.reduce((sum, p) => sum + neuronCount(p.network), 0));
      expect(network.outputs).toBe(apart.length);
    });
    holds(property, { seed: 621, runs: 150 });
  });

  it('refuses inputs that are not there', () => {
    const property = fc.property(part, ({ network, reads }) => {
      expect(() => productNetwork(INPUTS, [{ network, reads: [...reads, 0] }])).toThrow(/expected .* inputs below 4/);
      expect(() => productNetwork(INPUTS, [{ network, reads: reads.map(() => INPUTS) }])).toThrow(RangeError);
    });
    holds(property, { seed: 622, runs: 10 });
  });
});
