/**
 * Theorem. Whatever the bytes, a reader returns a network (or domains) that evaluates, or throws a FormatError of one line.
 *
 * `npm run test:deep` tries two million inputs.
 *
 * Source: what the readers promise in their docstrings, src/formats.
 */
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ZERO } from '../../src/exact/rational.js';
import { complainingAt, complainingLater, FormatError } from '../../src/formats/input/error.js';
import { givenFiles } from '../../src/formats/input/neighbours.js';
import { textOf } from '../../src/formats/input/source.js';
import { domainOfJson } from '../../src/formats/json/domain-text.js';
import { networkOfJson } from '../../src/formats/json/network.js';
import { networkOfNnet } from '../../src/formats/nnet/read.js';
import { networkOfOnnx } from '../../src/formats/onnx/model.js';
import { modelSchema } from '../../src/formats/onnx/schema.js';
import { networkOfRlv } from '../../src/formats/rlv/read.js';
import { networkOfTfjs } from '../../src/formats/tfjs/model.js';
import { specificationOfVnnlib } from '../../src/formats/vnnlib/specification.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import type { Network } from '../../src/network/network.js';
import { holds, holdsLater } from '../support/generators/holds.js';
import { chain, onnxBytes } from '../support/generators/onnx-models.js';

const encoder = new TextEncoder();
const bytesOf = (text: string) => encoder.encode(text);

const W = { dims: [2, 2], values: [1, 2, 3, 4] };
const MODEL = onnxBytes({
  nodes: chain(
    ['Sub', ['b']],
    ['MatMul', ['W']],
    ['Add', ['b']],
    ['Relu'],
    ['Gemm', ['W', 'b'], { alpha: { f: 0.5 }, transB: { i: 1 } }],
    ['Reshape', ['s']],
  ),
  weights: {
    W,
    b: { dims: [2], values: [0.5, -1], raw: false },
    s: { dims: [2], values: [0, -1], type: 'int64', raw: false },
  },
  input: [1, 2],
});
const NNET = '// c\n2,2,1,2,\n2,2,1,\n0,\n-1,-2,\n3,4,\n1,0,10,\n2,4,20,\n2,-1,\n0,1,\n0.5,\n0,\n1,-3,\n0,\n';
const JSON_TEXT =
  '{"format":"relu-atlas-network","version":1,"inputs":1,"layers":[{"weights":[[1],["1/3"]],"bias":[0,1e2],' +
  '"activation":{"slopes":[[0,1],[0.5,2]]}}],"domain":{"box":[[-1,1]]}}';
const VNNLIB =
  '(declare-const X_0 Real)(declare-const Y_0 Real)\n(assert (or (and (<= X_0 1.5)(>= X_0 (- 1)))(= X_0 (/ 7 2))))(assert (< Y_0 X_0))';

const VNNLIB2 =
  '(declare-network f (declare-input A real [1,2])(declare-input B real [])(declare-output C real [2]))' +
  '(assert (or (<= A[0,1] (+ B 1) 2)(and (== B 1)(>= C[1] A[0,0]))))';
const RLV =
  'Input a\nInput b\nReLU r 1.0 -0.5 a 2 b\nMaxPool m a r b\nLinear y 1e-3 3 m -1 r\nAssert <= 0.0 1.0 a\nAssert >= 1 2 a\n';

/** One node of every kind that makes windows, sums, extrema or picks elements. */
const IMAGE = onnxBytes({
  nodes: chain(
    ['Pad', ['pads'], {}],
    ['Conv', ['K', 'k'], { strides: { ints: [1, 2] }, pads: { ints: [1, 0, 0, 1] }, group: { i: 1 } }],
    ['BatchNormalization', ['one', 'one', 'one', 'one'], { epsilon: { f: 0.5 } }],
    ['MaxPool', [], { kernel_shape: { ints: [2, 2] }, ceil_mode: { i: 1 } }],
    ['Clip', [], { min: { f: -1 }, max: { f: 6 } }],
    ['AveragePool', [], { kernel_shape: { ints: [1, 2] }, auto_pad: { s: 'SAME_UPPER' } }],
    ['Slice', ['zero', 'end', 'axis']],
    ['Gather', ['zero'], { axis: { i: 1 } }],
    ['ReduceMean', [], { axes: { ints: [-1] }, keepdims: { i: 0 } }],
    ['Concat', ['row'], { axis: { i: 2 } }],
  ),
  weights: {
    pads: { dims: [8], values: [0, 0, 1, 0, 0, 0, 0, -1], type: 'int64' },
    K: { dims: [1, 1, 2, 2], values: [1, -1, 0.5, 2] },
    k: { dims: [1], values: [0.25] },
    one: { dims: [1], values: [1] },
    zero: { dims: [1], values: [0], type: 'int64' },
    end: { dims: [1], values: [2], type: 'int64' },
    axis: { dims: [1], values: [2], type: 'int64' },
    row: { dims: [1, 1, 1], values: [3] },
  },
  input: [1, 1, 4, 4],
});

/** Evaluates what was read, so that a network that is only half valid shows. */
function evaluates(network: Network) {
  expect(evaluateExact(network, new Array(network.inputs).fill(ZERO)).output).toHaveLength(network.outputs);
}

const readers: readonly (readonly [name: string, valid: Uint8Array, read: (bytes: Uint8Array) => void])[] = [
  ['ONNX', MODEL, (bytes) => evaluates(networkOfOnnx(bytes).network)],
  ['ONNX with windows', IMAGE, (bytes) => evaluates(networkOfOnnx(bytes).network)],
  ['.nnet', bytesOf(NNET), (bytes) => evaluates(networkOfNnet(textOf(bytes), 'network').network)],
  ['.nnet in raw units', bytesOf(NNET), (bytes) => evaluates(networkOfNnet(textOf(bytes), 'raw').network)],
  ['JSON', bytesOf(JSON_TEXT), (bytes) => evaluates(networkOfJson(textOf(bytes)).network)],
  [
    'polytope JSON',
    bytesOf('{"inequalities":[{"a":[1,"-1/2"],"b":2}],"equalities":[{"a":[1,1],"b":0}],"box":[[-1,1],[0,2]]}'),
    (bytes) => void domainOfJson(textOf(bytes), 2),
  ],
  ['domain JSON', bytesOf('{"box":[[-1,"1/2"],[0,2]]}'), (bytes) => void domainOfJson(textOf(bytes), 2)],
  ['VNN-LIB', bytesOf(VNNLIB), (bytes) => void specificationOfVnnlib(textOf(bytes), 1)],
  ['VNN-LIB 2.0', bytesOf(VNNLIB2), (bytes) => void specificationOfVnnlib(textOf(bytes), 3)],
  ['.rlv', bytesOf(RLV), (bytes) => evaluates(networkOfRlv(textOf(bytes)).network)],
];

const MOST_MILLISECONDS = 20_000;

/** Processor time: a machine that is busy with other things makes nothing hang. */
function processorMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The reader's verdict; anything but a FormatError of one line passes through and fails the property. */
function survives(read: (bytes: Uint8Array) => void, bytes: Uint8Array) {
  const start = processorMilliseconds();
  try {
    complainingAt('', () => read(bytes), 'file');
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    expect(error.message).toMatch(/^file: [^\n\r]+$/);
  }
  // No hang: small files take milliseconds, a few bytes that ask for the largest tensors some seconds.
  expect(processorMilliseconds() - start).toBeLessThan(MOST_MILLISECONDS);
}

/** A change to a list of bytes. */
const edit = fc.record({
  kind: fc.constantFrom('set' as const, 'insert' as const, 'delete' as const, 'copy' as const, 'flip' as const),
  at: fc.nat(),
  from: fc.nat(),
  length: fc.integer({ min: 1, max: 12 }),
  byte: fc.oneof(
    fc.integer({ min: 0, max: 255 }),
    fc.constantFrom(...bytesOf('0123456789-.,e()[]{}"/ \n'), 0x80, 0xff),
  ),
});
type Edit = typeof edit extends fc.Arbitrary<infer E> ? E : never;

function edited(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  const result = [...bytes];
  for (const { kind, at, from, length, byte } of edits) {
    const place = at % (result.length + 1);
    if (kind === 'set') result[Math.min(place, result.length - 1)] = byte;
    else if (kind === 'flip') result[Math.min(place, result.length - 1)]! ^= 1 << (byte % 8);
    else if (kind === 'insert') result.splice(place, 0, byte);
    else if (kind === 'delete') result.splice(place, length);
    else result.splice(place, 0, ...result.slice(from % (result.length + 1)).slice(0, length));
    if (result.length === 0) result.push(byte);
  }
  return Uint8Array.from(result);
}

/** A decoded message as plain values, with the places of its numbers, texts and lists. */
interface Place {
  readonly parent: Record<string | number, unknown>;
  readonly key: string | number;
}

function plainCopy(value: unknown, places: Place[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  const copy = (Array.isArray(value) ? [] : {}) as Record<string | number, unknown>;
  for (const [key, field] of Object.entries(value)) {
    if (key.startsWith('$')) continue;
    copy[key] = plainCopy(field, places);
    if (key !== 'case') places.push({ parent: copy, key });
  }
  return copy;
}

/** A change to one field that keeps its type: the message stays well-formed, its meaning does not. */
const fieldEdit = fc.record({
  at: fc.nat(),
  integer: fc.oneof(
    fc.bigInt({ min: -4n, max: 9n }),
    fc.constantFrom(2n ** 31n - 1n, 2n ** 40n, 2n ** 63n - 1n, -(2n ** 63n), 300n),
  ),
  number: fc.oneof(fc.float(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 1e38, 0)),
  text: fc.constantFrom(
    '',
    'x',
    'y',
    'W',
    'v1',
    'Conv',
    'MaxPool',
    'Concat',
    'Split',
    'Gemm',
    'Sigmoid',
    'Clip',
    'Pad',
    'axis',
  ),
  list: fc.constantFrom('drop' as const, 'double' as const, 'clear' as const),
});

function editedFields(
  bytes: Uint8Array,
  edits: readonly (typeof fieldEdit extends fc.Arbitrary<infer E> ? E : never)[],
) {
  const places: Place[] = [];
  const message = plainCopy(fromBinary(modelSchema, bytes), places);
  for (const { at, integer, number, text, list } of edits) {
    const { parent, key } = places[at % places.length]!;
    const old = parent[key];
    if (typeof old === 'bigint') parent[key] = integer;
    else if (typeof old === 'number')
      parent[key] = Number.isInteger(old) && key !== 'f' ? Number(integer % 2n ** 31n) : number;
    else if (typeof old === 'string') parent[key] = text;
    else if (old instanceof Uint8Array) parent[key] = list === 'clear' ? new Uint8Array(0) : old.subarray(0, -4);
    else if (Array.isArray(old)) {
      if (list === 'clear') old.length = 0;
      else if (list === 'drop') old.splice(at % (old.length + 1), 1);
      else old.push(...old.slice(0, 1));
    }
  }
  return toBinary(modelSchema, create(modelSchema, message as MessageInitShape<typeof modelSchema>));
}

describe.each([
  ['a chain of matrices', MODEL],
  ['windows', IMAGE],
])('the reader of ONNX with %s', (_, valid) => {
  it('survives well-formed messages with other fields', () => {
    const property = fc.property(fc.array(fieldEdit, { minLength: 1, maxLength: 3 }), (edits) => {
      survives((bytes) => evaluates(networkOfOnnx(bytes).network), editedFields(valid, edits));
    });
    holds(property, { seed: 63, runs: 1000 });
  });
});

/** The topology of a TensorFlow.js model, and its weights. */
const TFJS = {
  format: 'layers-model',
  modelTopology: {
    model_config: {
      class_name: 'Sequential',
      config: {
        layers: [
          { class_name: 'Flatten', config: { name: 'f', batch_input_shape: [null, 1, 2] } },
          { class_name: 'Dense', config: { name: 'd', units: 2, use_bias: true, activation: 'relu' } },
          { class_name: 'LeakyReLU', config: { name: 'l', alpha: 0.25 } },
          { class_name: 'Dense', config: { name: 'e', units: 1, use_bias: false, activation: 'linear' } },
        ],
      },
    },
  },
  weightsManifest: [
    {
      paths: ['group1-shard1of1.bin'],
      weights: [
        { name: 'd/kernel', shape: [2, 2], dtype: 'float32' },
        { name: 'd/bias', shape: [2], dtype: 'float32' },
        { name: 'e/kernel', shape: [2, 1], dtype: 'float32' },
      ],
    },
  ],
};
const SHARD = new Uint8Array(Float32Array.of(1, -2, 0.5, 3, 0, 1, 2, -1).buffer);

/** Values that a field of JSON may hold instead. */
const jsonValue = fc.oneof(
  fc.constantFrom<unknown>(null, '', 'relu', 'Dense', 'float16', true, [], {}, [null], [0], [1e9, 1e9], 1e300, -1, 0.5),
  fc.integer({ min: -2, max: 9 }),
);

/** A copy of a JSON value with some fields replaced. */
function withFields(value: unknown, edits: readonly (readonly [at: number, value: unknown])[]): unknown {
  const places: Place[] = [];
  const copy = plainCopy(value, places);
  for (const [at, replacement] of edits) {
    const { parent, key } = places[at % places.length]!;
    parent[key] = replacement;
  }
  return copy;
}

describe('the reader of TensorFlow.js models', () => {
  const readTfjs = async (value: unknown, shard: Uint8Array) => {
    const start = processorMilliseconds();
    try {
      await complainingLater('file', async () => {
        evaluates((await networkOfTfjs(value, await givenFiles(new Map([['group1-shard1of1.bin', shard]])))).network);
      });
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      expect(error.message).toMatch(/^file: [^\n\r]+$/);
    }
    expect(processorMilliseconds() - start).toBeLessThan(MOST_MILLISECONDS);
  };

  it('reads the valid file', async () => {
    const { network } = await networkOfTfjs(TFJS, await givenFiles(new Map([['group1-shard1of1.bin', SHARD]])));
    expect([network.inputs, network.outputs, network.layers.length]).toEqual([2, 1, 2]);
  });

  it('survives other fields and other weights', async () => {
    const change = fc.tuple(fc.nat(), jsonValue);
    const cases = fc.tuple(fc.array(change, { minLength: 1, maxLength: 3 }), fc.array(edit, { maxLength: 2 }));
    const property = fc.asyncProperty(cases, async ([fields, bytes]) =>
      readTfjs(withFields(TFJS, fields), edited(SHARD, bytes)),
    );
    await holdsLater(property, { seed: 64, runs: 1500 });
  });
});

describe.each(readers)('the reader of %s', (_, valid, read) => {
  it('reads the valid file', () => {
    expect(() => read(valid)).not.toThrow();
  });

  it('survives random bytes', () => {
    holds(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => survives(read, bytes)),
      { seed: 61, runs: 300 },
    );
  });

  it('survives mutations of a valid file', () => {
    const property = fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) =>
      survives(read, edited(valid, edits)),
    );
    holds(property, { seed: 62, runs: 1500 });
  });

  it('survives truncation anywhere', () => {
    for (let length = 0; length < valid.length; length++) survives(read, valid.subarray(0, length));
  });
});
