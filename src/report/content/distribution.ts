/**
 * Many numbers in few: extremes, mean, quantiles and a histogram.
 */
import { bin, mean, quantileSorted } from 'd3-array';
import { scaleLinear } from 'd3-scale';

export interface Histogram {
  /** Bins are equally wide in the numbers or in their decimal logarithms. */
  readonly scale: 'linear' | 'log10';
  /** One more than counts; bin k holds edges[k] <= value < edges[k + 1], the last one its upper end, too. */
  readonly edges: number[];
  readonly counts: number[];
  /** Numbers <= 0, which have no place on a logarithmic scale. */
  readonly left: number;
}

export interface Distribution {
  readonly count: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly mean: number;
  /** Linear interpolation between order statistics (Hyndman and Fan 1996, type 7). */
  readonly quantiles: {
    readonly p5: number;
    readonly p25: number;
    readonly p50: number;
    readonly p75: number;
    readonly p95: number;
  };
  readonly histogram: Histogram;
}

const BINS = 30;
/** Numbers that spread over more than this factor are shown on a logarithmic scale. */
const WIDE = 100;

/** The mean of finite numbers, which is finite, too. */
function meanOf(values: readonly number[]): number {
  const direct = mean(values)!;
  return Number.isFinite(direct) ? direct : values.reduce((sum, value) => sum + value / values.length, 0);
}

/** @param values finite numbers @param integers one bin per integer, if these are few */
export function distributionOf(values: ArrayLike<number>, integers = false): Distribution {
  const sorted = Array.from(Float64Array.from(values).sort());
  if (sorted.length === 0) throw new RangeError('distribution: expected at least one number, got none');
  const at = (p: number) => quantileSorted(sorted, p)!;
  return {
    count: sorted.length,
    minimum: sorted[0]!,
    maximum: sorted.at(-1)!,
    mean: meanOf(sorted),
    quantiles: { p5: at(0.05), p25: at(0.25), p50: at(0.5), p75: at(0.75), p95: at(0.95) },
    histogram: integers ? integerHistogram(sorted) : histogramOf(sorted),
  };
}

function integerHistogram(sorted: readonly number[]): Histogram {
  const low = sorted[0]!;
  const high = sorted.at(-1)!;
  const width = Math.max(1, Math.ceil((high - low + 1) / (2 * BINS)));
  const bins = Math.floor((high - low) / width) + 1;
  const counts = new Array<number>(bins).fill(0);
  for (const value of sorted) counts[Math.floor((value - low) / width)]!++;
  return { scale: 'linear', edges: Array.from({ length: bins + 1 }, (_, k) => low + k * width), counts, left: 0 };
}

function histogramOf(sorted: readonly number[]): Histogram {
  const positive = sorted.filter((value) => value > 0);
  const wide = positive.length > 0 && positive.at(-1)! / positive[0]! > WIDE && sorted[0]! >= 0;
  const numbers = wide ? positive.map((value) => Math.log10(value)) : sorted;
  const [low, high] = scaleLinear([numbers[0]!, numbers.at(-1)!], [0, 1])
    .nice(BINS)
    .domain() as [number, number];
  const step = (high - low) / BINS;
  const thresholds = Array.from({ length: BINS - 1 }, (_, k) => low + (k + 1) * step);
  if (!(step > 0) || !Number.isFinite(step)) {
    const only = sorted.at(-1)!;
    return { scale: 'linear', edges: [sorted[0]!, only], counts: [sorted.length], left: 0 };
  }
  const bins = bin<number, number>().domain([low, high]).thresholds(thresholds)(numbers);
  // A round end of the scale may lie beyond the range of doubles.
  const power = (edge: number) => (wide ? Math.min(10 ** edge, Number.MAX_VALUE) : edge);
  return {
    scale: wide ? 'log10' : 'linear',
    edges: [...bins.map((b) => power(b.x0!)), power(high)],
    counts: bins.map((b) => b.length),
    left: sorted.length - numbers.length,
  };
}
