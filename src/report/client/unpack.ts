/**
 * Reads a picture from its base64 text (`report/picture/format.ts`).
 */
import type {
  ArrayEntry,
  GraphArrays,
  GraphData,
  GraphHeader,
  PlanarArrays,
  PlanarHeader,
  PlanarPictureData,
} from '../encoding/index.js';

const ARRAYS = {
  f64: Float64Array,
  u32: Uint32Array,
  i32: Int32Array,
  u16: Uint16Array,
  u8: Uint8Array,
} as const;

function bytesOf(base64: string): Uint8Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** The header and the arrays by name. */
export function unpackArrays(base64: string): {
  readonly header: Record<string, unknown>;
  readonly arrays: Record<string, unknown>;
} {
  const bytes = bytesOf(base64.trim());
  const { buffer } = bytes;
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const arrays: Record<string, unknown> = {};
  let at = 8 + length;
  for (const { name, kind, length: count } of header.arrays as readonly ArrayEntry[]) {
    const array = new ARRAYS[kind](buffer as ArrayBuffer, at, count);
    arrays[name] = array;
    at += Math.ceil(array.byteLength / 8) * 8;
  }
  return { header, arrays };
}

export function unpackPlanar(base64: string): PlanarPictureData {
  const { header, arrays } = unpackArrays(base64);
  return { header: header as unknown as PlanarHeader, arrays: arrays as unknown as PlanarArrays };
}

export function unpackGraph(base64: string): GraphData {
  const { header, arrays } = unpackArrays(base64);
  return { header: header as unknown as GraphHeader, arrays: arrays as unknown as GraphArrays };
}
