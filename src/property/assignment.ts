/**
 * Counterexamples as other programs read them.
 *
 * Sources: the rules of VNN-COMP for `.counterexample` files; the command-line interface of the VNN-LIB 2.0 standard.
 */
import { type Rational, toDouble } from '../exact/index.js';
import type { Query } from '../formats/index.js';
import type { Counterexample } from './answer.js';

/** The longest number that is written in full. */
const LONGEST = 60;

/** An exact decimal if there is a short one, otherwise the nearest double; never an exponent, which the standard's grammar lacks. */
export function decimalText(value: Rational): string {
  let rest = value.denominator;
  let twos = 0;
  let fives = 0;
  for (; rest % 2n === 0n; rest /= 2n) twos++;
  for (; rest % 5n === 0n; rest /= 5n) fives++;
  const places = Math.max(twos, fives);
  if (rest === 1n && places <= LONGEST)
    return fixed(value.numerator * (10n ** BigInt(places) / value.denominator), places);
  return plainText(toDouble(value));
}

function fixed(scaled: bigint, places: number): string {
  const digits = scaled.toString();
  const sign = digits.startsWith('-') ? '-' : '';
  const padded = digits.replace('-', '').padStart(places + 1, '0');
  const whole = padded.slice(0, padded.length - places);
  return places === 0 ? `${sign}${whole}.0` : `${sign}${whole}.${padded.slice(-places)}`;
}

/** A double without an exponent. */
function plainText(value: number): string {
  const [mantissa = '0', exponentText] = value.toString().split('e');
  if (exponentText === undefined) return mantissa.includes('.') ? mantissa : `${mantissa}.0`;
  const exponent = Number(exponentText);
  const [whole = '0', fraction = ''] = mantissa.replace('-', '').split('.');
  const sign = value < 0 ? '-' : '';
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${whole}${fraction}`;
  return `${sign}${whole}${fraction.padEnd(exponent, '0')}.0`;
}

/**
 * The file that VNN-COMP wants: `sat`, then every X_i and Y_j in one list. Numbers are such that float64 reads them back;
 * outputs are those of the float32 replay where there is one.
 */
export function counterexampleText({ input, output, replay }: Counterexample): string {
  const list = [
    ...input.map((value, i) => `(X_${i} ${plainText(toDouble(value))})`),
    ...output.map((value, j) => `(Y_${j} ${plainText(replay?.[j] ?? toDouble(value))})`),
  ];
  return `sat\n(${list.join('\n')})\n`;
}

/** The assignment as the standard's `verify` prints it: every tensor in the order of declaration, an element a line. */
export function assignmentText({ networks, inputs }: Query, { input, output }: Counterexample): string {
  const element = (value: Rational) => `${decimalText(value)}\n`;
  if (networks.length === 0) {
    const tensor = (name: string, values: readonly Rational[]) =>
      `${name} real [${values.length}]\n${values.map(element).join('')}`;
    return tensor('X', input.slice(0, inputs)) + tensor('Y', output);
  }
  return networks
    .flatMap(({ tensors }) => tensors)
    .map(({ role, name, elementType, shape, first }) => {
      const values = role === 'input' ? input : output;
      const size = shape.reduce((product, extent) => product * extent, 1);
      return `${name} ${elementType} [${shape}]\n${values
        .slice(first, first + size)
        .map(element)
        .join('')}`;
    })
    .join('');
}
