/**
 * Text of VNN-LIB to one formula: the conjunction of its assertions.
 */
import { FormatError } from '../input/error.js';
import { exactNumberOfText } from '../input/numbers.js';
import { atomText, bracketed } from './brackets.js';
import { comparison, conjunction, disjunction, FALSE, type Formula, TRUE } from './formula.js';
import type { NetworkDeclaration } from './networks.js';
import { parseSexprs, type Sexpr } from './sexpr.js';
import { arithmetic, constantTerm, problem, type Term, variableTerm } from './terms.js';
import { Declarations } from './variables.js';

const NUMBER = /^[+-]?[\d.]/;
const RELATIONS = ['<=', '>=', '<', '>', '=', '==', '!='];
const IGNORED = /^(?:set-logic|set-info|set-option|check-sat|get-model|exit)$/;
/** The versions that are read; 2.1 is 2.0 with `initialized`. */
const VERSIONS = ['1.0', '2.0', '2.1'];

/** A query: does the formula hold for some inputs? */
export interface Query {
  /** "1.0", "2.0", "2.1" */
  readonly version: string;
  /** Declared networks; none in version 1.0, whose variables are those of one network. */
  readonly networks: readonly NetworkDeclaration[];
  /** The number of inputs of all networks. */
  readonly inputs: number;
  /** The number of outputs and hidden values of all networks; in version 1.0 there may be more. */
  readonly outputs: number;
  /** False if a query of version 1.0 uses outputs that it does not declare. */
  readonly outputsDeclared: boolean;
  /** The conjunction of all assertions. */
  readonly formula: Formula;
}

function termOf(expression: Sexpr, declared: Declarations, types: Set<string>): Term {
  if (expression.kind === 'atom') {
    const { text, line } = expression;
    const variable = declared.resolve(text);
    if (variable !== undefined) {
      types.add(variable.elementType);
      return variableTerm(variable.name);
    }
    if (NUMBER.test(text)) return constantTerm(exactNumberOfText(text, () => `line ${line}`));
    throw problem(expression, declared.explain(text) ?? 'expected a declared variable or a number');
  }
  const [head, ...operands] = bracketed(expression.items, 'attached');
  if (head?.kind !== 'atom' || !['+', '-', '*', '/'].includes(head.text)) {
    throw problem(expression, 'expected a linear term built from +, -, * and /');
  }
  return arithmetic(
    head.text,
    operands.map((operand) => termOf(operand, declared, types)),
    expression,
  );
}

function formulaOf(expression: Sexpr, declared: Declarations): Formula {
  if (expression.kind === 'atom') {
    if (expression.text === 'true') return TRUE;
    if (expression.text === 'false') return FALSE;
    throw problem(expression, 'expected a formula');
  }
  const [head, ...operands] = bracketed(expression.items, 'attached');
  const name = atomText(head);
  if (name === 'and' || name === 'or') {
    const parts = operands.map((operand) => formulaOf(operand, declared));
    return name === 'and' ? conjunction(parts) : disjunction(parts);
  }
  if (!RELATIONS.includes(name)) throw problem(expression, 'expected and, or, <=, >=, <, >, == or !=');
  if (operands.length < 2) throw problem(expression, 'expected two sides');
  if (name === '!=' && operands.length > 2) throw problem(expression, 'expected two sides, not more');
  const types = new Set<string>();
  const terms = operands.map((operand) => termOf(operand, declared, types));
  if (types.size > 1) {
    throw problem(expression, `expected variables of one element type, got ${[...types].join(' and ')}`);
  }
  return conjunction(terms.slice(1).map((right, i) => comparison(name, terms[i]!, right, expression)));
}

function versionOf(expression: Sexpr, rest: readonly Sexpr[]): string {
  const match = /^<?(\d+\.\d+)>?$/.exec(rest.map(atomText).join(''));
  if (match === null) throw problem(expression, 'expected a version such as <2.0>');
  if (!VERSIONS.includes(match[1]!)) throw problem(expression, `expected version ${VERSIONS.join(', ')}`);
  return match[1]!;
}

/** The order that version 2.0 demands: the version, the networks, the assertions. */
function checkPlace(name: string, expression: Sexpr, assertions: number, first: boolean) {
  if (name === 'vnnlib-version' && !first) throw problem(expression, 'expected the version as the first command');
  if (name === 'declare-network' && assertions > 0) {
    throw problem(expression, 'expected all networks before the first assertion');
  }
}

/**
 * A query of VNN-LIB 1.0 or 2.0, scoped and typed.
 *
 * @throws FormatError naming the line
 */
export function queryOfVnnlib(text: string): Query {
  const declared = new Declarations();
  const assertions: Formula[] = [];
  let version: string | undefined;
  parseSexprs(text).forEach((expression, place) => {
    if (expression.kind === 'atom') throw problem(expression, 'expected a command such as (assert ...)');
    const [head, ...rest] = expression.items;
    const name = atomText(head);
    checkPlace(name, expression, assertions.length, place === 0);
    if (name === 'declare-const' || name === 'declare-fun') declared.declareScalar(expression, rest);
    else if (name === 'declare-network') declared.declareNetwork(expression, rest);
    else if (name === 'vnnlib-version') version = versionOf(expression, rest);
    else if (name === 'assert') {
      if (rest.length !== 1) throw problem(expression, 'expected one formula');
      assertions.push(formulaOf(rest[0]!, declared));
    } else if (!IGNORED.test(name)) {
      throw problem(expression, 'expected declare-const, declare-fun, declare-network or assert');
    }
  });
  const { networks } = declared;
  if (networks.length > 0 && version === '1.0') {
    throw new FormatError('declarations', 'expected version 2.0 for declare-network, got 1.0; correct one of them');
  }
  return {
    version: version ?? (networks.length > 0 ? '2.0' : '1.0'),
    networks,
    ...declared.sizes(),
    formula: conjunction(assertions),
  };
}

/**
 * The formula of a property of one network, for its domain.
 *
 * @param inputs of the network
 * @throws FormatError naming the line, and when the property is about other inputs
 */
export function formulaOfVnnlib(text: string, inputs: number): Formula {
  const query = queryOfVnnlib(text);
  const { networks, formula } = query;
  if (networks.length > 1) {
    throw new FormatError('declarations', `expected one network, got ${networks.length}; use relu-atlas verify`);
  }
  if (floatTypesOf(query).length > 0) {
    const fix = 'whose arithmetic is exact (write real instead)';
    throw new FormatError('declarations', `expected the element type real, ${fix}`);
  }
  if (query.inputs > inputs) {
    const last = `X_0 to X_${inputs - 1}`;
    throw new FormatError('declarations', `the network has ${inputs} inputs, ${last}, but there is one more`);
  }
  if (query.inputs < inputs) {
    const fix = 'use the property that belongs to this network';
    const expected = `expected inputs X_0 to X_${inputs - 1}, but X_${query.inputs} is missing`;
    throw new FormatError('declarations', `${expected}; ${fix}`);
  }
  return formula;
}

/** The element types that are declared, `real` left out. */
export function floatTypesOf({ networks }: Query): readonly string[] {
  const types = networks.flatMap(({ tensors }) => tensors.map(({ elementType }) => elementType));
  return [...new Set(types)].filter((type) => type !== 'real');
}
