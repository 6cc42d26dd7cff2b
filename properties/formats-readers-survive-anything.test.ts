/**
 * Theorem. Whatever the bytes, a reader returns a network (or domains) that evaluates, or throws a FormatError of one line.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ZERO } from '../src/exact/rational.js';
import { complainingAt, FormatError } from '../src/formats/error.js';
import { domainOfJson, networkOfJson } from '../src/formats/json.js';
import { networkOfNnet } from '../src/formats/nnet.js';
import { networkOfOnnx } from '../src/formats/onnx.js';
import { textOf } from '../src/formats/source.js';
import { domainsOfVnnlib } from '../src/formats/vnnlib.js';
import { evaluateExact } from '../src/network/evaluate.js';
import type { Network } from '../src/network/network.js';
import { holds } from './generators/holds.js';
import { chain, onnxBytes } from './generators/onnx-models.js';

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

/** Evaluates what was read, so that a network that is only half valid shows. */
function evaluates(network: Network) {
  expect(evaluateExact(network, new Array(network.inputs).fill(ZERO)).output).toHaveLength(network.outputs);
}

const readers: readonly (readonly [name: string, valid: Uint8Array, read: (bytes: Uint8Array) => void])[] = [
  ['ONNX', MODEL, (bytes) => evaluates(networkOfOnnx(bytes).network)],
  ['.nnet', bytesOf(NNET), (bytes) => evaluates(networkOfNnet(textOf(bytes), 'network').network)],
  ['.nnet in raw units', bytesOf(NNET), (bytes) => evaluates(networkOfNnet(textOf(bytes), 'raw').network)],
  ['JSON', bytesOf(JSON_TEXT), (bytes) => evaluates(networkOfJson(textOf(bytes)).network)],
  ['domain JSON', bytesOf('{"box":[[-1,"1/2"],[0,2]]}'), (bytes) => void domainOfJson(textOf(bytes), 2)],
  ['VNN-LIB', bytesOf(VNNLIB), (bytes) => void domainsOfVnnlib(textOf(bytes), 1)],
];

/** The reader's verdict; anything but a FormatError of one line passes through and fails the property. */
function survives(read: (bytes: Uint8Array) => void, bytes: Uint8Array) {
  try {
    complainingAt('', () => read(bytes), 'file');
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    expect(error.message).toMatch(/^file: [^\n\r]+$/);
  }
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
