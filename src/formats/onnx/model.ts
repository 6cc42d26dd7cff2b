/**
 * ONNX models (https://onnx.ai): the graph is evaluated on exact affine functions of its input.
 *
 * float32 and float64 weights are taken exactly, and the network is read over the real numbers: no intermediate rounding
 * of a runtime is imitated. Attributes are float32, as the format stores them.
 */
import { fromBinary, type Message } from '@bufbuild/protobuf';
import type { Network } from '../../network/index.js';
import { networkOfOneItem } from '../graph/batch.js';
import { Budget, type GraphContext } from '../graph/context.js';
import { Lowering } from '../graph/lowering.js';
import type { Row } from '../graph/rows.js';
import { complainingAt, FormatError, quoted } from '../input/error.js';
import type { NetworkContent } from '../json/network.js';
import { commonBatch, type InputTensor, inputTensors, type OnnxOptions } from './inputs.js';
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
import { constantOfTensor, type Shape, sizeOf, tensorPlace } from './tensor.js';
import type { Affine, Value } from './value.js';
import { checkWire } from './wire.js';

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

/** A network has one vector of inputs and one of outputs: says how several tensors make it up. */
function noteJoined(what: string, infos: readonly ValueInfoProto[], notes: Set<string>) {
  if (infos.length < 2) return;
  const names = infos.slice(0, 8).map(({ name }) => quoted(name));
  notes.add(`the ${infos.length} ${what} are joined in the order of the graph: ${names.join(', ')}`);
}

/** An output. */
function affineOutput(name: string, value: Value | undefined): Affine {
  const place = `output ${quoted(name)}`;
  if (value?.kind !== 'affine') throw new FormatError(place, 'does not depend on the input; check the graph');
  if (value.rows.length === 0) throw new FormatError(place, 'is empty; check the shapes');
  return value;
}

/** The tensors that are not weights. */
function variablesOf(graph: GraphProto, values: ReadonlyMap<string, Value>): ValueInfoProto[] {
  const variables = graph.input.filter(({ name }) => !values.has(name));
  if (variables.length === 0) throw new FormatError('graph', 'expected an input, got none; export the network again');
  if (graph.output.length === 0)
    throw new FormatError('graph', 'expected an output, got none; export the network again');
  return variables;
}

/** Names the rows of the network's inputs by the tensors that they are in. */
function defineInputs(inputs: readonly InputTensor[], atoms: readonly Row[], values: Map<string, Value>) {
  let first = 0;
  for (const { name, shape } of inputs) {
    if (values.has(name)) throw new FormatError(`input ${quoted(name)}`, 'defined twice; export the network again');
    values.set(name, { kind: 'affine', shape, rows: atoms.slice(first, (first += sizeOf(shape))), depth: 0 });
  }
}

/** What the graph was lowered to. */
interface Lowered {
  readonly lowering: Lowering;
  readonly inputs: readonly InputTensor[];
  readonly outputs: readonly { readonly rows: readonly Row[]; readonly shape: Shape }[];
  readonly notes: Set<string>;
}

/** The network of the graph: on one item where the graph does the same to every item of a batch, unless told to keep it. */
function networkOfGraph(
  { lowering, inputs, outputs, notes }: Lowered,
  { batch }: OnnxOptions,
): { readonly network: Network; readonly items: 'one' | 'all' } {
  const rows = outputs.map((output) => output.rows);
  const count = commonBatch(inputs);
  const keeps = count === undefined || batch === 'all' || batch === count;
  const remark = `the first dimension (${count}) is a batch: the graph does the same to each of its items, and one is taken (--batch=${count} keeps all)`;
  const sizes = inputs.map(({ shape }) => sizeOf(shape));
  const one =
    !keeps && outputs.every(({ shape }) => shape[0] === count)
      ? networkOfOneItem(lowering, count, { inputs: sizes, outputs: rows }, [...notes, remark])
      : undefined;
  if (one !== undefined) return { network: one, items: 'one' };
  if (batch === 1 && !keeps) {
    throw new RangeError(
      `--batch=1: expected a graph that does the same to each of ${count} items, got one that does not; drop it`,
    );
  }
  return { network: lowering.network(rows.flat(), [...notes]), items: 'all' };
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

/** What is read of a graph beside what it says itself. */
export interface GraphOptions extends OnnxOptions {
  /** Names of values or nodes whose elements become further outputs, after those of the graph; a batch is kept then. */
  readonly hidden?: readonly string[];
}

/** A network from the bytes of a model. @throws FormatError naming the node, tensor or field */
export function networkOfOnnx(bytes: Uint8Array, options: GraphOptions = {}): NetworkContent {
  const model = decodeModel(bytes);
  const { graph } = model;
  if (graph === undefined || graph.node.length === 0) {
    throw new FormatError('graph', 'expected a graph with nodes, got none; check that this is an ONNX model');
  }
  const opset = opsetOf(model);
  const values = initialValues(graph);
  const variables = variablesOf(graph, values);
  const inputs = inputTensors(variables, options);
  const lowering = new Lowering(inputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0));
  const notes = new Set(inputs.flatMap((input) => input.notes));
  defineInputs(inputs, lowering.inputRows(), values);
  if (opset > LATEST_COMPARED_OPSET)
    notes.add(`opset ${opset} is read like ${LATEST_COMPARED_OPSET}, the latest that is tested`);
  noteJoined('inputs', variables, notes);
  noteJoined('outputs', graph.output, notes);
  const precision = inputs.some((input) => input.precision === 'float64') ? 'float64' : 'float32';
  const context: GraphContext = { lowering, budget: new Budget(), opset, precision, notes };
  const names = graph.output.map(({ name }) => name);
  const hidden = options.hidden ?? [];
  const inside = hidden.map((name) => hiddenValue(graph, name));
  const live = liveNodes(graph, [...names, ...inside]);
  graph.node.forEach((node, index) => {
    if (live.has(node)) evaluateNode(node, index, values, context);
  });
  const outputs = [
    ...names.map((name) => ({ name, ...affineOutput(name, values.get(name)) })),
    ...inside.map((name, k) => ({ name: hidden[k]!, ...hiddenTensor(hidden[k]!, values.get(name)) })),
  ];
  const { network, items } = complainingAt('graph', () =>
    networkOfGraph({ lowering, inputs, outputs, notes }, hidden.length > 0 ? { ...options, batch: 'all' } : options),
  );
  const seen = ({ name, shape }: { readonly name: string; readonly shape: Shape }) => ({
    name,
    shape: items === 'one' ? [1, ...shape.slice(1)] : shape,
  });
  const layered = isLayered(
    graph.node.filter((node) => live.has(node)),
    values,
  );
  const tensors = { inputs: inputs.map(seen), outputs: outputs.map(seen) };
  return { network, tensors, layered, format: `ONNX (opset ${opset})` };
}
