/**
 * Operators that only rearrange elements or produce constants.
 */
import type { NodeView, Operator } from './node.js';
import { type Constant, sizeOf } from './tensor.js';
import { checkSize, gathered, reshaped, transposed } from './value.js';

export const identity: Operator = (node) => node.operand(0);

/** Dropout in inference passes its input through. */
export const dropout: Operator = (node) => {
  node.float('ratio', 0);
  node.int('seed', 0);
  if (node.opset < 7 && node.int('is_test', 0) === 0) {
    throw node.fail('expected is_test = 1, inference; export the network for inference');
  }
  if (node.inputs[2] !== undefined && Array.from(node.constant(2, 'training mode').entries)[0] !== 0) {
    throw node.fail('training mode is on; export the network for inference');
  }
  return node.input(0);
};

/** To a matrix: the axes before `axis` make the rows. */
export const flatten: Operator = (node) => {
  const value = node.input(0);
  const rank = value.shape.length;
  const axis = node.int('axis', 1);
  const split = axis < 0 ? axis + rank : axis;
  if (split < 0 || split > rank) throw node.fail(`axis ${axis} is out of range for ${rank} axes; repair it`);
  return reshaped(value, [sizeOf(value.shape.slice(0, split)), sizeOf(value.shape.slice(split))]);
};

/** A target shape in which 0 copies a dimension and -1 takes what is left. */
export const reshape: Operator = (node) => {
  const value = node.input(0);
  // An attribute before opset 5.
  const wanted = node.ints('shape') ?? node.integers(1, 'shape');
  const copyZero = node.int('allowzero', 0) === 0;
  const shape = wanted.map((extent, i) => (extent === 0 && copyZero ? (value.shape[i] ?? 0) : extent));
  const free = shape.indexOf(-1);
  if (shape.some((extent, i) => extent < 0 && i !== free)) throw node.fail(`[${wanted}] is no shape; repair it`);
  if (free >= 0) {
    const known = shape.reduce((product, extent) => (extent === -1 ? product : product * extent), 1);
    shape[free] = known === 0 ? 0 : sizeOf(value.shape) / known;
    if (!Number.isInteger(shape[free])) throw node.fail(`cannot reshape [${value.shape}] to [${wanted}]; repair it`);
  }
  return reshaped(value, shape);
};

/** The axes of Squeeze and Unsqueeze: an attribute before opset 13, an input since. */
function axesOf(node: NodeView): readonly number[] | undefined {
  return node.ints('axes') ?? (node.inputs[1] === undefined ? undefined : node.integers(1, 'axes'));
}

export const squeeze: Operator = (node) => {
  const value = node.input(0);
  const rank = value.shape.length;
  const axes = axesOf(node)?.map((axis) => node.axis(axis, rank));
  const dropped = (axis: number) => (axes === undefined ? value.shape[axis] === 1 : axes.includes(axis));
  return reshaped(
    value,
    value.shape.filter((_, axis) => !dropped(axis)),
  );
};

export const unsqueeze: Operator = (node) => {
  const value = node.input(0);
  const axes = axesOf(node);
  if (axes === undefined) throw node.fail('expected axes, got none; export the network again');
  const rank = value.shape.length + axes.length;
  const places = new Set(axes.map((axis) => node.axis(axis, rank)));
  if (places.size !== axes.length || rank > 16) throw node.fail(`[${axes.slice(0, 8)}] are no axes; repair them`);
  const rest = [...value.shape];
  return reshaped(
    value,
    Array.from({ length: rank }, (_, axis) => (places.has(axis) ? 1 : rest.shift()!)),
  );
};

export const transpose: Operator = (node) => {
  const value = node.input(0);
  const rank = value.shape.length;
  const order = node.ints('perm') ?? Array.from({ length: rank }, (_, i) => rank - 1 - i);
  if (
    order.length !== rank ||
    new Set(order.map((axis) => node.axis(axis, rank))).size !== rank ||
    order.some((a) => a < 0)
  ) {
    throw node.fail(`[${order.slice(0, 16)}] is no order of ${rank} axes; repair it`);
  }
  return transposed(value, order);
};

/** The value attribute, in any of its forms. */
export const constant: Operator = (node) => {
  const tensor = node.tensor('value');
  if (tensor !== undefined) return tensor;
  const list = (entries: readonly number[], integer: boolean): Constant => {
    if (!entries.every(Number.isFinite)) throw node.fail('expected finite numbers; repair the weights');
    const type = integer ? 'int64' : 'float';
    return { kind: 'constant', shape: [entries.length], type, entries: Float64Array.from(entries), stored: true };
  };
  const floats = node.floats('value_floats');
  if (floats !== undefined) return list(floats, false);
  const ints = node.ints('value_ints');
  if (ints !== undefined) return list(ints, true);
  const float = node.float('value_float', Number.MAX_VALUE);
  if (float !== Number.MAX_VALUE) return { ...list([float], false), shape: [] };
  const int = node.int('value_int', Number.MIN_SAFE_INTEGER);
  if (int !== Number.MIN_SAFE_INTEGER) return { ...list([int], true), shape: [] };
  throw node.fail('expected a value attribute; sparse and string constants are not supported');
};

/** Blocks of channels become blocks of pixels. */
export const depthToSpace: Operator = (node) => {
  const value = node.input(0);
  const size = node.int('blocksize', 0);
  const mode = node.text('mode', 'DCR');
  const [n, channels, height, width] = value.shape;
  if (value.shape.length !== 4 || size < 1 || channels! % (size * size) !== 0) {
    throw node.fail(`expected [n, channels, height, width] and a block that divides them, got [${value.shape}]`);
  }
  const c = channels! / (size * size);
  const [split, order] =
    mode === 'DCR'
      ? [
          [n!, size, size, c, height!, width!],
          [0, 3, 4, 1, 5, 2],
        ]
      : [
          [n!, c, size, size, height!, width!],
          [0, 1, 4, 2, 5, 3],
        ];
  if (mode !== 'DCR' && mode !== 'CRD') throw node.fail('attribute mode: expected DCR or CRD; repair it');
  return reshaped(transposed(reshaped(value, split!), order!), [n!, c, height! * size, width! * size]);
};

/** Blocks of pixels become channels. */
export const spaceToDepth: Operator = (node) => {
  const value = node.input(0);
  const size = node.int('blocksize', 0);
  const [n, c, height, width] = value.shape;
  if (value.shape.length !== 4 || size < 1 || height! % size !== 0 || width! % size !== 0) {
    throw node.fail(`expected [n, channels, height, width] and a block that divides them, got [${value.shape}]`);
  }
  const [h, w] = [height! / size, width! / size];
  const blocks = transposed(reshaped(value, [n!, c!, h, size, w, size]), [0, 3, 5, 1, 2, 4]);
  return reshaped(blocks, [n!, c! * size * size, h, w]);
};

/** The shape of a value: known, because all shapes are. */
export const shapeOperator: Operator = (node) => {
  const { shape } = node.operand(0);
  const entries = Float64Array.from(shape.slice(node.int('start', 0), node.int('end', shape.length)));
  return { kind: 'constant', shape: [entries.length], type: 'int64', entries, stored: true };
};

/** The number of elements. */
export const size: Operator = (node) => ({
  kind: 'constant',
  shape: [],
  type: 'int64',
  entries: Float64Array.of(sizeOf(node.operand(0).shape)),
  stored: true,
});

/** One number everywhere; 0 unless told. */
export const constantOfShape: Operator = (node) => {
  const shape = node.integers(0, 'shape');
  if (shape.some((extent) => extent < 0)) throw node.fail(`[${shape.slice(0, 8)}] is no shape; repair it`);
  checkSize(shape);
  const zero: Constant = { kind: 'constant', shape: [1], type: 'float', entries: Float64Array.of(0), stored: true };
  const value = node.tensor('value') ?? zero;
  if (value.entries.length !== 1) throw node.fail(`attribute value: expected one number, got ${value.entries.length}`);
  return gathered(value, shape, new Int32Array(sizeOf(shape)));
};
