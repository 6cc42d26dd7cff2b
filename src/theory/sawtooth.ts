/**
 * The tent map and what composing it makes: exponentially many pieces from linearly many neurons.
 *
 * Source: Telgarsky 2015, Representation benefits of deep feedforward networks.
 */
import { ONE, rational, ZERO } from '../exact/index.js';
import type { Network } from '../network/index.js';
import { identityNetwork } from './collapse.js';
import { composition } from './combine.js';
import { hingeNetwork, type Polyline } from './hinges.js';

/** t(0) = 0, t(1/2) = 1, t(1) = 0, constant 0 outside [0, 1]. */
export const TENT: Polyline = {
  knots: [ZERO, rational(1n, 2n), ONE],
  values: [ZERO, ONE, ZERO],
  slopeBefore: ZERO,
  slopeAfter: ZERO,
};

/** The tent map composed with itself `depth` times: 3 neurons per layer, 2^depth pieces on [0, 1]. */
export function sawtooth(depth: number): Network {
  const tent = hingeNetwork(TENT);
  return Array.from({ length: depth }).reduce<Network>((network) => composition(tent, network), identityNetwork(1));
}
