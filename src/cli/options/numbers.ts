/**
 * Numbers as values of options.
 */
import { InvalidArgumentError } from 'commander';
import { parseRational, type Rational } from '../../exact/index.js';

/**
 * Reads whole numbers, in digits only.
 *
 * @param expected what is said of anything else
 */
export function wholeNumber(least: number, most: number, expected: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(expected);
  };
}

/** Reads an exact number: a decimal or a fraction. */
export function exactNumber(text: string): Rational {
  try {
    return parseRational(text);
  } catch {
    throw new InvalidArgumentError('Expected a number such as 0.5 or 1/3.');
  }
}
