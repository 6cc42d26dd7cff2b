/**
 * Boxes as typed on a command line: "-1,1" or "-1,1x0,2/3".
 */
import { parseRational, type Rational } from '../../exact/index.js';
import { type BoxDomain, box, DomainError } from '../../network/index.js';

/** Options are short; longer numbers are mistakes. */
const LONGEST_NUMBER = 200;

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
 * Numbers are exact: 0.1 is 1/10.
 *
 * @throws DomainError for text that is no box, a wrong number of intervals, or an interval with lo > hi
 */
export function parseBoxOption(text: string, inputs: number): BoxDomain {
  const intervals = text.split('x').map(intervalOf);
  if (intervals.length !== 1 && intervals.length !== inputs) {
    const fix = 'give one interval for all inputs or one per input, joined by x';
    throw new DomainError(`--box: expected 1 or ${inputs} intervals, got ${intervals.length}; ${fix}`);
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
