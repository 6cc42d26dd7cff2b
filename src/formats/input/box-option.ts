/**
 * Boxes as typed on a command line: "-1,1" or "-1,1x0,2/3".
 */
import { equal, parseRational, type Rational, rationalFromDouble, toDouble } from '../../exact/index.js';
import { type BoxDomain, box, DomainError } from '../../network/index.js';

/** Options are short; longer numbers are mistakes. */
const LONGEST_NUMBER = 200;

/** Digits from which a decimal is meant to be one double: 17 name each of them, and most need 16. */
const DIGITS_OF_A_DOUBLE = 16;

/** The nearest double. @throws DomainError beyond the doubles */
function asDouble(bound: Rational): Rational {
  const value = toDouble(bound);
  if (Number.isFinite(value)) return rationalFromDouble(value);
  throw new DomainError('--as-doubles: expected bounds within the range of doubles, got a larger one; drop it');
}

/** The bounds of `--box` that look like printed doubles but are not equal to one, as typed. */
export function boundsBesideDoubles(text: string): string[] {
  return text.split(/[x,]/).filter((bound) => {
    const digits = bound.replace(/e.*$/i, '').replace(/[^\d]/g, '').replace(/^0+/, '');
    return !bound.includes('/') && digits.length >= DIGITS_OF_A_DOUBLE && !isDouble(parseRational(bound));
  });
}

/** Whether a number is a double. */
function isDouble(value: Rational): boolean {
  const near = toDouble(value);
  return Number.isFinite(near) && equal(rationalFromDouble(near), value);
}

/** Whether all bounds of a box are doubles. */
export function isBoxOfDoubles({ lower, upper }: BoxDomain): boolean {
  return [...lower, ...upper].every(isDouble);
}

function boundOf(text: string, interval: string): Rational {
  if (/^[-+]?inf(inity)?$/i.test(text.trim())) {
    const fix = 'use --whole for all of R^d, or --domain with inequalities for what is bounded on some sides';
    throw new DomainError(`--box: expected finite bounds, got ${JSON.stringify(interval.slice(0, 40))}; ${fix}`);
  }
  try {
    if (text.length > LONGEST_NUMBER) throw new SyntaxError('number: too long');
    return parseRational(text);
  } catch {
    const shown = JSON.stringify(text.slice(0, 40));
    const place = JSON.stringify(interval.slice(0, 40));
    throw new DomainError(`--box: expected a number such as -1, 0.5 or 1/3, got ${shown} in ${place}; correct it`);
  }
}

function intervalOf(text: string): readonly [Rational, Rational] {
  const parts = text.split(',');
  if (parts.length !== 2) {
    const shown = JSON.stringify(text.slice(0, 40));
    throw new DomainError(`--box: expected an interval lo,hi, got ${shown}; write --box=-1,1 or --box=-1,1x0,2`);
  }
  return [boundOf(parts[0]!, text), boundOf(parts[1]!, text)];
}

/**
 * The box that `--box=` describes: one interval for all inputs, or one per input joined by `x`.
 *
 * Numbers are exact: 0.1 is 1/10; with `asDoubles` they are the nearest doubles.
 *
 * @throws DomainError for text that is no box, a wrong number of intervals, or an interval with lo > hi
 */
export function parseBoxOption(text: string, inputs: number, { asDoubles = false } = {}): BoxDomain {
  const typed = text.split('x').map(intervalOf);
  const intervals = asDoubles ? typed.map(([lower, upper]) => [asDouble(lower), asDouble(upper)] as const) : typed;
  if (intervals.length !== 1 && intervals.length !== inputs) {
    const expected = inputs === 1 ? '1 interval' : `1 or ${inputs} intervals`;
    const fix = 'give one interval for all inputs or one per input, joined by x';
    throw new DomainError(`--box: expected ${expected}, got ${intervals.length}; ${fix}`);
  }
  const each = intervals.length === 1 ? new Array<(typeof intervals)[0]>(inputs).fill(intervals[0]!) : intervals;
  try {
    return box(
      each.map(([lower]) => lower),
      each.map(([, upper]) => upper),
    );
  } catch (error) {
    throw error instanceof DomainError ? new DomainError(`--${error.message}`) : error;
  }
}
