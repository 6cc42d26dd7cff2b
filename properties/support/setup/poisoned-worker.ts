/**
 * A worker of a test: walks jobs as `src/queue/worker.ts` does, in this thread, but for those that hold a leaf on the negative side of
 * the first two splits.
 */
import type { Job } from 'bullmq';
import type { Domain } from '../../../src/network/domain.js';
import type { Network } from '../../../src/network/network.js';
import { dataOfNetwork } from '../../../src/network/transfer.js';
import { readCountMessage, resultMessage } from '../../../src/queue/messages.js';
import { prepareJobs, runJob } from '../../../src/run/job.js';

export async function poisoned(job: Job, { network, domain }: { network: Network; domain: Domain }): Promise<unknown> {
  const { paths } = readCountMessage(job.id, job.data);
  if (paths.some((path) => path.startsWith('--'))) throw new Error('this leaf is poison');
  const setting = {
    network: dataOfNetwork(network),
    domain,
    engine: 'lp',
    lp: 'simplex',
    evidence: false,
    symmetry: 'none',
  } as const;
  // What holds the poison among others is cut up: nobody may walk it all at once.
  const budget = paths.some((path) => '--'.startsWith(path)) ? 1 : 500;
  const result = runJob(await prepareJobs(setting), paths, { budget });
  return resultMessage(job.id!, result, 0.1, 'queue').message;
}
