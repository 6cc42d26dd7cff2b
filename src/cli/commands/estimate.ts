/**
 * `relu-atlas estimate`: about how many cells there are, before a count.
 */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { jsonOfEstimate, stamp } from '../../answers/index.js';
import { CellEstimator, ENGINE_NAMES, type EngineName, type SizeReport } from '../../engines/index.js';
import type { NetworkFile } from '../../formats/index.js';
import { EXIT } from '../exit.js';
import { interruption } from '../interruption.js';
import { timeoutOption } from '../options/checkpoint.js';
import { type ChosenDomain, type Finding, onDomains } from '../options/domain.js';
import { wholeNumber } from '../options/numbers.js';
import { type AnalysisOptions, networkCommand, type Runner, withDomain } from '../options/shared.js';
import { readSubject, withSlice } from '../options/subject.js';
import { magnitude, progressBar } from '../output/progress.js';
import { counted, grouped, showDomain, showSeconds, table } from '../output/text.js';

interface EstimateCommandOptions extends AnalysisOptions {
  readonly engine: EngineName | 'auto';
  readonly samples: number;
  readonly seed: number;
  readonly confidence: number;
  /** Seconds. */
  readonly timeout?: number;
}

const sampleCount = wholeNumber(2, 1e9, 'Expected a number of ways from 2 on, such as --samples=1000.');

const seedOf = wholeNumber(1, 2 ** 31 - 1, 'Expected an integer from 1 to 2147483647.');

function confidenceOf(text: string): number {
  const value = Number(text);
  if (/^0?\.\d+$/.test(text) && value > 0) return value;
  throw new InvalidArgumentError('Expected a number between 0 and 1, such as --confidence=0.99.');
}

export async function estimate(file: string, options: EstimateCommandOptions): Promise<number> {
  const net = await readSubject(file, options);
  return onDomains(file, net, options, (chosen) => estimateOn(net, chosen, options));
}

/** Longest work between two looks at signals, in milliseconds. */
const SLICE = 50;

async function estimateOn(
  { network }: NetworkFile,
  { domain, source }: ChosenDomain,
  options: EstimateCommandOptions,
): Promise<Finding> {
  const bar = progressBar(options);
  const { signal, release } = interruption();
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  const estimator = new CellEstimator(network, domain, options);
  const isLate = () => options.timeout !== undefined && elapsed() >= options.timeout;
  try {
    while (!estimator.isOver && !signal.aborted && !isLate()) {
      const until = performance.now() + SLICE;
      while (!estimator.isOver && performance.now() < until) estimator.step();
      bar.part(estimator.part, counted(estimator.walked, 'way'), elapsed());
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    bar.stop();
    release();
  }
  const report = estimator.report();
  const stopped = signal.aborted ? EXIT.interrupted : EXIT.unknown;
  if (report === undefined) {
    return { code: stopped, text: 'stopped before two ways were walked: nothing is known; allow it more time\n' };
  }
  return {
    code: report.complete ? EXIT.ok : stopped,
    json: { ...jsonOfEstimate(report, domain, elapsed()), ...stamp('estimate') },
    text: textReport(report, `${showDomain(domain)} (${source})`, elapsed()),
  };
}

/** A number of cells with the digits that an estimate has. */
function showSize(cells: number, log10: number): string {
  return Number.isFinite(cells) ? magnitude(cells) : `10^${Math.round(log10)}`;
}

function textReport(report: SizeReport, domain: string, seconds: number): string {
  const { log10, confidence, samples, effectiveSamples, largestShare, relativeError } = report;
  const percent = `${Number((100 * confidence).toPrecision(6))} %`;
  const of = (name: keyof SizeReport['log10']) => showSize(report[name], log10[name]);
  const trust = report.isReliable
    ? 'good'
    : 'poor: a few ways make most of the mean, the truth may be far larger; take more --samples';
  return table([
    ['domain', domain],
    [
      'cells',
      `about ${of('cells')} (estimated${report.complete ? '' : '; stopped early'}), error ${(100 * relativeError).toFixed(1)} %`,
    ],
    ['interval', `${of('low')} to ${of('high')} (${percent}, if the tail was met)`],
    ['at least', `${of('atLeast')} (${percent}, whatever the tail)`],
    ['trust', trust],
    [
      'samples',
      `${grouped(samples)} ways, as good as ${grouped(Math.round(effectiveSamples))} equal ones; the largest has ${(100 * largestShare).toFixed(1)} % (seed ${report.seed})`,
    ],
    ['time', showSeconds(seconds)],
  ]);
}

export function estimateCommand(run: Runner): Command {
  return withSlice(
    withDomain(networkCommand('estimate', 'estimate the number of cells without bias, and how far that may err')),
  )
    .addOption(new Option('--engine <engine>', 'as for count').choices(['auto', ...ENGINE_NAMES]).default('auto'))
    .addOption(
      new Option('--samples <n>', 'random ways down the tree, fixed before: so the mean is unbiased')
        .argParser(sampleCount)
        .default(1000),
    )
    .addOption(new Option('--seed <n>', 'the same seed gives the same estimate').argParser(seedOf).default(1))
    .addOption(
      new Option('--confidence <p>', 'how often the intervals shall hold').argParser(confidenceOf).default(0.95),
    )
    .addOption(timeoutOption())
    .addHelpText(
      'after',
      `
Knuth's method (1975): every way stands for one over its probability of cells. "at least" holds with the stated confidence
for any network; the interval does if the sample has met the tail of the weights, which "trust" judges (docs/runs.md).

Examples:
  relu-atlas estimate net.onnx --box=-1,1
  relu-atlas estimate net.onnx --whole --samples=10000 --seed=7 --json`,
    )
    .action(run(estimate));
}
