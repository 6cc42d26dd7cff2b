/**
 * ONNX models (https://onnx.ai): the graph is evaluated on exact affine functions of its input.
 *
 * float32 and float64 weights are taken exactly, and the network is read over the real numbers: no intermediate rounding
 * of a runtime is imitated. Attributes are float32, as the format stores them.
 */
import { fromBinary, type Message } from '@bufbuild/protobuf';
import { complainingAt, FormatError, quoted } from './error.js';
import type { NetworkContent } from './json.js';
import { Lowering } from './onnx-lowering.js';
import { Budget, type GraphContext, NodeView, nodePlace } from './onnx-node.js';
import { operatorOf } from './onnx-operators.js';
import {
  asModel,
  type GraphProto,
  type ModelProto,
  modelSchema,
  type NodeProto,
  type ValueInfoProto,
} from './onnx-schema.js';
import { constantOfTensor, type Shape, shapeOfDims, sizeOf, tensorPlace, typeName } from './onnx-tensor.js';
import { rowsOf, type Value } from './onnx-value.js';
import { checkWire } from './onnx-wire.js';
import { MAX_NUMBERS } from './source.js';

/** Broadcasting and Gemm mean what they mean today since then. */
const OLDEST_OPSET = 7;
/** The widest input: nothing in the file backs the number. */
const MAX_INPUTS = MAX_NUMBERS / 32;

/** Checked and decoded bytes. @throws FormatError */
function decodeModel(bytes: Uint8Array): ModelProto {
  let message: Message;
  try {
    checkWire(modelSchema, bytes);
    message = fromBinary(modelSchema, bytes, { readUnknownFields: false });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FormatError('protobuf', `expected an ONNX model, got other or damaged data (${reason}); fetch it again`);
  }
  return asModel(message);
}

/** The version of the standard operators. */
function opsetOf(model: ModelProto): number {
  const standard = model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  if (standard === undefined) {
    throw new FormatError(
      'opset_import',
      'expected a version of the standard operators, got none; the file is truncated',
    );
  }
  if (standard.version < BigInt(OLDEST_OPSET)) {
    const fix = 'convert the model with onnx.version_converter';
    throw new FormatError('opset_import', `expected opset ${OLDEST_OPSET} or later, got ${standard.version}; ${fix}`);
  }
  return Number(standard.version);
}

function initialValues(graph: GraphProto): Map<string, Value> {
  if (graph.sparseInitializer.length > 0) {
    throw new FormatError('sparse_initializer', 'sparse weights are not supported; export dense ones');
  }
  const values = new Map<string, Value>();
  for (const tensor of graph.initializer) {
    const place = tensorPlace(tensor.name);
    if (values.has(tensor.name)) throw new FormatError(place, 'defined twice; export the network again');
    values.set(tensor.name, constantOfTensor(tensor, place));
  }
  return values;
}

/** The only one of `infos` that is left when constants are taken away. */
function single(infos: readonly ValueInfoProto[], what: string, fix: string): ValueInfoProto {
  const [info, ...others] = infos;
  if (info !== undefined && others.length === 0) return info;
  const names = infos.slice(0, 5).map(({ name }) => quoted(name));
  throw new FormatError(
    'graph',
    `expected one ${what}, got ${infos.length}${names.length > 0 ? ` (${names.join(', ')})` : ''}; ${fix}`,
  );
}

interface InputShape {
  readonly shape: Shape;
  readonly precision: GraphContext['precision'];
  readonly notes: readonly string[];
}

/** The shape of the network's input; a dynamic first dimension is a batch, of which one item is taken. */
function inputShape(info: ValueInfoProto): InputShape {
  const place = `input ${quoted(info.name)}`;
  const tensor = info.type?.tensorType;
  if (tensor?.shape === undefined)
    throw new FormatError(place, 'expected a tensor of known shape; export with fixed shapes');
  if (tensor.elemType !== 1 && tensor.elemType !== 11) {
    throw new FormatError(
      place,
      `expected float or double input, got ${typeName(tensor.elemType)}; convert the network`,
    );
  }
  const notes: string[] = [];
  const dims = tensor.shape.dim.map(({ value }, i) => {
    if (value.case === 'dimValue' && value.value > 0n) return value.value;
    const shown = value.case === undefined ? 'unknown' : quoted(String(value.value));
    if (value.case === 'dimValue' && value.value < -1n)
      throw new FormatError(place, `dimension ${i} is ${shown}; repair it`);
    if (i > 0) throw new FormatError(place, `dimension ${i} is dynamic (${shown}); export with fixed shapes`);
    notes.push(`${place}: the first dimension is dynamic (${shown}) and taken as a batch of 1`);
    return 1n;
  });
  const shape = shapeOfDims(dims, place);
  if (sizeOf(shape) > MAX_INPUTS) {
    throw new FormatError(place, `expected at most ${MAX_INPUTS} inputs, got ${sizeOf(shape)}; use a smaller network`);
  }
  return { shape, precision: tensor.elemType === 1 ? 'float32' : 'float64', notes };
}

/** The nodes that the output depends on: what else a graph computes is no part of the network. */
function liveNodes(graph: GraphProto, output: string): ReadonlySet<NodeProto> {
  const needed = new Set([output]);
  const live = new Set<NodeProto>();
  for (const node of [...graph.node].reverse()) {
    if (!node.output.some((name) => name !== '' && needed.has(name))) continue;
    live.add(node);
    for (const name of node.input) needed.add(name);
  }
  return live;
}

/** Evaluates one node and defines its outputs. */
function evaluateNode(node: NodeProto, index: number, values: Map<string, Value>, context: GraphContext) {
  const place = nodePlace(node, index);
  const operator = operatorOf(node, place);
  const inputs = node.input.map((name) => {
    if (name === '') return undefined;
    const value = values.get(name);
    if (value === undefined) {
      throw new FormatError(place, `its input ${quoted(name)} is not computed before it; export the network again`);
    }
    return value;
  });
  const view = new NodeView(node, inputs, place, context);
  const result = complainingAt(place, () => operator(view));
  view.checkAttributesUsed();
  if (node.output[0] === undefined || node.output[0] === '') {
    throw new FormatError(place, 'expected an output, got none; repair the model');
  }
  const results: readonly Value[] = 'kind' in result ? [result] : result;
  results.slice(0, node.output.length).forEach((value, i) => {
    const name = node.output[i]!;
    if (values.has(name)) throw new FormatError(place, `its output ${quoted(name)} is defined twice; repair the model`);
    if (name !== '') values.set(name, value);
  });
}

/** A network from the bytes of a model. @throws FormatError naming the node, tensor or field */
export function networkOfOnnx(bytes: Uint8Array): NetworkContent {
  const model = decodeModel(bytes);
  const { graph } = model;
  if (graph === undefined || graph.node.length === 0) {
    throw new FormatError('graph', 'expected a graph with nodes, got none; check that this is an ONNX model');
  }
  const opset = opsetOf(model);
  const values = initialValues(graph);
  const variables = graph.input.filter(({ name }) => !values.has(name));
  const input = single(variables, 'input', 'fix the others as constants before exporting');
  const output = single(graph.output, 'output', 'export the network with the output that matters');
  const { shape, precision, notes: remarks } = inputShape(input);
  const notes = new Set(remarks);
  const lowering = new Lowering(sizeOf(shape));
  values.set(input.name, { kind: 'affine', shape, rows: lowering.inputRows(), depth: 0 });
  const context: GraphContext = { lowering, budget: new Budget(), opset, precision, notes };
  const live = liveNodes(graph, output.name);
  graph.node.forEach((node, index) => {
    if (live.has(node)) evaluateNode(node, index, values, context);
  });
  const result = values.get(output.name);
  if (result?.kind !== 'affine') {
    throw new FormatError(`output ${quoted(output.name)}`, 'does not depend on the input; check the graph');
  }
  if (result.rows.length === 0) throw new FormatError(`output ${quoted(output.name)}`, 'is empty; check the shapes');
  const network = complainingAt('graph', () => lowering.network(rowsOf(result), [...notes]));
  return { network, format: `ONNX (opset ${opset})` };
}
