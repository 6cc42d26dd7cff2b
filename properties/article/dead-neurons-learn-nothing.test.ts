/**
 * Theorem. A ReLU neuron that is active nowhere on the domain gets a zero gradient from every point of it and can be removed;
 * a leaky neuron with the same weights still learns.
 *
 * Let g <= 0 on the domain be the pre-activation. Backpropagation multiplies what reaches the neuron by relu'(g) = 0, so that
 * its bias and weights never move. Its output relu(g) = 0 is read by nobody. With leaky slope a > 0 the factor is a.
 * "Never active" is decided exactly: max g over every cell of the layers before is a linear program.
 *
 * Source: Maas, Hannun and Ng 2013; Lu, Shin, Su and Karniadakis 2020, Dying ReLU and initialization.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integersFromRationals } from '../../src/exact/integers.js';
import {
  compare,
  divide,
  formatRational,
  multiply,
  negate,
  type Rational,
  rational,
  subtract,
  ZERO,
} from '../../src/exact/rational.js';
import { solveExactly } from '../../src/lp/exact/simplex.js';
import { cube } from '../../src/network/domain.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import { bends, leaky, type Network } from '../../src/network/network.js';
import { biasGradients } from '../../src/theory/backpropagation.js';
import { neverActive } from '../../src/theory/dead-neurons.js';
import { removeNeuron, shiftBias, withSlopes } from '../../src/theory/symmetries.js';
import { type Cell, cellsOf, preActivations } from '../support/engines/cells.js';
import { along, exitAlong, inequalitiesOf } from '../support/engines/constraints.js';
import { rationalVector } from '../support/generators/affine-steps.js';
import { pointIn } from '../support/generators/boxes.js';
import { holds } from '../support/generators/holds.js';
import { degenerateNetwork, dyadicNetwork } from '../support/generators/networks.js';

const SEED = 512;
const BOX = cube(2, 0, 1);
const SHAPE = { inputs: 2, widths: [4, 3] };
const networks = fc.oneof(degenerateNetwork(SHAPE), dyadicNetwork(SHAPE));
const point = pointIn(BOX);
const value = (network: Network, x: readonly Rational[]) => evaluateExact(network, x).output[0]!;

/** The greatest pre-activation of a neuron on a closed cell, by an exact linear program. */
function greatestOn(network: Network, cell: Cell, layer: number, neuron: number): Rational {
  const { jacobian, constant } = preActivations(network, cell.pattern, layer);
  const objective = integersFromRationals([...jacobian[neuron]!, constant[neuron]!]);
  const answer = solveExactly({
    variables: 2,
    rows: inequalitiesOf(network, BOX, cell).map((row) => integersFromRationals(row).numerators),
    lower: BOX.lower,
    upper: BOX.upper,
    objective: objective.numerators.map((n) => -n),
  });
  if (answer.status !== 'optimal') throw new Error(`a closed cell is a polytope, but: ${answer.status}`);
  return negate(divide(answer.value, rational(objective.denominator)));
}

describe('a neuron that is never active', () => {
  it('is found exactly: its greatest pre-activation on the domain, by linear programs over the cells, is at most 0', () => {
    let dead = 0;
    holds(
      fc.property(networks, (network) => {
        const cells = cellsOf(network, BOX);
        const found = new Set(neverActive(network, BOX).map(String));
        dead += found.size;
        network.layers.forEach(({ slopes }, l) => {
          slopes.forEach((pair, j) => {
            if (!bends(pair)) return;
            const active = cells.some((cell) => compare(greatestOn(network, cell, l, j), ZERO) > 0);
            expect(found.has(String([l, j]))).toBe(!active);
          });
        });
      }),
      { seed: SEED, runs: 30 },
    );
    expect(dead).toBeGreaterThan(30);
  });

  it('has a zero gradient everywhere, and the network without it is the same function', () => {
    holds(
      fc.property(networks, point, (network, x) => {
        for (const [l, j] of neverActive(network, BOX)) {
          expect(formatRational(biasGradients(network, x)[l]![j]!)).toBe('0');
          const without = removeNeuron(network, l, j);
          expect(formatRational(value(without, x))).toBe(formatRational(value(network, x)));
        }
      }),
      { seed: SEED, runs: 100 },
    );
  });

  it('learns if it is leaky: what reaches it is passed on times the slope', () => {
    let learning = 0;
    holds(
      fc.property(networks, point, (network, x) => {
        for (const [l, j] of neverActive(network, BOX)) {
          const slope = rational(1n, 10n);
          const revived = biasGradients(withSlopes(network, l, j, leaky(slope)), x)[l]![j]!;
          const open = biasGradients(withSlopes(network, l, j, leaky(rational(1n))), x)[l]![j]!;
          // The later layers see another value from the revived neuron, so compare in the last layer only.
          if (l + 1 < network.layers.length) continue;
          expect(formatRational(revived)).toBe(formatRational(multiply(slope, open)));
          if (compare(revived, ZERO) !== 0) learning++;
        }
      }),
      { seed: SEED, runs: 100 },
    );
    expect(learning).toBeGreaterThan(10);
  });
});

describe('the gradient of a bias', () => {
  it('is what moving the bias does, exactly, as long as no sign changes', () => {
    const tiny = rational(1n, 2n ** 200n);
    holds(
      fc.property(networks, rationalVector(2), (network, v) => {
        fc.pre(v.some((entry) => compare(entry, ZERO) !== 0));
        for (const cell of cellsOf(network, BOX)) {
          const exit = exitAlong(inequalitiesOf(network, BOX, cell), cell.witness, v)!;
          const x = along(cell.witness, multiply(rational(1n, 2n), exit.step), v);
          const { pattern } = evaluateExact(network, x);
          // A neuron that is identically zero on the cell bends under any change of its bias.
          if (pattern.some((signs) => signs.includes(0))) continue;
          biasGradients(network, x).forEach((layer, l) => {
            layer.forEach((gradient, j) => {
              const rise = subtract(value(shiftBias(network, l, j, tiny), x), value(network, x));
              expect(formatRational(divide(rise, tiny))).toBe(formatRational(gradient));
            });
          });
        }
      }),
      { seed: SEED, runs: 15 },
    );
  });
});
