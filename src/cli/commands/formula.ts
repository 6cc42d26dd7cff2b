/**
 * `relu-atlas formula`: a network as text that other programs read.
 */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { simplify } from '../../analysis/function/index.js';
import { stamp } from '../../answers/index.js';
import { formulaOf, LANGUAGES, type Language, needsDomain, type Objective } from '../../formula/index.js';
import type { Domain, Network } from '../../network/index.js';
import { writeOutput } from '../../output/index.js';
import { EXIT, UsageError } from '../exit.js';
import { chooseDomain } from '../options/domain.js';
import { type AnalysisOptions, networkCommand, type Runner, withDomain } from '../options/shared.js';
import { readSubjectSparing, type Subject, withSlice } from '../options/subject.js';
import { type ForceOption, optionalTarget, withForce } from '../output/targets.js';

interface FormulaOptions extends AnalysisOptions, ForceOption {
  readonly language: Language;
  readonly objective?: Objective;
  readonly simplified?: boolean;
  readonly out?: string;
}

function objective(text: string): Objective {
  const [, sense, output] = /^(min|max)(?:,(\d+))?$/.exec(text) ?? [];
  if (sense === 'min' || sense === 'max') return { sense, output: Number(output ?? 0) };
  throw new InvalidArgumentError('Expected min or max, and an output from 0, such as max,0.');
}

/** The domain that was given, or the file's own; undefined if there is none and the language needs none. */
async function domainFor(file: string, net: Subject, options: FormulaOptions) {
  const given = options.box !== undefined || options.domain !== undefined || options.whole === true;
  const needed = needsDomain(options.language) || options.simplified === true;
  if (!given && !needed && net.domain === undefined) return undefined;
  return (await chooseDomain(file, net, options)).domain;
}

function textOf(network: Network, domain: Domain | undefined, options: FormulaOptions): string {
  const said = options.simplified === true ? simplify(network, domain!).network : network;
  const request = { language: options.language, ...(domain && { domain }) };
  try {
    return formulaOf(said, { ...request, ...(options.objective && { objective: options.objective }) });
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--objective: ${error.message}`);
    throw error;
  }
}

export async function formula(file: string, options: FormulaOptions): Promise<number> {
  const net = await readSubjectSparing(file, options, optionalTarget('--out', options.out, 'formula'));
  const domain = await domainFor(file, net, options);
  const text = textOf(net.network, domain, options);
  if (options.out !== undefined) writeOutput(options.out, text);
  const json = {
    language: options.language,
    ...(options.out === undefined ? { text } : { file: options.out }),
    ...stamp('formula'),
  };
  if (options.format === 'json') process.stdout.write(`${JSON.stringify(json)}\n`);
  else process.stdout.write(options.out === undefined ? text : `${options.out}: ${options.language}\n`);
  return EXIT.ok;
}

export function formulaCommand(run: Runner): Command {
  return withForce(
    withSlice(withDomain(networkCommand('formula', 'the network as LaTeX, SymPy, SMT-LIB, LP, MPS or MiniZinc'))),
  )
    .addOption(new Option('--language <name>', 'of these').choices(LANGUAGES).makeOptionMandatory())
    .addOption(
      new Option('--objective <min|max,i>', 'what programs optimise: an output (default: min,0)').argParser(objective),
    )
    .option('--simplified', 'of the smaller network that is exactly equal on the domain (see simplify)')
    .option('--out <file>', 'write to this file')
    .addHelpText('after', '\nExample:\n  relu-atlas formula net.onnx --language smtlib --box=-1,1 --out net.smt2')
    .action(run(formula));
}
