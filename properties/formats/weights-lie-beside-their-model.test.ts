/**
 * Theorem. A model with its weights in other files is the model with all weights inside; data that are missing, too short, elsewhere
 * or shared in part are refused by name. Named matrices are the chain of their layers, or are refused where they are no one chain.
 *
 * Source: the ONNX specification ("External Data"); the formats of safetensors and NumPy.
 */

import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { asModel, modelSchema } from '../../src/formats/onnx/schema.js';
import { readNetwork } from '../../src/formats/read.js';
import { networkDigest } from '../../src/network/digest.js';
import { evaluateDouble } from '../../src/network/evaluate.js';
import { npzBytes, type Tensors } from '../support/generators/npz.js';
import { chain, onnxBytes } from '../support/generators/onnx-models.js';
import { scratch } from '../support/setup/command.js';

const files = scratch();
const MODEL = {
  nodes: chain(['MatMul', ['W']], ['Add', ['b']], ['Relu']),
  weights: { W: { dims: [2, 3], values: [1, 2, 3, 4, 5, 6] }, b: { dims: [3], values: [0.5, -1, 0] } },
  input: [1, 2],
} as const;
const inside = await readNetwork(onnxBytes(MODEL), { name: 'net.onnx' });

/** Messages as plain values again. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  const fields = Object.entries(value).filter(([name]) => name !== '$typeName' && name !== '$unknown');
  return Object.fromEntries(fields.map(([name, field]) => [name, plain(field)]));
}

type Entries = Readonly<Record<string, string>>;

/** The model with W and b at the given places of a file. */
function outside(places: Readonly<Record<string, Entries>>): Uint8Array {
  const model = asModel(fromBinary(modelSchema, onnxBytes(MODEL)));
  const initializer = model.graph!.initializer.map(({ name, dims, dataType }) => ({
    name,
    dims,
    dataType,
    dataLocation: 1,
    externalData: Object.entries(places[name]!).map(([key, value]) => ({ key, value })),
  }));
  const init = plain({ ...model, graph: { ...model.graph!, initializer } });
  return toBinary(modelSchema, create(modelSchema, init as MessageInitShape<typeof modelSchema>));
}

const DATA = new Uint8Array(64);
DATA.set(new Uint8Array(Float32Array.from(MODEL.weights.W.values).buffer), 5);
DATA.set(new Uint8Array(Float32Array.from(MODEL.weights.b.values).buffer), 40);
const W = { location: 'net.onnx.data', offset: '5', length: '24' };
const b = { location: 'net.onnx.data', offset: '40', length: '12' };

describe('external data', () => {
  const file = files.file('net.onnx', outside({ W, b }));
  files.file('net.onnx.data', DATA);

  it('are the weights of the model, whatever their place in the file', async () => {
    const net = await readNetwork(file);
    expect(networkDigest(net.network)).toBe(networkDigest(inside.network));
    expect(net.files).toEqual(['net.onnx.data']);
  });

  it('may be gzipped, like the model', async () => {
    mkdirSync(join(files.path, 'zipped'));
    const zipped = files.file('zipped/net.onnx.gz', gzipSync(outside({ W, b })));
    files.file('zipped/net.onnx.data.gz', gzipSync(DATA));
    expect(networkDigest((await readNetwork(zipped)).network)).toBe(networkDigest(inside.network));
  });

  it('are given with the bytes of a model that is in memory', async () => {
    const options = { name: 'net.onnx', files: new Map([['net.onnx.data', DATA]]) };
    expect(networkDigest((await readNetwork(outside({ W, b }), options)).network)).toBe(networkDigest(inside.network));
    await expect(readNetwork(outside({ W, b }), { name: 'net.onnx' })).rejects.toThrow(
      /"net.onnx.data", which was not given/,
    );
  });

  it.each<[string, Record<string, Entries>, RegExp]>([
    [
      'absolute paths',
      { W: { ...W, location: '/etc/hostname' }, b },
      /tensor "W": its data: expected a path below the model's folder, got the absolute path/,
    ],
    ['paths that lead out', { W: { ...W, location: 'a/../../x' }, b }, /"a\/..\/..\/x", which leads out of it/],
    ['links that lead out', { W: { ...W, location: 'link' }, b }, /a link leads out of the model's folder/],
    ['missing files', { W: { ...W, location: 'nowhere' }, b }, /"nowhere": no such file beside the model/],
    ['folders', { W: { ...W, location: 'folder' }, b }, /is not a regular file/],
    [
      'wrong lengths',
      { W: { ...W, length: '20' }, b },
      /tensor "W": external data: expected 24 bytes for its type and shape, its length says 20/,
    ],
    [
      'data beyond the end',
      { W, b: { ...b, offset: '60' } },
      /tensor "b": external data: the file "net.onnx.data" has 64 bytes, its data would end at 72/,
    ],
    ['offsets that are no numbers', { W: { ...W, offset: '-1' }, b }, /expected offset as a number of bytes, got "-1"/],
    ['data shared in part', { W, b: { ...b, offset: '20' } }, /the data of "W" and "b" overlap/],
    ['no location', { W: { offset: '0' }, b }, /got none/],
  ])('are refused for %s', async (name, places, message) => {
    if (name === 'links that lead out') symlinkSync('/etc/hostname', join(files.path, 'link'));
    if (name === 'folders') mkdirSync(join(files.path, 'folder'));
    await expect(readNetwork(files.file('odd.onnx', outside(places)))).rejects.toThrow(message);
  });
});

function safetensors(tensors: Tensors): Uint8Array {
  let at = 0;
  const entries = Object.entries(tensors).map(([name, { shape, values }]) => {
    const from = at;
    at += 4 * values.length;
    return [name, { dtype: 'F32', shape, data_offsets: [from, at] }];
  });
  const header = new TextEncoder().encode(
    JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(entries) }),
  );
  const bytes = new Uint8Array(8 + header.length + at);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  bytes.set(
    new Uint8Array(Float32Array.from(Object.values(tensors).flatMap(({ values }) => [...values])).buffer),
    8 + header.length,
  );
  return bytes;
}

/** 2 -> 3 -> 1 -> 1: rows are outputs. */
const FIRST = { shape: [3, 2], values: [1, 2, 3, 4, 5, 6] };
const SECOND = { shape: [1, 3], values: [1, -1, 1] };
const ONE = { shape: [1, 1], values: [2] };
const bias = (...values: readonly number[]) => ({ shape: [values.length], values });
const value = (x: number, y: number) =>
  2 * Math.max(0, Math.max(0, x + 2 * y + 1) - Math.max(0, 3 * x + 4 * y) + Math.max(0, 5 * x + 6 * y - 1)) + 7;

const read = (bytes: Uint8Array, name: string, layers?: readonly string[]) =>
  readNetwork(bytes, { name, ...(layers && { layers }) });

describe('named matrices', () => {
  const state = {
    'net.10.weight': ONE,
    'net.10.bias': bias(7),
    'net.0.weight': FIRST,
    'net.0.bias': bias(1, 0, -1),
    'net.2.weight': SECOND,
  };

  it('of PyTorch are a chain in the order of the numbers, with ReLU between, and say so', async () => {
    const { network, warnings } = await read(safetensors(state), 'net.safetensors');
    for (const [x, y] of [
      [1, 2],
      [-1, 0.5],
      [3, -4],
    ] as const)
      expect([...evaluateDouble(network, Float64Array.of(x, y))]).toEqual([value(x, y)]);
    expect(warnings.join()).toMatch(
      /ReLU is assumed after every layer but the last.*"net.0", "net.2", "net.10", by the numbers/,
    );
  });

  it('of NumPy may have rows that are inputs, and be named by their position', async () => {
    const turned = { shape: [2, 3], values: [1, 3, 5, 2, 4, 6] };
    const arrays = {
      arr_0: turned,
      arr_1: bias(1, 0, -1),
      arr_2: { shape: [3, 1], values: [1, -1, 1] },
      arr_3: bias(0),
      arr_4: ONE,
      arr_5: bias(7),
    };
    const other = {
      W1: turned,
      b1: bias(1, 0, -1),
      W2: { ...SECOND, shape: [3, 1] },
      b2: bias(0),
      W3: ONE,
      b3: bias(7),
    };
    for (const given of [arrays, other]) {
      const { network } = await read(npzBytes(given), 'net.npz');
      expect([...evaluateDouble(network, Float64Array.of(1, 2))]).toEqual([value(1, 2)]);
    }
  });

  const named = { 'encoder.weight': FIRST, 'head.weight': SECOND };
  it('are a chain in the order that is stated', async () => {
    const { network } = await read(safetensors(named), 'net.safetensors', ['encoder', 'head']);
    expect([...evaluateDouble(network, Float64Array.of(1, 1))]).toEqual([3 - 7 + 11]);
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'names without numbers',
      () => read(safetensors(named), 'n.safetensors'),
      /names that differ by a number, got "encoder", "head"; state the order: --layers/,
    ],
    [
      'layers that do not fit',
      () => read(safetensors(named), 'n.safetensors', ['head', 'encoder']),
      /do not fit behind each other/,
    ],
    [
      'a stated order of others',
      () => read(safetensors(named), 'n.safetensors', ['encoder', 'tail']),
      /expected one of "encoder", "head", got "tail"/,
    ],
    [
      'other tensors',
      () => read(safetensors({ ...named, running_mean: bias(1) }), 'n.safetensors'),
      /"running_mean": expected weights and biases/,
    ],
    [
      'kernels of convolutions',
      () => read(safetensors({ 'c.weight': { shape: [1, 1, 1, 1], values: [1] } }), 'n.safetensors'),
      /only linear layers are read/,
    ],
    [
      'squares of either layout',
      () => read(npzBytes({ W0: { shape: [2, 2], values: [1, 2, 3, 4] } }), 'n.npz'),
      /rows may be outputs or inputs/,
    ],
    [
      'truncated files',
      () => read(safetensors(state).subarray(0, 300), 'n.safetensors'),
      /save it again|fetch the file again/,
    ],
    [
      'numbers that are not finite',
      () => read(safetensors({ 'f.weight': { shape: [1, 1], values: [Number.NaN] } }), 'n.safetensors'),
      /expected finite numbers, got NaN/,
    ],
    [
      'pickles',
      () => read(Uint8Array.of(0x80, 2), 'net.pth'),
      /can run programs when it is opened, so it is never read/,
    ],
  ])('are refused for %s', async (_, attempt, message) => {
    await expect(attempt()).rejects.toThrow(message);
  });
});
