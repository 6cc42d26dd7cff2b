/**
 * `relu-atlas certificate expand`: a certificate or the proof of a query in the plain form that the checker proved in Coq reads.
 */
import { basename, extname } from 'node:path';
import { Argument, Command } from 'commander';
import { stamp } from '../../answers/index.js';
import { checkVerification } from '../../checker/index.js';
import {
  ExpansionError,
  expandCertificate,
  expandVerification,
  gallina,
  gallinaProof,
  plainProofText,
  plainText,
} from '../../formal/index.js';
import { networkDigest } from '../../network/index.js';
import { holdsSomething, kindOf, openOutput } from '../../output/index.js';
import { checkWithWorkers } from '../../run/index.js';
import { EXIT, UsageError } from '../exit.js';
import { collected, formatOption, NETWORK_ARGUMENT, type Runner, withReading } from '../options/shared.js';
import { readSubject, type SubjectOptions, withEnds, withSlice } from '../options/subject.js';
import { paint } from '../output/colour.js';
import { type ForceOption, inputsOf, requireFree, type Target, weightsOf, withForce } from '../output/targets.js';
import { grouped, table } from '../output/text.js';
import { tellNotes } from '../output/warnings.js';
import { namedFiles } from '../verify/targets.js';

interface ExpandOptions extends SubjectOptions, ForceOption {
  readonly name?: string;
  /** The query that a proof answers. */
  readonly property?: string;
  readonly network?: readonly string[];
  readonly overReals?: boolean;
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
  const { property } = options;
  const inputs = inputsOf([file, certificate, property, ...namedFiles(options)], options);
  const kind = isCoq ? 'Coq' : property === undefined ? 'plain certificate' : 'plain proof';
  const targets = [{ option: '<target>', file: target, kind } as const];
  requireFree(targets, inputs, options);
  const isProof = holdsSomething(certificate) && kindOf(certificate) === 'proof';
  if (isProof && property === undefined) {
    throw new UsageError(
      `${certificate}: expected a certificate of cells, got the proof of a query; add --property QUERY`,
    );
  }
  if (holdsSomething(certificate) && kindOf(certificate) === 'certificate by images') {
    throw new UsageError(
      `${certificate}: expected a certificate of every cell, got one by images, which has no plain form; count with --engine vertex`,
    );
  }
  if (holdsSomething(certificate) && kindOf(certificate) === 'certificate by orbits') {
    throw new UsageError(
      `${certificate}: expected a certificate of every cell, got one by orbits, which has no plain form; count with --symmetry none`,
    );
  }
  const subject = { file, certificate, target, targets, name, isCoq };
  return property === undefined ? expandCells(subject, options) : expandProof(subject, { ...options, property });
}

interface Subject {
  readonly file: string;
  readonly certificate: string;
  readonly target: string;
  /** The same, as what must not be one of the files that are read. */
  readonly targets: readonly Target[];
  readonly name: string;
  readonly isCoq: boolean;
}

/** What was refused. */
function refused(certificate: string, { path, reason }: { path: string; reason: string }, { format }: ExpandOptions) {
  const node = path === '' ? 'the root' : `node ${path}`;
  process.stdout.write(
    format === 'json'
      ? `${JSON.stringify({ accepted: false, path, reason, ...stamp('certificate') })}\n`
      : `${paint('refused:', 'red')} ${certificate}: at ${node}: ${reason}\n`,
  );
  return EXIT.refused;
}

/** Writes a file piece by piece. @returns its bytes, and what `produce` returns */
async function written<T>(target: string, produce: (write: (text: string) => void) => Promise<T>) {
  const output = openOutput(target);
  try {
    let pieces = '';
    const result = await produce((text) => {
      pieces += text;
      if (pieces.length < PIECE) return;
      output.write(pieces);
      pieces = '';
    });
    output.write(pieces);
    output.commit();
    return { bytes: output.bytes, result };
  } finally {
    output.discard();
  }
}

async function expandCells({ file, certificate, target, targets, name, isCoq }: Subject, options: ExpandOptions) {
  const net = await readSubject(file, options);
  requireFree(targets, weightsOf(file, net), options);
  const { network } = net;
  const report = await checkWithWorkers(network, certificate, { workers: 1 });
  if (!report.accepted) return refused(certificate, report, options);
  const { bytes, result: cells } = await written(target, (write) =>
    expandCertificate(network, report.domain, certificate, isCoq ? gallina(name, write) : plainText(write)),
  );
  const form = isCoq ? 'coq' : 'text';
  process.stdout.write(
    options.format === 'json'
      ? `${JSON.stringify({ accepted: true, network: networkDigest(network), cells, form, file: target, bytes, ...stamp('certificate') })}\n`
      : table([
          ['accepted', `${certificate}, ${grouped(cells)} cells`],
          ['written', `${target}, ${grouped(bytes)} bytes, ${isCoq ? `theorems ${name}_...` : 'plain text'}`],
        ]),
  );
  return EXIT.ok;
}

async function expandProof(
  { file, certificate, target, targets, name, isCoq }: Subject,
  options: ExpandOptions & { readonly property: string },
) {
  const { questionOfFiles } = await import('../verify/question.js');
  const { bound, notes, weights } = await questionOfFiles(options.property, file, options);
  requireFree(targets, weights, options);
  tellNotes(notes);
  const { network, unsafe } = bound;
  const report = await checkVerification(network, unsafe, certificate);
  if (!report.accepted) return refused(certificate, report, options);
  const { nodes } = report;
  let bytes: number;
  try {
    const writing = (write: (text: string) => void) =>
      expandVerification(network, unsafe, certificate, isCoq ? gallinaProof(name, write) : plainProofText(write));
    ({ bytes } = await written(target, writing));
  } catch (error) {
    if (!(error instanceof ExpansionError)) throw error;
    throw new UsageError(`${certificate}: expected a proof that can be expanded, got another one: ${error.message}`);
  }
  const form = isCoq ? 'coq' : 'text';
  process.stdout.write(
    options.format === 'json'
      ? `${JSON.stringify({ accepted: true, network: networkDigest(network), property: options.property, nodes, form, file: target, bytes, ...stamp('certificate') })}\n`
      : table([
          ['accepted', `${certificate}, ${grouped(nodes)} nodes`],
          ['written', `${target}, ${grouped(bytes)} bytes, ${isCoq ? `theorems ${name}_...` : 'plain text'}`],
        ]),
  );
  return EXIT.ok;
}

export function certificateCommand(run: Runner): Command {
  return withForce(withReading(withEnds(withSlice(new Command('certificate')))))
    .description('expand a certificate to the plain form that the checker proved in Coq reads')
    .addArgument(new Argument('<action>', 'what to do with it').choices(['expand']))
    .argument('<net>', NETWORK_ARGUMENT)
    .argument('<certificate>', 'file written by count --certificate or verify --certificate')
    .argument('<target>', 'file to write: .txt (for the extracted program) or .v (definitions and theorems for Coq)')
    .option('--name <identifier>', 'what the names in a .v file begin with (default: from its file name)')
    .option('--property <query.vnnlib>', 'the query that the certificate of verify answers with unsat')
    .option('--network <name=file>', 'with --property: further networks of the query (repeat it)', collected)
    .option('--over-reals', 'with --property: as for verify')
    .addOption(formatOption())
    .addHelpText(
      'after',
      `
The certificate is checked first; exit ${EXIT.refused} if it is refused. Every neuron gets its multipliers, over rows of integers.
With --property the proof of a query: that no input of the network is unsafe becomes a theorem.

Examples:
  relu-atlas certificate expand net.json net.cert net.txt
  relu-atlas certificate expand net.json net.cert Net.v --name demo
  relu-atlas certificate expand net.onnx proof.cert Safe.v --property property.vnnlib`,
    )
    .action(run(expand));
}
