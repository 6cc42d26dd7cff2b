/**
 * When a combination of rows closes a disjunct on a box.
 *
 * Lemma. Let g_r >= 0 be conditions that every unsafe point of a node satisfies, and m_r >= 0. If sum m_r g_r < 0 wherever the symbols of the
 * relaxation lie in [-1, 1] and the errors within their radii, the node holds no unsafe point. The sum is an affine form: its
 * largest value is its centre plus the magnitudes of its coefficients plus its radius.
 *
 * The rows, by number: the conditions of the disjunct; then for neuron k three: 3 k that it is on the side it was split to; 3 k + 1 and
 * 3 k + 2 that it lies above the line of its negative, positive slope (below, where it is concave), Lemma 2 of `relaxation.ts`.
 * The sum is formed in doubles with a bound on their error, and where that leaves doubt in integers without bound on their length.
 *
 * Why doubles can be trusted (the lemma of `exact/sums.ts`): a term is a multiplier, at least 2^-400, times integers and powers of two that are at least
 * 2^-100 (units are at most 49, slopes have 16 bits).
 */
import { isNegativeSum, LEAST_FACTOR, safeDyadicFromDouble } from '../exact/index.js';
import { type Forms, type LayerState, type Relaxation, SLOPE_BITS } from './relaxation.js';
import type { ConditionRow } from './unsafe.js';

/** Rows and their multipliers, positive doubles that are taken exactly. */
export interface Multipliers {
  readonly rows: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** Row numbers of neurons start after the conditions. */
export const SIDE_ROW = 0;
export const NEGATIVE_CUT = 1;
export const POSITIVE_CUT = 2;

/** A sum of affine forms in units of 2^-unit. */
class FormSum {
  private centre = 0n;
  private radius = 0n;
  private readonly coefficients: bigint[];

  constructor(
    symbols: number,
    private readonly unit: number,
  ) {
    this.coefficients = new Array<bigint>(symbols).fill(0n);
  }

  private in(unit: number): bigint {
    return BigInt(this.unit - unit);
  }

  /** Adds factor 2^-extra times form k. */
  add(factor: bigint, extra: number, forms: Forms, k: number): void {
    if (factor === 0n) return;
    const { columns, unit, point, coefficients, centre, radius } = forms;
    const scaled = factor << this.in(unit + extra);
    for (let i = 0; i < columns; i++) {
      const a = coefficients[k * columns + i]!;
      if (a !== 0) this.coefficients[i]! += scaled * BigInt(a);
    }
    this.centre += (factor << this.in(point + extra)) * BigInt(centre[k]!);
    this.radius += (scaled < 0n ? -scaled : scaled) * BigInt(radius[k]!);
  }

  addConstant(value: bigint, unit: number): void {
    this.centre += value << this.in(unit);
  }

  addSymbol(symbol: number, value: bigint, unit: number): void {
    this.coefficients[symbol]! += value << this.in(unit);
  }

  addRadius(value: bigint, unit: number): void {
    this.radius += value << this.in(unit);
  }

  isNegative(): boolean {
    let most = this.centre + this.radius;
    for (const a of this.coefficients) most += a < 0n ? -a : a;
    return most < 0n;
  }
}

/** Multipliers as integers over a common power of two. */
function integerMultipliers(values: ArrayLike<number>): bigint[] {
  const dyadics = Array.from(values, safeDyadicFromDouble);
  const lowest = dyadics.reduce((least, { exponent }) => Math.min(least, exponent), Number.POSITIVE_INFINITY);
  return dyadics.map(({ mantissa, exponent }) => BigInt(mantissa) << BigInt(exponent - lowest));
}

/** Units fine enough for every row of the relaxation. */
function finestUnit({ input, layers, output }: Relaxation): number {
  let finest = Math.max(0, input.point, output.point);
  for (const { before } of layers) finest = Math.max(finest, before.point + SLOPE_BITS + 1);
  return finest;
}

/** A side that an open neuron is supposed to be on. */
export interface Supposed {
  readonly neuron: number;
  readonly side: 1 | -1;
}

/** A row of a neuron: factor 2^-extra times its pre-activation, and what is added to that, in units of 2^-unit. All are integers. */
interface NeuronTerms {
  readonly layer: LayerState;
  readonly index: number;
  readonly factor: number;
  readonly extra: number;
  readonly unit: number;
  /** Twice the constant. */
  readonly constant: number;
  /** The coefficient of the neuron's own symbol, in units of 2^(SLOPE_BITS - unit). */
  readonly range: number;
  readonly doubt: number;
}

/** The row `kind` of a neuron; undefined if the neuron has no such row here. */
function neuronTerms(layer: LayerState, k: number, kind: number, supposed?: Supposed): NeuronTerms | undefined {
  const { before, status, slopes, slope, middle, range, reach, offset } = layer;
  if (kind === SIDE_ROW) {
    const side = supposed?.neuron === offset + k ? 2 * supposed.side : status[k];
    if (side !== 2 && side !== -2) return undefined;
    return { layer, index: k, factor: Math.sign(side), extra: 0, unit: before.unit, constant: 0, range: 0, doubt: 0 };
  }
  if (status[k] !== 0) return undefined;
  const [negative, positive] = [slopes.negative[k]!, slopes.positive[k]!];
  const sense = positive > negative ? 1 : -1;
  return {
    layer,
    index: k,
    factor: sense * (slope[k]! - (kind === NEGATIVE_CUT ? negative : positive)),
    extra: SLOPE_BITS - slopes.rise,
    unit: before.unit - slopes.rise + SLOPE_BITS,
    constant: sense * middle[k]!,
    range: sense * range[k]!,
    // The slope itself may be off by less than one unit, times a pre-activation within twice its reach.
    doubt: slopes.inexact[k] === 1 ? 2 * reach[k]! + 1 : 0,
  };
}

type Row = ConditionRow | NeuronTerms;

const isCondition = (row: Row): row is ConditionRow => 'strict' in row;

/** The rows by their numbers; undefined if one is not there. */
function rowsOf(
  { layers }: Relaxation,
  conditions: readonly ConditionRow[],
  numbers: ArrayLike<number>,
  supposed: Supposed | undefined,
): readonly Row[] | undefined {
  const rows: Row[] = [];
  for (let r = 0; r < numbers.length; r++) {
    const condition = conditions[numbers[r]!];
    if (condition !== undefined) {
      rows.push(condition);
      continue;
    }
    const rest = numbers[r]! - conditions.length;
    const neuron = Math.floor(rest / 3);
    const layer = layers.find(({ offset, before }) => neuron >= offset && neuron < offset + before.count);
    const terms = layer && neuronTerms(layer, neuron - layer.offset, rest % 3, supposed);
    if (terms === undefined) return undefined;
    rows.push(terms);
  }
  return rows;
}

/** A sum of affine forms in doubles. */
class DoubleSum {
  private sum = 0;
  private magnitude = 0;
  private terms = 0;
  private readonly coefficients: Float64Array;

  constructor(symbols: number) {
    this.coefficients = new Float64Array(symbols);
  }

  addConstant(value: number): void {
    this.sum += value;
    this.magnitude += Math.abs(value);
    this.terms++;
  }

  addSymbol(symbol: number, value: number): void {
    this.coefficients[symbol]! += value;
    this.magnitude += Math.abs(value);
    this.terms++;
  }

  add(factor: number, { columns, unit, point, coefficients, centre, radius }: Forms, k: number): void {
    if (factor === 0) return;
    const target = this.coefficients;
    const scaled = factor * 2 ** -unit;
    let magnitude = 0;
    for (let i = 0, at = k * columns; i < columns; i++, at++) {
      const term = scaled * coefficients[at]!;
      target[i]! += term;
      magnitude += Math.abs(term);
    }
    this.magnitude += magnitude;
    this.terms += columns;
    this.addConstant(factor * 2 ** -point * centre[k]!);
    this.addConstant(Math.abs(scaled) * radius[k]!);
  }

  isNegative(): boolean {
    let most = this.sum;
    for (const a of this.coefficients) most += Math.abs(a);
    return isNegativeSum(most, this.magnitude, this.terms + this.coefficients.length);
  }
}

function sumInDoubles(relaxation: Relaxation, rows: readonly Row[], values: ArrayLike<number>): DoubleSum {
  const { input, output, symbols } = relaxation;
  const sum = new DoubleSum(symbols);
  for (const [r, row] of rows.entries()) {
    const m = values[r]!;
    if (isCondition(row)) {
      row.outputs.forEach((a, o) => {
        sum.add(m * Number(a), output, o);
      });
      row.inputs.forEach((a, i) => {
        sum.add(m * Number(a), input, i);
      });
      sum.addConstant(m * Number(row.constant));
      continue;
    }
    const { layer, index, factor, extra, unit, constant, range, doubt } = row;
    sum.add(m * factor * 2 ** -extra, layer.before, index);
    if (constant !== 0) sum.addConstant(m * constant * 2 ** (-unit - 1));
    if (range !== 0) sum.addSymbol(layer.symbol[index]!, m * range * 2 ** (SLOPE_BITS - unit));
    if (doubt !== 0) sum.addConstant(m * doubt * 2 ** -unit);
  }
  return sum;
}

function sumInIntegers(relaxation: Relaxation, rows: readonly Row[], multipliers: readonly bigint[]): FormSum {
  const { input, output } = relaxation;
  const sum = new FormSum(relaxation.symbols, finestUnit(relaxation));
  const outputs = new Array<bigint>(output.count).fill(0n);
  const inputs = new Array<bigint>(input.count - 1).fill(0n);
  for (const [r, row] of rows.entries()) {
    const m = multipliers[r]!;
    if (isCondition(row)) {
      row.outputs.forEach((a, o) => {
        outputs[o]! += m * a;
      });
      row.inputs.forEach((a, i) => {
        inputs[i]! += m * a;
      });
      sum.addConstant(m * row.constant, 0);
      continue;
    }
    const { layer, index, factor, extra, unit, constant, range, doubt } = row;
    sum.add(m * BigInt(factor), extra, layer.before, index);
    sum.addConstant(m * BigInt(constant), unit + 1);
    if (range !== 0) sum.addSymbol(layer.symbol[index]!, m * BigInt(range), unit - SLOPE_BITS);
    sum.addRadius(m * BigInt(doubt), unit);
  }
  outputs.forEach((a, o) => {
    sum.add(a, 0, output, o);
  });
  inputs.forEach((a, i) => {
    sum.add(a, 0, input, i);
  });
  return sum;
}

/**
 * Whether a combination closes a disjunct on the box that the relaxation was evaluated on.
 *
 * @param conditions the rows of the disjunct
 * @param supposed what is to be shown impossible
 */
export function closes(
  relaxation: Relaxation,
  conditions: readonly ConditionRow[],
  { rows: numbers, values }: Multipliers,
  supposed?: Supposed,
): boolean {
  let areOrdinary = true;
  for (let r = 0; r < numbers.length; r++) {
    if (!(values[r]! >= 0)) return false;
    areOrdinary &&= values[r] === 0 || values[r]! >= LEAST_FACTOR;
  }
  const rows = rowsOf(relaxation, conditions, numbers, supposed);
  if (rows === undefined) return false;
  if (areOrdinary && sumInDoubles(relaxation, rows, values).isNegative()) return true;
  return sumInIntegers(relaxation, rows, integerMultipliers(values)).isNegative();
}
