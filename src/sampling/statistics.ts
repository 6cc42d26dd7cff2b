/**
 * Means of samples, with confidence intervals.
 */

/** What numbers of a sample say about their expectation. */
export interface Summary {
  readonly mean: number;
  /** The standard deviation of the sample. */
  readonly deviation: number;
  /** The 95 % confidence interval of the mean by Student's t. */
  readonly low: number;
  readonly high: number;
  readonly least: number;
  readonly most: number;
}

/** The 97.5 % point of the normal distribution. */
const NORMAL = 1.959963984540054;

/**
 * The 97.5 % point of Student's t with some degrees of freedom: exact for 1 and 2, else the expansion of Cornish and Fisher (Abramowitz,
 * Stegun 26.7.5), off by less than 1 % from 3 on.
 */
export function studentPoint(freedom: number): number {
  if (freedom === 1) return Math.tan(0.475 * Math.PI);
  if (freedom === 2) return Math.sqrt(2) * 0.95 * Math.sqrt(1 / (1 - 0.95 ** 2));
  const z = NORMAL;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92160,
  ];
  return terms.reduce((sum, term, k) => sum + term / freedom ** (k + 1), z);
}

/** @param values at least two, as one alone says nothing of its deviation; in the order that their sums are taken in */
export function summaryOf(values: readonly number[]): Summary {
  const count = values.length;
  const mean = values.reduce((sum, x) => sum + x, 0) / count;
  const squares = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (count - 1));
  const reach = (studentPoint(count - 1) * deviation) / Math.sqrt(count);
  const least = values.reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  return { mean, deviation, low: mean - reach, high: mean + reach, least, most };
}
