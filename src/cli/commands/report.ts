/**
 * `relu-atlas report` on the command line: about one network, about many, or about what ReLU does.
 */
import { type Command, Option } from 'commander';
import { collected, networkCommand, type Runner, seconds, withDomain, workersOption } from '../options/shared.js';
import { withSlice } from '../options/subject.js';
import { withForce } from '../output/targets.js';

/** Options about one network only. */
const OF_ONE_NETWORK = ['units', 'plane', 'through', 'points', 'svg', 'png', 'pdf', 'certificate', 'redundant'];

/** Adds --theory and --table. */
function withOtherReports(command: Command): Command {
  const domain = ['box', 'domain', 'whole'];
  return command
    .addOption(
      new Option(
        '--theory',
        'instead: what ReLU does, in pictures from exact data (default: reports/theory.html)',
      ).conflicts(['table', 'budget', 'pieces', 'workers', ...domain, ...OF_ONE_NETWORK]),
    )
    .addOption(
      new Option('--table <dir|list>', 'instead: a table over many networks, as .md, .json and .html').conflicts(
        OF_ONE_NETWORK,
      ),
    )
    .addOption(
      new Option(
        '--verify <query.vnnlib>',
        'instead: can the network do what the query asks? answer, tree, picture',
      ).conflicts([
        'table',
        'theory',
        'budget',
        'pieces',
        'box',
        'domain',
        'whole',
        'plane',
        'through',
        'points',
        'redundant',
      ]),
    )
    .option('--network <name=file>', 'with --verify: further networks of the query (repeat it)', collected)
    .addOption(
      new Option('--timeout <s>', 'with --verify: seconds after which the answer is unknown').argParser(seconds),
    )
    .option('--over-reals', 'with --verify: take float types of the query for real numbers')
    .option('--budget <n,s>', 'with --table: at most so many cells or seconds per network, such as 100000,30s')
    .option('--no-pieces', 'with --table: neither pieces nor maps');
}

export function reportCommand(run: Runner): Command {
  const command = networkCommand('report', 'an HTML report with interactive pictures, report.json and a summary', {
    formats: ['text', 'markdown', 'json'],
    optional: true,
  });
  withForce(withSlice(withDomain(command)))
    .option('--out <file.html>', 'the report (default: NET.report.html; a table is printed); beside it .json and .cert')
    .option(
      '--json [file]',
      'report.json (default: beside the report, as .json); without a file: print it, as --format=json',
    )
    .option('--svg <file>', 'also the picture as SVG')
    .option('--png <file>', 'also the picture as PNG')
    .option('--pdf <file>', 'also the picture as PDF: vector, with its font')
    .addOption(
      new Option('--colour <by>', 'what the cells are coloured by, to begin with')
        .choices(['value', 'map', 'slope', 'layer', 'class', 'none'])
        .default('value'),
    )
    .option(
      '--points <file>',
      'data points to draw, of a .csv, .json or .npy file: a point per row, in a column more its class (with one input: its value)',
    )
    .option('--certificate <file>', 'the certificate (default: beside the report, as .cert)')
    .option('--no-certificate', 'write no certificate')
    .option('--redundant', 'also look for neurons whose bends the outputs never see (costly)')
    .addOption(workersOption());
  return withOtherReports(command)
    .addHelpText(
      'after',
      `
A list has one network per line with its domain (net.onnx --box=-1,1), or is JSON: [{"network":"net.onnx","box":"-1,1"}];
of a directory all networks below it are taken. A domain option of the command stands for all networks whose line has none.
An interrupted table with --out continues when the same command is given again.

Examples:
  relu-atlas report net.onnx --box=-1,1
  relu-atlas report --table networks/ --box=-1,1 --budget 1000000,60s --out table.html
  relu-atlas report net.onnx --verify property.vnnlib --pdf unsafe.pdf
  relu-atlas report --theory`,
    )
    .action(run(async (net, options) => (await import('../report/choice.js')).chosenReport(net, options)));
}
