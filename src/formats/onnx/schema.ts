/**
 * The part of onnx.proto (package onnx, proto3) that a network for inference uses, as descriptors of @bufbuild/protobuf.
 *
 * Field names and numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3 (Apache-2.0), IR versions
 * 3 to 12; fields left out (documentation, training, devices) are skipped as unknown ones are. Written as a table, because no
 * .proto compiler is at hand when the package is installed.
 */
import { create, createFileRegistry, type DescMessage, type Message } from '@bufbuild/protobuf';
import {
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  type DescriptorProto,
  DescriptorProtoSchema,
  FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';

const SCALARS = {
  string: Type.STRING,
  bytes: Type.BYTES,
  int32: Type.INT32,
  int64: Type.INT64,
  uint64: Type.UINT64,
  float: Type.FLOAT,
  double: Type.DOUBLE,
} as const;

/** "name: [number, type]": a scalar or a message of this file; `[]` after the type for repeated, `?` for the oneof. */
type Fields = Readonly<Record<string, readonly [number: number, type: string]>>;

const MESSAGES: Readonly<Record<string, Fields>> = {
  ModelProto: {
    ir_version: [1, 'int64'],
    producer_name: [2, 'string'],
    producer_version: [3, 'string'],
    graph: [7, 'GraphProto'],
    opset_import: [8, 'OperatorSetIdProto[]'],
    functions: [25, 'FunctionProto[]'],
  },
  OperatorSetIdProto: { domain: [1, 'string'], version: [2, 'int64'] },
  FunctionProto: {
    name: [1, 'string'],
    input: [4, 'string[]'],
    output: [5, 'string[]'],
    attribute: [6, 'string[]'],
    node: [7, 'NodeProto[]'],
    opset_import: [9, 'OperatorSetIdProto[]'],
    domain: [10, 'string'],
    attribute_proto: [11, 'AttributeProto[]'],
    overload: [13, 'string'],
  },
  GraphProto: {
    node: [1, 'NodeProto[]'],
    name: [2, 'string'],
    initializer: [5, 'TensorProto[]'],
    input: [11, 'ValueInfoProto[]'],
    output: [12, 'ValueInfoProto[]'],
    sparse_initializer: [15, 'SparseTensorProto[]'],
  },
  NodeProto: {
    input: [1, 'string[]'],
    output: [2, 'string[]'],
    name: [3, 'string'],
    op_type: [4, 'string'],
    attribute: [5, 'AttributeProto[]'],
    domain: [7, 'string'],
    overload: [8, 'string'],
  },
  AttributeProto: {
    name: [1, 'string'],
    f: [2, 'float'],
    i: [3, 'int64'],
    s: [4, 'bytes'],
    t: [5, 'TensorProto'],
    g: [6, 'GraphProto'],
    floats: [7, 'float[]'],
    ints: [8, 'int64[]'],
    type: [20, 'int32'],
    ref_attr_name: [21, 'string'],
  },
  TensorProto: {
    dims: [1, 'int64[]'],
    data_type: [2, 'int32'],
    segment: [3, 'SegmentProto'],
    float_data: [4, 'float[]'],
    int32_data: [5, 'int32[]'],
    int64_data: [7, 'int64[]'],
    name: [8, 'string'],
    raw_data: [9, 'bytes'],
    double_data: [10, 'double[]'],
    uint64_data: [11, 'uint64[]'],
    external_data: [13, 'StringStringEntryProto[]'],
    data_location: [14, 'int32'],
  },
  SegmentProto: { begin: [1, 'int64'], end: [2, 'int64'] },
  SparseTensorProto: { values: [1, 'TensorProto'] },
  StringStringEntryProto: { key: [1, 'string'], value: [2, 'string'] },
  ValueInfoProto: { name: [1, 'string'], type: [2, 'TypeProto'] },
  TypeProto: { tensor_type: [1, 'TensorTypeProto'] },
  TensorTypeProto: { elem_type: [1, 'int32'], shape: [2, 'TensorShapeProto'] },
  TensorShapeProto: { dim: [1, 'DimensionProto[]'] },
  DimensionProto: { dim_value: [1, 'int64?'], dim_param: [2, 'string?'] },
};

/** Plain values as the library decodes them; messages that are absent are undefined, scalars have their zero. */
export interface ModelProto {
  readonly irVersion: bigint;
  readonly producerName: string;
  readonly graph?: GraphProto;
  readonly opsetImport: readonly OperatorSetId[];
  readonly functions: readonly FunctionProto[];
}

export interface OperatorSetId {
  readonly domain: string;
  readonly version: bigint;
}

/** A function of the model: what a node with its name and domain stands for. */
export interface FunctionProto {
  readonly name: string;
  readonly domain: string;
  readonly overload: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  /** Names of the attributes that a call may give. */
  readonly attribute: readonly string[];
  /** The same with values for calls that give none. */
  readonly attributeProto: readonly AttributeProto[];
  readonly node: readonly NodeProto[];
  readonly opsetImport: readonly OperatorSetId[];
}

export interface GraphProto {
  readonly node: readonly NodeProto[];
  readonly initializer: readonly TensorProto[];
  readonly input: readonly ValueInfoProto[];
  readonly output: readonly ValueInfoProto[];
  readonly sparseInitializer: readonly { readonly values?: TensorProto }[];
}

export interface NodeProto {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly name: string;
  readonly opType: string;
  readonly attribute: readonly AttributeProto[];
  readonly domain: string;
  readonly overload: string;
}

export interface AttributeProto {
  readonly name: string;
  readonly f: number;
  readonly i: bigint;
  readonly s: Uint8Array;
  readonly t?: TensorProto;
  readonly g?: GraphProto;
  readonly floats: readonly number[];
  readonly ints: readonly bigint[];
  /** 1 float, 2 int, 3 string, 4 tensor, 5 graph, 6 floats, 7 ints. */
  readonly type: number;
  readonly refAttrName: string;
}

export interface TensorProto {
  readonly dims: readonly bigint[];
  readonly dataType: number;
  readonly segment?: object;
  readonly floatData: readonly number[];
  readonly int32Data: readonly number[];
  readonly int64Data: readonly bigint[];
  readonly name: string;
  readonly rawData: Uint8Array;
  readonly doubleData: readonly number[];
  readonly uint64Data: readonly bigint[];
  readonly externalData: readonly { readonly key: string; readonly value: string }[];
  readonly dataLocation: number;
}

export interface ValueInfoProto {
  readonly name: string;
  readonly type?: { readonly tensorType?: { readonly elemType: number; readonly shape?: ShapeProto } };
}

export interface ShapeProto {
  readonly dim: readonly {
    readonly value:
      | { readonly case: 'dimValue'; readonly value: bigint }
      | { readonly case: 'dimParam'; readonly value: string }
      | { readonly case: undefined };
  }[];
}

function fieldDescriptor(name: string, number: number, notation: string) {
  const type = notation.replace(/\[\]$|\?$/, '');
  const scalar = Object.hasOwn(SCALARS, type) ? SCALARS[type as keyof typeof SCALARS] : undefined;
  return create(FieldDescriptorProtoSchema, {
    name,
    number,
    label: notation.endsWith('[]') ? Label.REPEATED : Label.OPTIONAL,
    type: scalar ?? Type.MESSAGE,
    ...(scalar === undefined ? { typeName: `.onnx.${type}` } : {}),
    ...(notation.endsWith('?') ? { oneofIndex: 0 } : {}),
  });
}

function messageDescriptor(name: string, fields: Fields): DescriptorProto {
  const notations = Object.values(fields).map(([, type]) => type);
  return create(DescriptorProtoSchema, {
    name,
    field: Object.entries(fields).map(([field, [number, type]]) => fieldDescriptor(field, number, type)),
    oneofDecl: notations.some((type) => type.endsWith('?')) ? [{ name: 'value' }] : [],
  });
}

/** The descriptors of the table, by name. */
function buildDescriptors(): (name: string) => DescMessage {
  const file = create(FileDescriptorProtoSchema, {
    name: 'onnx.proto3',
    package: 'onnx',
    syntax: 'proto3',
    messageType: Object.entries(MESSAGES).map(([name, fields]) => messageDescriptor(name, fields)),
  });
  const registry = createFileRegistry(file, () => undefined);
  return (name) => registry.getMessage(`onnx.${name}`)!;
}

/** The descriptor of onnx.ModelProto: `fromBinary(modelSchema, bytes)` decodes a model. */
export const modelSchema: DescMessage = buildDescriptors()('ModelProto');

/** What `fromBinary(modelSchema, ...)` returns, with its fields. */
export function asModel(message: Message): ModelProto {
  return message as unknown as ModelProto;
}
