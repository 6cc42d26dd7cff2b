/**
 * `relu-atlas boundary`: exact decision boundaries and level sets.
 */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { boundaryCurves, type Level, levelSet } from '../../analysis/function/index.js';
import { jsonOfBoundary, stamp } from '../../answers/index.js';
import { formatRational, parseRational, type Rational, ZERO } from '../../exact/index.js';
import type { NetworkFile } from '../../formats/index.js';
import { writeOutput } from '../../output/index.js';
import { dimensionOfHull } from '../../problem/index.js';
import { EXIT, UsageError } from '../exit.js';
import { type ChosenDomain, type Finding, onDomains } from '../options/domain.js';
import { type ChosenElement, chosenElement, readingOf } from '../options/element.js';
import { type AnalysisOptions, networkCommand, type Runner, withDomain } from '../options/shared.js';
import { readSubject, withSlice } from '../options/subject.js';
import { type ForceOption, inputsOf, requireFree, withForce } from '../output/targets.js';
import { counted, showDomain, table } from '../output/text.js';

interface BoundaryOptions extends Omit<AnalysisOptions, 'output'>, ForceOption {
  readonly output: ChosenElement;
  readonly minus?: number;
  readonly threshold?: Rational;
  readonly out?: string;
}

function index(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected the number of an output, from 0.');
}

function number(text: string): Rational {
  try {
    return parseRational(text);
  } catch {
    throw new InvalidArgumentError('Expected a number such as 0.5 or 1/3.');
  }
}

export async function boundary(file: string, options: BoundaryOptions): Promise<number> {
  if (options.out !== undefined) {
    requireFree([{ option: '--out', file: options.out, kind: 'boundary' }], inputsOf([file], options), options);
  }
  const { element } = options.output;
  const reading = readingOf(options);
  const net = await readSubject(file, reading);
  for (const output of [element, options.minus ?? 0]) {
    if (output >= net.network.outputs) {
      throw new UsageError(
        `--output, --minus: expected at most ${net.network.outputs - 1}, got ${output}; count from 0`,
      );
    }
  }
  const level: Level =
    options.minus === undefined
      ? { output: element, threshold: options.threshold ?? ZERO }
      : { output: element, minus: options.minus };
  return onDomains(file, net, reading, (chosen) => boundaryOn(net, chosen, level, reading));
}

async function boundaryOn(
  net: NetworkFile,
  { domain, source }: ChosenDomain,
  level: Level,
  options: Pick<BoundaryOptions, 'out'>,
): Promise<Finding> {
  if (domain.kind === 'whole') throw new UsageError('boundary: expected a box, got --whole; give --box or --domain');
  const result = levelSet(net.network, domain, level);
  const planar = dimensionOfHull(domain) === 2;
  const json = { ...jsonOfBoundary(result, domain, planar), ...stamp('boundary') };
  if (options.out !== undefined) writeOutput(options.out, `${JSON.stringify(json)}\n`);
  const rows: [string, string][] = [
    ['domain', `${showDomain(domain)} (${source})`],
    [
      'boundary',
      `${counted(result.pieces.length, 'piece')}, ${counted(result.points.length, 'vertex').replace('vertexs', 'vertices')}`,
    ],
    ['ties', `${counted(result.ties.length, 'cell')} on which it holds throughout`],
  ];
  if (planar) {
    boundaryCurves(result).forEach(({ points, corners, closed }, k) => {
      const ends = closed ? 'closed' : `from ${points[0]!.map(formatRational).join(',').slice(0, 60)}`;
      rows.push([`curve ${k}`, `${counted(points.length, 'point')}, ${counted(corners.length, 'corner')}, ${ends}`]);
    });
  }
  return { code: EXIT.ok, json, text: table(rows) };
}

export function boundaryCommand(run: Runner): Command {
  return withForce(
    withSlice(
      withDomain(
        networkCommand('boundary', 'where an output equals another one or a constant, exactly', { own: ['--output'] }),
      ),
    ),
  )
    .addOption(
      new Option('--output <[name:]i>', 'the output, from 0; of one tensor of the graph: NAME:0')
        .argParser(chosenElement)
        .default({ element: 0 }, '0'),
    )
    .addOption(new Option('--minus <j>', 'equals output j').argParser(index).conflicts(['threshold']))
    .addOption(new Option('--threshold <c>', 'equals this number (default: 0)').argParser(number))
    .option('--out <file>', 'write all of it as JSON to this file')
    .addHelpText(
      'after',
      '\nExample:\n  relu-atlas boundary net.onnx --box=-1,1 --output 0 --minus 1 --out boundary.json',
    )
    .action(run(boundary));
}
