/**
 * What `file.ts` does, where there is no Node.
 */
import { FormatError, quoted } from './error.js';
import type { StoredFile } from './stored-file.js';

/** @throws FormatError always: a browser names files, and does not open them */
export async function readRegularFile(path: string, _extension: string): Promise<Uint8Array> {
  throw new FormatError('', 'a browser opens no files; pass the bytes, and the name in the options', path);
}

/** The decompressed content of gzip data. @throws RangeError if it has more than `most` bytes, another error if it is damaged */
export async function gunzipped(bytes: Uint8Array, most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream('gzip'));
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) throw new RangeError(`gzip: more than ${most} bytes`);
    parts.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** @throws FormatError always: a browser names files, and does not open them */
export function openBeside(_network: string, location: string, place: string, _most: number): StoredFile {
  throw new FormatError(place, `its data in ${quoted(location)}: a browser opens no files; give the bytes`);
}
