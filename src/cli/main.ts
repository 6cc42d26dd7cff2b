/**
 * The command line: commands, options, exit codes.
 */
import { Command, CommanderError, Option } from 'commander';
import { ENGINE_NAMES } from '../engines/index.js';
import { packageVersion } from '../package/index.js';
import type { CheckOptions } from './commands/check.js';
import { EXIT, report, UsageError } from './exit.js';
import { joinedIntervals } from './options/arguments.js';
import { arrange, sayExitCodes } from './options/arrange.js';
import { type CheckpointOptions, withCheckpoint, withLimits } from './options/checkpoint.js';
import { digitsOption } from './options/digits.js';
import { AT } from './options/points.js';
import { jobSecondsOption, withQueue } from './options/queue.js';
import {
  collected,
  formatOption,
  NETWORK_ARGUMENT,
  type Runner,
  walkSymmetryOption,
  withDomain,
  withReading,
  workersOption,
} from './options/shared.js';
import { withEnds, withSlice } from './options/subject.js';
import { withWidths } from './options/widths.js';
import { HELP_STYLE, paint } from './output/colour.js';
import { withForce } from './output/targets.js';

function countCommand(run: Runner): Command {
  return withWidths(
    withForce(withReading(withSlice(withDomain(withQueue(withCheckpoint(withLimits(new Command('count')))))))),
  )
    .description('count the cells of the partition on a domain, exactly')
    .argument('<net>', NETWORK_ARGUMENT)
    .addOption(
      new Option(
        '--engine <engine>',
        'how to enumerate, or how to count without that: one layer by chambers, equal images of cells by images',
      )
        .choices(['auto', ...ENGINE_NAMES, 'chambers', 'images'])
        .default('auto'),
    )
    .addOption(
      new Option('--lp <backend>', 'which solver proposes to engine lp (default: simplex)').choices([
        'simplex',
        'glpk',
      ]),
    )
    .addOption(walkSymmetryOption())
    .addOption(workersOption())
    .option('--certificate <file>', 'write the proof of the count to this file (FILE.1, FILE.2 ... of a disjunction)')
    .option('--pieces', 'also count linear pieces and distinct affine maps')
    .addOption(jobSecondsOption())
    .addOption(formatOption())
    .addHelpText(
      'after',
      `
Without a domain option the file's own domain is used (a .nnet header, "domain" in JSON).
A domain file is a .vnnlib property or JSON: {"box":[[lo,hi],...]}, or a polytope
{"inequalities":[{"a":[1,"1/3"],"b":2},...]} (a . x <= b), with "equalities" and "box" if wanted.
Ctrl-C prints what was completed and exits ${EXIT.interrupted}; --timeout and --limit-cells do so and exit ${EXIT.unknown}. With
--checkpoint such a run, and one that was killed, can be gone on with: by the same command, or by --resume (docs/runs.md).

Examples:
  relu-atlas count net.onnx --box=-1,1
  relu-atlas count net.json --box=-1,1x0,2/3 --certificate net.cert
  relu-atlas count deep.json --box=0,1 --engine images --certificate deep.cert
  relu-atlas count acas.nnet --units=raw --domain property.json --format=json
  relu-atlas count net.onnx --whole --checkpoint run1 --timeout 3600
  relu-atlas count --resume run1`,
    )
    .action(run(async (net, options) => (await import('./commands/count.js')).count(net, options)));
}

/** A certificate of a count, or of a query. */
async function checked(
  net: string | undefined,
  certificate: string | undefined,
  options: CheckOptions & { property?: string; plain?: true; instances?: string; results?: string },
) {
  const { property, instances } = options;
  if (instances !== undefined) {
    if (net !== undefined) throw new UsageError(`--instances: expected no files beside it, got ${net}; drop them`);
    return (await import('./verify/check-instances.js')).checkInstances({ ...options, instances });
  }
  if (options.results !== undefined) throw new UsageError('--results: means something only with --instances; add it');
  if (net === undefined || certificate === undefined) {
    const missing = net === undefined ? 'a network and its certificate' : 'a certificate beside the network';
    throw new UsageError(`check: expected ${missing}, got ${net === undefined ? 'nothing' : net}; add them`);
  }
  if (options.plain === true) return (await import('./commands/check-plain.js')).checkPlain(net, certificate, options);
  const long = options.checkpoint ?? options.queue ?? options.timeout ?? options.limitCells;
  if (property !== undefined && long !== undefined) {
    throw new UsageError(
      '--property: expected none of --checkpoint, --queue, --timeout, --limit-cells beside it; drop them',
    );
  }
  if (property === undefined) return (await import('./commands/check.js')).check(net, certificate, options);
  return (await import('./verify/check-property.js')).checkProperty(net, certificate, { ...options, property });
}

function checkCommand(run: Runner): Command {
  return withReading(withEnds(withSlice(withDomain(withQueue(withCheckpoint(withLimits(new Command('check'))))))))
    .description(`verify a certificate in exact arithmetic; exit ${EXIT.ok} accepted, ${EXIT.refused} refused`)
    .argument('[net]', 'the network that the certificate is about')
    .argument('[certificate]', 'file written by count, arrangement or verify with --certificate')
    .addOption(
      new Option('--plain', 'by the plain checker alone: small, slow, exact integers only').conflicts([
        'property',
        'instances',
        'workers',
      ]),
    )
    .option('--property <query.vnnlib>', 'the query that the certificate of verify answers with unsat')
    .option('--network <name=file>', 'with --property: further networks of the query (repeat it)', collected)
    .option('--over-reals', 'with --property, --instances: as for verify')
    .addOption(
      new Option('--instances <csv>', 'instead: every answer of verify --instances, in one run').conflicts([
        'property',
        'network',
        'checkpoint',
        'queue',
        'timeout',
        'limitCells',
      ]),
    )
    .addOption(new Option('--results <dir>', 'with --instances: what verify --instances --out wrote'))
    .option('--central', 'the file of hyperplanes has no constants: as for arrangement')
    .addOption(workersOption())
    .addOption(formatOption())
    .addHelpText(
      'after',
      `
--plain reads a network in relu-atlas' JSON by itself; of others it is given what the readers made of them.
A domain option states which domain the certificate must be about; without one it is read from the certificate and shown.
That of a count by images is checked as a whole, in one thread: --timeout ends it, but it has no --limit-cells, --checkpoint, --queue.

Examples:
  relu-atlas check net.onnx net.cert --box=-1,1
  relu-atlas check net.json net.cert --plain
  relu-atlas check net.onnx proof.cert --property property.vnnlib
  relu-atlas check --instances instances.csv --results results`,
    )
    .action(run(checked));
}

function evalCommand(run: Runner): Command {
  return withReading(withSlice(new Command('eval')))
    .description('exact output, activation pattern and Jacobian at points')
    .argument('<net>', NETWORK_ARGUMENT)
    .requiredOption('--at <points>', AT)
    .option('--gradient', "also the exact Jacobian, with relu'(0) = 0")
    .addOption(digitsOption())
    .addOption(formatOption())
    .addHelpText(
      'after',
      `
Examples:
  relu-atlas eval net.onnx --at=-1,1/3 --gradient
  relu-atlas eval net.onnx --at points.csv --json`,
    )
    .action(run(async (net, options) => (await import('./commands/eval.js')).evaluate(net, options)));
}

function infoCommand(run: Runner): Command {
  return withReading(withSlice(new Command('info')))
    .description('shape, activations, exactness of the weights, inputs and outputs, warnings; what is read of ONNX')
    .argument('[net]', NETWORK_ARGUMENT)
    .option('--operators', 'the ONNX operators that are read, and what of them')
    .addOption(formatOption())
    .addHelpText('after', '\nExamples:\n  relu-atlas info net.onnx --json\n  relu-atlas info --operators')
    .action(run(async (net, options) => (await import('./commands/info.js')).info(net, options)));
}

/** The commands that a plain count has no use for: loaded only when one of them, or help, is asked for. */
async function furtherCommands(run: Runner, args: readonly string[]): Promise<Command[]> {
  if (['count', 'check', 'eval', 'info'].includes(args[0] ?? '')) return [];
  const { analysisCommands } = await import('./commands/analysing.js');
  return analysisCommands(run, args[0]);
}

async function program(run: Runner, args: readonly string[]): Promise<Command> {
  const root = new Command('relu-atlas')
    .description('The polytope partition of ReLU networks: exact counts, and certificates that prove them.')
    .version(packageVersion(), '-v, --version')
    .addCommand(countCommand(run))
    .addCommand(checkCommand(run))
    .addCommand(evalCommand(run))
    .addCommand(infoCommand(run));
  for (const command of await furtherCommands(run, args)) root.addCommand(command);
  root.addHelpText('after', `\nExamples:\n  relu-atlas count net.onnx --box=-1,1\n  relu-atlas count --help`);
  for (const command of root.commands) arrange(command);
  sayExitCodes(root);
  for (const command of [root, ...root.commands]) {
    const help = command === root ? 'relu-atlas --help' : `relu-atlas ${command.name()} --help`;
    command
      .exitOverride()
      .configureHelp(HELP_STYLE)
      .showHelpAfterError(`(${help} shows what is possible)`)
      .configureOutput({
        outputError: (text, write) => write(text.replace(/^error:/, paint('relu-atlas:', 'red', process.stderr))),
      });
  }
  return root;
}

/** What commander is asked: nothing but the name of a command that there is not, for which it would show the help of all. */
function spoken(root: Command, args: readonly string[]): readonly string[] {
  const [first] = args;
  if (first === undefined) return args;
  if (first === '-V') return ['-v'];
  const isKnown =
    first.startsWith('-') || first === 'help' || root.commands.some((command) => command.name() === first);
  return isKnown ? args : [first];
}

/** A reader that goes away (`| head`) is no error. */
function tolerateClosedPipes() {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(EXIT.ok);
      throw error;
    });
  }
}

/** The arguments, or those of the command that they ask to go on with; an exit code if that is impossible. */
async function resumed(args: readonly string[]): Promise<readonly string[] | number> {
  if (!args.some((arg) => arg === '--resume' || arg.startsWith('--resume='))) return args;
  const { resumedArguments, resumedFolder } = await import('./options/resume.js');
  const folder = resumedFolder(args);
  // Commander complains of an option without its argument.
  if (folder === undefined || args.includes('--help') || args.includes('-h')) return args;
  try {
    return resumedArguments(args, folder);
  } catch (error) {
    return report(error);
  }
}

/** Runs the command line. @param args without node and script. @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  tolerateClosedPipes();
  let code: number = EXIT.ok;
  const asked = await resumed(args);
  if (typeof asked === 'number') return asked;
  const run: Runner =
    (command) =>
    async (...values) => {
      const { checkpoint } = (values.at(-2) ?? {}) as CheckpointOptions;
      if (checkpoint !== undefined) (await import('./options/resume.js')).keepCommand(checkpoint, asked);
      // Of what all commands have in common, this is loaded by those that need it.
      if (asked.includes('-') || asked.some((arg) => arg.endsWith('=-')))
        (await import('./options/standard-input.js')).requireOneStandardInput(values);
      code = await command(...values);
    };
  try {
    const root = await program(run, asked);
    await root.parseAsync(joinedIntervals(spoken(root, asked)), { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return report(error);
  }
}
