/**
 * Values of a graph: constants, and tensors whose elements are affine functions of the atoms.
 */

import { constantRow, type Row } from '../graph/rows.js';
import { FormatError } from '../input/error.js';
import { MAX_NUMBERS } from '../input/source.js';
import { type Constant, isIntegral, type Shape, sizeOf } from './tensor.js';

/** The most elements of one value: each is an object, and a neuron if an activation follows. */
const MAX_ELEMENTS = MAX_NUMBERS / 32;

/** A tensor that depends on the network's inputs. */
export interface Affine {
  readonly kind: 'affine';
  readonly shape: Shape;
  /** Row-major. */
  readonly rows: readonly Row[];
  /** The number of activation layers below. */
  readonly depth: number;
}

export type Value = Constant | Affine;

/**
 * Comparisons of affine functions with 0: the elements are `row > 0` if `strict`, else `row >= 0`. They jump, so that only some
 * operators take them: those that make a continuous function of them.
 */
export interface Mask {
  readonly kind: 'mask';
  readonly shape: Shape;
  readonly rows: readonly Row[];
  readonly depth: number;
  readonly strict: boolean;
  /** Whether the elements are the numbers 0 and 1, and not flags. */
  readonly numeric: boolean;
}

export type GraphValue = Value | Mask;

/** The elements as rows; those of a constant have no atoms. @throws RangeError for integers, which are no weights */
export function rowsOf(value: Value): readonly Row[] {
  if (value.kind === 'affine') return value.rows;
  if (isIntegral(value))
    throw new RangeError('expected floating-point weights, got integers; cast them before exporting');
  return Array.from(value.entries, constantRow);
}

export function depthOf(value: GraphValue): number {
  return value.kind === 'constant' ? 0 : value.depth;
}

/** A constant that was computed: a runtime rounds on the way to it. */
export function computed(shape: Shape, type: Constant['type'], entries: Constant['entries']): Constant {
  return { kind: 'constant', shape, type, entries, stored: false };
}

/** A value with these rows that was computed from `operands`: constant if all of them are. */
export function valueOfRows(shape: Shape, rows: readonly Row[], operands: readonly Value[]): Value {
  if (operands.every((operand) => operand.kind === 'constant')) {
    return computed(
      shape,
      operands[0]?.type ?? 'float',
      rows.map((row) => row.constant),
    );
  }
  return { kind: 'affine', shape, rows, depth: Math.max(...operands.map(depthOf)) };
}

/** The same elements in another shape of the same size. */
export function reshaped(value: Value, shape: Shape): Value {
  if (sizeOf(shape) !== sizeOf(value.shape)) {
    throw new RangeError(`cannot reshape [${value.shape}] to [${shape}]; export the network again`);
  }
  return withShape(value, shape);
}

/** The same elements; those of a large constant need not be decoded for it. */
function withShape(value: Value, shape: Shape): Value {
  if (value.kind === 'affine') return { ...value, shape };
  const { kind, type, stored } = value;
  return {
    kind,
    shape,
    type,
    stored,
    get entries() {
      return value.entries;
    },
  };
}

/** The elements at `indices`, in another shape. */
export function gathered(value: Value, shape: Shape, indices: Int32Array): Value {
  if (value.kind === 'affine') return { ...value, shape, rows: Array.from(indices, (i) => value.rows[i]!) };
  const { entries } = value;
  const picked = entries instanceof Float64Array ? Float64Array.from(indices, (i) => entries[i]!) : undefined;
  return { ...value, shape, entries: picked ?? Array.from(indices, (i) => entries[i]!) };
}

/** The shape that numpy broadcasts two shapes to. @throws RangeError when they do not fit */
export function broadcastShape(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const shape = Array.from({ length: rank }, (_, i) => {
    const left = a[i - rank + a.length] ?? 1;
    const right = b[i - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new RangeError(`cannot broadcast [${a}] with [${b}]; the shapes of the model do not match`);
    }
    return left === 1 ? right : left;
  });
  checkSize(shape);
  return shape;
}

/** @throws FormatError for tensors too large to hold */
export function checkSize(shape: Shape) {
  if (sizeOf(shape) > MAX_ELEMENTS) {
    throw new FormatError('', `a tensor of shape [${shape}] has too many elements; use a smaller network`);
  }
}

/** For every element of `target`, the index of the element of a tensor of shape `source` that is broadcast to it. */
export function broadcastIndices(source: Shape, target: Shape): Int32Array {
  const size = sizeOf(target);
  const indices = new Int32Array(size);
  let stride = 1;
  let step = 1;
  for (let axis = 1; axis <= target.length; axis++) {
    const extent = target[target.length - axis]!;
    const own = source[source.length - axis] ?? 1;
    if (own > 1) {
      for (let i = 0; i < size; i++) indices[i]! += (Math.floor(i / stride) % extent) * step;
    }
    stride *= extent;
    step *= own;
  }
  return indices;
}

/** The value broadcast to a shape that it fits. */
export function broadcastTo(value: Value, target: Shape): Value {
  const same = value.shape.length === target.length && value.shape.every((extent, i) => extent === target[i]);
  return same ? value : gathered(value, target, broadcastIndices(value.shape, target));
}

/** The axes in another order: axis i of the result is axis `order[i]` of the value. */
export function transposed(value: Value, order: readonly number[]): Value {
  const { shape } = value;
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const target = order.map((axis) => shape[axis]!);
  const indices = new Int32Array(sizeOf(shape));
  let repeat = 1;
  for (let axis = target.length - 1; axis >= 0; axis--) {
    const stride = strides[order[axis]!]!;
    for (let i = 0; i < indices.length; i++) indices[i]! += (Math.floor(i / repeat) % target[axis]!) * stride;
    repeat *= target[axis]!;
  }
  return gathered(value, target, indices);
}
