/**
 * The checkpoint of a count: what it is about, and where it is kept.
 */
import { CheckpointFolder, wireDigest } from '../checkpoint/index.js';
import { type Network, networkDigest } from '../network/index.js';
import { packageVersion } from '../package/index.js';
import { WHOLE_TREE } from '../problem/index.js';
import type { JobBench, JobResult, JobSetting } from './job.js';

export interface CheckpointRequest {
  readonly folder: string;
  /** Seconds between two saves: what a run that is killed loses at most. Default: 5. */
  readonly interval?: number;
}

export type CountStore = CheckpointFolder<string, JobResult>;

/** What must be the same for a count to be gone on with. */
export function subjectOfCount(
  network: Network,
  { domain, engine, lp, evidence }: JobSetting,
  { roots = WHOLE_TREE, plan }: Pick<JobBench, 'roots' | 'plan'>,
) {
  return {
    command: 'count',
    network: networkDigest(network),
    domain: wireDigest(domain),
    engine: engine === 'lp' ? `${engine} with ${lp}` : engine,
    records: evidence ? 'of a certificate' : 'none',
    version: packageVersion(),
    ...(plan && {
      symmetries: `cut by ${plan.cuts.join(' ')}: ${roots.map(({ path, weight }) => `${weight} of ${path}`).join(', ')}`,
    }),
  };
}

/** Opens the checkpoint that a request names. @throws CheckpointError */
export function openCheckpoint(
  request: CheckpointRequest | undefined,
  network: Network,
  setting: JobSetting,
  bench: Pick<JobBench, 'roots' | 'plan'>,
): CountStore | undefined {
  if (request === undefined) return undefined;
  const { folder, interval } = request;
  return new CheckpointFolder(folder, subjectOfCount(network, setting, bench), {
    ...(interval !== undefined && { interval }),
  });
}
