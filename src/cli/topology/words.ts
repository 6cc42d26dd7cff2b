/**
 * What a homology is of, as people read it.
 */
import { formatRational } from '../../exact/index.js';
import type { DecisionSet, Ends } from '../../topology/index.js';

/** "output 0 >= 1/2" */
export function showSet(set: DecisionSet): string {
  if (set.kind === 'all') return 'the whole domain';
  if (set.kind === 'class') {
    const named = set.classes.join(' and ');
    return set.classes.length === 1 ? `output ${named} is the largest` : `outputs ${named} are equal and the largest`;
  }
  const relation = { above: '>=', below: '<=', equal: '=' }[set.kind];
  return `output ${set.output} ${relation} ${formatRational(set.level)}`;
}

export const MEANING_OF_ENDS: Readonly<Record<Ends, string>> = {
  singular: 'singular, of the closed set',
  'borel-moore': 'Borel-Moore: of the set modulo its ends (the bounds of the box; on R^d, infinity)',
};
