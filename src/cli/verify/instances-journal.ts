/**
 * What is done of a benchmark: a file from which an interrupted run continues.
 *
 * The first line says under which settings the rows were made. Errors and unknowns are tried again, and so is a row whose
 * certificate or counterexample is gone. A line that was cut off is no row.
 */
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { VerificationRow } from '../../report/verification/index.js';

const SCHEMA = 'relu-atlas-verify-progress';

interface JournalLine {
  readonly key: string;
  readonly row: VerificationRow;
}

function parsed(line: string): JournalLine[] {
  try {
    const value = JSON.parse(line) as JournalLine;
    return typeof value.key === 'string' && typeof value.row === 'object' ? [value] : [];
  } catch {
    return [];
  }
}

/** Whether a row is an answer whose files are there. */
function isKept({ row }: JournalLine): boolean {
  if (row.verdict !== 'sat' && row.verdict !== 'unsat') return false;
  const files = [row.certificate?.file, row.counterexample?.file];
  return files.every((file) => file === undefined || existsSync(file));
}

export class InstancesJournal {
  /** Rows of an earlier run, by key. */
  readonly done: ReadonlyMap<string, VerificationRow>;

  /** @param settings all that the rows depend on besides their files */
  constructor(
    readonly file: string,
    settings: object,
  ) {
    const head = JSON.stringify({ schema: SCHEMA, settings });
    const [first, ...lines] = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    const kept = first === head ? lines.flatMap(parsed).filter(isKept) : [];
    this.done = new Map(kept.map(({ key, row }) => [key, row]));
    writeFileSync(file, `${[head, ...kept.map((line) => JSON.stringify(line))].join('\n')}\n`);
  }

  add(key: string, row: VerificationRow): void {
    appendFileSync(this.file, `${JSON.stringify({ key, row })}\n`);
  }

  /** The table is complete. */
  remove(): void {
    rmSync(this.file, { force: true });
  }
}
