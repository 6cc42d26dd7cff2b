/**
 * Files and gzip by Node. A bundle for browsers takes `file-browser.ts` in its place.
 */
import { closeSync, fstatSync, openSync, readFileSync, readSync, realpathSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { createGunzip, gunzipSync } from 'node:zlib';
import { FormatError, quoted } from './error.js';
import { mostBytes, tooLarge } from './limits.js';
import { type StoredFile, storedBytes } from './stored-file.js';

/** What the operating system said, in words, with what to do. */
function explain(error: unknown, path = ''): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT' && path === '-')
    return 'is no file here; copy standard input to one, with the ending of its format';
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
      throw new FormatError('', tooLarge(`${status.size} bytes`, mostBytes(extension)), path);
    return await readFile(path);
  } catch (error) {
    throw error instanceof FormatError ? error : new FormatError('', explain(error, path), path);
  }
}

/** Deflate makes at most so many bytes of one. */
const MOST_OF_ONE = 1032;
/** Bytes that are decompressed at once. */
const CHUNK = 2 ** 20;

/**
 * The decompressed content of gzip data, laid into place piece by piece: joined from a list of pieces it would be in the memory twice.
 *
 * @throws RangeError if it has more than `most` bytes, another error if it is damaged
 */
export async function gunzipped(bytes: Uint8Array, most: number): Promise<Uint8Array> {
  let content = new Uint8Array(Math.min(statedSize(bytes), most));
  let length = 0;
  const stream = createGunzip({ chunkSize: CHUNK });
  stream.end(bytes);
  for await (const piece of stream as AsyncIterable<Uint8Array>) {
    const end = length + piece.length;
    if (end > most) throw new RangeError(`expected at most ${most} bytes, got more`);
    if (end > content.length) {
      const grown = new Uint8Array(Math.min(most, Math.max(end, 2 * content.length)));
      grown.set(content.subarray(0, length));
      content = grown;
    }
    content.set(piece, length);
    length = end;
  }
  return content.subarray(0, length);
}

/** What the end of gzip data says that it holds, as far as that can be. The content decides. */
function statedSize(bytes: Uint8Array): number {
  if (bytes.length < 4) return 0;
  const stated = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(bytes.length - 4, true);
  return Math.min(stated, MOST_OF_ONE * bytes.length);
}

/** The real path of a file below a folder, or of its gzipped copy. @throws FormatError for a link that leaves the folder */
function realFile(folder: string, location: string, place: string): string {
  const [path, packed] = [join(folder, location), join(folder, `${location}.gz`)];
  const found = [path, packed].find((candidate) => statSync(candidate, { throwIfNoEntry: false }) !== undefined);
  const its = `its data in ${quoted(location)}`;
  if (found === undefined) throw new FormatError(place, `${its}: no such file beside the model; put it there`);
  const real = realpathSync(found);
  if (!real.startsWith(folder.endsWith(sep) ? folder : folder + sep)) {
    throw new FormatError(place, `${its}: a link leads out of the model's folder; copy the file into it`);
  }
  // A pipe would block when it is opened.
  if (statSync(real).isFile()) return real;
  throw new FormatError(place, `${its}: is not a regular file; copy its content to a file`);
}

/** `length` bytes of an open file. */
function readAt(descriptor: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const got = readSync(descriptor, bytes, done, Math.min(length - done, 2 ** 30), offset + done);
    if (got === 0) throw new RangeError('the file of its data became shorter; read it again');
    done += got;
  }
  return bytes;
}

function unpacked(path: string, place: string, most: number): Uint8Array {
  try {
    return gunzipSync(readFileSync(path), { maxOutputLength: most });
  } catch (error) {
    if (error instanceof RangeError)
      throw new FormatError(place, `its data: ${tooLarge('more after decompression', most)}`);
    throw new FormatError(place, 'its data: damaged or truncated gzip data; fetch the file again');
  }
}

/**
 * Opens a file in the folder of a network's, or below.
 *
 * @param network the path of the network
 * @param location a relative path without ".."
 * @param most the largest size after decompression
 * @throws FormatError at `place`
 */
export function openBeside(network: string, location: string, place: string, most: number): StoredFile {
  try {
    const path = realFile(realpathSync(dirname(network)), location, place);
    if (path.toLowerCase().endsWith('.gz') && !location.toLowerCase().endsWith('.gz'))
      return storedBytes(unpacked(path, place, most));
    const descriptor = openSync(path, 'r');
    const close = () => closeSync(descriptor);
    return { size: fstatSync(descriptor).size, read: (offset, length) => readAt(descriptor, offset, length), close };
  } catch (error) {
    throw error instanceof FormatError
      ? error
      : new FormatError(place, `its data in ${quoted(location)}: ${explain(error)}`);
  }
}
