/**
 * Linear stacks are one affine map.
 */
import { type AffineMap, affineOnPattern, bends, identityAffine, type Network } from '../network/index.js';

/**
 * The one affine map that a network without bends is, exactly; undefined if some neuron bends.
 *
 * `buildNetwork` merges layers without bends as it meets them; this also serves networks put together by hand.
 *
 * @example collapse of x -> 3 (2 x + 1) is x -> 6 x + 3
 */
export function collapse(network: Network): AffineMap | undefined {
  if (network.layers.some((layer) => layer.slopes.some(bends))) return undefined;
  // The two branches of every neuron agree, so any pattern tells the map.
  return affineOnPattern(
    network,
    network.layers.map((layer) => layer.slopes.map(() => 1)),
  );
}

/** The network with no layer but the given affine map. */
export function affineNetwork(map: AffineMap): Network {
  return { inputs: map.inputs, outputs: map.outputs, layers: [], output: map, endsWithActivation: false, notes: [] };
}

/** The network that hands its inputs on. */
export function identityNetwork(size: number): Network {
  return affineNetwork(identityAffine(size));
}
