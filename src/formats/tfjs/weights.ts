/**
 * The weights of a TensorFlow.js model: tensors one behind the other in shards, listed in a manifest.
 *
 * Quantised weights are what tfjs-core 4.22 makes of them (`io/io_utils.ts`, decodeWeights): q * scale + min in doubles, rounded
 * once to float32; float16 as it is.
 */
import { z } from 'zod';
import { FormatError, quoted } from '../input/error.js';
import type { Neighbours } from '../input/neighbours.js';
import { decodeRaw } from '../onnx/element.js';
import { shapeOfDims, sizeOf } from '../onnx/tensor.js';

const quantizationSchema = z.object({
  dtype: z.enum(['uint8', 'uint16', 'float16']),
  scale: z.number().optional(),
  min: z.number().optional(),
});

type Quantization = z.infer<typeof quantizationSchema>;

const weightSchema = z.object({
  name: z.string(),
  shape: z.array(z.int().min(0)),
  dtype: z.string(),
  quantization: quantizationSchema.optional(),
});

export const manifestSchema = z.array(z.object({ paths: z.array(z.string()), weights: z.array(weightSchema) }));

export type Manifest = z.infer<typeof manifestSchema>;

/** A weight tensor: float32 numbers, row-major. */
export interface TfjsWeight {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** The most bytes of all shards together. */
const MAX_BYTES = 2 ** 30;

/** The shards of one group, as one. */
function readGroup(paths: readonly string[], beside: Neighbours): Uint8Array {
  const files = paths.map((path) => beside.open(path, 'weightsManifest'));
  const length = files.reduce((sum, { size }) => sum + size, 0);
  if (length > MAX_BYTES) {
    throw new FormatError(
      'weightsManifest',
      `expected shards of at most ${MAX_BYTES} bytes, got ${length}; use a smaller network`,
    );
  }
  const bytes = new Uint8Array(length);
  let position = 0;
  for (const file of files) {
    bytes.set(file.read(0, file.size), position);
    position += file.size;
  }
  return bytes;
}

function quantised(bytes: Uint8Array, size: number, { dtype, scale, min }: Quantization, place: string): Float32Array {
  const codes = decodeRaw(dtype, bytes, size);
  if (dtype === 'float16') return Float32Array.from(codes);
  if (scale === undefined || min === undefined) {
    throw new FormatError(place, 'quantization: expected scale and min; convert the model again');
  }
  return Float32Array.from(codes, (code) => code * scale + min);
}

/** Bytes of one element of the types that a manifest may list. */
const BYTES: Readonly<Record<string, number>> = { float32: 4, float16: 2, int32: 4, uint16: 2, uint8: 1, bool: 1 };

interface Listed {
  readonly dtype: string;
  readonly quantization?: Quantization | undefined;
}

function bytesPerElement({ dtype, quantization }: Listed, place: string): number {
  const stored = quantization?.dtype ?? dtype;
  const bytes = BYTES[stored];
  if (bytes !== undefined) return bytes;
  throw new FormatError(place, `expected float32 weights, got ${stored.slice(0, 40)}; convert the model without them`);
}

/** The numbers of one tensor. @throws FormatError for integers, which are no weights, NaN and infinities */
function valuesOf({ dtype, quantization }: Listed, bytes: Uint8Array, size: number, place: string): Float32Array {
  if (dtype !== 'float32' && dtype !== 'float16')
    throw new FormatError(place, `expected float32 weights, got ${dtype.slice(0, 40)}; convert the model without them`);
  const plain = () => Float32Array.from(decodeRaw(dtype === 'float32' ? 'float' : 'float16', bytes, size));
  const values = quantization === undefined ? plain() : quantised(bytes, size, quantization, place);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return values;
  throw new FormatError(`${place}[${bad}]`, `expected finite numbers, got ${values[bad]}; repair the weights`);
}

/** All weights by name; a weight is decoded when it is asked for. @throws FormatError for shards of another length */
export function readWeights(manifest: Manifest, beside: Neighbours): ReadonlyMap<string, () => TfjsWeight> {
  const weights = new Map<string, () => TfjsWeight>();
  for (const { paths, weights: listed } of manifest) {
    const bytes = readGroup(paths, beside);
    let position = 0;
    for (const { name, shape: dims, ...stored } of listed) {
      const place = `weight ${quoted(name)}`;
      if (weights.has(name)) throw new FormatError(place, 'listed twice; convert the model again');
      const shape = shapeOfDims(dims.map(BigInt), place);
      const size = sizeOf(shape);
      const length = bytesPerElement(stored, place) * size;
      if (position + length > bytes.length) {
        throw new FormatError(place, `expected ${length} bytes, the shards end before; fetch all of them again`);
      }
      const own = bytes.subarray(position, position + length);
      weights.set(name, () => ({ shape, values: valuesOf(stored, own, size, place) }));
      position += length;
    }
    if (position !== bytes.length) {
      const sizes = `the manifest lists ${position} bytes, the shards have ${bytes.length}`;
      throw new FormatError('weightsManifest', `${sizes}; fetch the files of one model`);
    }
  }
  return weights;
}
