/**
 * A network as SMT-LIB 2 in the logic QF_LRA (Barrett, Fontaine and Tinelli, The SMT-LIB Standard 2.6).
 */
import { equal, ONE, type Rational, ZERO } from '../exact/index.js';
import type { Domain, Network } from '../network/index.js';
import { conditionsOfDomain, type DomainForms } from './domain-forms.js';
import { type Equation, equationsOf, type LinearForm } from './equations.js';

/** "(/ 1.0 3.0)", "(- 2.0)" */
function numeral({ numerator, denominator }: Rational): string {
  const size = numerator < 0n ? -numerator : numerator;
  const fraction = denominator === 1n ? `${size}.0` : `(/ ${size}.0 ${denominator}.0)`;
  return numerator < 0n ? `(- ${fraction})` : fraction;
}

function product(coefficient: Rational, name: string): string {
  return equal(coefficient, ONE) ? name : `(* ${numeral(coefficient)} ${name})`;
}

function sum({ terms, constant }: LinearForm): string {
  const parts = terms.map(({ coefficient, name }) => product(coefficient, name));
  if (constant.numerator !== 0n || parts.length === 0) parts.push(numeral(constant));
  return parts.length === 1 ? parts[0]! : `(+ ${parts.join(' ')})`;
}

function definition({ name, form, activation }: Equation): string[] {
  const lines = [`(declare-fun ${name} () Real)`, `(assert (= ${name} ${sum(form)}))`];
  if (activation === undefined) return lines;
  const { value, slopes } = activation;
  const side = (slope: Rational) => (equal(slope, ZERO) ? '0.0' : product(slope, name));
  const bent = equal(slopes.positive, slopes.negative)
    ? side(slopes.positive)
    : `(ite (>= ${name} 0.0) ${side(slopes.positive)} ${side(slopes.negative)})`;
  return [...lines, `(declare-fun ${value} () Real)`, `(assert (= ${value} ${bent}))`];
}

function conditions({ atLeastZero, zero }: DomainForms): string[] {
  return [
    ...atLeastZero.map((form) => `(assert (>= ${sum(form)} 0.0))`),
    ...zero.map((form) => `(assert (= ${sum(form)} 0.0))`),
  ];
}

/** The network, and the domain if there is one. What is asked about it comes behind: (assert ..) (check-sat). */
export function smtLibOf(network: Network, domain?: Domain): string {
  const { inputs, outputs, equations } = equationsOf(network);
  const lines = [
    '; written by relu-atlas: inputs x0.., pre-activations z(layer)_(neuron), activations h.., outputs y..',
    `; ${inputs.length} inputs, ${outputs.length} outputs; exact rationals`,
    '(set-logic QF_LRA)',
    ...inputs.map((name) => `(declare-fun ${name} () Real)`),
    ...(domain === undefined ? [] : conditions(conditionsOfDomain(domain))),
    ...equations.flatMap(definition),
  ];
  return `${lines.join('\n')}\n`;
}
