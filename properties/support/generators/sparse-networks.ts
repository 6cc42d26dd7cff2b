/**
 * Networks with few weights: convolutions along a line, lattices of minima and maxima, and rows with scattered entries.
 *
 * Their entries are small integers and halves, so that rows coincide, vanish and meet in points all the time.
 */
import fc from 'fast-check';
import { rational } from '../../../src/exact/rational.js';
import { affineFromDoubles } from '../../../src/network/affine.js';
import {
  ABSOLUTE,
  buildNetwork,
  leaky,
  type Network,
  RELU,
  type Slopes,
  type Step,
} from '../../../src/network/network.js';
import { randomNumbers } from '../../../src/theory/random.js';
import { printedAs, showNetwork } from './show.js';

type Uniform = () => number;

const below = (random: Uniform, end: number) => Math.floor(random() * end);
const entry = (random: Uniform) => (below(random, 9) - 4) / 2 || 1;
const list = <T>(length: number, item: (i: number) => T) => Array.from({ length }, (_, i) => item(i));

/** Matrices and biases, row by row, of zeros but for what `put` is told. */
function layer(
  width: number,
  before: number,
  fill: (put: (k: number, j: number, w: number) => void) => void,
  bias: number[],
) {
  const weights = new Array<number>(width * before).fill(0);
  fill((k, j, w) => {
    weights[k * before + j] = w;
  });
  return { affine: affineFromDoubles(width, before, weights, bias) };
}

const slopesOf = (random: Uniform): Slopes => [RELU, RELU, RELU, ABSOLUTE, leaky(rational(1n, 2n))][below(random, 5)]!;
const bends = (random: Uniform, width: number) => {
  const slopes = slopesOf(random);
  return { slopes: list(width, () => slopes) };
};

/** Creases of the first layer: many, few directions. */
function creases(random: Uniform, width: number, inputs: number, hasBias: boolean) {
  const fill = (put: (k: number, j: number, w: number) => void) => {
    for (let k = 0; k < width; k++) {
      put(k, below(random, inputs), entry(random));
      put(k, below(random, inputs), entry(random));
    }
  };
  return layer(
    width,
    inputs,
    fill,
    list(width, () => (hasBias ? entry(random) / 2 : 0)),
  );
}

/** A filter that moves along the neurons before. */
function convolution(random: Uniform, width: number, before: number, hasBias: boolean) {
  const taps = list(2, () => entry(random));
  const offset = hasBias ? entry(random) / 4 : 0;
  const fill = (put: (k: number, j: number, w: number) => void) => {
    for (let k = 0; k < width; k++) for (const [t, tap] of taps.entries()) put(k, (k + t) % before, tap);
  };
  return layer(
    width,
    before,
    fill,
    list(width, () => offset),
  );
}

/** Rows with up to three entries, some with none. */
function scattered(random: Uniform, width: number, before: number, hasBias: boolean) {
  const fill = (put: (k: number, j: number, w: number) => void) => {
    for (let k = 0; k < width; k++)
      for (let i = below(random, 4); i > 0; i--) put(k, below(random, before), entry(random));
  };
  return layer(
    width,
    before,
    fill,
    list(width, () => (hasBias && random() < 0.5 ? entry(random) : 0)),
  );
}

/** Layers of one kind after the other; the last one is dense. */
function network(kind: 'convolution' | 'scattered', seed: number, inputs: number, hasBias: boolean): Network {
  const random = randomNumbers(seed);
  const make = kind === 'convolution' ? convolution : scattered;
  const [first, second, third] = [12 + below(random, 5), 10, 9] as const;
  const dense = layer(2, third, (put) => list(2 * third, (i) => put(i % 2, i >> 1, entry(random))), [1, -1]);
  const steps: Step[] = [
    creases(random, first, inputs, hasBias),
    bends(random, first),
    make(random, second, first, hasBias),
    bends(random, second),
    make(random, third, second, hasBias),
    bends(random, third),
    dense,
    bends(random, 2),
    layer(1, 2, (put) => put(0, 0, 1), [0]),
  ];
  return buildNetwork(inputs, steps);
}

/**
 * max over groups of the minimum of affine functions in each, as lattice networks are written: min(a, b) = (|a + b| - |a - b|) / 2 up to
 * sign, each |t| as relu(t) + relu(-t), a + b as relu(a + b) - relu(-a - b).
 */
function lattice(seed: number, inputs: number, hasBias: boolean): Network {
  const random = randomNumbers(seed);
  const pieces = 4;
  const leaves = 16;
  const chosen = list(leaves, () => below(random, pieces));
  const rows = list(pieces, () => list(inputs, () => entry(random)));
  const bias = list(pieces, () => (hasBias ? entry(random) : 0));
  const steps: Step[] = [
    layer(
      leaves,
      inputs,
      (put) => {
        for (const [k, p] of chosen.entries()) for (const [j, w] of rows[p]!.entries()) put(k, j, w);
      },
      chosen.map((p) => bias[p]!),
    ),
  ];
  for (let width = leaves, sign = -1; width > 1; width /= 2, sign = width === 4 ? -1 : 1) {
    const pairs = width / 2;
    const spread = layer(
      4 * pairs,
      width,
      (put) =>
        list(pairs, (p) => {
          [
            [1, 1],
            [-1, -1],
            [1, -1],
            [-1, 1],
          ].forEach(([a, b], u) => {
            put(4 * p + u, 2 * p, a!);
            put(4 * p + u, 2 * p + 1, b!);
          });
        }),
      new Array<number>(4 * pairs).fill(0),
    );
    const joined = layer(
      pairs,
      4 * pairs,
      (put) => {
        for (let p = 0; p < pairs; p++)
          for (const [u, w] of [0.5, -0.5, sign / 2, sign / 2].entries()) put(p, 4 * p + u, w);
      },
      new Array<number>(pairs).fill(0),
    );
    steps.push(spread, { slopes: list(4 * pairs, () => RELU) }, joined);
  }
  return buildNetwork(inputs, steps);
}

/** Networks with few weights and many coincidences. */
export function sparseNetwork(inputs: number): fc.Arbitrary<Network> {
  return fc
    .tuple(fc.constantFrom('convolution', 'scattered', 'lattice'), fc.nat(9999), fc.boolean())
    .map(([kind, seed, hasBias]) =>
      printedAs(
        kind === 'lattice' ? lattice(seed, inputs, hasBias) : network(kind as 'scattered', seed, inputs, hasBias),
        showNetwork,
      ),
    );
}
