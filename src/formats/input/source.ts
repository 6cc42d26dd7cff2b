/**
 * The bytes of an input file: opened with care, decompressed, digested.
 */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { FormatError } from './error.js';

/**
 * The most bytes taken from one file, also after decompression: a gzip file of 1 MB can hold 1 GB.
 *
 * 128 MiB are 33 million float32 weights, far beyond the networks whose partition can be enumerated.
 */
export const MAX_FILE_BYTES = 128 * 1024 * 1024;

/** The same for ONNX: published lattice networks have 270 MB, nearly all of it zeros, and are small once these are left out. */
const MAX_ONNX_BYTES = 4 * MAX_FILE_BYTES;

/** The most weights, neurons times inputs, or other numbers that one network may have or imply: 256 MiB of doubles. */
export const MAX_NUMBERS = 2 ** 25;

/** The content of one file. */
export interface Source {
  /** The path as the user gave it, for messages. */
  readonly file: string;
  /** The lower-case extension that decides the format, `.gz` taken off: ".onnx". */
  readonly extension: string;
  /** The decompressed content. */
  readonly bytes: Uint8Array;
  /** Hex digest of the decompressed content, so that a file and its gzipped copy agree. */
  readonly sha256: string;
}

/** ".onnx" for "a/b.ONNX.gz"; empty when the name has none. */
export function extensionOf(path: string): string {
  const name = path.toLowerCase().replace(/\.gz$/, '');
  const match = /[^/\\](\.[^./\\]+)$/.exec(name);
  return match?.[1] ?? '';
}

/** What the operating system said, in words, with what to do. */
function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return 'no such file; check the path';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied; make the file readable';
  if (code === 'ENOTDIR') return 'a part of the path is not a directory; check the path';
  return `cannot be read (${code || 'unknown reason'}); check the path`;
}

function mostBytes(path: string): number {
  return extensionOf(path) === '.onnx' ? MAX_ONNX_BYTES : MAX_FILE_BYTES;
}

async function readRegularFile(path: string): Promise<Uint8Array> {
  try {
    const status = await stat(path);
    if (status.isDirectory()) throw new FormatError('', 'is a directory; name a file', path);
    // A pipe or a device could block for ever or never end.
    if (!status.isFile()) throw new FormatError('', 'is not a regular file; copy its content to a file', path);
    if (status.size > mostBytes(path)) throw new FormatError('', tooLarge(`${status.size} bytes`, path), path);
    return await readFile(path);
  } catch (error) {
    throw error instanceof FormatError ? error : new FormatError('', explain(error), path);
  }
}

function tooLarge(size: string, path: string): string {
  return `expected at most ${mostBytes(path)} bytes, got ${size}; use a smaller network`;
}

/** The decompressed content of gzip data. @throws FormatError for damaged data and decompression bombs */
async function decompress(bytes: Uint8Array, file: string): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: mostBytes(file) });
  } catch (error) {
    if (error instanceof RangeError) throw new FormatError('gzip', tooLarge('more after decompression', file), file);
    const reason = error instanceof Error ? error.message : String(error);
    throw new FormatError('gzip', `damaged or truncated data (${reason}); fetch the file again`, file);
  }
}

/**
 * Reads a file, gzipped or not: gzip is recognised by its first two bytes, and demanded when the name ends in `.gz`.
 *
 * @throws FormatError for files that are missing, unreadable, empty, too large, damaged, or no regular files
 */
export async function readSource(file: string): Promise<Source> {
  const stored = await readRegularFile(file);
  if (stored.length === 0) throw new FormatError('', 'is empty; fetch or export it again', file);
  const gzipped = stored[0] === 0x1f && stored[1] === 0x8b;
  if (!gzipped && file.toLowerCase().endsWith('.gz')) {
    throw new FormatError('gzip', 'expected gzip data (1f 8b ...), got something else; drop .gz from the name', file);
  }
  const bytes = gzipped ? await decompress(stored, file) : stored;
  if (bytes.length === 0) throw new FormatError('', 'is empty; fetch or export it again', file);
  return { file, extension: extensionOf(file), bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** The content as text. @throws FormatError for bytes that are not UTF-8 */
export function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FormatError('', 'expected UTF-8 text, got binary data; check that the extension fits the content');
  }
}
