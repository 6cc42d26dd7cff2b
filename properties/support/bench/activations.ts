/**
 * What activations cost: forward and backward over an array of doubles, as multiples of what ReLU costs.
 *
 * Times are medians of many passes in one process; only their ratios mean something.
 */
import { Bench } from 'tinybench';
import { randomNumbers } from '../../../src/theory/random.js';

const SIZE = 1 << 14;
const random = randomNumbers(1);
const x = Float64Array.from({ length: SIZE }, () => 8 * random() - 4);
const y = new Float64Array(SIZE);
const gradient = new Float64Array(SIZE).fill(1);

interface Activation {
  readonly name: string;
  /** y from x. */
  forward(): void;
  /** The gradient with respect to x, into y. */
  backward(): void;
}

/** What frameworks keep for the way back: ReLU its mask, sigmoid and tanh their outputs; softplus needs x. */
const kept = {
  relu: x.map((t) => (t > 0 ? 1 : 0)),
  sigmoid: x.map((t) => 1 / (1 + Math.exp(-t))),
  tanh: x.map((t) => Math.tanh(t)),
};

const activations: readonly Activation[] = [
  {
    name: 'relu',
    forward() {
      for (let i = 0; i < SIZE; i++) y[i] = Math.max(0, x[i]!);
    },
    backward() {
      for (let i = 0; i < SIZE; i++) y[i] = gradient[i]! * kept.relu[i]!;
    },
  },
  {
    name: 'sigmoid',
    forward() {
      for (let i = 0; i < SIZE; i++) y[i] = 1 / (1 + Math.exp(-x[i]!));
    },
    backward() {
      for (let i = 0; i < SIZE; i++) y[i] = gradient[i]! * kept.sigmoid[i]! * (1 - kept.sigmoid[i]!);
    },
  },
  {
    name: 'tanh',
    forward() {
      for (let i = 0; i < SIZE; i++) y[i] = Math.tanh(x[i]!);
    },
    backward() {
      for (let i = 0; i < SIZE; i++) y[i] = gradient[i]! * (1 - kept.tanh[i]! * kept.tanh[i]!);
    },
  },
  {
    name: 'softplus',
    forward() {
      for (let i = 0; i < SIZE; i++) y[i] = Math.log1p(Math.exp(x[i]!));
    },
    backward() {
      for (let i = 0; i < SIZE; i++) y[i] = gradient[i]! / (1 + Math.exp(-x[i]!));
    },
  },
];

/** Median nanoseconds per number of a pass. */
async function nanoseconds(pass: () => void): Promise<number> {
  const bench = new Bench({ time: 300, warmupTime: 100, throws: true });
  bench.add('pass', pass);
  const [finished] = await bench.run();
  const result = finished?.result;
  if (result === undefined || !('latency' in result)) throw new Error('bench: the pass gave no result');
  return (result.latency.p50 * 1e6) / SIZE;
}

/** One row per activation: nanoseconds per number, and how many times those of ReLU they are. */
export async function activationRows(): Promise<string[][]> {
  const timed: { name: string; forward: number; backward: number }[] = [];
  for (const { name, forward, backward } of activations) {
    timed.push({ name, forward: await nanoseconds(forward), backward: await nanoseconds(backward) });
  }
  const relu = timed[0]!;
  return timed.map(({ name, forward, backward }) => {
    const both = (forward + backward) / (relu.forward + relu.backward);
    const ratios = [forward / relu.forward, backward / relu.backward, both].map((ratio) => `${ratio.toFixed(1)}x`);
    return [name, forward.toFixed(2), backward.toFixed(2), ...ratios];
  });
}
