/**
 * The largest value of an affine function on a domain, with what proves it.
 */
import {
  add,
  divide,
  equal,
  integersFromRationals,
  multiply,
  negate,
  type Rational,
  rational,
  rationalsFromIntegers,
  subtract,
  ZERO,
} from '../../exact/index.js';
import { solveExactly } from '../../lp/index.js';
import type { Domain, PolytopeDomain } from '../../network/index.js';
import { conditionsOf } from '../../network/index.js';

/** A condition of a polytope with its multiplier: not negative, but for equalities. */
export interface DomainMultiplier {
  /** "inequality 3", "the upper bound of input 0", "equality 1" */
  readonly condition: string;
  /** Of bound - coefficients . x as stated, up to the positive factor that makes its numbers coprime integers. */
  readonly multiplier: Rational;
}

/**
 * On a polytope coefficients . x + constant + sum multiplier * condition = value for every x, so that no point of it has
 * more. On a box the bounds show it.
 */
export interface DomainMaximum {
  readonly value: Rational;
  readonly conditions?: readonly DomainMultiplier[];
}

/** The maximum of coefficients . x + constant over a domain; undefined if there is none. */
export function maximumOverDomain(
  domain: Domain,
  coefficients: readonly Rational[],
  constant: Rational,
): DomainMaximum | undefined {
  if (domain.kind === 'polytope') return maximumOverPolytope(domain, coefficients, constant);
  if (domain.kind === 'whole') {
    return coefficients.every((c) => c.numerator === 0n) ? { value: constant } : undefined;
  }
  const terms = coefficients.map((c, i) => multiply(c, c.numerator > 0n ? domain.upper[i]! : domain.lower[i]!));
  return { value: terms.reduce(add, constant) };
}

function maximumOverPolytope(
  domain: PolytopeDomain,
  coefficients: readonly Rational[],
  constant: Rational,
): DomainMaximum | undefined {
  const conditions = conditionsOf(domain);
  const rows = conditions.flatMap(({ row, equality }) => (equality ? [row, row.map((entry) => -entry)] : [row]));
  const { numerators, denominator } = integersFromRationals([...coefficients, constant]);
  const free = new Array<null>(domain.dimension).fill(null);
  const answer = solveExactly({
    variables: domain.dimension,
    rows,
    lower: free,
    upper: free,
    objective: numerators.map((entry) => -entry),
  });
  if (answer.status !== 'optimal') return undefined;
  const value = divide(negate(answer.value), rational(denominator));
  const dual = rationalsFromIntegers({
    numerators: answer.multipliers.numerators,
    denominator: answer.multipliers.denominator * denominator,
  });
  let next = 0;
  const found = conditions.flatMap(({ name, row, equality }) => {
    const own = dual[next++]!;
    const multiplier = equality ? subtract(own, dual[next++]!) : own;
    return multiplier.numerator === 0n ? [] : [{ condition: name, multiplier, row }];
  });
  checkSum(found, coefficients, subtract(value, constant));
  return { value, conditions: found.map(({ condition, multiplier }) => ({ condition, multiplier })) };
}

/** @throws Error unless coefficients . x + the combination is the constant `rest` */
function checkSum(
  found: readonly { readonly row: readonly bigint[]; readonly multiplier: Rational }[],
  coefficients: readonly Rational[],
  rest: Rational,
): void {
  const sums = [...coefficients, ZERO].map((entry, i) =>
    found.reduce((sum, { row, multiplier }) => add(sum, multiply(multiplier, rational(row[i]!))), entry),
  );
  const wanted = [...coefficients.map(() => ZERO), rest];
  if (!sums.every((sum, i) => equal(sum, wanted[i]!)))
    throw new Error('domain: expected a proof of a maximum, got none');
}
