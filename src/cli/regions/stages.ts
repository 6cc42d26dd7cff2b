/**
 * Counting regions in two stages: the first walk, which hears signals and limits, and what follows from it. What the first one finds can be
 * kept; the second one begins anew in a run that goes on. A run without limits leaves the first one out where it would spare little.
 */
import type { RegionCounts } from '../../analysis/regions/index.js';
import { type MapsSeen, regionsInThreads, sharedMapsInThreads, sharesMostMaps } from '../../analysis/threads/index.js';
import { CheckpointFolder, type PieceFolder, wireDigest } from '../../checkpoint/index.js';
import { type Domain, type Network, networkDigest } from '../../network/index.js';
import { packageVersion } from '../../package/index.js';
import { Stopping, type StopReason } from '../../run/index.js';
import type { WalkProgress } from '../../walk/index.js';

export interface StagedRequest {
  readonly signal: AbortSignal;
  /** Seconds. */
  readonly timeout?: number;
  readonly limitCells?: number;
  /** A folder. */
  readonly checkpoint?: string;
  readonly workers: number;
  /** Told about ten times per second how far which of the two walks has come. */
  readonly onProgress?: (progress: WalkProgress, walk: 1 | 2) => void;
}

/** What was known when it was stopped. */
export interface UnfinishedRegions {
  readonly stopped: StopReason;
  /** Cells seen. */
  readonly cells: number;
}

function openStore(network: Network, domain: Domain, folder: string | undefined): PieceFolder | undefined {
  if (folder === undefined) return undefined;
  const subject = {
    command: 'regions',
    network: networkDigest(network),
    domain: wireDigest(domain),
    version: packageVersion(),
  };
  return new CheckpointFolder(folder, subject);
}

/** Counts, closed pieces included. @throws CheckpointError if the folder is about something else */
export async function regionsInStages(
  network: Network,
  domain: Domain,
  request: StagedRequest,
): Promise<RegionCounts | UnfinishedRegions> {
  const store = openStore(network, domain, request.checkpoint);
  const stopping = new Stopping(request);
  const { workers, limitCells, onProgress } = request;
  const walk = (number: 1 | 2) => ({
    workers,
    signal: stopping.signal,
    ...(onProgress && { onProgress: (progress: WalkProgress) => onProgress(progress, number) }),
  });
  let found = 0;
  const onCells = (cells: number) => {
    found = cells;
    if (limitCells !== undefined && cells >= limitCells) stopping.stop('cells');
  };
  const stopped = (): UnfinishedRegions => ({ stopped: stopping.reason ?? 'interrupted', cells: found });
  const isFree = store === undefined && limitCells === undefined && request.timeout === undefined;
  try {
    if (isFree && sharesMostMaps(network, domain)) {
      return (await regionsInThreads(network, domain, undefined, { ...walk(2), onCells, closed: true })) ?? stopped();
    }
    let seen = store?.saved?.totals as MapsSeen | undefined;
    if (seen === undefined) {
      seen = await sharedMapsInThreads(network, domain, { ...walk(1), onCells });
      if (seen === undefined) return stopped();
      store?.save([], seen);
    }
    found = seen.cells;
    return (await regionsInThreads(network, domain, seen, { ...walk(2), closed: true })) ?? stopped();
  } finally {
    stopping.release();
    store?.close();
  }
}
