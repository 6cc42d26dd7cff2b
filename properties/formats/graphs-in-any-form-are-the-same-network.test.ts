/**
 * Theorem. A graph is the network that it computes, whatever the order of its nodes, whether parts of it are functions or the
 * branches of a constant condition, and whichever of its inputs and outputs are asked for; what has no order is refused. A network
 * up to the logits has the classes of the whole one.
 *
 * Values are those of onnxruntime, or worked out by hand.
 *
 * Source: the ONNX specification (IR, "Graphs", "Functions"; operator If).
 */
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkOfOnnx } from '../../src/formats/onnx/model.js';
import { asModel, modelSchema } from '../../src/formats/onnx/schema.js';
import { networkDigest } from '../../src/network/digest.js';
import { evaluateDouble } from '../../src/network/evaluate.js';
import { type ChainStep, chain, type ModelSpec, onnxBytes } from '../support/generators/onnx-models.js';
import { operatorModels } from '../support/generators/onnx-operators.js';
import { onnxRuntime } from '../support/references/onnx-runtime.js';

/** Messages as plain values again. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== '$typeName' && name !== '$unknown')
      .map(([name, field]) => [name, plain(field)]),
  );
}

// biome-ignore lint/suspicious/noExplicitAny: a message is changed by hand here
type Anything = any;

/** The model with its message changed. */
function changed(model: ModelSpec, change: (message: Anything) => void): Uint8Array {
  const message = plain(asModel(fromBinary(modelSchema, onnxBytes(model))));
  change(message);
  return toBinary(modelSchema, create(modelSchema, message as MessageInitShape<typeof modelSchema>));
}

const at = (bytes: Uint8Array, x: readonly number[], options = {}) => [
  ...evaluateDouble(networkOfOnnx(bytes, options).network, Float64Array.from(x)),
];

const W = { dims: [2, 2], values: [1, -2, 3, 0.5] };
const scalar = (value: number) => ({ dims: [], values: [value] });

describe('the order of the nodes', () => {
  it('does not matter', () => {
    for (const model of ['Where', 'Einsum', 'Split', 'Max', 'a residual block'].flatMap((name) =>
      fc.sample(operatorModels(name), { numRuns: 4, seed: 3 }),
    )) {
      const sorted = networkOfOnnx(onnxBytes(model), { batch: 'all' }).network;
      const turned = networkOfOnnx(onnxBytes({ ...model, nodes: [...model.nodes].reverse() }), {
        batch: 'all',
      }).network;
      const x = Float64Array.from({ length: sorted.inputs }, (_, i) => Math.sin(i + 1));
      expect(evaluateDouble(turned, x)).toEqual(evaluateDouble(sorted, x));
    }
  });

  it('does not exist in a cycle, which is named', () => {
    const nodes = [
      { op: 'Add', inputs: ['x', 'b'], outputs: ['a'] },
      { op: 'Relu', inputs: ['a'], outputs: ['b'] },
      { op: 'Neg', inputs: ['b'], outputs: ['y'] },
    ];
    const act = () => networkOfOnnx(onnxBytes({ nodes, input: [1] }));
    expect(act).toThrow(/graph: expected a graph without cycles, got one of node 1 \(Relu\), node 0 \(Add\)/);
  });
});

/** y = leaky(x) by a function of the model, with a slope given by the call or by default. */
function withFunction(slope: number | undefined): Uint8Array {
  const model = { nodes: chain(['MatMul', ['W']], ['Bend']), weights: { W }, input: [1, 2] as const };
  return changed(model, (message) => {
    message.opsetImport.push({ domain: 'local', version: 1n });
    const call = message.graph.node[1];
    call.domain = 'local';
    if (slope !== undefined) call.attribute = [{ name: 'slope', type: 1, f: slope }];
    message.functions = [
      {
        name: 'Bend',
        domain: 'local',
        input: ['v'],
        output: ['r'],
        attributeProto: [{ name: 'slope', type: 1, f: 0.5 }],
        opsetImport: [{ domain: '', version: 13n }],
        node: [
          {
            opType: 'LeakyRelu',
            input: ['v'],
            output: ['r'],
            attribute: [{ name: 'alpha', type: 1, refAttrName: 'slope' }],
          },
        ],
      },
    ];
  });
}

describe('functions of a model', () => {
  it.each([undefined, 0.25])('are what their nodes compute, with slope %s', async (slope) => {
    const bytes = withFunction(slope);
    const runtime = await onnxRuntime(bytes);
    for (const x of [
      [1, 2],
      [-3, 1],
      [0.5, 4],
    ]) {
      expect(at(bytes, x)).toEqual([...(await runtime.run(x))]);
    }
    await runtime.release();
  });

  it('that call themselves are refused', () => {
    const bytes = changed({ nodes: chain(['F']), input: [1] }, (message) => {
      message.graph.node[0].domain = 'local';
      const inner = { opType: 'F', domain: 'local', input: ['v'], output: ['r'] };
      message.functions = [{ name: 'F', domain: 'local', input: ['v'], output: ['r'], node: [inner] }];
    });
    expect(() => networkOfOnnx(bytes)).toThrow(/nested more than 32 deep/);
  });
});

describe('If', () => {
  const branch = (opType: string) => ({
    name: 'b',
    node: [{ opType, input: ['x'], output: [opType] }],
    output: [{ name: opType }],
  });
  const withIf = (test: number) =>
    changed(
      {
        nodes: [{ op: 'If', inputs: ['c'], outputs: ['y'] }],
        weights: { c: { dims: [], values: [test], type: 'bool' } },
        input: [1],
      },
      (message) => {
        message.graph.node[0].attribute = [
          { name: 'then_branch', type: 5, g: branch('Relu') },
          { name: 'else_branch', type: 5, g: branch('Neg') },
        ];
      },
    );

  it('takes the branch of its constant condition', () => {
    expect(at(withIf(1), [-2])).toEqual([0]);
    expect(at(withIf(0), [-2])).toEqual([2]);
  });

  it('on the input is refused', () => {
    const nodes = [
      { op: 'Greater', inputs: ['x', 'zero'], outputs: ['c'] },
      { op: 'If', inputs: ['c'], outputs: ['y'] },
    ];
    const act = () => networkOfOnnx(onnxBytes({ nodes, weights: { zero: scalar(0) }, input: [1] }));
    expect(act).toThrow(/expected a constant condition/);
  });
});

/** y = relu(x) + 10 t, z = x - t, with x of two elements and t of one. */
const two = onnxBytes({
  nodes: [
    { op: 'Relu', inputs: ['x'], outputs: ['r'] },
    { op: 'Mul', inputs: ['t', 'ten'], outputs: ['u'] },
    { op: 'Add', inputs: ['r', 'u'], outputs: ['y'] },
    { op: 'Sub', inputs: ['x', 't'], outputs: ['z'] },
  ],
  weights: { ten: scalar(10) },
  input: [1, 2],
  moreInputs: { t: [1, 1] },
  moreOutputs: ['z'],
});

describe('inputs and outputs', () => {
  it('are joined in the order of the graph, which is told', () => {
    const { network, tensors } = networkOfOnnx(two);
    expect([...evaluateDouble(network, Float64Array.of(-1, 2, 3))]).toEqual([30, 32, -4, -1]);
    expect(tensors!.inputs.map(({ name }) => name)).toEqual(['x', 't']);
    expect(network.notes.join()).toMatch(/the 2 inputs are joined in the order of the graph: "x", "t"/);
  });

  it('are chosen by name, in the order of the names, and fixed', () => {
    expect(at(two, [3, -1, 2], { inputs: [{ name: 't' }, { name: 'x' }] })).toEqual([30, 32, -4, -1]);
    const fixed = { inputs: [{ name: 'x' }, { name: 't', values: [3] }], outputs: ['z'] };
    expect(at(two, [-1, 2], fixed)).toEqual([-4, -1]);
    expect(networkOfOnnx(two, fixed).network.notes.join()).toMatch(/input "t" is fixed to 3/);
    expect(at(two, [-1, 2], { outputs: ['r'], inputs: [{ name: 'x' }] })).toEqual([0, 2]);
  });

  it.each([
    [{ inputs: [{ name: 'x' }] }, /the outputs depend on "t" as well; name it too, or fix it: --input t=0/],
    [{ inputs: [{ name: 'q' }] }, /expected one of the inputs "x", "t", got "q"/],
    [{ inputs: [{ name: 'x' }, { name: 'x' }] }, /"x" is named twice/],
    [
      {
        inputs: [
          { name: 't', values: [1] },
          { name: 'x', values: [1] },
        ],
      },
      /expected an input that varies/,
    ],
    [{ inputs: [{ name: 'x' }, { name: 't', values: [0.1] }] }, /expected numbers of type float, got 0.1/],
    [{ inputs: [{ name: 't' }, { name: 'x', values: [1, 2, 3] }] }, /expected 1 or 2 numbers/],
    [
      { outputs: ['q'] },
      /--output "q": expected the name of one value or node of the graph \(the outputs are "y", "z"\)/,
    ],
    [
      { head: 'logits' as const },
      /expected a Softmax, LogSoftmax, Sigmoid or ArgMax at the end of the network, got none/,
    ],
  ])('are refused where they mean nothing: %j', (options, message) => {
    expect(() => networkOfOnnx(two, options)).toThrow(message);
  });
});

describe('a head', () => {
  const classifier = (...tail: readonly ChainStep[]) => ({
    nodes: chain(['MatMul', ['W']], ['Relu'], ...tail),
    weights: { W, shape: { dims: [1], values: [-1], type: 'int64' as const } },
    input: [1, 2] as const,
  });
  const logits = networkOfOnnx(onnxBytes(classifier(['Identity']))).network;

  it.each([
    ['softmax', classifier(['Softmax', [], { axis: { i: -1 } }])],
    ['softmax', classifier(['Softmax'], ['Reshape', ['shape']])],
    ['log-softmax', classifier(['LogSoftmax'])],
    ['sigmoid', classifier(['Sigmoid'], ['Identity'])],
    ['argmax', classifier(['Softmax'], ['ArgMax', [], { axis: { i: 1 } }])],
    ['argmax', classifier(['ArgMax', [], { axis: { i: 1 }, keepdims: { i: 0 } }])],
  ])('of the kind %s is cut off when asked for, and the logits stay', (kind, model) => {
    const bytes = onnxBytes(model);
    expect(() => networkOfOnnx(bytes)).toThrow(/not piecewise linear; --head logits reads the network up to it/);
    const { network, heads } = networkOfOnnx(bytes, { head: 'logits' });
    expect(networkDigest(network)).toBe(networkDigest(logits));
    expect(heads).toEqual([{ kind, groups: [0, 0] }]);
    expect(network.notes.join()).toMatch(/is cut off, the outputs are its logits/);
  });

  it('keeps the class of every point, as onnxruntime decides it', async () => {
    const bytes = onnxBytes(
      classifier(['Softmax'], ['ArgMax', [], { axis: { i: 1 }, keepdims: { i: 0 } }], ['Cast', [], { to: { i: 1 } }]),
    );
    const runtime = await onnxRuntime(bytes);
    for (let k = 0; k < 12; k++) {
      const x = [Math.fround(Math.sin(k)), Math.fround(Math.cos(3 * k))];
      const [a, b] = at(bytes, x, { head: 'logits' });
      if (a !== b) expect([...(await runtime.run(x))]).toEqual([a! > b! ? 0 : 1]);
    }
    await runtime.release();
  });
});
