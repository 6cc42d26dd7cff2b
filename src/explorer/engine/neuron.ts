/**
 * What one neuron sees: the network up to its pre-activation, whose zero set is its crease.
 */
import { affineFromIntegers, densePattern, type Network } from '../../network/index.js';
import type { NeuronAddress } from '../model/index.js';

/** The network whose only output is a neuron's pre-activation; undefined if there is no such neuron. */
export function upToNeuron(network: Network, { layer, neuron }: NeuronAddress): Network | undefined {
  const own = network.layers[layer];
  if (own === undefined || neuron >= own.slopes.length) return undefined;
  const { weights, bias, denominator } = own.affine.integers();
  const { inputs } = own.affine;
  const output = affineFromIntegers({
    pattern: densePattern(1, inputs),
    values: weights.slice(neuron * inputs, (neuron + 1) * inputs),
    bias: [bias[neuron]!],
    denominator,
  });
  return { ...network, outputs: 1, layers: network.layers.slice(0, layer), output, endsWithActivation: false };
}
