/**
 * Theorem. The formats say the same functions: what the .nnet writer writes is read back as the same network and box, an
 * .rlv or TensorFlow.js file is the function that its format defines, and `convert` changes nothing.
 *
 * Expected values are worked out by hand from the formats' documentation, or by a naive evaluation in this file.
 *
 * Source: the formats' documentation, named in src/formats.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { formatRational, parseRational } from '../../src/exact/rational.js';
import { FormatError } from '../../src/formats/input/error.js';
import { givenFiles } from '../../src/formats/input/neighbours.js';
import { networkOfNnet } from '../../src/formats/nnet/read.js';
import { writeNnet } from '../../src/formats/nnet/write.js';
import { readNetwork } from '../../src/formats/read.js';
import { networkOfRlv } from '../../src/formats/rlv/read.js';
import { networkOfTfjs } from '../../src/formats/tfjs/model.js';
import { affineFromDoubles } from '../../src/network/affine.js';
import { networkDigest } from '../../src/network/digest.js';
import { cube } from '../../src/network/domain.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import { ABSOLUTE, buildNetwork, type Network, RELU, type Step, shapeOf } from '../../src/network/network.js';
import { holds } from '../support/generators/holds.js';
import { atlas, scratch } from '../support/setup/command.js';

const files = scratch();
afterAll(files.dispose);

/** The exact output at a point, as text. */
const at = (network: Network, ...point: readonly (number | string)[]): string =>
  evaluateExact(
    network,
    point.map((p) => parseRational(String(p))),
  )
    .output.map(formatRational)
    .join(' ');

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

/** Chains of affine maps with ReLU between them. */
const reluNetwork = fc
  .array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 4 })
  .chain((widths) =>
    fc.tuple(
      ...widths.slice(1).map((outputs, l) => {
        const list = (length: number) => fc.array(finite, { minLength: length, maxLength: length });
        const inputs = widths[l]!;
        return fc
          .tuple(list(outputs * inputs), list(outputs))
          .map(([weights, bias]): Step => ({ affine: affineFromDoubles(outputs, inputs, weights, bias) }));
      }),
    ),
  )
  .map((maps) => {
    const steps = maps.flatMap((map, l): Step[] => {
      const width = 'affine' in map ? map.affine.outputs : 0;
      return l < maps.length - 1 ? [map, { slopes: new Array(width).fill(RELU) }] : [map];
    });
    const [first] = maps;
    return buildNetwork(first !== undefined && 'affine' in first ? first.affine.inputs : 1, steps);
  });

describe('the .nnet writer', () => {
  it('writes what is read back, weight by weight', () => {
    const property = fc.property(reluNetwork, finite, (network, bound) => {
      const domain = cube(network.inputs, Math.min(bound, 0), Math.max(bound, 0));
      for (const units of ['network', 'raw'] as const) {
        const back = networkOfNnet(writeNnet(network, domain), units);
        expect(networkDigest(back.network)).toBe(networkDigest(network));
        expect(back.domain).toEqual(domain);
      }
    });
    holds(property, { seed: 91 });
  });

  it('puts an identity behind a network that ends with ReLU', () => {
    const affine = affineFromDoubles(1, 1, [2], [-1]);
    const network = buildNetwork(1, [{ affine }, { slopes: [RELU] }]);
    const back = networkOfNnet(writeNnet(network, cube(1, -1, 1)), 'network').network;
    expect(['-1', '1', '5/3'].map((x) => at(back, x))).toEqual(['0', '1', '7/3']);
  });

  it.each([
    [
      'activations',
      buildNetwork(1, [{ slopes: [ABSOLUTE] }]),
      '1',
      /layer 1, neuron 1: expected ReLU, got slopes -1 and 1/,
    ],
    ['bounds', buildNetwork(1, [{ slopes: [RELU] }]), '1/3', /input 0: its bound 1\/3 is no double/],
  ])('refuses %s that the format cannot say', (_, network, upper, message) => {
    expect(() => writeNnet(network, cube(1, '0', upper))).toThrow(message);
    expect(() => writeNnet(network, cube(1, '0', upper))).toThrow(FormatError);
  });
});

/** The example of Planet's documentation. */
const PLANET = `Input inX0
Input inX1
Input inX2
ReLU relu1 1.0 -0.5 inX0 -0.5 inX1
MaxPool maxi inX2 relu1
Linear lina 0.2 0.3 relu1 0.4 maxi
Assert <= 0.0 1.0 inX0
Assert >= 1.0 1.0 inX0
Assert <= 0.0 1.0 inX1
Assert >= 1.0 1.0 inX1
Assert <= 0.0 1.0 inX2
Assert >= 1.0 1.0 inX2
Assert >= 0.6 1.0 lina 0.1 inX0
Assert <= 0.4 1.0 lina 0.1 inX0
`;

describe('an .rlv file', () => {
  it("is Planet's own example", () => {
    const { network, domain } = networkOfRlv(PLANET);
    expect(domain).toEqual(cube(3, 0, 1));
    expect(network.notes).toEqual(['2 assertions about more than one input are left out']);
    const exact = (x: number) => parseRational(String(x));
    for (const [p, q, r] of [
      [0, 0, 0],
      [1, 0.5, 0.75],
      [1, 1, 0.25],
      [0.5, 0.25, 1],
      [3, 4, -2],
    ] as const) {
      const relu = Math.max(0, 1 - p / 2 - q / 2);
      const largest = Math.max(r, relu);
      const scaled = evaluateExact(network, [p, q, r].map(exact)).output[0]!;
      // 0.2 + 0.3 relu + 0.4 max in doubles taken exactly: recomputed in integers over 2^60.
      const big = (x: number) => BigInt(Math.round(x * 2 ** 60));
      const expected = big(0.2) * 8n + big(0.3) * BigInt(8 * relu) + big(0.4) * BigInt(8 * largest);
      expect(scaled.numerator * 2n ** 63n).toBe(expected * scaled.denominator);
    }
  });

  it('takes bounds from either side of an assertion, negative weights turned around', () => {
    const text = 'Input a\nAssert <= 2 -1 a\nAssert >= 0.1 1 a\nAssert >= 6 -2 a\nLinear y 0 1 a\nLinear z 1 2 y\n';
    const { network, domain } = networkOfRlv(text);
    // 2 <= -a, 0.1 >= a, 6 >= -2 a
    expect(domain!.lower.map(formatRational)).toEqual(['-3']);
    expect(domain!.upper.map(formatRational)).toEqual(['-2']);
    expect(at(network, '1/3')).toBe('5/3');
  });

  it('has the nodes that nothing reads as outputs, in order', () => {
    const text = 'Input a\nInput b\nReLU r 0 1 a 1 a\nMaxPool m a b r\nLinear y 1 -1 b\n';
    expect(at(networkOfRlv(text).network, 2, 7)).toBe('7 -6');
    expect(at(networkOfRlv(text).network, 4, 7)).toBe('8 -6');
  });

  it.each([
    ['unknown nodes', 'Input a\nLinear y 0 1 b', /line 2: node "b" is not defined before/],
    ['unknown kinds', 'Input a\nSigmoid y 0 1 a', /line 2: expected Input, Linear, ReLU, MaxPool or Assert/],
    ['names given twice', 'Input a\nLinear a 0 1 a', /line 2: node "a" is defined twice/],
    ['odd terms', 'Input a\nLinear y 0 1 a 2', /line 2: expected pairs/],
    ['NaN', 'Input a\nLinear y nan 1 a', /line 2: expected a finite decimal/],
    ['no outputs', 'Input a\n', /expected nodes after the inputs/],
    ['no inputs', 'Linear y 0', /expected a line "Input name"/],
    ['contradictory bounds', 'Input a\nLinear y 0 1 a\nAssert <= 2 1 a\nAssert >= 1 1 a', /assertions: box: input 0/],
  ])('is refused for %s', (_, text, message) => {
    expect(() => networkOfRlv(text)).toThrow(FormatError);
    expect(() => networkOfRlv(text)).toThrow(message);
  });
});

/** relu(x W1 + b1), flattened before, then leaky, then W2 without bias; kernels are inputs x units. */
const LAYERS = [
  { class_name: 'Flatten', config: { name: 'flatten', batch_input_shape: [null, 1, 2] } },
  { class_name: 'Dense', config: { name: 'dense', units: 2, activation: 'relu', use_bias: true } },
  { class_name: 'Dense', config: { name: 'dense_1', units: 1, activation: 'linear', use_bias: false } },
  { class_name: 'LeakyReLU', config: { name: 'leaky', alpha: 0.25 } },
];
const WEIGHTS = [
  { name: 'dense/kernel', shape: [2, 2], dtype: 'float32' },
  { name: 'dense/bias', shape: [2], dtype: 'float32' },
  { name: 'dense_1/kernel', shape: [2, 1], dtype: 'float32' },
];
const NUMBERS = Float32Array.from([1, 2, -3, 4, 0.5, -1, 2, -8]);
const bytes = (values: Float32Array) => new Uint8Array(values.buffer);

const tfjs = (layers: readonly object[], weights: readonly object[] = WEIGHTS) => ({
  format: 'layers-model',
  modelTopology: { keras_version: 'tfjs', model_config: { class_name: 'Sequential', config: { name: 's', layers } } },
  weightsManifest: [{ paths: ['group1-shard1of2.bin', 'group1-shard2of2.bin'], weights }],
});
const shards: Readonly<Record<string, Uint8Array>> = {
  // Cut in the middle of a number, as the converter does.
  'group1-shard1of2.bin': bytes(NUMBERS).slice(0, 18),
  'group1-shard2of2.bin': bytes(NUMBERS).slice(18),
};
const beside = await givenFiles(new Map(Object.entries(shards)));

describe('a TensorFlow.js layers model', () => {
  it('is the chain of its layers', async () => {
    const { network } = await networkOfTfjs(tfjs(LAYERS), beside);
    expect(shapeOf(network)).toBe('2-2-1');
    for (const [p, q] of [
      [0, 0],
      [1, 2],
      [5, 1],
      [-1, -3],
    ] as const) {
      const [h0, h1] = [Math.max(0, p - 3 * q + 0.5), Math.max(0, 2 * p + 4 * q - 1)];
      const t = 2 * h0 - 8 * h1;
      expect(at(network, p, q)).toBe(formatRational(parseRational(String(t > 0 ? t : t / 4))));
    }
  });

  it('is read from files, with its shards beside it', async () => {
    for (const [name, shard] of Object.entries(shards)) files.file(name, shard);
    const file = files.file('model.json', JSON.stringify(tfjs(LAYERS)));
    const { network, format } = await readNetwork(file);
    expect(at(network, 1, 0)).toBe('-5/4');
    expect(format).toMatch(/^TensorFlow.js layers model/);
  });

  const dense = LAYERS[1]!;
  it.each([
    [
      'smooth activations',
      tfjs([LAYERS[0]!, { ...dense, config: { ...dense.config, activation: 'tanh' } }]),
      /activation "tanh"/,
    ],
    ['other layers', tfjs([LAYERS[0]!, { class_name: 'LSTM', config: {} }]), /layer "LSTM" is not supported/],
    ['a threshold', tfjs([LAYERS[0]!, { class_name: 'ReLU', config: { threshold: 1 } }]), /threshold/],
    [
      'the head of a classifier',
      tfjs([...LAYERS, { class_name: 'Activation', config: { name: 'end', activation: 'softmax' } }]),
      /"end" \(Softmax\).*--head logits/,
    ],
    ['missing shapes', tfjs([dense]), /batch_input_shape/],
    ['missing weights', tfjs(LAYERS, WEIGHTS.slice(0, 2)), /manifest lists 24 bytes, the shards have 32/],
    [
      'long weights',
      tfjs(LAYERS, [...WEIGHTS, { name: 'more', shape: [9], dtype: 'float32' }]),
      /the shards end before/,
    ],
    ['quantised weights of no type', tfjs(LAYERS, [{ ...WEIGHTS[0]!, quantization: {} }]), /quantization/],
    [
      'quantised weights without a scale',
      tfjs(LAYERS, [
        { ...WEIGHTS[0]!, quantization: { dtype: 'uint8' } },
        { name: 'fill', shape: [28], dtype: 'bool' },
      ]),
      /expected scale and min/,
    ],
    [
      'other types',
      tfjs(LAYERS, [{ ...WEIGHTS[0]!, dtype: 'int32' }, ...WEIGHTS.slice(1)]),
      /expected float32 weights, got int32/,
    ],
    [
      'shards elsewhere',
      { ...tfjs(LAYERS), weightsManifest: [{ paths: ['../x.bin'], weights: WEIGHTS }] },
      /expected a path below the model's folder/,
    ],
    ['graph models', { ...tfjs(LAYERS), format: 'graph-model' }, /convert graph models to ONNX/],
  ])('is refused for %s', async (_, model, message) => {
    await expect(networkOfTfjs(model, beside)).rejects.toThrow(FormatError);
    await expect(networkOfTfjs(model, beside)).rejects.toThrow(message);
  });
});

describe('relu-atlas convert', () => {
  const model = files.file('planet.rlv', PLANET.replaceAll('MaxPool maxi inX2 relu1', 'ReLU maxi 1 1 inX2'));

  it('writes the same network with its box, as .nnet and as JSON', async () => {
    const original = await readNetwork(model);
    for (const extension of ['nnet', 'json']) {
      const target = join(files.path, `converted.${extension}`);
      const { code, stderr } = await atlas(['convert', model, target]);
      expect(code).toBe(0);
      expect(stderr).toMatch(/^relu-atlas: warning: .*2 assertions about more than one input are left out\n$/);
      const { network, domain } = await readNetwork(target);
      expect(networkDigest(network)).toBe(networkDigest(original.network));
      expect(domain).toEqual(original.domain);
    }
    expect(readFileSync(join(files.path, 'converted.nnet'), 'utf8')).toMatch(/^\/\/ written by relu-atlas/);
  });

  it('takes another box, and demands one where the format does', async () => {
    const plain = files.file('plain.json', '{"layers":[{"weights":[[1]],"bias":[0]},{"weights":[[2]],"bias":[1]}]}');
    const target = join(files.path, 'boxed.nnet');
    const refused = await atlas(['convert', plain, target]);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/has no box/)]);
    expect(await atlas(['convert', plain, target, '--box=-1/2,3'])).toMatchObject({ code: 0 });
    expect((await readNetwork(target)).domain).toEqual({ ...cube(1, '-1/2', '3') });
  });

  it('refuses formats that it does not write', async () => {
    const outcome = await atlas(['convert', model, join(files.path, 'x.h5')]);
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toMatch(/expected a file to write with .json, .nnet or .onnx, got .h5/);
  });
});
