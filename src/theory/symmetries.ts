/**
 * Changes of single neurons; most of them change neither the function nor the partition.
 *
 * Each takes a network apart into the rows of a layer and the columns that read it, and puts it together again exactly.
 */
import { add, divide, multiply, type Rational, subtract } from '../exact/index.js';
import {
  type AffineMap,
  affineFromRationals,
  type Network,
  RELU,
  rationalAffine,
  type Slopes,
} from '../network/index.js';
import type { RationalVector } from './rational-vectors.js';

/** A neuron with all that belongs to it: its row and bias, its activation, and the weights that read it. */
interface Neuron {
  readonly weights: RationalVector;
  readonly bias: Rational;
  readonly slopes: Slopes;
  readonly readers: RationalVector;
}

function neuronsOf(network: Network, layer: number): Neuron[] {
  const { affine, slopes } = network.layers[layer]!;
  const { jacobian, constant } = rationalAffine(affine);
  const next = rationalAffine(network.layers[layer + 1]?.affine ?? network.output).jacobian;
  return slopes.map((pair, j) => ({
    weights: jacobian[j]!,
    bias: constant[j]!,
    slopes: pair,
    readers: next.map((row) => row[j]!),
  }));
}

/** The network whose layer consists of the given neurons. */
function withNeurons(network: Network, layer: number, neurons: readonly Neuron[]): Network {
  const { inputs } = network.layers[layer]!.affine;
  const affine = affineFromRationals(
    inputs,
    neurons.map(({ weights }) => weights),
    neurons.map(({ bias }) => bias),
  );
  const changed = { affine, slopes: neurons.map(({ slopes }) => slopes) };
  const reading = (map: AffineMap) => {
    const { constant } = rationalAffine(map);
    return affineFromRationals(
      neurons.length,
      constant.map((_, r) => neurons.map(({ readers }) => readers[r]!)),
      constant,
    );
  };
  const layers = network.layers.map((old, l) => {
    if (l === layer) return changed;
    return l === layer + 1 ? { ...old, affine: reading(old.affine) } : old;
  });
  const last = layer + 1 === network.layers.length;
  return last
    ? { ...network, layers, output: reading(network.output), endsWithActivation: false }
    : { ...network, layers };
}

/** The neurons of a layer in another order: the new neuron j is the old neuron order[j]. */
export function permuteNeurons(network: Network, layer: number, order: readonly number[]): Network {
  const neurons = neuronsOf(network, layer);
  return withNeurons(
    network,
    layer,
    order.map((j) => neurons[j]!),
  );
}

/** A neuron's row times a positive factor, its readers divided by it: activations are positively homogeneous. */
export function rescaleNeuron(network: Network, layer: number, neuron: number, factor: Rational): Network {
  if (factor.numerator <= 0n)
    throw new RangeError('rescaling: expected a positive factor; negative ones swap the sides');
  const neurons = neuronsOf(network, layer).map((old, j) =>
    j !== neuron
      ? old
      : {
          weights: old.weights.map((w) => multiply(factor, w)),
          bias: multiply(factor, old.bias),
          slopes: old.slopes,
          readers: old.readers.map((w) => divide(w, factor)),
        },
  );
  return withNeurons(network, layer, neurons);
}

/** A copy of a neuron at the end of its layer; the copy is read with weight `share`, the original with the rest. */
export function duplicateNeuron(network: Network, layer: number, neuron: number, share: Rational): Network {
  const neurons = neuronsOf(network, layer);
  const old = neurons[neuron]!;
  const rest = { ...old, readers: old.readers.map((w) => subtract(w, share)) };
  const copy = { ...old, readers: old.readers.map(() => share) };
  return withNeurons(network, layer, [...neurons.map((n, j) => (j === neuron ? rest : n)), copy]);
}

/** One more ReLU neuron at the end of a layer, read with weight `share`; harmless where its pre-activation is negative. */
export function addNeuron(
  network: Network,
  layer: number,
  neuron: { readonly weights: RationalVector; readonly bias: Rational },
  share: Rational,
): Network {
  const neurons = neuronsOf(network, layer);
  const readers = (neurons[0]?.readers ?? []).map(() => share);
  return withNeurons(network, layer, [...neurons, { ...neuron, slopes: RELU, readers }]);
}

/** The network without one neuron; the same function where that neuron's output is zero. */
export function removeNeuron(network: Network, layer: number, neuron: number): Network {
  const kept = neuronsOf(network, layer).filter((_, j) => j !== neuron);
  return withNeurons(network, layer, kept);
}

/** The network with `more` added to the bias of one neuron. */
export function shiftBias(network: Network, layer: number, neuron: number, more: Rational): Network {
  const neurons = neuronsOf(network, layer).map((old, j) =>
    j === neuron ? { ...old, bias: add(old.bias, more) } : old,
  );
  return withNeurons(network, layer, neurons);
}

/** The network with another activation at one neuron. */
export function withSlopes(network: Network, layer: number, neuron: number, slopes: Slopes): Network {
  return withNeurons(
    network,
    layer,
    neuronsOf(network, layer).map((old, j) => (j === neuron ? { ...old, slopes } : old)),
  );
}
