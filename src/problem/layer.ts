/**
 * An activation layer as engines see it: the weights into it, times the slopes of the layer before, by columns in doubles and by
 * rows in integers. Zeros are left out where that pays.
 */

import type { Rational } from '../exact/index.js';
import { accumulationUnit, integersFromRationals, nearestDouble, roundsRelatively, underflow } from '../exact/index.js';
import { type AffineMap, bends, byColumns, forEachInRow, type Slopes } from '../network/index.js';

/** A neuron's exact weights: those neurons of the layer before that have a nonzero one on some side. */
export interface Fan {
  /** Ascending. */
  readonly from: readonly number[];
  /** For those on their positive side. */
  readonly plus: readonly bigint[];
  /** For those on their negative side; null if all slopes there are zero. */
  readonly minus: readonly bigint[] | null;
}

/** Exact effective weights into a layer, over one denominator. */
export interface ExactWeights {
  readonly bias: readonly bigint[];
  readonly denominator: bigint;
  /** Computed at the first call for the neuron. */
  fan(neuron: number): Fan;
}

/** Where weights stored by columns lie: the entries that neuron j feeds are starts[j] to starts[j + 1] - 1. */
export interface WeightColumns {
  readonly starts: Int32Array;
  /** The neuron that each entry leads to, ascending in each column; null if every column has an entry for every neuron. */
  readonly rows: Int32Array | null;
}

/** One activation layer as engines see it. */
export interface ProblemLayer {
  readonly width: number;
  /** 1 where the neuron bends. */
  readonly bends: Uint8Array;
  /** The sides of neurons that do not bend on the whole domain, where these are not all 1. */
  readonly settled?: Int8Array;
  /** Where the entries of `plus` and `minus` lie; none for the first layer, whose rows are given. */
  readonly columns: WeightColumns;
  /** Nearest doubles of the effective weights of neurons on their positive side. */
  readonly plus: Float64Array;
  /** Of neurons on their negative side; null if all those slopes are zero. */
  readonly minus: Float64Array | null;
  readonly bias: Float64Array;
  /** c u of the accumulation lemma in `sign.ts`, and what underflow adds. */
  readonly unit: number;
  readonly tiny: number;
  integers(): ExactWeights;
}

/** A layer whose columns have at most one of so many entries is walked over without its zeros: then scattered sums are faster. */
const SPARSE = 4;

/** The sum of weight * value over the neurons that a fan comes from, with the weights of the sides on which they lie. */
export function throughFan({ from, plus, minus }: Fan, sides: ArrayLike<number>, values: readonly bigint[]): bigint {
  let sum = 0n;
  from.forEach((j, i) => {
    const side = sides[j]!;
    if (side > 0) sum += plus[i]! * values[j]!;
    else if (side < 0 && minus !== null) sum += minus[i]! * values[j]!;
  });
  return sum;
}

/** Calls back with the neuron and the number of every stored entry of column j. */
export function forEachInColumn(
  { starts, rows }: WeightColumns,
  j: number,
  visit: (neuron: number, entry: number) => void,
): void {
  const begin = starts[j]!;
  const end = starts[j + 1]!;
  for (let e = begin; e < end; e++) visit(rows === null ? e - begin : rows[e]!, e);
}

/** The columns of a map, and how values of its stored entries, row by row, are put there. */
function columnsOf({ outputs: width, inputs: before, pattern }: AffineMap) {
  const stored = pattern.starts[width]!;
  if (pattern.columns !== null && SPARSE * stored <= width * before) {
    const { starts, rows, entries } = byColumns(pattern);
    const placed = (values: Float64Array) => Float64Array.from(entries, (e) => values[e]!);
    return { columns: { starts, rows }, placed };
  }
  const starts = Int32Array.from({ length: before + 1 }, (_, j) => j * width);
  const placed = (values: Float64Array) => {
    if (pattern.columns === null) return transposed(values, width, before);
    const all = new Float64Array(width * before);
    for (let k = 0; k < width; k++) {
      forEachInRow(pattern, k, (j, e) => {
        all[j * width + k] = values[e]!;
      });
    }
    return all;
  };
  return { columns: { starts, rows: null }, placed };
}

/** Rows and columns that are moved together: what is read and what is written of them lies in a cache. */
const BLOCK = 16;

/** The columns of a matrix, one after the other. */
function transposed(values: Float64Array, rows: number, columns: number): Float64Array {
  const all = new Float64Array(rows * columns);
  for (let top = 0; top < rows; top += BLOCK)
    for (let left = 0; left < columns; left += BLOCK) {
      const bottom = Math.min(top + BLOCK, rows);
      const right = Math.min(left + BLOCK, columns);
      for (let r = top; r < bottom; r++)
        for (let c = left; c < right; c++) all[c * rows + r] = values[r * columns + c]!;
    }
  return all;
}

const isOne = ({ numerator, denominator }: Rational) => numerator === denominator;

const isZeroOrOne = (slope: Rational) => slope.numerator === 0n || isOne(slope);

type Branch = 'negative' | 'positive';

/** The effective weights W diag(slope) of the layer after the activations `previous`. */
class EffectiveWeights {
  /** Whether every slope is 0 or 1, so that the map's own doubles are those of the effective weights. */
  readonly isSimple: boolean;
  readonly hasNegative: boolean;
  private exact: (ExactWeights & { readonly factors: readonly bigint[] }) | undefined;

  constructor(
    private readonly map: AffineMap,
    private readonly previous: readonly Slopes[],
  ) {
    this.isSimple = previous.every(({ negative, positive }) => isZeroOrOne(negative) && isZeroOrOne(positive));
    this.hasNegative = previous.some(({ negative }) => negative.numerator !== 0n);
  }

  /** The nearest doubles of the stored entries, row by row: not to be written to. */
  doubles(branch: Branch): Float64Array {
    const { pattern, values } = this.map;
    if (this.previous.every((pair) => isOne(pair[branch]))) return values;
    const result = new Float64Array(values.length);
    if (this.isSimple) {
      const isZero = Uint8Array.from(this.previous, (pair) => (pair[branch].numerator === 0n ? 1 : 0));
      this.forEach((j, e) => {
        result[e] = isZero[j] === 1 ? 0 : values[e]!;
      });
      return result;
    }
    const { denominator } = this.integers();
    const entries = this.entries(branch);
    for (let e = 0; e < pattern.starts[pattern.outputs]!; e++) result[e] = nearestDouble(entries[e]!, denominator);
    return result;
  }

  private forEach(visit: (j: number, entry: number) => void) {
    for (let k = 0; k < this.map.outputs; k++) forEachInRow(this.map.pattern, k, visit);
  }

  /** The exact stored entries, row by row, over the common denominator. */
  private entries(branch: Branch): bigint[] {
    const { values } = this.map.integers();
    const { factors } = this.integers();
    const result = new Array<bigint>(values.length);
    this.forEach((j, e) => {
      result[e] = values[e]! * factors[2 * j + (branch === 'positive' ? 1 : 0)]!;
    });
    return result;
  }

  /**
   * Whether doubles are as near to the exact weights as the accumulation lemma asks.
   *
   * @param doubles those of both branches, as far as there are any
   */
  satisfiesLemma(doubles: Readonly<Record<Branch, Float64Array | null>>): boolean {
    const { map } = this;
    if (!map.exactDoubles && !roundsRelatively(map.bias, map.integers().bias)) return false;
    if (this.isSimple) return map.exactDoubles || roundsRelatively(map.values, map.integers().values);
    return (['negative', 'positive'] as const).every((branch) => {
      const near = doubles[branch];
      return near === null || roundsRelatively(near, this.entries(branch));
    });
  }

  integers() {
    return (this.exact ??= this.exactly());
  }

  private exactly() {
    const { map, previous, hasNegative } = this;
    const { pattern, values, bias, denominator } = map.integers();
    const common = integersFromRationals(previous.flatMap(({ negative, positive }) => [negative, positive]));
    const factors = common.numerators;
    const times = (weight: bigint, factor: bigint) => (factor === 1n ? weight : factor === 0n ? 0n : weight * factor);
    const fans: (Fan | undefined)[] = new Array(map.outputs);
    const fanOf = (neuron: number): Fan => {
      const from: number[] = [];
      const plus: bigint[] = [];
      const minus: bigint[] = [];
      forEachInRow(pattern, neuron, (j, e) => {
        const negative = times(values[e]!, factors[2 * j]!);
        const positive = times(values[e]!, factors[2 * j + 1]!);
        if (negative === 0n && positive === 0n) return;
        from.push(j);
        plus.push(positive);
        minus.push(negative);
      });
      return { from, plus, minus: hasNegative ? minus : null };
    };
    return {
      factors,
      bias: common.denominator === 1n ? bias : bias.map((b) => b * common.denominator),
      denominator: denominator * common.denominator,
      fan: (neuron: number) => (fans[neuron] ??= fanOf(neuron)),
    };
  }
}

/**
 * The weights from the layer with activations `previous` into `map`, as engines need them.
 *
 * @param scale sum of the bounds X_i on the variables, and one for each
 */
export function problemLayer(
  map: AffineMap,
  slopes: readonly Slopes[],
  previous: readonly Slopes[],
  scale: number,
): ProblemLayer {
  const effective = new EffectiveWeights(map, previous);
  const doubles = {
    positive: effective.doubles('positive'),
    negative: effective.hasNegative ? effective.doubles('negative') : null,
  };
  const { columns, placed } = columnsOf(map);
  return {
    width: map.outputs,
    bends: bendsOf(slopes),
    columns,
    plus: placed(doubles.positive),
    minus: doubles.negative && placed(doubles.negative),
    bias: map.bias,
    // An infinite unit makes every bound infinite, so that the layer's signs are left to exact arithmetic.
    unit: effective.satisfiesLemma(doubles) ? accumulationUnit(previous.length) : Infinity,
    tiny: underflow((previous.length + 4) * (scale + 4), scale),
    integers: () => effective.integers(),
  };
}

export function bendsOf(slopes: readonly Slopes[]): Uint8Array {
  return Uint8Array.from(slopes, (s) => (bends(s) ? 1 : 0));
}

/** A layer that has its rows ready: no weights, only its bends. */
export function givenLayer(bends: Uint8Array, scale: number): ProblemLayer {
  const width = bends.length;
  return {
    width,
    bends,
    columns: { starts: new Int32Array(1), rows: null },
    plus: new Float64Array(0),
    minus: null,
    bias: new Float64Array(width),
    unit: accumulationUnit(1),
    tiny: underflow(scale + 4, scale),
    integers: () => {
      throw new RangeError('layer: has rows, not weights');
    },
  };
}
