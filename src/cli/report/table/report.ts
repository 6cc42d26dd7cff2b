/**
 * `relu-atlas report --table`: a comparison table over many networks.
 */

import { setMaxListeners } from 'node:events';
import { cpus } from 'node:os';
import { identityOf, kindOf, writeOutput } from '../../../output/index.js';
import { packageVersion, threadFile, threadFlags } from '../../../package/index.js';
import {
  type ComparisonRow,
  comparisonJson,
  comparisonMarkdown,
  comparisonSummary,
} from '../../../report/table/index.js';
import { EXIT } from '../../exit.js';
import { interruption } from '../../interruption.js';
import type { DomainOptions } from '../../options/domain.js';
import { type ProgressOptions, progressBar } from '../../output/progress.js';
import { type ForceOption, requireFree, type Target } from '../../output/targets.js';
import { counted } from '../../output/text.js';
import { keyOf, TableJournal } from './journal.js';
import { type TableEntry, tableEntries } from './list.js';
import type { RowBudget, RowTask } from './row.js';

export interface TableOptions extends DomainOptions, ForceOption, ProgressOptions {
  /** Where to write; .md, .json and .html take the place of its ending. Without it the Markdown is printed. */
  readonly out?: string;
  readonly budget?: RowBudget;
  /** False: neither pieces nor maps. */
  readonly pieces?: boolean;
  readonly workers?: number;
  readonly format?: 'text' | 'json';
}

export interface TableRun {
  readonly rows: readonly ComparisonRow[];
  /** False if it was interrupted. */
  readonly complete: boolean;
}

export interface TableRequest {
  readonly tasks: readonly RowTask[];
  readonly workers: number;
  readonly signal: AbortSignal;
  readonly journal?: TableJournal;
  readonly onRow?: (done: number, row: ComparisonRow) => void;
}

/** Makes the rows, several at a time; those that the journal has are taken over. */
export async function runTable({ tasks, workers, signal, journal, onRow }: TableRequest): Promise<TableRun> {
  const keys = await Promise.all(tasks.map(keyOf));
  const rows = keys.map((key) => journal?.done.get(key));
  let done = rows.filter((row) => row !== undefined).length;
  // Every waiting row listens.
  setMaxListeners(tasks.length + 1, signal);
  const { Piscina } = await import('piscina');
  const pool = new Piscina<RowTask, ComparisonRow>({
    filename: threadFile('row-worker'),
    execArgv: threadFlags(),
    name: 'row',
    minThreads: 0,
    maxThreads: workers,
  });
  const one = async (task: RowTask, i: number) => {
    if (rows[i] !== undefined || signal.aborted) return;
    try {
      const row = await pool.run(task, { signal });
      rows[i] = row;
      journal?.add(keys[i]!, row);
      onRow?.(++done, row);
    } catch (error) {
      // An interrupted row is missing, and that is all.
      if (!signal.aborted) throw error;
    }
  };
  try {
    await Promise.all(tasks.map(one));
  } finally {
    await pool.destroy();
  }
  const made = rows.filter((row) => row !== undefined);
  return { rows: made, complete: made.length === tasks.length };
}

/** Writes all files, or none that looks complete. */
export async function writeTable(stem: string, rows: readonly ComparisonRow[]): Promise<string[]> {
  const { comparisonPage } = await import('../../../report/table/page.js');
  const contents = [
    [`${stem}.md`, comparisonMarkdown(rows)],
    [`${stem}.json`, comparisonJson(rows)],
    [`${stem}.html`, comparisonPage(rows)],
  ] as const;
  for (const [file, content] of contents) writeOutput(file, content);
  return contents.map(([file]) => file);
}

/** What is written, the progress included. */
function targetsOf(stem: string): Target[] {
  const kinds = {
    '.md': 'table',
    '.json': 'table data',
    '.html': 'report',
    '.partial.jsonl': 'table progress',
  } as const;
  return Object.entries(kinds).map(([ending, kind]) => ({ option: '--out', file: `${stem}${ending}`, kind }));
}

function inputsOfTable(source: string, entries: readonly TableEntry[], domain: string | undefined): string[] {
  const files = entries.flatMap((entry) => [entry.file, entry.domain.domain]);
  return [source, domain, ...files].filter((file) => file !== undefined);
}

/**
 * Makes and writes or prints the table of a directory or list.
 *
 * @returns the exit code: 1 if a network failed, 130 if interrupted; then the journal beside the output is where the same
 * command continues
 */
export async function tableReport(source: string, options: TableOptions): Promise<number> {
  const { box, asDoubles, domain, whole, budget = {}, pieces = true } = options;
  const common: DomainOptions = {
    ...(box === undefined ? {} : { box }),
    ...(domain === undefined ? {} : { domain }),
    ...(whole === undefined ? {} : { whole }),
    ...(asDoubles === undefined ? {} : { asDoubles }),
  };
  const stem = options.out?.replace(/\.(html|md|json)$/, '');
  // A table inside the directory that it is about is none of its networks.
  const own = stem === undefined ? undefined : identityOf(`${stem}.json`);
  const isOwn = (file: string) => identityOf(file) === own && kindOf(file) === 'table data';
  const entries = (await tableEntries(source)).filter(({ file }) => own === undefined || !isOwn(file));
  if (stem !== undefined) requireFree(targetsOf(stem), inputsOfTable(source, entries, domain), options);
  const tasks = entries.map((entry): RowTask => ({ entry, common, budget, pieces }));
  const journal =
    stem === undefined
      ? undefined
      : new TableJournal(`${stem}.partial.jsonl`, { version: packageVersion(), common, budget, pieces });
  const bar = progressBar(options);
  const { signal, release } = interruption();
  let result: TableRun;
  try {
    result = await runTable({
      tasks,
      workers: options.workers ?? cpus().length,
      signal,
      ...(journal !== undefined && { journal }),
      onRow: (done, row) => bar.part(done / tasks.length, `${done} of ${tasks.length}: ${row.network}`),
    });
  } finally {
    bar.stop();
    release();
  }
  const { rows, complete } = result;
  if (!complete) {
    const next = journal === undefined ? 'nothing was written' : `${journal.file} has them; the same command continues`;
    process.stdout.write(`interrupted: ${rows.length} of ${counted(tasks.length, 'network')} done; ${next}\n`);
    return EXIT.interrupted;
  }
  if (stem === undefined) {
    process.stdout.write(options.format === 'json' ? comparisonJson(rows) : comparisonMarkdown(rows));
  } else {
    const files = await writeTable(stem, rows);
    journal?.remove();
    process.stdout.write(`${files.join(', ')}: ${comparisonSummary(rows)}\n`);
  }
  return rows.some(({ status }) => status === 'failed') ? EXIT.error : EXIT.ok;
}
