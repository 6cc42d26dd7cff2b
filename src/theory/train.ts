/**
 * Stochastic gradient descent on small dense networks, in doubles, the same bytes for the same plan on every machine.
 *
 * The experiment of the TensorFlow Playground (playground.tensorflow.org): mini-batches, weight decay after each step. Classes are +1
 * and -1, with loss (tanh(z) - y)^2 / 2 on the last pre-activation z: the boundary z = 0 does not see the last tanh. Regression has
 * loss (z - y)^2 / 2.
 */
import { randomNumbersAfter } from './random.js';
import { tanh } from './tanh.js';

export type HiddenActivation = 'linear' | 'tanh' | 'relu' | 'leaky' | 'absolute';
export type TrainingTask = 'classification' | 'regression';

export interface TrainingPlan {
  /** Inputs, hidden layers, outputs (one). */
  readonly widths: readonly number[];
  readonly activation: HiddenActivation;
  /** The slope of `leaky` below zero. Default: 0. */
  readonly negativeSlope?: number;
  /** Default: classification. */
  readonly task?: TrainingTask;
  readonly seed: number;
  readonly learningRate: number;
  /** The factor of weight decay: weight -= learningRate * l2 * weight. */
  readonly l2: number;
  readonly batch: number;
  readonly epochs: number;
}

export interface TrainingExample {
  readonly input: readonly number[];
  /** Of a classification 1 or -1. */
  readonly target: number;
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

/** Where a training stands: all that it goes on from. */
export interface TrainingState {
  readonly epoch: number;
  /** Layer by layer: the weights row by row, then the biases. */
  readonly parameters: Float64Array;
}

interface MutableLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** Row by row. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/** The slope below zero of an activation with two slopes; undefined of tanh. */
export function negativeSlopeOf({ activation, negativeSlope = 0 }: Pick<TrainingPlan, 'activation' | 'negativeSlope'>) {
  const slopes = { linear: 1, relu: 0, leaky: negativeSlope, absolute: -1, tanh: undefined } as const;
  return slopes[activation];
}

function layersOf(widths: readonly number[]): MutableLayer[] {
  return widths.slice(1).map((outputs, l) => {
    const inputs = widths[l]!;
    return { inputs, outputs, weights: new Float64Array(inputs * outputs), bias: new Float64Array(outputs) };
  });
}

/** An activation's values and slopes, as two functions of the pre-activation (and the value). */
interface Activation {
  readonly value: (z: number) => number;
  readonly slope: (z: number, value: number) => number;
}

const TANH: Activation = { value: tanh, slope: (_z, a) => 1 - a * a };
const IDENTITY: Activation = { value: (z) => z, slope: () => 1 };

function activationOf(plan: Pick<TrainingPlan, 'activation' | 'negativeSlope'>): Activation {
  const below = negativeSlopeOf(plan);
  if (below === undefined) return TANH;
  if (plan.activation === 'linear') return IDENTITY;
  if (plan.activation === 'relu') return { value: (z) => Math.max(0, z), slope: (z) => (z > 0 ? 1 : 0) };
  return { value: (z) => (z > 0 ? z : below * z), slope: (z) => (z > 0 ? 1 : below) };
}

/** A training under way: advanced epoch by epoch, put back to any earlier state. */
export class Training {
  private readonly layers: readonly MutableLayer[];
  private readonly gradients: readonly MutableLayer[];
  private readonly hidden: Activation;
  private readonly last: Activation;
  /** Per layer: pre-activations, values (the input comes first), and the loss's derivatives by the pre-activations. */
  private readonly pre: readonly Float64Array[];
  private readonly values: readonly Float64Array[];
  private readonly signals: readonly Float64Array[];
  private readonly order: Int32Array;
  private epochs = 0;

  constructor(
    private readonly plan: TrainingPlan,
    private readonly examples: readonly TrainingExample[],
  ) {
    const { widths } = plan;
    this.layers = layersOf(widths);
    this.gradients = layersOf(widths);
    this.hidden = activationOf(plan);
    this.last = plan.task === 'regression' ? IDENTITY : TANH;
    this.values = widths.map((width) => new Float64Array(width));
    this.pre = widths.slice(1).map((width) => new Float64Array(width));
    this.signals = widths.map((width) => new Float64Array(width));
    this.order = new Int32Array(examples.length);
    this.begin();
  }

  /** Epochs made so far. */
  get epoch(): number {
    return this.epochs;
  }

  /** Weights uniform on [-r, r] with r = sqrt(6 / (inputs + outputs)) (Glorot and Bengio 2010), biases 0.1 as the Playground. */
  private begin() {
    const random = randomNumbersAfter(this.plan.seed, 0);
    for (const { inputs, outputs, weights, bias } of this.layers) {
      const range = Math.sqrt(6 / (inputs + outputs));
      for (let k = 0; k < weights.length; k++) weights[k] = range * (2 * random() - 1);
      bias.fill(1 / 10);
    }
    this.epochs = 0;
  }

  /** How many random numbers have been drawn: one per weight, then for each epoch one per example but the first. */
  private get drawn(): number {
    const weights = this.layers.reduce((sum, layer) => sum + layer.weights.length, 0);
    return weights + this.epochs * Math.max(0, this.examples.length - 1);
  }

  /** Makes so many epochs. Cost: epochs * examples * 4 operations per weight. */
  advance(epochs = 1): void {
    const { plan, order } = this;
    const random = randomNumbersAfter(plan.seed, this.drawn);
    for (let end = this.epochs + epochs; this.epochs < end; this.epochs++) {
      shuffle(order, random);
      for (let from = 0; from < order.length; from += plan.batch) {
        this.step(from, Math.min(order.length, from + plan.batch));
      }
    }
  }

  /** The mean loss over the examples; not a finite number once a training has diverged. */
  loss(): number {
    let total = 0;
    for (const { input, target } of this.examples) {
      const error = this.run(input) - target;
      total += (error * error) / 2;
    }
    return total / this.examples.length;
  }

  /** How many examples of a classification get the wrong sign; an output of 0 is wrong. */
  errors(): number {
    let wrong = 0;
    for (const { input, target } of this.examples) if (Math.sign(this.run(input)) !== Math.sign(target)) wrong++;
    return wrong;
  }

  denseLayers(): DenseLayer[] {
    return this.layers.map(({ inputs, outputs, weights, bias }) => ({
      weights: Array.from({ length: outputs }, (_, r) => [...weights.subarray(r * inputs, (r + 1) * inputs)]),
      bias: [...bias],
    }));
  }

  state(): TrainingState {
    const arrays = this.layers.flatMap(({ weights, bias }) => [weights, bias]);
    const parameters = new Float64Array(arrays.reduce((sum, array) => sum + array.length, 0));
    let at = 0;
    for (const array of arrays) {
      parameters.set(array, at);
      at += array.length;
    }
    return { epoch: this.epochs, parameters };
  }

  /** Goes back, or on, to a state of the same plan. */
  restore({ epoch, parameters }: TrainingState): void {
    this.epochs = epoch;
    let at = 0;
    for (const { weights, bias } of this.layers) {
      for (const array of [weights, bias]) {
        array.set(parameters.subarray(at, at + array.length));
        at += array.length;
      }
    }
  }

  /** Pre-activations and values of every layer. @returns the last value, with tanh for a classification */
  private run(input: readonly number[]): number {
    const { layers, pre, values } = this;
    values[0]!.set(input);
    for (let l = 0; l < layers.length; l++) {
      const { inputs, outputs, weights, bias } = layers[l]!;
      const { value } = l + 1 < layers.length ? this.hidden : this.last;
      const x = values[l]!;
      for (let r = 0, k = 0; r < outputs; r++) {
        let sum = bias[r]!;
        for (let c = 0; c < inputs; c++, k++) sum += weights[k]! * x[c]!;
        pre[l]![r] = sum;
        values[l + 1]![r] = value(sum);
      }
    }
    return values[layers.length]![0]!;
  }

  /** Adds the gradient of one example's loss. */
  private accumulate({ input, target }: TrainingExample) {
    const { layers, gradients, pre, values, signals } = this;
    const result = this.run(input);
    signals[layers.length]![0] = result - target;
    for (let l = layers.length - 1; l >= 0; l--) {
      const { slope } = l + 1 < layers.length ? this.hidden : this.last;
      const { inputs, outputs, weights } = layers[l]!;
      const gradient = gradients[l]!;
      const x = values[l]!;
      const below = signals[l]!.fill(0);
      for (let r = 0, k = 0; r < outputs; r++) {
        const signal = signals[l + 1]![r]! * slope(pre[l]![r]!, values[l + 1]![r]!);
        gradient.bias[r]! += signal;
        for (let c = 0; c < inputs; c++, k++) {
          gradient.weights[k]! += signal * x[c]!;
          below[c]! += signal * weights[k]!;
        }
      }
    }
  }

  /** One mini-batch: the examples at places from .. to - 1 of the order. */
  private step(from: number, to: number) {
    const { layers, gradients, plan } = this;
    for (const { weights, bias } of gradients) {
      weights.fill(0);
      bias.fill(0);
    }
    for (let k = from; k < to; k++) this.accumulate(this.examples[this.order[k]!]!);
    const rate = plan.learningRate / (to - from);
    const decay = 1 - plan.learningRate * plan.l2;
    for (let l = 0; l < layers.length; l++) {
      const { weights, bias } = layers[l]!;
      const gradient = gradients[l]!;
      for (let k = 0; k < weights.length; k++) weights[k] = decay * (weights[k]! - rate * gradient.weights[k]!);
      for (let r = 0; r < bias.length; r++) bias[r]! -= rate * gradient.bias[r]!;
    }
  }
}

/** A random order of 0 .. length - 1 (Fisher and Yates). */
function shuffle(order: Int32Array, random: () => number): void {
  for (let i = 0; i < order.length; i++) order[i] = i;
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor((i + 1) * random());
    const other = order[i]!;
    order[i] = order[j]!;
    order[j] = other;
  }
}

/** Trains a network as planned. Cost: epochs * examples * 4 operations per weight. */
export function train(plan: TrainingPlan, examples: readonly TrainingExample[]): TrainingRecord {
  const training = new Training(plan, examples);
  const losses = [training.loss()];
  while (training.epoch < plan.epochs) {
    training.advance();
    losses.push(training.loss());
  }
  return { layers: training.denseLayers(), losses };
}

/** The last pre-activation in doubles: positive for the class +1. */
export function score(
  layers: readonly DenseLayer[],
  activation: HiddenActivation,
  input: readonly number[],
  negativeSlope = 0,
): number {
  const { value } = activationOf({ activation, negativeSlope });
  return layers.reduce<readonly number[]>((x, { weights, bias }, l) => {
    const z = bias.map((b, r) => weights[r]!.reduce((sum, w, c) => sum + w * x[c]!, b));
    return l + 1 < layers.length ? z.map(value) : z;
  }, input)[0]!;
}
