/**
 * Counting regions in two stages: the first walk, which hears signals and limits, and what follows from it. What the first one finds can be
 * kept; the second one begins anew in a run that goes on.
 */
import { analysisProblem, forEachCellInSlices, type WalkMeter } from '../../analysis/cells/index.js';
import { filteredRegions, MapFilter, type RegionCounts } from '../../analysis/regions/index.js';
import { CheckpointFolder, type PieceFolder, wireDigest } from '../../checkpoint/index.js';
import { type Domain, type Network, networkDigest } from '../../network/index.js';
import { packageVersion } from '../../package/index.js';
import { Stopping, type StopReason } from '../../run/index.js';

export interface StagedRequest {
  readonly signal: AbortSignal;
  /** Seconds. */
  readonly timeout?: number;
  readonly limitCells?: number;
  /** A folder. */
  readonly checkpoint?: string;
  readonly meter?: WalkMeter;
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
  const started = performance.now();
  const { meter, limitCells, timeout = Number.POSITIVE_INFINITY } = request;
  try {
    const problem = analysisProblem(network, domain);
    let candidates = (store?.saved?.totals as { candidates: Uint8Array } | undefined)?.candidates;
    if (candidates === undefined) {
      const filter = new MapFilter(problem);
      const { complete } = await forEachCellInSlices(
        problem,
        (cell) => {
          filter.add(cell);
          if (limitCells !== undefined && filter.cells >= limitCells) stopping.stop('cells');
        },
        { signal: stopping.signal, ...(meter && { meter }) },
      );
      if (!complete) return { stopped: stopping.reason ?? 'interrupted', cells: filter.cells };
      candidates = filter.candidates();
      store?.save([], { candidates });
    }
    // This walk does not hear timers.
    let isLate = false;
    const stop = () => {
      isLate ||= performance.now() - started > 1000 * timeout;
      return isLate;
    };
    const counts = filteredRegions(problem, candidates, { closed: true, stop, ...(meter && { meter }) });
    return isLate ? { stopped: 'timeout', cells: candidates.length } : counts;
  } finally {
    stopping.release();
    store?.close();
  }
}
