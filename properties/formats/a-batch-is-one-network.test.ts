/**
 * Theorem. If a graph does the same to every item of its first dimension, it is f on each item, and f is what is read: the
 * graph's value at (x_1, ..., x_n) is (f(x_1), ..., f(x_n)). Where it does not, the network of all items is read.
 *
 * The graph's value is that of onnxruntime for random graphs of every operator, and of the network of all items; both must be
 * f on each item. Graphs that mix items are written by hand.
 *
 * Source: product of functions; the claim is decided neuron by neuron in `formats/graph/batch.ts`.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRational, rationalFromDouble } from '../../src/exact/rational.js';
import { networkOfOnnx } from '../../src/formats/onnx/model.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import { shapeOf } from '../../src/network/network.js';
import { trials } from '../support/generators/holds.js';
import { chain, type ModelSpec, onnxBytes, type TensorSpec } from '../support/generators/onnx-models.js';
import { generatedGraphs, generatedOperators, operatorModels } from '../support/generators/onnx-operators.js';

const tensor = (dims: readonly number[], values: readonly number[]): TensorSpec => ({ dims, values });
const integers = (...values: readonly number[]): TensorSpec => ({ dims: [values.length], values, type: 'int64' });

/** 2 -> 3 -> 1 on every row of a matrix. */
const weights = {
  w1: tensor([2, 3], [1, -2, 3, 0.5, 1, -1]),
  b1: tensor([3], [0.25, -0.5, 0]),
  w2: tensor([3, 1], [1, 2, -1]),
};
const perceptron = chain(['MatMul', ['w1']], ['Add', ['b1']], ['Relu'], ['MatMul', ['w2']]);

const valuesAt = (model: ModelSpec, x: readonly number[], batch?: number) =>
  evaluateExact(
    networkOfOnnx(onnxBytes(model), batch === undefined ? {} : { batch }).network,
    x.map(rationalFromDouble),
  ).output.map(formatRational);

const POINTS = [1, 2, -3, 0.5, 0, 0, 7, -1];

function expectItems(model: ModelSpec, count: number) {
  const { network } = networkOfOnnx(onnxBytes(model));
  const all = networkOfOnnx(onnxBytes(model), { batch: count }).network;
  expect(all.inputs).toBe(count * network.inputs);
  const xs = Array.from({ length: all.inputs }, (_, i) => POINTS[i % POINTS.length]! + i / 8);
  const items = Array.from({ length: count }, (_, k) =>
    valuesAt(model, xs.slice(k * network.inputs, (k + 1) * network.inputs)),
  );
  expect(items.flat()).toEqual(valuesAt(model, xs, count));
}

describe('a graph that does the same to every item', () => {
  it.each([
    ['a perceptron', { input: [4, 2], weights, nodes: perceptron }],
    [
      'a perceptron with its batch written into a Reshape',
      {
        input: [4, 2, 1],
        weights: { ...weights, rows: integers(4, -1) },
        nodes: chain(['Reshape', ['rows']], ['MatMul', ['w1']], ['Relu'], ['MatMul', ['w2']]),
      },
    ],
    [
      'items in columns between two transpositions',
      {
        input: [3, 2],
        weights: { a: tensor([3, 2], [1, 2, 3, 4, 5, 6]) },
        nodes: chain(['Transpose'], ['MatMul', ['a'], {}, 1], ['Relu'], ['Transpose']),
      },
    ],
    [
      'neurons that read nothing',
      {
        input: [4, 2],
        weights: { ...weights, zero: tensor([1, 3], [1, 0, 2]) },
        nodes: chain(['MatMul', ['w1']], ['Mul', ['zero']], ['Add', ['b1']], ['Relu'], ['MatMul', ['w2']]),
      },
    ],
    [
      'a convolution of images',
      {
        input: [2, 1, 3, 3],
        weights: { k: tensor([2, 1, 2, 2], [1, -1, 2, 0.5, 0, 1, -1, 3]) },
        nodes: chain(['Conv', ['k']], ['Relu'], ['Flatten']),
      },
    ],
  ] satisfies [string, ModelSpec][])('is a network on one item: %s', (_, model) => {
    expectItems(model, model.input[0] as number);
    expect(networkOfOnnx(onnxBytes(model)).network.notes.join()).toMatch(/first dimension \(\d\) is a batch/);
  });

  it('keeps all items when told', () => {
    const bytes = onnxBytes({ input: [4, 2], weights, nodes: perceptron });
    expect(shapeOf(networkOfOnnx(bytes).network)).toBe('2-3-1');
    expect(shapeOf(networkOfOnnx(bytes, { batch: 4 }).network)).toBe('8-12-4');
    expect(networkOfOnnx(bytes).tensors!.inputs).toEqual([{ name: 'x', shape: [1, 2] }]);
    expect(networkOfOnnx(bytes, { batch: 'all' }).tensors!.outputs).toEqual([{ name: 'y', shape: [4, 1] }]);
    const dynamic = onnxBytes({ input: ['n', 2], weights, nodes: perceptron });
    expect(shapeOf(networkOfOnnx(dynamic, { batch: 4 }).network)).toBe('8-12-4');
    expect(shapeOf(networkOfOnnx(dynamic).network)).toBe('2-3-1');
    expect(() => networkOfOnnx(bytes, { batch: 3 })).toThrow(/--batch=3: the first dimension is 4/);
  });

  it('of any operator is f on each item, in the network of all items', () => {
    let batches = 0;
    for (const operator of [...generatedOperators, ...generatedGraphs]) {
      for (const model of fc.sample(operatorModels(operator), { numRuns: trials(6), seed: 91 })) {
        const { network } = networkOfOnnx(onnxBytes(model));
        if (network.inputs === networkOfOnnx(onnxBytes(model), { batch: 'all' }).network.inputs) continue;
        batches++;
        expectItems(model, model.input[0] as number);
      }
    }
    expect(batches).toBeGreaterThan(30);
  });
});

describe('a graph that does not', () => {
  it.each([
    ['one constant for each item', chain(['Add', ['each']], ['Relu'])],
    ['a sum over the items', chain(['ReduceMean', [], { axes: { ints: [0] }, keepdims: { i: 1 } }], ['Relu'])],
    ['the items in another order', chain(['Gather', ['order']], ['Relu'])],
    ['the items mixed by a matrix', chain(['MatMul', ['mix'], {}, 1], ['Relu'])],
    ['one item more than another', chain(['Gather', ['twice']], ['Relu'])],
    ['the whole as one vector', chain(['Reshape', ['flat']], ['Relu'])],
  ])('is read as it stands: %s', (_, nodes) => {
    const model: ModelSpec = {
      input: [2, 2],
      nodes,
      weights: {
        each: tensor([2, 2], [1, 2, 3, 4]),
        order: { ...integers(1, 0) },
        twice: { ...integers(0, 0) },
        mix: tensor([2, 2], [1, 1, 0, 1]),
        flat: integers(1, 4),
      },
    };
    const { network } = networkOfOnnx(onnxBytes(model));
    expect(network.inputs).toBe(4);
    expect(network.notes.join()).not.toMatch(/batch/);
    expect(() => networkOfOnnx(onnxBytes(model), { batch: 1 })).toThrow(
      /--batch=1: expected a graph that does the same/,
    );
  });

  it.each([
    ['Softmax', 0, 13, 4],
    ['Softmax', 1, 13, 2],
    // Before opset 13 all axes from this one on are one.
    ['Softmax', 0, 12, 4],
    ['ArgMax', 0, 13, 4],
    ['ArgMax', 1, 13, 2],
  ] as const)(
    'compares its items behind the logits: %s along %i (opset %i) has %i inputs',
    (operator, axis, opset, n) => {
      const model = { input: [2, 2], opset, nodes: chain(['Relu'], [operator, [], { axis: { i: axis } }]) };
      expect(networkOfOnnx(onnxBytes(model), { head: 'logits' }).network.inputs).toBe(n);
    },
  );

  it('has no batch in a vector', () => {
    expect(networkOfOnnx(onnxBytes({ input: [4], nodes: chain(['Relu']) })).network.inputs).toBe(4);
  });
});

describe('a shape that the file leaves open', () => {
  const nodes = chain(['MatMul', ['w1']], ['Relu'], ['MatMul', ['w2']]);
  const bytes = onnxBytes({ input: ['n', 'features'], weights, nodes });

  it('is the one that is stated', () => {
    expect(() => networkOfOnnx(bytes)).toThrow(/dimension 1 is dynamic \("features"\); give it: --input-shape/);
    expect(shapeOf(networkOfOnnx(bytes, { inputShapes: new Map([['', [1, 2]]]) }).network)).toBe('2-3-1');
    expect(shapeOf(networkOfOnnx(bytes, { inputShapes: new Map([['x', [1, 2]]]) }).network)).toBe('2-3-1');
  });

  it.each([
    ['another rank', new Map([['', [2]]]), /expected a shape that fits \[n,features\], got \[2\]/],
    ['an input that there is not', new Map([['z', [1, 2]]]), /expected one of the inputs "x", got "z"/],
  ] as const)('is not %s', (_, shapes, message) => {
    expect(() => networkOfOnnx(bytes, { inputShapes: shapes })).toThrow(message);
  });
});
