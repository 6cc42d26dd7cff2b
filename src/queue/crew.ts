/**
 * The coordinator's side: jobs of a count go into a queue, what comes back is looked at.
 *
 * At least once is enough: a job's name is the digest of what it is, so the same job handed out twice is one job, and its result is taken
 * once, whole. Two walks of the same job may have been cut at different places; either is right.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LeftJob, Returned } from '../jobs/index.js';
import type { CountCrew, JobResult, JobSetting } from '../run/index.js';
import { Bulls, type Job, type Queue, type QueuePlace } from './bull.js';
import { QueueError } from './error.js';
import {
  type CountMessage,
  countJobId,
  pieceName,
  readCountMessage,
  readResult,
  sha256,
  subjectText,
} from './messages.js';
import { Refusals, TRIES } from './refusals.js';

export interface CrewOptions extends QueuePlace {
  /** The longest job, in seconds. Default: 20; one makes room for idle workers after a tenth of it. */
  readonly jobSeconds?: number;
  /** A folder that coordinator and workers share: records go there, not through the queue. */
  readonly pieces?: string;
  /** Ends all waiting. */
  readonly signal?: AbortSignal;
  /** Told when the queue is lost, and of jobs that are tried again. */
  readonly onRemark?: (text: string) => void;
  /** Activation layers of the network: what results state as many counts of. */
  readonly layers: number;
}

const JOB_SECONDS = 20;
/** Results that nobody takes are forgotten after a week. */
const KEPT = 7 * 24 * 3600;
/** How long to wait for news, and between two looks at everything, in milliseconds. */
const WAIT = 500;
const SWEEP = 3000;
/** Deeper jobs come first: of two priorities the smaller one counts in the queue. */
const LOWEST = 2_000_000;
/** Jobs looked at for those of an earlier run. */
const MOST_LEFT = 10_000;

export class QueueCrew implements CountCrew {
  private readonly jobs: Queue;
  private readonly subjects: Queue;
  private readonly pieces: Queue;
  private readonly text: string;
  private readonly subject: string;
  private readonly refusals = new Refusals();
  /** Jobs that events say are over. */
  private readonly news = new Set<string>();
  private wake: () => void = () => {};
  private lastSweep = 0;
  private readonly aborted: Promise<never>;

  private constructor(
    private readonly bulls: Bulls,
    private readonly setting: JobSetting,
    private readonly options: CrewOptions,
  ) {
    this.text = subjectText(setting);
    this.subject = sha256(this.text);
    this.jobs = bulls.queue('jobs');
    this.subjects = bulls.queue('subjects');
    this.pieces = bulls.queue('pieces');
    this.aborted = new Promise((_, reject) => {
      options.signal?.addEventListener('abort', () => reject(new QueueError('queue: stopped')), { once: true });
    });
    this.aborted.catch(() => {});
  }

  /** @throws QueueError if the server cannot be reached */
  static async open(setting: JobSetting, options: CrewOptions): Promise<QueueCrew> {
    const bulls = await Bulls.at(options);
    const crew = new QueueCrew(bulls, setting, options);
    try {
      await bulls.ready(crew.jobs);
      await crew.begin();
      return crew;
    } catch (error) {
      await bulls.close();
      throw error;
    }
  }

  private async begin(): Promise<void> {
    let isLost = false;
    this.bulls.onTrouble = (reason) => {
      if (!isLost) this.options.onRemark?.(`the queue is away (${reason}); waiting for it`);
      isLost = true;
    };
    await this.within(this.state());
    const events = this.bulls.events();
    const hear = ({ jobId }: { jobId: string }) => {
      isLost = false;
      this.news.add(jobId);
      this.wake();
    };
    events.on('completed', hear).on('failed', hear);
  }

  /** The network travels once; a queue that has lost it gets it again. */
  private async state(): Promise<void> {
    const known = await this.subjects.getJob(this.subject);
    if (known === undefined) {
      await this.subjects.add('subject', { text: this.text }, { jobId: this.subject, removeOnComplete: true });
    }
  }

  private within<T>(work: Promise<T>): Promise<T> {
    work.catch(() => {});
    return Promise.race([work, this.aborted]);
  }

  idOf(nodes: readonly string[]): string {
    return countJobId(this.subject, nodes);
  }

  private message(nodes: readonly string[]): CountMessage {
    const slice = 1000 * (this.options.jobSeconds ?? JOB_SECONDS);
    return {
      version: 1,
      kind: 'count',
      subject: this.subject,
      paths: [...nodes],
      slice,
      patience: Math.max(1, slice / 10),
    };
  }

  async left(): Promise<readonly LeftJob<string>[]> {
    const found: LeftJob<string>[] = [];
    const all = await this.within(
      this.jobs.getJobs(['wait', 'prioritized', 'active', 'completed', 'delayed', 'failed'], 0, MOST_LEFT),
    );
    for (const job of all) {
      const message = this.ownMessage(job);
      if (message === undefined) continue;
      // What has failed is tried anew.
      if (job.failedReason !== undefined && (await this.stateOf(job.id!)) === 'failed') await this.remove(job.id!);
      else found.push({ id: job.id!, nodes: message.paths });
    }
    return found;
  }

  private stateOf(id: string): Promise<string> {
    return this.within(this.jobs.getJobState(id));
  }

  private ownMessage(job: Job | undefined): CountMessage | undefined {
    if (job?.data?.subject !== this.subject) return undefined;
    try {
      return readCountMessage(job.id, job.data);
    } catch {
      return undefined;
    }
  }

  async wanted(out: number): Promise<number> {
    const { active = 0 } = await this.within(this.jobs.getJobCounts('active'));
    return 2 * active + 2 - out;
  }

  async hand(nodes: readonly string[]): Promise<void> {
    const depth = Math.max(...nodes.map(({ length }) => length));
    await this.within(
      this.jobs.add('count', this.message(nodes), {
        jobId: this.idOf(nodes),
        priority: Math.max(1, LOWEST - depth),
        attempts: TRIES,
        removeOnComplete: { age: KEPT },
        removeOnFail: { age: KEPT },
      }),
    );
  }

  async returned(out: ReadonlyMap<string, readonly string[]>): Promise<readonly Returned<string, JobResult>[]> {
    await this.pause();
    const isSweep = performance.now() - this.lastSweep >= SWEEP;
    if (isSweep) {
      this.lastSweep = performance.now();
      await this.within(this.state());
    }
    const asked = isSweep ? [...out.keys()] : [...this.news].filter((id) => out.has(id));
    this.news.clear();
    const found: Returned<string, JobResult>[] = [];
    for (const id of asked) {
      const one = await this.look(id, out.get(id)!);
      if (one !== undefined) found.push(one);
    }
    return found;
  }

  private async pause(): Promise<void> {
    if (this.news.size > 0) return;
    let timer: NodeJS.Timeout | undefined;
    await this.within(
      new Promise<void>((resolve) => {
        this.wake = resolve;
        timer = setTimeout(resolve, WAIT);
      }),
    ).finally(() => clearTimeout(timer));
  }

  /** What has become of a job; undefined while it is under way. */
  private async look(id: string, nodes: readonly string[]): Promise<Returned<string, JobResult> | undefined> {
    // The state before the job, which has its result only when it has ended.
    const state = await this.stateOf(id);
    if (state === 'unknown') {
      // The queue has lost it.
      await this.hand(nodes);
      return undefined;
    }
    if (state !== 'failed' && state !== 'completed') return undefined;
    try {
      const job: Job | undefined = await this.within(this.jobs.getJob(id));
      if (state === 'failed') return { id, failure: `${job?.failedReason ?? 'no reason given'} (${TRIES} tries)` };
      const { layers } = this.options;
      const { evidence } = this.setting;
      const expected = { id, nodes, layers, evidence };
      return { id, outcome: await readResult(job?.returnvalue, expected, (place, name) => this.fetch(place, name)) };
    } catch (error) {
      if (this.options.signal?.aborted === true) throw error;
      return await this.refused(id, nodes, (error as Error).message);
    }
  }

  /** What came back is not taken: somebody else shall do it, but not for ever. */
  private async refused(id: string, nodes: readonly string[], reason: string) {
    this.options.onRemark?.(reason);
    await this.remove(id);
    if (this.refusals.add(id)) return { id, failure: `${reason} (${TRIES} tries)` };
    await this.hand(nodes);
    return undefined;
  }

  async forget(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      await this.remove(id);
      this.refusals.forget(id);
    }
  }

  private async fetch(place: 'queue' | 'folder', name: string): Promise<unknown> {
    if (place === 'queue') return (await this.within(this.pieces.getJob(name)))?.data?.content;
    const { pieces } = this.options;
    if (pieces === undefined)
      throw new QueueError('a worker has a folder for records; give it to the coordinator, too: --shared');
    return readFileSync(join(pieces, name));
  }

  /** A job that somebody works on cannot be removed: what comes of it is worthless, and forgotten in time. */
  private async remove(id: string): Promise<void> {
    if (this.setting.evidence) {
      const job: Job | undefined = await this.within(this.jobs.getJob(id));
      const { sha256: sum, place } = (job?.returnvalue?.records ?? {}) as Readonly<Record<string, unknown>>;
      if (typeof sum === 'string' && /^[0-9a-f]{64}$/.test(sum)) await this.removePiece(pieceName(id, sum), place);
    }
    await this.within(this.jobs.remove(id).catch(() => 0));
  }

  private async removePiece(name: string, place: unknown): Promise<void> {
    const { pieces } = this.options;
    if (place === 'queue') await this.within(this.pieces.remove(name).catch(() => 0));
    else if (pieces !== undefined) rmSync(join(pieces, name), { force: true });
  }

  async close(): Promise<void> {
    await this.bulls.close();
  }
}
