/**
 * A worker thread of a check: verifies its share of one certificate file.
 */
import { workerData } from 'node:worker_threads';
import type { Share, ShareReport } from '../checker/index.js';
import { type NetworkData, networkOfData } from '../network/index.js';
import { shareCheckerOf } from './share-checker.js';

/** What every worker of a pool is started with. */
export interface CheckWorkerStart {
  readonly network: NetworkData;
  readonly file: string;
  /** Cells verified so far, one place per share. */
  readonly progress: Float64Array;
}

export type CheckTask = Share;

const { network, file, progress } = workerData as CheckWorkerStart;
const subject = networkOfData(network);
const checkShare = shareCheckerOf(file);

/** Piscina's entry. */
export function verify(share: CheckTask): Promise<ShareReport> {
  const onProgress = (cells: number) => {
    progress[share.index] = cells;
  };
  return checkShare(subject, file, share, { onProgress });
}
