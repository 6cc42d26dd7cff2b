/**
 * A worker thread of a count: prepares the problem once, then walks the subtrees it is handed.
 */
import { workerData } from 'node:worker_threads';
import { jobEnded, type PoolControl, stopRule } from './control.js';
import { type JobResult, type JobSetting, prepareJobs, runJob } from './job.js';

/** What every worker of a pool is started with. */
export interface WorkerStart {
  readonly setting: JobSetting;
  readonly control: PoolControl;
}

export interface WorkerTask {
  readonly paths: readonly string[];
  /** The place in `control.cells` that belongs to this job. */
  readonly slot: number;
  /** The most milliseconds to walk. */
  readonly slice: number;
}

const { setting, control } = workerData as WorkerStart;
const bench = await prepareJobs(setting);

/** Piscina's entry. */
export function walk({ paths, slot, slice }: WorkerTask): JobResult {
  const result = runJob(bench, paths, {
    stop: stopRule(control, slice),
    report: (cells) => {
      control.cells[slot] = cells;
    },
  });
  jobEnded(control);
  return result;
}
