/**
 * `relu-atlas sample`: points distributed uniformly over a domain, or a part of it.
 */
import { type Command, Option } from 'commander';
import { exactNumbers, stamp } from '../../answers/index.js';
import { formatRational, type Rational, toDouble, ZERO } from '../../exact/index.js';
import { extensionOf, jsonOfDomain, type NetworkFile, quoted } from '../../formats/index.js';
import { type Region, type Sample, samplePoints } from '../../integral/index.js';
import type { Domain } from '../../network/index.js';
import { writeOutput } from '../../output/index.js';
import { EXIT, UsageError } from '../exit.js';
import { type Finding, onDomains } from '../options/domain.js';
import { type ChosenElement, chosenElement, readingOf } from '../options/element.js';
import { exactNumber, wholeNumber } from '../options/numbers.js';
import { type AnalysisOptions, networkCommand, type Runner, withDomain } from '../options/shared.js';
import { readSubjectSparing, withSlice } from '../options/subject.js';
import { type ForceOption, optionalTarget, withForce } from '../output/targets.js';
import { walkBar } from '../progress/walk-bar.js';

interface SampleOptions extends Omit<AnalysisOptions, 'output' | 'format'>, ForceOption {
  readonly format: 'csv' | 'json';
  readonly count: number;
  readonly seed: number;
  readonly cell?: number;
  readonly piece?: number;
  readonly class?: number;
  readonly output?: ChosenElement;
  readonly level?: Rational;
  readonly set?: 'above' | 'below';
  readonly exact?: boolean;
  readonly out?: string;
}

/** More points than this belong into several files. */
const MOST_POINTS = 10_000_000;

const whole = (most: number, example: string) =>
  wholeNumber(0, most, `Expected a whole number up to ${most}, such as ${example}.`);

/** The part of the domain that the options name. */
function regionOf({ cell, piece, class: k, output, level: c, set }: SampleOptions): Region {
  const leveled = output !== undefined || c !== undefined || set !== undefined;
  const named = [cell !== undefined, piece !== undefined, k !== undefined, leveled].filter(Boolean).length;
  if (named > 1)
    throw new UsageError('--cell, --piece, --class, --level: expected one of them, got several; leave some out');
  if (cell !== undefined) return { kind: 'cell', cell };
  if (piece !== undefined) return { kind: 'piece', cell: piece };
  if (k !== undefined) return { kind: 'class', class: k };
  if (!leveled) return { kind: 'all' };
  return { kind: set ?? 'above', output: output?.element ?? 0, level: c ?? ZERO };
}

/** Lines of coordinates, as `--points` and `eval --at` read them. */
function csvOf({ points }: Sample, exact: boolean): string {
  const text = (x: Rational) => (exact ? formatRational(x) : String(toDouble(x)));
  return points.map((point) => `${point.map(text).join(',')}\n`).join('');
}

/** Whether a file gets JSON, by its ending or `--format`. @throws UsageError for an ending of another format */
function isJson({ out = '', format }: SampleOptions): boolean {
  const ending = extensionOf(out);
  if (!['', '.csv', '.txt', '.json'].includes(ending))
    throw new UsageError(`--out: expected .csv, .txt or .json, got ${quoted(ending)}; rename it`);
  return format === 'json' || ending === '.json';
}

function draw({ network }: NetworkFile, domain: Domain, options: SampleOptions): Sample {
  const bar = walkBar(options);
  try {
    const { count, seed } = options;
    const walk = bar.meter && { meter: bar.meter };
    return samplePoints(network, domain, { region: regionOf(options), count, seed, ...(walk && { walk }) });
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`sample: ${error.message}`);
    throw error;
  } finally {
    bar.stop();
  }
}

export async function sample(file: string, options: SampleOptions): Promise<number> {
  const reading = readingOf(options);
  const { out } = options;
  const fileIsJson = isJson(options);
  const net = await readSubjectSparing(file, reading, optionalTarget('--out', out, 'sample'));
  const request = { ...reading, format: options.format === 'json' ? ('json' as const) : ('text' as const) };
  return onDomains(file, net, request, async ({ domain }): Promise<Finding> => {
    const drawn = draw(net, domain, options);
    const json = {
      points: drawn.points.map(exactNumbers),
      cells: drawn.cells,
      seed: options.seed,
      domain: jsonOfDomain(domain),
      ...stamp('sample'),
    };
    const text = csvOf(drawn, options.exact === true);
    if (options.out === undefined) return { code: EXIT.ok, json, text };
    const content = { format: 'relu-atlas-sample', ...json };
    // What follows the mark is no data for whoever reads the file; by it a later run knows whose file this is.
    const marked = `# relu-atlas sample: ${drawn.points.length} points, seed ${options.seed}\n${text}`;
    writeOutput(options.out, fileIsJson ? `${JSON.stringify(content)}\n` : marked);
    const { points: _, cells: __, ...about } = json;
    return {
      code: EXIT.ok,
      json: { file: options.out, count: drawn.points.length, ...about },
      text: `${options.out}: ${drawn.points.length} points\n`,
    };
  });
}

export function sampleCommand(run: Runner): Command {
  return withForce(
    withSlice(
      withDomain(
        networkCommand(
          'sample',
          'random points, uniform over a domain, a cell, a piece, a class or one side of a level',
          {
            own: ['--output'],
            formats: ['csv', 'json'],
          },
        ),
      ),
    ),
  )
    .addOption(new Option('--count <n>', 'how many points').argParser(whole(MOST_POINTS, '--count=1000')).default(10))
    .addOption(
      new Option('--seed <n>', 'the same seed gives the same points')
        .argParser(whole(Number.MAX_SAFE_INTEGER, '--seed=7'))
        .default(1),
    )
    .addOption(new Option('--cell <id>', 'in this cell, numbered as in partition files').argParser(whole(1e9, '12')))
    .addOption(new Option('--piece <id>', 'in the piece (linear region) of this cell').argParser(whole(1e9, '12')))
    .addOption(new Option('--class <k>', 'where output k is the largest').argParser(whole(1e9, '1')))
    .addOption(
      new Option('--output <[name:]i>', 'where this output is above or below a level (default: 0)').argParser(
        chosenElement,
      ),
    )
    .addOption(new Option('--level <c>', 'the level (default: 0)').argParser(exactNumber))
    .addOption(new Option('--set <which>', 'the side of the level (default: above)').choices(['above', 'below']))
    .option('--exact', 'CSV with the exact rationals (default: nearest doubles)')
    .option('--out <file>', 'write to this file: .csv or .txt, which begins with a comment line, or .json')
    .addHelpText(
      'after',
      '\nExample:\n  relu-atlas sample net.onnx --box=-1,1 --class 1 --count 1000 --seed 7 --out points.csv',
    )
    .action(run(sample));
}
