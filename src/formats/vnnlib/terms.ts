/**
 * Linear terms of VNN-LIB, in exact rationals.
 */
import { add, divide, multiply, negate, ONE, type Rational, ZERO } from '../../exact/index.js';
import { FormatError, quoted } from '../input/error.js';
import { type Sexpr, showSexpr } from './sexpr.js';

/** sum of coefficients * variables + constant; a variable is "X_3" or "Y_0". Zero coefficients are left out. */
export interface Term {
  readonly coefficients: ReadonlyMap<string, Rational>;
  readonly constant: Rational;
}

export function problem(expression: Sexpr, what: string): FormatError {
  return new FormatError(`line ${expression.line}`, `${what} in ${quoted(showSexpr(expression))}`);
}

export function constantTerm(constant: Rational): Term {
  return { coefficients: new Map(), constant };
}

export function variableTerm(name: string): Term {
  return { coefficients: new Map([[name, ONE]]), constant: ZERO };
}

function addTerms(a: Term, b: Term): Term {
  const coefficients = new Map(a.coefficients);
  for (const [name, value] of b.coefficients) {
    const sum = add(coefficients.get(name) ?? ZERO, value);
    if (sum.numerator === 0n) coefficients.delete(name);
    else coefficients.set(name, sum);
  }
  return { coefficients, constant: add(a.constant, b.constant) };
}

function scaleTerm(term: Term, factor: Rational): Term {
  if (factor.numerator === 0n) return constantTerm(ZERO);
  const scaled = [...term.coefficients].map(([name, value]) => [name, multiply(value, factor)] as const);
  return { coefficients: new Map(scaled), constant: multiply(term.constant, factor) };
}

const MINUS_ONE = negate(ONE);

export function subtractTerms(a: Term, b: Term): Term {
  return addTerms(a, scaleTerm(b, MINUS_ONE));
}

/** Combines the operands of +, -, * and /. @throws FormatError for what is not linear */
export function arithmetic(operator: string, operands: readonly Term[], expression: Sexpr): Term {
  const [first, ...rest] = operands;
  if (first === undefined) throw problem(expression, `expected operands of ${operator}`);
  if (operator === '+') return rest.reduce(addTerms, first);
  if (operator === '-') return rest.length === 0 ? scaleTerm(first, MINUS_ONE) : rest.reduce(subtractTerms, first);
  return rest.reduce((product, term) => {
    if (operator === '/') {
      if (term.coefficients.size > 0) throw problem(expression, 'expected a constant divisor');
      if (term.constant.numerator === 0n) throw problem(expression, 'division by zero');
      return scaleTerm(product, divide(ONE, term.constant));
    }
    if (term.coefficients.size === 0) return scaleTerm(product, term.constant);
    if (product.coefficients.size === 0) return scaleTerm(term, product.constant);
    throw problem(expression, 'expected a linear term, got a product of variables');
  }, first);
}
