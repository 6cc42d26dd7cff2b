/**
 * The worker's side: jobs are taken from the queue and walked in threads. This thread does nothing but talk with the queue, so that locks
 * are renewed whatever the walks do.
 */
import { join } from 'node:path';
import { Piscina } from 'piscina';
import { type PoolControl, poolControl, setHungry, stopAll, type WorkerStart, type WorkerTask } from '../jobs/index.js';
import { writeOutput } from '../output/index.js';
import { threadFile, threadFlags } from '../package/index.js';
import type { JobResult, JobSetting } from '../run/index.js';
import { Bulls, type Job, type Queue, type QueuePlace, type Worker } from './bull.js';
import { CheckBench } from './check-bench.js';
import { checkResult, readCheckMessage } from './check-messages.js';
import { packed, type ResultMessage, readCountMessage, resultMessage, settingOfSubject } from './messages.js';

export interface WorkerOptions extends QueuePlace {
  /** Jobs at a time, each in a thread. */
  readonly threads: number;
  /** A folder that coordinator and workers share: records go there. */
  readonly pieces?: string;
  /** Seconds after which a job whose worker is silent goes to another one. Default: 30. */
  readonly lockSeconds?: number;
  readonly onRemark?: (text: string) => void;
}

/** What a worker has done. */
export interface WorkerReport {
  readonly jobs: number;
  readonly cells: number;
  /** Seconds that its threads walked, together. */
  readonly seconds: number;
  readonly failed: number;
}

const LOCK_SECONDS = 30;
/** A job whose worker has died so often is given up. */
const MOST_STALLS = 2;
/** How soon a server that is away is asked again, in milliseconds. */
const AGAIN = 1000;
/** How often a worker looks whether others wait, in milliseconds. */
const LOOK = 500;
/** Records of a job beyond which it ends. */
const MOST_BYTES = 8 * 1024 * 1024;
/** Subjects that are kept prepared. */
const MOST_BENCHES = 2;

/** The threads of one subject. */
class Bench {
  readonly control: PoolControl;
  private readonly pool: Piscina<WorkerTask<string>, JobResult>;
  private readonly free: number[];

  constructor(setting: JobSetting, threads: number) {
    this.control = poolControl(threads);
    this.free = Array.from({ length: threads }, (_, k) => k);
    const workerData: WorkerStart<JobSetting> = { setting, control: this.control };
    this.pool = new Piscina<WorkerTask<string>, JobResult>({
      filename: threadFile('count-worker'),
      execArgv: threadFlags(),
      name: 'walk',
      minThreads: threads,
      maxThreads: threads,
      workerData,
    });
  }

  async walk(task: Omit<WorkerTask<string>, 'slot'>): Promise<JobResult> {
    const slot = this.free.pop()!;
    try {
      return await this.pool.run({ ...task, slot });
    } finally {
      this.control.progress[slot] = 0;
      this.free.push(slot);
    }
  }

  get idle(): boolean {
    return this.free.length === this.control.progress.length;
  }

  async close(): Promise<void> {
    await this.pool.destroy();
  }
}

export class QueueWorker {
  private readonly jobs: Queue;
  private readonly subjects: Queue;
  private readonly pieces: Queue;
  private readonly worker: Worker;
  private readonly benches = new Map<string, Promise<Bench>>();
  private readonly checks = new Map<string, Promise<CheckBench>>();
  private readonly timer: NodeJS.Timeout;
  private running = 0;
  private stopping = false;
  private readonly done = { jobs: 0, cells: 0, seconds: 0, failed: 0 };

  private constructor(
    private readonly bulls: Bulls,
    private readonly options: WorkerOptions,
  ) {
    this.jobs = bulls.queue('jobs');
    this.subjects = bulls.queue('subjects');
    this.pieces = bulls.queue('pieces');
    const lockDuration = 1000 * (options.lockSeconds ?? LOCK_SECONDS);
    this.worker = bulls.worker((job) => this.work(job), {
      concurrency: options.threads,
      lockDuration,
      stalledInterval: Math.max(1000, lockDuration / 2),
      maxStalledCount: MOST_STALLS,
      drainDelay: 1,
      runRetryDelay: AGAIN,
      autorun: false,
    });
    this.timer = setInterval(() => void this.look(), LOOK);
  }

  /** @throws QueueError if the server cannot be reached */
  static async start(options: WorkerOptions): Promise<QueueWorker> {
    const bulls = await Bulls.at(options);
    const worker = new QueueWorker(bulls, options);
    try {
      await bulls.ready(worker.jobs);
    } catch (error) {
      await worker.close();
      throw error;
    }
    let isLost = false;
    bulls.onTrouble = (reason) => {
      if (!isLost) options.onRemark?.(`the queue is away (${reason}); waiting for it`);
      isLost = true;
    };
    worker.worker.on('active', () => {
      isLost = false;
    });
    void worker.run();
    return worker;
  }

  /** Takes jobs until the end; whatever the server does meanwhile is no reason to end. */
  private async run(): Promise<void> {
    while (!this.stopping) {
      await this.worker.run().catch(() => {});
      if (!this.stopping) await new Promise((resolve) => setTimeout(resolve, AGAIN));
    }
  }

  get report(): WorkerReport {
    return { ...this.done };
  }

  /** Where nothing waits, others may be idle: a job that has walked for a while ends, and what it leaves open is shared. */
  private async look(): Promise<void> {
    if (this.running === 0) return;
    try {
      const { wait = 0, prioritized = 0 } = await this.jobs.getJobCounts('wait', 'prioritized');
      const hungry = wait + prioritized === 0 ? this.running : 0;
      for (const bench of this.benches.values()) setHungry((await bench).control, hungry);
    } catch {
      // The queue is away, and nobody is idle for it.
    }
  }

  private async check(job: Job): Promise<unknown> {
    const { subject, index, of } = readCheckMessage(job.id, job.data);
    let bench = this.checks.get(subject);
    if (bench === undefined) {
      const { threads, pieces: shared } = this.options;
      const about: Job | undefined = await this.subjects.getJob(subject);
      bench =
        this.checks.get(subject) ??
        CheckBench.open(subject, about?.data?.text, { pieces: this.pieces, shared, threads });
      this.checks.set(subject, bench);
      bench.catch(() => this.checks.delete(subject));
      for (const [name, old] of this.checks) {
        if (this.checks.size <= MOST_BENCHES || name === subject || !(await old).idle) continue;
        this.checks.delete(name);
        await (await old).close();
      }
    }
    const started = performance.now();
    const report = await (await bench).verify({ index, of });
    this.done.jobs++;
    this.done.cells += report.refused ? 0 : report.tree.cells;
    this.done.seconds += (performance.now() - started) / 1000;
    return checkResult(job.id!, report);
  }

  private async work(job: Job): Promise<unknown> {
    this.running++;
    try {
      if (job.data?.kind === 'check') return await this.check(job);
      const { subject, paths, slice, patience } = readCountMessage(job.id, job.data);
      const bench = await this.benchOf(subject);
      // A walk that is told to stop at once still comes a step further.
      if (this.stopping) stopAll(bench.control);
      const started = performance.now();
      const result = await bench.walk({ nodes: paths, slice, patience, bytes: MOST_BYTES });
      const seconds = (performance.now() - started) / 1000;
      const message = await this.sent(job.id!, subject, result, seconds);
      this.done.jobs++;
      this.done.cells += result.cells;
      this.done.seconds += seconds;
      return message;
    } catch (error) {
      this.done.failed++;
      this.options.onRemark?.(`job ${job.id?.slice(0, 12)}: ${(error as Error).message}`);
      throw error;
    } finally {
      this.running--;
    }
  }

  /** The result; its records are where the coordinator finds them before it hears of it. */
  private async sent(id: string, subject: string, result: JobResult, seconds: number): Promise<ResultMessage> {
    const { pieces } = this.options;
    const { message, piece } = resultMessage(id, result, seconds, pieces === undefined ? 'queue' : 'folder');
    if (piece === undefined) return message;
    if (pieces !== undefined) writeOutput(join(pieces, piece.name), piece.bytes);
    else await this.pieces.add('records', { subject, content: packed(piece.bytes) }, { jobId: piece.name });
    return message;
  }

  private benchOf(subject: string): Promise<Bench> {
    const known = this.benches.get(subject);
    this.benches.delete(subject);
    const bench = known ?? this.prepare(subject);
    this.benches.set(subject, bench);
    bench.catch(() => this.benches.delete(subject));
    void this.dropOld();
    return bench;
  }

  private async dropOld(): Promise<void> {
    for (const [subject, bench] of this.benches) {
      if (this.benches.size <= MOST_BENCHES) return;
      const old = await bench;
      if (!old.idle) continue;
      this.benches.delete(subject);
      await old.close();
    }
  }

  private async prepare(subject: string): Promise<Bench> {
    const job: Job | undefined = await this.subjects.getJob(subject);
    return new Bench(settingOfSubject(subject, job?.data?.text), this.options.threads);
  }

  /** Ends soon: what runs says what it has; the rest stays in the queue. */
  async close(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    for (const bench of this.benches.values()) stopAll((await bench).control);
    await this.bulls.close();
    for (const bench of [...this.benches.values(), ...this.checks.values()]) await (await bench).close();
  }
}
