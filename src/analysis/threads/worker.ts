/**
 * A worker thread of a survey: prepares the problem once, then surveys the subtrees it is handed.
 */
import { workerData } from 'node:worker_threads';
import { jobEnded, stopRule, type WorkerStart, type WorkerTask } from '../../jobs/index.js';
import { networkOfData } from '../../network/index.js';
import { analysisProblem } from '../cells/index.js';
import { SurveyBench, type SurveyOutcome, type SurveySetting } from './task.js';

const { setting, control } = workerData as WorkerStart<SurveySetting>;
const network = networkOfData(setting.network);
const bench = new SurveyBench(analysisProblem(network, setting.domain), network, setting.task);

/** Piscina's entry. */
export function survey({ nodes, slot, slice }: WorkerTask<string>): SurveyOutcome {
  const outcome = bench.walk(nodes, stopRule(control, slice), (cells) => {
    control.progress[slot] = cells;
  });
  jobEnded(control);
  return outcome;
}
