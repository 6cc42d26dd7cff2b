/**
 * Checking the file of a count of flats against a network.
 */
import {
  ARRANGEMENT_FORMAT,
  ARRANGEMENT_VERSION,
  type ArrangementHeader,
  type ArrangementTrailer,
  LONGEST_LINE,
} from '../certificate/index.js';
import { type Network, networkDigest } from '../network/index.js';
import { ArrangementChecker, ArrangementRefusal, type CheckedArrangement } from './arrangement.js';
import { DAMAGE, isDamage, takeContent } from './gzip-content.js';

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
  try {
    const sha256 = await takeContent(file, (piece) => checker.append(piece));
    return { accepted: true, ...checker.finish(), sha256 };
  } catch (thrown) {
    if (thrown instanceof ArrangementRefusal) return { accepted: false, reason: thrown.message };
    if (isDamage(thrown)) return { accepted: false, reason: DAMAGE };
    throw thrown;
  }
}
