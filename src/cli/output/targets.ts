/**
 * What a command is about to write, looked at before it begins: nothing that it reads is written over, no two outputs are one
 * file, and what stands there is replaced only if it is of the same kind, made by an earlier run, or with --force.
 *
 * Files are the same if the system says so (device and number), whatever they are called.
 */
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { FormatError } from '../../formats/index.js';
import { identityOf, placeOf } from '../../output/index.js';
import { UsageError } from '../exit.js';
import { holdsSomething, type Kind, kindOf } from './kinds.js';

export interface Target {
  /** What names it on the command line, for messages. */
  readonly option: string;
  readonly file: string;
  readonly kind: Kind;
}

export interface ForceOption {
  readonly force?: boolean;
}

/** Adds --force to a command that writes files. */
export function withForce(command: Command): Command {
  return command.addOption(
    new Option('--force', 'also replace an existing file that this kind of command did not make'),
  );
}

/** Files that options may name for reading: domains and points. */
interface ReadingOptions {
  readonly domain?: string;
  readonly plane?: string;
  readonly through?: string;
  readonly points?: string;
}

/** The files that a command reads: its arguments, and those that its options name. */
export function inputsOf(files: readonly (string | undefined)[], options: ReadingOptions): string[] {
  const { domain, plane, through, points } = options;
  return [...files, domain, plane, through, points].filter((file) => file !== undefined);
}

/**
 * Refuses to write where it would destroy something.
 *
 * @param inputs files that are read; what is no file (points, a name that does not exist) matters not
 * @throws UsageError, FormatError naming the option and the file
 */
export function requireFree(targets: readonly Target[], inputs: readonly string[], { force }: ForceOption): void {
  const read = new Set(inputs.map(identityOf).filter((identity) => identity !== undefined));
  const places = new Map<string, Target>();
  for (const target of targets) {
    const { option, file, kind } = target;
    const identity = identityOf(file);
    if (identity !== undefined && read.has(identity)) {
      throw new UsageError(`${option}: ${file} is an input of this command; name another file`);
    }
    const place = placeOf(file);
    const other = places.get(place);
    if (other !== undefined && !isThrough(file)) {
      throw new UsageError(`${option}: ${file} is used twice, also for ${other.option}; name another file`);
    }
    places.set(place, target);
    if (force === true || !holdsSomething(file)) continue;
    const found = kindOf(file);
    if (found === kind) continue;
    const what = found === undefined ? 'something that relu-atlas did not write' : `a ${found} file`;
    throw new FormatError(
      '',
      `expected an earlier ${kind} file or none, got ${what} (${option}); name another file, or replace it with --force`,
      file,
    );
  }
}

/** Devices and pipes take several outputs, one after the other. */
function isThrough(file: string): boolean {
  return /^\/(dev|proc)\//.test(resolve(file));
}
