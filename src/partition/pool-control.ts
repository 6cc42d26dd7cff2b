/**
 * The few numbers that the threads of a count share, so that jobs can be steered and watched while they walk.
 */

/** Shared memory: survives the structured clone algorithm. */
export interface PoolControl {
  /** [stop, idle workers that wait for a share] */
  readonly flags: Int32Array;
  /** Cells found so far by the job in each slot. */
  readonly cells: Int32Array;
}

const STOP = 0;
const HUNGRY = 1;

/** How long a job walks before it gives a share to an idle worker, in milliseconds: many times the cost of a new start. */
const PATIENCE = 25;

/** Nodes between two looks at the clock. */
const CLOCK_EVERY = 16;

export function poolControl(slots: number): PoolControl {
  return {
    flags: new Int32Array(new SharedArrayBuffer(8)),
    cells: new Int32Array(new SharedArrayBuffer(4 * slots)),
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

/** One running job gives up its walk for one hungry worker. */
function feeds(flags: Int32Array): boolean {
  const hungry = Atomics.load(flags, HUNGRY);
  return hungry > 0 && Atomics.compareExchange(flags, HUNGRY, hungry, hungry - 1) === hungry;
}

/** When a job ends: at once when all are stopped, after a while for a hungry worker, at the latest after `slice` ms. */
export function stopRule(control: PoolControl, slice: number): () => boolean {
  const { flags } = control;
  const start = performance.now();
  let until = CLOCK_EVERY;
  return () => {
    if (Atomics.load(flags, STOP) !== 0) return true;
    if (--until > 0) return false;
    until = CLOCK_EVERY;
    const elapsed = performance.now() - start;
    return elapsed >= slice || (elapsed >= PATIENCE && feeds(flags));
  };
}
