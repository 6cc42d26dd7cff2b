/**
 * ONNX models (https://onnx.ai): the graph is evaluated on exact affine functions of its input.
 *
 * float32 and float64 weights are taken exactly, and the network is read over the real numbers: no intermediate rounding
 * of a runtime is imitated. Attributes are float32, as the format stores them.
 */
import { fromBinary, type Message } from '@bufbuild/protobuf';
import { Budget, type GraphContext } from '../graph/context.js';
import { Lowering } from '../graph/lowering.js';
import type { Row } from '../graph/rows.js';
import { complainingAt, FormatError, quoted } from '../input/error.js';
import { MAX_NUMBERS } from '../input/source.js';
import type { NetworkContent } from '../json/network.js';
import { isLayered } from './layered.js';
import { NodeView, nodePlace } from './node.js';
import { LATEST_COMPARED_OPSET, OLDEST_OPSET, operatorOf } from './operators.js';
import {
  asModel,
  type GraphProto,
  type ModelProto,
  modelSchema,
  type NodeProto,
  type ValueInfoProto,
} from './schema.js';
import { constantOfTensor, type Shape, shapeOfDims, sizeOf, tensorPlace, typeName } from './tensor.js';
import type { Value } from './value.js';
import { checkWire } from './wire.js';

/** The widest input: nothing in the file backs the number. */
const MAX_INPUTS = MAX_NUMBERS / 128;

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

/** The nodes that the outputs depend on: what else a graph computes is no part of the network. */
function liveNodes(graph: GraphProto, outputs: readonly string[]): ReadonlySet<NodeProto> {
  const needed = new Set(outputs);
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
  complainingAt(place, () => context.budget.spendCopies(results.reduce((sum, { shape }) => sum + sizeOf(shape), 0)));
  results.slice(0, node.output.length).forEach((value, i) => {
    const name = node.output[i]!;
    if (values.has(name)) throw new FormatError(place, `its output ${quoted(name)} is defined twice; repair the model`);
    if (name !== '') values.set(name, value);
  });
}

/** The number of all inputs together. */
function checkedInputs(inputs: readonly InputShape[]): number {
  const count = inputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  if (count <= MAX_INPUTS) return count;
  throw new FormatError('graph', `expected at most ${MAX_INPUTS} inputs, got ${count}; use a smaller network`);
}

/** A network has one vector of inputs and one of outputs: says how several tensors make it up. */
function noteJoined(what: string, infos: readonly ValueInfoProto[], notes: Set<string>) {
  if (infos.length < 2) return;
  const names = infos.slice(0, 8).map(({ name }) => quoted(name));
  notes.add(`the ${infos.length} ${what} are joined in the order of the graph: ${names.join(', ')}`);
}

/** The elements of an output. */
function outputRows(name: string, value: Value | undefined): readonly Row[] {
  const place = `output ${quoted(name)}`;
  if (value?.kind !== 'affine') throw new FormatError(place, 'does not depend on the input; check the graph');
  if (value.rows.length === 0) throw new FormatError(place, 'is empty; check the shapes');
  return value.rows;
}

/** The value that a name means: one of the graph, or what the node of this name computes. */
function hiddenValue(graph: GraphProto, name: string): string {
  if (graph.node.some(({ output }) => output.includes(name))) return name;
  const nodes = graph.node.filter((node) => node.name === name);
  const [first] = nodes;
  if (nodes.length === 1 && first!.output.length === 1) return first!.output[0]!;
  throw new FormatError(`hidden ${quoted(name)}`, 'expected the name of one value or node of the graph; correct it');
}

/** The elements of a hidden value, and its tensor. */
function hiddenTensor(
  name: string,
  value: Value | undefined,
): { readonly rows: readonly Row[]; readonly shape: Shape } {
  if (value?.kind === 'affine' && value.rows.length > 0) return { rows: value.rows, shape: value.shape };
  throw new FormatError(`hidden ${quoted(name)}`, 'does not depend on the input; name another value');
}

/**
 * A network from the bytes of a model.
 *
 * @param hidden names of values or nodes whose elements become further outputs, after those of the graph
 * @throws FormatError naming the node, tensor or field
 */
export function networkOfOnnx(bytes: Uint8Array, hidden: readonly string[] = []): NetworkContent {
  const model = decodeModel(bytes);
  const { graph } = model;
  if (graph === undefined || graph.node.length === 0) {
    throw new FormatError('graph', 'expected a graph with nodes, got none; check that this is an ONNX model');
  }
  const opset = opsetOf(model);
  const values = initialValues(graph);
  const variables = graph.input.filter(({ name }) => !values.has(name));
  if (variables.length === 0) throw new FormatError('graph', 'expected an input, got none; export the network again');
  if (graph.output.length === 0)
    throw new FormatError('graph', 'expected an output, got none; export the network again');
  const inputs = variables.map((info) => ({ name: info.name, ...inputShape(info) }));
  const lowering = new Lowering(checkedInputs(inputs));
  const notes = new Set(inputs.flatMap((input) => input.notes));
  const atoms = lowering.inputRows();
  let first = 0;
  for (const { name, shape } of inputs) {
    if (values.has(name)) throw new FormatError(`input ${quoted(name)}`, 'defined twice; export the network again');
    values.set(name, { kind: 'affine', shape, rows: atoms.slice(first, (first += sizeOf(shape))), depth: 0 });
  }
  if (opset > LATEST_COMPARED_OPSET)
    notes.add(`opset ${opset} is read like ${LATEST_COMPARED_OPSET}, the latest that is tested`);
  noteJoined('inputs', variables, notes);
  noteJoined('outputs', graph.output, notes);
  const precision = inputs.some((input) => input.precision === 'float64') ? 'float64' : 'float32';
  const context: GraphContext = { lowering, budget: new Budget(), opset, precision, notes };
  const outputs = graph.output.map(({ name }) => name);
  const inside = hidden.map((name) => hiddenValue(graph, name));
  const live = liveNodes(graph, [...outputs, ...inside]);
  graph.node.forEach((node, index) => {
    if (live.has(node)) evaluateNode(node, index, values, context);
  });
  const rows = outputs.flatMap((name) => outputRows(name, values.get(name)));
  const taps = inside.map((name, k) => hiddenTensor(hidden[k]!, values.get(name)));
  const all = [...rows, ...taps.flatMap((tap) => tap.rows)];
  const network = complainingAt('graph', () => lowering.network(all, [...notes]));
  const tensors = {
    inputs: inputs.map(({ name, shape }) => ({ name, shape })),
    outputs: [
      ...outputs.map((name) => ({ name, shape: values.get(name)!.shape })),
      ...taps.map(({ shape }, k) => ({ name: hidden[k]!, shape })),
    ],
  };
  const layered = isLayered(
    graph.node.filter((node) => live.has(node)),
    values,
  );
  return { network, tensors, layered, format: `ONNX (opset ${opset})` };
}
