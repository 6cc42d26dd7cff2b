/**
 * Options that commands share.
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { ProgressOptions } from '../output/progress.js';
import type { DomainOptions } from './domain.js';
import { withGraphChoice } from './graph.js';
import { wholeNumber } from './numbers.js';
import type { SubjectOptions } from './subject.js';

/** Wraps a command's function (arguments, then options) so that its exit code is kept. */
// biome-ignore lint/suspicious/noExplicitAny: commander passes what the command line declares
export type Runner = (command: (...values: any[]) => Promise<number>) => (...values: any[]) => Promise<void>;

export interface AnalysisOptions extends DomainOptions, SubjectOptions, ProgressOptions {
  readonly format: 'text' | 'json';
}

export const formatOption = (formats: readonly string[] = ['text', 'json']) =>
  new Option('--format <format>', 'how to print').choices(formats).default(formats[0]);

export const unitsOption = () =>
  new Option('--units <units>', 'coordinates of a .nnet: normalised as the network sees them, or raw')
    .choices(['network', 'raw'])
    .default('network');

/** More items of a batch than this are a mistake. */
const LARGEST_BATCH = 65_536;

const batchSize = wholeNumber(
  1,
  LARGEST_BATCH,
  `Expected a number of items from 1 to ${LARGEST_BATCH}, such as --batch=4.`,
);

/** One more shape: "1,3,32,32" of the only input, or "name:1,3,32,32". */
function inputShape(text: string, before = new Map<string, readonly number[]>()) {
  const [, name = '', list] = /^(?:(.*):)?(\d+(?:,\d+)*)$/.exec(text) ?? [];
  const dims = list?.split(',').map(Number) ?? [];
  if (list !== undefined && dims.every((extent) => extent >= 1 && Number.isSafeInteger(extent)))
    return new Map([...before, [name, dims]]);
  throw new InvalidArgumentError(
    'Expected all dimensions, such as --input-shape=1,3,32,32, or of one input by name: NAME:1,3,32,32.',
  );
}

/** Adds the options that say how a file is read. @param own options of the same names that the command has itself */
export function withReading(command: Command, own: readonly string[] = []): Command {
  command
    .addOption(unitsOption())
    .addOption(
      new Option(
        '--batch <n>',
        'keep a batch of n items, of an .onnx: all are inputs (default: one item is taken)',
      ).argParser(batchSize),
    )
    .addOption(
      new Option(
        '--input-shape <dims>',
        'shape of an input that an .onnx leaves open: 1,3,32,32 or NAME:1,3,32,32',
      ).argParser(inputShape),
    );
  return withGraphChoice(command, own);
}

/** Adds --quiet and --progress. */
export function withProgress(command: Command): Command {
  return command
    .addOption(new Option('-q, --quiet', 'no progress bar'))
    .addOption(
      new Option('--progress', 'progress on stderr even if that is no terminal: a line now and then').conflicts(
        'quiet',
      ),
    );
}

/** The most worker threads: beyond this a number is a mistake. */
const MOST_WORKERS = 256;

const workerCount = wholeNumber(
  1,
  MOST_WORKERS,
  `Expected a number of threads from 1 to ${MOST_WORKERS}, such as --workers=2.`,
);

/** The argument of a time limit. */
export function seconds(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value > 0) return value;
  throw new InvalidArgumentError('Expected a number of seconds above 0, such as --timeout=60.');
}

/** Gathers the values of an option that may be repeated. */
export const collected = (value: string, all: readonly string[] = []) => [...all, value];

export const workersOption = () =>
  new Option('--workers <n>', 'worker threads (default: the cores)').argParser(workerCount);

export interface NetworkCommandOptions {
  /** The names of its network arguments; one unless told. */
  readonly networks?: readonly string[];
  /** The command also works without them. */
  readonly optional?: boolean;
  readonly formats?: readonly string[];
  /** Options of its own that are called as one of all commands on networks. */
  readonly own?: readonly string[];
}

/** What a network may be. */
export const NETWORK_ARGUMENT =
  'network: .json, .nnet, .onnx, .safetensors, .npz, .rlv or TensorFlow.js model.json (also gzipped)';

/** A command on networks and a domain. */
export function networkCommand(
  name: string,
  description: string,
  { networks = ['net'], optional = false, formats, own = [] }: NetworkCommandOptions = {},
): Command {
  const command = new Command(name).description(description);
  for (const network of networks) command.argument(optional ? `[${network}]` : `<${network}>`, NETWORK_ARGUMENT);
  return withReading(command, own).addOption(formatOption(formats));
}

/** Adds the options that say where: --box, --domain, --whole. */
export function withDomain(command: Command): Command {
  withProgress(command)
    .addOption(
      new Option(
        '--box <intervals>',
        'box: lo,hi for every input, or lo,hixlo,hix... per input (also --box -1 1); rationals allowed',
      ).conflicts(['domain', 'whole']),
    )
    .addOption(
      new Option(
        '--domain <file|json>',
        'box or polytope: a .json or .vnnlib file, or JSON itself; a disjunction gives a list',
      ).conflicts(['whole']),
    )
    .option(
      '--as-doubles',
      'the bounds of --box are the nearest doubles, as in a network file (default: exact decimals)',
    )
    .option('--whole', 'all of R^d');
  return command;
}

const SYMMETRY_FILE =
  'those of a file, verified: {"generators":[{"inputs":[..],"signs":[..],"scales":[..],"shifts":[..]},..]}, or with "matrix", or of hyperplanes "permutation"';

/** Whether `--symmetry` names a file. */
export const isSymmetryFile = (symmetry: string) => !['auto', 'orbits', 'none'].includes(symmetry);

/** Of hyperplanes. */
export function symmetryOption(): Option {
  return new Option('--symmetry <auto|none|file>', `symmetries: found, none, or ${SYMMETRY_FILE}`).default('auto');
}

/** Of networks, which are walked as well. */
export function walkSymmetryOption(): Option {
  return new Option(
    '--symmetry <auto|orbits|none|file>',
    `symmetries: found; orbits: found, for a certificate as well; none; or ${SYMMETRY_FILE}`,
  ).default('auto');
}
