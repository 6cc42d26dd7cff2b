/**
 * The exact range of every output over a domain, by search: nothing is enumerated that bounds exclude.
 */
import { negate, ONE, type Rational, ZERO } from '../exact/index.js';
import type { Domain, LinearBound, LinearCondition, Network, UnsafeSet } from '../network/index.js';
import { type ExtremumOptions, type ExtremumProblem, maximum } from './extremum.js';

/** A least or greatest value with a place where it is attained, or a direction in which the output has no end. */
export type SearchedExtreme =
  | { readonly kind: 'attained'; readonly value: Rational; readonly at: readonly Rational[] }
  | { readonly kind: 'unbounded'; readonly direction: readonly Rational[] };

export interface SearchedRange {
  readonly minimum: SearchedExtreme;
  readonly maximum: SearchedExtreme;
}

/** The conditions of a domain on the inputs of a network. */
export function conditionsOf(
  domain: Domain,
  { inputs, outputs }: Pick<Network, 'inputs' | 'outputs'>,
): LinearCondition[] {
  const zeros = new Array<Rational>(outputs).fill(ZERO);
  const atMost = ({ coefficients, bound }: LinearBound): LinearCondition => ({
    inputs: coefficients.map(negate),
    outputs: zeros,
    constant: bound,
    strict: false,
  });
  const atLeast = ({ coefficients, bound }: LinearBound) =>
    atMost({ coefficients: coefficients.map(negate), bound: negate(bound) });
  const unit = (i: number) => Array.from({ length: inputs }, (_, k) => (k === i ? ONE : ZERO));
  const box = domain.kind === 'polytope' ? domain.box : domain.kind === 'box' ? domain : undefined;
  const sides = (box?.lower ?? []).flatMap((lower, i) => [
    atLeast({ coefficients: unit(i), bound: lower }),
    atMost({ coefficients: unit(i), bound: box!.upper[i]! }),
  ]);
  if (domain.kind !== 'polytope') return sides;
  const { inequalities, equalities } = domain;
  return [...sides, ...inequalities.map(atMost), ...equalities.flatMap((bound) => [atMost(bound), atLeast(bound)])];
}

/** The greatest value of sign * output. */
function problemOf(network: Network, domain: Domain, output: number, sign: Rational): ExtremumProblem {
  const { inputs, outputs } = network;
  const inside = conditionsOf(domain, network);
  const row = Array.from({ length: outputs }, (_, j) => (j === output ? sign : ZERO));
  const above = (value: Rational): LinearCondition => ({
    inputs: new Array<Rational>(inputs).fill(ZERO),
    outputs: row,
    constant: negate(value),
    strict: true,
  });
  const better = (value: Rational | undefined): UnsafeSet => ({
    inputs,
    outputs,
    disjuncts: [{ conditions: value === undefined ? inside : [...inside, above(value)] }],
  });
  const lift = (one: LinearCondition, t: Rational) => ({ ...one, inputs: [...one.inputs, t], strict: false });
  const lifted = [...inside.map((one) => lift(one, ZERO)), lift(above(ZERO), negate(ONE))];
  return { network, better, lifted: [{ conditions: lifted }] };
}

/**
 * The range of every output; undefined if the search was ended before (`timeout`, `nodes`, `signal`).
 *
 * @throws RangeError for an empty domain
 */
export async function searchedRanges(
  network: Network,
  domain: Domain,
  options: ExtremumOptions = {},
): Promise<SearchedRange[] | undefined> {
  const extreme = async (output: number, sign: Rational): Promise<SearchedExtreme | undefined> => {
    const found = await maximum(problemOf(network, domain, output, sign), options);
    if (found.kind === 'unknown') return undefined;
    if (found.kind === 'empty') throw new RangeError('domain: expected a point in it, got an empty one; enlarge it');
    if (found.kind === 'unbounded') return { kind: 'unbounded', direction: found.direction };
    return { kind: 'attained', value: sign === ONE ? found.value : negate(found.value), at: found.input };
  };
  const ranges: SearchedRange[] = [];
  for (let output = 0; output < network.outputs; output++) {
    const greatest = await extreme(output, ONE);
    const least = greatest && (await extreme(output, negate(ONE)));
    if (greatest === undefined || least === undefined) return undefined;
    ranges.push({ minimum: least, maximum: greatest });
  }
  return ranges;
}
