/**
 * Checking the file of a count of flats against a network.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import {
  ARRANGEMENT_FORMAT,
  ARRANGEMENT_VERSION,
  type ArrangementHeader,
  type ArrangementTrailer,
  LONGEST_LINE,
} from '../certificate/index.js';
import { type Network, networkDigest } from '../network/index.js';
import { ArrangementChecker, ArrangementRefusal, type CheckedArrangement } from './arrangement.js';

export type ArrangementReport =
  | ({ readonly accepted: true; readonly sha256: string } & CheckedArrangement)
  | { readonly accepted: false; readonly reason: string };

function refuse(reason: string): never {
  throw new ArrangementRefusal(reason);
}

function checkerFor(network: Network, header: Partial<ArrangementHeader> | null): ArrangementChecker {
  if (header === null || typeof header !== 'object' || header.format !== ARRANGEMENT_FORMAT)
    refuse('this is no certificate of an arrangement');
  if (header.version !== ARRANGEMENT_VERSION)
    refuse(`version ${String(header.version)} is not ${ARRANGEMENT_VERSION}, the one this checker reads`);
  if (header.network !== networkDigest(network))
    refuse('the certificate is about another network (the digests differ)');
  if (header.domain?.whole !== network.inputs) refuse(`the domain is not all of R^${network.inputs}`);
  if (!Array.isArray(header.generators)) refuse('the header states no generators');
  return new ArrangementChecker(network, header.generators);
}

/** Lines of JSON: header, levels, trailer, nothing more. */
class FileChecker {
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });
  private rest = '';
  private checker: ArrangementChecker | undefined;
  private result: CheckedArrangement | undefined;

  constructor(private readonly network: Network) {}

  append(chunk: Uint8Array): void {
    const lines = (this.rest + this.text(chunk)).split('\n');
    this.rest = lines.pop()!;
    if (this.rest.length > LONGEST_LINE) refuse('a line is too long');
    for (const line of lines) this.line(line);
  }

  private text(chunk: Uint8Array): string {
    try {
      return this.decoder.decode(chunk, { stream: true });
    } catch {
      return refuse('the file is damaged: it is no text');
    }
  }

  private line(line: string) {
    if (this.result !== undefined) refuse('lines follow the trailer');
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      refuse('a line is not JSON');
    }
    if (this.checker === undefined) this.checker = checkerFor(this.network, value as Partial<ArrangementHeader> | null);
    else if (value !== null && typeof value === 'object' && 'betti' in value)
      this.result = this.checker.finish(value as ArrangementTrailer);
    else this.checker.line(value);
  }

  finish(): CheckedArrangement {
    if (this.rest !== '' || this.result === undefined) refuse('the file is truncated: it ends before the trailer');
    return this.result;
  }
}

/**
 * Whether a file proves the characteristic polynomial of the network's arrangement. Memory: the flats of one rank.
 *
 * Errors of the file system are thrown; everything that is wrong with the contents is a refusal.
 */
export async function checkArrangement(network: Network, file: string): Promise<ArrangementReport> {
  const checker = new FileChecker(network);
  const hash = createHash('sha256');
  const source = createReadStream(file);
  source.on('data', (chunk) => hash.update(chunk));
  // A pipeline whose last stage throws may complain about the aborted stages before it instead.
  let refusal: unknown;
  try {
    await pipeline(source, createGunzip(), new PassThrough(), async (stream: AsyncIterable<Buffer>) => {
      for await (const chunk of stream) {
        try {
          checker.append(chunk);
        } catch (error) {
          refusal = error;
          throw error;
        }
        // Lets signals and timers in: verification itself never waits.
        await new Promise((resume) => setImmediate(resume));
      }
    });
    return { accepted: true, ...checker.finish(), sha256: hash.digest('hex') };
  } catch (thrown) {
    const error = refusal ?? thrown;
    if (error instanceof ArrangementRefusal) return { accepted: false, reason: error.message };
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!code.startsWith('Z_') && code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    return { accepted: false, reason: 'the file is no gzip stream, or damaged or truncated' };
  }
}
