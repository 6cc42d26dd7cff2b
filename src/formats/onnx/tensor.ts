/**
 * Tensors of an ONNX file as exact numbers, and shapes.
 */

import type { Entry } from '../input/entries.js';
import { FormatError, quoted } from '../input/error.js';
import { MAX_NUMBERS } from '../input/source.js';
import type { TensorProto } from './schema.js';

export type Shape = readonly number[];

/** A constant: row-major entries, all finite. */
export interface Constant {
  readonly kind: 'constant';
  readonly shape: Shape;
  /** Integers are shapes and axes, not weights. */
  readonly integer: boolean;
  readonly entries: Float64Array | readonly Entry[];
}

/** The number of elements. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

const MOST = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * An integer as a double, cut off at 2^53: exporters write "to the end" as the largest int64, and no size or index comes
 * near either.
 */
export function saturated(value: bigint): number {
  return Number(value > MOST ? MOST : value < -MOST ? -MOST : value);
}

/** Names of TensorProto.DataType that a message may have to name. */
const TYPE_NAMES = [
  'undefined float uint8 int8 uint16 int16 int32 int64 string bool float16 double uint32 uint64 complex64 complex128',
  'bfloat16 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz uint4 int4 float4e2m1',
]
  .join(' ')
  .split(' ');

export function typeName(type: number): string {
  return TYPE_NAMES[type] ?? `type ${type}`;
}

interface Encoding {
  readonly bytes: number;
  readonly integer: boolean;
  /** Reads one little-endian element. */
  readonly read: (view: DataView, offset: number) => number | bigint;
  /** The elements where they are not in raw_data. */
  readonly typed: (tensor: TensorProto) => readonly (number | bigint)[];
}

const ENCODINGS: ReadonlyMap<number, Encoding> = new Map<number, Encoding>([
  [1, { bytes: 4, integer: false, read: (v, o) => v.getFloat32(o, true), typed: (t) => t.floatData }],
  [6, { bytes: 4, integer: true, read: (v, o) => v.getInt32(o, true), typed: (t) => t.int32Data }],
  [7, { bytes: 8, integer: true, read: (v, o) => v.getBigInt64(o, true), typed: (t) => t.int64Data }],
  // Flags, such as the training mode of Dropout.
  [9, { bytes: 1, integer: true, read: (v, o) => v.getUint8(o), typed: (t) => t.int32Data }],
  [11, { bytes: 8, integer: false, read: (v, o) => v.getFloat64(o, true), typed: (t) => t.doubleData }],
]);

/** The dimensions of a tensor. @throws FormatError for negative and absurd ones, before anything is allocated */
export function shapeOfDims(dims: readonly bigint[], place: string): Shape {
  let size = 1n;
  for (const dim of dims) {
    if (dim < 0n)
      throw new FormatError(place, `expected dimensions of 0 or more, got ${dim}; export the network again`);
    size *= dim;
    if (dims.length > 16 || dim > BigInt(MAX_NUMBERS) || size > BigInt(MAX_NUMBERS)) {
      const shown = dims.slice(0, 8).join(' x ');
      throw new FormatError(place, `expected at most ${MAX_NUMBERS} elements, got ${shown}; use a smaller network`);
    }
  }
  return dims.map(Number);
}

function checkStored(tensor: TensorProto, place: string) {
  if (tensor.dataLocation !== 0 || tensor.externalData.length > 0) {
    throw new FormatError(place, 'its data are in another file; save the model with all data inside');
  }
  if (tensor.segment !== undefined) throw new FormatError(place, 'stored in segments; save the model in one piece');
}

/** The elements of the tensor, wherever they are stored, as doubles. */
function elementsOf(tensor: TensorProto, encoding: Encoding, size: number, place: string): Float64Array {
  const { rawData } = tensor;
  const typed = encoding.typed(tensor);
  const stored = rawData.length > 0 ? rawData.length / encoding.bytes : typed.length;
  if (stored !== size || (rawData.length > 0 && typed.length > 0)) {
    const got = rawData.length > 0 ? `${rawData.length} bytes` : `${typed.length}`;
    throw new FormatError(place, `expected ${size} ${typeName(tensor.dataType)} elements, got ${got}; export it again`);
  }
  const number = (value: number | bigint) => (typeof value === 'bigint' ? saturated(value) : value);
  if (rawData.length === 0) return Float64Array.from(typed, number);
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
  const elements = new Float64Array(size);
  for (let i = 0; i < size; i++) elements[i] = number(encoding.read(view, i * encoding.bytes));
  return elements;
}

/**
 * The exact numbers of a tensor: float32 and float64 as they are, int32 and int64 for shapes, flags as 0 and 1.
 *
 * @param place how messages name it
 * @throws FormatError for other types, sizes that do not match, and NaN or infinite elements
 */
export function constantOfTensor(tensor: TensorProto, place: string): Constant {
  checkStored(tensor, place);
  const shape = shapeOfDims(tensor.dims, place);
  const encoding = ENCODINGS.get(tensor.dataType);
  if (encoding === undefined) {
    const got = typeName(tensor.dataType);
    throw new FormatError(
      place,
      `expected float, double, int32, int64 or bool data, got ${got}; convert the network to float`,
    );
  }
  const entries = elementsOf(tensor, encoding, sizeOf(shape), place);
  const bad = entries.findIndex((entry) => !Number.isFinite(entry));
  if (bad >= 0) {
    throw new FormatError(`${place}[${bad}]`, `expected finite numbers, got ${entries[bad]}; repair the weights`);
  }
  return { kind: 'constant', shape, integer: encoding.integer, entries };
}

/** `tensor "name"` */
export function tensorPlace(name: string): string {
  return `tensor ${quoted(name)}`;
}
