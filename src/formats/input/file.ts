/**
 * Files and gzip by Node. A bundle for browsers takes `file-browser.ts` in its place.
 */
import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { FormatError } from './error.js';
import { mostBytes, tooLarge } from './limits.js';

/** What the operating system said, in words, with what to do. */
function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return 'no such file; check the path';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied; make the file readable';
  if (code === 'ENOTDIR') return 'a part of the path is not a directory; check the path';
  return `cannot be read (${code || 'unknown reason'}); check the path`;
}

/** The bytes of a file. @throws FormatError for what cannot be read or is no regular file */
export async function readRegularFile(path: string, extension: string): Promise<Uint8Array> {
  try {
    const status = await stat(path);
    if (status.isDirectory()) throw new FormatError('', 'is a directory; name a file', path);
    // A pipe or a device could block for ever or never end.
    if (!status.isFile()) throw new FormatError('', 'is not a regular file; copy its content to a file', path);
    if (status.size > mostBytes(extension))
      throw new FormatError('', tooLarge(`${status.size} bytes`, extension), path);
    return await readFile(path);
  } catch (error) {
    throw error instanceof FormatError ? error : new FormatError('', explain(error), path);
  }
}

/** The decompressed content of gzip data. @throws RangeError if it has more than `most` bytes, another error if it is damaged */
export function gunzipped(bytes: Uint8Array, most: number): Promise<Uint8Array> {
  return promisify(gunzip)(bytes, { maxOutputLength: most });
}
