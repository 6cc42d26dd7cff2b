/**
 * Walking a tree in jobs: in this thread, and in worker threads when it takes longer than a moment.
 *
 * What is found (outcomes in the tree's order, their bytes) is that of one depth-first walk, for any number of workers, as long as
 * what a job finds depends only on which nodes it walks.
 */
import type { Piscina } from 'piscina';
import type { ByteChannel } from './channel.js';
import { endedJobs, type PoolControl, poolControl, setHungry, stopAll, stopRule } from './control.js';
import { Frontier, type JobOutcome, type Ticket } from './frontier.js';
import type { RemoteCrew, StuckJob } from './remote.js';
import type { WalkStore } from './store.js';

/** What a worker thread is started with. */
export interface WorkerStart<Setting> {
  readonly setting: Setting;
  readonly control: PoolControl;
}

/** One job for a worker thread. */
export interface WorkerTask<Node> {
  readonly nodes: readonly Node[];
  /** The place in `control.progress` that belongs to this job. */
  readonly slot: number;
  /** The most milliseconds to walk. */
  readonly slice: number;
  /** How long it walks before it gives a share to an idle worker, in milliseconds. Default: many times the cost of a new start. */
  readonly patience?: number;
  /** Bytes of records after which it ends. */
  readonly bytes?: number;
}

export interface TreeJobs<Node, Outcome, Setting> {
  readonly roots: readonly Node[];
  /** The part of the whole tree that is below a node. */
  readonly shareOf: (node: Node) => number;
  /** Walks subtrees in this thread until told to stop. */
  readonly walk: (nodes: readonly Node[], stop: () => boolean) => Outcome;
  /** The module that walks them in other threads, Node's flags there, its job function, and what it is started with. */
  readonly thread: {
    readonly file: string;
    readonly flags: readonly string[];
    readonly job: string;
    readonly setting: Setting;
  };
  /** Milliseconds of a walk in this thread, which must hear signals; and in others: it bounds how long records wait. */
  readonly slices: { readonly here: number; readonly there: number };
  /** Nodes between two looks at the clock; by default such as suits quick ones. */
  readonly every?: number;
  /** Called with every outcome that counts, as it comes. */
  readonly absorb: (outcome: Outcome) => void;
  /** Called with every outcome in tree order, once everything to its left is there. */
  readonly next: (outcome: Outcome) => void;
  /** Called now and then. @param running the sum of what running jobs have reported */
  readonly progress: (running: number) => void;
  /** What a store keeps beside the frontier: the sums of what was absorbed. */
  readonly totals?: () => unknown;
  /** Work beside the walk, of this thread: does a slice of it; false if there is none. */
  readonly aside?: () => boolean;
  /** Whether more need not be walked. */
  readonly isAnswered?: () => boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Small walks end before the others would have started: of work, not of waiting for a busy processor. */
const LOCAL_TIME = 200;

/** Milliseconds that this process has worked. */
function worked(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Bytes out of order beyond which only the leftmost subtrees are walked. */
const MOST_WAITING = 64 * 1024 * 1024;
/** How long aborted workers may take to report what they have. */
const GRACE = 100;
const PROGRESS_EVERY = 100;

/** Signals, timers and outcomes of other threads. */
const otherEvents = () => new Promise<void>((resolve) => setImmediate(resolve));

/** The state of one walk. */
export class TreeWalk<Node, Outcome extends JobOutcome<Node>, Setting> {
  readonly frontier: Frontier<Node, Outcome>;
  private failure: unknown;
  private failed = false;
  private control: PoolControl | undefined;
  /** Jobs of worker threads whose outcomes are here. */
  private received = 0;
  private lastProgress = 0;
  /** Subtrees that others have given up: they stay open. */
  readonly stuck: StuckJob<Node>[] = [];

  /**
   * @param channel where records go; jobs wait while it is full
   * @param store where the state is kept; the walk goes on from what was
   */
  constructor(
    private readonly jobs: TreeJobs<Node, Outcome, Setting>,
    private readonly channel: ByteChannel,
    private readonly store?: WalkStore<Node, Outcome>,
  ) {
    this.frontier = new Frontier(jobs.roots, jobs.shareOf, store?.saved?.items);
    for (const records of store?.saved?.settled ?? []) channel.push(records);
  }

  /** Everything is walked. */
  get complete(): boolean {
    return this.frontier.isOver;
  }

  /** There is nothing more to do: complete, answered, aborted or failed. */
  get finished(): boolean {
    const { signal, isAnswered } = this.jobs;
    return this.complete || this.failed || signal?.aborted === true || isAnswered?.() === true;
  }

  fail(error: unknown): undefined {
    if (!this.failed) this.failure = error;
    this.failed = true;
    if (this.control !== undefined) stopAll(this.control);
  }

  get hasFailed(): boolean {
    return this.failed;
  }

  throwIfFailed() {
    if (this.failed) throw this.failure;
  }

  /**
   * Walks with so many threads, this one among them.
   *
   * @param alone how many milliseconds the process works before other threads start
   */
  async run(workers: number, alone = LOCAL_TIME): Promise<void> {
    await this.kept(async () => {
      await this.inThisThread(workers === 1 ? Number.POSITIVE_INFINITY : alone);
      if (!this.finished) await this.inWorkers(workers);
    });
  }

  /**
   * Walks with those who take jobs elsewhere; this thread only keeps the books.
   *
   * @param alone how many milliseconds this process works before it hands jobs out
   */
  async runWith(crew: RemoteCrew<Node, Outcome>, alone = LOCAL_TIME): Promise<void> {
    await this.kept(async () => {
      await this.inThisThread(alone);
      if (!this.finished) await this.elsewhere(crew);
    });
  }

  /** Does the work, and saves what has come of it. */
  private async kept(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.fail(error);
    }
    try {
      this.save();
    } catch (error) {
      this.fail(error);
    }
  }

  private save() {
    this.store?.save(this.frontier.save(), this.jobs.totals?.());
  }

  private absorb(ticket: Ticket<Node>, found: Outcome) {
    const outcome = this.store?.keep(found) ?? found;
    if (!this.frontier.replace(ticket, outcome)) return;
    this.jobs.absorb(outcome);
    for (const next of this.frontier.shift()) {
      if (next.stored !== undefined) {
        this.store!.settle(next.stored);
        this.channel.push(next.stored);
      } else if (next.records.length > 0) this.channel.push(next.records);
      this.jobs.next(next);
    }
    if (this.store?.isDue === true) this.save();
  }

  private progress() {
    const now = performance.now();
    if (now - this.lastProgress < PROGRESS_EVERY / 2) return;
    this.lastProgress = now;
    this.jobs.progress(this.control?.progress.reduce((sum, done) => sum + done, 0) ?? 0);
  }

  /** Walks for so many milliseconds in this thread: small walks end here, without the cost of starting others. */
  private async inThisThread(most: number): Promise<void> {
    const alone = poolControl(1);
    const before = worked();
    while (!this.finished && worked() - before < most) {
      await this.channel.room();
      if (!(await this.aside())) await this.slice(alone, this.frontier.take(0)!);
    }
  }

  /** One walk in this thread; then it hears signals and receives outcomes. */
  private async slice(control: PoolControl, ticket: Ticket<Node>): Promise<void> {
    const { slices, every } = this.jobs;
    const stop = stopRule(control, slices.here, { attends: true, ...(every !== undefined && { every }) });
    this.absorb(ticket, this.jobs.walk(ticket.nodes, stop));
    this.progress();
    await otherEvents();
  }

  private async aside(): Promise<boolean> {
    if (this.jobs.aside?.() !== true) return false;
    this.progress();
    await otherEvents();
    return true;
  }

  /** Walks on, in this thread and in worker threads. @param workers how many in all, at least two */
  private async inWorkers(workers: number): Promise<void> {
    const control = poolControl(workers - 1);
    this.control = control;
    const { file, flags, job, setting } = this.jobs.thread;
    const start: WorkerStart<Setting> = { setting, control };
    // Small walks end before it would have been loaded.
    const { Piscina } = await import('piscina');
    const pool = new Piscina<WorkerTask<Node>, Outcome>({
      filename: file,
      execArgv: [...flags],
      name: job,
      minThreads: workers - 1,
      maxThreads: workers - 1,
      workerData: start,
    });
    const stop = () => {
      stopAll(control);
      setTimeout(() => void pool.destroy(), GRACE).unref();
    };
    const { signal } = this.jobs;
    signal?.addEventListener('abort', stop, { once: true });
    const timer = setInterval(() => this.progress(), PROGRESS_EVERY);
    try {
      await this.schedule(pool, control);
    } finally {
      clearInterval(timer);
      signal?.removeEventListener('abort', stop);
      await pool.destroy();
    }
  }

  /** Keeps every slot of the pool, and this thread, busy until nothing is open and nothing runs. */
  private async schedule(pool: Piscina<WorkerTask<Node>, Outcome>, control: PoolControl): Promise<void> {
    const free = Array.from(control.progress.keys());
    const running = new Set<Promise<void>>();
    for (;;) {
      await this.channel.room();
      if (this.jobs.isAnswered?.() === true) return;
      while (free.length > 0) {
        // One share is left for each other slot, and one for this thread.
        const ticket = this.next(running.size > 0, free.length);
        if (ticket === undefined) break;
        const slot = free.pop()!;
        const task = { nodes: ticket.nodes, slot, slice: this.jobs.slices.there };
        const job = this.job(pool, control, ticket, task).finally(() => {
          this.received++;
          free.push(slot);
          running.delete(job);
        });
        running.add(job);
      }
      const isAwaited = endedJobs(control) > this.received;
      if (!isAwaited && (await this.aside())) continue;
      const own = isAwaited ? undefined : this.next(running.size > 0, 0);
      // This thread wants a share as well.
      setHungry(control, own === undefined ? free.length + 1 : free.length);
      if (own !== undefined) await this.slice(control, own);
      else if (running.size > 0) await Promise.race(running);
      else return;
    }
  }

  /** The subtrees for a job, with a share left for each of `others`; undefined if there are none now. */
  private next(someRun: boolean, others: number): Ticket<Node> | undefined {
    const isCrowded = someRun && this.frontier.waiting > MOST_WAITING;
    return this.finished || isCrowded ? undefined : this.frontier.take(others);
  }

  /** Keeps others busy until nothing is open that anybody can walk. */
  private async elsewhere(crew: RemoteCrew<Node, Outcome>): Promise<void> {
    const out = new Map<string, Ticket<Node>>();
    for (const { id, nodes } of await crew.left()) {
      const ticket = this.frontier.claim(nodes, (node) => crew.idOf([node]));
      // What an earlier run has cut in another way is worthless.
      if (ticket === undefined) await crew.forget([id]);
      else out.set(id, ticket);
    }
    const timer = setInterval(() => this.progress(), PROGRESS_EVERY);
    try {
      while (!this.finished) {
        await this.channel.room();
        await this.handOut(crew, out);
        if (out.size === 0) return;
        await this.takeBack(crew, out);
      }
    } catch (error) {
      // Whoever is stopped waits for nobody.
      if (!this.finished) throw error;
    } finally {
      clearInterval(timer);
      // Whoever goes on finds them again; nobody does without a store.
      if (this.store === undefined) await crew.forget([...out.keys()]).catch(() => {});
    }
  }

  private async handOut(crew: RemoteCrew<Node, Outcome>, out: Map<string, Ticket<Node>>): Promise<void> {
    for (let more = await crew.wanted(out.size); more > 0; more--) {
      const ticket = this.next(out.size > 0, more - 1);
      if (ticket === undefined) return;
      out.set(crew.idOf(ticket.nodes), ticket);
      await crew.hand(ticket.nodes);
    }
  }

  private async takeBack(crew: RemoteCrew<Node, Outcome>, out: Map<string, Ticket<Node>>): Promise<void> {
    const awaited = new Map([...out].map(([id, { nodes }]) => [id, nodes]));
    const done: string[] = [];
    for (const returned of await crew.returned(awaited)) {
      const { id } = returned;
      const ticket = out.get(id);
      if (ticket === undefined) continue;
      out.delete(id);
      done.push(id);
      if ('outcome' in returned) this.absorb(ticket, returned.outcome);
      else this.giveUp(ticket, returned.failure);
    }
    if (done.length === 0) return;
    // Only what is durable here may be forgotten there.
    this.save();
    this.progress();
    await crew.forget(done);
  }

  /** Of several subtrees one may be to blame: each is tried alone. */
  private giveUp(ticket: Ticket<Node>, reason: string) {
    if (ticket.nodes.length > 1) this.frontier.giveBack(ticket);
    else this.stuck.push({ nodes: ticket.nodes, reason });
  }

  private async job(
    pool: Piscina<WorkerTask<Node>, Outcome>,
    control: PoolControl,
    ticket: Ticket<Node>,
    task: WorkerTask<Node>,
  ) {
    try {
      const outcome = await pool.run(task);
      control.progress[task.slot] = 0;
      this.absorb(ticket, outcome);
    } catch (error) {
      // A pool that is stopped drops its jobs; their subtrees stay open.
      if (this.jobs.signal?.aborted !== true && this.jobs.isAnswered?.() !== true) this.fail(error);
    }
  }
}
