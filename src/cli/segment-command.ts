/**
 * `relu-atlas segment`: the exact breakpoints along a segment.
 */
import type { Command } from 'commander';
import { type SegmentPartition, segmentPartition } from '../analysis/segment.js';
import { add, formatRational, multiply, ONE, type Rational, subtract } from '../exact/rational.js';
import { readNetwork, type Units } from '../formats/index.js';
import { EXIT } from './exit.js';
import { networkCommand, type Runner } from './options.js';
import { pointOf } from './points.js';
import { briefRational, counted, decimalOf, showRational, table } from './text.js';

interface SegmentOptions {
  readonly from: string;
  readonly to: string;
  readonly units: Units;
  readonly format: 'text' | 'json';
}

type Points = readonly [readonly Rational[], readonly Rational[]];

export async function segment(file: string, options: SegmentOptions): Promise<number> {
  const { network } = await readNetwork(file, { units: options.units });
  const from = pointOf(options.from, network.inputs, '--from');
  const to = pointOf(options.to, network.inputs, '--to');
  const result = segmentPartition(network, from, to);
  process.stdout.write(options.format === 'json' ? jsonReport(result, [from, to]) : textReport(result));
  return EXIT.ok;
}

const exactAndDecimal = (value: Rational) => ({ rational: formatRational(value), decimal: decimalOf(value).text });

/** The point of the input space at parameter t. */
function pointAt([from, to]: Points, t: Rational): Rational[] {
  return from.map((x, i) => add(multiply(subtract(ONE, t), x), multiply(t, to[i]!)));
}

function jsonReport({ breakpoints, cells }: SegmentPartition, points: Points): string {
  const report = {
    cells: cells.length,
    breakpoints: breakpoints.map((t) => ({ t: exactAndDecimal(t), point: pointAt(points, t).map(formatRational) })),
    maps: cells.map(({ slope, constant }) => ({
      slope: slope.map(formatRational),
      constant: constant.map(formatRational),
    })),
  };
  return `${JSON.stringify(report)}\n`;
}

function textReport({ cells }: SegmentPartition): string {
  const affine = (slope: Rational, constant: Rational) => `${briefRational(constant)} + ${briefRational(slope)} t`;
  const rows = cells.map(({ start, end, slope, constant }): [string, string] => [
    `t to ${showRational(end)}`,
    `${slope.map((a, k) => affine(a, constant[k]!)).join(', ')}${start.numerator === 0n ? '   (from t = 0)' : ''}`,
  ]);
  return `${counted(cells.length, 'cell')} on the segment, t from 0 to 1; on each the outputs are\n${table(rows)}`;
}

export function segmentCommand(run: Runner): Command {
  return networkCommand('segment', 'exact breakpoints along a segment, and the affine map between each two')
    .requiredOption('--from <x1,x2,...>', 'where the segment starts (t = 0); numbers may be rationals')
    .requiredOption('--to <x1,x2,...>', 'where it ends (t = 1)')
    .addHelpText(
      'after',
      `
Example:
  relu-atlas segment net.json --from=-1,0 --to=1,1/3 --format=json`,
    )
    .action(run(segment));
}
