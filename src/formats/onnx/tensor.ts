/**
 * Tensors of an ONNX file as exact numbers, and shapes.
 */

import type { Entry } from '../input/entries.js';
import { FormatError, quoted } from '../input/error.js';
import { MAX_WEIGHTS } from '../input/source.js';
import {
  bytesOfElements,
  decodeRaw,
  decodeTyped,
  type ElementType,
  elementType,
  isFloating,
  saturated,
  singlesIn,
  typedLength,
  typeName,
} from './element.js';
import { externalBytes, isExternal, type Neighbours } from './external.js';
import type { TensorProto } from './schema.js';

export { saturated, typeName };

export type Shape = readonly number[];

/** A constant: row-major entries, all finite. */
export interface Constant {
  readonly kind: 'constant';
  readonly shape: Shape;
  /** Integers and flags are shapes, axes and codes, not weights. */
  readonly type: ElementType;
  /** Of a large tensor they are decoded when they are asked for, and may be forgotten. */
  readonly entries: Float64Array | readonly Entry[];
  /**
   * The same of a large tensor in pieces, for one look: what `entries` gives stays in the memory while the file is read, since a weak
   * reference holds until the work of the moment is done. Every piece has a multiple of `row` elements.
   */
  readonly pieces?: (row: number) => Iterable<Float64Array | Float32Array>;
  /** Whether a runtime holds these very numbers: they stand in the file, and were only moved. */
  readonly stored: boolean;
}

/** Whether the entries are integers or flags, and no weights. */
export const isIntegral = ({ type }: Pick<Constant, 'type'>): boolean => !isFloating(type);

/** The number of elements. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

/** The dimensions of a tensor. @throws FormatError for negative and absurd ones, before anything is allocated */
export function shapeOfDims(dims: readonly bigint[], place: string): Shape {
  let size = 1n;
  for (const dim of dims) {
    if (dim < 0n)
      throw new FormatError(place, `expected dimensions of 0 or more, got ${dim}; export the network again`);
    size *= dim;
    if (dims.length > 16 || dim > BigInt(MAX_WEIGHTS) || size > BigInt(MAX_WEIGHTS)) {
      const shown = dims.slice(0, 8).join(' x ');
      throw new FormatError(place, `expected at most ${MAX_WEIGHTS} elements, got ${shown}; use a smaller network`);
    }
  }
  return dims.map(Number);
}

/** Decodes raw bytes again and again: a large tensor is read once or twice, and need not stay in the memory. */
function forgetful(decode: () => Float64Array): () => Float64Array {
  let known: WeakRef<Float64Array> | undefined;
  return () => {
    const held = known?.deref();
    if (held !== undefined) return held;
    const elements = decode();
    known = new WeakRef(elements);
    return elements;
  };
}

/** Tensors with more elements are decoded when they are asked for. */
const LARGE = 2 ** 16;

/** @param first the number of the first of them in their tensor */
function checkFinite<T extends Float64Array | Float32Array>(
  entries: T,
  type: ElementType,
  place: string,
  first = 0,
): T {
  if (!isFloating(type)) return entries;
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i]!;
    // Infinity - Infinity is NaN, as NaN - NaN.
    if (entry - entry !== 0) {
      throw new FormatError(`${place}[${first + i}]`, `expected finite numbers, got ${entry}; repair the weights`);
    }
  }
  return entries;
}

/** How the elements of a tensor are got. */
interface Stored {
  readonly decode: () => Float64Array;
  /** As raw data. */
  readonly raw?: () => Uint8Array;
}

/** Where the elements of a tensor are. @throws FormatError for other sizes */
function decoderOf(tensor: TensorProto, type: ElementType, size: number, place: string, beside: Neighbours): Stored {
  const { rawData } = tensor;
  const complaint = (got: string) =>
    new FormatError(place, `expected ${size} ${type} elements, got ${got}; export it again`);
  const bytes = bytesOfElements(type, size);
  if (isExternal(tensor)) {
    if (rawData.length + typedLength(tensor) > 0)
      throw new FormatError(place, 'stored inside and outside; export it again');
    const read = externalBytes(tensor, bytes, place, beside);
    return { decode: () => decodeRaw(type, read(), size), raw: read };
  }
  if (rawData.length > 0) {
    if (rawData.length !== bytes || typedLength(tensor) > 0) throw complaint(`${rawData.length} bytes`);
    return { decode: () => decodeRaw(type, rawData, size), raw: () => rawData };
  }
  const typed = decodeTyped(type, tensor, size);
  if (typed === undefined) throw complaint(`${typedLength(tensor)}`);
  return { decode: () => typed };
}

/** About so many elements are decoded at once. */
const PIECE = 2 ** 18;

/** Checked elements, some rows at a time where they lie as raw doubles or singles. */
function* piecesOf(
  { decode, raw }: Stored,
  { type, size, row, place }: { type: ElementType; size: number; row: number; place: string },
): Generator<Float64Array | Float32Array> {
  const bytes = type === 'float' || type === 'double' ? raw?.() : undefined;
  if (bytes === undefined) {
    yield checkFinite(decode(), type, place);
    return;
  }
  const step = row * Math.max(1, Math.floor(PIECE / row));
  for (let at = 0; at < size; at += step) {
    const count = Math.min(step, size - at);
    const part = bytes.subarray(bytesOfElements(type, at), bytesOfElements(type, at + count));
    const singles = type === 'float' ? singlesIn(part, count) : undefined;
    yield checkFinite(singles ?? decodeRaw(type, part, count), type, place, at);
  }
}

/**
 * The exact numbers of a tensor: every floating-point number and every integer as it is, flags as 0 and 1.
 *
 * @param place how messages name it
 * @param beside the files that data may stand in
 * @throws FormatError for other types, sizes that do not match, and NaN or infinite elements
 */
export function constantOfTensor(tensor: TensorProto, place: string, beside: Neighbours): Constant {
  if (tensor.segment !== undefined) throw new FormatError(place, 'stored in segments; save the model in one piece');
  const shape = shapeOfDims(tensor.dims, place);
  const type = elementType(tensor.dataType);
  if (type === undefined) {
    const got = typeName(tensor.dataType);
    throw new FormatError(place, `expected numbers or flags, got ${got} data; convert the network to float`);
  }
  const size = sizeOf(shape);
  const stored = decoderOf(tensor, type, size, place, beside);
  const checked = () => checkFinite(stored.decode(), type, place);
  const head = { kind: 'constant', shape, type, stored: true } as const;
  if (size <= LARGE) return { ...head, entries: checked() };
  const entries = forgetful(checked);
  return {
    ...head,
    pieces: (row) => piecesOf(stored, { type, size, row, place }),
    get entries() {
      return entries();
    },
  };
}

/** `tensor "name"` */
export function tensorPlace(name: string): string {
  return `tensor ${quoted(name)}`;
}
