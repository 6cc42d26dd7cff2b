/**
 * safetensors (https://huggingface.co/docs/safetensors): eight bytes with the length of a JSON header, the header, the data.
 */
import { z } from 'zod';
import { FormatError, quoted } from '../input/error.js';
import { conforming } from '../json/conforming.js';
import { valueOfJson } from '../json/text.js';
import { bytesOfElements, decodeRaw, type ElementType } from '../onnx/element.js';
import { shapeOfDims, sizeOf } from '../onnx/tensor.js';
import { finite } from './finite.js';
import type { NamedWeights } from './named.js';

const TYPES: Readonly<Record<string, ElementType>> = {
  F64: 'double',
  F32: 'float',
  F16: 'float16',
  BF16: 'bfloat16',
  F8_E4M3: 'float8e4m3fn',
  F8_E5M2: 'float8e5m2',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U64: 'uint64',
  U32: 'uint32',
  U16: 'uint16',
  U8: 'uint8',
  BOOL: 'bool',
};

const tensorSchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

/** The format's own limit. */
const MAX_HEADER = 100_000_000;

/** The tensors of a file, by the order of their data. @throws FormatError */
export function weightsOfSafetensors(bytes: Uint8Array): NamedWeights[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < 8 ? Number.NaN : Number(view.getBigUint64(0, true));
  if (!(length <= MAX_HEADER && 8 + length <= bytes.length)) {
    throw new FormatError(
      'header',
      `expected its length in the first 8 bytes, got ${length} of ${bytes.length}; fetch the file again`,
    );
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length));
  } catch {
    throw new FormatError('header', 'expected UTF-8 text, got other data; fetch the file again');
  }
  const header = conforming(z.record(z.string(), z.unknown()), valueOfJson(text));
  const data = bytes.subarray(8 + length);
  const tensors = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => ({ name, ...conforming(tensorSchema, entry) }))
    .sort((a, b) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1]);
  let position = 0;
  const weights = tensors.map(({ name, dtype, shape: dims, data_offsets: [begin, end] }): NamedWeights => {
    const place = `tensor ${quoted(name)}`;
    const type = TYPES[dtype];
    if (type === undefined) throw new FormatError(place, `expected numbers, got ${quoted(dtype)}; convert them to F32`);
    const shape = shapeOfDims(dims.map(BigInt), place);
    const size = sizeOf(shape);
    if (begin !== position || end - begin !== bytesOfElements(type, size) || end > data.length) {
      const expected = `${bytesOfElements(type, size)} bytes from ${position}`;
      throw new FormatError(
        place,
        `expected ${expected}, got data_offsets [${begin}, ${end}] of ${data.length}; save it again`,
      );
    }
    position = end;
    return { name, shape, type, values: () => finite(decodeRaw(type, data.subarray(begin, end), size), place) };
  });
  if (position !== data.length) {
    throw new FormatError('header', `the tensors end at ${position}, the data at ${data.length}; fetch the file again`);
  }
  return weights;
}
