/**
 * Small data sets in the plane, by seed: those of the TensorFlow Playground (playground.tensorflow.org, `dataset.ts`) on the square
 * [-6, 6]^2, with the disc and the ring of fixtures/circle in the place of its circle, and a sine in that of its bumps.
 *
 * Positions and targets are multiples of 2^-20: short in every text, and the same everywhere, although the last bits of a sine or
 * a logarithm are not (Node 20 and Chromium 156 differ).
 */
import { toDouble } from '../exact/index.js';
import { discAndRing } from './circle-data.js';
import { normalNumber, randomNumbers } from './random.js';
import type { TrainingExample, TrainingTask } from './train.js';

export type DataSetName = 'ring' | 'xor' | 'gaussians' | 'spiral' | 'plane' | 'sine';

export const DATA_SETS: Readonly<Record<DataSetName, TrainingTask>> = {
  ring: 'classification',
  xor: 'classification',
  gaussians: 'classification',
  spiral: 'classification',
  plane: 'regression',
  sine: 'regression',
};

export interface DataRequest {
  readonly name: DataSetName;
  readonly seed: number;
  readonly count: number;
  /** From 0, none, to 1/2. */
  readonly noise: number;
}

/** Half of the side of the square in which the data lie. */
export const DATA_REACH = 6;

const rounded = (x: number) => Math.round(x * 2 ** 20) / 2 ** 20;

const between = (random: () => number, low: number, high: number) => low + (high - low) * random();

type Place = readonly [x: number, y: number, target: number];

/** The disc and the ring, each point moved by up to noise * 2.5; without noise `discAndRing` itself. */
function ring({ seed, count, noise }: DataRequest, random: () => number): Place[] {
  const shift = () => noise * between(random, -1, 1) * 2.5;
  return discAndRing(seed, count).map(({ x, y, inner }) => [
    toDouble(x) + shift(),
    toDouble(y) + shift(),
    inner ? 1 : -1,
  ]);
}

/** Quadrants; labels are those of the place before noise moved it. */
function xor({ count, noise }: DataRequest, random: () => number): Place[] {
  return Array.from({ length: count }, (): Place => {
    const padded = () => {
      const x = between(random, -5, 5);
      return x + (x > 0 ? 0.3 : -0.3);
    };
    const [x, y] = [padded(), padded()];
    const shift = () => noise * between(random, -5, 5);
    return [x + shift(), y + shift(), x * y >= 0 ? 1 : -1];
  });
}

/** Two normal distributions around (2, 2) and (-2, -2), of variance 1/2 to 4. */
function gaussians({ count, noise }: DataRequest, random: () => number): Place[] {
  const deviation = Math.sqrt(0.5 + 7 * noise);
  return Array.from({ length: count }, (_, i): Place => {
    const target = i % 2 === 0 ? 1 : -1;
    const around = () => 2 * target + deviation * normalNumber(random);
    return [around(), around(), target];
  });
}

/** Two arms of a spiral with 1 3/4 turns. */
function spiral({ count, noise }: DataRequest, random: () => number): Place[] {
  const each = Math.ceil(count / 2);
  return Array.from({ length: count }, (_, i): Place => {
    const part = (i >> 1) / each;
    const arm = i % 2 === 0 ? 0 : Math.PI;
    const angle = 1.75 * part * 2 * Math.PI + arm;
    const shift = () => 2 * noise * between(random, -1, 1);
    return [5 * part * Math.sin(angle) + shift(), 5 * part * Math.cos(angle) + shift(), arm === 0 ? 1 : -1];
  });
}

/** A function of places that are uniform on the square; noise is added to its values. */
function values(value: (x: number, y: number) => number) {
  return ({ count, noise }: DataRequest, random: () => number): Place[] =>
    Array.from({ length: count }, (): Place => {
      const [x, y] = [between(random, -DATA_REACH, DATA_REACH), between(random, -DATA_REACH, DATA_REACH)];
      return [x, y, value(x, y) + noise * normalNumber(random)];
    });
}

const MAKERS: Readonly<Record<DataSetName, (request: DataRequest, random: () => number) => Place[]>> = {
  ring,
  xor,
  gaussians,
  spiral,
  plane: values((x, y) => (x + y) / 10),
  sine: values((x) => Math.sin(x)),
};

/** The examples of a data set: the same for the same request. */
export function dataSet(request: DataRequest): TrainingExample[] {
  const random = randomNumbers(request.seed);
  return MAKERS[request.name](request, random).map(([x, y, target]) => ({
    input: [rounded(x), rounded(y)],
    target: rounded(target),
  }));
}
