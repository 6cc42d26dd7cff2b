/**
 * `relu-atlas certificate expand`: a certificate in the plain form that the checker proved in Coq reads.
 */
import { basename, extname } from 'node:path';
import { Argument, Command } from 'commander';
import { stamp } from '../../answers/index.js';
import { expandCertificate, gallina, plainText } from '../../formal/index.js';
import { networkDigest } from '../../network/index.js';
import { holdsSomething, kindOf, openOutput } from '../../output/index.js';
import { checkWithWorkers } from '../../run/index.js';
import { EXIT, UsageError } from '../exit.js';
import { formatOption, NETWORK_ARGUMENT, type Runner, withReading } from '../options/shared.js';
import { readSubject, type SubjectOptions, withEnds, withSlice } from '../options/subject.js';
import { paint } from '../output/colour.js';
import { type ForceOption, inputsOf, requireFree, withForce } from '../output/targets.js';
import { grouped, table } from '../output/text.js';

interface ExpandOptions extends SubjectOptions, ForceOption {
  readonly name?: string;
  readonly format: 'text' | 'json';
}

/** Text is gathered to pieces of about this length before it is written. */
const PIECE = 1 << 16;

/** An identifier of Coq from the name of a file. */
function identifier(target: string): string {
  const words = basename(target, extname(target)).replace(/[^A-Za-z0-9_]+/g, '_');
  return /^[A-Za-z]/.test(words) ? words : `net_${words}`;
}

function nameOf(target: string, { name }: ExpandOptions): string {
  if (name === undefined) return identifier(target);
  if (/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) return name;
  throw new UsageError(`--name: expected letters, digits and _, a letter first, got ${name}; give another one`);
}

async function expand(_: 'expand', file: string, certificate: string, target: string, options: ExpandOptions) {
  const isCoq = target.endsWith('.v');
  if (!isCoq && options.name !== undefined) {
    throw new UsageError('--name: expected a target with .v beside it; the text form has no names');
  }
  if (!isCoq && extname(target) !== '.txt') {
    const got = extname(target) === '' ? 'no extension' : extname(target);
    throw new UsageError(`${target}: expected a file to write with .txt or .v, got ${got}; rename it`);
  }
  const name = nameOf(target, options);
  const inputs = inputsOf([file, certificate], options);
  requireFree([{ option: '<target>', file: target, kind: isCoq ? 'Coq' : 'plain certificate' }], inputs, options);
  if (holdsSomething(certificate) && kindOf(certificate) === 'proof') {
    throw new UsageError(
      `${certificate}: expected a certificate of cells, got the proof of a query; expand one of count`,
    );
  }
  const { network } = await readSubject(file, options, 'silently');
  const report = await checkWithWorkers(network, certificate, { workers: 1 });
  if (!report.accepted) {
    const node = report.path === '' ? 'the root' : `node ${report.path}`;
    process.stdout.write(
      options.format === 'json'
        ? `${JSON.stringify({ accepted: false, path: report.path, reason: report.reason, ...stamp('certificate') })}\n`
        : `${paint('refused:', 'red')} ${certificate}: at ${node}: ${report.reason}\n`,
    );
    return EXIT.refused;
  }
  const output = openOutput(target);
  let cells: number;
  try {
    let pieces = '';
    const write = (text: string) => {
      pieces += text;
      if (pieces.length < PIECE) return;
      output.write(pieces);
      pieces = '';
    };
    cells = await expandCertificate(
      network,
      report.domain,
      certificate,
      isCoq ? gallina(name, write) : plainText(write),
    );
    output.write(pieces);
    output.commit();
  } finally {
    output.discard();
  }
  const form = isCoq ? 'coq' : 'text';
  process.stdout.write(
    options.format === 'json'
      ? `${JSON.stringify({
          accepted: true,
          network: networkDigest(network),
          cells,
          form,
          file: target,
          bytes: output.bytes,
          ...stamp('certificate'),
        })}\n`
      : table([
          ['accepted', `${certificate}, ${grouped(cells)} cells`],
          ['written', `${target}, ${grouped(output.bytes)} bytes, ${isCoq ? `theorems ${name}_...` : 'plain text'}`],
        ]),
  );
  return EXIT.ok;
}

export function certificateCommand(run: Runner): Command {
  return withForce(withReading(withEnds(withSlice(new Command('certificate')))))
    .description('expand a certificate to the plain form that the checker proved in Coq reads')
    .addArgument(new Argument('<action>', 'what to do with it').choices(['expand']))
    .argument('<net>', NETWORK_ARGUMENT)
    .argument('<certificate>', 'file written by count --certificate')
    .argument('<target>', 'file to write: .txt (for the extracted program) or .v (definitions and theorems for Coq)')
    .option('--name <identifier>', 'what the names in a .v file begin with (default: from its file name)')
    .addOption(formatOption())
    .addHelpText(
      'after',
      `
The certificate is checked first; exit ${EXIT.refused} if it is refused. Every neuron gets its multipliers, over rows of integers.

Examples:
  relu-atlas certificate expand net.json net.cert net.txt
  relu-atlas certificate expand net.json net.cert Net.v --name demo`,
    )
    .action(run(expand));
}
