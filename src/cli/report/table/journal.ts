/**
 * What is done of a table: a file beside it, one line per row, from which an interrupted run continues.
 *
 * The first line says under which settings the rows were made; rows are taken over only from a run with the same settings
 * and only for networks whose files have not changed. A line that was cut off is no row.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { FormatError, MAX_FILE_BYTES } from '../../../formats/index.js';
import type { ComparisonRow } from '../../../report/table/index.js';
import type { RowTask } from './row.js';

export const JOURNAL_SCHEMA = 'relu-atlas-table-progress';

interface JournalLine {
  readonly key: string;
  readonly row: ComparisonRow;
}

/** The bytes of a file as a digest; "missing" if it cannot be read: then there is no row to take over. */
async function digestOf(file: string | undefined): Promise<string> {
  if (file === undefined) return '';
  try {
    return createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
  } catch {
    return 'missing';
  }
}

/** What a row depends on besides the settings: its line, and the content of the files. */
export async function keyOf({ entry, common }: RowTask): Promise<string> {
  const domain = Object.keys(entry.domain).length > 0 ? entry.domain.domain : common.domain;
  return [entry.name, await digestOf(entry.file), await digestOf(domain)].join(' ');
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isLine(value: unknown): value is JournalLine {
  return typeof value === 'object' && value !== null && 'key' in value && 'row' in value;
}

export class TableJournal {
  /** Rows of an earlier run, by key. Failed ones are tried again. */
  readonly done: ReadonlyMap<string, ComparisonRow>;

  /** @param settings all that the rows depend on, the program's version included */
  constructor(
    readonly file: string,
    settings: object,
  ) {
    const head = JSON.stringify({ schema: JOURNAL_SCHEMA, settings });
    const [first, ...lines] = readLines(file);
    const rows = first === head ? lines.map(parsed).filter(isLine) : [];
    this.done = new Map(rows.filter(({ row }) => row.status !== 'failed').map(({ key, row }) => [key, row]));
    const kept = [...this.done].map(([key, row]) => JSON.stringify({ key, row }));
    writeFileSync(file, `${[head, ...kept].join('\n')}\n`);
  }

  add(key: string, row: ComparisonRow): void {
    appendFileSync(this.file, `${JSON.stringify({ key, row })}\n`);
  }

  /** The table is complete. */
  remove(): void {
    rmSync(this.file, { force: true });
  }
}

/** @throws FormatError for a file that is no journal of ours: too long to be one */
function readLines(file: string): string[] {
  const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes > MAX_FILE_BYTES) {
    throw new FormatError('', `expected at most ${MAX_FILE_BYTES} bytes of progress, got ${bytes}; remove it`, file);
  }
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}
