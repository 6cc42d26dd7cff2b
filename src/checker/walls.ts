/**
 * A domain by its walls: rows of integers that are nonnegative on the cone over it.
 */
import { conditionsOf, type Domain, dimensionOf, polytope } from '../network/index.js';

/** The conditions in their order (`network/conditions.ts`), an equality twice, the second time with opposite signs; last the height t. */
export function wallsOf(domain: Domain): (readonly bigint[])[] {
  const dimension = dimensionOf(domain);
  const stated =
    domain.kind === 'polytope' ? domain : polytope(dimension, [], domain.kind === 'box' ? { box: domain } : {});
  const walls = conditionsOf(stated).flatMap(({ row, equality }) => (equality ? [row, row.map((x) => -x)] : [row]));
  return [...walls, [...new Array<bigint>(dimension).fill(0n), 1n]];
}
