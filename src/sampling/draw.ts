/**
 * Networks at random initialisation, from a seed.
 */
import { affineFromDoubles, buildNetwork, type Network, RELU, type Step } from '../network/index.js';
import { normalNumber, randomNumbers } from '../theory/index.js';

/**
 * - `he`: weights normal with variance 2 / fan-in (He, Zhang, Ren, Sun 2015), biases normal with a given standard deviation;
 * - `uniform`: weights and biases uniform within +-1 / sqrt(fan-in), what PyTorch's linear layers begin with.
 */
export type Initialisation = 'he' | 'uniform';

export const INITIALISATIONS: readonly Initialisation[] = ['he', 'uniform'];

export interface Ensemble {
  /** Inputs, widths of the ReLU layers, outputs. */
  readonly shape: readonly number[];
  readonly initialisation: Initialisation;
  /** The standard deviation of biases, of `he`. */
  readonly bias: number;
  readonly seed: number;
}

/** What is drawn unless told. */
export const DEFAULTS = { initialisation: 'he', bias: 0.5, samples: 100, seed: 1 } as const;

const MOST_NEURONS = 100_000;
/** One sample says nothing of its deviation. */
export const LEAST_SAMPLES = 2;
export const MOST_SAMPLES = 1_000_000;
export const MOST_SEED = 2 ** 31 - 1;

/** Whether numbers are those of inputs, at least one ReLU layer, and outputs, of networks that may be drawn. */
export function isShape(shape: readonly number[]): boolean {
  const areWidths = shape.length >= 3 && shape.every((width) => Number.isInteger(width) && width >= 1);
  return areWidths && shape.reduce((a, b) => a + b, 0) <= MOST_NEURONS;
}

/** A seed for each sample: a mixture of the ensemble's and its number. */
function seedOf(seed: number, sample: number): number {
  const mixed = Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(sample + 1, 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35) >>> 0;
}

/**
 * One network of an ensemble, by its number: the same alone or among others, and by every program whose logarithm and cosine round alike, on which normal numbers rest:
 * all of one version of Node, while a browser's may differ in the last bit.
 */
export function drawNetwork({ shape, initialisation, bias, seed }: Ensemble, sample: number): Network {
  const uniform = randomNumbers(seedOf(seed, sample));
  const steps = shape.slice(1).flatMap((outputs, l): Step[] => {
    const inputs = shape[l]!;
    const reach = 1 / Math.sqrt(inputs);
    const weight =
      initialisation === 'he' ? () => normalNumber(uniform) * Math.SQRT2 * reach : () => (2 * uniform() - 1) * reach;
    const constant = initialisation === 'he' ? () => normalNumber(uniform) * bias : weight;
    const weights = Float64Array.from({ length: outputs * inputs }, weight);
    const affine = affineFromDoubles(outputs, inputs, weights, Float64Array.from({ length: outputs }, constant));
    return l + 2 === shape.length
      ? [{ affine }]
      : [{ affine }, { slopes: Array.from({ length: outputs }, () => RELU) }];
  });
  return buildNetwork(shape[0]!, steps);
}
