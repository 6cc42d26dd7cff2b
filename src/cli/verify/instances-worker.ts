/**
 * A worker thread of a benchmark: one row after the other.
 */
import { workerData } from 'node:worker_threads';
import type { VerificationRow } from '../../report/verification/index.js';
import { type InstanceTask, RowSolver } from './instances-solver.js';
import type { VerifyOptions } from './options.js';

/** What every thread is started with. */
export interface InstanceThread {
  readonly options: VerifyOptions;
  /** Not 0 when all are to stop. */
  readonly stop: Int32Array;
}

/** Milliseconds between two looks at `stop`. */
const LOOK = 50;

const { options, stop } = workerData as InstanceThread;
const solver = new RowSolver(options);

/** Piscina's entry. */
export async function row(task: InstanceTask): Promise<VerificationRow> {
  const stopping = new AbortController();
  const timer = setInterval(() => {
    if (Atomics.load(stop, 0) !== 0) stopping.abort();
  }, LOOK);
  try {
    return await solver.row(task, stopping.signal);
  } finally {
    clearInterval(timer);
  }
}
