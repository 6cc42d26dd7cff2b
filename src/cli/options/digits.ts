/**
 * Options that say how many digits of a number are printed.
 */
import { Option } from 'commander';
import { wholeNumber } from './numbers.js';

/** A double has at most so many significant digits of its own. */
const OF_DOUBLES = 17;

/** Reads a number of significant digits. @param most what makes sense */
export function digitCount(most = OF_DOUBLES): (text: string) => number {
  return wholeNumber(1, most, `Expected a number of significant digits from 1 to ${most}.`);
}

/** Digits of decimals in text. */
const MOST_IN_TEXT = 1000;

/** --digits of a command that prints exact numbers as text. */
export function digitsOption(): Option {
  return new Option(
    '--digits <n>',
    'digits of decimals that are not exact (default: 6); JSON has the exact numbers',
  ).argParser(digitCount(MOST_IN_TEXT));
}
