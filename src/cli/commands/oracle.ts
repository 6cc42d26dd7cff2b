/**
 * `relu-atlas oracle`: exact answers over JSON-RPC.
 */
import { once } from 'node:events';
import { Command, InvalidArgumentError } from 'commander';
import { descriptionOf, LIMITS, type LimitName, type Limits, limitsWith, OracleServer } from '../../rpc/index.js';
import { EXIT, UsageError } from '../exit.js';
import { wholeNumber } from '../options/numbers.js';
import type { Runner } from '../options/shared.js';

interface OracleCommandOptions {
  readonly listen?: number;
  readonly files?: boolean;
  readonly schema?: boolean;
  readonly limit?: Partial<Limits>;
}

const LARGEST_PORT = 65535;

const portOf = wholeNumber(
  0,
  LARGEST_PORT,
  `Expected a port from 0 (a free one) to ${LARGEST_PORT}, such as --listen=7000.`,
);

/** One more "name=value" of --limit. */
function limitOf(text: string, before: Partial<Limits> = {}): Partial<Limits> {
  const [, name, digits] = /^([a-zA-Z]+)=(\d+)$/.exec(text) ?? [];
  const range = LIMITS[name as LimitName];
  const value = Number(digits);
  if (range !== undefined && value >= 1 && value <= range.most) return { ...before, [name as LimitName]: value };
  const known = Object.entries(LIMITS).map(([key, { default: usual }]) => `${key}=${usual}`);
  const most = range === undefined ? '' : ` from 1 to ${range.most}`;
  throw new InvalidArgumentError(`Expected name=value${most}; the names and usual values are ${known.join(' ')}.`);
}

/** Serves until the input ends. Ctrl-C ends it at once. */
export async function oracle(options: OracleCommandOptions): Promise<number> {
  if (options.schema === true) {
    process.stdout.write(`${JSON.stringify(descriptionOf(), null, 2)}\n`);
    return EXIT.ok;
  }
  if (options.files === true && options.listen === undefined) {
    throw new UsageError('--files: on standard input and output files are always allowed; use it with --listen');
  }
  process.on('SIGINT', () => process.exit(EXIT.interrupted));
  const onPort = options.listen !== undefined;
  const server = new OracleServer({ limits: limitsWith(options.limit), files: !onPort || options.files === true });
  if (options.listen === undefined) {
    await server.serve({ input: process.stdin, output: process.stdout, strict: false });
    await server.close();
    return EXIT.ok;
  }
  const listening = await server.listen(options.listen);
  const address = listening.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.listen;
  process.stdout.write(`${JSON.stringify({ listening: { host: '127.0.0.1', port } })}\n`);
  await once(listening, 'close');
  return EXIT.ok;
}

export function oracleCommand(run: Runner): Command {
  return new Command('oracle')
    .description(
      'answer questions about networks exactly, over JSON-RPC 2.0: one message per line, on stdin and stdout',
    )
    .option(
      '--listen <port>',
      'on a port of this machine (127.0.0.1) instead; 0 takes a free one and prints it',
      portOf,
    )
    .option('--files', 'with --listen: let clients name files to read and write')
    .option('--schema', 'print the OpenRPC document that describes all methods, and exit')
    .option('--limit <name=value>', 'change a limit; may be given several times (a wrong name lists them)', limitOf)
    .addHelpText(
      'after',
      `
Ends with exit code ${EXIT.ok} when the input ends and everything asked is answered; Ctrl-C ends it at once (${EXIT.interrupted}).

Example:
  echo '{"jsonrpc":"2.0","id":1,"method":"load","params":{"path":"net.json"}}' | relu-atlas oracle`,
    )
    .action(run(oracle));
}
