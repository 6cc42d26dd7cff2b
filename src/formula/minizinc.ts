/**
 * A network on a domain as a MiniZinc model (Nethercote et al. 2007), with floats as variables.
 *
 * Its solvers compute in doubles; numbers that are no doubles are written as quotients of decimals.
 */
import { equal, type Rational, rationalFromDouble, toDouble, ZERO } from '../exact/index.js';
import type { Domain, Network } from '../network/index.js';
import { conditionsOfDomain } from './domain-forms.js';
import { type Equation, equationsOf, type LinearForm } from './equations.js';
import type { Objective } from './mixed-integer.js';

/** A float literal needs a point or an exponent. */
function literal(value: number): string {
  const text = String(value).replace(/e\+/, 'e');
  if (!/^-?\d+(e|$)/.test(text)) return text;
  return text.replace(/^(-?\d+)/, '$1.0');
}

function numeral(value: Rational): string {
  const near = toDouble(value);
  if (equal(rationalFromDouble(near), value)) return literal(near);
  return `(${value.numerator}.0 / ${value.denominator}.0)`;
}

function sum({ terms, constant }: LinearForm): string {
  const parts = terms.map(({ coefficient, name }) => `${numeral(coefficient)} * ${name}`);
  if (constant.numerator !== 0n || parts.length === 0) parts.push(numeral(constant));
  return parts.join(' + ');
}

function bent(name: string, negative: Rational, positive: Rational): string {
  if (equal(negative, positive)) return `${numeral(positive)} * ${name}`;
  const parts: string[] = [];
  if (!equal(positive, ZERO)) parts.push(`${numeral(positive)} * max(0.0, ${name})`);
  if (!equal(negative, ZERO)) parts.push(`${numeral(negative)} * min(0.0, ${name})`);
  return parts.join(' + ');
}

function lines({ name, form, activation }: Equation): string[] {
  const own = [`var float: ${name};`, `constraint ${name} = ${sum(form)};`];
  if (activation === undefined) return own;
  const { value, slopes } = activation;
  return [...own, `var float: ${value};`, `constraint ${value} = ${bent(name, slopes.negative, slopes.positive)};`];
}

/** The model; it minimises or maximises an output. @throws RangeError for an output that does not exist */
export function miniZincOf(network: Network, domain: Domain, { sense, output }: Objective): string {
  const { inputs, outputs, equations } = equationsOf(network);
  if (!(output >= 0 && output < outputs.length))
    throw new RangeError(`expected an output from 0 to ${outputs.length - 1}, got ${output}; count from 0`);
  const { atLeastZero, zero } = conditionsOfDomain(domain);
  const declared = (name: string, i: number) =>
    domain.kind === 'box'
      ? `var ${numeral(domain.lower[i]!)}..${numeral(domain.upper[i]!)}: ${name};`
      : `var float: ${name};`;
  const text = [
    '% written by relu-atlas: inputs x0.., pre-activations z.., activations h.., outputs y..',
    ...inputs.map(declared),
    ...(domain.kind === 'box' ? [] : atLeastZero.map((form) => `constraint ${sum(form)} >= 0.0;`)),
    ...zero.map((form) => `constraint ${sum(form)} = 0.0;`),
    ...equations.flatMap(lines),
    `solve ${sense === 'min' ? 'minimize' : 'maximize'} ${outputs[output]};`,
    `output [${[...inputs, ...outputs].map((name) => `"${name} = \\(${name})\\n"`).join(', ')}];`,
  ];
  return `${text.join('\n')}\n`;
}
