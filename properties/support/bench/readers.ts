/**
 * How long reading a network takes: ONNX models of 10 MB, and a convolutional one, made here.
 */
import { networkOfOnnx } from '../../../src/formats/onnx/model.js';
import { randomNumbers } from '../../../src/theory/random.js';
import { chain, type ModelSpec, onnxBytes, type TensorSpec } from '../generators/onnx-models.js';
import { medianSeconds } from './measure.js';

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
