/**
 * The rows of a benchmark, answered by several threads: one row a thread, in whatever order; the last ones by all threads that are left.
 *
 * This thread answers rows as well. Others start when it takes longer than a moment.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { threadFile, threadFlags } from '../../package/index.js';
import type { VerificationRow } from '../../report/verification/index.js';
import { interruption } from '../interruption.js';
import { progressBar } from '../output/progress.js';
import type { InstancesJournal } from './instances-journal.js';
import type { Instance } from './instances-list.js';
import { failedRow } from './instances-row.js';
import { type InstanceTask, RowSolver } from './instances-solver.js';
import type { InstanceThread } from './instances-worker.js';
import type { VerifyOptions } from './options.js';

/** How long this thread works alone, in milliseconds. */
const ALONE = 200;

export interface Finished {
  /** In the order of the list; only those that are answered. */
  readonly rows: readonly VerificationRow[];
  readonly complete: boolean;
}

/** What a row depends on: its line, its place, and the content of its files. */
function keyOf(instance: Instance, index: number, digests: Map<string, string>): string {
  const digest = (file: string) => {
    const known = digests.get(file);
    if (known !== undefined) return known;
    const own = existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : 'missing';
    digests.set(file, own);
    return own;
  };
  const { network, property, timeout, networkFile, propertyFile } = instance;
  return [index, network, property, timeout, digest(networkFile), digest(propertyFile)].join(' ');
}

/** Rows that are done and rows that are not. */
class Rows {
  private readonly rows: (VerificationRow | undefined)[];
  private readonly keys: readonly string[];
  private next = 0;
  private readonly bar: ReturnType<typeof progressBar>;

  constructor(
    private readonly instances: readonly Instance[],
    readonly options: VerifyOptions,
    private readonly journal: InstancesJournal | undefined,
  ) {
    const digests = new Map<string, string>();
    this.keys = journal === undefined ? [] : instances.map((instance, i) => keyOf(instance, i, digests));
    this.rows = instances.map((_, i) => journal?.done.get(this.keys[i]!));
    this.bar = progressBar(options);
  }

  /** Rows without an answer, those under way included. */
  get left(): number {
    return this.rows.reduce((count, row) => count + (row === undefined ? 1 : 0), 0);
  }

  /** The next row that nobody works at. */
  take(threads: number): InstanceTask | undefined {
    while (this.rows[this.next] !== undefined) this.next++;
    const instance = this.instances[this.next];
    if (instance === undefined) return undefined;
    const index = this.next++;
    this.tell(instance, 0);
    const isNeeded = this.instances.slice(index + 1).some(({ networkFile }) => networkFile === instance.networkFile);
    return { instance, index, isNeeded, workers: Math.max(1, Math.floor(threads / this.left)) };
  }

  put({ index }: InstanceTask, row: VerificationRow): void {
    this.rows[index] = row;
    this.journal?.add(this.keys[index]!, row);
  }

  tell({ network, property }: Instance, done: number): void {
    const { length } = this.rows;
    const answered = length - this.left;
    this.bar.part((answered + done) / length, `${answered} of ${length} | ${network} ${property}`);
  }

  finished(): Finished {
    this.bar.stop();
    const rows = this.rows.filter((row) => row !== undefined);
    return { rows, complete: rows.length === this.rows.length };
  }
}

/** Answers rows in this thread as long as there are some. */
async function inThisThread(rows: Rows, threads: number, signal: AbortSignal): Promise<void> {
  const solver = new RowSolver(rows.options);
  for (let task = rows.take(threads); task !== undefined && !signal.aborted; task = rows.take(threads)) {
    const { instance } = task;
    const row = await solver.row(task, signal, (done) => rows.tell(instance, done));
    if (!signal.aborted) rows.put(task, row);
  }
}

/** Answers rows in other threads, so many at a time. */
async function inThreads(rows: Rows, threads: number, signal: AbortSignal, isOver: AbortSignal): Promise<void> {
  await delay(ALONE, undefined, { signal: isOver }).catch(() => {});
  const others = Math.min(threads - 1, rows.left - 1);
  if (others <= 0 || signal.aborted) return;
  const { Piscina } = await import('piscina');
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const start: InstanceThread = { options: { ...rows.options }, stop };
  const pool = new Piscina<InstanceTask, VerificationRow>({
    filename: threadFile('instance-worker'),
    execArgv: threadFlags(),
    name: 'row',
    minThreads: others,
    maxThreads: others,
    workerData: start,
  });
  const abort = () => Atomics.store(stop, 0, 1);
  signal.addEventListener('abort', abort, { once: true });
  const one = async () => {
    for (let task = rows.take(threads); task !== undefined && !signal.aborted; task = rows.take(threads)) {
      const started = performance.now();
      // A thread may run out of memory.
      const row = await pool.run(task).catch((error: unknown) => failedRow(task.instance, error, started));
      if (!signal.aborted) rows.put(task, row);
    }
  };
  try {
    await Promise.all(Array.from({ length: others }, one));
  } finally {
    signal.removeEventListener('abort', abort);
    await pool.destroy();
  }
}

export async function allRows(
  instances: readonly Instance[],
  options: VerifyOptions,
  journal: InstancesJournal | undefined,
): Promise<Finished> {
  const { signal, release } = interruption();
  const rows = new Rows(instances, options, journal);
  const threads = options.workers ?? cpus().length;
  try {
    const over = new AbortController();
    const here = inThisThread(rows, threads, signal).finally(() => over.abort());
    await Promise.all([here, inThreads(rows, threads, signal, over.signal)]);
  } finally {
    release();
  }
  return rows.finished();
}
