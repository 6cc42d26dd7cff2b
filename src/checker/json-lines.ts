/**
 * Reading a gzip file of lines of JSON: a header, lines, a trailer, which alone states cells, nothing more.
 */
import { LONGEST_LINE } from '../certificate/index.js';
import { DAMAGE, isDamage, takeContent } from './gzip-content.js';

/** Something is wrong with the contents of a file. */
export class LineRefusal extends Error {}

export function refuse(reason: string): never {
  throw new LineRefusal(reason);
}

/** Longer integers are refused. */
const LONGEST_INTEGER = 100_000;

/** The integer of a text. */
export function integer(text: unknown): bigint {
  if (typeof text !== 'string' || text.length > LONGEST_INTEGER || !/^-?\d+$/.test(text))
    refuse('a number is no integer text');
  return BigInt(text);
}

/** Takes the lines behind a header one after the other. */
export interface LineChecker<T, Trailer> {
  line(value: unknown): void;
  /** @throws LineRefusal if the lines do not prove what the trailer states */
  finish(trailer: Trailer): T;
}

class FileChecker<T, Trailer> {
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });
  private rest = '';
  private checker: LineChecker<T, Trailer> | undefined;
  private result: T | undefined;

  constructor(private readonly begin: (header: unknown) => LineChecker<T, Trailer>) {}

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
    if (this.checker === undefined) this.checker = this.begin(value);
    else if (value !== null && typeof value === 'object' && 'cells' in value)
      this.result = this.checker.finish(value as Trailer);
    else this.checker.line(value);
  }

  finish(): T {
    if (this.rest !== '' || this.result === undefined) refuse('the file is truncated: it ends before the trailer');
    return this.result;
  }
}

export type LineReport<T> =
  | ({ readonly accepted: true; readonly sha256: string } & T)
  | { readonly accepted: false; readonly reason: string };

/**
 * What the lines of a file prove. Errors of the file system are thrown; everything that is wrong with the contents is a refusal.
 *
 * @param begin who checks the lines behind a header
 * @throws what the signal says when it is aborted
 */
export async function checkLines<T, Trailer>(
  file: string,
  begin: (header: unknown) => LineChecker<T, Trailer>,
  signal?: AbortSignal,
): Promise<LineReport<T>> {
  const checker = new FileChecker(begin);
  try {
    const sha256 = await takeContent(file, (piece) => {
      signal?.throwIfAborted();
      checker.append(piece);
    });
    return { accepted: true, ...checker.finish(), sha256 };
  } catch (thrown) {
    if (thrown instanceof LineRefusal) return { accepted: false, reason: thrown.message };
    if (isDamage(thrown)) return { accepted: false, reason: DAMAGE };
    throw thrown;
  }
}
