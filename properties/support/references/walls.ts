/**
 * The inequalities of a polytope for strict systems, read off its description.
 */
import type { Rational } from '../../../src/exact/rational.js';
import type { PolytopeDomain } from '../../../src/network/domain.js';
import type { StrictRow } from './fourier-motzkin.js';

/** Rationals times the product of their denominators. */
function integers(values: readonly Rational[]): bigint[] {
  const product = values.reduce((p, value) => p * value.denominator, 1n);
  return values.map((value) => value.numerator * (product / value.denominator));
}

/**
 * Rows that are positive exactly in the interior. Inequalities 0 <= c are left out: where c >= 0 they say nothing.
 *
 * @throws RangeError for polytopes with equalities, which have no interior, and for 0 <= c with c < 0
 */
export function openWallsOf({ dimension, inequalities, equalities, box }: PolytopeDomain): StrictRow[] {
  if (equalities.length > 0) throw new RangeError('walls: expected a polytope without equalities');
  const rows = inequalities.map(({ coefficients, bound }) => {
    const [constant, ...rest] = integers([bound, ...coefficients]);
    return [...rest.map((entry) => -entry), constant!];
  });
  for (let i = 0; box !== undefined && i < dimension; i++) {
    const [low, high] = [box.lower[i]!, box.upper[i]!];
    const unit = (entry: bigint) => Array.from({ length: dimension }, (_, k) => (k === i ? entry : 0n));
    rows.push([...unit(low.denominator), -low.numerator], [...unit(-high.denominator), high.numerator]);
  }
  return rows.filter((row) => {
    const says = row.slice(0, dimension).some((entry) => entry !== 0n);
    if (!says && row[dimension]! < 0n) throw new RangeError('walls: expected a polytope that is not empty');
    return says;
  });
}
