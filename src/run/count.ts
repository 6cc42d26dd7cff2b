/**
 * Counting the cells of a partition: in this thread, or with worker threads, a certificate, progress and interruption.
 *
 * The result (counts, decisions, certificate) is that of one depth-first walk, to the byte, for any number of workers.
 */
import { cpus } from 'node:os';
import type { Piscina } from 'piscina';
import { chooseEngine, type EngineChoice, type EngineName } from '../engines/index.js';
import type { Domain, Network } from '../network/index.js';
import { dataOfNetwork } from '../network/index.js';
import { threadFile } from '../package/index.js';
import type { CellCount } from '../walk/index.js';
import {
  addDecisions,
  type Decisions,
  noDecisions,
  progressOf,
  SizeEstimate,
  type WalkProgress,
} from '../walk/index.js';
import { type WrittenCertificate, writeCertificate } from './certificate.js';
import { ByteChannel } from './channel.js';
import { endedJobs, type PoolControl, poolControl, setHungry, stopAll, stopRule } from './control.js';
import { Frontier, type Ticket } from './frontier.js';
import { type JobBench, type JobResult, type JobSetting, type LpName, prepareJobs, problemOf, runJob } from './job.js';
import type { WorkerStart, WorkerTask } from './worker.js';

export interface CountRequest {
  readonly network: Network;
  readonly domain: Domain;
  /** Default: auto. */
  readonly engine?: EngineName | 'auto';
  /** The backend that proposes to the `lp` engine. Default: simplex. */
  readonly lp?: LpName;
  /** Threads that walk, this one among them; others start when the count takes longer than a moment. Default: the cores. */
  readonly workers?: number;
  /** Where to write the certificate, if one is wanted. */
  readonly certificate?: string;
  /** Called about ten times per second. */
  readonly onProgress?: (progress: WalkProgress) => void;
  /** Aborting it ends the count within about 0.1 s; the report then says what was completed. */
  readonly signal?: AbortSignal;
}

export interface CountReport extends CellCount {
  /** False if the count was aborted; `open` then holds the paths of the subtrees that are missing, in tree order. */
  readonly complete: boolean;
  readonly engine: EngineChoice;
  readonly lp: LpName;
  readonly seconds: number;
  /** Only of complete counts. */
  readonly certificate?: WrittenCertificate;
}

/** Longest walk in this thread, which must hear signals, and how long until other threads help, in milliseconds. */
const LOCAL_SLICE = 80;
const LOCAL_TIME = 200;
/** Longest walk of a worker thread: bounds how long certificate bytes wait for what is left of them. */
const WORKER_SLICE = 1000;
const WORKER_SLICE_WITH_EVIDENCE = 250;
/** Certificate bytes out of order beyond which only the leftmost subtrees are walked. */
const MOST_WAITING = 64 * 1024 * 1024;
/** How long aborted workers may take to report what they have. */
const GRACE = 100;
const PROGRESS_EVERY = 100;

/**
 * Counts the cells, with workers, and writes a certificate if one is asked for.
 *
 * @throws DomainError, EngineError as `countCells`; errors of the file system if the certificate cannot be written
 */
export async function runCount(request: CountRequest): Promise<CountReport> {
  const started = performance.now();
  const { network, domain, certificate } = request;
  const data = dataOfNetwork(network);
  const problem = problemOf({ network: data, domain });
  const engine = chooseEngine(problem, request.engine ?? 'auto');
  const lp = request.lp ?? 'simplex';
  const setting: JobSetting = { network: data, domain, engine: engine.engine, lp, evidence: certificate !== undefined };
  const run = new CountRun(problem.depth, request, started);
  const writing =
    certificate === undefined
      ? undefined
      : writeCertificate(certificate, { network, domain, charts: problem.charts?.basis }, run.channel, () =>
          run.counts(),
        );
  const written = writing?.catch((error: unknown) => (error instanceof Interrupted ? undefined : run.fail(error)));
  try {
    const bench = await prepareJobs(setting, problem);
    run.watch(bench);
    const workers = Math.max(1, request.workers ?? cpus().length);
    await run.inThisThread(bench, workers === 1 ? Number.POSITIVE_INFINITY : LOCAL_TIME);
    if (!run.finished) await run.inWorkers(setting, bench, workers);
  } catch (error) {
    run.fail(error);
  } finally {
    run.end();
  }
  const file = await written;
  run.throwIfFailed();
  const report = { ...run.counts(), engine, lp, complete: run.complete, seconds: (performance.now() - started) / 1000 };
  return file === undefined || !run.complete ? report : { ...report, certificate: file };
}

/** The state of one count. */
class CountRun {
  readonly channel = new ByteChannel();
  private readonly frontier = new Frontier();
  private readonly decisions: Decisions = noDecisions();
  private readonly cellsPerLayer: number[];
  private cells = 0;
  private failure: unknown;
  private failed = false;
  private control: PoolControl | undefined;
  /** Jobs of worker threads whose results are here. */
  private received = 0;
  private lastProgress = 0;
  /** Of counts that are watched. */
  private size: SizeEstimate | undefined;

  constructor(
    layers: number,
    private readonly request: CountRequest,
    private readonly started: number,
  ) {
    this.cellsPerLayer = new Array<number>(layers).fill(0);
  }

  /** Everything is walked. */
  get complete(): boolean {
    return this.frontier.open().length === 0;
  }

  /** There is nothing more to do: complete, aborted or failed. */
  get finished(): boolean {
    return this.complete || this.failed || this.request.signal?.aborted === true;
  }

  counts(): CellCount {
    const { cells, cellsPerLayer, decisions } = this;
    return { cells, cellsPerLayer: [...cellsPerLayer], decisions: { ...decisions }, open: this.frontier.open() };
  }

  fail(error: unknown): undefined {
    if (!this.failed) this.failure = error;
    this.failed = true;
    if (this.control !== undefined) stopAll(this.control);
  }

  throwIfFailed() {
    if (this.failed) throw this.failure;
  }

  /** Ends the certificate, or drops it. */
  end() {
    if (this.complete && !this.failed) this.channel.end();
    else this.channel.fail(new Interrupted());
  }

  private absorb(ticket: Ticket, result: JobResult) {
    this.frontier.replace(ticket, result);
    this.cells += result.cells;
    result.cellsPerLayer.forEach((cells, layer) => {
      this.cellsPerLayer[layer]! += cells;
    });
    addDecisions(this.decisions, result.decisions);
    for (const bytes of this.frontier.shift()) this.channel.push(bytes);
  }

  private progress() {
    const now = performance.now();
    if (this.request.onProgress === undefined || now - this.lastProgress < PROGRESS_EVERY / 2) return;
    this.lastProgress = now;
    const running = this.control?.cells.reduce((sum, cells) => sum + cells, 0) ?? 0;
    const elapsed = now - this.started;
    this.size?.improve(elapsed);
    if (this.size !== undefined)
      this.request.onProgress(progressOf(this.size, this.cells, this.frontier.open(), elapsed, running));
  }

  /** How many cells there will be is estimated from now on, if anybody wants to know. */
  watch({ problem, kernel }: JobBench) {
    if (this.request.onProgress !== undefined) this.size = new SizeEstimate(problem, kernel);
  }

  /** Walks for so many milliseconds in this thread: small counts end here, without the cost of starting others. */
  async inThisThread(bench: JobBench, most: number): Promise<void> {
    const alone = poolControl(1);
    while (!this.finished && performance.now() - this.started < most) {
      await this.channel.room();
      await this.slice(bench, alone, this.frontier.take(0)!);
    }
  }

  /** One walk in this thread; then it hears signals and receives results. */
  private async slice(bench: JobBench, control: PoolControl, ticket: Ticket): Promise<void> {
    this.absorb(ticket, runJob(bench, ticket.paths, { stop: stopRule(control, LOCAL_SLICE, true) }));
    this.progress();
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Walks on, in this thread and in worker threads. @param workers how many in all, at least two */
  async inWorkers(setting: JobSetting, bench: JobBench, workers: number): Promise<void> {
    const control = poolControl(workers - 1);
    this.control = control;
    const start: WorkerStart = { setting, control };
    // Small counts end before it would have been loaded.
    const { Piscina } = await import('piscina');
    const pool = new Piscina<WorkerTask, JobResult>({
      filename: threadFile('count-worker'),
      name: 'walk',
      minThreads: workers - 1,
      maxThreads: workers - 1,
      workerData: start,
    });
    const stop = () => {
      stopAll(control);
      setTimeout(() => void pool.destroy(), GRACE).unref();
    };
    const { signal } = this.request;
    signal?.addEventListener('abort', stop, { once: true });
    const timer = setInterval(() => this.progress(), PROGRESS_EVERY);
    try {
      await this.schedule(pool, control, bench);
    } finally {
      clearInterval(timer);
      signal?.removeEventListener('abort', stop);
      await pool.destroy();
    }
  }

  /** Keeps every slot of the pool, and this thread, busy until nothing is open and nothing runs. */
  private async schedule(pool: Piscina<WorkerTask, JobResult>, control: PoolControl, bench: JobBench): Promise<void> {
    const slice = bench.evidence ? WORKER_SLICE_WITH_EVIDENCE : WORKER_SLICE;
    const free = Array.from(control.cells.keys());
    const running = new Set<Promise<void>>();
    for (;;) {
      await this.channel.room();
      while (free.length > 0) {
        // One share is left for each other slot, and one for this thread.
        const ticket = this.next(running.size > 0, free.length);
        if (ticket === undefined) break;
        const slot = free.pop()!;
        const job = this.job(pool, control, ticket, { paths: ticket.paths, slot, slice }).finally(() => {
          this.received++;
          free.push(slot);
          running.delete(job);
        });
        running.add(job);
      }
      const isAwaited = endedJobs(control) > this.received;
      const own = isAwaited ? undefined : this.next(running.size > 0, 0);
      // This thread wants a share as well.
      setHungry(control, own === undefined ? free.length + 1 : free.length);
      if (own !== undefined) await this.slice(bench, control, own);
      else if (running.size > 0) await Promise.race(running);
      else return;
    }
  }

  /** The subtrees for a job, with a share left for each of `others`; undefined if there are none now. */
  private next(someRun: boolean, others: number): Ticket | undefined {
    const isCrowded = someRun && this.frontier.waiting > MOST_WAITING;
    return this.finished || isCrowded ? undefined : this.frontier.take(others);
  }

  private async job(pool: Piscina<WorkerTask, JobResult>, control: PoolControl, ticket: Ticket, task: WorkerTask) {
    try {
      const result = await pool.run(task);
      control.cells[task.slot] = 0;
      this.absorb(ticket, result);
    } catch (error) {
      // An aborted pool drops its jobs; their subtrees stay open.
      if (this.request.signal?.aborted !== true) this.fail(error);
    }
  }
}

/** What the writer of a certificate is told when the count does not end. */
class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor() {
    super('count: interrupted, no certificate is written');
  }
}
