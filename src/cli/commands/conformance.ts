/**
 * `relu-atlas conformance`
 */
import { cpus } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { EXIT } from '../exit.js';
import { type Runner, withProgress } from '../options/shared.js';
import { withForce } from '../output/targets.js';

/** Node's timers hold no longer times. */
const LONGEST_TIMEOUT = 86_400;
const MOST_JOBS = 256;

function numberUpTo(most: number, what: string, integer: boolean) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d*\.?\d+$/.test(text) && value > 0 && value <= most && (!integer || Number.isInteger(value))) return value;
    throw new InvalidArgumentError(`Expected ${what}, at most ${most}.`);
  };
}

export function conformanceCommand(run: Runner): Command {
  return withForce(withProgress(new Command('conformance')))
    .description('run another implementation through the suite of exact answers')
    .option('--command <program>', 'the implementation, as a shell command: a case on its stdin, answers on its stdout')
    .option('--name <name>', 'its name on the score card (default: the command)')
    .option('--stream', 'start it once: a case per line, an answer per line')
    .addOption(
      new Option('--timeout <seconds>', 'for each case')
        .argParser(numberUpTo(LONGEST_TIMEOUT, 'a number of seconds', false))
        .default(60),
    )
    .addOption(
      new Option('--jobs <n>', 'programs at the same time')
        .argParser(numberUpTo(MOST_JOBS, 'a number of programs', true))
        .default(cpus().length, 'the cores'),
    )
    .addOption(
      new Option('--only <name>', 'only this case or category; may be repeated')
        .argParser((name: string, names: string[]) => [...names, name])
        .default([], 'all'),
    )
    .option('--list', 'print the cases and why each exists')
    .option('--export <dir>', 'write the requests and the expected answers as files')
    .option('--answer', 'be an implementation: read cases, write the answers of relu-atlas')
    .addOption(new Option('--suite <dir>', 'another suite than the one that comes with relu-atlas'))
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json', 'markdown']).default('text'))
    .addHelpText(
      'after',
      `
The protocol is described in fixtures/conformance/README.md. Exit codes: ${EXIT.ok} all answers agree, ${EXIT.refused} some disagree or failed.

Examples:
  relu-atlas conformance --command "python3 my_impl.py"
  relu-atlas conformance --stream --only margins --command ./my_impl --format markdown`,
    )
    .action(run(async (options) => (await import('../conformance/examine.js')).conformance(options)));
}
