/**
 * One order of options, their groups, and exit codes in the help of every command.
 */
import { type Command, Option } from 'commander';
import { EXIT } from '../exit.js';

/** The groups of help, and the options of each, in order. What is not named here is the command's own and comes first. */
const GROUPS: readonly (readonly [heading: string, options: readonly string[]])[] = [
  ['Where:', ['--box', '--as-doubles', '--domain', '--whole', '--plane', '--through', '--from', '--to', '--at']],
  ['How the file is read:', ['--units', '--batch', '--input-shape', '--input', '--output', '--head', '--layers']],
  [
    'Output and running:',
    [
      '--out',
      '--certificate',
      '--force',
      '--format',
      '--json',
      '--workers',
      '--quiet',
      '--progress',
      '--timeout',
      '--limit-cells',
      '--checkpoint',
      '--checkpoint-every',
      '--resume',
      '--queue',
      '--queue-options',
      '--queue-space',
      '--shared',
      '--job-seconds',
      '--help',
    ],
  ],
];
const RANKS = new Map(
  GROUPS.flatMap(([heading, names], g) => names.map((name, k) => [name, { heading, at: 100 * (g + 1) + k }])),
);

/** What the exit codes of a command mean. */
export const EXIT_CODES: readonly (readonly [code: number, meaning: string])[] = [
  [EXIT.ok, 'done'],
  [EXIT.error, 'something is wrong with a file'],
  [EXIT.usage, 'something is wrong with the command line, a domain or a slice typed there among it'],
  [EXIT.refused, 'the certificate or the claim is refused, or the answer is no'],
  [EXIT.unknown, 'stopped by a limit, or not decided'],
  [EXIT.interrupted, 'Ctrl-C, SIGTERM or SIGHUP; what was completed is printed'],
];

/** Commander asks for a suggestion with "--name=value", which resembles nothing. */
function suggestByName(command: Command) {
  const inner = command as unknown as { unknownOption(flag: string): void };
  const complain = inner.unknownOption.bind(command);
  inner.unknownOption = (flag) => complain(flag.replace(/=.*$/s, ''));
}

/** Says in help what the exit codes mean. */
export function sayExitCodes(command: Command): Command {
  const codes = EXIT_CODES.map(([code, meaning]) => `${code} ${meaning}`).join('; ');
  return command.addHelpText('after', `\nExit codes: ${codes}.`);
}

/** Puts the options of a command in order and groups, adds --json, and says what its exit codes mean. */
export function arrange(command: Command): Command {
  const has = (name: string) => command.options.some(({ long }) => long === name);
  if (has('--format') && !has('--json')) {
    command.addOption(new Option('--json', 'the same as --format=json').implies({ format: 'json' }));
  }
  for (const option of command.options) {
    const rank = RANKS.get(option.long ?? '');
    if (rank !== undefined && !(option.long === '--json' && option.optional)) option.helpGroup(rank.heading);
  }
  const place = ({ long }: Option) => RANKS.get(long ?? '')?.at ?? 0;
  (command.options as Option[]).sort((a, b) => place(a) - place(b));
  suggestByName(command);
  command.addHelpOption(new Option('-h, --help', 'display help for command').helpGroup(RANKS.get('--help')!.heading));
  return sayExitCodes(command);
}
