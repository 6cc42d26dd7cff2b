/**
 * `relu-atlas segment`: the exact breakpoints along a segment.
 */

import type { Command } from 'commander';
import { type SegmentPartition, segmentPartition } from '../../analysis/function/index.js';
import { jsonOfSegment, stamp } from '../../answers/index.js';
import { formatRational, ONE, type Rational, ZERO } from '../../exact/index.js';
import type { Network } from '../../network/index.js';
import { cube, networkOnSlice, pointOnSlice, sliceThrough } from '../../network/index.js';
import { type CountReport, runCount } from '../../run/index.js';
import { EXIT, UsageError } from '../exit.js';
import { digitsOption } from '../options/digits.js';
import { pointOf } from '../options/points.js';
import { networkCommand, type Runner } from '../options/shared.js';
import {
  readSubjectSparing,
  type Subject,
  type SubjectOptions,
  subjectArguments,
  withSlice,
} from '../options/subject.js';
import { type ForceOption, optionalTarget, withForce } from '../output/targets.js';
import { briefRational, counted, grouped, quotedArgument, showRational, table } from '../output/text.js';

interface SegmentOptions extends SubjectOptions, ForceOption {
  readonly format: 'text' | 'json';
  readonly digits?: number;
  readonly certificate?: string;
}

type Points = readonly [readonly Rational[], readonly Rational[]];

/** The ends of the segment, in the coordinates of the network, or of its slice: a slice with one of them is a segment itself. */
function endsOf({ network, slice }: Subject, { from, to }: SegmentOptions): Points {
  if (from !== undefined && to !== undefined)
    return [pointOf(from, network.inputs, '--from'), pointOf(to, network.inputs, '--to')];
  if (from === undefined && to === undefined && slice !== undefined && network.inputs === 1) return [[ZERO], [ONE]];
  const got = (from ?? to) === undefined ? 'neither' : 'one';
  throw new UsageError(`segment: expected --from and --to, or --through with two points, got ${got}; give both ends`);
}

export async function segment(file: string, options: SegmentOptions): Promise<number> {
  const { from: _from, to: _to, ...reading } = options;
  const targets = optionalTarget('--certificate', options.certificate, 'certificate');
  const net = await readSubjectSparing(file, reading, targets);
  const ends = endsOf(net, options);
  const result = segmentPartition(net.network, ...ends);
  const placed = ends.map((end) => (net.slice === undefined ? end : pointOnSlice(net.slice.on, end)));
  const inSpace: Points = [placed[0]!, placed[1]!];
  const proof = options.certificate === undefined ? undefined : await certificateOf(net.own, inSpace, options);
  if (proof !== undefined && proof.cells !== result.cells.length) {
    throw new Error(`segment: expected ${result.cells.length} cells, the engine found ${proof.cells}`);
  }
  process.stdout.write(
    options.format === 'json'
      ? `${JSON.stringify({ ...jsonOfSegment(result, ends), ...(proof?.certificate && { certificate: { file: options.certificate, ...proof.certificate } }), ...stamp('segment') })}\n`
      : `${textReport(result, options.digits)}${proof === undefined ? '' : certificateText(file, inSpace, options, proof)}`,
  );
  return EXIT.ok;
}

/** Counts the cells of the network on the segment with an engine, which knows nothing of the breakpoints, and proves it. */
function certificateOf(network: Network, ends: Points, { certificate }: SegmentOptions): Promise<CountReport> {
  const onSegment = networkOnSlice(network, sliceThrough(ends));
  return runCount({ network: onSegment, domain: cube(1, 0, 1), ...(certificate !== undefined && { certificate }) });
}

function certificateText(file: string, ends: Points, options: SegmentOptions, { certificate }: CountReport): string {
  const { bytes, sha256 } = certificate!;
  const names = [file, options.certificate!].map(quotedArgument).join(' ');
  const [from, to] = ends.map((end) => end.map(formatRational).join(','));
  const { plane: _plane, through: _through, ...reading } = options;
  return table([
    ['certificate', `${options.certificate}: ${grouped(bytes)} bytes, sha256 ${sha256}`],
    ['check it', `relu-atlas check ${names}${subjectArguments({ ...reading, from: from!, to: to! })}`],
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
  return withForce(
    withSlice(networkCommand('segment', 'exact breakpoints along a segment, and the affine map between each two')),
  )
    .option('--from <x1,x2,...>', 'where the segment starts (t = 0); numbers may be rationals')
    .option('--to <x1,x2,...>', 'where it ends (t = 1); on a slice of one dimension both are its own ends unless told')
    .addOption(digitsOption())
    .option('--certificate <file>', 'write the proof of the number of cells, for relu-atlas check with --from and --to')
    .addHelpText(
      'after',
      `
With --plane or --through the ends are in the coordinates of the slice.

Examples:
  relu-atlas segment net.json --from=-1,0 --to=1,1/3 --format=json
  relu-atlas segment net.onnx --through images.npy`,
    )
    .action(run(segment));
}
