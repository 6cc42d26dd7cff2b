/**
 * The checkpoint of a count: what it is about, and where it is kept.
 */
import { CheckpointFolder, wireDigest } from '../checkpoint/index.js';
import { type Network, networkDigest } from '../network/index.js';
import { packageVersion } from '../package/index.js';
import { type OrbitRoot, WHOLE_TREE } from '../problem/index.js';
import type { JobResult, JobSetting } from './job.js';

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
  roots: readonly OrbitRoot[] = WHOLE_TREE,
) {
  const isWhole = roots.every(({ weight }) => weight === 1);
  return {
    command: 'count',
    network: networkDigest(network),
    domain: wireDigest(domain),
    engine: engine === 'lp' ? `${engine} with ${lp}` : engine,
    records: evidence ? 'of a certificate' : 'none',
    version: packageVersion(),
    ...(!isWhole && { symmetries: roots.map(({ path, weight }) => `${weight} of ${path}`).join(', ') }),
  };
}

/** Opens the checkpoint that a request names. @throws CheckpointError */
export function openCheckpoint(
  request: CheckpointRequest | undefined,
  network: Network,
  setting: JobSetting,
  roots: readonly OrbitRoot[] = WHOLE_TREE,
): CountStore | undefined {
  if (request === undefined) return undefined;
  const { folder, interval } = request;
  return new CheckpointFolder(folder, subjectOfCount(network, setting, roots), {
    ...(interval !== undefined && { interval }),
  });
}
