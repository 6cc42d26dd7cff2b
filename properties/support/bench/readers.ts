/**
 * How long reading a network takes: ONNX models of 10 MB, and a convolutional one, made here.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { networkOfOnnx } from '../../../src/formats/onnx/model.js';
import { randomNumbers } from '../../../src/theory/random.js';
import { chain, type ModelSpec, onnxBytes, type TensorSpec } from '../generators/onnx-models.js';
import { medianSeconds, readingOf } from './measure.js';

/** Float32 weights between -1/16 and 1/16. */
function weightsMaker(): (...dims: readonly number[]) => TensorSpec {
  const random = randomNumbers(1);
  return (...dims) => {
    const size = dims.reduce((product, extent) => product * extent, 1);
    return { dims, values: Array.from({ length: size }, () => Math.fround((random() - 0.5) / 8)) };
  };
}

/** A 784-1024-1024-512-10 network: 9.5 MB of weights. */
function denseModel(front: 'plain' | 'mean' | 'mean and range' | 'chain'): ModelSpec {
  const weights = weightsMaker();
  const fronts = {
    plain: [],
    mean: [['Sub', ['mean']]],
    'mean and range': [
      ['Sub', ['mean']],
      ['Div', ['range']],
    ],
    chain: [
      ['Mul', ['each']],
      ['Add', ['mean']],
      ['Div', ['range']],
      ['Sub', ['mean']],
      ['Mul', ['each']],
    ],
  } as const;
  const layers = chain(
    ...fronts[front],
    ['Gemm', ['W1', 'b1']],
    ['Relu'],
    ['MatMul', ['W2']],
    ['Add', ['b2']],
    ['Relu'],
    ['Gemm', ['W3', 'b3']],
    ['Relu'],
    ['Gemm', ['W4', 'b4']],
  );
  return {
    nodes: layers,
    weights: {
      mean: weights(784),
      // The usual deviation of MNIST, and one per pixel: their reciprocals are no doubles.
      range: { dims: [1], values: [Math.fround(0.3081)] },
      each: { dims: [784], values: weights(784).values.map((w) => Math.fround(1 + w)) },
      W1: weights(784, 1024),
      b1: weights(1024),
      W2: weights(1024, 1024),
      b2: weights(1024),
      W3: weights(1024, 512),
      b3: weights(512),
      W4: weights(512, 10),
      b4: weights(10),
    },
    input: [1, 784],
  };
}

/** 1 x 28 x 28 through two convolutions with normalisation and a pooling to 10 outputs. */
function convolutionalModel(): ModelSpec {
  const weights = weightsMaker();
  const ones: TensorSpec = { dims: [8], values: new Array<number>(8).fill(1) };
  return {
    nodes: chain(
      ['Conv', ['K1', 'k1'], { strides: { ints: [2, 2] }, pads: { ints: [1, 1, 1, 1] } }],
      ['BatchNormalization', ['ones', 'k1', 'k1', 'ones']],
      ['Relu'],
      ['Conv', ['K2', 'k1'], { pads: { ints: [1, 1, 1, 1] } }],
      ['Relu'],
      ['MaxPool', [], { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } }],
      ['Flatten'],
      ['Gemm', ['W', 'b']],
    ),
    weights: {
      K1: weights(8, 1, 3, 3),
      K2: weights(8, 8, 3, 3),
      k1: weights(8),
      ones,
      W: weights(392, 10),
      b: weights(10),
    },
    input: [1, 1, 28, 28],
  };
}

/** Neurons in each layer of the large network: three matrices of 100 MB. */
const WIDE = 5000;

/** 5000-5000-5000-5000 with 300 MB of weights in files beside the model; rows of a matrix are outputs, or inputs. */
function writeLarge(folder: string, way: 'Gemm' | 'MatMul'): string {
  mkdirSync(folder, { recursive: true });
  const random = randomNumbers(2);
  const weights: Record<string, TensorSpec> = {};
  const bias = weightsMaker();
  for (const k of [1, 2, 3]) {
    const values = Float32Array.from({ length: WIDE * WIDE }, () => (random() - 0.5) / 32);
    writeFileSync(join(folder, `W${k}.data`), values);
    weights[`W${k}`] = { dims: [WIDE, WIDE], values: [], external: `W${k}.data` };
    weights[`b${k}`] = bias(WIDE);
  }
  const linear = (k: number) =>
    way === 'Gemm'
      ? ([['Gemm', [`W${k}`, `b${k}`], { transB: { i: 1 } }]] as const)
      : ([['MatMul', [`W${k}`]] as const, ['Add', [`b${k}`]] as const] as const);
  const nodes = chain(...linear(1), ['Relu'], ...linear(2), ['Relu'], ...linear(3));
  const file = join(folder, 'large.onnx');
  writeFileSync(file, onnxBytes({ nodes, weights, input: [1, WIDE] }));
  return file;
}

/** Rows of a table: what is in the files, megabytes, seconds per 100 MB, largest memory as a multiple of the files. */
export function largeReadingRows(scratch: string): string[][] {
  return (['Gemm', 'MatMul'] as const).map((way) => {
    const folder = join(scratch, `large-${way}`);
    const { seconds, megabytes } = readingOf(writeLarge(folder, way));
    rmSync(folder, { recursive: true });
    const size = (3 * 4 * WIDE * WIDE) / 1e6;
    const name = `5000-5000-5000-5000 beside the model, ${way === 'Gemm' ? 'outputs' : 'inputs'} as rows (${way})`;
    return [name, size.toFixed(0), ((100 * seconds) / size).toFixed(2), (megabytes / size).toFixed(2)];
  });
}

/** Rows of a table: what was read, its megabytes, seconds. */
export async function readingRows(): Promise<string[][]> {
  const models: [string, ModelSpec][] = [
    ['784-1024-1024-512-10', denseModel('plain')],
    ['the same, input minus mean', denseModel('mean')],
    ['the same, input minus mean by deviation', denseModel('mean and range')],
    ['the same behind five steps per pixel', denseModel('chain')],
    ['two convolutions, 28 x 28', convolutionalModel()],
  ];
  const rows: string[][] = [];
  for (const [name, model] of models) {
    const bytes = onnxBytes(model);
    const { seconds } = await medianSeconds(`reading ${name}`, () => networkOfOnnx(bytes));
    rows.push([name, (bytes.length / 1e6).toFixed(1), seconds.toFixed(2)]);
  }
  return rows;
}
