/**
 * What is typed in other ways than commander reads it: `--box -1 1`.
 */
import { UsageError } from '../exit.js';

/** A number as it stands alone on a command line: a sign, digits, a point, an exponent or a fraction; or what is told to be none. */
const NUMBER = /^[-+]?((\d+\.?\d*|\.\d+)(e[-+]?\d+)?(\/\d+)?|inf(inity)?|∞)$/i;

/**
 * Joins the numbers after `--box` to intervals: `--box -1 1` is `--box=-1,1`, `--box 0 1 2 3` is `--box=0,1x2,3`.
 *
 * @throws UsageError for an odd number of them
 */
export function joinedIntervals(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const numbers: string[] = [];
    if (args[i] === '--box')
      while (NUMBER.test(args[i + 1 + numbers.length] ?? '')) numbers.push(args[i + 1 + numbers.length]!);
    if (numbers.length === 0) {
      joined.push(args[i]!);
      continue;
    }
    if (numbers.length % 2 === 1) {
      throw new UsageError(
        `--box: expected pairs of numbers, got ${numbers.join(' ')}; write --box=-1,1 or --box -1 1`,
      );
    }
    const intervals = numbers.flatMap((lower, k) => (k % 2 === 0 ? [`${lower},${numbers[k + 1]}`] : []));
    joined.push(`--box=${intervals.join('x')}`);
    i += numbers.length;
  }
  return joined;
}
