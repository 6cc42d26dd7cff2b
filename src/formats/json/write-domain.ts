/**
 * Writes domains as JSON content, in the form that `domain.ts` reads.
 */
import type { BoxDomain, Domain, LinearBound } from '../../network/index.js';
import { jsonOfRational } from '../input/numbers.js';

const jsonOfBounds = ({ lower, upper }: BoxDomain) =>
  lower.map((lo, i) => [jsonOfRational(lo), jsonOfRational(upper[i]!)]);

const jsonOfLinear = ({ coefficients, bound }: LinearBound) => ({
  a: coefficients.map(jsonOfRational),
  b: jsonOfRational(bound),
});

/** A domain as JSON content, in the form that is read here. */
export function jsonOfDomain(domain: Domain): object {
  if (domain.kind === 'whole') return { whole: domain.dimension };
  if (domain.kind === 'box') return { box: jsonOfBounds(domain) };
  return {
    ...(domain.box && { box: jsonOfBounds(domain.box) }),
    inequalities: domain.inequalities.map(jsonOfLinear),
    ...(domain.equalities.length > 0 && { equalities: domain.equalities.map(jsonOfLinear) }),
  };
}
