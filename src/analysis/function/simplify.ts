/**
 * An exactly equal smaller network (Serra, Yu, Kumar, Ramalingam 2020 remove stable neurons; here in exact arithmetic).
 */

import { ZERO } from '../../exact/index.js';
import type { Domain } from '../../network/index.js';
import { bends, type Network } from '../../network/index.js';
import type { CellOptions } from '../cells/index.js';
import { type Draft, draftOf, networkOfDraft, reduceLayer } from './layer-draft.js';
import { type NeuronFact, neuronFacts, redundantNeurons, withLinearNeuron } from './neurons.js';

export interface Simplified {
  readonly network: Network;
  /** Neurons before and after. */
  readonly before: number;
  readonly after: number;
}

export interface SimplifyOptions extends CellOptions {
  /** Also remove bends that the outputs never see (`redundantNeurons`, costly). */
  readonly redundant?: boolean;
  /** What `neuronFacts` says of the network, where it is known already. */
  readonly facts?: readonly NeuronFact[];
}

function neuronTotal(network: Network): number {
  return network.layers.reduce((sum, layer) => sum + layer.slopes.length, 0);
}

/**
 * A network with the same values at every point of the domain, and fewer neurons where it can be told:
 *
 * - stable neurons become linear; those that are zero vanish;
 * - a linear neuron that is an affine combination of other linear ones of its layer is folded into them, a layer of linear
 *   neurons into the next one;
 * - neurons whose pre-activations are multiples of each other are merged where their bends are;
 * - neurons that feed nothing vanish.
 *
 * Outside the domain values may differ. `differenceOf` proves the equality independently.
 */
export function simplify(network: Network, domain: Domain, options: SimplifyOptions = {}): Simplified {
  let current = linearised(network, domain, options);
  if (options.redundant === true) {
    for (;;) {
      const [first] = redundantNeurons(current, domain, options);
      if (first === undefined) break;
      current = withLinearNeuron(current, first.layer, first.neuron, first.slope);
    }
  }
  for (;;) {
    const smaller = withoutSpareNeurons(current);
    if (sizeOf(smaller) >= sizeOf(current)) break;
    current = smaller;
  }
  return { network: current, before: neuronTotal(network), after: neuronTotal(current) };
}

/** What a round of reductions must make smaller: neurons and bends. */
function sizeOf({ layers }: Network): number {
  return layers.reduce((sum, { slopes }) => sum + 1 + slopes.length + slopes.filter(bends).length, 0);
}

/** One round of reductions, from the outputs backwards, so that what a layer does not use any more is seen before. */
function withoutSpareNeurons(network: Network): Network {
  const draft: Draft = draftOf(network);
  for (let layer = network.layers.length - 1; layer >= 0; layer--) reduceLayer(draft, layer);
  return networkOfDraft(network, draft);
}

/** Stable neurons with the slope of the side on which they are. */
function linearised(network: Network, domain: Domain, { facts, ...options }: SimplifyOptions): Network {
  return (facts ?? neuronFacts(network, domain, options)).reduce((result, { layer, neuron, status }) => {
    const { negative, positive } = network.layers[layer]!.slopes[neuron]!;
    if (status === 'positive') return withLinearNeuron(result, layer, neuron, positive);
    if (status === 'negative') return withLinearNeuron(result, layer, neuron, negative);
    return status === 'zero' ? withLinearNeuron(result, layer, neuron, ZERO) : result;
  }, network);
}
