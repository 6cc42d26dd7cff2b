/**
 * How a certificate numbers the constraints above a node: on a polytope the conditions come first, then the splits.
 *
 * Engines number those conditions that cut, in the order in which they took them, and then the splits.
 */
import type { PartitionProblem } from '../problem/index.js';
import type { Evidence } from './tree.js';

/** The evidence with the certificate's numbers. On a box nothing changes. */
export function inCertificate({ givenConditions, conditions }: PartitionProblem, evidence: Evidence): Evidence {
  if (conditions === 0 || evidence.kind === 'bound') return evidence;
  const taken = givenConditions.length;
  const splits = evidence.splits.map((k) => (k < taken ? givenConditions[k]! : k - taken + conditions));
  return { ...evidence, splits };
}
