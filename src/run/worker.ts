/**
 * A worker thread of a count: prepares the problem once, then walks the subtrees it is handed.
 */
import { workerData } from 'node:worker_threads';
import { jobEnded, stopRule, type WorkerStart, type WorkerTask } from '../jobs/index.js';
import { type JobResult, type JobSetting, prepareJobs, runJob } from './job.js';

const { setting, control } = workerData as WorkerStart<JobSetting>;
const bench = await prepareJobs(setting);

/** Piscina's entry. */
export function walk({ nodes, slot, slice, patience, bytes }: WorkerTask<string>): JobResult {
  const result = runJob(bench, nodes, {
    stop: stopRule(control, slice, { ...(patience !== undefined && { patience }) }),
    ...(bytes !== undefined && { bytes }),
    report: (cells) => {
      control.progress[slot] = cells;
    },
  });
  jobEnded(control);
  return result;
}
