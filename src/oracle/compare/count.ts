/**
 * Claimed numbers of cells, pieces or maps.
 */
import { countRegionsInThreads } from '../../analysis/threads/index.js';
import type { Domain, Network } from '../../network/index.js';
import { runCount } from '../../run/index.js';
import type { CountClaim } from '../claims/index.js';
import type { WalkOptions } from './sort-claims.js';
import type { VerdictOf } from './verdict.js';

/** Up to so many cells a wrong number is looked for among the other counts. */
const MOST_FOR_HINTS = 20_000;

/**
 * The exact number beside the claimed one. When they differ: what else there are so many of.
 *
 * @throws DomainError, EngineError as counting does; the signal's reason if it was aborted
 */
export async function compareCount(
  network: Network,
  domain: Domain,
  claim: CountClaim,
  options: WalkOptions = {},
): Promise<VerdictOf<'count'>> {
  const { signal, onProgress, workers = 1 } = options;
  const report = await runCount({
    network,
    domain,
    workers,
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  if (!report.complete) signal?.throwIfAborted();
  const { cells } = report;
  const others =
    claim.of === 'cells' && claim.count === cells ? [] : await otherCounts(network, domain, cells, claim, options);
  const exact = claim.of === 'cells' ? cells : others.find(({ name }) => name === claim.of)!.count;
  const agrees = exact === claim.count;
  const ratherThe = agrees ? [] : others.filter(({ count }) => count === claim.count).map(({ name }) => name);
  return { kind: 'count', rule: 'by number', of: claim.of, agrees, claimed: claim.count, exact, ratherThe };
}

async function otherCounts(
  network: Network,
  domain: Domain,
  cells: number,
  claim: CountClaim,
  { signal, onProgress, workers = 1 }: WalkOptions,
) {
  const counts = [{ name: 'cells', count: cells }];
  if (claim.of === 'cells' && cells > MOST_FOR_HINTS) return counts;
  const request = { workers, ...(signal && { signal }), ...(onProgress && { onProgress }) };
  const regions = await countRegionsInThreads(network, domain, request);
  signal?.throwIfAborted();
  const { pieces, maps } = regions!;
  return [...counts, { name: 'pieces', count: pieces }, { name: 'maps', count: maps }];
}
