/**
 * Certificates that are lines of JSON, written while a count tells of its evidence.
 */
import type { Counting } from '../chambers/index.js';
import { type WrittenGzip, writeGzip } from '../output/index.js';
import { paced, type Watch } from './paced.js';

/** Lines of numbers: higher levels make files 15 % shorter and take twice the time. */
const GZIP_LEVEL = 4;

/** Lines as they come, for somebody to fetch. */
export class JsonLines {
  private lines: string[] = [];

  protected tell(...values: readonly unknown[]): void {
    for (const value of values) this.lines.push(JSON.stringify(value));
  }

  /** The lines since the last call. */
  take(): Uint8Array | undefined {
    if (this.lines.length === 0) return undefined;
    const text = `${this.lines.join('\n')}\n`;
    this.lines = [];
    return Buffer.from(text);
  }
}

/** What becomes of the lines of a count. */
export interface LineTarget<T> {
  readonly file: string;
  readonly lines: JsonLines;
  /** Tells what is behind them. */
  readonly end: (count: T) => void;
  /** Whether the count is to be kept. Default: yes. */
  readonly isWanted?: (count: T) => boolean;
}

/**
 * Works off a count, and writes the lines that it tells as they come.
 *
 * @returns no count if it was aborted, found none or is not wanted: then no file is written
 */
export async function writtenCount<T>(
  counting: Counting<T | undefined>,
  { file, lines, end, isWanted = () => true }: LineTarget<T>,
  watch: Watch,
): Promise<{ readonly count: T | undefined; readonly certificate?: WrittenGzip }> {
  let count: T | undefined;
  async function* content() {
    const steps = paced(counting, watch);
    for (;;) {
      const { done, value } = await steps.next();
      if (done === true && value !== undefined && isWanted(value)) {
        count = value;
        end(value);
      }
      const bytes = lines.take();
      if (bytes !== undefined) yield bytes;
      if (done === true) return;
    }
  }
  const certificate = await writeGzip(file, content(), { level: GZIP_LEVEL, isWanted: () => count !== undefined });
  return { count, ...(certificate && { certificate }) };
}
