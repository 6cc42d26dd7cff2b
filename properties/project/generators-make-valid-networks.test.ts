/**
 * The generators make what they promise, so that a property that passes has met the cases it was written for.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, formatRational } from '../../src/exact/rational.js';
import { dimensionOf, fixedInputs } from '../../src/network/domain.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import { bends, buildNetwork, type Network, neuronCount } from '../../src/network/network.js';
import { pointIn } from '../support/generators/boxes.js';
import { holds } from '../support/generators/holds.js';
import {
  anyNetwork,
  degenerateNetwork,
  extremeNetwork,
  genericNetwork,
  tinyProblem,
} from '../support/generators/networks.js';
import { bruteForcePartition } from '../support/references/brute-force.js';

const SEED = 7;
const SHAPE = { inputs: 2, widths: [4, 3] };

/** How many of 200 generated values satisfy a condition. */
function share<T>(arbitrary: fc.Arbitrary<T>, condition: (value: T) => boolean): number {
  return fc.sample(arbitrary, { seed: SEED, numRuns: 200 }).filter(condition).length / 200;
}

/** Whether two neurons of the first layer have proportional rows, or one has none. */
function hasRelatives(network: Network): boolean {
  const head = network.layers[0]?.affine.integers();
  if (head === undefined) return false;
  const rows = head.bias.map((b, j) => [...head.weights.slice(j * head.inputs, (j + 1) * head.inputs), b]);
  const parallel = (a: readonly bigint[], b: readonly bigint[]) =>
    a.every((x, i) => a.every((y, k) => x * b[k]! === y * b[i]!));
  return rows.some((a, i) => rows.some((b, k) => i < k && parallel(a, b)));
}

it('every generated problem is valid: shapes match, evaluation works, the domain has the right dimension', () => {
  const problem = tinyProblem().chain(({ network, domain }) =>
    fc.record({ network: fc.constant(network), domain: fc.constant(domain), point: pointIn(domain) }),
  );
  holds(
    fc.property(problem, ({ network, domain, point }) => {
      expect(dimensionOf(domain)).toBe(network.inputs);
      if (domain.kind !== 'polytope') expect(fixedInputs(domain).length).toBeLessThan(network.inputs);
      expect(evaluateExact(network, point).output.length).toBe(network.outputs);
      if (domain.kind === 'box') {
        point.forEach((x, i) => {
          expect(compare(domain.lower[i]!, x) <= 0 && compare(x, domain.upper[i]!) <= 0).toBe(true);
        });
      }
    }),
    { seed: SEED, runs: 200 },
  );
});

describe('the kinds differ in what they are for', () => {
  it('degenerate networks have neurons that share a crease; generic ones hardly ever', () => {
    expect(share(degenerateNetwork(SHAPE), hasRelatives)).toBeGreaterThan(0.4);
    expect(share(genericNetwork(SHAPE), hasRelatives)).toBeLessThan(0.2);
  });

  it('extreme networks have entries beyond 2^100 and below 2^-100', () => {
    const entries = (n: Network) => [...(n.layers[0]?.affine.weights ?? [])].map(Math.abs);
    expect(share(extremeNetwork(SHAPE), (n) => entries(n).some((w) => w > 2 ** 100))).toBeGreaterThan(0.3);
    expect(share(extremeNetwork(SHAPE), (n) => entries(n).some((w) => w > 0 && w < 2 ** -100))).toBeGreaterThan(0.3);
  });

  it('mixtures contain linear neurons, rational weights and networks with many cells', () => {
    const networks = anyNetwork(SHAPE);
    expect(share(networks, (n) => n.layers.some(({ slopes }) => slopes.some((s) => !bends(s))))).toBeGreaterThan(0.05);
    expect(share(networks, (n) => n.layers.some(({ affine }) => !affine.exactDoubles))).toBeGreaterThan(0.05);
    const many = ({ network, domain }: { network: Network; domain: Parameters<typeof bruteForcePartition>[1] }) =>
      bruteForcePartition(network, domain).cells.length >= 4;
    expect(share(tinyProblem(), many)).toBeGreaterThan(0.2);
  });
});

it('a failure shrinks to a network of few neurons, prints it, and names the command that replays it', () => {
  const failing = () =>
    holds(
      fc.property(genericNetwork({ inputs: 2, widths: [4, 4, 4] }), (network) => neuronCount(network) < 4),
      { seed: SEED },
    );
  expect(failing).toThrow(/Replay: RELU_ATLAS_SEED=7 RELU_ATLAS_PATH=[\d:]+ npx vitest run properties\//);
  // Four neurons in as few layers as possible, every number 0.
  expect(failing).toThrow(/\[2-(\d-)+1: (\[0[ 0]* \| 0\] )+relu/);
});

it('the printed network shows exact weights', () => {
  const [network] = fc.sample(anyNetwork(SHAPE), { seed: SEED, numRuns: 1 });
  const text = fc.stringify(network);
  expect(text).toContain('->');
  const { weights, denominator } = (network!.layers[0]?.affine ?? buildNetwork(2, []).output).integers();
  if (denominator === 1n) expect(text).toContain(formatRational({ numerator: weights[0]!, denominator }));
});
