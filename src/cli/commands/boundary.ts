/**
 * `relu-atlas boundary`: exact decision boundaries and level sets.
 */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Boundary, boundaryCurves, type Level } from '../../analysis/function/index.js';
import { decisionBoundariesInThreads, levelSetInThreads, type SurveyRequest } from '../../analysis/threads/index.js';
import { jsonOfBoundary, jsonOfPairs, stamp } from '../../answers/index.js';
import { formatRational, type Rational, ZERO } from '../../exact/index.js';
import type { NetworkFile } from '../../formats/index.js';
import type { Domain } from '../../network/index.js';
import { writeOutput } from '../../output/index.js';
import { dimensionOfHull } from '../../problem/index.js';
import { EXIT, UsageError } from '../exit.js';
import { type ChosenDomain, type Finding, onDomains } from '../options/domain.js';
import { type ChosenElement, chosenElement, readingOf } from '../options/element.js';
import { exactNumber } from '../options/numbers.js';
import { type AnalysisOptions, networkCommand, type Runner, withDomain, workersOption } from '../options/shared.js';
import { readSubjectSparing, withSlice } from '../options/subject.js';
import { type ForceOption, optionalTarget, withForce } from '../output/targets.js';
import { briefRational, counted, showDomain, table } from '../output/text.js';
import { surveyed } from '../progress/survey.js';

interface BoundaryOptions extends Omit<AnalysisOptions, 'output'>, ForceOption {
  readonly output?: ChosenElement;
  readonly classes?: boolean;
  readonly minus?: number;
  readonly threshold?: Rational;
  readonly workers?: number;
  readonly out?: string;
}

function index(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected the number of an output, from 0.');
}

export async function boundary(file: string, options: BoundaryOptions): Promise<number> {
  const element = options.output?.element ?? 0;
  const reading = readingOf(options);
  const net = await readSubjectSparing(file, reading, optionalTarget('--out', options.out, 'boundary'));
  for (const output of [element, options.minus ?? 0]) {
    if (output >= net.network.outputs) {
      throw new UsageError(
        `--output, --minus: expected at most ${net.network.outputs - 1}, got ${output}; count from 0`,
      );
    }
  }
  const level = levelOf(net, element, options);
  return onDomains(file, net, reading, (chosen) => boundaryOn(net, chosen, level, reading));
}

/** What was asked for: a level, or the boundaries of all pairs of classes. */
function levelOf(
  { network }: NetworkFile,
  element: number,
  { output, minus, threshold, classes }: BoundaryOptions,
): Level | 'classes' {
  if (classes === true && network.outputs < 2) {
    throw new UsageError('--classes: expected a network with two outputs or more, got 1; use --threshold');
  }
  const unstated = output === undefined && minus === undefined && threshold === undefined;
  if (classes === true || (unstated && network.outputs > 1)) return 'classes';
  return minus === undefined ? { output: element, threshold: threshold ?? ZERO } : { output: element, minus };
}

async function boundaryOn(
  net: NetworkFile,
  { domain, source }: ChosenDomain,
  level: Level | 'classes',
  options: Pick<BoundaryOptions, 'out' | 'workers' | 'quiet'>,
): Promise<Finding> {
  const planar = dimensionOfHull(domain) === 2;
  const found = await surveyed(options, (request) =>
    level === 'classes' ? classesOn(net, domain, planar, request) : levelOn(net, domain, planar, level, request),
  );
  if (found === undefined) return { code: EXIT.interrupted, text: 'interrupted: the boundary is not complete\n' };
  const json = { ...found.json, ...stamp('boundary') };
  if (options.out !== undefined) writeOutput(options.out, `${JSON.stringify(json)}\n`);
  return { code: EXIT.ok, json, text: table([['domain', `${showDomain(domain)} (${source})`], ...found.rows]) };
}

/** What was found, for programs and for people. */
interface Shown {
  readonly json: object;
  readonly rows: readonly (readonly [string, string])[];
}

async function levelOn(
  { network }: NetworkFile,
  domain: Domain,
  planar: boolean,
  level: Level,
  request: SurveyRequest,
): Promise<Shown | undefined> {
  const result = await levelSetInThreads(network, domain, level, request);
  if (result === undefined) return undefined;
  const rows: [string, string][] = [
    ['boundary', sizeOf(result)],
    ['ties', `${counted(result.ties.length, 'cell')} on which it holds throughout`],
  ];
  if (planar) {
    boundaryCurves(result).forEach(({ points, corners, closed }, k) => {
      const ends = closed ? 'closed' : `from ${startOf(result, points[0]!)}`;
      rows.push([`curve ${k}`, `${counted(points.length, 'point')}, ${counted(corners.length, 'corner')}, ${ends}`]);
    });
  }
  return { json: jsonOfBoundary(result, domain, planar), rows };
}

/** Where a curve begins: a point, or infinity. */
function startOf({ points, ends = [] }: Boundary, start: readonly Rational[]): string {
  const end = ends.find(({ point }) => points[point] === start);
  return end === undefined
    ? start.map(formatRational).join(',').slice(0, 60)
    : `infinity, direction ${end.direction!.map(briefRational).join(', ')}`;
}

function sizeOf({ pieces, points, ends }: Boundary): string {
  const vertices = (n: number) => counted(n, 'vertex').replace('vertexs', 'vertices');
  const far = ends === undefined || ends.length === 0 ? '' : `, ${ends.length} ends at infinity`;
  return `${counted(pieces.length, 'piece')}, ${vertices(points.length - (ends?.length ?? 0))}${far}`;
}

async function classesOn(
  { network }: NetworkFile,
  domain: Domain,
  planar: boolean,
  request: SurveyRequest,
): Promise<Shown | undefined> {
  const pairs = await decisionBoundariesInThreads(network, domain, request);
  if (pairs === undefined) return undefined;
  const others = (network.outputs * (network.outputs - 1)) / 2 - pairs.length;
  const rows = pairs.map((pair): [string, string] => {
    const ties = pair.ties.length > 0 ? `, equal on ${counted(pair.ties.length, 'cell')} throughout` : '';
    const curves = planar ? `, ${counted(boundaryCurves(pair).length, 'curve')}` : '';
    return [`classes ${pair.classes.join(', ')}`, `${sizeOf(pair)}${curves}${ties}`];
  });
  if (others > 0) rows.push(['no boundary', `between ${counted(others, 'pair')} of classes`]);
  return { json: jsonOfPairs(pairs, domain, planar), rows };
}

export function boundaryCommand(run: Runner): Command {
  return withForce(
    withSlice(
      withDomain(
        networkCommand('boundary', 'where classes meet, or an output equals another one or a constant, exactly', {
          own: ['--output'],
        }),
      ),
    ),
  )
    .addOption(
      new Option('--output <[name:]i>', 'the output, from 0 (default: 0); of one tensor of the graph: NAME:0')
        .argParser(chosenElement)
        .conflicts(['classes']),
    )
    .addOption(new Option('--minus <j>', 'equals output j').argParser(index).conflicts(['threshold', 'classes']))
    .addOption(
      new Option('--threshold <c>', 'equals this number (default: 0)').argParser(exactNumber).conflicts(['classes']),
    )
    .option(
      '--classes',
      'every pair of classes, where both are the largest outputs (the default for two outputs or more)',
    )
    .addOption(workersOption())
    .option('--out <file>', 'write all of it as JSON to this file')
    .addHelpText(
      'after',
      '\nExample:\n  relu-atlas boundary net.onnx --box=-1,1 --output 0 --minus 1 --out boundary.json\n  relu-atlas boundary net.onnx --whole --classes',
    )
    .action(run(boundary));
}
