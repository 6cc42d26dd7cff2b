/**
 * The weights of a TensorFlow.js model: tensors one behind the other in shards, listed in a manifest.
 */
import { z } from 'zod';
import { FormatError, quoted } from '../input/error.js';
import { MAX_FILE_BYTES } from '../input/source.js';
import { shapeOfDims, sizeOf } from '../onnx/tensor.js';

const weightSchema = z.object({
  name: z.string(),
  shape: z.array(z.int().min(0)),
  dtype: z.string(),
  quantization: z.unknown().optional(),
});

export const manifestSchema = z.array(z.object({ paths: z.array(z.string()), weights: z.array(weightSchema) }));

export type Manifest = z.infer<typeof manifestSchema>;

/** A weight tensor: float32 numbers, row-major. */
export interface TfjsWeight {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** The bytes of a shard that lies beside the model. */
export type ReadShard = (name: string) => Promise<Uint8Array>;

/** Shards lie beside model.json: a path could lead anywhere. */
function checkShardName(name: string) {
  if (/^[\w][\w.-]{0,200}$/.test(name) && !name.includes('..')) return;
  throw new FormatError(
    'weightsManifest',
    `expected the name of a file beside the model, got ${quoted(name)}; move it`,
  );
}

async function readGroup(paths: readonly string[], readShard: ReadShard): Promise<Uint8Array> {
  paths.forEach(checkShardName);
  const shards: Uint8Array[] = [];
  let length = 0;
  for (const path of paths) {
    const shard = await readShard(path);
    length += shard.length;
    if (length > MAX_FILE_BYTES)
      throw new FormatError('weightsManifest', 'the shards are too large; use a smaller network');
    shards.push(shard);
  }
  const bytes = new Uint8Array(length);
  let position = 0;
  for (const shard of shards) {
    bytes.set(shard, position);
    position += shard.length;
  }
  return bytes;
}

function float32At(bytes: Uint8Array, first: number, count: number, place: string): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: count }, (_, i) => {
    const value = view.getFloat32(first + 4 * i, true);
    if (Number.isFinite(value)) return value;
    throw new FormatError(`${place}[${i}]`, `expected finite numbers, got ${value}; repair the weights`);
  });
}

/** All weights by name. @throws FormatError for other types than float32, quantised ones, and shards of another length */
export async function readWeights(manifest: Manifest, readShard: ReadShard): Promise<ReadonlyMap<string, TfjsWeight>> {
  const weights = new Map<string, TfjsWeight>();
  for (const { paths, weights: listed } of manifest) {
    const bytes = await readGroup(paths, readShard);
    let position = 0;
    for (const { name, shape: dims, dtype, quantization } of listed) {
      const place = `weight ${quoted(name)}`;
      if (dtype !== 'float32' || quantization !== undefined) {
        const got = quantization === undefined ? dtype : 'quantised ones';
        throw new FormatError(
          place,
          `expected float32 weights, got ${got.slice(0, 40)}; convert the model without quantisation`,
        );
      }
      if (weights.has(name)) throw new FormatError(place, 'listed twice; convert the model again');
      const shape = shapeOfDims(dims.map(BigInt), place);
      const size = sizeOf(shape);
      if (position + 4 * size > bytes.length) {
        throw new FormatError(place, `expected ${4 * size} bytes, the shards end before; fetch all of them again`);
      }
      weights.set(name, { shape, values: float32At(bytes, position, size, place) });
      position += 4 * size;
    }
    if (position !== bytes.length) {
      const sizes = `the manifest lists ${position} bytes, the shards have ${bytes.length}`;
      throw new FormatError('weightsManifest', `${sizes}; fetch the files of one model`);
    }
  }
  return weights;
}
