/**
 * `relu-atlas report` on the command line.
 */
import { type Command, Option } from 'commander';
import { networkCommand, type Runner, withDomain } from './options.js';
import { withSlice } from './subject.js';

export function reportCommand(run: Runner): Command {
  const command = networkCommand('report', 'an HTML report with interactive pictures, report.json and a summary', {
    formats: ['text', 'markdown', 'json'],
  });
  return withSlice(withDomain(command))
    .option('--out <file.html>', 'the report (default: NET.report.html)')
    .option('--json <file>', 'report.json (default: beside the report)')
    .option('--svg <file>', 'also the picture as SVG')
    .option('--png <file>', 'also the picture as PNG')
    .addOption(
      new Option('--colour <by>', 'what the cells are coloured by, to begin with')
        .choices(['value', 'map', 'slope', 'layer', 'class', 'none'])
        .default('value'),
    )
    .option('--certificate <file>', 'the certificate (default: beside the report)')
    .option('--no-certificate', 'write no certificate')
    .option('--redundant', 'also look for neurons whose bends the outputs never see (costly)')
    .addOption(new Option('--workers <n>', 'worker threads (default: the cores)').argParser(Number))
    .action(run(async (net, options) => (await import('./report.js')).report(net, options)));
}
