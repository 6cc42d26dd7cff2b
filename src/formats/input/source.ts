/**
 * The bytes of an input file: opened with care, decompressed, digested.
 */
import { sha256 } from '../../network/index.js';
import { FormatError } from './error.js';
import { gunzipped, readRegularFile } from './file.js';
import { mostBytes, tooLarge } from './limits.js';

export { MAX_FILE_BYTES, MAX_NUMBERS, MAX_WEIGHTS } from './limits.js';

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

/** The decompressed content of gzip data. @throws FormatError for damaged data and decompression bombs */
async function decompress(bytes: Uint8Array, file: string): Promise<Uint8Array> {
  try {
    return await gunzipped(bytes, mostBytes(extensionOf(file)));
  } catch (error) {
    if (error instanceof RangeError)
      throw new FormatError('gzip', tooLarge('more after decompression', mostBytes(extensionOf(file))), file);
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
  return sourceOf(file, await readRegularFile(file, extensionOf(file)));
}

/**
 * The content of a file that is in memory already.
 *
 * @param file its name, whose extension says what it is
 * @throws FormatError as `readSource`
 */
export async function sourceOf(file: string, stored: Uint8Array): Promise<Source> {
  const extension = extensionOf(file);
  if (stored.length > mostBytes(extension)) {
    throw new FormatError('', tooLarge(`${stored.length} bytes`, mostBytes(extension)), file);
  }
  if (stored.length === 0) throw new FormatError('', 'is empty; fetch or export it again', file);
  const gzipped = stored[0] === 0x1f && stored[1] === 0x8b;
  if (!gzipped && file.toLowerCase().endsWith('.gz')) {
    throw new FormatError('gzip', 'expected gzip data (1f 8b ...), got something else; drop .gz from the name', file);
  }
  const bytes = gzipped ? await decompress(stored, file) : stored;
  if (bytes.length === 0) throw new FormatError('', 'is empty; fetch or export it again', file);
  let digest: string | undefined;
  return {
    file,
    extension,
    bytes,
    // Few ask for it.
    get sha256() {
      return (digest ??= sha256().update(bytes).digest('hex'));
    },
  };
}

/** A file at a path, or one in memory with its name. @throws FormatError as `readSource` */
export function sourceAt(from: string | Uint8Array, name = ''): Promise<Source> {
  return typeof from === 'string' ? readSource(from) : sourceOf(name, from);
}

/** The content as text. @throws FormatError for bytes that are not UTF-8 */
export function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FormatError('', 'expected UTF-8 text, got binary data; check that the extension fits the content');
  }
}
