/**
 * A graph under construction, in the operators of ONNX: what a layer of another format means is said in nodes whose reading is
 * compared with a runtime.
 */

import type { AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto } from '../onnx/schema.js';
import { sizeOf } from '../onnx/tensor.js';

export type Attribute = number | readonly number[] | string | { readonly float: number };

/** The operator set that the nodes are written in. */
const OPSET = 21n;

const FLOAT = 1;
const INT64 = 7;

const NO_BYTES = new Uint8Array(0);

function attributeProto(name: string, value: Attribute): AttributeProto {
  const empty = { name, f: 0, i: 0n, s: NO_BYTES, floats: [], ints: [], refAttrName: '' };
  if (typeof value === 'number') return { ...empty, type: 2, i: BigInt(value) };
  if (typeof value === 'string') return { ...empty, type: 3, s: new TextEncoder().encode(value) };
  if ('float' in value) return { ...empty, type: 1, f: value.float };
  return { ...empty, type: 7, ints: value.map(BigInt) };
}

function tensorProto(name: string, dims: readonly number[], dataType: number, data: Partial<TensorProto>): TensorProto {
  return {
    name,
    dims: dims.map(BigInt),
    dataType,
    floatData: [],
    int32Data: [],
    int64Data: [],
    doubleData: [],
    uint64Data: [],
    rawData: NO_BYTES,
    externalData: [],
    dataLocation: 0,
    ...data,
  };
}

const valueInfo = (name: string, shape: readonly number[]): ValueInfoProto => ({
  name,
  type: {
    tensorType: {
      elemType: FLOAT,
      shape: { dim: shape.map((extent) => ({ value: { case: 'dimValue', value: BigInt(extent) } })) },
    },
  },
});

/** Collects the nodes and weights of a graph. */
export class GraphBuilder {
  readonly #nodes: NodeProto[] = [];
  readonly #tensors: TensorProto[] = [];
  readonly #inputs: ValueInfoProto[] = [];
  #names = 0;

  #fresh(): string {
    return `value ${this.#names++}`;
  }

  /** An input of the network. */
  input(name: string, shape: readonly number[]) {
    this.#inputs.push(valueInfo(name, shape));
  }

  /** float32 numbers; a list of other numbers is held as it is. */
  weights(dims: readonly number[], values: Float32Array): string {
    const name = this.#fresh();
    const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const data = sizeOf(dims) === 0 ? {} : { rawData };
    this.#tensors.push(tensorProto(name, dims, FLOAT, data));
    return name;
  }

  /** One number, a double. */
  number(value: number): string {
    const name = this.#fresh();
    this.#tensors.push(tensorProto(name, [], 11, { doubleData: [value] }));
    return name;
  }

  integers(values: readonly number[]): string {
    const name = this.#fresh();
    this.#tensors.push(tensorProto(name, [values.length], INT64, { int64Data: values.map(BigInt) }));
    return name;
  }

  /** The value that an operator computes. @param layer what messages call the node */
  node(
    opType: string,
    input: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    layer = '',
  ): string {
    const output = this.#fresh();
    const attribute = Object.entries(attributes).map(([name, value]) => attributeProto(name, value));
    this.#nodes.push({ input, output: [output], name: layer, opType, attribute, domain: '', overload: '' });
    return output;
  }

  /** The graph as a model whose outputs are these values, under their own names. */
  model(outputs: readonly (readonly [name: string, value: string])[]): ModelProto & { readonly graph: GraphProto } {
    const named = outputs.map(([name, value]): NodeProto => {
      return { input: [value], output: [name], name, opType: 'Identity', attribute: [], domain: '', overload: '' };
    });
    return {
      irVersion: 10n,
      producerName: '',
      opsetImport: [{ domain: '', version: OPSET }],
      functions: [],
      graph: {
        node: [...this.#nodes, ...named],
        initializer: this.#tensors,
        input: this.#inputs,
        output: outputs.map(([name]) => ({ name })),
        sparseInitializer: [],
      },
    };
  }
}
