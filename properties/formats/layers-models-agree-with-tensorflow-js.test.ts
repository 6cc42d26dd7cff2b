/**
 * Theorem. What is read from a TensorFlow.js layers model is the function that TensorFlow.js computes, up to the rounding of its
 * float32 arithmetic; quantised weights are those that it decodes, to the bit.
 *
 * Models are built, saved and run by @tensorflow/tfjs-layers 4.22 itself, on its backend in plain JavaScript.
 *
 * Source: TensorFlow.js as a second implementation. Two things differ by intent: `hard_sigmoid` of files of Keras 3, which means
 * relu6(x + 3) / 6 there, is checked by its formula.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { givenFiles } from '../../src/formats/input/neighbours.js';
import { LAYERS } from '../../src/formats/tfjs/layers.js';
import { networkOfTfjs } from '../../src/formats/tfjs/model.js';
import { readWeights } from '../../src/formats/tfjs/weights.js';
import { evaluateDouble } from '../../src/network/evaluate.js';

beforeAll(() => tf.setBackend('cpu'));

/** Random numbers from a seed, so that runs are alike. */
function numbers(count: number, seed: number): number[] {
  const [list] = fc.sample(
    fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: count, maxLength: count }),
    { numRuns: 1, seed },
  );
  return list!;
}

/** model.json and its one shard, as the library saves them. */
async function saved(model: tfl.LayersModel) {
  let artifacts: tf.io.ModelArtifacts | undefined;
  const handler = tf.io.withSaveHandler(async (given) => {
    artifacts = given;
    return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(given) };
  });
  await model.save(handler);
  const { modelTopology, weightSpecs, weightData } = artifacts!;
  const bytes = new Uint8Array(tf.io.concatenateArrayBuffers([weightData].flat() as ArrayBuffer[]));
  const json = { format: 'layers-model', modelTopology, weightsManifest: [{ paths: ['w.bin'], weights: weightSpecs }] };
  return { json: JSON.parse(JSON.stringify(json)), beside: await givenFiles(new Map([['w.bin', bytes]])) };
}

/** Gives the model random weights; variances are positive. */
function fill(model: tfl.LayersModel, seed: number) {
  model.setWeights(
    model.weights.map((weight, k) => {
      const { shape } = weight;
      const size = shape.reduce((n: number, d) => n * (d ?? 1), 1);
      const values = numbers(size, seed + k).map((x) => (/variance/.test(weight.name) ? 0.5 + Math.abs(x) : x));
      return tf.tensor(values, shape as number[]);
    }),
  );
}

/** Compares values at random points. Float32 arithmetic on sums of at most some hundred products of numbers near 1. */
async function agrees(model: tfl.LayersModel, shapes: readonly (readonly number[])[], seed = 1) {
  fill(model, seed);
  const { json, beside } = await saved(model);
  const { network } = await networkOfTfjs(json, beside);
  for (let run = 0; run < 4; run++) {
    const xs = shapes.map((shape, k) =>
      numbers(
        shape.reduce((n, d) => n * d, 1),
        100 * run + k,
      ).map((x) => Math.fround(3 * x)),
    );
    const tensors = xs.map((x, k) => tf.tensor(x, [1, ...shapes[k]!]));
    const expected = [model.predict(tensors.length === 1 ? tensors[0]! : tensors)]
      .flat()
      .flatMap((t) => [...(t as tf.Tensor).dataSync()]);
    const ours = evaluateDouble(network, Float64Array.from(xs.flat()));
    expect(ours).toHaveLength(expected.length);
    const size = Math.max(1, ...expected.map(Math.abs));
    const worst = Math.max(...expected.map((value, i) => Math.abs(ours[i]! - value)));
    expect(worst).toBeLessThan(2e-5 * size);
  }
  return network;
}

const L = tfl.layers;
type Chain = readonly [name: string, shape: readonly number[], layers: () => tfl.layers.Layer[]];

/** Sequential models, layer by layer with every option that matters. */
const CHAINS: readonly Chain[] = [
  [
    'dense layers with all activations',
    [3],
    () => [
      L.dense({ units: 5, activation: 'relu' }),
      L.dense({ units: 4, activation: 'relu6', useBias: false }),
      L.dense({ units: 4, activation: 'hardSigmoid' }),
      L.dense({ units: 2, activation: 'linear' }),
    ],
  ],
  [
    'dense on the last axis',
    [2, 3],
    () => [L.dense({ units: 4, activation: 'relu' }), L.permute({ dims: [2, 1] }), L.flatten()],
  ],
  [
    'relus',
    [6],
    () => [
      L.reLU({ maxValue: 1 }),
      L.dense({ units: 4 }),
      L.leakyReLU({ alpha: 0.25 }),
      L.dense({ units: 4 }),
      L.prelu(),
      L.leakyReLU(),
    ],
  ],
  [
    'parametric relus with shared axes',
    [2, 2, 3],
    () => [L.prelu({ sharedAxes: [1, 2] }), L.prelu({ sharedAxes: [3] }), L.flatten()],
  ],
  [
    'one-dimensional convolutions',
    [7, 2],
    () => [
      L.conv1d({ filters: 3, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' }),
      L.conv1d({ filters: 2, kernelSize: 2, dilationRate: 2 }),
      L.maxPooling1d({ poolSize: 2, strides: 1 }),
      L.averagePooling1d({ poolSize: 2, padding: 'same' }),
      L.globalAveragePooling1d(),
    ],
  ],
  [
    'two-dimensional convolutions',
    [6, 5, 2],
    () => [
      L.conv2d({ filters: 3, kernelSize: [3, 2], strides: [2, 1], padding: 'same', activation: 'relu' }),
      L.conv2d({ filters: 2, kernelSize: 2, dilationRate: 2, useBias: false }),
      L.flatten(),
      L.dense({ units: 2 }),
    ],
  ],
  [
    'padding that begins with less',
    [5, 5, 1],
    () => [L.conv2d({ filters: 1, kernelSize: 2, padding: 'same' }), L.maxPooling2d({ poolSize: 2, padding: 'same' })],
  ],
  [
    'depthwise and separable convolutions',
    [4, 4, 2],
    () => [
      L.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2, activation: 'relu' }),
      L.separableConv2d({ filters: 3, kernelSize: 2, padding: 'same' }),
      L.globalMaxPooling2d({}),
    ],
  ],
  [
    'transposed convolutions',
    [2, 3, 2],
    () => [
      L.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' }),
      L.conv2dTranspose({ filters: 1, kernelSize: 2, strides: 1 }),
    ],
  ],
  [
    'transposed convolutions whose stride exceeds the kernel',
    [2, 2, 1],
    () => [L.conv2dTranspose({ filters: 1, kernelSize: 2, strides: 3, padding: 'same' })],
  ],
  [
    'poolings',
    [5, 5, 1],
    () => [
      L.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
      L.maxPooling2d({ poolSize: [2, 1], strides: [1, 2] }),
      L.globalAveragePooling2d({}),
    ],
  ],
  [
    'batch normalization of vectors and of images',
    [2, 2, 3],
    () => [
      L.batchNormalization(),
      L.flatten(),
      L.batchNormalization({ epsilon: 0.01, scale: false }),
      L.dense({ units: 2 }),
      L.batchNormalization({ center: false }),
    ],
  ],
  [
    'zeros around, cropping, growing, repeating and rescaling',
    [2, 2, 1],
    () => [
      L.zeroPadding2d({
        padding: [
          [1, 0],
          [0, 2],
        ],
      }),
      L.upSampling2d({ size: [2, 1] }),
      L.cropping2D({
        cropping: [
          [1, 1],
          [0, 1],
        ],
      }),
      L.reshape({ targetShape: [3, 4] }),
      L.flatten(),
      L.repeatVector({ n: 2 }),
    ],
  ],
  [
    'three-dimensional convolutions and poolings',
    [4, 4, 4, 2],
    () => [
      L.conv3d({ filters: 2, kernelSize: [2, 3, 2], strides: [1, 1, 2], padding: 'same', activation: 'relu' }),
      L.maxPooling3d({ poolSize: [2, 1, 1], strides: [1, 2, 1] }),
      L.conv3d({ filters: 2, kernelSize: 2, useBias: false }),
      L.averagePooling3d({ poolSize: [1, 1, 1], padding: 'same' }),
      L.flatten(),
    ],
  ],
  [
    'averages over windows that leave an edge',
    [3, 3, 3, 1],
    () => [L.averagePooling3d({ poolSize: 2, padding: 'same' })],
  ],
  [
    'the greatest of a sequence',
    [5, 3],
    () => [L.conv1d({ filters: 4, kernelSize: 2, padding: 'same' }), L.globalMaxPooling1d({})],
  ],
  [
    'rescaling and a relu with a threshold at zero',
    [4],
    () => [L.rescaling({ scale: 0.1, offset: -0.25 }), L.thresholdedReLU({ theta: 0 }), L.dense({ units: 2 })],
  ],
  [
    'all layers that only train',
    [4, 3],
    () => [
      L.spatialDropout1d({ rate: 0.5 }),
      L.alphaDropout({ rate: 0.5 }),
      L.gaussianDropout({ rate: 0.5 }),
      L.flatten(),
      L.dense({ units: 2, activation: 'relu' }),
    ],
  ],
  [
    'layers that only train',
    [3],
    () => [
      L.dropout({ rate: 0.5 }),
      L.gaussianNoise({ stddev: 1 }),
      L.dense({ units: 2 }),
      L.activation({ activation: 'relu' }),
    ],
  ],
];

describe('a sequential model of', () => {
  it.each(CHAINS)('%s agrees with the library', async (_, shape, make) => {
    const model = tfl.sequential();
    model.add(L.inputLayer({ inputShape: [...shape] }));
    for (const layer of make()) model.add(layer);
    await agrees(model, [shape]);
  });
});

/** What a layer makes of symbolic values. */
const applied = (layer: tfl.layers.Layer, ...values: tfl.SymbolicTensor[]) =>
  layer.apply(values.length === 1 ? values[0]! : values) as tfl.SymbolicTensor;

describe('a functional model', () => {
  it('with two inputs, merges of all kinds and a shared layer agrees with the library', async () => {
    const [a, b] = [tfl.input({ shape: [3] }), tfl.input({ shape: [3] })];
    const shared = L.dense({ units: 3, activation: 'relu' });
    const [left, right] = [applied(shared, a), applied(shared, b)];
    const merged = [
      applied(L.add(), left, right),
      applied(L.average(), left, b),
      applied(L.maximum(), a, right),
      applied(L.minimum(), a, b),
    ];
    const output = applied(L.dense({ units: 2 }), applied(L.concatenate(), ...merged));
    const network = await agrees(tfl.model({ inputs: [a, b], outputs: output }), [[3], [3]]);
    expect(network.inputs).toBe(6);
  });

  it('with a residual block of images and two outputs agrees with the library', async () => {
    const image = tfl.input({ shape: [4, 4, 2] });
    const inner = applied(L.conv2d({ filters: 2, kernelSize: 3, padding: 'same', activation: 'relu' }), image);
    const sum = applied(L.reLU(), applied(L.add(), image, inner));
    const outputs = [applied(L.globalAveragePooling2d({}), sum), applied(L.flatten(), inner)];
    const network = await agrees(tfl.model({ inputs: image, outputs }), [[4, 4, 2]]);
    expect(network.outputs).toBe(2 + 32);
  });

  it('nested in another one agrees with the library', async () => {
    const inner = tfl.sequential();
    inner.add(L.inputLayer({ inputShape: [2] }));
    inner.add(L.dense({ units: 3, activation: 'relu' }));
    const x = tfl.input({ shape: [2] });
    const outer = applied(L.dense({ units: 1 }), inner.apply(x) as tfl.SymbolicTensor);
    await agrees(tfl.model({ inputs: x, outputs: outer }), [[2]]);
  });
});

describe('the head of a classifier', () => {
  it.each(['softmax', 'sigmoid', 'logSoftmax'] as const)(
    '%s is cut off when asked for, and only the logits are left',
    async (activation) => {
      const model = tfl.sequential();
      model.add(L.inputLayer({ inputShape: [3] }));
      model.add(L.dense({ units: 4, activation: 'relu' }));
      model.add(L.dense({ units: 3, activation: activation as 'softmax' }));
      fill(model, 7);
      const { json, beside } = await saved(model);
      await expect(networkOfTfjs(json, beside)).rejects.toThrow(/--head logits/);
      const { network, heads } = await networkOfTfjs(json, beside, { head: 'logits' });
      expect(heads!.map(({ kind }) => kind)).toEqual([activation === 'logSoftmax' ? 'log-softmax' : activation]);
      const x = [0.5, -1, 2];
      const logits = evaluateDouble(network, Float64Array.from(x));
      const values = [...(model.predict(tf.tensor(x, [1, 3])) as tf.Tensor).dataSync()];
      const total = logits.reduce((sum, z) => sum + Math.exp(z), 0);
      const formula = {
        softmax: (z: number) => Math.exp(z) / total,
        sigmoid: (z: number) => 1 / (1 + Math.exp(-z)),
        logSoftmax: (z: number) => z - Math.log(total),
      }[activation];
      for (const [i, value] of values.entries()) expect(value).toBeCloseTo(formula(logits[i]!), 5);
    },
  );
});

/** A model of one layer with one or two inputs, as Keras 3 writes it. */
function ofOneLayer(name: string, config: object, shapes: readonly (readonly number[])[]) {
  const names = shapes.map((_, k) => `in${k}`);
  const tensor = (input: string, k: number) => ({
    class_name: '__keras_tensor__',
    config: { shape: [null, ...shapes[k]!], dtype: 'float32', keras_history: [input, 0, 0] },
  });
  const tensors = names.map(tensor);
  return {
    format: 'layers-model',
    modelTopology: {
      keras_version: '3.4.1',
      model_config: {
        class_name: 'Functional',
        config: {
          layers: [
            ...names.map((input, k) => ({
              class_name: 'InputLayer',
              config: { batch_shape: [null, ...shapes[k]!], name: input },
              name: input,
              inbound_nodes: [],
            })),
            {
              class_name: name,
              config: { ...config, name: 'layer' },
              name: 'layer',
              inbound_nodes: [{ args: tensors.length === 1 ? tensors : [tensors], kwargs: {} }],
            },
          ],
          input_layers: names.map((input) => [input, 0, 0]),
          output_layers: [['layer', 0, 0]],
        },
      },
    },
    weightsManifest: [],
  };
}

describe('layers that the library does not have are the formulas of the Keras documentation', () => {
  type Grid = readonly (readonly number[])[];
  /** A sequence of pairs. */
  const sequence: Grid = [
    [1, -2],
    [3, 5],
    [-7, 11],
    [13, -17],
  ];
  const zero = [0, 0];
  it.each<[name: string, config: object, expected: Grid]>([
    ['Cropping1D', { cropping: [1, 2] }, [sequence[1]!]],
    ['Cropping1D', { cropping: 1 }, sequence.slice(1, 3)],
    ['ZeroPadding1D', { padding: [2, 1] }, [zero, zero, ...sequence, zero]],
    ['ZeroPadding1D', { padding: 1 }, [zero, ...sequence, zero]],
    ['UpSampling1D', { size: 3 }, sequence.flatMap((row) => [row, row, row])],
    ['ActivityRegularization', { l1: 0.5, l2: 0.25 }, sequence],
  ])('%s %j', async (name, config, expected) => {
    const { network } = await networkOfTfjs(ofOneLayer(name, config, [[4, 2]]), await givenFiles(new Map()));
    expect([...evaluateDouble(network, Float64Array.from(sequence.flat()))]).toEqual(expected.flat());
  });

  it('Subtract takes the second from the first, SpatialDropout2D does nothing', async () => {
    const beside = await givenFiles(new Map());
    const { network } = await networkOfTfjs(ofOneLayer('Subtract', {}, [[2], [2]]), beside);
    expect([...evaluateDouble(network, Float64Array.of(1, 2, 10, 30))]).toEqual([-9, -28]);
    const dropout = await networkOfTfjs(ofOneLayer('SpatialDropout2D', { rate: 0.5 }, [[1, 2, 2]]), beside);
    expect([...evaluateDouble(dropout.network, Float64Array.of(1, 2, 3, 4))]).toEqual([1, 2, 3, 4]);
  });

  it('a causal convolution looks back only: y_t = x_(t - 2) + 10 x_t with kernel (1, 10) and dilation 2', async () => {
    const config = {
      filters: 1,
      kernel_size: [2],
      strides: [1],
      padding: 'causal',
      dilation_rate: [2],
      use_bias: false,
    };
    const weights = [{ name: 'layer/kernel', shape: [2, 1, 1], dtype: 'float32' }];
    const model = {
      ...ofOneLayer('Conv1D', { ...config, activation: 'linear' }, [[4, 1]]),
      weightsManifest: [{ paths: ['w.bin'], weights }],
    };
    const beside = await givenFiles(new Map([['w.bin', new Uint8Array(Float32Array.of(1, 10).buffer)]]));
    const { network } = await networkOfTfjs(model, beside);
    expect([...evaluateDouble(network, Float64Array.of(1, 2, 3, 4))]).toEqual([10, 20, 31, 42]);
  });

  it('a threshold above zero jumps and is refused', async () => {
    const jumping = networkOfTfjs(ofOneLayer('ThresholdedReLU', { theta: 1 }, [[2]]), await givenFiles(new Map()));
    await expect(jumping).rejects.toThrow(/ThresholdedRe[lL][uU]/);
  });

  it('Softmax at the end is a head', async () => {
    const model = ofOneLayer('Softmax', { axis: -1 }, [[3]]);
    await expect(networkOfTfjs(model, await givenFiles(new Map()))).rejects.toThrow(/--head logits/);
    const { network, heads } = await networkOfTfjs(model, await givenFiles(new Map()), { head: 'logits' });
    expect({ kinds: heads?.map(({ kind }) => kind), outputs: network.outputs }).toEqual({
      kinds: ['softmax'],
      outputs: 3,
    });
  });
});

describe('every layer that is listed', () => {
  it('is compared above', () => {
    const own = readFileSync(fileURLToPath(import.meta.url), 'utf8').toLowerCase();
    const missing = Object.keys(LAYERS).filter(
      (name) => !own.includes(`l.${name.toLowerCase()}(`) && !own.includes(`'${name.toLowerCase()}'`),
    );
    expect(missing).toEqual([]);
  });
});

describe('what the version of the file decides', () => {
  const model = (version: string | undefined) => ({
    format: 'layers-model',
    modelTopology: {
      ...(version !== undefined && { keras_version: version }),
      model_config: {
        class_name: 'Functional',
        config: {
          layers: [
            { class_name: 'InputLayer', config: { batch_shape: [null, 1], name: 'in' }, name: 'in', inbound_nodes: [] },
            {
              class_name: 'Activation',
              config: { activation: 'hard_sigmoid', name: 'act' },
              name: 'act',
              inbound_nodes: [
                {
                  args: [
                    {
                      class_name: '__keras_tensor__',
                      config: { shape: [null, 1], dtype: 'float32', keras_history: ['in', 0, 0] },
                    },
                  ],
                  kwargs: {},
                },
              ],
            },
          ],
          input_layers: ['in', 0, 0],
          output_layers: [['act', 0, 0]],
        },
      },
    },
    weightsManifest: [],
  });
  const beside = givenFiles(new Map());
  const at = async (version: string | undefined, x: number) =>
    evaluateDouble((await networkOfTfjs(model(version), await beside)).network, Float64Array.of(x))[0]!;

  it('is the hard sigmoid: relu6(x + 3) / 6 in Keras 3, 0.2 x + 0.5 between 0 and 1 before', async () => {
    for (const x of [-4, -2.75, -1, 0, 1.5, 2.75, 4]) {
      expect(await at('3.4.1', x)).toBeCloseTo(Math.min(6, Math.max(0, x + 3)) / 6, 12);
      for (const old of ['2.15.0', undefined])
        expect(await at(old, x)).toBeCloseTo(Math.min(1, Math.max(0, 0.2 * x + 0.5)), 6);
    }
  });
});

describe('a quantised weight', () => {
  const specs = [
    {
      name: 'd/a',
      shape: [7],
      dtype: 'float32',
      quantization: { dtype: 'uint8', scale: 0.007843137254901961, min: -1.003921568627451 },
    },
    {
      name: 'd/b',
      shape: [5],
      dtype: 'float32',
      quantization: { dtype: 'uint16', scale: 1.2345678901234e-5, min: -0.40123 },
    },
    { name: 'd/c', shape: [4], dtype: 'float32', quantization: { dtype: 'float16', original_dtype: 'float32' } },
    { name: 'd/e', shape: [3], dtype: 'float32' },
  ];
  const bytes = Uint8Array.from([
    ...[0, 1, 77, 128, 200, 254, 255],
    ...new Uint8Array(Uint16Array.from([0, 1, 12345, 40000, 65535]).buffer),
    ...new Uint8Array(Uint16Array.from([0x3c01, 0xb555, 0x0003, 0x7bff]).buffer),
    ...new Uint8Array(Float32Array.from([0.1, -2, 1e-30]).buffer),
  ]);

  it('is what the library decodes, to the bit', async () => {
    const expected = tf.io.decodeWeights(bytes.buffer, specs as unknown as tf.io.WeightsManifestEntry[]);
    const manifest = [{ paths: ['w.bin'], weights: specs }] as Parameters<typeof readWeights>[0];
    const weights = readWeights(manifest, await givenFiles(new Map([['w.bin', bytes]])));
    for (const { name } of specs) expect([...weights.get(name)!().values]).toEqual([...expected[name]!.dataSync()]);
  });
});
