/**
 * The conditions of a polytope as integer rows, numbered: what engines and the checker both start from.
 *
 * The numbers are: the inequalities in the order stated, then for a box the lower and the upper bound of every input in
 * turn, then the equalities.
 */
import { content, integersFromRationals, negate, ONE, type Rational, ZERO } from '../exact/index.js';
import { type Domain, type LinearBound, type PolytopeDomain, polytope } from './domain.js';

/** row . (x, 1) >= 0, or = 0: integers without common divisor, one per input and the constant. */
export interface Condition {
  readonly row: readonly bigint[];
  readonly equality: boolean;
  /** "inequality 3", "the upper bound of input 0", "equality 1" */
  readonly name: string;
}

/** The shortest integers on the same ray; zeros stay zeros. */
export function primitive(row: readonly bigint[]): readonly bigint[] {
  const divisor = content(row);
  return divisor <= 1n ? row : row.map((entry) => entry / divisor);
}

/** bound - coefficients . x as a primitive row. */
function rowOf({ coefficients, bound }: LinearBound): readonly bigint[] {
  return primitive(integersFromRationals([...coefficients.map(negate), bound]).numerators);
}

function unit(dimension: number, input: number, entry: Rational): Rational[] {
  return Array.from({ length: dimension }, (_, i) => (i === input ? entry : ZERO));
}

/** All conditions of a polytope, by number. */
export function conditionsOf({ dimension, inequalities, equalities, box }: PolytopeDomain): Condition[] {
  const bounds = Array.from({ length: box === undefined ? 0 : dimension }, (_, i): Condition[] => [
    {
      row: rowOf({ coefficients: unit(dimension, i, negate(ONE)), bound: negate(box!.lower[i]!) }),
      equality: false,
      name: `the lower bound of input ${i}`,
    },
    {
      row: rowOf({ coefficients: unit(dimension, i, ONE), bound: box!.upper[i]! }),
      equality: false,
      name: `the upper bound of input ${i}`,
    },
  ]);
  return [
    ...inequalities.map((bound, k) => ({ row: rowOf(bound), equality: false, name: `inequality ${k}` })),
    ...bounds.flat(),
    ...equalities.map((bound, k) => ({ row: rowOf(bound), equality: true, name: `equality ${k}` })),
  ];
}

/** Whether two domains are described by the same conditions, in any order and scale. Domains may agree otherwise. */
export function sameConditions(a: Domain, b: Domain): boolean {
  const [one, other] = [conditionTexts(a), conditionTexts(b)];
  return one.size === other.size && [...one].every((text) => other.has(text));
}

function conditionTexts(domain: Domain): ReadonlySet<string> {
  const dimension = domain.kind === 'box' ? domain.lower.length : domain.dimension;
  const stated =
    domain.kind === 'polytope' ? domain : polytope(dimension, [], domain.kind === 'box' ? { box: domain } : {});
  return new Set([
    `R^${dimension}`,
    ...conditionsOf(stated).map(({ row, equality }) => `${equality} ${row.join(' ')}`),
  ]);
}
