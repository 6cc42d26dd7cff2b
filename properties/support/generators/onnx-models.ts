/**
 * Small ONNX models as bytes, encoded by the protobuf library from plain values.
 */
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { modelSchema } from '../../../src/formats/onnx/schema.js';

export interface TensorSpec {
  readonly dims: readonly number[];
  readonly values: readonly number[];
  readonly type?: keyof typeof TYPES;
  /** Store the elements in raw_data; else in the typed field. */
  readonly raw?: boolean;
  /** The elements are in this file beside the model. */
  readonly external?: string;
}

export type AttributeSpec =
  | { readonly f: number }
  | { readonly i: number }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }
  | { readonly s: string }
  | { readonly t: TensorSpec };

export interface NodeSpec {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeSpec>>;
  readonly domain?: string;
}

export interface ModelSpec {
  readonly nodes: readonly NodeSpec[];
  readonly weights?: Readonly<Record<string, TensorSpec>>;
  /** Dimensions of the input "x"; a string is a dynamic one. */
  readonly input: readonly (number | string)[];
  /** Further inputs after "x", with their dimensions. */
  readonly moreInputs?: Readonly<Record<string, readonly number[]>>;
  /** The name of the output; "y" unless told. */
  readonly output?: string;
  /** Further outputs. */
  readonly moreOutputs?: readonly string[];
  readonly opset?: number;
  /** List the weights as graph inputs too, as old exporters do. */
  readonly weightsAreInputs?: boolean;
  /** The type of the input; float unless told. */
  readonly elementType?: number;
  /** Nodes whose values bound those of `nodes` where all numbers are positive; the same unless told. */
  readonly bound?: readonly NodeSpec[];
}

const TYPES = {
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  double: 11,
  bfloat16: 16,
  float8e4m3fn: 17,
  float8e4m3fnuz: 18,
  float8e5m2: 19,
  float8e5m2fnuz: 20,
  uint4: 21,
  int4: 22,
} as const;

/** Types of which `values` are codes: the bits of each element. */
const CODE_BYTES: Readonly<Partial<Record<keyof typeof TYPES, 0.5 | 1 | 2>>> = {
  int4: 0.5,
  uint4: 0.5,
  bool: 1,
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  float16: 2,
  bfloat16: 2,
  float8e4m3fn: 1,
  float8e4m3fnuz: 1,
  float8e5m2: 1,
  float8e5m2fnuz: 1,
};

/** Two codes of 4 bits in a byte, the first one in its low half. */
function inPairs(codes: readonly number[]): number[] {
  const half = (code = 0) => code & 15;
  return Array.from(
    { length: Math.ceil(codes.length / 2) },
    (_, k) => half(codes[2 * k]) | (half(codes[2 * k + 1]) << 4),
  );
}

function rawBytes(type: keyof typeof TYPES, values: readonly number[]): Uint8Array {
  const bytes = CODE_BYTES[type];
  if (bytes === 0.5) return Uint8Array.from(inPairs(values));
  if (bytes === 1) return Uint8Array.from(values, (value) => value & 255);
  if (bytes === 2) return new Uint8Array(Uint16Array.from(values, (value) => value & 65535).buffer);
  const size = type === 'float' || type === 'int32' ? 4 : 8;
  const view = new DataView(new ArrayBuffer(values.length * size));
  values.forEach((value, i) => {
    if (type === 'float') view.setFloat32(4 * i, value, true);
    else if (type === 'int32') view.setInt32(4 * i, value, true);
    else if (type === 'int64') view.setBigInt64(8 * i, BigInt(value), true);
    else view.setFloat64(8 * i, value, true);
  });
  return new Uint8Array(view.buffer);
}

function tensor(name: string, { dims, values, type = 'float', raw = true, external }: TensorSpec) {
  const head = { name, dims: dims.map(BigInt), dataType: TYPES[type] };
  if (external !== undefined) return { ...head, dataLocation: 1, externalData: [{ key: 'location', value: external }] };
  if (raw) return { ...head, rawData: rawBytes(type, values) };
  const integers = () => values.map(BigInt);
  if (CODE_BYTES[type] === 0.5) return { ...head, int32Data: inPairs(values) };
  if (CODE_BYTES[type] !== undefined || type === 'int32') return { ...head, int32Data: values };
  return {
    float: () => ({ ...head, floatData: values }),
    int64: () => ({ ...head, int64Data: integers() }),
    double: () => ({ ...head, doubleData: values }),
  }[type as 'float' | 'int64' | 'double']();
}

function attribute(name: string, spec: AttributeSpec) {
  if ('f' in spec) return { name, type: 1, f: spec.f };
  if ('i' in spec) return { name, type: 2, i: BigInt(spec.i) };
  if ('s' in spec) return { name, type: 3, s: new TextEncoder().encode(spec.s) };
  if ('t' in spec) return { name, type: 4, t: tensor('', spec.t) };
  if ('floats' in spec) return { name, type: 6, floats: spec.floats };
  return { name, type: 7, ints: spec.ints.map(BigInt) };
}

function valueInfo(name: string, dims: readonly (number | string)[], elemType: number) {
  const dim = dims.map((d) => ({
    value: typeof d === 'number' ? { case: 'dimValue', value: BigInt(d) } : { case: 'dimParam', value: d },
  }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

/** The bytes of a model with one input "x". */
export function onnxBytes(model: ModelSpec): Uint8Array {
  const { nodes, weights = {}, input, output = 'y', opset = 13, weightsAreInputs = false, elementType = 1 } = model;
  const { moreInputs = {}, moreOutputs = [] } = model;
  const listed = weightsAreInputs ? Object.entries(weights).map(([name, w]) => valueInfo(name, w.dims, 1)) : [];
  const init = {
    irVersion: 8n,
    opsetImport: [{ domain: '', version: BigInt(opset) }],
    graph: {
      node: nodes.map(({ op, inputs, outputs, attributes = {}, domain = '' }) => ({
        opType: op,
        input: inputs,
        output: outputs,
        domain,
        attribute: Object.entries(attributes).map(([name, spec]) => attribute(name, spec)),
      })),
      initializer: Object.entries(weights).map(([name, spec]) => tensor(name, spec)),
      input: [
        ...listed,
        valueInfo('x', input, elementType),
        ...Object.entries(moreInputs).map(([name, dims]) => valueInfo(name, dims, elementType)),
      ],
      output: [output, ...moreOutputs].map((name) => ({ name })),
    },
  };
  return toBinary(modelSchema, create(modelSchema, init as MessageInitShape<typeof modelSchema>));
}

/** One node of a chain. */
export type ChainStep = readonly [
  op: string,
  others?: readonly string[],
  attributes?: Readonly<Record<string, AttributeSpec>>,
  position?: number,
];

/** A chain of nodes, each feeding the next: [op, other inputs, attributes, position of the variable input]. */
export function chain(...steps: readonly ChainStep[]): NodeSpec[] {
  return steps.map(([op, others = [], attributes = {}, position = 0], k) => {
    const before = k === 0 ? 'x' : `v${k}`;
    const inputs = [...others.slice(0, position), before, ...others.slice(position)];
    return { op, inputs, outputs: [k === steps.length - 1 ? 'y' : `v${k + 1}`], attributes };
  });
}
