/**
 * The inputs of a graph: their shapes, as the file states them or the user does.
 */
import type { GraphContext } from '../graph/context.js';
import { FormatError, quoted } from '../input/error.js';
import { MAX_NUMBERS } from '../input/source.js';
import type { ValueInfoProto } from './schema.js';
import { type Shape, shapeOfDims, sizeOf, typeName } from './tensor.js';

/** The widest input: nothing in the file backs the number. */
const MAX_INPUTS = MAX_NUMBERS / 128;

/** What a user says about a graph that its file leaves open. */
export interface OnnxOptions {
  /** How many items a batch has; all of them are inputs then, as with 'all'. Otherwise one item is taken of a batch. */
  readonly batch?: number | 'all';
  /** The shape of every input, by name, or of the only one under "". */
  readonly inputShapes?: ReadonlyMap<string, readonly number[]>;
}

/** An input of the graph. */
export interface InputTensor {
  readonly name: string;
  readonly shape: Shape;
  readonly precision: GraphContext['precision'];
  readonly notes: readonly string[];
}

type Dimension = NonNullable<NonNullable<ValueInfoProto['type']>['tensorType']>['shape'];

const fits = 'give it: --input-shape=1,3,32,32 (all dimensions)';

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
  { value }: NonNullable<Dimension>['dim'][number],
  i: number,
  batch: OnnxOptions['batch'],
  notes: string[],
): bigint {
  if (value.case === 'dimValue' && value.value > 0n) return value.value;
  const shown = value.case === undefined ? 'unknown' : quoted(String(value.value));
  if (value.case === 'dimValue' && value.value < -1n)
    throw new FormatError(place, `dimension ${i} is ${shown}; repair it`);
  if (i > 0) throw new FormatError(place, `dimension ${i} is dynamic (${shown}); ${fits}, or export with fixed shapes`);
  const items = typeof batch === 'number' ? batch : 1;
  notes.push(`${place}: the first dimension is dynamic (${shown}) and taken as a batch of ${items}`);
  return BigInt(items);
}

function inputTensor(info: ValueInfoProto, options: OnnxOptions): InputTensor {
  const place = `input ${quoted(info.name)}`;
  const tensor = info.type?.tensorType;
  const stated = tensor && statedShape(info.name, place, tensor.shape, options);
  if (tensor === undefined || (tensor.shape === undefined && stated === undefined))
    throw new FormatError(place, `expected a tensor of known shape; ${fits}, or export with fixed shapes`);
  if (tensor.elemType !== 1 && tensor.elemType !== 11) {
    throw new FormatError(
      place,
      `expected float or double input, got ${typeName(tensor.elemType)}; convert the network`,
    );
  }
  const notes: string[] = [];
  const dims = stated?.map(BigInt) ?? tensor.shape!.dim.map((dim, i) => dimension(place, dim, i, options.batch, notes));
  const shape = shapeOfDims(dims, place);
  checkInputs(sizeOf(shape), place);
  return { name: info.name, shape, precision: tensor.elemType === 1 ? 'float32' : 'float64', notes };
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

/** All inputs of a graph, in its order. @throws FormatError naming the input */
export function inputTensors(infos: readonly ValueInfoProto[], options: OnnxOptions): InputTensor[] {
  checkNames(infos, options);
  const inputs = infos.map((info) => inputTensor(info, options));
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

/** The first dimension of all inputs, if it may be a batch of more than one item. */
export function commonBatch(inputs: readonly InputTensor[]): number | undefined {
  const [first, ...others] = inputs;
  const count = first!.shape[0];
  const alike = [first!, ...others].every(({ shape }) => shape.length >= 2 && shape[0] === count);
  return alike && count !== undefined && count > 1 ? count : undefined;
}
