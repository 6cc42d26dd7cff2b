/**
 * ONNX models (https://onnx.ai): the graph is evaluated on exact affine functions of its input.
 *
 * Weights of every element type are taken exactly, and the network is read over the real numbers: no intermediate rounding
 * of a runtime is imitated. Attributes are float32, as the format stores them.
 */
import type { Network } from '../../network/index.js';
import { networkOfOneItem } from '../graph/batch.js';
import { Budget } from '../graph/context.js';
import { Lowering } from '../graph/lowering.js';
import type { Row } from '../graph/rows.js';
import { complainingAt, FormatError, quoted } from '../input/error.js';
import type { OutputHead } from '../input/head.js';
import type { NetworkContent } from '../json/network.js';
import { decodeModel, opsetOf } from './decode.js';
import { type Evaluation, evaluateNodes, initialValues, type Scope } from './evaluate.js';
import { checkExternalData, type Neighbours } from './external.js';
import { comparesItems, complainOfHead, describeHead, type FoundHead, headOf, noteOfHead } from './head.js';
import { commonBatch, defineInputs, type InputTensor, inputTensors, type OnnxOptions, variablesOf } from './inputs.js';
import { isLayered } from './layered.js';
import type { NodeContext } from './node.js';
import { LATEST_COMPARED_OPSET } from './operators.js';
import { orderedNodes } from './order.js';
import type { GraphProto, ModelProto } from './schema.js';
import { type Shape, sizeOf } from './tensor.js';
import type { Affine, GraphValue } from './value.js';

/** Without a folder, there are no files beside a model. */
const NOTHING: Neighbours = {
  open(location, place) {
    throw new FormatError(place, `its data are in the file ${quoted(location)}; read the model from its folder`);
  },
  opened: [],
  close: () => undefined,
};

/** A network has one vector of inputs and one of outputs: says how several tensors make it up. */
function noteJoined(what: string, names: readonly string[], order: string, notes: Set<string>) {
  if (names.length < 2) return;
  const shown = names.slice(0, 8).map(quoted);
  notes.add(`the ${names.length} ${what} are joined in ${order}: ${shown.join(', ')}`);
}

/** An output that is asked for. */
interface WantedOutput {
  /** As the user or the file calls it. */
  readonly name: string;
  /** The value of the graph that is read for it. */
  readonly value: string;
  readonly kind: 'output' | 'hidden';
  readonly head?: FoundHead;
}

/** An output that was computed. */
interface ReadOutput {
  readonly name: string;
  readonly rows: readonly Row[];
  readonly shape: Shape;
}

function affineOutput({ name, kind }: WantedOutput, value: GraphValue | undefined): Affine {
  const place = `${kind} ${quoted(name)}`;
  if (value?.kind === 'mask')
    throw new FormatError(place, 'is a comparison with the input, which jumps; name another value');
  if (value?.kind !== 'affine') {
    throw new FormatError(place, 'does not depend on the input; check the graph, or name another one with --output');
  }
  if (value.rows.length === 0) throw new FormatError(place, 'is empty; check the shapes');
  return value;
}

/** What the graph was lowered to. */
interface Lowered {
  readonly lowering: Lowering;
  readonly inputs: readonly InputTensor[];
  readonly outputs: readonly ReadOutput[];
  /** What was cut off behind them. */
  readonly heads: readonly OutputHead[];
  readonly notes: Set<string>;
}

/** The network of the graph: on one item where the graph does the same to every item of a batch, unless told to keep it. */
function networkOfGraph(
  { lowering, inputs, outputs, heads, notes }: Lowered,
  { batch }: OnnxOptions,
): { readonly network: Network; readonly items: 'one' | 'all' } {
  const rows = outputs.map((output) => output.rows);
  const count = commonBatch(inputs);
  const keeps = count === undefined || batch === 'all' || batch === count;
  const remark = `the first dimension (${count}) is a batch: the graph does the same to each of its items, and one is taken (--batch=${count} keeps all)`;
  const sizes = inputs.map(({ shape }) => sizeOf(shape));
  const one =
    !keeps && outputs.every(({ shape }) => shape[0] === count) && !heads.some((head) => comparesItems(head, count))
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
function valueNamed(graph: GraphProto, name: string, place: string): string {
  if (graph.node.some(({ output }) => output.includes(name))) return name;
  const nodes = graph.node.filter((node) => node.name === name);
  const [first] = nodes;
  if (nodes.length === 1 && first!.output.length === 1) return first!.output[0]!;
  const outputs = graph.output.slice(0, 8).map((info) => quoted(info.name));
  const known = place === 'hidden' ? '' : ` (the outputs are ${outputs.join(', ')})`;
  throw new FormatError(
    `${place} ${quoted(name)}`,
    `expected the name of one value or node of the graph${known}; correct it`,
  );
}

/** What is read of a graph beside what it says itself. */
export interface GraphOptions extends OnnxOptions {
  /** Names of values or nodes whose elements become further outputs, after those of the graph; a batch is kept then. */
  readonly hidden?: readonly string[];
}

/** The outputs to read. @throws FormatError for names that the graph does not have, and heads that are no ReLU networks */
function wantedOutputs(graph: GraphProto, { outputs, hidden = [], head }: GraphOptions): WantedOutput[] {
  if (graph.output.length === 0)
    throw new FormatError('graph', 'expected an output, got none; export the network again');
  const named = outputs ?? graph.output.map(({ name }) => name);
  const own = named.map((name): WantedOutput => {
    const value = outputs === undefined ? name : valueNamed(graph, name, '--output');
    const found = headOf(graph, value);
    if (found === undefined) return { name, value, kind: 'output' };
    if (head !== 'logits') complainOfHead(found);
    return { name, value: found.logits, kind: 'output', head: found };
  });
  if (head === 'logits' && own.every((output) => output.head === undefined)) {
    throw new FormatError(
      '--head',
      'expected a Softmax, LogSoftmax, Sigmoid or ArgMax at the end of the network, got none; drop the option',
    );
  }
  const inside = hidden.map(
    (name): WantedOutput => ({ name, value: valueNamed(graph, name, 'hidden'), kind: 'hidden' }),
  );
  return [...own, ...inside];
}

function modelWithGraph(bytes: Uint8Array): ModelProto & { readonly graph: GraphProto } {
  const model = decodeModel(bytes);
  const { graph } = model;
  if (graph === undefined || graph.node.length === 0) {
    throw new FormatError('graph', 'expected a graph with nodes, got none; check that this is an ONNX model');
  }
  return { ...model, graph };
}

/** Evaluates what the wanted outputs depend on. */
function evaluateGraph(
  model: ModelProto & { readonly graph: GraphProto },
  {
    wanted,
    inputs,
    values,
    context,
  }: {
    readonly wanted: readonly WantedOutput[];
    readonly inputs: readonly InputTensor[];
    readonly values: Scope;
    readonly context: NodeContext;
  },
): Evaluation {
  const evaluation: Evaluation = {
    context,
    functions: model.functions,
    steps: [],
    nesting: 0,
    inside: '',
    spent: { nodes: 0 },
  };
  defineInputs(inputs, context.lowering.inputRows(), values);
  const nodes = orderedNodes(
    model.graph.node,
    wanted.map(({ value }) => value),
  );
  evaluateNodes(nodes, values, evaluation);
  return evaluation;
}

/** The heads of the outputs, in one list of groups. */
function headsOf(wanted: readonly WantedOutput[], outputs: readonly ReadOutput[], opset: number): OutputHead[] {
  return wanted.map(({ head }, k) =>
    head === undefined
      ? { kind: 'none', groups: new Array<number>(outputs[k]!.rows.length).fill(0) }
      : describeHead(head, outputs[k]!.shape, opset),
  );
}

function notesOf(
  opset: number,
  inputs: readonly InputTensor[],
  wanted: readonly WantedOutput[],
  options: GraphOptions,
) {
  const notes = new Set(inputs.flatMap((input) => input.notes));
  if (opset > LATEST_COMPARED_OPSET)
    notes.add(`opset ${opset} is read like ${LATEST_COMPARED_OPSET}, the latest that is tested`);
  const own = wanted.filter(({ kind }) => kind === 'output');
  const order = (names: unknown) => (names === undefined ? 'the order of the graph' : 'the order that was asked for');
  noteJoined(
    'inputs',
    inputs.filter(({ fixed }) => fixed === undefined).map(({ name }) => name),
    order(options.inputs),
    notes,
  );
  noteJoined(
    'outputs',
    own.map(({ name }) => name),
    order(options.outputs),
    notes,
  );
  for (const { name, head } of own) if (head !== undefined) notes.add(noteOfHead(name, head));
  return notes;
}

/**
 * A network from the bytes of a model.
 *
 * @param beside the files that hold its external data
 * @throws FormatError naming the node, tensor or field
 */
export function networkOfOnnx(
  bytes: Uint8Array,
  options: GraphOptions = {},
  beside: Neighbours = NOTHING,
): NetworkContent {
  return networkOfModel(modelWithGraph(bytes), options, beside);
}

/** The same from a decoded model, or one that another reader wrote. */
export function networkOfModel(
  model: ModelProto & { readonly graph: GraphProto },
  options: GraphOptions = {},
  beside: Neighbours = NOTHING,
): NetworkContent {
  const { graph } = model;
  const opset = opsetOf(model);
  checkExternalData(model, beside);
  const values = initialValues(graph, { beside });
  const wanted = wantedOutputs(graph, options);
  const inputs = inputTensors(
    variablesOf(graph, new Set(values.keys())),
    options,
    wanted.map(({ value }) => value),
    graph,
  );
  const variable = inputs.filter(({ fixed }) => fixed === undefined);
  const lowering = new Lowering(variable.reduce((sum, { shape }) => sum + sizeOf(shape), 0));
  const notes = notesOf(opset, inputs, wanted, options);
  const precision = inputs.some((input) => input.precision === 'float64') ? 'float64' : 'float32';
  const context: NodeContext = { lowering, budget: new Budget(), opset, precision, notes, beside };
  const { steps } = evaluateGraph(model, { wanted, inputs, values, context });
  const outputs = wanted.map((output) => ({ name: output.name, ...affineOutput(output, values.get(output.value)) }));
  const keeps = options.hidden !== undefined && options.hidden.length > 0;
  const heads = options.head === undefined ? undefined : headsOf(wanted, outputs, opset);
  const { network, items } = complainingAt('graph', () =>
    networkOfGraph(
      { lowering, inputs: variable, outputs, heads: heads ?? [], notes },
      keeps ? { ...options, batch: 'all' } : options,
    ),
  );
  const seen = ({ name, shape }: { readonly name: string; readonly shape: Shape }) => ({
    name,
    shape: items === 'one' ? [1, ...shape.slice(1)] : shape,
  });
  const sizes = outputs.map(({ shape }) => sizeOf(seen({ name: '', shape }).shape));
  return {
    network,
    tensors: { inputs: variable.map(seen), outputs: outputs.map(seen) },
    layered: inputs.every((input) => input.type === 'float' || input.type === 'double') && isLayered(steps),
    format: `ONNX (opset ${opset})`,
    ...(heads !== undefined && {
      heads: heads.map(({ kind, groups }, k) => ({ kind, groups: groups.slice(0, sizes[k]) })),
    }),
  };
}
