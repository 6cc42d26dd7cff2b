/**
 * Outputs that are gzip streams, written as their content comes.
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { openOutput } from './output.js';

export interface WrittenGzip {
  /** Size of the file. */
  readonly bytes: number;
  /** SHA-256 of the file in hexadecimal. */
  readonly sha256: string;
}

/**
 * Compresses content into a file. Nothing stands under its name until it is complete.
 *
 * @param isWanted asked after the last chunk: if not, the file stays as it was
 * @throws what the content throws, and errors of the file system that name the file
 */
export async function writeGzip(
  file: string,
  content: AsyncIterable<Uint8Array>,
  { level, isWanted = () => true }: { readonly level: number; readonly isWanted?: () => boolean },
): Promise<WrittenGzip | undefined> {
  const output = openOutput(file);
  const hash = createHash('sha256');
  // A pipeline whose last stage throws may complain about the aborted stages before it instead.
  let failure: unknown;
  try {
    await pipeline(
      Readable.from(content, { objectMode: false }),
      createGzip({ level }),
      async (compressed: AsyncIterable<Buffer>) => {
        for await (const chunk of compressed) {
          hash.update(chunk);
          try {
            output.write(chunk);
          } catch (error) {
            failure = error;
            throw error;
          }
        }
      },
    );
    if (!isWanted()) return undefined;
    output.commit();
    return { bytes: output.bytes, sha256: hash.digest('hex') };
  } catch (error) {
    throw failure ?? error;
  } finally {
    output.discard();
  }
}
