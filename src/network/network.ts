/**
 * Networks from what files list.
 *
 * Everything a reader of a file format produces is brought to one canonical form: activation layers
 * x -> act(W x + b), each neuron with its own pair of slopes, and one affine output map. Consecutive affine layers are
 * merged exactly.
 */
import { reduced } from '../exact/index.js';
import { affineFromIntegers, diagonalPattern, identityAffine } from './affine.js';
import { type ActivationLayer, bends, type Network, type Slopes } from './model.js';
import { type AffineMap, composeAffine, split } from './stored-affine.js';

export {
  ABSOLUTE,
  type ActivationLayer,
  bends,
  LINEAR,
  leaky,
  type Network,
  precompose,
  RELU,
  type Slopes,
  scaledRelu,
} from './model.js';

/** One step of a network as a file lists it: an affine map, or the slopes of an activation applied entry by entry. */
export type Step = { readonly affine: AffineMap } | { readonly slopes: readonly Slopes[] };

/** diag(slopes) as an affine map, for activations that turn out to be linear. */
function diagonal(slopes: readonly Slopes[]): AffineMap {
  const size = slopes.length;
  let denominator = 1n;
  for (const { positive } of slopes) denominator *= positive.denominator;
  const values = slopes.map(({ positive }) => (positive.numerator * denominator) / positive.denominator);
  const bias = new Array<bigint>(size).fill(0n);
  return affineFromIntegers(split(diagonalPattern(size), reduced({ numerators: [...values, ...bias], denominator })));
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
      pending = pending === undefined ? affine : affineFromIntegers(composeAffine(affine, pending).integers());
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
