/**
 * Claimed numbers of cells, pieces or maps.
 */
import { WalkMeter } from '../../analysis/cells/index.js';
import { countRegions } from '../../analysis/regions/index.js';
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
  { signal, onProgress }: WalkOptions = {},
): Promise<VerdictOf<'count'>> {
  const report = await runCount({
    network,
    domain,
    workers: 1,
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  if (!report.complete) signal?.throwIfAborted();
  const { cells } = report;
  const others =
    claim.of === 'cells' && claim.count === cells
      ? []
      : otherCounts(network, domain, cells, claim, onProgress && new WalkMeter(onProgress));
  const exact = claim.of === 'cells' ? cells : others.find(({ name }) => name === claim.of)!.count;
  const agrees = exact === claim.count;
  const ratherThe = agrees ? [] : others.filter(({ count }) => count === claim.count).map(({ name }) => name);
  return { kind: 'count', rule: 'by number', of: claim.of, agrees, claimed: claim.count, exact, ratherThe };
}

function otherCounts(network: Network, domain: Domain, cells: number, claim: CountClaim, meter?: WalkMeter) {
  const counts = [{ name: 'cells', count: cells }];
  if (claim.of === 'cells' && cells > MOST_FOR_HINTS) return counts;
  const { pieces, maps } = countRegions(network, domain, { ...(meter && { meter }) });
  return [...counts, { name: 'pieces', count: pieces }, { name: 'maps', count: maps }];
}
