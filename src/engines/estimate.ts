/**
 * How many cells there are, about, from random ways down the split tree: before a count that might take for ever.
 *
 * Knuth 1975 (`walk/size-estimate.ts` says how the ways are chosen): each way stands for one over its probability of cells; the mean over
 * ways is an unbiased estimate of the number of cells, for any number of ways that was fixed before. How much it may err is another
 * matter: the weights may have a long tail to the right, which a sample need not have met. So three things are told:
 *
 * - an interval about the mean by the central limit theorem, with the correction for skewness of Johnson 1978 ("Modified t tests and
 *   confidence intervals for asymmetrical populations", J. Am. Stat. Assoc. 73): right where the tail was met;
 * - a lower bound that holds with the confidence stated whatever the tail (Gomes, Hoffmann, Sabharwal, Selman 2007, "From sampling to model
 *   counting", Theorem 1): of t independent unbiased estimates that are never negative the smallest exceeds c times the truth with
 *   probability at most c^-t, by Markov's inequality;
 * - whether the weights look as if the tail was met: how many equal weights would be as good, and the part that the largest one has.
 */
import type { LpBackend } from '../lp/index.js';
import { simplexBackend } from '../lp/index.js';
import type { Domain, Network } from '../network/index.js';
import { countingProblem } from '../problem/index.js';
import { SizeEstimate } from '../walk/index.js';
import { chooseEngine, type EngineChoice, type EngineName, kernelOf } from './choice.js';

export interface EstimateOptions {
  readonly engine?: EngineName | 'auto';
  /** The LP backend that proposes to the `lp` engine. Default: simplex. */
  readonly backend?: LpBackend;
  /** Ways down. Default: 1000. */
  readonly samples?: number;
  /** From 1 to 2^31 - 1: the same seed gives the same estimate. Default: 1. */
  readonly seed?: number;
  /** How often intervals shall hold, between 0 and 1. Default: 0.95. */
  readonly confidence?: number;
}

/** Numbers of cells; beyond the doubles they are infinite, and `log10` still tells. */
export interface SizeReport {
  /** The mean: unbiased. */
  readonly cells: number;
  /** About where the truth is with the confidence asked for, if the tail was met. */
  readonly low: number;
  readonly high: number;
  /** The truth is at least this, with the confidence asked for, whatever the tail. */
  readonly atLeast: number;
  /** Standard error over the mean. */
  readonly relativeError: number;
  /** Decimal logarithms of `cells`, `low`, `high`, `atLeast`. */
  readonly log10: { readonly cells: number; readonly low: number; readonly high: number; readonly atLeast: number };
  readonly samples: number;
  /** So many equal weights would be as good: (sum of weights)^2 / sum of squares (Kish 1965). */
  readonly effectiveSamples: number;
  /** The part of the sum that the largest weight has. */
  readonly largestShare: number;
  /** False where the tail was hardly met: then the truth may be far above `high`. */
  readonly isReliable: boolean;
  readonly confidence: number;
  readonly seed: number;
  /** False if it was stopped: a number of ways that time decides leaves a little bias. */
  readonly complete: boolean;
  readonly engine: EngineChoice;
}

const SAMPLES = 1000;
const CONFIDENCE = 0.95;
/** Independent estimates that the lower bound is the smallest of, at most. */
const GROUPS = 20;
/** What the sample must be to be trusted upwards. */
const FEWEST_EFFECTIVE = 30;
const LARGEST_SHARE = 0.1;

/** z with P(|N(0, 1)| <= z) = confidence (Abramowitz and Stegun 26.2.22: off by 0.003 at most). */
function normalQuantile(confidence: number): number {
  const t = Math.sqrt(-2 * Math.log((1 - confidence) / 2));
  return t - (2.30753 + 0.27061 * t) / (1 + 0.99229 * t + 0.04481 * t * t);
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** The mean, and where it may be, of weights given by their logarithms, in units of the largest one. */
function statistics(weights: readonly number[], confidence: number) {
  const n = weights.length;
  const mean = sum(weights) / n;
  const central = (power: number) => sum(weights.map((w) => (w - mean) ** power)) / Math.max(1, n - 1);
  const variance = central(2);
  const error = Math.sqrt(variance / n);
  const z = normalQuantile(confidence);
  const skew = variance > 0 ? central(3) / (6 * variance * n) : 0;
  const shift = skew * (1 + 2 * z * z);
  const groups = Math.max(1, Math.min(GROUPS, Math.floor(n / 5)));
  const means = Array.from({ length: groups }, (_, g) => {
    const own = weights.filter((_w, k) => k % groups === g);
    return sum(own) / own.length;
  });
  const atLeast = Math.min(...means) * (1 - confidence) ** (1 / groups);
  return {
    mean,
    error,
    low: Math.max(mean - z * error, atLeast),
    high: mean + z * error + Math.max(0, shift),
    atLeast,
    effective: sum(weights) ** 2 / sum(weights.map((w) => w * w)),
    share: 1 / sum(weights),
  };
}

/** What samples tell. @param logarithms natural ones, of the weights */
export function sizeFromWeights(
  logarithms: readonly number[],
  confidence: number,
): Omit<SizeReport, 'seed' | 'complete' | 'engine'> {
  const top = logarithms.reduce((most, one) => Math.max(most, one), Number.NEGATIVE_INFINITY);
  const found = statistics(
    logarithms.map((one) => Math.exp(one - top)),
    confidence,
  );
  const inCells = (value: number) => Math.exp(Math.log(value) + top);
  const log10 = (value: number) => (Math.log(value) + top) / Math.LN10;
  // There is one cell at least.
  const atLeast = (value: number) => Math.max(1, inCells(value));
  const { mean, low, high } = found;
  return {
    cells: inCells(mean),
    low: atLeast(low),
    high: inCells(high),
    atLeast: atLeast(found.atLeast),
    relativeError: found.error / mean,
    log10: {
      cells: log10(mean),
      low: Math.max(0, log10(low)),
      high: log10(high),
      atLeast: Math.max(0, log10(found.atLeast)),
    },
    samples: logarithms.length,
    effectiveSamples: found.effective,
    largestShare: found.share,
    isReliable: found.effective >= Math.min(FEWEST_EFFECTIVE, logarithms.length / 2) && found.share <= LARGEST_SHARE,
    confidence,
  };
}

/** An estimate in the making, one way after the other. */
export class CellEstimator {
  private readonly size: SizeEstimate;
  private readonly engine: EngineChoice;
  private readonly samples: number;
  private readonly seed: number;
  private readonly confidence: number;
  private readonly logarithms: number[] = [];

  /** @throws DomainError, EngineError as `countCells`; RangeError for options out of range */
  constructor(network: Network, domain: Domain, options: EstimateOptions = {}) {
    const { samples = SAMPLES, seed = 1, confidence = CONFIDENCE } = options;
    if (!Number.isSafeInteger(samples) || samples < 2) {
      throw new RangeError(`samples: expected an integer from 2 on, got ${samples}`);
    }
    if (!Number.isSafeInteger(seed) || seed < 1 || seed >= 2 ** 31) {
      throw new RangeError(`seed: expected an integer from 1 to 2147483647, got ${seed}`);
    }
    if (!(confidence > 0 && confidence < 1)) {
      throw new RangeError(`confidence: expected a number between 0 and 1, got ${confidence}`);
    }
    const problem = countingProblem(network, domain);
    this.engine = chooseEngine(problem, options.engine ?? 'auto');
    this.size = new SizeEstimate(problem, kernelOf(this.engine.engine, options.backend ?? simplexBackend), seed);
    this.size.warmUp();
    this.samples = samples;
    this.seed = seed;
    this.confidence = confidence;
  }

  /** Ways walked so far. */
  get walked(): number {
    return this.logarithms.length;
  }

  /** How much of the work is done, 0 to 1. */
  get part(): number {
    return this.walked / this.samples;
  }

  get isOver(): boolean {
    return this.walked >= this.samples;
  }

  /** Walks one more way. */
  step(): void {
    this.logarithms.push(this.size.way());
  }

  /** What is known by now; undefined before two ways are walked. */
  report(): SizeReport | undefined {
    if (this.walked < 2) return undefined;
    const { seed, engine, confidence } = this;
    return { ...sizeFromWeights(this.logarithms, confidence), seed, complete: this.isOver, engine };
  }
}

/**
 * Estimates the number of cells, without bias.
 *
 * @throws DomainError, EngineError as `countCells`; RangeError for options out of range
 */
export function estimateCells(network: Network, domain: Domain, options: EstimateOptions = {}): SizeReport {
  const estimator = new CellEstimator(network, domain, options);
  while (!estimator.isOver) estimator.step();
  return estimator.report()!;
}
