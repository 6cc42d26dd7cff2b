/**
 * The checkpoint of a count: what it is about, and where it is kept.
 */
import { createHash } from 'node:crypto';
import { CheckpointFolder, wireText } from '../checkpoint/index.js';
import { type Domain, type Network, networkDigest } from '../network/index.js';
import { packageVersion } from '../package/index.js';
import type { JobResult, JobSetting } from './job.js';

export interface CheckpointRequest {
  readonly folder: string;
  /** Seconds between two saves: what a run that is killed loses at most. Default: 5. */
  readonly interval?: number;
}

export type CountStore = CheckpointFolder<string, JobResult>;

/** A short name of a domain that only the same one has. */
export function domainDigest(domain: Domain): string {
  return createHash('sha256').update(wireText(domain)).digest('hex');
}

/** What must be the same for a count to be gone on with. */
export function subjectOfCount(network: Network, { domain, engine, lp, evidence }: JobSetting) {
  return {
    command: 'count',
    network: networkDigest(network),
    domain: domainDigest(domain),
    engine: engine === 'lp' ? `${engine} with ${lp}` : engine,
    records: evidence ? 'of a certificate' : 'none',
    version: packageVersion(),
  };
}

/** Opens the checkpoint that a request names. @throws CheckpointError */
export function openCheckpoint(
  request: CheckpointRequest | undefined,
  network: Network,
  setting: JobSetting,
): CountStore | undefined {
  if (request === undefined) return undefined;
  const { folder, interval } = request;
  return new CheckpointFolder(folder, subjectOfCount(network, setting), {
    ...(interval !== undefined && { interval }),
  });
}
