/**
 * Reverse-mode differentiation as frameworks do it, in exact arithmetic.
 */
import { multiply, type Rational, rational } from '../exact/rational.js';
import { identityAffine } from '../network/affine.js';
import { evaluateExact, type Pattern, rationalAffine } from '../network/evaluate.js';
import type { Network } from '../network/network.js';
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

/** The gradient of one output where the signs of the pre-activations are known, output to input. */
function backwards(network: Network, pattern: Pattern, seed: RationalVector): Rational[] {
  let gradient = throughWeights(seed, rationalAffine(network.output).jacobian, network.output.inputs);
  for (let l = network.layers.length - 1; l >= 0; l--) {
    const { affine, slopes } = network.layers[l]!;
    const active = gradient.map((g, j) => multiply(g, pattern[l]![j]! > 0 ? slopes[j]!.positive : slopes[j]!.negative));
    gradient = throughWeights(active, rationalAffine(affine).jacobian, affine.inputs);
  }
  return gradient;
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
  const units = identityAffine(network.outputs).integers().weights;
  return Array.from({ length: network.outputs }, (_, r) => {
    const seed = units.slice(r * network.outputs, (r + 1) * network.outputs).map((n) => rational(n));
    return backwards(network, pattern, seed);
  });
}
