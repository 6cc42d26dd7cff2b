/**
 * The verdict on any claim.
 */
import type { Domain, Network } from '../../network/index.js';
import type { Claim } from '../claims/index.js';
import { compareCells } from './cells.js';
import { compareCount } from './count.js';
import { type CompareOptions, comparePatterns } from './patterns.js';
import { comparePoints, compareValues } from './points.js';
import type { Verdict } from './verdict.js';

/**
 * Compares what someone claims about a network on a domain with the exact partition.
 *
 * A difference is a value, not an error: `agrees` is false and the lists say what is wrong, with evidence.
 *
 * @param claim as `claimOfJson` or `readClaim` make it for this very network
 * @throws DomainError, EngineError as counting does; the signal's reason if it was aborted
 */
export async function compareClaim(
  network: Network,
  domain: Domain,
  claim: Claim,
  options: CompareOptions = {},
): Promise<Verdict> {
  switch (claim.kind) {
    case 'count':
      return compareCount(network, domain, claim, options);
    case 'patterns':
      return comparePatterns(network, domain, claim, options);
    case 'points':
      return comparePoints(network, domain, claim, options);
    case 'values':
      return compareValues(network, claim, options);
    case 'cells':
      return compareCells(network, domain, claim, options);
  }
}
