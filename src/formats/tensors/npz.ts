/**
 * NumPy archives: a zip of .npy files, each a header and an array
 * (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). Arrays of objects are pickles and are not read.
 */
import { unzipSync } from 'fflate';
import { FormatError, quoted } from '../input/error.js';
import { MAX_DATA_BYTES } from '../input/limits.js';
import { bytesOfElements, decodeRaw, type ElementType } from '../onnx/element.js';
import { type Shape, shapeOfDims, sizeOf } from '../onnx/tensor.js';
import { finite } from './finite.js';
import type { NamedWeights } from './named.js';

const TYPES: Readonly<Record<string, ElementType>> = {
  f8: 'double',
  f4: 'float',
  f2: 'float16',
  i8: 'int64',
  i4: 'int32',
  i2: 'int16',
  i1: 'int8',
  u8: 'uint64',
  u4: 'uint32',
  u2: 'uint16',
  u1: 'uint8',
  b1: 'bool',
};

interface Header {
  readonly type: ElementType;
  readonly shape: Shape;
  readonly fortran: boolean;
  readonly start: number;
}

function headerOf(bytes: Uint8Array, place: string): Header {
  const [first, ...magic] = bytes.subarray(0, 6);
  if (first !== 0x93 || String.fromCharCode(...magic) !== 'NUMPY') {
    throw new FormatError(place, 'expected an array of NumPy, got other data; save it with numpy.savez');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = bytes[6]! >= 2;
  const from = wide ? 12 : 10;
  const length = bytes.length < from ? 0 : wide ? view.getUint32(8, true) : view.getUint16(8, true);
  const text = String.fromCharCode(...bytes.subarray(from, from + Math.min(length, 4096)));
  const match = /'descr': *'([<>|=])([a-z]\d+)', *'fortran_order': *(True|False), *'shape': *\(([\d, ]*)\)/.exec(text);
  if (match === null) {
    throw new FormatError(place, 'expected an array of numbers, got objects or a damaged header; save plain arrays');
  }
  const [, order, kind, fortran, dims] = match;
  const type = TYPES[kind!];
  if (type === undefined || order === '>') {
    throw new FormatError(
      place,
      `expected little-endian numbers, got ${quoted(order! + kind!)}; convert them to float32`,
    );
  }
  const extents = dims!
    .split(',')
    .map((extent) => extent.trim())
    .filter((extent) => extent !== '');
  const shape = shapeOfDims(extents.map(BigInt), place);
  if (bytes.length !== from + length + bytesOfElements(type, sizeOf(shape))) {
    throw new FormatError(
      place,
      `expected ${sizeOf(shape)} elements of ${type}, got ${bytes.length - from - length} bytes; save it again`,
    );
  }
  return { type, shape, fortran: fortran === 'True', start: from + length };
}

/** Elements whose first index runs fastest, in rows. */
function transposed(values: Float64Array, shape: Shape): Float64Array {
  const [rows = 1, columns = 1] = shape;
  return Float64Array.from(values, (_, i) => values[(i % columns) * rows + Math.floor(i / columns)]!);
}

/** The arrays of an archive, in its order. @throws FormatError */
export function weightsOfNpz(bytes: Uint8Array): NamedWeights[] {
  let files: Record<string, Uint8Array>;
  let size = 0;
  try {
    files = unzipSync(bytes, {
      filter: ({ originalSize }) => {
        size += originalSize;
        if (size > MAX_DATA_BYTES) throw new RangeError(`expected at most ${MAX_DATA_BYTES} bytes after decompression`);
        return true;
      },
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FormatError('zip', `damaged or truncated archive (${reason}); save it again with numpy.savez`);
  }
  return Object.entries(files).map(([file, content]): NamedWeights => {
    const name = file.replace(/\.npy$/, '');
    const place = `array ${quoted(name)}`;
    const { type, shape, fortran, start } = headerOf(content, place);
    const values = () => {
      const elements = finite(decodeRaw(type, content.subarray(start), sizeOf(shape)), place);
      return fortran && shape.length === 2 ? transposed(elements, shape) : elements;
    };
    if (fortran && shape.length > 2)
      throw new FormatError(place, 'expected rows first (C order); save numpy.ascontiguousarray of it');
    return { name, shape, type, values };
  });
}
