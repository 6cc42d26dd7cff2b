/**
 * `relu-atlas topology`: Betti numbers of decision regions, boundaries and level sets.
 */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { jsonOfCycle, jsonOfInterval, jsonOfTopology, stamp } from '../../answers/index.js';
import { type Rational, ZERO } from '../../exact/index.js';
import { jsonOfDomain, type NetworkFile } from '../../formats/index.js';
import { writeOutput } from '../../output/index.js';
import {
  checkSet,
  type DecisionSet,
  type Ends,
  type Field,
  type Interval,
  jsonOfSet,
  sublevelPersistence,
  type Topology,
  topology as topologyOf,
} from '../../topology/index.js';
import { EXIT, UsageError } from '../exit.js';
import { type ChosenDomain, type Finding, onDomains } from '../options/domain.js';
import { type ChosenElement, chosenElement, readingOf } from '../options/element.js';
import { exactNumber } from '../options/numbers.js';
import { type AnalysisOptions, networkCommand, type Runner, withDomain } from '../options/shared.js';
import { readSubjectSparing, withSlice } from '../options/subject.js';
import { type ForceOption, optionalTarget, type Target, withForce } from '../output/targets.js';
import { counted, grouped, showDomain, showRational, table } from '../output/text.js';
import { MEANING_OF_ENDS, showSet } from '../topology/words.js';

interface TopologyOptions extends Omit<AnalysisOptions, 'output'>, ForceOption {
  readonly output?: ChosenElement;
  readonly level?: Rational;
  readonly set?: 'above' | 'below' | 'equal' | 'all';
  readonly class?: readonly number[];
  readonly field: Field;
  readonly borelMoore?: boolean;
  readonly generators?: string;
  readonly certificate?: string;
  readonly persistence?: boolean;
}

function classes(text: string): number[] {
  if (/^\d+(,\d+)*$/.test(text)) return text.split(',').map(Number);
  throw new InvalidArgumentError('Expected a class, or classes such as 0,2, from 0.');
}

function field(text: string): Field {
  const known: Readonly<Record<string, Field>> = { q: 'Q', z: 'Z', gf2: 'GF2', 'gf(2)': 'GF2' };
  const found = known[text.toLowerCase()];
  if (found !== undefined) return found;
  throw new InvalidArgumentError('Expected Q, GF2 or Z.');
}

/** The set that the options name. */
function setOf(options: TopologyOptions): DecisionSet {
  if (options.class !== undefined) {
    if (options.output !== undefined || options.level !== undefined || options.set !== undefined)
      throw new UsageError('--class: expected no --output, --level or --set beside it; they name another set');
    return { kind: 'class', classes: options.class };
  }
  const kind = options.set ?? 'above';
  return kind === 'all' ? { kind } : { kind, output: options.output?.element ?? 0, level: options.level ?? ZERO };
}

const MEANINGS = ['components', 'loops', 'voids'];

function rowsOf(result: Topology): [string, string][] {
  const { betti, torsion } = result;
  const group = (orders: readonly bigint[]) => orders.map((order) => `Z/${order}`).join(' + ');
  return [
    ...betti.map((b, k): [string, string] => [
      `b${k}`,
      `${grouped(b)}${result.ends === 'singular' && MEANINGS[k] !== undefined ? ` (${MEANINGS[k]})` : ''}`,
    ]),
    ...(torsion ?? []).flatMap((orders, k): [string, string][] =>
      orders.length === 0 ? [] : [[`torsion of H${k}`, group(orders)]],
    ),
    ['Euler', `${grouped(result.eulerCharacteristic)} (characteristic)`],
    [
      'complex',
      `${result.cells.map(grouped).join(' + ')} faces by dimension, ${result.critical.map(grouped).join(' + ')} critical`,
    ],
  ];
}

const WHOLE = '; computed in a box that meets every face, which has the same homotopy type';

function targetsOf({ generators, certificate }: TopologyOptions): Target[] {
  return [
    ...optionalTarget('--generators', generators, 'generators'),
    ...optionalTarget('--certificate', certificate, 'homology'),
  ];
}

export async function topology(file: string, options: TopologyOptions): Promise<number> {
  const reading = readingOf(options);
  const net = await readSubjectSparing(file, reading, targetsOf(options));
  const set = setOf(options);
  requireOutputs(set, net);
  const files = { '--generators': options.generators, '--certificate': options.certificate };
  return onDomains(file, net, { ...reading, files }, (chosen) => topologyOn(net, chosen, set, options));
}

/** @throws UsageError for outputs that the network has not */
function requireOutputs(set: DecisionSet, { network }: NetworkFile): void {
  try {
    checkSet(set, network);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--output, --class: ${error.message}`);
    throw error;
  }
}

async function topologyOn(
  net: NetworkFile,
  { domain, source }: ChosenDomain,
  set: DecisionSet,
  options: TopologyOptions,
): Promise<Finding> {
  const ends: Ends = options.borelMoore === true ? 'borel-moore' : 'singular';
  const wanted = { generators: options.generators !== undefined, evidence: options.certificate !== undefined };
  const result = topologyOf(net.network, domain, { set, field: options.field, ends, ...wanted });
  const { generators, evidence } = result;
  const about = { set: jsonOfSet(set), domain: jsonOfDomain(domain) };
  if (options.generators !== undefined) {
    const content = { format: 'relu-atlas-generators', version: 1, ...about, generators: generators!.map(jsonOfCycle) };
    writeOutput(options.generators, `${JSON.stringify(content)}\n`);
  }
  if (options.certificate !== undefined) writeOutput(options.certificate, `${JSON.stringify(evidence)}\n`);
  const intervals = options.persistence === true ? persistence(net, domain, options) : undefined;
  const rows: [string, string][] = [
    ['domain', `${showDomain(domain)} (${source})`],
    ['set', showSet(set)],
    ['homology', `over ${options.field}; ${MEANING_OF_ENDS[ends]}${result.enclosed === true ? WHOLE : ''}`],
    ...rowsOf(result),
    ...(generators === undefined
      ? []
      : [['generators', `${counted(generators.length, 'cycle')} (${options.generators})`] as [string, string]]),
    ...(options.certificate === undefined ? [] : [['certificate', options.certificate] as [string, string]]),
    ...(intervals ?? []).map((interval): [string, string] => ['persists', showInterval(interval)]),
  ];
  return {
    code: EXIT.ok,
    json: {
      ...jsonOfTopology(result, set, domain),
      ...(options.certificate !== undefined && { certificate: options.certificate }),
      ...(intervals && { persistence: intervals.map(jsonOfInterval) }),
      ...stamp('topology'),
    },
    text: table(rows),
  };
}

function persistence(net: NetworkFile, domain: ChosenDomain['domain'], options: TopologyOptions): Interval[] {
  const output = options.output?.element ?? 0;
  if (output >= net.network.outputs)
    throw new UsageError(`--output: expected at most ${net.network.outputs - 1}, got ${output}; count from 0`);
  return sublevelPersistence(net.network, domain, output);
}

function showInterval({ dimension, birth, death }: Interval): string {
  const end = death === undefined ? 'for good' : `until ${showRational(death)}`;
  return `H${dimension} of the sublevel sets, from ${showRational(birth)} ${end}`;
}

export function topologyCommand(run: Runner): Command {
  return withForce(
    withSlice(
      withDomain(
        networkCommand('topology', 'Betti numbers of regions, boundaries and level sets, exactly', {
          own: ['--output'],
        }),
      ),
    ),
  )
    .addOption(
      new Option(
        '--output <[name:]i>',
        'the output, from 0 (default: 0); of one tensor of the graph: NAME:0',
      ).argParser(chosenElement),
    )
    .addOption(new Option('--level <c>', 'the level it is compared with (default: 0)').argParser(exactNumber))
    .addOption(
      new Option('--set <which>', 'the points where it is above, below or equal to the level, or all points').choices([
        'above',
        'below',
        'equal',
        'all',
      ]),
    )
    .addOption(
      new Option('--class <k>', 'the points where output k is the largest; k,j: where both are').argParser(classes),
    )
    .addOption(new Option('--field <field>', 'coefficients: Q, GF2, or Z with torsion').argParser(field).default('Q'))
    .option('--borel-moore', 'modulo the ends of the set: homology of its one-point compactification on R^d')
    .option('--generators <file>', 'write cycles that make a basis over Q as JSON to this file')
    .option('--certificate <file>', 'write evidence that `relu-atlas check` verifies to this file, as JSON')
    .option('--persistence', 'intervals of the sublevel sets of the output over GF(2)')
    .addHelpText(
      'after',
      '\nExample:\n  relu-atlas topology net.onnx --box=-1,1 --set equal --level 1/2 --generators loops.json',
    )
    .action(run(topology));
}
