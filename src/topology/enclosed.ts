/**
 * Unbounded domains, cut off where nothing of the complex is lost.
 */
import { enclosingBox } from '../analysis/function/index.js';
import type { BoxDomain, Network, PolytopeDomain, WholeDomain } from '../network/index.js';
import { comparisonsOf, type DecisionSet } from './set.js';

export type BoundedDomain = BoxDomain | PolytopeDomain;

/** What of a domain lies in the box of `enclosingBox`, whose interior meets every face of the domain cut by the comparisons of a set. */
export function enclosed(network: Network, domain: WholeDomain | PolytopeDomain, set: DecisionSet): BoundedDomain {
  const comparisons = comparisonsOf(set, network.outputs);
  if (domain.kind === 'whole') return enclosingBox(network, comparisons);
  return { ...domain, box: enclosingBox(network, comparisons, [...domain.inequalities, ...domain.equalities]) };
}
