/**
 * `--widths` and `--wider-than`: how wide the cells are, beside their number.
 */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseRational, type Rational } from '../../exact/index.js';
import type { ProgressOptions } from '../output/progress.js';

export interface WidthChoice extends ProgressOptions {
  readonly widths?: boolean;
  readonly widerThan?: readonly Rational[];
  readonly workers?: number;
}

function thresholds(text: string, before: readonly Rational[] = []): Rational[] {
  const read = (one: string): Rational => {
    try {
      const value = parseRational(one.trim());
      if (value.numerator >= 0n) return value;
    } catch {
      // Said below.
    }
    throw new InvalidArgumentError(
      'Expected widths of at least 0, such as --wider-than=1/1000 or --wider-than=0.01,1e-6.',
    );
  };
  return [...before, ...text.split(',').map(read)];
}

/** Adds --widths and --wider-than. */
export function withWidths(command: Command): Command {
  return command
    .option('--widths', 'also how thin cells are: the edge of the largest axis-parallel cube in each, exactly')
    .addOption(
      new Option(
        '--wider-than <w,...>',
        'also how many cells are wider than w: what a tool that decides with a tolerance can be compared with',
      ).argParser(thresholds),
    );
}

/** Whether they are asked for. */
export const wantsWidths = ({ widths, widerThan }: WidthChoice) => widths === true || widerThan !== undefined;
