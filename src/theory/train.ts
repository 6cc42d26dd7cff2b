/**
 * Stochastic gradient descent on small dense networks, in doubles, the same bytes for the same plan.
 *
 * The experiment of the TensorFlow Playground (playground.tensorflow.org): classes +1 and -1, loss (tanh(z) - y)^2 / 2 on the
 * last pre-activation z, mini-batches, weight decay after each step. The boundary z = 0 does not see the last tanh.
 */
import { randomNumbers } from './random.js';

export type HiddenActivation = 'linear' | 'tanh' | 'relu';

export interface TrainingPlan {
  /** Inputs, hidden layers, outputs (one). */
  readonly widths: readonly number[];
  readonly activation: HiddenActivation;
  readonly seed: number;
  readonly learningRate: number;
  /** The factor of weight decay: weight -= learningRate * l2 * weight. */
  readonly l2: number;
  readonly batch: number;
  readonly epochs: number;
}

export interface TrainingExample {
  readonly input: readonly number[];
  readonly target: 1 | -1;
}

/** x -> act(weights x + bias), one row of weights per output. */
export interface DenseLayer {
  readonly weights: readonly (readonly number[])[];
  readonly bias: readonly number[];
}

export interface TrainingRecord {
  readonly layers: readonly DenseLayer[];
  /** The mean loss over the examples before the first and after every epoch. */
  readonly losses: readonly number[];
}

interface MutableLayer {
  readonly weights: Float64Array[];
  readonly bias: Float64Array;
}

const forward: Record<HiddenActivation, (z: number) => number> = {
  linear: (z) => z,
  tanh: Math.tanh,
  relu: (z) => Math.max(0, z),
};

/** The derivative from the pre-activation z and the value a. */
const slope: Record<HiddenActivation, (z: number, a: number) => number> = {
  linear: () => 1,
  tanh: (_z, a) => 1 - a * a,
  relu: (z) => (z > 0 ? 1 : 0),
};

/** Weights uniform on [-r, r] with r = sqrt(6 / (inputs + outputs)) (Glorot and Bengio 2010), biases 0.1 as the Playground. */
function initialLayers(widths: readonly number[], random: () => number): MutableLayer[] {
  return widths.slice(1).map((width, l) => {
    const inputs = widths[l]!;
    const range = Math.sqrt(6 / (inputs + width));
    return {
      weights: Array.from({ length: width }, () =>
        Float64Array.from({ length: inputs }, () => range * (2 * random() - 1)),
      ),
      bias: new Float64Array(width).fill(1 / 10),
    };
  });
}

function preActivations({ weights, bias }: MutableLayer, x: ArrayLike<number>): Float64Array {
  return bias.map((b, r) => weights[r]!.reduce((sum, w, c) => sum + w * x[c]!, b));
}

/** Pre-activations and values of every layer; the last layer's value is tanh of its pre-activation. */
function run(layers: readonly MutableLayer[], activation: HiddenActivation, input: readonly number[]) {
  const values: Float64Array[] = [Float64Array.from(input)];
  const pre: Float64Array[] = [];
  layers.forEach((layer, l) => {
    const z = preActivations(layer, values[l]!);
    pre.push(z);
    values.push(z.map(forward[l + 1 < layers.length ? activation : 'tanh']));
  });
  return { pre, values };
}

function meanLoss(layers: readonly MutableLayer[], activation: HiddenActivation, examples: readonly TrainingExample[]) {
  const total = examples.reduce((sum, { input, target }) => {
    const error = run(layers, activation, input).values.at(-1)![0]! - target;
    return sum + (error * error) / 2;
  }, 0);
  return total / examples.length;
}

/** Adds the gradient of one example's loss to `gradients`. */
function accumulate(
  layers: readonly MutableLayer[],
  activation: HiddenActivation,
  { input, target }: TrainingExample,
  gradients: readonly MutableLayer[],
) {
  const { pre, values } = run(layers, activation, input);
  let reaching: Float64Array = values.at(-1)!.map((a) => a - target);
  for (let l = layers.length - 1; l >= 0; l--) {
    const kind = l + 1 < layers.length ? activation : 'tanh';
    const signal = reaching.map((g, r) => g * slope[kind](pre[l]![r]!, values[l + 1]![r]!));
    const below = new Float64Array(values[l]!.length);
    signal.forEach((s, r) => {
      const row = layers[l]!.weights[r]!;
      gradients[l]!.bias[r]! += s;
      for (let c = 0; c < row.length; c++) {
        gradients[l]!.weights[r]![c]! += s * values[l]![c]!;
        below[c]! += s * row[c]!;
      }
    });
    reaching = below;
  }
}

function step(layers: readonly MutableLayer[], plan: TrainingPlan, batch: readonly TrainingExample[]) {
  const gradients = layers.map(({ weights, bias }) => ({
    weights: weights.map((row) => new Float64Array(row.length)),
    bias: new Float64Array(bias.length),
  }));
  for (const example of batch) accumulate(layers, plan.activation, example, gradients);
  const rate = plan.learningRate / batch.length;
  const decay = 1 - plan.learningRate * plan.l2;
  layers.forEach(({ weights, bias }, l) => {
    weights.forEach((row, r) => {
      for (let c = 0; c < row.length; c++) row[c] = decay * (row[c]! - rate * gradients[l]!.weights[r]![c]!);
    });
    for (let r = 0; r < bias.length; r++) bias[r]! -= rate * gradients[l]!.bias[r]!;
  });
}

/** A random order of 0 .. count - 1 (Fisher and Yates). */
function shuffled(count: number, random: () => number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor((i + 1) * random());
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Trains a network as planned. Cost: epochs * examples * 4 operations per weight. */
export function train(plan: TrainingPlan, examples: readonly TrainingExample[]): TrainingRecord {
  const random = randomNumbers(plan.seed);
  const layers = initialLayers(plan.widths, random);
  const losses = [meanLoss(layers, plan.activation, examples)];
  for (let epoch = 0; epoch < plan.epochs; epoch++) {
    const order = shuffled(examples.length, random);
    for (let from = 0; from < order.length; from += plan.batch) {
      const batch = order.slice(from, from + plan.batch).map((i) => examples[i]!);
      step(layers, plan, batch);
    }
    losses.push(meanLoss(layers, plan.activation, examples));
  }
  return {
    layers: layers.map(({ weights, bias }) => ({ weights: weights.map((row) => [...row]), bias: [...bias] })),
    losses,
  };
}

/** The last pre-activation in doubles: positive for the class +1. */
export function score(layers: readonly DenseLayer[], activation: HiddenActivation, input: readonly number[]): number {
  return layers.reduce<readonly number[]>((x, { weights, bias }, l) => {
    const z = bias.map((b, r) => weights[r]!.reduce((sum, w, c) => sum + w * x[c]!, b));
    return l + 1 < layers.length ? z.map(forward[activation]) : z;
  }, input)[0]!;
}
