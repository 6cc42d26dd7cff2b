/**
 * Options that commands share.
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Units } from '../../formats/index.js';
import type { DomainOptions } from './domain.js';

/** Wraps a command's function (arguments, then options) so that its exit code is kept. */
// biome-ignore lint/suspicious/noExplicitAny: commander passes what the command line declares
export type Runner = (command: (...values: any[]) => Promise<number>) => (...values: any[]) => Promise<void>;

export interface AnalysisOptions extends DomainOptions {
  readonly units: Units;
  readonly format: 'text' | 'json';
  readonly quiet?: boolean;
}

export const formatOption = (formats: readonly string[] = ['text', 'json']) =>
  new Option('--format <format>', 'how to print').choices(formats).default('text');

export const unitsOption = () =>
  new Option('--units <units>', 'coordinates of a .nnet: normalised as the network sees them, or raw')
    .choices(['network', 'raw'])
    .default('network');

export const quietOption = () => new Option('-q, --quiet', 'no progress bar');

/** The most worker threads: beyond this a number is a mistake. */
const MOST_WORKERS = 256;

function workerCount(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= MOST_WORKERS) return value;
  throw new InvalidArgumentError(`Expected a number of threads from 1 to ${MOST_WORKERS}, such as --workers=2.`);
}

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
}

/** A command on networks and a domain. */
export function networkCommand(
  name: string,
  description: string,
  { networks = ['net'], optional = false, formats }: NetworkCommandOptions = {},
): Command {
  const command = new Command(name).description(description);
  for (const network of networks)
    command.argument(
      optional ? `[${network}]` : `<${network}>`,
      'network: .json, .nnet, .onnx, .rlv or TensorFlow.js model.json (also gzipped)',
    );
  return command.addOption(unitsOption()).addOption(formatOption(formats));
}

/** Adds the options that say where: --box, --domain, --whole. */
export function withDomain(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--box <intervals>',
        'box: lo,hi for every input, or lo,hixlo,hix... per input; rationals allowed',
      ).conflicts(['domain', 'whole']),
    )
    .addOption(
      new Option(
        '--domain <file>',
        'box or polytope from a .json or .vnnlib file; a disjunction gives a list',
      ).conflicts(['whole']),
    )
    .option('--whole', 'all of R^d')
    .addOption(quietOption());
}
