/**
 * Theorem. Measuring inputs and neurons in units that are powers of two changes nothing: the walk finds the same tree, and
 * every question is decided by the same stage.
 *
 * Neuron j of a layer becomes 2^s times itself and its outgoing weights 2^-s times themselves; input i becomes 2^e times
 * itself with its box, its weights 2^-e times themselves. Every double on the way, error bounds included, is multiplied by a
 * power of two, so a bound that mixes units would show.
 *
 * Source: multiplying a double by a power of two is exact (IEEE 754), as long as nothing overflows or underflows.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lpKernel } from '../../src/engines/lp/kernel.js';
import { planarKernel } from '../../src/engines/planar/kernel.js';
import { vertexKernel } from '../../src/engines/vertex/kernel.js';
import { multiply, type Rational, rational } from '../../src/exact/rational.js';
import { simplexBackend } from '../../src/lp/simplex/primal.js';
import { affineFromRationals } from '../../src/network/affine.js';
import { type BoxDomain, box, cube } from '../../src/network/domain.js';
import { rationalAffine } from '../../src/network/evaluate.js';
import { buildNetwork, type Network } from '../../src/network/network.js';
import { partitionProblem } from '../../src/problem/lowering.js';
import type { KernelFactory } from '../../src/walk/kernel.js';
import { traverse } from '../../src/walk/traverse.js';
import type { SplitTreeSink } from '../../src/walk/tree.js';
import { holds } from '../support/generators/holds.js';
import { degenerateNetwork, dyadicNetwork, networkFrom } from '../support/generators/networks.js';
import { genericDouble } from '../support/generators/numbers.js';

const SEED = 5201;

/** 2^e */
const power = (e: number): Rational => (e >= 0 ? rational(1n << BigInt(e)) : rational(1n, 1n << BigInt(-e)));

/** The exponent of a unit, by layer (the inputs are layer -1) and number. */
type Units = (layer: number, index: number) => number;

function inUnits(network: Network, domain: BoxDomain, units: Units): { network: Network; domain: BoxDomain } {
  const map = (affine: Network['output'], layer: number, isOutput: boolean) => {
    const { jacobian, constant } = rationalAffine(affine);
    const own = (k: number) => (isOutput ? 0 : units(layer, k));
    const rows = jacobian.map((row, k) => row.map((w, i) => multiply(w, power(own(k) - units(layer - 1, i)))));
    return affineFromRationals(
      affine.inputs,
      rows,
      constant.map((b, k) => multiply(b, power(own(k)))),
    );
  };
  const steps = network.layers.flatMap(({ affine, slopes }, l) => [{ affine: map(affine, l, false) }, { slopes }]);
  const bounds = (values: readonly Rational[]) => values.map((x, i) => multiply(x, power(units(-1, i))));
  return {
    network: buildNetwork(network.inputs, [...steps, { affine: map(network.output, network.layers.length, true) }]),
    domain: box(bounds(domain.lower), bounds(domain.upper)),
  };
}

/** The split tree and how it was decided. */
function walked({ network, domain }: { network: Network; domain: BoxDomain }, kernel: KernelFactory, proved: boolean) {
  const events: string[] = [];
  const sink: SplitTreeSink = {
    wantsEvidence: proved,
    layer: (layer) => events.push(`layer ${layer}`),
    implied: (layer, neuron, side) => events.push(`${layer}:${neuron} is ${side}`),
    narrow: ({ variable, side }) => events.push(`narrow ${variable} ${side}`),
    split: (layer, neuron) => events.push(`split ${layer}:${neuron}`),
    cell: () => events.push('cell'),
    open: (path) => events.push(`open ${path}`),
  };
  const { decisions, exactRows } = traverse(partitionProblem(network, domain), kernel, sink);
  // Which points a program finds, and so what they decide later, is nothing but a proposal.
  const { points, program, ...others } = decisions;
  return { decisions: { ...others, proposed: points + program }, exactRows, events };
}

/** Far from underflow. */
const ordinary = genericDouble.map((x) => Math.round(x * 2 ** 40) / 2 ** 40);
const networks = (inputs: number, widths: readonly number[]) =>
  fc.oneof(
    networkFrom({ inputs, widths }, { entry: ordinary }),
    dyadicNetwork({ inputs, widths }),
    degenerateNetwork({ inputs, widths }),
  );

describe.each([
  ['lp, 2 inputs', lpKernel(simplexBackend), true, 2, [4, 9]],
  ['lp, 3 inputs', lpKernel(simplexBackend), true, 3, [3, 4]],
  ['planar', planarKernel, false, 2, [6, 9, 4]],
  ['vertex, 3 inputs', vertexKernel, false, 3, [5, 5]],
  ['vertex, 4 inputs', vertexKernel, false, 4, [4, 3]],
] as const)('%s', (_, kernel, proposes, inputs, widths) => {
  it.each([
    ['a count', false],
    ['a certificate', true],
  ] as const)('%s is the same in other units', (_kind, proved) => {
    const exponents = fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 1, maxLength: 7 });
    holds(
      fc.property(networks(inputs, widths), exponents, fc.boolean(), (network, units, isWide) => {
        const domain = cube(inputs, -1, isWide ? 3 : 1);
        // Proposals (what a program finds, which multipliers prove a side) may depend on how units relate within a layer.
        const number = (layer: number, k: number) => 3 * (layer + 1) + (proposes || proved ? 0 : k);
        const other = inUnits(network, domain, (layer, k) => units[number(layer, k) % units.length]!);
        expect(walked(other, kernel, proved)).toEqual(walked({ network, domain }, kernel, proved));
      }),
      { seed: SEED, runs: 40 },
    );
  });
});
