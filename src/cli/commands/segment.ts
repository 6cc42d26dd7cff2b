/**
 * `relu-atlas segment`: the exact breakpoints along a segment.
 */

import type { Command } from 'commander';
import { type SegmentPartition, segmentPartition } from '../../analysis/function/index.js';
import { jsonOfSegment, stamp } from '../../answers/index.js';
import type { Rational } from '../../exact/index.js';
import type { Network } from '../../network/index.js';
import { cube, networkOnSlice, sliceThrough } from '../../network/index.js';
import { type CountReport, runCount } from '../../run/index.js';
import { EXIT } from '../exit.js';
import { digitsOption } from '../options/digits.js';
import { pointOf } from '../options/points.js';
import { networkCommand, type Runner } from '../options/shared.js';
import { type ReadingOptions, readPlain, subjectArguments } from '../options/subject.js';
import { type ForceOption, inputsOf, requireFree, withForce } from '../output/targets.js';
import { briefRational, counted, grouped, quotedArgument, showRational, table } from '../output/text.js';

interface SegmentOptions extends ReadingOptions, ForceOption {
  readonly from: string;
  readonly to: string;
  readonly format: 'text' | 'json';
  readonly digits?: number;
  readonly certificate?: string;
}

type Points = readonly [readonly Rational[], readonly Rational[]];

export async function segment(file: string, options: SegmentOptions): Promise<number> {
  if (options.certificate !== undefined) {
    const target = { option: '--certificate', file: options.certificate, kind: 'certificate' } as const;
    requireFree([target], inputsOf([file], {}), options);
  }
  const { network } = await readPlain(file, options);
  const from = pointOf(options.from, network.inputs, '--from');
  const to = pointOf(options.to, network.inputs, '--to');
  const result = segmentPartition(network, from, to);
  const proof = options.certificate === undefined ? undefined : await certificateOf(network, [from, to], options);
  if (proof !== undefined && proof.cells !== result.cells.length) {
    throw new Error(`segment: expected ${result.cells.length} cells, the engine found ${proof.cells}`);
  }
  process.stdout.write(
    options.format === 'json'
      ? `${JSON.stringify({ ...jsonOfSegment(result, [from, to]), ...(proof?.certificate && { certificate: { file: options.certificate, ...proof.certificate } }), ...stamp('segment') })}\n`
      : `${textReport(result, options.digits)}${proof === undefined ? '' : certificateText(file, options, proof)}`,
  );
  return EXIT.ok;
}

/** Counts the cells of the network on the segment with an engine, which knows nothing of the breakpoints, and proves it. */
function certificateOf(network: Network, ends: Points, { certificate }: SegmentOptions): Promise<CountReport> {
  const onSegment = networkOnSlice(network, sliceThrough(ends));
  return runCount({ network: onSegment, domain: cube(1, 0, 1), ...(certificate !== undefined && { certificate }) });
}

function certificateText(file: string, options: SegmentOptions, { certificate }: CountReport): string {
  const { bytes, sha256 } = certificate!;
  const names = [file, options.certificate!].map(quotedArgument).join(' ');
  return table([
    ['certificate', `${options.certificate}: ${grouped(bytes)} bytes, sha256 ${sha256}`],
    ['check it', `relu-atlas check ${names}${subjectArguments(options)}`],
  ]);
}

function textReport({ cells }: SegmentPartition, digits?: number): string {
  const affine = (slope: Rational, constant: Rational) => `${briefRational(constant)} + ${briefRational(slope)} t`;
  const rows = cells.map(({ start, end, slope, constant }): [string, string] => [
    `t to ${showRational(end, digits)}`,
    `${slope.map((a, k) => affine(a, constant[k]!)).join(', ')}${start.numerator === 0n ? '   (from t = 0)' : ''}`,
  ]);
  return `${counted(cells.length, 'cell')} on the segment, t from 0 to 1; on each the outputs are\n${table(rows)}`;
}

export function segmentCommand(run: Runner): Command {
  return withForce(networkCommand('segment', 'exact breakpoints along a segment, and the affine map between each two'))
    .requiredOption('--from <x1,x2,...>', 'where the segment starts (t = 0); numbers may be rationals')
    .requiredOption('--to <x1,x2,...>', 'where it ends (t = 1)')
    .addOption(digitsOption())
    .option('--certificate <file>', 'write the proof of the number of cells, for relu-atlas check with --from and --to')
    .addHelpText(
      'after',
      `
Example:
  relu-atlas segment net.json --from=-1,0 --to=1,1/3 --format=json`,
    )
    .action(run(segment));
}
