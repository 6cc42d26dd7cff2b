/**
 * VNN-LIB 1.0 (https://www.vnnlib.org): the input boxes of a verification property.
 *
 * Inputs are `X_i`, outputs `Y_j`. Assertions are conjunctions and disjunctions of comparisons of linear terms. This
 * reader keeps what bounds the inputs and returns the boxes whose union the property is about; assertions about outputs
 * are checked for syntax and left out. A number is the exact decimal that is written (0.1 is 1/10, unlike in networks,
 * where decimal text stands for a double), and strict comparisons give the closed box, as cells are closed.
 */
import { add, compare, divide, multiply, negate, ONE, type Rational, ZERO } from '../exact/rational.js';
import { type BoxDomain, box } from '../network/domain.js';
import { FormatError, quoted } from './error.js';
import { exactNumberOfText } from './numbers.js';
import { parseSexprs, type Sexpr, showSexpr } from './sexpr.js';

/** sum of coefficients * variables + constant; a variable is "X_3" or "Y_0". Zero coefficients are left out. */
interface Term {
  readonly coefficients: ReadonlyMap<string, Rational>;
  readonly constant: Rational;
}

/** What an assertion says about the inputs. `true` also stands for everything said about outputs. */
type Formula =
  | { readonly kind: 'true' }
  | { readonly kind: 'false' }
  | { readonly kind: 'bound'; readonly input: number; readonly side: 'lower' | 'upper'; readonly value: Rational }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Formula[] };

const TRUE: Formula = { kind: 'true' };
const FALSE: Formula = { kind: 'false' };

/** Bounds of one conjunction, input by input. */
type Bounds = readonly { readonly lower?: Rational; readonly upper?: Rational }[];

/** The most intervals, boxes times inputs, that a property may expand to. */
const MAX_INTERVALS = 2 ** 18;

const NUMBER = /^[+-]?[\d.]/;

function problem(expression: Sexpr, what: string): FormatError {
  return new FormatError(`line ${expression.line}`, `${what} in ${quoted(showSexpr(expression))}`);
}

function constantTerm(constant: Rational): Term {
  return { coefficients: new Map(), constant };
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

/** Combines the operands of +, -, * and /. */
function arithmetic(operator: string, operands: readonly Term[], expression: Sexpr): Term {
  const [first, ...rest] = operands;
  if (first === undefined) throw problem(expression, `expected operands of ${operator}`);
  if (operator === '+') return rest.reduce(addTerms, first);
  if (operator === '-') {
    if (rest.length === 0) return scaleTerm(first, MINUS_ONE);
    return rest.reduce((sum, term) => addTerms(sum, scaleTerm(term, MINUS_ONE)), first);
  }
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

/** Reads assertions against the variables declared so far. */
class PropertyReader {
  readonly #declared = new Set<string>();
  readonly #formulas: Formula[] = [];

  constructor(private readonly inputs: number) {}

  command(expression: Sexpr) {
    if (expression.kind === 'atom') throw problem(expression, 'expected a command such as (assert ...)');
    const [head, ...rest] = expression.items;
    const name = head?.kind === 'atom' ? head.text : '';
    if (name === 'declare-const' || name === 'declare-fun') this.#declare(expression, rest);
    else if (name === 'assert') this.#assert(expression, rest);
    else if (!/^(?:set-logic|set-info|set-option|check-sat|get-model|exit)$/.test(name)) {
      throw problem(expression, 'expected declare-const, declare-fun or assert (VNN-LIB 1.0)');
    }
  }

  /** The conjunction of all assertions. */
  formula(): Formula {
    const missing = Array.from({ length: this.inputs }, (_, i) => `X_${i}`).find((name) => !this.#declared.has(name));
    if (missing !== undefined) {
      const fix = 'use the property that belongs to this network';
      throw new FormatError(
        'declarations',
        `expected inputs X_0 to X_${this.inputs - 1}, but ${missing} is missing; ${fix}`,
      );
    }
    return { kind: 'and', parts: this.#formulas };
  }

  #declare(expression: Sexpr, [variable, ...type]: readonly Sexpr[]) {
    const sort = type.at(-1);
    const match = variable?.kind === 'atom' ? /^([XY])_(0|[1-9]\d{0,8})$/.exec(variable.text) : null;
    if (match === null || sort?.kind !== 'atom' || sort.text !== 'Real') {
      throw problem(expression, 'expected a variable X_i or Y_i of sort Real');
    }
    if (match[1] === 'X' && Number(match[2]) >= this.inputs) {
      throw problem(
        expression,
        `the network has ${this.inputs} inputs, X_0 to X_${this.inputs - 1}, but there is one more`,
      );
    }
    if (this.#declared.has(match[0])) throw problem(expression, 'declared twice');
    this.#declared.add(match[0]);
  }

  #assert(expression: Sexpr, operands: readonly Sexpr[]) {
    if (operands.length !== 1) throw problem(expression, 'expected one formula');
    this.#formulas.push(this.#formula(operands[0]!));
  }

  #formula(expression: Sexpr): Formula {
    if (expression.kind === 'atom') {
      if (expression.text === 'true') return TRUE;
      if (expression.text === 'false') return FALSE;
      throw problem(expression, 'expected a formula');
    }
    const [head, ...operands] = expression.items;
    const name = head?.kind === 'atom' ? head.text : '';
    if (name === 'and') return this.#join('and', operands);
    if (name === 'or') return this.#join('or', operands);
    if (!['<=', '>=', '<', '>', '='].includes(name)) {
      throw problem(expression, 'expected and, or, <=, >=, <, > or =');
    }
    if (operands.length < 2) throw problem(expression, 'expected two sides');
    const terms = operands.map((operand) => this.#term(operand));
    return conjunction(terms.slice(1).flatMap((right, i) => this.#comparison(name, terms[i]!, right, expression)));
  }

  #join(kind: 'and' | 'or', operands: readonly Sexpr[]): Formula {
    const parts = operands.map((operand) => this.#formula(operand));
    return kind === 'and' ? conjunction(parts) : disjunction(parts);
  }

  #term(expression: Sexpr): Term {
    if (expression.kind === 'atom') {
      const { text, line } = expression;
      // Published properties use outputs that they forget to declare; what they say about outputs is left out anyway.
      if (this.#declared.has(text) || /^Y_\d{1,9}$/.test(text))
        return { coefficients: new Map([[text, ONE]]), constant: ZERO };
      if (NUMBER.test(text)) return constantTerm(exactNumberOfText(text, () => `line ${line}`));
      throw problem(expression, 'expected a declared variable or a number');
    }
    const [head, ...operands] = expression.items;
    if (head?.kind !== 'atom' || !['+', '-', '*', '/'].includes(head.text)) {
      throw problem(expression, 'expected a linear term built from +, -, * and /');
    }
    return arithmetic(
      head.text,
      operands.map((operand) => this.#term(operand)),
      expression,
    );
  }

  /** left `relation` right, as bounds on one input. */
  #comparison(relation: string, left: Term, right: Term, expression: Sexpr): readonly Formula[] {
    if (relation === '=') return ['<=', '>='].flatMap((r) => this.#comparison(r, left, right, expression));
    // difference <= 0, or < 0
    const difference = relation.startsWith('<') ? subtractTerms(left, right) : subtractTerms(right, left);
    const names = [...difference.coefficients.keys()];
    if (names.some((name) => name.startsWith('Y'))) return [TRUE];
    if (names.length > 1) {
      throw problem(expression, 'expected a bound on one input (only boxes are read), got several inputs');
    }
    const [name] = names;
    if (name === undefined) {
      const sign = compare(difference.constant, ZERO);
      return [sign < 0 || (sign === 0 && relation.endsWith('=')) ? TRUE : FALSE];
    }
    const coefficient = difference.coefficients.get(name)!;
    const side = compare(coefficient, ZERO) > 0 ? 'upper' : 'lower';
    const value = divide(negate(difference.constant), coefficient);
    return [{ kind: 'bound', input: Number(name.slice(2)), side, value }];
  }
}

function subtractTerms(a: Term, b: Term): Term {
  return addTerms(a, scaleTerm(b, MINUS_ONE));
}

function conjunction(parts: readonly Formula[]): Formula {
  if (parts.some((part) => part.kind === 'false')) return FALSE;
  const kept = parts.filter((part) => part.kind !== 'true');
  return kept.length === 0 ? TRUE : kept.length === 1 ? kept[0]! : { kind: 'and', parts: kept };
}

function disjunction(parts: readonly Formula[]): Formula {
  if (parts.some((part) => part.kind === 'true')) return TRUE;
  const kept = parts.filter((part) => part.kind !== 'false');
  return kept.length === 0 ? FALSE : kept.length === 1 ? kept[0]! : { kind: 'or', parts: kept };
}

/** `bounds` with one more bound, or undefined when nothing satisfies it. */
function tighten(bounds: Bounds, formula: Formula & { readonly kind: 'bound' }): Bounds | undefined {
  const { input, side, value } = formula;
  const old = bounds[input]!;
  const current = old[side];
  if (current !== undefined && compare(value, current) * (side === 'upper' ? 1 : -1) >= 0) return bounds;
  const interval = { ...old, [side]: value };
  if (interval.lower !== undefined && interval.upper !== undefined && compare(interval.lower, interval.upper) > 0) {
    return undefined;
  }
  return bounds.map((b, i) => (i === input ? interval : b));
}

/** The disjunctive normal form: every conjunction that `formula` allows within one of `cases`. */
function expand(formula: Formula, cases: readonly Bounds[]): readonly Bounds[] {
  if (formula.kind === 'true') return cases;
  if (formula.kind === 'false') return [];
  if (formula.kind === 'bound') {
    return cases.map((bounds) => tighten(bounds, formula)).filter((bounds) => bounds !== undefined);
  }
  if (formula.kind === 'and') return formula.parts.reduce((left, part) => expand(part, left), cases);
  const all: Bounds[] = [];
  for (const part of formula.parts) {
    for (const bounds of expand(part, cases)) all.push(bounds);
    if (all.length * (all[0]?.length ?? 0) > MAX_INTERVALS) {
      throw new FormatError('', `the disjunctions give more than ${all.length} boxes; split the property`);
    }
  }
  return all;
}

function boxOf(bounds: Bounds): BoxDomain {
  const pick = (side: 'lower' | 'upper') =>
    bounds.map((interval, i) => {
      const value = interval[side];
      if (value !== undefined) return value;
      const fix = `add (assert (${side === 'lower' ? '>=' : '<='} X_${i} ...))`;
      throw new FormatError(`X_${i}`, `expected ${side === 'lower' ? 'a lower' : 'an upper'} bound, got none; ${fix}`);
    });
  return box(pick('lower'), pick('upper'));
}

/**
 * The input boxes of a property, in the order of the file, without repetitions.
 *
 * @throws FormatError naming the line, for anything but boxes, and when no input satisfies the assertions
 */
export function domainsOfVnnlib(text: string, inputs: number): readonly BoxDomain[] {
  const reader = new PropertyReader(inputs);
  for (const expression of parseSexprs(text)) reader.command(expression);
  const start: Bounds = new Array(inputs).fill({});
  const boxes = new Map<string, BoxDomain>();
  for (const bounds of expand(reader.formula(), [start])) {
    const domain = boxOf(bounds);
    const key = [...domain.lower, ...domain.upper].map((r) => `${r.numerator}/${r.denominator}`).join(' ');
    if (!boxes.has(key)) boxes.set(key, domain);
  }
  if (boxes.size === 0) throw new FormatError('assertions', 'no input satisfies them; correct the bounds');
  return [...boxes.values()];
}
