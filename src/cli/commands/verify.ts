/**
 * `relu-atlas verify`: can the output be in the unsafe set?
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import { EXIT, UsageError } from '../exit.js';
import { withCheckpoint, withLimits } from '../options/checkpoint.js';
import { collected, formatOption, type Runner, withDomain, withReading, workersOption } from '../options/shared.js';
import { inputsOf, requireFree, withForce } from '../output/targets.js';
import type { VerifyOptions } from '../verify/options.js';
import { namedFiles, targetsOf } from '../verify/targets.js';

function outputIndex(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected the number of an output, from 0.');
}

/** What one way of asking needs, and what it cannot have. */
interface Form {
  readonly when: (options: VerifyOptions) => boolean;
  readonly name: string;
  readonly files: number;
  readonly needs: string;
}

const FORMS: readonly Form[] = [
  { when: ({ instances }) => instances !== undefined, name: '--instances', files: 0, needs: 'no files' },
  { when: ({ around }) => around !== undefined, name: '--around', files: 1, needs: 'one network' },
  {
    when: ({ equal, atLeast }) => equal === true || atLeast === true,
    name: '--equal, --at-least',
    files: 2,
    needs: 'two networks',
  },
];

/** Options that mean something only beside another. */
const COMPANIONS: readonly (readonly [
  option: keyof VerifyOptions,
  name: string,
  beside: readonly (keyof VerifyOptions)[],
])[] = [
  ['radius', '--radius', ['around']],
  ['class', '--class', ['around']],
  ['largest', '--largest', ['around']],
  ['within', '--within', ['equal', 'atLeast']],
  ['out', '--out', ['instances']],
  ['writeQuery', '--write-query', ['around', 'equal', 'atLeast', 'margin']],
  ['box', '--box', ['around', 'equal', 'atLeast']],
  ['domain', '--domain', ['around', 'equal', 'atLeast']],
  ['whole', '--whole', ['equal', 'atLeast']],
];

const dashed = (option: string) => `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Searches that keep no state of their own. */
const WITHOUT_STATE: readonly (keyof VerifyOptions)[] = ['instances', 'margin', 'largest'];

function checkOptions(files: readonly string[], options: VerifyOptions): Form | undefined {
  for (const [option, name, beside] of COMPANIONS) {
    if (options[option] !== undefined && beside.every((other) => options[other] === undefined)) {
      throw new UsageError(
        `${name}: means something only with ${beside.map(dashed).join(' or ')}; add it or drop ${name}`,
      );
    }
  }
  const other = WITHOUT_STATE.find((option) => options[option] !== undefined);
  if (other !== undefined && (options.checkpoint ?? options.limitCells) !== undefined) {
    const name = options.checkpoint === undefined ? '--limit-cells' : '--checkpoint';
    throw new UsageError(`${name}: means something only for one query, not with ${dashed(other)}; drop one`);
  }
  const forms = FORMS.filter(({ when }) => when(options));
  if (forms.length > 1) {
    throw new UsageError(`verify: expected one of ${forms.map(({ name }) => name).join(' and ')}, got both; drop one`);
  }
  const [form] = forms;
  if (form !== undefined && files.length !== form.files) {
    throw new UsageError(`${form.name}: expected ${form.needs}, got ${files.length}; correct the arguments`);
  }
  return form;
}

async function robustness(file: string, options: VerifyOptions): Promise<number> {
  const { answer } = await import('../verify/single.js');
  const { questionOfRobustness } = await import('../verify/question.js');
  if ((options.radius === undefined) === (options.largest !== true)) {
    throw new UsageError('--around: expected either --radius or --largest; give one');
  }
  if (options.largest === true) return (await import('../verify/optimum.js')).largest(file, options);
  return answer(await questionOfRobustness(file, options), options, 'full');
}

async function ofFiles(files: readonly string[], options: VerifyOptions): Promise<number> {
  const { isQuery, questionOfFiles } = await import('../verify/question.js');
  const { answer } = await import('../verify/single.js');
  const [first, second] = files;
  if (first === undefined || files.length > 2) {
    throw new UsageError(
      `verify: expected NET QUERY.vnnlib, or QUERY.vnnlib --network NAME=NET, got ${files.length} files`,
    );
  }
  if (second === undefined) {
    if (!isQuery(first))
      throw new UsageError(`verify: expected a query beside ${first}; write verify NET QUERY.vnnlib`);
    const question = await questionOfFiles(first, undefined, options);
    if (options.margin === true) return (await import('../verify/optimum.js')).margin(question, options);
    return answer(question, options, 'interface');
  }
  if (isQuery(first) || !isQuery(second)) {
    throw new UsageError(`verify: expected a network, then a query (.vnnlib), got ${first} ${second}; or add --equal`);
  }
  const question = await questionOfFiles(second, first, options);
  if (options.margin === true) return (await import('../verify/optimum.js')).margin(question, options);
  return answer(question, options, 'full');
}

/** Files that are written, and not over those that are read. */
function checkTargets(files: readonly string[], options: VerifyOptions) {
  requireFree(targetsOf(options), inputsOf([...files, ...namedFiles(options)], options), options);
}

export async function verify(files: readonly string[], options: VerifyOptions): Promise<number> {
  const form = checkOptions(files, options);
  checkTargets(files, options);
  if (form?.name === '--instances') return (await import('../verify/instances.js')).instances(options);
  if (form?.name === '--around') return robustness(files[0]!, options);
  if (form === undefined) return ofFiles(files, options);
  const { questionOfComparison } = await import('../verify/question.js');
  const { answer } = await import('../verify/single.js');
  return answer(await questionOfComparison(files[0]!, files[1]!, options), options, 'full');
}

function withForms(command: Command): Command {
  return command
    .option('--instances <csv>', 'instead: every row network,query,seconds of a benchmark, in one run')
    .option(
      '--out <dir>',
      'with --instances: the table, certificates and counterexamples; an interrupted run continues',
    )
    .option('--around <x1,x2,...>', 'instead: is the class of this point kept within a radius (l-infinity)?')
    .option('--radius <r>', 'with --around: the radius, such as 1/100')
    .addOption(
      new Option('--class <k>', 'with --around: the output that must stay greatest (default: it is there)').argParser(
        outputIndex,
      ),
    )
    .option('--largest', 'with --around: the largest radius instead, exactly')
    .addOption(new Option('--equal', 'instead: are two networks equal on a domain?').conflicts(['atLeast', 'network']))
    .addOption(
      new Option('--at-least', 'instead: is the first at least the second on a domain?').conflicts(['network']),
    )
    .option('--within <eps>', 'with --equal, --at-least: but for so much')
    .option('--write-query <file.vnnlib>', 'with --around, --equal, --at-least, --margin: also write what was asked');
}

export function verifyCommand(run: Runner): Command {
  const command = new Command('verify')
    .description('can the outputs be in the unsafe set of a query? sat with a point, unsat with a proof, never a guess')
    .argument('[files...]', 'NET QUERY.vnnlib; or QUERY.vnnlib with --network; or one or two networks')
    .option('--network <name=file>', 'the network of a name that the query declares (repeat it for several)', collected)
    .option('--certificate <file>', 'write the proof of unsat to this file')
    .option('--counterexample <file>', 'write the point of sat to this file, as VNN-COMP wants it')
    .option('--margin', 'instead: the exact least distance to unsafety, and where')
    .option('--over-reals', 'take float types of the query for real numbers')
    .addOption(workersOption())
    .addOption(formatOption());
  return withForms(withForce(withDomain(withReading(withCheckpoint(withLimits(command))))))
    .addHelpText(
      'after',
      `
Exit ${EXIT.ok} answered (sat or unsat), ${EXIT.unknown} unknown, ${EXIT.error} and ${EXIT.usage} errors. Queries are VNN-LIB 1.0 or 2.0 (type real); \`relu-atlas supports\`
says what of the standard. Options of reading hold for all networks. With --head logits a query must compare classes (Y_i with
Y_j, a Sigmoid with 1/2), which the logits decide exactly; --output NAME reads the logits themselves. sat also says whether the point violates in float32: in any order of summation, in a replay, or not.
On a slice: write it with convert NET slice.json --through=..., and ask about that.

Examples:
  relu-atlas verify net.onnx property.vnnlib --certificate proof.cert
  relu-atlas verify query.vnnlib --network f=net.onnx --network g=other.onnx --timeout 60
  relu-atlas verify --instances instances.csv --out results
  relu-atlas verify net.onnx --around=0.1,0.2 --radius=1/100
  relu-atlas verify softmax.onnx property.vnnlib --head=logits
  relu-atlas verify old.onnx new.onnx --equal --within=1/1000 --box=-1,1`,
    )
    .action(run(verify));
}
