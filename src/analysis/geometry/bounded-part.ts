/**
 * Domains as bounded ones.
 */
import type { Domain, Network } from '../../network/index.js';
import { analysisProblem } from '../cells/index.js';
import { type BoundedPart, type Comparison, enclosedPart } from './enclosing.js';

/** The domain, or if it is unbounded its `enclosedPart`. @throws DomainError for an empty domain */
export function boundedPart(network: Network, domain: Domain, comparisons: readonly Comparison[] = []): BoundedPart {
  const isBounded =
    domain.kind === 'box' || (domain.kind === 'polytope' && !analysisProblem(network, domain).homogeneous);
  return isBounded ? { domain } : enclosedPart(network, domain, comparisons);
}
