/**
 * The network model: affine layers and activations that are linear on each side of 0.
 *
 * Everything a reader of a file format produces is brought to one canonical form: activation layers
 * x -> act(W x + b), each neuron with its own pair of slopes, and one affine output map. Consecutive affine layers are
 * merged exactly.
 */
import { equal, ONE, type Rational, ZERO } from '../exact/index.js';
import { type AffineMap, affineFromIntegers, composeAffine, identityAffine } from './affine.js';
import { diagonalPattern } from './sparsity.js';

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

/** One step of a network as a file lists it: an affine map, or the slopes of an activation applied entry by entry. */
export type Step = { readonly affine: AffineMap } | { readonly slopes: readonly Slopes[] };

/** diag(slopes) as an affine map, for activations that turn out to be linear. */
function diagonal(slopes: readonly Slopes[]): AffineMap {
  const size = slopes.length;
  let denominator = 1n;
  for (const { positive } of slopes) denominator *= positive.denominator;
  const values = slopes.map(({ positive }) => (positive.numerator * denominator) / positive.denominator);
  const bias = new Array<bigint>(size).fill(0n);
  return affineFromIntegers({ pattern: diagonalPattern(size), values, bias, denominator });
}

/** The width of the values that leave a step. */
function widthAfter(step: Step): number {
  return 'affine' in step ? step.affine.outputs : step.slopes.length;
}

/** The width of the values that enter a step. */
function widthBefore(step: Step): number {
  return 'affine' in step ? step.affine.inputs : step.slopes.length;
}

/**
 * The canonical network of a chain of steps.
 *
 * Consecutive affine maps are merged exactly, activations that bend nowhere become affine, and two activations in a row
 * get the identity between them.
 *
 * @throws RangeError where the widths of consecutive steps do not match
 */
export function buildNetwork(inputs: number, steps: readonly Step[], notes: readonly string[] = []): Network {
  const layers: ActivationLayer[] = [];
  let width = inputs;
  let pending: AffineMap | undefined;
  steps.forEach((step, index) => {
    if (widthBefore(step) !== width) {
      throw new RangeError(`network: step ${index + 1} expects ${widthBefore(step)} values, but ${width} arrive`);
    }
    if ('affine' in step || !step.slopes.some(bends)) {
      const affine = 'affine' in step ? step.affine : diagonal(step.slopes);
      pending = pending === undefined ? affine : composeAffine(affine, pending);
    } else {
      layers.push({ affine: pending ?? identityAffine(width), slopes: step.slopes });
      pending = undefined;
    }
    width = widthAfter(step);
  });
  const endsWithActivation = layers.length > 0 && pending === undefined;
  return { inputs, outputs: width, layers, output: pending ?? identityAffine(width), endsWithActivation, notes };
}

/** The number of neurons that bend. */
export function neuronCount(network: Network): number {
  return network.layers.reduce((sum, layer) => sum + layer.slopes.filter(bends).length, 0);
}

/** "5-50-50-5": inputs, widths of the activation layers, outputs. */
export function shapeOf(network: Network): string {
  const widths = network.layers.map((layer) => layer.affine.outputs);
  return [network.inputs, ...widths, ...(network.endsWithActivation ? [] : [network.outputs])].join('-');
}

/** The network x -> network(first(x)), exactly: the first affine map is merged with `first`. */
export function precompose(network: Network, first: AffineMap): Network {
  const [head, ...rest] = network.layers;
  if (head === undefined) return { ...network, inputs: first.inputs, output: composeAffine(network.output, first) };
  const layer = { affine: composeAffine(head.affine, first), slopes: head.slopes };
  return { ...network, inputs: first.inputs, layers: [layer, ...rest] };
}
