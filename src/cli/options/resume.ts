/**
 * Commands that are gone on with: the arguments of a command in its checkpoint's folder, beside copies of the files that it reads.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { CheckpointError, readDurable, writeDurably } from '../../checkpoint/index.js';
import { UsageError } from '../exit.js';

const NAME = 'command.json';
const INPUTS = 'inputs';

/** What a folder keeps of a command. */
interface KeptCommand {
  /** Without those about checkpoints. */
  readonly args: readonly string[];
  /** Where its names of files are to be understood. */
  readonly directory: string;
  /** Files as the arguments name them, and their copies in the folder. */
  readonly inputs: readonly (readonly [name: string, copy: string])[];
}

/** Options that say where the state is kept and how long a run may take: each run has its own. */
const OWN = ['--checkpoint', '--resume', '--checkpoint-every'];
const LIMITS = ['--timeout', '--limit-cells'];

function without(args: readonly string[], names: readonly string[]): string[] {
  const kept: string[] = [];
  for (let k = 0; k < args.length; k++) {
    const arg = args[k]!;
    if (names.includes(arg)) k++;
    else if (!names.some((name) => arg.startsWith(`${name}=`))) kept.push(arg);
  }
  return kept;
}

/** The texts among arguments that name regular files: bare ones, and those behind `=`. */
function filesAmong(args: readonly string[], written: readonly string[]): string[] {
  const texts = args.flatMap((arg) => (arg.startsWith('-') ? arg.split('=').slice(1, 2) : [arg]));
  return [...new Set(texts)].filter(
    (text) => text !== '' && !written.includes(text) && statSync(text, { throwIfNoEntry: false })?.isFile() === true,
  );
}

/** Options that name files to write. */
const WRITTEN = ['--certificate', '--out', '--counterexample', '--write-query'];

function writtenBy(args: readonly string[]): string[] {
  return args.flatMap((arg, k) =>
    WRITTEN.flatMap((name) => {
      if (arg === name) return args[k + 1] ?? [];
      return arg.startsWith(`${name}=`) ? arg.slice(name.length + 1) : [];
    }),
  );
}

/**
 * Keeps a command in the folder that it names, if none is kept there.
 *
 * @throws CheckpointError if the folder holds something else
 */
export function keepCommand(folder: string, args: readonly string[]): void {
  const known = readDurable(folder, NAME);
  const kept = without(args, [...OWN, ...LIMITS]);
  if (known !== undefined) {
    const [command] = (JSON.parse(known) as KeptCommand).args;
    if (command === kept[0]) return;
    throw new CheckpointError(
      `${folder}: expected a checkpoint of command ${kept[0]}, got one of command ${command}; name another folder`,
    );
  }
  const [other] = existsSync(folder) ? readdirSync(folder).filter((name) => !/^inputs$|\.new$/.test(name)) : [];
  if (other !== undefined) {
    throw new CheckpointError(
      `${folder}: expected an empty folder or a checkpoint, got ${other} in it; name another folder`,
    );
  }
  mkdirSync(join(folder, INPUTS), { recursive: true });
  const inputs = filesAmong(kept.slice(1), writtenBy(kept)).map((name, k) => {
    const copy = `${k}-${basename(name)}`;
    copyFileSync(name, join(folder, INPUTS, copy));
    return [name, copy] as const;
  });
  writeDurably(folder, NAME, JSON.stringify({ args: kept, directory: process.cwd(), inputs } satisfies KeptCommand));
}

/** The folder that arguments ask to go on with; undefined if they do not. */
export function resumedFolder(args: readonly string[]): string | undefined {
  const at = args.findIndex((arg) => arg === '--resume' || arg.startsWith('--resume='));
  if (at < 0) return undefined;
  return args[at]!.includes('=') ? args[at]!.slice('--resume='.length) : args[at + 1];
}

/**
 * The arguments of the command that a folder keeps, followed by what is given now: the later of two options counts. Relative names of
 * files are those of the directory where it was given first; files that are gone are read from their copies.
 *
 * @throws UsageError, CheckpointError
 */
export function resumedArguments(args: readonly string[], folder: string): string[] {
  const text = existsSync(folder) ? readDurable(folder, NAME) : undefined;
  if (text === undefined) {
    throw new UsageError(`--resume: expected a folder that --checkpoint has made, got ${folder}; correct the name`);
  }
  const { args: kept, directory, inputs } = JSON.parse(text) as KeptCommand;
  const [command, ...further] = without(args, ['--checkpoint', '--resume']);
  if (command !== undefined && command !== kept[0]) {
    throw new UsageError(`--resume: expected ${kept[0]}, which ${folder} is a checkpoint of, got ${command}`);
  }
  const files = further.filter((arg, k) => !arg.startsWith('-') && further[k - 1]?.startsWith('-') !== true);
  if (files.length > 0) {
    throw new UsageError(`--resume: expected no network beside it, got ${files[0]}; the folder has all`);
  }
  const placed = new Map(
    inputs.map(([name, copy]) => {
      const path = resolve(directory, name);
      return [name, existsSync(path) ? path : resolve(folder, INPUTS, copy)] as const;
    }),
  );
  const written = new Set(writtenBy(kept));
  const place = (value: string) => placed.get(value) ?? (written.has(value) ? resolve(directory, value) : value);
  const there = kept.map((arg, k) => {
    if (k === 0) return arg;
    const [, option, value] = /^(--[a-z-]+)=(.*)$/s.exec(arg) ?? [];
    return option === undefined ? place(arg) : `${option}=${place(value!)}`;
  });
  const [name, ...rest] = there;
  return [name!, ...rest, ...further, `--checkpoint=${folder}`];
}
