/**
 * Reverse-mode differentiation as frameworks do it, in exact arithmetic.
 */
import { multiply, ONE, type Rational, ZERO } from '../exact/index.js';
import type { Network } from '../network/index.js';
import { evaluateExact, type Pattern, rationalAffine } from '../network/index.js';
import { dotOf, type RationalVector } from './rational-vectors.js';

/** row' W: what a gradient with respect to the outputs of W x + b is with respect to x. */
function throughWeights(row: RationalVector, weights: readonly RationalVector[], inputs: number): Rational[] {
  return Array.from({ length: inputs }, (_, c) =>
    dotOf(
      row,
      weights.map((line) => line[c]!),
    ),
  );
}

/** What reaches the pre-activations of every layer, last layer first, and finally the inputs, on the way back. */
function* backwards(network: Network, pattern: Pattern, seed: RationalVector): Generator<Rational[]> {
  let gradient = throughWeights(seed, rationalAffine(network.output).jacobian, network.output.inputs);
  for (let l = network.layers.length - 1; l >= 0; l--) {
    const { affine, slopes } = network.layers[l]!;
    const active = gradient.map((g, j) => multiply(g, pattern[l]![j]! > 0 ? slopes[j]!.positive : slopes[j]!.negative));
    yield active;
    gradient = throughWeights(active, rationalAffine(affine).jacobian, affine.inputs);
  }
  yield gradient;
}

/** The unit vector that picks one output. */
function unit(network: Network, output: number): Rational[] {
  return Array.from({ length: network.outputs }, (_, r) => (r === output ? ONE : ZERO));
}

/**
 * The Jacobian that backpropagation returns at a point: at 0 an activation has the slope of its negative side, so that
 * relu'(0) = 0 as in TensorFlow and PyTorch.
 *
 * Inside a cell it is the cell's Jacobian. On a crease it need not be a derivative of anything: relu(t) - relu(-t) = t gets
 * the gradient 0 at t = 0.
 */
export function backpropagate(network: Network, point: RationalVector): Rational[][] {
  const { pattern } = evaluateExact(network, point);
  return Array.from({ length: network.outputs }, (_, r) => [...backwards(network, pattern, unit(network, r))].at(-1)!);
}

/**
 * The derivative of an output with respect to the bias of every neuron, layer by layer, as backpropagation returns it.
 *
 * A neuron's weights have this times the values that they multiply as their derivatives: where it is 0, so are they.
 */
export function biasGradients(network: Network, point: RationalVector, output = 0): Rational[][] {
  const { pattern } = evaluateExact(network, point);
  return [...backwards(network, pattern, unit(network, output))].slice(0, -1).reverse();
}
