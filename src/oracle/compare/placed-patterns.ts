/**
 * Claimed patterns, to be sorted down the split tree.
 */
import type { PatternTable } from '../claims/index.js';
import type { Gather, Sortable } from './sort-claims.js';

/** Comparing so many whole patterns costs less than sorting them (measured). */
const FEW = 8;

/** Claims of patterns, to be sorted down the split tree. */
export function sortablePatterns(table: PatternTable): Sortable {
  const { order, active, zero, size } = table;
  const { words, place } = order;
  const gather: Gather = (claims, end, layer, neuron, side) => {
    const own = place[layer]![neuron]!;
    const word = own >>> 5;
    const bit = 1 << (own & 31);
    const wanted = side > 0 ? bit : 0;
    let found = 0;
    for (let k = 0; k < end; k++) {
      const claim = claims[k]!;
      const at = claim * words + word;
      if ((active[at]! & bit) !== wanted || (zero !== undefined && (zero[at]! & bit) !== 0)) continue;
      claims[k] = claims[found]!;
      claims[found++] = claim;
    }
    return found;
  };
  return { size, gather, few: FEW };
}
