/**
 * The few numbers that the threads of a walk share, so that jobs can be steered and watched while they walk.
 */

/** Shared memory: survives the structured clone algorithm. */
export interface PoolControl {
  /** [stop, idle workers that wait for a share, jobs that worker threads have ended] */
  readonly flags: Int32Array;
  /** What the job in each slot has done so far: cells found, nodes visited. */
  readonly progress: Int32Array;
}

const STOP = 0;
const HUNGRY = 1;
const ENDED = 2;

/** How long a job walks before it gives a share to an idle worker, in milliseconds: many times the cost of a new start. */
const PATIENCE = 25;

/** Nodes between two looks at the clock, where nodes are quick. */
const CLOCK_EVERY = 16;

export function poolControl(slots: number): PoolControl {
  return {
    flags: new Int32Array(new SharedArrayBuffer(12)),
    progress: new Int32Array(new SharedArrayBuffer(4 * slots)),
  };
}

/** Tells all jobs to stop. */
export function stopAll(control: PoolControl): void {
  Atomics.store(control.flags, STOP, 1);
}

/** Says how many workers wait for a share. */
export function setHungry(control: PoolControl, workers: number): void {
  Atomics.store(control.flags, HUNGRY, workers);
}

/** Says that a worker thread has ended a job: its result is on the way. */
export function jobEnded(control: PoolControl): void {
  Atomics.add(control.flags, ENDED, 1);
}

/** How many jobs worker threads have ended. */
export function endedJobs(control: PoolControl): number {
  return Atomics.load(control.flags, ENDED);
}

/** One running job gives up its walk for one hungry worker. */
function feeds(flags: Int32Array): boolean {
  const hungry = Atomics.load(flags, HUNGRY);
  return hungry > 0 && Atomics.compareExchange(flags, HUNGRY, hungry, hungry - 1) === hungry;
}

export interface StopOptions {
  /** Whether it ends as soon as a worker thread has ended a job, because this thread has to hand out the next one. */
  readonly attends?: boolean;
  /** Nodes between two looks at the clock. */
  readonly every?: number;
  /** How long it walks before it gives a share to an idle worker, in milliseconds. */
  readonly patience?: number;
}

/** When a job ends: at once when all are stopped, after a while for a hungry worker, at the latest after `slice` ms. */
export function stopRule(control: PoolControl, slice: number, options: StopOptions = {}): () => boolean {
  const { attends = false, every = CLOCK_EVERY, patience = PATIENCE } = options;
  const { flags } = control;
  const ended = Atomics.load(flags, ENDED);
  const start = performance.now();
  let until = every;
  return () => {
    if (Atomics.load(flags, STOP) !== 0) return true;
    if (--until > 0) return false;
    until = every;
    if (attends && Atomics.load(flags, ENDED) !== ended) return true;
    const elapsed = performance.now() - start;
    return elapsed >= slice || (elapsed >= patience && feeds(flags));
  };
}
