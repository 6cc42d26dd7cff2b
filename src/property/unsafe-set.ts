/**
 * The unsafe set of a query: its normal form over the inputs and outputs of one network.
 */
import { add, compare, equal, negate, type Rational, ZERO } from '../exact/index.js';
import {
  type Coefficients,
  type Conjunct,
  FormatError,
  type LinearConstraint,
  type NormalForm,
} from '../formats/index.js';
import type { Disjunct, LinearCondition, UnsafeSet } from '../network/index.js';

/** The most numbers in all conditions together: 256 MiB of references. */
const MAX_COEFFICIENTS = 2 ** 25;

/** Where the variables of a query are in the network that it is asked about. */
export interface Placement {
  readonly inputs: number;
  readonly outputs: number;
  /** For every input of the query its number in the network. */
  readonly reads: readonly number[];
}

function dense(coefficients: Coefficients, size: number, place: (index: number) => number): Rational[] {
  const row = new Array<Rational>(size).fill(ZERO);
  for (const [index, value] of coefficients) row[place(index)] = add(row[place(index)]!, negate(value));
  return row;
}

/** bound - inputs . x - outputs . y >= 0 (> 0), or whether it always holds when nothing is left of the variables. */
function conditionOf(constraint: LinearConstraint, { inputs, outputs, reads }: Placement): LinearCondition | boolean {
  const { bound, strict } = constraint;
  const condition = {
    inputs: dense(constraint.inputs, inputs, (index) => reads[index]!),
    outputs: dense(constraint.outputs, outputs, (index) => index),
    constant: bound,
    strict,
  };
  const gone = [...condition.inputs, ...condition.outputs].every((value) => equal(value, ZERO));
  if (!gone) return condition;
  const sign = compare(bound, ZERO);
  return sign > 0 || (sign === 0 && !strict);
}

/**
 * The conditions of every disjunct; those that all of them share are the same objects.
 *
 * @throws FormatError when the rows would fill the memory
 */
export function unsafeSetOf({ common, disjuncts }: NormalForm, placement: Placement): UnsafeSet {
  const { inputs, outputs } = placement;
  const distinct = new Set([common, ...disjuncts].flat());
  if (distinct.size * (inputs + outputs) > MAX_COEFFICIENTS) {
    throw new FormatError(
      'assertions',
      `expected at most ${MAX_COEFFICIENTS} coefficients, got ${distinct.size} conditions on ${inputs + outputs} variables; use a smaller query`,
    );
  }
  const conditions = new Map<LinearConstraint, LinearCondition | boolean>();
  for (const constraint of distinct) conditions.set(constraint, conditionOf(constraint, placement));
  const disjunctOf = (conjunct: Conjunct): Disjunct[] => {
    const all = conjunct.map((constraint) => conditions.get(constraint)!);
    if (all.includes(false)) return [];
    return [{ conditions: all.filter((condition) => typeof condition !== 'boolean') }];
  };
  return { inputs, outputs, disjuncts: disjuncts.flatMap((own) => disjunctOf([...common, ...own])) };
}
