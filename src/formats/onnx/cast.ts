/**
 * Changes of the element type, and integer codes that stand for numbers: Cast, CastLike, DequantizeLinear, QuantizeLinear.
 */
import { divide, type Rational, toDouble } from '../../exact/index.js';
import { type Entry, entryOf, exactly, isRational, multiplyEntries } from '../input/entries.js';
import {
  type ElementType,
  elementType,
  type IntegerType,
  integerRange,
  isFloating,
  roundedTo,
  typeName,
} from './element.js';
import type { NodeView, Operator } from './node.js';
import { type Constant, isIntegral, type Shape, sizeOf } from './tensor.js';
import { broadcastTo, computed, type GraphValue, reshaped } from './value.js';

/** What is rounded to these types is a tensor of weights; values that depend on the input are left as they are. */
const PLAIN_FLOATS: ReadonlySet<ElementType> = new Set(['float', 'double', 'float16', 'bfloat16']);

function castFloat(node: NodeView, value: Constant, to: ElementType): Constant {
  if (!isFloating(to)) return castToInteger(node, value, to);
  const beyond = (entry: Entry) => !isRational(entry) && Math.abs(entry) >= Number.MAX_SAFE_INTEGER;
  if (isIntegral(value) && Array.from(value.entries).some(beyond))
    throw node.fail('an integer beyond 2^53 is no weight; repair the model');
  const wider = to === 'double' || (to === 'float' && value.type !== 'double');
  const keeps = wider && isFloating(value.type) && value.entries instanceof Float64Array;
  if (keeps) return { ...value, type: to };
  const rounded = Float64Array.from(value.entries as readonly Entry[], (entry) => roundedTo(to, entry, exactly));
  if (!rounded.every(Number.isFinite)) throw node.fail(`a number is beyond ${to}; repair the weights`);
  return { ...computed(value.shape, to, rounded), stored: value.stored };
}

/** Fractions are cut off; flags say what is not 0. */
function castToInteger(node: NodeView, value: Constant, to: ElementType): Constant {
  const integer = (entry: Entry): number => {
    const number = isRational(entry) ? toDouble(entry) : entry;
    return to === 'bool' ? Number(number !== 0) : Math.trunc(number) + 0;
  };
  const [least, most] = integerRange(to as IntegerType);
  const entries = Float64Array.from(value.entries as readonly Entry[], integer);
  const wide = to === 'int64' && value.type === 'int64';
  if (!wide && entries.some((entry) => !(entry >= least && entry <= most)))
    throw node.fail(`a number is beyond ${to}; repair the model`);
  return { ...computed(value.shape, to, entries), stored: value.stored };
}

function cast(node: NodeView, value: GraphValue, to: ElementType): GraphValue {
  if (value.kind === 'constant') return castFloat(node, value, to);
  if (value.kind === 'mask') return { ...value, numeric: to !== 'bool' };
  if (!PLAIN_FLOATS.has(to)) {
    const jumps = to === 'bool' ? 'tells 0 from all others' : 'rounds';
    throw node.fail(
      `a cast to ${to} ${jumps}: values that depend on the input would jump, so this is not piecewise linear`,
    );
  }
  if (to.endsWith('16')) node.context.notes.add(`casts to ${to}: the rounding of ${to} arithmetic is not imitated`);
  return value;
}

/** The types as the first versions spelt them. */
function targetOf(node: NodeView): ElementType {
  const to = node.opset < 6 ? node.text('to', '').toLowerCase() : typeName(node.int('to', 0));
  const known = Array.from({ length: 32 }, (_, type) => elementType(type)).find((type) => type === to);
  if (known !== undefined) return known;
  throw node.fail(`a cast to ${to.slice(0, 20)} is not supported; export the network in float`);
}

/** Between floating-point types a cast of values changes nothing over the real numbers; constants are rounded as it says. */
export const castOperator: Operator = (node) => {
  node.int('saturate', 1);
  node.text('round_mode', 'up');
  return cast(node, node.operand(0), targetOf(node));
};

export const castLike: Operator = (node) => {
  node.int('saturate', 1);
  node.text('round_mode', 'up');
  const like = node.operand(1);
  const type = like.kind === 'constant' ? like.type : like.kind === 'affine' ? 'float' : 'bool';
  return cast(node, node.operand(0), type);
};

/**
 * The scale (or zero point) of every element: one number, one per item of an axis, or one per block of it.
 */
function perElement(node: NodeView, parameter: Constant, shape: Shape, what: string): ArrayLike<Entry> {
  const size = sizeOf(shape);
  const block = node.int('block_size', 0);
  const stated = node.int('axis', 1);
  if (block === 0 && parameter.entries.length === 1) return fill(size, parameter.entries[0]!);
  const axis = node.axis(stated, shape.length);
  if (block === 0) {
    if (parameter.shape.length !== 1 || parameter.entries.length !== shape[axis]) {
      throw node.fail(`expected ${shape[axis]} numbers as ${what} of axis ${axis}, got shape [${parameter.shape}]`);
    }
    const one = reshaped(
      parameter,
      shape.map((extent, a) => (a === axis ? extent : 1)),
    );
    return (broadcastTo(one, shape) as Constant).entries;
  }
  const blocks = shape.map((extent, a) => (a === axis ? Math.ceil(extent / block) : extent));
  if (block < 1 || blocks.join() !== parameter.shape.join()) {
    throw node.fail(
      `expected ${what} of shape [${blocks}] for blocks of ${block}, got [${parameter.shape}]; repair it`,
    );
  }
  const inner = sizeOf(shape.slice(axis + 1));
  const extent = shape[axis]!;
  return Array.from({ length: size }, (_, i) => {
    const [outer, at] = [Math.floor(i / (inner * extent)), Math.floor(i / inner) % extent];
    return parameter.entries[(outer * blocks[axis]! + Math.floor(at / block)) * inner + (i % inner)]!;
  });
}

const fill = (size: number, entry: Entry) => new Array<Entry>(size).fill(entry);

/** Integers, or small floating-point numbers, that stand for (q - zero point) * scale: exact products. */
export const dequantizeLinear: Operator = (node) => {
  const codes = node.constant(0, 'codes');
  const scale = node.constant(1, 'scale');
  const zero = node.inputs[2] === undefined ? undefined : node.constant(2, 'zero point');
  if (isIntegral(scale)) throw node.fail('expected a floating-point scale; repair the model');
  const output = node.int('output_dtype', 0);
  const type = output === 0 ? scale.type : (elementType(output) ?? scale.type);
  const scales = perElement(node, scale, codes.shape, 'scale');
  const zeros = zero && perElement(node, zero, codes.shape, 'zero point');
  const entries = Array.from(codes.entries, (code, i) =>
    multiplyEntries(entryMinus(code, zeros?.[i] ?? 0), scales[i]!),
  );
  node.context.notes.add(
    `DequantizeLinear: weights are the exact products (q - zero point) * scale; a runtime rounds them to ${type}`,
  );
  return computed(codes.shape, type, entries.some(isRational) ? entries : Float64Array.from(entries as number[]));
};

/** Codes are integers of at most 32 bits, or small floating-point numbers without a zero point. */
const entryMinus = (code: Entry, zero: Entry): Entry => (code as number) - (zero as number);

/** The nearest integer, ties to even. */
function nearestInteger(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** The quotient of weights by their scale, as a runtime computes it: in float32 where both are. */
function quotient(node: NodeView, weight: Entry, scale: Entry): number {
  if (scale === 0) throw node.fail('its scale is 0; repair the model');
  const exact: Rational = divide(exactly(weight), exactly(scale));
  return roundedTo('float', entryOf(exact), exactly);
}

/** Codes of constant weights. @throws FormatError for values that depend on the input, which it rounds */
export const quantizeLinear: Operator = (node) => {
  const value = node.input(0);
  if (value.kind === 'affine') {
    throw node.fail(
      'it rounds values that depend on the input: a staircase, so this is not piecewise linear and continuous; export the network without quantised activations',
    );
  }
  const scale = node.constant(1, 'scale');
  const zero = node.inputs[2] === undefined ? undefined : node.constant(2, 'zero point');
  node.int('saturate', 1);
  node.int('precision', 0);
  const stated = node.int('output_dtype', 0);
  const type = zero?.type ?? (stated === 0 ? 'uint8' : elementType(stated));
  if (type === undefined || isFloating(type) || type === 'bool') {
    throw node.fail(`codes of type ${type ?? typeName(stated)} are not supported; export the weights as they are`);
  }
  const [least, most] = integerRange(type);
  const scales = perElement(node, scale, value.shape, 'scale');
  const zeros = zero && perElement(node, zero, value.shape, 'zero point');
  node.context.notes.add('QuantizeLinear of weights: quotients are rounded to float32 before, as onnxruntime does');
  const codes = Float64Array.from(value.entries as readonly Entry[], (entry, i) => {
    const code = nearestInteger(quotient(node, entry, scales[i]!)) + Number(zeros?.[i] ?? 0);
    return Math.min(most, Math.max(least, code));
  });
  return computed(value.shape, type, codes);
};
