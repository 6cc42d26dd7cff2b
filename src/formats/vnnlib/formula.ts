/**
 * The formulas of VNN-LIB: conjunctions and disjunctions of linear comparisons.
 */
import { compare, negate, type Rational, ZERO } from '../../exact/index.js';
import type { Sexpr } from './sexpr.js';
import { subtractTerms, type Term } from './terms.js';

/** Variables by index, increasing, with their nonzero coefficients. */
export type Coefficients = readonly (readonly [index: number, coefficient: Rational])[];

/** sum of inputs + sum of outputs <= bound; < where `strict`. */
export interface LinearConstraint {
  readonly inputs: Coefficients;
  readonly outputs: Coefficients;
  readonly bound: Rational;
  readonly strict: boolean;
  /** The line that says so. */
  readonly line: number;
}

export type Formula =
  | { readonly kind: 'true' }
  | { readonly kind: 'false' }
  | { readonly kind: 'linear'; readonly constraint: LinearConstraint }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Formula[] };

export const TRUE: Formula = { kind: 'true' };
export const FALSE: Formula = { kind: 'false' };

export function conjunction(parts: readonly Formula[]): Formula {
  if (parts.some((part) => part.kind === 'false')) return FALSE;
  const kept = parts.filter((part) => part.kind !== 'true');
  return kept.length === 0 ? TRUE : kept.length === 1 ? kept[0]! : { kind: 'and', parts: kept };
}

export function disjunction(parts: readonly Formula[]): Formula {
  if (parts.some((part) => part.kind === 'true')) return TRUE;
  const kept = parts.filter((part) => part.kind !== 'false');
  return kept.length === 0 ? FALSE : kept.length === 1 ? kept[0]! : { kind: 'or', parts: kept };
}

/** The variables of one side: "X" or "Y". */
function coefficientsOf(term: Term, side: string): Coefficients {
  return [...term.coefficients]
    .filter(([name]) => name.startsWith(side))
    .map(([name, value]) => [Number(name.slice(2)), value] as const)
    .sort(([a], [b]) => a - b);
}

/** left `relation` right; relations are <=, >=, <, >, =, == and !=. */
export function comparison(relation: string, left: Term, right: Term, expression: Sexpr): Formula {
  if (relation === '!=') {
    return disjunction(['<', '>'].map((side) => comparison(side, left, right, expression)));
  }
  if (relation.startsWith('=')) {
    return conjunction(['<=', '>='].map((side) => comparison(side, left, right, expression)));
  }
  const strict = !relation.endsWith('=');
  // difference <= 0, or < 0
  const difference = relation.startsWith('<') ? subtractTerms(left, right) : subtractTerms(right, left);
  if (difference.coefficients.size === 0) {
    const sign = compare(difference.constant, ZERO);
    return sign < 0 || (sign === 0 && !strict) ? TRUE : FALSE;
  }
  const constraint: LinearConstraint = {
    inputs: coefficientsOf(difference, 'X'),
    outputs: coefficientsOf(difference, 'Y'),
    bound: negate(difference.constant),
    strict,
    line: expression.line,
  };
  return { kind: 'linear', constraint };
}

/** Whether the formula says something about the inputs alone: then it shapes the domain. */
export function restrictsInputs(formula: Formula): boolean {
  if (formula.kind === 'linear') return formula.constraint.outputs.length === 0;
  return (formula.kind === 'and' || formula.kind === 'or') && formula.parts.some(restrictsInputs);
}
