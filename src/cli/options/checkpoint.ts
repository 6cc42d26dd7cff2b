/**
 * Options of commands that may take long: limits, and where they keep what they have so that they can be gone on with.
 */
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { UsageError } from '../exit.js';
import { wholeNumber } from './numbers.js';
import { seconds } from './shared.js';

export interface LimitOptions {
  /** Seconds. */
  readonly timeout?: number;
  readonly limitCells?: number;
}

export interface CheckpointOptions {
  readonly checkpoint?: string;
  /** Seconds. */
  readonly checkpointEvery?: number;
}

const cellCount = wholeNumber(
  1,
  Number.MAX_SAFE_INTEGER,
  'Expected a number of cells from 1 on, such as --limit-cells=1000000.',
);

export const timeoutOption = () =>
  new Option('--timeout <seconds>', 'stop after so long with what is known by then: exit 4').argParser(seconds);

/** Adds --timeout and --limit-cells. */
export function withLimits(command: Command): Command {
  return command
    .addOption(timeoutOption())
    .addOption(
      new Option('--limit-cells <n>', 'stop when so many cells are found, or soon after: exit 4').argParser(cellCount),
    );
}

/** Adds --checkpoint, --checkpoint-every and --resume. */
export function withCheckpoint(command: Command): Command {
  return command
    .option('--checkpoint <dir>', 'keep the state in this folder; the same command goes on from there')
    .addOption(
      new Option('--checkpoint-every <seconds>', 'how often: what a killed run loses at most (default: 5)').argParser(
        seconds,
      ),
    )
    .option('--resume <dir>', 'instead of all else: go on with the command that keeps its state in this folder');
}

/** The checkpoint of one of the walks of a command. @param number of a domain in a list, from 1 */
export function checkpointOf({ checkpoint, checkpointEvery }: CheckpointOptions, number?: number) {
  if (checkpoint === undefined) return undefined;
  const folder = join(checkpoint, number === undefined ? 'walk' : `walk-${number}`);
  return { folder, ...(checkpointEvery !== undefined && { interval: checkpointEvery }) };
}

/** @throws UsageError for options of trees, of a certificate that is none */
export function requireNoShares(
  kind: string,
  { limitCells, checkpoint, queue }: LimitOptions & CheckpointOptions & { readonly queue?: unknown },
): void {
  if ([limitCells, checkpoint, queue].every((it) => it === undefined)) return;
  throw new UsageError(
    `--limit-cells, --checkpoint, --queue: a certificate ${kind} is no tree of cells, of which shares could be checked; drop them, or use --timeout`,
  );
}
