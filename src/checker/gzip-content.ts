/**
 * The unpacked content of a gzip file, piece by piece, and the digest of the file itself.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

/** Bytes that are read or unpacked at once: smaller pieces take longer. */
const CHUNK = 1 << 17;
/** Bytes after which others may have their turn. */
const PIECE = 1 << 14;

/** Takes the next piece. Signals and timers are let in behind it, as verification itself never waits: unless it returns false. */
type Taker = (piece: Uint8Array, bytesRead: number) => unknown;

/**
 * Hands over the content from beginning to end, in pieces of at most 16 kB.
 *
 * @returns the SHA-256 of the file
 * @throws what `take` throws; errors of the file system, and of what is no gzip stream (`isDamage`)
 */
export async function takeContent(file: string, take: Taker): Promise<string> {
  const hash = createHash('sha256');
  const source = createReadStream(file, { highWaterMark: CHUNK }).on('data', (chunk) => hash.update(chunk));
  // A pipeline whose last stage throws may complain about the aborted stages before it instead.
  let refusal: unknown;
  const takeAll = async (stream: AsyncIterable<Buffer>) => {
    for await (const chunk of stream) {
      for (let at = 0; at < chunk.length; at += PIECE) {
        try {
          if (take(chunk.subarray(at, at + PIECE), source.bytesRead) === false) continue;
        } catch (error) {
          refusal = error;
          throw error;
        }
        await new Promise((resume) => setImmediate(resume));
      }
    }
  };
  const gunzip = createGunzip({ chunkSize: CHUNK });
  try {
    await pipeline(source, gunzip, new PassThrough(), takeAll);
    // Zeros behind the last member end it, whatever follows.
    if (gunzip.bytesWritten < source.bytesRead) throw Object.assign(new Error(DAMAGE), { code: 'Z_DATA_ERROR' });
  } catch (error) {
    throw refusal ?? error;
  }
  return hash.digest('hex');
}

/** What is said of such a file. */
export const DAMAGE = 'the file is no gzip stream, or damaged or truncated';

/** Whether an error says that a file is no gzip stream, or a damaged one. */
export function isDamage(error: unknown): boolean {
  const isOne = /^(Z_|ERR_STREAM_PREMATURE_CLOSE$|ERR_ENCODING_INVALID_ENCODED_DATA$)/;
  return error instanceof Error && 'code' in error && isOne.test(String(error.code));
}
