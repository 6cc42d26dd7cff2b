/**
 * What a command is about to write (`output/guard.ts`), complained about as the command line does.
 */
import { type Command, Option } from 'commander';
import { FormatError, type NetworkFile } from '../../formats/index.js';
import { filesBelonging, OccupiedError, requireFree as requireFreePlaces, type Target } from '../../output/index.js';
import { UsageError } from '../exit.js';

export type { Target };

export interface ForceOption {
  readonly force?: boolean;
}

/** Adds --force to a command that writes files. */
export function withForce(command: Command): Command {
  return command.addOption(
    new Option('--force', 'also replace an existing file that this kind of command did not make'),
  );
}

/** What an option writes, if it is given. */
export function optionalTarget(option: string, file: string | undefined, kind: Target['kind']): Target[] {
  return file === undefined ? [] : [{ option, file, kind }];
}

/** Files that options may name for reading: domains, points, symmetries, what a queue needs. */
export interface FileOptions {
  readonly domain?: string;
  readonly plane?: string;
  readonly through?: string;
  readonly points?: string;
  readonly symmetry?: string;
  readonly queueOptions?: string;
}

/** The files that a command reads: its arguments, and those that its options name. */
export function inputsOf(files: readonly (string | undefined)[], options: FileOptions): string[] {
  const { domain, plane, through, points, symmetry, queueOptions } = options;
  return [...files, domain, plane, through, points, symmetry, queueOptions].filter((file) => file !== undefined);
}

/** The files in which a network keeps its weights beside it, known once it is read. */
export function weightsOf(file: string, { files = [] }: Pick<NetworkFile, 'files'>): string[] {
  return filesBelonging(file, files);
}

/**
 * Refuses to write where it would destroy something.
 *
 * @param inputs files that are read; what is no file (points, a name that does not exist) matters not
 * @throws UsageError, FormatError naming the option and the file
 */
export function requireFree(targets: readonly Target[], inputs: readonly string[], { force }: ForceOption): void {
  try {
    requireFreePlaces(targets, inputs, force);
  } catch (error) {
    if (!(error instanceof OccupiedError)) throw error;
    if (error.about === 'request') throw new UsageError(error.problem);
    throw new FormatError('', `${error.problem}--force`, error.file);
  }
}
