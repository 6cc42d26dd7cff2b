/**
 * The inputs of a graph: their shapes, as the file states them or the user does.
 */
import type { GraphContext } from '../graph/context.js';
import type { Row } from '../graph/rows.js';
import { exactly } from '../input/entries.js';
import { FormatError, quoted } from '../input/error.js';
import { MAX_NUMBERS } from '../input/source.js';
import { type ElementType, elementType, integerRange, isFloating, roundedTo, typeName } from './element.js';
import { namesRead, orderedNodes } from './order.js';
import type { GraphProto, ValueInfoProto } from './schema.js';
import { type Shape, shapeOfDims, sizeOf } from './tensor.js';
import { computed, type GraphValue } from './value.js';

/** The widest input: nothing in the file backs the number. */
const MAX_INPUTS = MAX_NUMBERS / 128;

/** What a user says about a graph that its file leaves open. */
export interface OnnxOptions {
  /** How many items a batch has; all of them are inputs then, as with 'all'. Otherwise one item is taken of a batch. */
  readonly batch?: number | 'all';
  /** The shape of every input, by name, or of the only one under "". */
  readonly inputShapes?: ReadonlyMap<string, readonly number[]>;
  /** The inputs of the network in their order, and inputs of the file with the values that they are fixed to. */
  readonly inputs?: readonly ChosenInput[];
  /** Names of outputs, or of other values of the graph, to read in the place of all outputs. */
  readonly outputs?: readonly string[];
  /** Reads the logits in the place of a Softmax, LogSoftmax, Sigmoid or ArgMax at the end. */
  readonly head?: 'logits';
}

/** An input that is varied, or fixed: to one number everywhere, or to all of its elements. */
export interface ChosenInput {
  readonly name: string;
  readonly values?: readonly number[];
}

/** An input of the graph. */
export interface InputTensor {
  readonly name: string;
  readonly shape: Shape;
  readonly type: ElementType;
  readonly precision: GraphContext['precision'];
  readonly notes: readonly string[];
  /** The values of an input that is no variable. */
  readonly fixed?: Float64Array;
}

type Dimension = NonNullable<NonNullable<ValueInfoProto['type']>['tensorType']>['shape'];

const fits = 'give it: --input-shape=1,3,32,32 (all dimensions)';
/** What an open dimension may be, in the example of a message. */
const SOME_EXTENT = 32;

/** How to state the open dimensions of a shape: an example with what is known of it. */
function howToState(dims: NonNullable<Dimension>['dim']): string {
  const example = dims.map(({ value }, i) => {
    if (value.case === 'dimValue' && value.value > 0n) return value.value;
    return i === 0 ? 1 : SOME_EXTENT;
  });
  return `give it: --input-shape=${example.join(',')} for example (all dimensions)`;
}

/** The shape that the user states, if any. @throws FormatError for one that does not fit the file's */
function statedShape(name: string, place: string, known: Dimension, { inputShapes }: OnnxOptions) {
  const stated = inputShapes?.get(name) ?? inputShapes?.get('');
  if (stated === undefined || known === undefined) return stated;
  const shown = known.dim.map(({ value }) => (value.case === undefined ? '?' : String(value.value))).join(',');
  const agrees = ({ value }: (typeof known.dim)[number], i: number) =>
    value.case !== 'dimValue' || value.value <= 0n || value.value === BigInt(stated[i]!);
  if (stated.length === known.dim.length && known.dim.every(agrees)) return stated;
  throw new FormatError(place, `--input-shape: expected a shape that fits [${shown}], got [${stated}]; correct it`);
}

/** One dimension: a dynamic first one is a batch, of which one item is taken unless told. */
function dimension(
  place: string,
  dims: NonNullable<Dimension>['dim'],
  i: number,
  batch: OnnxOptions['batch'],
  notes: string[],
): bigint {
  const { value } = dims[i]!;
  if (value.case === 'dimValue' && value.value > 0n) return value.value;
  const shown = value.case === undefined ? 'unknown' : quoted(String(value.value));
  if (value.case === 'dimValue' && value.value < -1n)
    throw new FormatError(place, `dimension ${i} is ${shown}; repair it`);
  if (i > 0) {
    const fix = `${howToState(dims)}, or export with fixed shapes`;
    throw new FormatError(place, `dimension ${i} is dynamic (${shown}); ${fix}`);
  }
  const items = typeof batch === 'number' ? batch : 1;
  notes.push(`${place}: the first dimension is dynamic (${shown}) and taken as a batch of ${items}`);
  return BigInt(items);
}

function inputTensor(info: ValueInfoProto, options: OnnxOptions, values?: readonly number[]): InputTensor {
  const place = `input ${quoted(info.name)}`;
  const tensor = info.type?.tensorType;
  const stated = tensor && statedShape(info.name, place, tensor.shape, options);
  if (tensor === undefined || (tensor.shape === undefined && stated === undefined))
    throw new FormatError(place, `expected a tensor of known shape; ${fits}, or export with fixed shapes`);
  const type = elementType(tensor.elemType);
  const floating = type !== undefined && ['float', 'double', 'float16', 'bfloat16'].includes(type);
  if (type === undefined || (!floating && values === undefined)) {
    const got = typeName(tensor.elemType);
    const fix = type === undefined ? 'convert the network' : `convert the network, or fix it: --input ${info.name}=0`;
    throw new FormatError(place, `expected an input of floating-point numbers, got ${got}; ${fix}`);
  }
  const notes: string[] = [];
  if (floating && type.endsWith('16'))
    notes.push(`${place}: ${type} means the numbers it is given; the rounding of ${type} arithmetic is not imitated`);
  const dims =
    stated?.map(BigInt) ?? tensor.shape!.dim.map((_, i, all) => dimension(place, all, i, options.batch, notes));
  const shape = shapeOfDims(dims, place);
  checkInputs(sizeOf(shape), place);
  const precision = type === 'double' ? 'float64' : 'float32';
  const found = { name: info.name, shape, type, precision, notes } as const;
  return values === undefined ? found : { ...found, fixed: fixedValues(found, values, notes) };
}

/** The elements of a fixed input. @throws FormatError for another number of them, and numbers that its type does not have */
function fixedValues({ name, shape, type }: Omit<InputTensor, 'fixed'>, values: readonly number[], notes: string[]) {
  const place = `--input ${quoted(name)}`;
  const size = sizeOf(shape);
  if (values.length !== 1 && values.length !== size) {
    throw new FormatError(
      place,
      `expected 1 or ${size} numbers for shape [${shape}], got ${values.length}; correct it`,
    );
  }
  for (const value of values) {
    const fits = isFloating(type)
      ? roundedTo(type, value, exactly) === value
      : Number.isInteger(value) && integerRange(type)[0] <= value && value <= integerRange(type)[1];
    if (!fits) throw new FormatError(place, `expected numbers of type ${type}, got ${value}; write one that it has`);
  }
  notes.push(`input ${quoted(name)} is fixed to ${values.slice(0, 4).join(', ')}${values.length > 4 ? ', ...' : ''}`);
  return Float64Array.from({ length: size }, (_, i) => values[values.length === 1 ? 0 : i]!);
}

function checkInputs(count: number, place: string) {
  if (count <= MAX_INPUTS) return;
  throw new FormatError(place, `expected at most ${MAX_INPUTS} inputs, got ${count}; use a smaller network`);
}

function checkNames(infos: readonly ValueInfoProto[], { inputShapes }: OnnxOptions) {
  for (const name of inputShapes?.keys() ?? []) {
    const known = infos.map((info) => quoted(info.name)).join(', ');
    if (name === '' && infos.length > 1)
      throw new FormatError('--input-shape', `the network has the inputs ${known}; write NAME:1,3,32,32 for each`);
    if (name !== '' && !infos.some((info) => info.name === name))
      throw new FormatError('--input-shape', `expected one of the inputs ${known}, got ${quoted(name)}; correct it`);
  }
}

/** The inputs of the graph as they are asked for: varied ones in their order, then the fixed ones. */
function chosenInputs(
  infos: readonly ValueInfoProto[],
  chosen: readonly ChosenInput[],
  graph: GraphProto,
  outputs: readonly string[],
) {
  const known = infos.map((info) => quoted(info.name)).join(', ');
  const names = new Set<string>();
  const found = chosen.map(({ name, values }) => {
    const info = infos.find((candidate) => candidate.name === name);
    if (info === undefined) {
      throw new FormatError('--input', `expected one of the inputs ${known}, got ${quoted(name)}; correct it`);
    }
    if (names.has(name)) throw new FormatError('--input', `${quoted(name)} is named twice; name it once`);
    names.add(name);
    return { info, values };
  });
  const read = new Set(orderedNodes(graph.node, outputs).flatMap(({ node }) => namesRead(node)));
  const missing = infos.find(({ name }) => !names.has(name) && (read.has(name) || outputs.includes(name)));
  if (missing !== undefined) {
    const fix = `name it too, or fix it: --input ${missing.name}=0`;
    throw new FormatError('--input', `the outputs depend on ${quoted(missing.name)} as well; ${fix}`);
  }
  if (found.every(({ values }) => values !== undefined))
    throw new FormatError('--input', 'expected an input that varies, got only fixed ones; name one without a value');
  return [...found].sort((a, b) => Number(a.values !== undefined) - Number(b.values !== undefined));
}

/**
 * The inputs of a graph: all in its order, or those that the options name in theirs.
 *
 * @param outputs the values that are read of the graph
 * @throws FormatError naming the input
 */
export function inputTensors(
  infos: readonly ValueInfoProto[],
  options: OnnxOptions,
  outputs: readonly string[],
  graph: GraphProto,
): InputTensor[] {
  checkNames(infos, options);
  const chosen =
    options.inputs === undefined
      ? infos.map((info) => ({ info, values: undefined }))
      : chosenInputs(infos, options.inputs, graph, outputs);
  const inputs = chosen.map(({ info, values }) => inputTensor(info, options, values));
  checkInputs(
    inputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    'graph',
  );
  const { batch } = options;
  for (const { name, shape } of typeof batch !== 'number' || batch === 1 ? [] : inputs) {
    if (shape[0] === batch) continue;
    const has = shape.length === 0 ? 'none' : String(shape[0]);
    throw new FormatError(`input ${quoted(name)}`, `--batch=${batch}: the first dimension is ${has}; drop it`);
  }
  return inputs;
}

/** The inputs of a graph that are not weights. @throws FormatError if there are none */
export function variablesOf(graph: GraphProto, weights: ReadonlySet<string>): ValueInfoProto[] {
  const variables = graph.input.filter(({ name }) => !weights.has(name));
  if (variables.length === 0) throw new FormatError('graph', 'expected an input, got none; export the network again');
  return variables;
}

/** Names the rows of the network's inputs by the tensors that they are in; fixed inputs are constants. */
export function defineInputs(inputs: readonly InputTensor[], atoms: readonly Row[], values: Map<string, GraphValue>) {
  let first = 0;
  for (const { name, shape, type, fixed } of inputs) {
    if (values.has(name)) throw new FormatError(`input ${quoted(name)}`, 'defined twice; export the network again');
    if (fixed !== undefined) values.set(name, { ...computed(shape, type, fixed), stored: true });
    else values.set(name, { kind: 'affine', shape, rows: atoms.slice(first, (first += sizeOf(shape))), depth: 0 });
  }
}

/** The first dimension of all inputs, if it may be a batch of more than one item. */
export function commonBatch(inputs: readonly InputTensor[]): number | undefined {
  const [first, ...others] = inputs;
  const count = first!.shape[0];
  const alike = [first!, ...others].every(({ shape }) => shape.length >= 2 && shape[0] === count);
  return alike && count !== undefined && count > 1 ? count : undefined;
}
