/**
 * `relu-atlas expect`: cells, pieces and dead neurons of random networks.
 */
import { cpus } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { domainJson, jsonOfBounds, stamp } from '../../answers/index.js';
import { parseBoxOption } from '../../formats/index.js';
import { writeOutput } from '../../output/index.js';
import {
  DEFAULTS,
  type Ensemble,
  type Expectation,
  expectationOf,
  INITIALISATIONS,
  type Initialisation,
  isShape,
  LEAST_SAMPLES,
  MOST_SAMPLES,
  MOST_SEED,
  type Summary,
  sampleEnsemble,
} from '../../sampling/index.js';
import { EXIT, UsageError } from '../exit.js';
import { interruption } from '../interruption.js';
import { wholeNumber } from '../options/numbers.js';
import { formatOption, type Runner, withProgress, workersOption } from '../options/shared.js';
import { type ProgressOptions, progressBar } from '../output/progress.js';
import { type ForceOption, requireFree, withForce } from '../output/targets.js';
import { counted, grouped, showDomain, showSeconds, table } from '../output/text.js';

interface ExpectOptions extends ProgressOptions, ForceOption {
  readonly shape: readonly number[];
  readonly init: Initialisation;
  readonly bias?: number;
  readonly box: string;
  readonly samples: number;
  readonly seed: number;
  readonly workers?: number;
  readonly out?: string;
  readonly format: 'text' | 'json';
}

function shape(text: string): number[] {
  const widths = text.split('-').map(Number);
  if (/^\d+(-\d+){2,}$/.test(text) && isShape(widths)) return widths;
  throw new InvalidArgumentError('Expected inputs, widths of ReLU layers and outputs, such as --shape 2-16-16-1.');
}

const whole = (least: number, most: number, example: string) =>
  wholeNumber(least, most, `Expected a whole number from ${least} to ${most}, such as ${example}.`);

function deviation(text: string): number {
  const value = Number(text);
  if (/^\d*\.?\d+(e-?\d+)?$/i.test(text) && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Expected a standard deviation of at least 0, such as --bias=0.1.');
}

/** Without the fix of other commands: they have --whole and --domain. */
function requireBounds(box: string) {
  if (/[-+]?inf/i.test(box))
    throw new UsageError(`--box: expected finite bounds, got ${JSON.stringify(box.slice(0, 40))}; write --box=-1,1`);
}

export async function expectCells(options: ExpectOptions): Promise<number> {
  const { out, samples, init, seed, bias = DEFAULTS.bias } = options;
  if (init !== 'he' && options.bias !== undefined)
    throw new UsageError(`--bias: is of --init he, and --init ${init} draws biases of its own; drop one of them`);
  if (out !== undefined) {
    if (!/\.svg$/i.test(out)) throw new UsageError(`--out: expected a name that ends in .svg, got ${out}; rename it`);
    requireFree([{ option: '--out', file: out, kind: 'SVG' }], [], options);
  }
  requireBounds(options.box);
  const domain = parseBoxOption(options.box, options.shape[0]!);
  const ensemble: Ensemble = { shape: options.shape, initialisation: init, bias, seed };
  const bar = progressBar(options);
  const { signal, release } = interruption();
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  const found = await sampleEnsemble({
    ensemble,
    domain,
    samples,
    workers: options.workers ?? cpus().length,
    signal,
    onProgress: (done) => bar.part(done / samples, `${grouped(done)} networks`, elapsed()),
  }).finally(() => {
    bar.stop();
    release();
  });
  if (found === undefined) {
    process.stdout.write(
      options.format === 'json'
        ? `${JSON.stringify({ complete: false, ...stamp('expect') })}\n`
        : 'interrupted: no sample is complete\n',
    );
    return EXIT.interrupted;
  }
  const report = expectationOf(ensemble, domain, found);
  if (out !== undefined) writeOutput(out, await pictureOf(report));
  process.stdout.write(options.format === 'json' ? jsonReport(report, elapsed()) : textReport(report, elapsed(), out));
  return EXIT.ok;
}

async function pictureOf({ ensemble, cells, scale, domain, samples, records }: Expectation): Promise<string> {
  const { histogramSvg } = await import('../../report/sampling/index.js');
  const marks = [{ at: scale, label: 'n^d / d! times the volume' }];
  const title = `${ensemble.shape.join('-')}, ${ensemble.initialisation}, on ${showDomain(domain)}: cells of ${counted(samples, 'network')}, seed ${ensemble.seed}`;
  return histogramSvg({ title, label: 'cells', values: records.map((one) => one.cells), mean: cells, marks });
}

function jsonReport({ ensemble, domain, bounds, scale, records: _, ...numbers }: Expectation, seconds: number): string {
  const { initialisation: init, bias, ...rest } = ensemble;
  const about = { ...rest, init, ...(init === 'he' && { bias }), domain: domainJson(domain) };
  return `${JSON.stringify({ ...about, ...numbers, scale, bounds: jsonOfBounds(bounds), complete: true, seconds, ...stamp('expect') })}\n`;
}

/** Samples that are all the same say nothing of how far the mean may be off: they get no interval. */
function show({ mean, low, high, deviation, least, most }: Summary): string {
  if (least === most) return `${grouped(least)} in each network`;
  return `${digits(mean)} on average, ${digits(low)} to ${digits(high)} with 95 % confidence; deviation ${digits(deviation)}, from ${grouped(least)} to ${grouped(most)}`;
}

function textReport(report: Expectation, seconds: number, out: string | undefined): string {
  const { ensemble, domain, samples, neurons, cells, pieces, dead, scale, bounds } = report;
  const biases = ensemble.initialisation === 'he' ? `, biases of deviation ${ensemble.bias}` : '';
  return table([
    ['ensemble', `${ensemble.shape.join('-')}, ${ensemble.initialisation}${biases}, seed ${ensemble.seed}`],
    ['domain', showDomain(domain)],
    ['samples', `${grouped(samples)} networks, each counted exactly`],
    ['cells', show(cells)],
    ['pieces', show(pieces)],
    ['dead', `${show(dead)}, of ${counted(neurons, 'neuron')}`],
    [
      'scale',
      `${digits(scale)} = n^d / d! times the volume of the box (Hanin and Rolnick 2019; no bound); cells are ${digits(cells.mean / scale)} of it`,
    ],
    [
      'at most',
      `${grouped(bounds.serra2018Upper ?? bounds.montufar2017Upper)} (${bounds.serra2018Upper === undefined ? 'Montufar 2017' : 'Serra, Tjandraatmadja, Ramalingam 2018'})`,
    ],
    ...(out === undefined ? [] : [['picture', out] as [string, string]]),
    ['time', showSeconds(seconds)],
  ]);
}

/** Four digits of a number that is no exact one. */
function digits(value: number): string {
  return String(Number(value.toPrecision(4)));
}

export function expectCommand(run: Runner): Command {
  return withForce(withProgress(new Command('expect')))
    .description('cells, pieces and dead neurons of random networks, with confidence intervals')
    .addOption(
      new Option('--shape <n-n-...-n>', 'inputs, widths of the ReLU layers, outputs: 2-16-16-1')
        .argParser(shape)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option(
        '--init <init>',
        'he: normal weights of variance 2/fan-in; uniform: within +-1/sqrt(fan-in), biases too',
      )
        .choices(INITIALISATIONS)
        .default(DEFAULTS.initialisation),
    )
    .addOption(
      new Option(
        '--bias <deviation>',
        `of he: the standard deviation of the biases (default: ${DEFAULTS.bias})`,
      ).argParser(deviation),
    )
    .requiredOption('--box <intervals>', 'box: lo,hi for every input, or lo,hixlo,hix... per input')
    .addOption(
      new Option('--samples <n>', 'how many networks')
        .argParser(whole(LEAST_SAMPLES, MOST_SAMPLES, '--samples=1000'))
        .default(DEFAULTS.samples),
    )
    .addOption(
      new Option('--seed <n>', 'another one, other networks')
        .argParser(whole(0, MOST_SEED, '--seed=7'))
        .default(DEFAULTS.seed),
    )
    .option('--out <file.svg>', 'write a histogram of the cells to this file')
    .addOption(workersOption())
    .addOption(formatOption())
    .addHelpText(
      'after',
      '\nExample:\n  relu-atlas expect --shape 2-16-16-1 --init he --box=-1,1 --samples 1000 --seed 7 --out cells.svg',
    )
    .action(run(expectCells));
}
