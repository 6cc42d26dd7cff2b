/**
 * A network as Python that SymPy reads: exact expressions of Max and Min (Meurer et al. 2017).
 */
import { equal, type Rational, ZERO } from '../exact/index.js';
import type { Network } from '../network/index.js';
import { type Equation, equationsOf, type LinearForm } from './equations.js';

function numeral({ numerator, denominator }: Rational): string {
  return denominator === 1n ? `Integer(${numerator})` : `Rational(${numerator}, ${denominator})`;
}

function sum({ terms, constant }: LinearForm): string {
  const parts = terms.map(({ coefficient, name }) => `${numeral(coefficient)}*${name}`);
  if (constant.numerator !== 0n || parts.length === 0) parts.push(numeral(constant));
  return parts.join(' + ');
}

/** positive * max(z, 0) + negative * min(z, 0) */
function bent(name: string, negative: Rational, positive: Rational): string {
  if (equal(negative, positive)) return `${numeral(positive)}*${name}`;
  const parts: string[] = [];
  if (!equal(positive, ZERO)) parts.push(`${numeral(positive)}*Max(${name}, 0)`);
  if (!equal(negative, ZERO)) parts.push(`${numeral(negative)}*Min(${name}, 0)`);
  return parts.join(' + ');
}

function lines({ name, form, activation }: Equation): string[] {
  const own = `${name} = ${sum(form)}`;
  if (activation === undefined) return [own];
  const { value, slopes } = activation;
  return [own, `${value} = ${bent(name, slopes.negative, slopes.positive)}`];
}

/** A Python module: `x` lists the input symbols, `y` the outputs as expressions of them. */
export function sympyOf(network: Network): string {
  const { inputs, outputs, equations } = equationsOf(network);
  const text = [
    '# written by relu-atlas: the network as exact expressions; x: the inputs, y: the outputs',
    'from sympy import Integer, Max, Min, Rational, Symbol',
    '',
    ...inputs.map((name) => `${name} = Symbol("${name}", real=True)`),
    ...equations.flatMap(lines),
    `x = [${inputs.join(', ')}]`,
    `y = [${outputs.join(', ')}]`,
  ];
  return `${text.join('\n')}\n`;
}
