/**
 * Theorem. A model in the supported operators is the function that the ONNX specification defines, over the rationals.
 *
 * Expected values are worked out by hand or by a naive evaluation on rationals in this file; one model is written down
 * byte by byte from the protobuf encoding rules, so that reader and encoder cannot share a mistake.
 *
 * Source: the ONNX operator specification; the Protocol Buffers encoding.
 */
import { fromBinary, type Message, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  formatRational,
  multiply,
  parseRational,
  type Rational,
  rationalFromDouble,
  ZERO,
} from '../../src/exact/rational.js';
import { dotEntries, exactly } from '../../src/formats/input/entries.js';
import { FormatError } from '../../src/formats/input/error.js';
import { networkOfOnnx } from '../../src/formats/onnx/model.js';
import { modelSchema } from '../../src/formats/onnx/schema.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import { type Network, shapeOf } from '../../src/network/network.js';
import { holds } from '../support/generators/holds.js';
import { chain, type ModelSpec, type NodeSpec, onnxBytes, type TensorSpec } from '../support/generators/onnx-models.js';

const read = (model: ModelSpec): Network => networkOfOnnx(onnxBytes(model)).network;

/** The exact output at a point, as text. */
function at(network: Network, ...point: readonly (number | string)[]): string {
  return evaluateExact(
    network,
    point.map((p) => parseRational(String(p))),
  )
    .output.map(formatRational)
    .join(' ');
}

const matrix = (rows: readonly (readonly number[])[]): TensorSpec => ({
  dims: [rows.length, rows[0]!.length],
  values: rows.flat(),
});
const vector = (...values: readonly number[]): TensorSpec => ({ dims: [values.length], values });
const scalar = (value: number): TensorSpec => ({ dims: [], values: [value] });

const W = matrix([
  [1, 2, 3],
  [4, 5, 6],
]);

describe('an ONNX model', () => {
  it('written byte by byte is relu(2 x - 1)', () => {
    // Field numbers of onnx.proto3; lengths counted by hand. 2.0f = 00 00 00 40, -1.0f = 00 00 80 bf.
    const text = (s: string) => [...new TextEncoder().encode(s)];
    const field = (number: number, bytes: readonly number[]) => [(number << 3) | 2, bytes.length, ...bytes];
    const node = (op: string, inputs: readonly string[], output: string) =>
      field(1, [...inputs.flatMap((name) => field(1, text(name))), ...field(2, text(output)), ...field(4, text(op))]);
    const floatTensor = (name: string, bytes: readonly number[]) =>
      field(5, [0x08, 0x01, 0x10, 0x01, ...field(8, text(name)), ...field(9, bytes)]);
    const dimension = field(1, [0x08, 0x01]);
    const type = field(2, field(1, [0x08, 0x01, ...field(2, dimension)]));
    const graph = [
      ...node('Mul', ['x', 'w'], 'a'),
      ...node('Add', ['a', 'b'], 'c'),
      ...node('Relu', ['c'], 'y'),
      ...floatTensor('w', [0x00, 0x00, 0x00, 0x40]),
      ...floatTensor('b', [0x00, 0x00, 0x80, 0xbf]),
      ...field(11, [...field(1, text('x')), ...type]),
      ...field(12, field(1, text('y'))),
    ];
    expect(graph.length).toBeLessThan(128);
    const bytes = Uint8Array.from([0x08, 0x08, 0x3a, graph.length, ...graph, ...field(8, [0x10, 0x0d])]);
    const { network } = networkOfOnnx(bytes);
    expect(shapeOf(network)).toBe('1-1');
    expect(['-1', '1/2', '3/4', '2'].map((x) => at(network, x))).toEqual(['0', '0', '1/2', '3']);
  });

  it('multiplies with the variable on either side', () => {
    const right = read({ nodes: chain(['MatMul', ['W']]), weights: { W }, input: [1, 2] });
    expect(at(right, 1, 10)).toBe('41 52 63');
    const left = read({ nodes: chain(['MatMul', ['W'], {}, 1]), weights: { W }, input: [3, 1] });
    expect(at(left, 1, 10, 100)).toBe('321 654');
    const plain = read({ nodes: chain(['MatMul', ['W'], {}, 1]), weights: { W }, input: [3] });
    expect(at(plain, 1, 10, 100)).toBe('321 654');
  });

  it('multiplies sums of neurons by a column of zeros', () => {
    const weights = { W: matrix([[0], [0]]), lo: scalar(0), hi: scalar(1), b: scalar(3) };
    const nodes = chain(['Clip', ['lo', 'hi']], ['MatMul', ['W']], ['Add', ['b']], ['Sum', ['x']]);
    const network = read({ nodes, weights, input: [1, 2] });
    expect(at(network, 1, 10)).toBe('4 13');
  });

  it('multiplies batches of matrices', () => {
    const weights = { B: { dims: [2, 2, 1], values: [1, 2, 3, 4] } };
    const network = read({ nodes: chain(['MatMul', ['B']]), weights, input: [1, 2, 2] });
    // x = [[1, 2], [3, 4]] times (1,2)' and (3,4)'
    expect(at(network, 1, 2, 3, 4)).toBe('5 11 11 25');
  });

  // More than 2^18 elements are decoded in several pieces; two matrices of one tensor begin and end inside of one.
  const large = [
    { dims: [600, 450], input: [1, 600] },
    { dims: [1, 2, 370, 370], input: [1, 2, 1, 370] },
  ];
  const kinds = [
    ['mostly zeros', (_: number, e: number) => e % 97 === 5],
    ['mostly zeros, but for a column', (j: number, e: number) => j === 7 || e % 97 === 5],
    ['no zeros', () => true],
  ] as const;
  it.each(kinds)('multiplies with large matrices that have %s, in singles and doubles', (_, isThere) => {
    for (const { dims, input } of large) {
      for (const type of ['float', 'double'] as const) {
        const [k, n] = dims.slice(-2) as [number, number];
        const size = dims.reduce((a, b) => a * b);
        const value = (e: number) => (isThere(e % n, e) ? ((e * 7919) % 1013) - 1006.5 : 0);
        const values = Array.from({ length: size }, (_, e) => value(e));
        const network = read({
          nodes: chain(['MatMul', ['B']]),
          weights: { B: { dims, values, type, raw: true } },
          input,
        });
        const { inputs, outputs, weights } = network.output;
        expect([inputs, outputs]).toEqual([size / n, size / k]);
        const expected = new Float64Array(inputs * outputs);
        for (let e = 0; e < size; e++) {
          const matrix = Math.floor(e / (k * n));
          expected[(matrix * n + (e % n)) * inputs + Math.floor(e / n)] = values[e]!;
        }
        expect(Buffer.compare(Buffer.from(weights.buffer), Buffer.from(expected.buffer))).toBe(0);
      }
    }
  });

  it('names a number that is not finite in whatever piece it is', () => {
    const values = Array.from({ length: 600 * 450 }, (_, e) => (e === 269_999 ? Number.NaN : e % 3));
    const weights = { B: { dims: [600, 450], values, raw: true } };
    const model = { nodes: chain(['MatMul', ['B']]), weights, input: [1, 600] };
    expect(() => read(model)).toThrow(/tensor "B"\[269999\]: expected finite numbers, got NaN/);
  });

  it('respects all attributes of Gemm', () => {
    const attributes = { alpha: { f: 0.5 }, beta: { f: 2 }, transB: { i: 1 } };
    const network = read({
      nodes: chain(['Gemm', ['W', 'c'], attributes]),
      weights: { W, c: vector(1, -1) },
      input: [1, 3],
    });
    // (1, 10, 100) . rows of W = 321, 654
    expect(at(network, 1, 10, 100)).toBe('325/2 325');
    const transA = read({ nodes: chain(['Gemm', ['W'], { transA: { i: 1 } }]), weights: { W }, input: [2, 1] });
    expect(at(transA, 1, 10)).toBe('41 52 63');
    const left = read({ nodes: chain(['Gemm', ['W'], { transA: { i: 1 } }, 1]), weights: { W }, input: [2, 1] });
    expect(at(left, 1, 10)).toBe('41 52 63');
  });

  it('takes Gemm without C, and C as a scalar', () => {
    const weights = { W, c: scalar(7) };
    expect(at(read({ nodes: chain(['Gemm', ['W', 'c']]), weights, input: [1, 2] }), 0, 0)).toBe('7 7 7');
    expect(at(read({ nodes: chain(['Gemm', ['W', '']]), weights, input: [1, 2] }), 1, 0)).toBe('1 2 3');
  });

  it('normalises its input exactly: (x - mean) / range is rational where no double is', () => {
    const weights = { mean: vector(1, 2), range: vector(3, 7), W };
    const network = read({
      nodes: chain(['Sub', ['mean']], ['Div', ['range']], ['MatMul', ['W']]),
      weights,
      input: [1, 2],
    });
    expect(at(network, 2, 3)).toBe('19/21 29/21 13/7');
  });

  it('subtracts, adds, negates and scales with broadcasting on either side', () => {
    const weights = { a: matrix([[1], [2]]), b: scalar(-3) };
    const network = read({ nodes: chain(['Sub', ['a'], {}, 1], ['Mul', ['b']], ['Neg']), weights, input: [1, 2] });
    // 3 (a - x), a column against a row
    expect(at(network, 10, 20)).toBe('-27 -57 -24 -54');
  });

  it('broadcasts axes of extent 1 in the middle', () => {
    const weights = { a: { dims: [2, 1, 2], values: [1, 10, 100, 1000] } };
    const network = read({ nodes: chain(['Mul', ['a']]), weights, input: [2, 3, 2] });
    expect(at(network, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3)).toBe('1 20 3 40 5 60 700 8000 900 1000 200 3000');
  });

  it('sums products exactly where they cancel, in float32 and in float64', () => {
    const single = fc.tuple(fc.integer({ min: -(2 ** 24), max: 2 ** 24 }), fc.integer({ min: -100, max: 100 }));
    const number = fc.oneof(
      single.map(([m, e]) => m * 2 ** e),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    const pairs = (entry: fc.Arbitrary<number>) => fc.array(fc.tuple(entry, entry), { maxLength: 12 });
    const property = fc.property(fc.oneof(pairs(single.map(([m, e]) => m * 2 ** e)), pairs(number)), (terms) => {
      // Every product comes with its negative, so that only an exact sum keeps the last term.
      const all = [...terms, ...terms.map(([a, b]): [number, number] => [-a, b]), [2 ** -60, 3] as [number, number]];
      const [a, b] = [Float64Array.from(all, ([x]) => x), Float64Array.from(all, ([, y]) => y)];
      expect(dotEntries(a, b)).toBe(3 * 2 ** -60);
      const half = all.slice(0, terms.length + 1);
      const sum = half.reduce((s, [x, y]) => add(s, multiply(rationalFromDouble(x), rationalFromDouble(y))), ZERO);
      const [c, d] = [half.map(([x]) => x), half.map(([, y]) => y)];
      expect(formatRational(exactly(dotEntries(c, d)))).toBe(formatRational(sum));
    });
    holds(property, { seed: 23 });
  });

  it('reshapes, flattens, transposes, squeezes and unsqueezes', () => {
    const weights = {
      to: { dims: [2], values: [0, -1], type: 'int64' },
      axes: { dims: [1], values: [0], type: 'int64' },
    } as const;
    const w6 = matrix([[1], [10], [100], [1000], [10000], [100000]]);
    const nodes = chain(
      ['Transpose', [], { perm: { ints: [2, 0, 1] } }],
      ['Reshape', ['to']],
      ['Flatten', [], { axis: { i: 0 } }],
      ['MatMul', ['w']],
    );
    // x has shape (1, 2, 3); transposed to (3, 1, 2): elements 0 3 1 4 2 5
    expect(at(read({ nodes, weights: { ...weights, w: w6 }, input: [1, 2, 3] }), 1, 2, 3, 4, 5, 6)).toBe('635241');
    const squeezed = chain(['Unsqueeze', ['axes']], ['Squeeze'], ['MatMul', ['W']]);
    expect(at(read({ nodes: squeezed, weights: { ...weights, W }, input: [1, 2] }), 1, 0)).toBe('1 2 3');
  });

  it('passes through Identity and Dropout and folds constants', () => {
    const nodes: NodeSpec[] = [
      {
        op: 'Constant',
        inputs: [],
        outputs: ['c'],
        attributes: {
          value: {
            t: matrix([
              [1, 4],
              [2, 5],
              [3, 6],
            ]),
          },
        },
      },
      { op: 'Transpose', inputs: ['c'], outputs: ['W'] },
      { op: 'Constant', inputs: [], outputs: ['third'], attributes: { value_float: { f: 3 } } },
      { op: 'Div', inputs: ['one', 'third'], outputs: ['b'] },
      { op: 'Identity', inputs: ['x'], outputs: ['i'] },
      { op: 'Dropout', inputs: ['i'], outputs: ['d'] },
      { op: 'MatMul', inputs: ['d', 'W'], outputs: ['m'] },
      { op: 'Add', inputs: ['m', 'b'], outputs: ['y'] },
    ];
    expect(at(read({ nodes, weights: { one: scalar(1) }, input: [1, 2] }), 1, 0)).toBe('4/3 7/3 10/3');
  });

  it('activates with ReLU, LeakyRelu, PRelu and Abs', () => {
    const input = [1, 2];
    expect(at(read({ nodes: chain(['Relu']), input }), -3, 5)).toBe('0 5');
    expect(at(read({ nodes: chain(['LeakyRelu', [], { alpha: { f: 0.25 } }]), input }), -3, 5)).toBe('-3/4 5');
    // The default slope is the float32 nearest to 0.01: 10737418 / 2^30.
    expect(at(read({ nodes: chain(['LeakyRelu']), input }), -1, 0)).toBe('-5368709/536870912 0');
    expect(at(read({ nodes: chain(['PRelu', ['s']]), weights: { s: vector(0.5, 2) }, input }), -3, -5)).toBe(
      '-3/2 -10',
    );
    expect(at(read({ nodes: chain(['Abs']), input }), -3, 5)).toBe('3 5');
  });

  it('counts one layer per activation, also where a neuron has no weights', () => {
    const weights = {
      W: matrix([
        [1, 0],
        [1, 0],
      ]),
      b: vector(0, 1),
    };
    const nodes = chain(['MatMul', ['W']], ['Add', ['b']], ['Relu'], ['MatMul', ['W']], ['Relu'], ['MatMul', ['W']]);
    expect(shapeOf(read({ nodes, weights, input: [1, 2] }))).toBe('2-2-2-2');
  });

  it('merges affine layers in a row and keeps an activation at the end', () => {
    const weights = {
      W: matrix([
        [1, 2],
        [3, 4],
      ]),
      b: vector(0.1, 0.2),
    };
    const nodes = chain(['MatMul', ['W']], ['Add', ['b']], ['MatMul', ['W']], ['MatMul', ['W']], ['Relu']);
    const network = read({ nodes, weights, input: [1, 2] });
    expect([shapeOf(network), network.endsWithActivation]).toEqual(['2-2', true]);
  });

  it('carries values past layers in residual graphs', () => {
    const nodes: NodeSpec[] = [
      { op: 'MatMul', inputs: ['x', 'W'], outputs: ['a'] },
      { op: 'Relu', inputs: ['a'], outputs: ['r'] },
      { op: 'MatMul', inputs: ['r', 'W'], outputs: ['b'] },
      { op: 'Relu', inputs: ['b'], outputs: ['s'] },
      { op: 'Add', inputs: ['s', 'x'], outputs: ['t'] },
      { op: 'Sub', inputs: ['t', 'r'], outputs: ['y'] },
    ];
    const network = read({
      nodes,
      weights: {
        W: matrix([
          [1, -1],
          [2, -3],
        ]),
      },
      input: [1, 2],
    });
    for (const [p, q] of [
      [1, 2],
      [-1, 3],
      [0, -2],
      [-5, 1],
      [7, -3],
    ] as const) {
      const r = [Math.max(0, p + 2 * q), Math.max(0, -p - 3 * q)] as const;
      const s = [Math.max(0, r[0] + 2 * r[1]), Math.max(0, -r[0] - 3 * r[1])] as const;
      expect(at(network, p, q)).toBe(`${s[0] + p - r[0]} ${s[1] + q - r[1]}`);
    }
    expect(network.layers.map((layer) => layer.affine.outputs)).toEqual([4, 6]);
  });

  it('clips by two neurons, and takes maxima by trees of them', () => {
    const clip = read({ nodes: chain(['Clip', [], { min: { f: -1 }, max: { f: 2 } }]), input: [1], opset: 9 });
    expect(['-3', '-1', '1/3', '2', '5'].map((x) => at(clip, x))).toEqual(['-1', '-1', '1/3', '2', '2']);
    expect(clip.layers.map((layer) => layer.affine.outputs)).toEqual([2]);
    const pool = read({ nodes: chain(['MaxPool', [], { kernel_shape: { ints: [5] } }]), input: [1, 1, 5] });
    expect([at(pool, 1, 2, 9, 4, 5), at(pool, -7, '-1/3', -9, -4, -5)]).toEqual(['9', '-1/3']);
    expect(pool.layers).toHaveLength(3);
  });

  it('averages exactly: a third is no double', () => {
    const pool = read({ nodes: chain(['AveragePool', [], { kernel_shape: { ints: [3] } }]), input: [1, 1, 4] });
    expect(at(pool, 1, 2, 2, 10)).toBe('5/3 14/3');
    expect(at(read({ nodes: chain(['GlobalAveragePool']), input: [1, 2, 3] }), 1, 1, 2, 3, 4, 4)).toBe('4/3 11/3');
  });

  it('folds batch normalisation with the float32 root of the runtime, and says so', () => {
    const weights = { s: vector(3), b: vector(1), m: vector(2), v: vector(2) };
    const network = read({
      nodes: chain(['BatchNormalization', ['s', 'b', 'm', 'v'], { epsilon: { f: 0 } }]),
      weights,
      input: [1, 1],
    });
    // float32: sqrt 2 = 11863283 / 2^23; its inverse rounds to 11863283 / 2^24.
    expect(at(network, 2)).toBe('1');
    expect(at(network, 3)).toBe(formatRational(parseRational(`${16777216 + 3 * 11863283}/16777216`)));
    expect(network.notes).toEqual([
      expect.stringMatching(/BatchNormalization: .* is not rational; the float32 number/),
    ]);
  });

  it('joins several inputs and outputs in the order of the graph', () => {
    const bytes = onnxBytes({
      nodes: [
        { op: 'Sub', inputs: ['x', 'z'], outputs: ['y'] },
        { op: 'Relu', inputs: ['z'], outputs: ['w'] },
      ],
      input: [1, 2],
      weights: { z: { dims: [2], values: [0, 0] } },
    });
    const message = fromBinary(modelSchema, bytes) as unknown as {
      graph: { input: object[]; output: object[]; initializer: object[] };
    };
    message.graph.initializer = [];
    message.graph.input.push({ ...message.graph.input[0], name: 'z' });
    message.graph.output.push({ ...message.graph.output[0], name: 'w' });
    const { network } = networkOfOnnx(toBinary(modelSchema, message as unknown as Message));
    expect(at(network, 1, 2, 10, -20)).toBe('-9 22 10 0');
    expect(network.notes).toEqual([
      'the 2 inputs are joined in the order of the graph: "x", "z"',
      'the 2 outputs are joined in the order of the graph: "y", "w"',
    ]);
  });

  it('of a later operator set says what it is read as', () => {
    expect(read({ nodes: chain(['Relu']), input: [1], opset: 24 }).notes).toEqual([]);
    expect(read({ nodes: chain(['Relu']), input: [1], opset: 31 }).notes.join()).toMatch(/opset 31 is read like 24/);
  });

  it('leaves out what the output does not depend on', () => {
    const nodes: NodeSpec[] = [
      { op: 'Relu', inputs: ['x'], outputs: ['y'] },
      { op: 'Abs', inputs: ['y'], outputs: ['dead'] },
      { op: 'Sigmoid', inputs: ['y'], outputs: ['dead too'] },
    ];
    expect(shapeOf(read({ nodes, input: [1, 2] }))).toBe('2-2');
  });

  it('reads weights from every field that holds them, and listed as inputs or not', () => {
    for (const raw of [true, false]) {
      for (const type of ['float', 'double'] as const) {
        const weights = { W: { ...W, type, raw } };
        const network = read({ nodes: chain(['MatMul', ['W']]), weights, input: ['batch', 2], weightsAreInputs: raw });
        expect(at(network, 1, 10)).toBe('41 52 63');
        expect(network.notes).toEqual([
          'input "x": the first dimension is dynamic ("batch") and taken as a batch of 1',
        ]);
      }
    }
  });

  it('takes float32 and float64 weights exactly', () => {
    const weight = fc.double({ noNaN: true, noDefaultInfinity: true });
    const property = fc.property(weight, fc.boolean(), (value, single) => {
      const stored = single ? Math.fround(value) : value;
      fc.pre(Number.isFinite(stored));
      const weights = { w: { dims: [1], values: [stored], type: single ? 'float' : 'double' } } as const;
      const network = read({ nodes: chain(['Mul', ['w']]), weights, input: [1] });
      expect(at(network, 1)).toBe(formatRational(rationalFromDouble(stored)));
    });
    holds(property, { seed: 21 });
  });

  it('composes affine layers of arbitrary floats without rounding', () => {
    const entry = fc.double({ min: -8, max: 8, noNaN: true });
    const square = fc.array(entry, { minLength: 4, maxLength: 4 });
    const property = fc.property(square, square, square, ([a, b, c, d], second, [p, q]) => {
      const weights = {
        W: { dims: [2, 2], values: [a!, b!, c!, d!], type: 'double' },
        V: { dims: [2, 2], values: second, type: 'double' },
        b: { dims: [2], values: [p!, q!], type: 'double' },
      } as const;
      const network = read({
        nodes: chain(['Sub', ['b']], ['MatMul', ['W']], ['Add', ['b']], ['MatMul', ['V']]),
        weights,
        input: [1, 2],
      });
      const exact = rationalFromDouble;
      const times = (x: readonly Rational[], w: readonly number[]) =>
        [0, 1].map((j) => add(multiply(x[0]!, exact(w[j]!)), multiply(x[1]!, exact(w[2 + j]!))));
      const offset = [exact(p!), exact(q!)];
      const x = [exact(3), exact(-5)];
      const first = times(
        x.map((value, i) => add(value, multiply(exact(-1), offset[i]!))),
        [a!, b!, c!, d!],
      );
      const expected = times(
        first.map((value, i) => add(value, offset[i]!)),
        second,
      );
      expect(at(network, 3, -5)).toBe(expected.map(formatRational).join(' '));
    });
    holds(property, { seed: 22 });
  });
});

describe('an ONNX model is refused, by name and with what to do,', () => {
  const cases: readonly (readonly [why: string, model: ModelSpec, message: RegExp])[] = [
    [
      'smooth activations',
      { nodes: chain(['Sigmoid'], ['Relu']), input: [1, 2] },
      /node 0 \(Sigmoid\): operator "Sigmoid" is not piecewise linear.*export/,
    ],
    [
      'the head of a classifier',
      { nodes: chain(['Relu'], ['Softmax']), input: [1, 2] },
      /node 1 \(Softmax\): operator "Softmax" is not piecewise linear; --head logits reads the network up to it/,
    ],
    [
      'functions that jump',
      { nodes: chain(['Floor'], ['Relu']), input: [1, 2] },
      /node 0 \(Floor\): operator "Floor" jumps, and is not piecewise linear and continuous/,
    ],
    [
      'misspelt operators',
      { nodes: chain(['LeakyReLU']), input: [1] },
      /"LeakyReLU" is not supported; near it, .*LeakyRelu/,
    ],
    [
      'quadratic activations',
      { nodes: chain(['HardSwish']), input: [1] },
      /is quadratic from -3 to 3, not piecewise linear, so there is no polytope partition; /,
    ],
    [
      'unknown operators',
      { nodes: chain(['Foo']), input: [1] },
      /operator "Foo" is not supported; \d+ others are \(relu-atlas info --operators\): rewrite/,
    ],
    [
      'custom operators',
      { nodes: [{ op: 'Relu', inputs: ['x'], outputs: ['y'], domain: 'com.example' }], input: [1] },
      /"com.example.Relu" is not a standard one/,
    ],
    [
      'parts that nobody asked to be unequal',
      {
        nodes: [{ op: 'Split', inputs: ['x'], outputs: ['a', 'y'] }],
        input: [3],
      },
      /node 0 \(Split\): cannot split 3 elements into 2 equal parts/,
    ],
    [
      'a number of parts that is not that of the outputs',
      {
        nodes: [{ op: 'Split', inputs: ['x'], outputs: ['a', 'y'], attributes: { num_outputs: { i: 3 } } }],
        input: [6],
        opset: 18,
      },
      /cannot split 6 elements into 3 equal parts/,
    ],
    [
      'training switched on by a flag',
      {
        nodes: chain(['Dropout', ['r', 't']]),
        weights: { r: scalar(0.5), t: { dims: [], values: [1], type: 'bool' } },
        input: [1],
      },
      /training mode is on; export the network for inference/,
    ],
    ['operator set 0', { nodes: chain(['Relu']), input: [1], opset: 0 }, /expected opset 1 or later, got 0/],
    [
      'products of variables',
      { nodes: [{ op: 'Mul', inputs: ['x', 'x'], outputs: ['y'] }], input: [1] },
      /not piecewise linear/,
    ],
    [
      'quotients by variables',
      { nodes: chain(['Div', ['a'], {}, 1]), weights: { a: scalar(1) }, input: [1] },
      /constant divisor/,
    ],
    ['division by zero', { nodes: chain(['Div', ['a']]), weights: { a: scalar(0) }, input: [1] }, /division by zero/],
    [
      'shapes that do not match',
      { nodes: chain(['MatMul', ['W']]), weights: { W }, input: [1, 3] },
      /cannot multiply \[1,3\] by \[2,3\]/,
    ],
    [
      'shapes that cannot be broadcast',
      { nodes: chain(['Add', ['a']]), weights: { a: vector(1, 2) }, input: [1, 3] },
      /cannot broadcast/,
    ],
    [
      'NaN weights',
      { nodes: chain(['Add', ['a']]), weights: { a: vector(1, Number.NaN) }, input: [1, 2] },
      /tensor "a"\[1\]: expected finite numbers, got NaN/,
    ],
    [
      'infinite weights',
      { nodes: chain(['Add', ['a']]), weights: { a: vector(1, Number.POSITIVE_INFINITY) }, input: [1, 2] },
      /got Infinity/,
    ],
    [
      'too few elements',
      { nodes: chain(['Add', ['a']]), weights: { a: { dims: [3], values: [1, 2] } }, input: [1, 3] },
      /expected 3 float elements, got 8 bytes/,
    ],
    [
      'absurd dimensions',
      { nodes: chain(['Add', ['a']]), weights: { a: { dims: [2 ** 40, 2 ** 40], values: [] } }, input: [1] },
      /at most \d+ elements/,
    ],
    [
      'negative dimensions',
      { nodes: chain(['Add', ['a']]), weights: { a: { dims: [-1], values: [] } }, input: [1] },
      /dimensions of 0 or more, got -1/,
    ],
    ['absurd inputs', { nodes: chain(['Relu']), input: [1, 2 ** 40] }, /input "x": expected at most/],
    [
      'dynamic dimensions',
      { nodes: chain(['Relu']), input: ['n', 'length', 7] },
      /dimension 1 is dynamic \("length"\); give it: --input-shape=1,32,7 for example \(all dimensions\), or export with fixed shapes/,
    ],
    [
      'integer inputs',
      { nodes: chain(['Relu']), input: [1], elementType: 7 },
      /expected an input of floating-point numbers, got int64/,
    ],
    ['missing values', { nodes: chain(['Add', ['nowhere']]), input: [1] }, /its input "nowhere" is computed nowhere/],
    [
      'outputs that nothing computes',
      { nodes: chain(['Relu']), input: [1], output: 'z' },
      /output "z": does not depend on the input/,
    ],
    [
      'shapes computed from the input',
      { nodes: chain(['Reshape', ['s'], {}, 1]), weights: { s: vector(1) }, input: [1] },
      /expected constant shape/,
    ],
    [
      'impossible reshapes',
      { nodes: chain(['Reshape', ['s']]), weights: { s: { dims: [1], values: [3], type: 'int64' } }, input: [2] },
      /cannot reshape \[2\] to \[3\]/,
    ],
    [
      'attributes it does not know',
      { nodes: chain(['Relu', [], { consumed: { i: 1 } }]), input: [1] },
      /attribute "consumed" is not supported/,
    ],
    [
      'attributes of the wrong type',
      { nodes: chain(['LeakyRelu', [], { alpha: { i: 1 } }]), input: [1] },
      /attribute alpha: expected a float/,
    ],
    [
      'outer products of absurd size',
      {
        nodes: chain(['MatMul', ['a']]),
        weights: { a: { dims: [1, 4096], values: new Array(4096).fill(1) } },
        input: [1, 65536, 1],
      },
      /too many/,
    ],
    [
      'convolutions by variables',
      { nodes: [{ op: 'Conv', inputs: ['x', 'x'], outputs: ['y'] }], input: [1, 1, 2] },
      /node 0 \(Conv\): expected constant weights, got one that depends/,
    ],
    [
      'training mode',
      {
        nodes: chain(['BatchNormalization', ['a', 'a', 'a', 'a'], { training_mode: { i: 1 } }]),
        weights: { a: vector(1) },
        input: [1, 1],
      },
      /expected inference.*export the network for inference/,
    ],
    [
      'variances that have no root',
      { nodes: chain(['BatchNormalization', ['a', 'a', 'a', 'a']]), weights: { a: vector(-1) }, input: [1, 1] },
      /the variance of channel 0 has no root/,
    ],
    [
      'kernels larger than the image',
      { nodes: chain(['MaxPool', [], { kernel_shape: { ints: [9] } }]), input: [1, 1, 5] },
      /the kernel is larger than what it slides over/,
    ],
    [
      'a pooling that runtimes disagree about',
      {
        nodes: chain([
          'AveragePool',
          [],
          { kernel_shape: { ints: [2] }, strides: { ints: [2] }, ceil_mode: { i: 1 }, count_include_pad: { i: 1 } },
        ]),
        input: [1, 1, 5],
      },
      /runtimes disagree on ceil_mode with count_include_pad/,
    ],
    [
      'indices out of range',
      { nodes: chain(['Gather', ['i']]), weights: { i: { dims: [1], values: [3], type: 'int64' } }, input: [3] },
      /index 3 is out of range for 3 elements/,
    ],
    [
      'indices that depend on the input',
      { nodes: chain(['Gather', ['d'], {}, 1]), weights: { d: vector(1, 2) }, input: [1] },
      /expected constant indices/,
    ],
    [
      'sums that do not add up',
      { nodes: chain(['Split', ['p']]), weights: { p: { dims: [1], values: [2], type: 'int64' } }, input: [3] },
      /expected extents that add up to 3, got \[2\]/,
    ],
    [
      'exploding constants',
      {
        nodes: [
          ...Array.from({ length: 60 }, (_, k) => ({ op: 'Mul', inputs: [`a${k}`, `a${k}`], outputs: [`a${k + 1}`] })),
          { op: 'Mul', inputs: ['x', 'a60'], outputs: ['y'] },
        ],
        weights: { a0: scalar(3) },
        input: [1],
      },
      /bits; fold the constants/,
    ],
  ];
  it.each(cases)('for %s', (_, model, message) => {
    const act = () => networkOfOnnx(onnxBytes(model));
    expect(act).toThrow(FormatError);
    expect(act).toThrow(message);
  });

  it('for messages that overrun what contains them, and fields of the wrong wire type', () => {
    // A graph of 4 bytes whose node claims 6 of them; a graph given as a number; dimensions as text.
    expect(() => networkOfOnnx(Uint8Array.from([0x3a, 4, 0x0a, 6, 0x22, 0, 0x42, 0x02, 0x10, 0x0d]))).toThrow(
      /overrun/,
    );
    expect(() => networkOfOnnx(Uint8Array.from([0x38, 1]))).toThrow(/field graph: expected wire type 2, got 0/);
    expect(() => networkOfOnnx(Uint8Array.from([0x0a, 1, 0x01]))).toThrow(
      /field ir_version: expected wire type 0, got 2/,
    );
  });

  it('for bytes that are no protobuf, an empty message, and a truncated model', () => {
    expect(() => networkOfOnnx(Uint8Array.from([1, 2, 3]))).toThrow(/protobuf: expected an ONNX model/);
    expect(() => networkOfOnnx(new Uint8Array(0))).toThrow(/expected a graph with nodes/);
    const bytes = onnxBytes({ nodes: chain(['MatMul', ['W']], ['Relu']), weights: { W }, input: [1, 2] });
    for (let length = 0; length < bytes.length; length++) {
      expect(() => networkOfOnnx(bytes.subarray(0, length))).toThrow(FormatError);
    }
  });
});
