/**
 * Options of commands that share their work with workers elsewhere.
 */
import { type Command, Option } from 'commander';
import { UsageError } from '../exit.js';
import { seconds } from './shared.js';

export interface QueueOptions {
  /** True: the address is in the environment. */
  readonly queue?: string | true;
  /** A file. */
  readonly queueOptions?: string;
  readonly queueSpace?: string;
  /** A folder. */
  readonly shared?: string;
}

export interface CoordinatorOptions extends QueueOptions {
  /** Seconds. */
  readonly jobSeconds?: number;
}

/** Adds --queue and what belongs to it. */
export function withQueue(command: Command): Command {
  return command
    .option(
      '--queue [url]',
      'share the work through this queue: redis://[USER:PASSWORD@]HOST[:PORT], rediss://... (TLS), postgres://...; without an address RELU_ATLAS_QUEUE',
    )
    .option('--queue-options <file>', 'JSON with options of its client, such as {"tls":{"ca":{"file":"ca.pem"}}}')
    .option('--queue-space <name>', 'what its keys begin with (default: relu-atlas)')
    .option('--shared <dir>', 'a folder that all share: records go there, not through the queue');
}

export const jobSecondsOption = () =>
  new Option('--job-seconds <seconds>', 'with --queue: the longest job (default: 20)').argParser(seconds);

/** Where the queue is. @throws UsageError if options speak of a queue that is not named */
export async function placeOf(options: QueueOptions) {
  const { queueOptions, queueSpace, shared } = options;
  const url = options.queue === true ? process.env.RELU_ATLAS_QUEUE : options.queue;
  if (options.queue === true && url === undefined) {
    throw new UsageError('--queue: expected an address, or one in RELU_ATLAS_QUEUE; add it: --queue=redis://HOST');
  }
  if (url === undefined) {
    const [name] = Object.entries({ queueOptions, queueSpace, shared }).find(([, value]) => value !== undefined) ?? [];
    if (name === undefined) return undefined;
    throw new UsageError(
      `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}: means something only with --queue; add it`,
    );
  }
  const { clientOptions } = await import('../../queue/index.js');
  return {
    url,
    ...(queueOptions !== undefined && { options: clientOptions(queueOptions) }),
    ...(queueSpace !== undefined && { space: queueSpace }),
    ...(shared !== undefined && { pieces: shared }),
  };
}
