/**
 * A worker thread of a search: prepares the network once, then walks the subtrees it is handed.
 */
import { workerData } from 'node:worker_threads';
import { jobEnded, stopRule, type WorkerStart, type WorkerTask } from '../jobs/index.js';
import { networkOfData } from '../network/index.js';
import { runSearch, type SearchOutcome, type SearchSetting } from './job.js';
import { type OpenNode, Search } from './search.js';

const { setting, control } = workerData as WorkerStart<SearchSetting>;
const search = new Search(networkOfData(setting.network), setting.unsafe);

/** Piscina's entry. */
export function walk({ nodes, slot, slice }: WorkerTask<OpenNode>): SearchOutcome {
  const stop = stopRule(control, slice, { every: 1 });
  const outcome = runSearch(search, nodes, setting.evidence, () => {
    control.progress[slot] = search.counts.nodes;
    return stop();
  });
  jobEnded(control);
  return outcome;
}
