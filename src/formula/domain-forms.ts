/**
 * A domain as linear forms of the inputs that are >= 0 or = 0.
 */
import { negate, ONE, type Rational } from '../exact/index.js';
import type { BoxDomain, Domain, LinearBound } from '../network/index.js';
import type { LinearForm } from './equations.js';

export interface DomainForms {
  readonly atLeastZero: readonly LinearForm[];
  readonly zero: readonly LinearForm[];
}

/** bound - coefficients . x */
function slackOf({ coefficients, bound }: LinearBound): LinearForm {
  const terms = coefficients.flatMap((a, i) => (a.numerator === 0n ? [] : [{ coefficient: negate(a), name: `x${i}` }]));
  return { terms, constant: bound };
}

function ofBox({ lower, upper }: BoxDomain): LinearForm[] {
  const minusOne = negate(ONE);
  const form = (i: number, coefficient: Rational, constant: Rational): LinearForm => ({
    terms: [{ coefficient, name: `x${i}` }],
    constant,
  });
  return lower.flatMap((lo, i) => [form(i, ONE, negate(lo)), form(i, minusOne, upper[i]!)]);
}

export function conditionsOfDomain(domain: Domain): DomainForms {
  if (domain.kind === 'whole') return { atLeastZero: [], zero: [] };
  if (domain.kind === 'box') return { atLeastZero: ofBox(domain), zero: [] };
  const { inequalities, equalities, box } = domain;
  return {
    atLeastZero: [...(box === undefined ? [] : ofBox(box)), ...inequalities.map(slackOf)],
    zero: equalities.map(slackOf),
  };
}
