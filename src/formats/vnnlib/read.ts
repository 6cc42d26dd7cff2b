/**
 * Text of VNN-LIB to one formula: the conjunction of its assertions.
 */
import { exactNumberOfText } from '../input/numbers.js';
import { comparison, conjunction, disjunction, FALSE, type Formula, TRUE } from './formula.js';
import { parseSexprs, type Sexpr } from './sexpr.js';
import { arithmetic, constantTerm, problem, type Term, variableTerm } from './terms.js';
import { Declarations } from './variables.js';

const NUMBER = /^[+-]?[\d.]/;
const RELATIONS = ['<=', '>=', '<', '>', '=', '=='];
const IGNORED = /^(?:set-logic|set-info|set-option|check-sat|get-model|exit|vnnlib-version)$/;

function termOf(expression: Sexpr, declared: Declarations): Term {
  if (expression.kind === 'atom') {
    const { text, line } = expression;
    const variable = declared.resolve(text);
    if (variable !== undefined) return variableTerm(variable);
    if (NUMBER.test(text)) return constantTerm(exactNumberOfText(text, () => `line ${line}`));
    throw problem(expression, 'expected a declared variable or a number');
  }
  const [head, ...operands] = expression.items;
  if (head?.kind !== 'atom' || !['+', '-', '*', '/'].includes(head.text)) {
    throw problem(expression, 'expected a linear term built from +, -, * and /');
  }
  return arithmetic(
    head.text,
    operands.map((operand) => termOf(operand, declared)),
    expression,
  );
}

function formulaOf(expression: Sexpr, declared: Declarations): Formula {
  if (expression.kind === 'atom') {
    if (expression.text === 'true') return TRUE;
    if (expression.text === 'false') return FALSE;
    throw problem(expression, 'expected a formula');
  }
  const [head, ...operands] = expression.items;
  const name = head?.kind === 'atom' ? head.text : '';
  if (name === 'and' || name === 'or') {
    const parts = operands.map((operand) => formulaOf(operand, declared));
    return name === 'and' ? conjunction(parts) : disjunction(parts);
  }
  if (!RELATIONS.includes(name)) throw problem(expression, 'expected and, or, <=, >=, <, > or =');
  if (operands.length < 2) throw problem(expression, 'expected two sides');
  const terms = operands.map((operand) => termOf(operand, declared));
  return conjunction(terms.slice(1).map((right, i) => comparison(name, terms[i]!, right, expression)));
}

/**
 * The conjunction of all assertions of a property.
 *
 * @param inputs of the network that the property is about
 * @throws FormatError naming the line
 */
export function formulaOfVnnlib(text: string, inputs: number): Formula {
  const declared = new Declarations(inputs);
  const assertions: Formula[] = [];
  for (const expression of parseSexprs(text)) {
    if (expression.kind === 'atom') throw problem(expression, 'expected a command such as (assert ...)');
    const [head, ...rest] = expression.items;
    const name = head?.kind === 'atom' ? head.text : '';
    if (name === 'declare-const' || name === 'declare-fun') declared.declareScalar(expression, rest);
    else if (name === 'declare-network') declared.declareNetwork(expression, rest);
    else if (name === 'assert') {
      if (rest.length !== 1) throw problem(expression, 'expected one formula');
      assertions.push(formulaOf(rest[0]!, declared));
    } else if (!IGNORED.test(name)) {
      throw problem(expression, 'expected declare-const, declare-fun, declare-network or assert');
    }
  }
  declared.checkComplete();
  return { kind: 'and', parts: assertions };
}
