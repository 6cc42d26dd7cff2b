/**
 * The network model: affine layers and activations that are linear on each side of 0.
 */
import { equal, ONE, type Rational, ZERO } from '../exact/index.js';
import { type AffineMap, composeAffine } from './stored-affine.js';

/** The activation t -> negative * t for t <= 0 and positive * t for t >= 0. */
export interface Slopes {
  readonly negative: Rational;
  readonly positive: Rational;
}

export const RELU: Slopes = { negative: ZERO, positive: ONE };
export const LINEAR: Slopes = { negative: ONE, positive: ONE };
export const ABSOLUTE: Slopes = { negative: { numerator: -1n, denominator: 1n }, positive: ONE };

/** Leaky ReLU with the given slope for negative values. */
export function leaky(negative: Rational): Slopes {
  return { negative, positive: ONE };
}

/** a * max(0, t). */
export function scaledRelu(positive: Rational): Slopes {
  return { negative: ZERO, positive };
}

/** Whether the activation bends at 0; a neuron whose two slopes agree is linear and cuts nothing. */
export function bends(slopes: Slopes): boolean {
  return !equal(slopes.negative, slopes.positive);
}

/** act(W x + b): `slopes[j]` bends the pre-activation of neuron j. */
export interface ActivationLayer {
  readonly affine: AffineMap;
  readonly slopes: readonly Slopes[];
}

/**
 * A piecewise-linear network from R^inputs to R^outputs in canonical form.
 *
 * `notes` are remarks of the reader that a user should see (`relu-atlas info`).
 */
export interface Network {
  readonly inputs: number;
  readonly outputs: number;
  /** Activation layers, first to last. */
  readonly layers: readonly ActivationLayer[];
  /** The affine map after the last activation layer; the identity when the network ends with an activation. */
  readonly output: AffineMap;
  /** True when the network ends with an activation, so that `output` is just the identity. */
  readonly endsWithActivation: boolean;
  readonly notes: readonly string[];
}

/** The network x -> network(first(x)), exactly: the first affine map is merged with `first`. */
export function precompose(network: Network, first: AffineMap): Network {
  const [head, ...rest] = network.layers;
  if (head === undefined) return { ...network, inputs: first.inputs, output: composeAffine(network.output, first) };
  const layer = { affine: composeAffine(head.affine, first), slopes: head.slopes };
  return { ...network, inputs: first.inputs, layers: [layer, ...rest] };
}
