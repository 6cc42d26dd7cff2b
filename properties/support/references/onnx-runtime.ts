/**
 * Networks as onnxruntime computes them, and how far float32 arithmetic may take it from the real function.
 *
 * **The bound.** Let u = 2^-24 (2^-53 in float64) and gamma_k = k u / (1 - k u). A graph of sums, products with constants
 * and maps that are 1-Lipschitz (relu, max, clip) computes every value v with |computed - v| <= gamma_K A(v), where A(v)
 * is what the same graph gives with every constant, input and sign replaced by its absolute value and every activation by
 * something at least as large, and K counts the roundings along the way: a sum of n products, in any order and with or
 * without fused operations, adds at most n + 1 (Higham, Accuracy and Stability of Numerical Algorithms, chapter 3).
 * Proof by induction over the nodes, with |v| <= A(v): in a sum of products every term is off by a factor between
 * (1 - u)^k and (1 + u)^k; 1-Lipschitz maps do not increase the error. The graph of absolute values is built here on the
 * protobuf message and evaluated by our own reader; a reader that misreads it changes the bound by a factor, but cannot
 * hide a value that differs in its leading digits.
 */
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { env, InferenceSession, Tensor } from 'onnxruntime-web';
import {
  type AttributeProto,
  asModel,
  modelSchema,
  type NodeProto,
  type TensorProto,
} from '../../../src/formats/onnx/schema.js';

env.wasm.numThreads = 1;

/** A model in the runtime, without graph optimisations, so that what is computed is what the file says. */
export interface Runtime {
  readonly single: boolean;
  run(x: ArrayLike<number>): Promise<Float64Array>;
  release(): Promise<void>;
}

export async function onnxRuntime(bytes: Uint8Array): Promise<Runtime> {
  const session = await InferenceSession.create(bytes, { graphOptimizationLevel: 'disabled', logSeverityLevel: 3 });
  const inputs = session.inputMetadata.map((metadata) => {
    if (!metadata.isTensor) throw new Error(`onnxruntime: expected a tensor as input ${metadata.name}`);
    const dims = metadata.shape.map((extent) => (typeof extent === 'number' && extent > 0 ? extent : 1));
    return { name: metadata.name, dims, size: dims.reduce((n, d) => n * d, 1), single: metadata.type === 'float32' };
  });
  return {
    single: inputs.some(({ single }) => single),
    async run(x) {
      const feeds: Record<string, Tensor> = {};
      let first = 0;
      for (const { name, dims, size, single } of inputs) {
        const values = Array.from(x).slice(first, (first += size));
        feeds[name] = single
          ? new Tensor('float32', Float32Array.from(values), dims)
          : new Tensor('float64', Float64Array.from(values), dims);
      }
      const results = await session.run(feeds);
      const outputs = session.outputNames.map((name) => results[name]!.data as Float32Array | Float64Array);
      return Float64Array.from(outputs.flatMap((data) => [...data]));
    },
    release: () => session.release(),
  };
}

/** A tensor of absolute values; integers, which are shapes and indices, as they are. */
function absoluteTensor(tensor: TensorProto): TensorProto {
  if (tensor.dataType !== 1 && tensor.dataType !== 11) return tensor;
  const rawData = Uint8Array.from(tensor.rawData);
  // The sign is the highest bit of the last byte of each little-endian number.
  const size = tensor.dataType === 1 ? 4 : 8;
  for (let i = size - 1; i < rawData.length; i += size) rawData[i]! &= 0x7f;
  const absolute = (values: readonly number[]) => values.map(Math.abs);
  return { ...tensor, rawData, floatData: absolute(tensor.floatData), doubleData: absolute(tensor.doubleData) };
}

const NUMBERS = new Set(['alpha', 'beta', 'value', 'value_float']);

function absoluteAttribute(attribute: AttributeProto): AttributeProto {
  return {
    ...attribute,
    f: NUMBERS.has(attribute.name) ? Math.abs(attribute.f) : attribute.f,
    floats: attribute.floats.map(Math.abs),
    ...(attribute.t === undefined ? {} : { t: absoluteTensor(attribute.t) }),
  };
}

const floatAttribute = (name: string, f: number) => ({ name, type: 1, f });

/** The nodes that bound what one node computes. */
function absoluteNodes(node: NodeProto, index: number): Partial<NodeProto>[] {
  const attribute = (name: string) => node.attribute.find((candidate) => candidate.name === name);
  const plain = { ...node, attribute: node.attribute.map(absoluteAttribute) };
  const { output } = node;
  const named = (opType: string, input: readonly string[]) => ({ opType, input, output, name: '', domain: '' });
  const constant = (name: string, value: number) => ({
    opType: 'Constant',
    input: [],
    output: [name],
    attribute: [floatAttribute('value_float', value) as AttributeProto],
  });
  const [own, other] = [`bound ${index}`, `second bound ${index}`];
  switch (node.opType) {
    case 'Sub':
      return [named('Add', node.input)];
    case 'Abs':
      return [plain];
    case 'Neg':
    case 'Relu':
      // Values are positive already, and a neuron keeps the affine layers apart.
      return [named('Relu', node.input)];
    case 'LeakyRelu':
      return [constant(own, Math.max(1, Math.abs(attribute('alpha')?.f ?? 0))), named('Mul', [node.input[0]!, own])];
    case 'PRelu':
      // (1 + |slope|) x
      return [{ opType: 'Mul', input: node.input, output: [own] }, named('Add', [node.input[0]!, own])];
    case 'Max':
    case 'Min':
      return [named('Sum', node.input)];
    case 'Clip': {
      const bounds = ['min', 'max'].map((name) => Math.abs(attribute(name)?.f ?? 0));
      return [constant(own, bounds[0]! + bounds[1]!), named('Sum', [...node.input.filter((name) => name !== ''), own])];
    }
    case 'HardSigmoid':
      return [
        constant(own, Math.abs(attribute('alpha')?.f ?? 0.25)),
        constant(other, 1 + Math.abs(attribute('beta')?.f ?? 0.5)),
        { opType: 'Mul', input: [node.input[0]!, own], output: [`${own}*`] },
        named('Add', [`${own}*`, other]),
      ];
    case 'MaxPool': {
      const size = kernelSize(node);
      const attributes = node.attribute.filter(({ name }) => name !== 'storage_order');
      return [
        { opType: 'AveragePool', input: node.input, output: [own], attribute: attributes },
        constant(other, size),
        named('Mul', [own, other]),
      ];
    }
    case 'BatchNormalization':
      // scale, bias and variance are positive already; - (-|mean|) is too.
      return [
        { opType: 'Neg', input: [node.input[3]!], output: [own] },
        { ...plain, input: [...node.input.slice(0, 3), own, node.input[4]!] },
      ];
    default:
      return [plain];
  }
}

const kernelSize = (node: NodeProto) =>
  (node.attribute.find(({ name }) => name === 'kernel_shape')?.ints ?? [1n]).reduce((n, k) => n * Number(k), 1);

/** No sum over whole axes in the tests is longer. */
const LONGEST_REDUCTION = 4096;

/** An upper bound on the roundings that one node adds to a value. */
function roundings(node: NodeProto, tensors: ReadonlyMap<string, TensorProto>): number {
  switch (node.opType) {
    case 'MatMul':
    case 'Gemm':
    case 'Conv': {
      // Elements that one output can see: at least one axis of the weights runs over outputs.
      const dims = node.input.map((name) => tensors.get(name)?.dims.map(Number) ?? []).find((list) => list.length >= 2);
      const elements = (dims ?? [LONGEST_REDUCTION]).reduce((n, d) => n * d, 1);
      return elements / Math.max(1, Math.min(...(dims ?? [1]))) + 4;
    }
    case 'AveragePool':
      return kernelSize(node) + 2;
    case 'Einsum':
    case 'CumSum':
    case 'ConvTranspose':
    case 'LpPool':
    case 'GlobalLpPool':
    case 'ReduceL1':
    case 'ReduceSum':
    case 'ReduceMean':
    case 'GlobalAveragePool':
      return LONGEST_REDUCTION;
    default:
      // BatchNormalization rounds six times, the others less.
      return 8;
  }
}

/** Decoded messages as plain values, from which messages can be made again. */
function withoutTypeNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTypeNames);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  const fields = Object.entries(value).filter(([name]) => name !== '$typeName' && name !== '$unknown');
  return Object.fromEntries(fields.map(([name, field]) => [name, withoutTypeNames(field)]));
}

export interface RoundingModel {
  /** The graph of absolute values, as a model; its value at |x| is A. */
  readonly magnitudes: Uint8Array;
  /** gamma_K. */
  readonly relative: number;
}

/** What bounds the rounding errors of a runtime on this model. */
export function roundingModel(bytes: Uint8Array, single: boolean): RoundingModel {
  const model = asModel(fromBinary(modelSchema, bytes, { readUnknownFields: false }));
  const graph = model.graph!;
  const tensors = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  const steps = graph.node.reduce((sum, node) => sum + roundings(node, tensors), 1);
  const unit = single ? 2 ** -24 : 2 ** -53;
  const magnitudes = {
    ...model,
    graph: {
      ...graph,
      node: graph.node.flatMap((node, i) => absoluteNodes(node, i)) as NodeProto[],
      initializer: graph.initializer.map(absoluteTensor),
    },
  };
  const init = withoutTypeNames(magnitudes) as MessageInitShape<typeof modelSchema>;
  return {
    magnitudes: toBinary(modelSchema, create(modelSchema, init)),
    relative: (steps * unit) / (1 - steps * unit),
  };
}
