/**
 * When a combination of rows closes a disjunct on a box.
 *
 * Lemma. Let g_r >= 0 be conditions that every unsafe point of a node satisfies, and m_r >= 0. If sum m_r g_r < 0 wherever the symbols of the
 * relaxation lie in [-1, 1] and the errors within their radii, the node holds no unsafe point. The sum is an affine form: its
 * largest value is its centre plus the magnitudes of its coefficients plus its radius.
 *
 * The rows, by number: the conditions of the disjunct; then for neuron k three: 3 k that it is on the side it was split to; 3 k + 1 and
 * 3 k + 2 that it lies above the line of its negative, positive slope (below, where it is concave), Lemma 2 of `relaxation.ts`.
 * The sum is formed in integers without bound on their length.
 */
import { safeDyadicFromDouble } from '../exact/index.js';
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
function integerMultipliers(values: ArrayLike<number>): bigint[] | undefined {
  const dyadics = Array.from(values, safeDyadicFromDouble);
  if (dyadics.some(({ mantissa }) => mantissa < 0)) return undefined;
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

/** Adds m times the row `kind` of a neuron; false if the neuron has no such row here. */
function addNeuronRow(
  sum: FormSum,
  m: bigint,
  layer: LayerState,
  k: number,
  kind: number,
  supposed: Supposed | undefined,
): boolean {
  const { before, status, slopes, slope, middle, range, symbol, reach, offset } = layer;
  if (kind === SIDE_ROW) {
    const side = supposed?.neuron === offset + k ? 2 * supposed.side : status[k];
    if (side !== 2 && side !== -2) return false;
    sum.add(side > 0 ? m : -m, 0, before, k);
    return true;
  }
  if (status[k] !== 0) return false;
  const [negative, positive] = [slopes.negative[k]!, slopes.positive[k]!];
  const sense = positive > negative ? m : -m;
  const side = kind === NEGATIVE_CUT ? negative : positive;
  const unit = before.unit - slopes.rise + SLOPE_BITS;
  sum.add(sense * BigInt(slope[k]! - side), SLOPE_BITS - slopes.rise, before, k);
  sum.addConstant(sense * BigInt(middle[k]!), unit + 1);
  sum.addSymbol(symbol[k]!, sense * BigInt(range[k]!), unit - SLOPE_BITS);
  // The slope itself may be off by less than one unit, times a pre-activation within twice its reach.
  if (slopes.inexact[k] === 1) sum.addRadius(m * BigInt(2 * reach[k]! + 1), unit);
  return true;
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
  { rows, values }: Multipliers,
  supposed?: Supposed,
): boolean {
  const multipliers = integerMultipliers(values);
  if (multipliers === undefined) return false;
  const { input, output, layers } = relaxation;
  const sum = new FormSum(relaxation.symbols, finestUnit(relaxation));
  const outputs = new Array<bigint>(output.count).fill(0n);
  const inputs = new Array<bigint>(input.count - 1).fill(0n);
  for (let r = 0; r < multipliers.length; r++) {
    const m = multipliers[r]!;
    const row = rows[r]!;
    const condition = conditions[row];
    if (condition !== undefined) {
      condition.outputs.forEach((a, o) => {
        outputs[o]! += m * a;
      });
      condition.inputs.forEach((a, i) => {
        inputs[i]! += m * a;
      });
      sum.addConstant(m * condition.constant, 0);
      continue;
    }
    const neuron = Math.floor((row - conditions.length) / 3);
    const layer = layers.find(({ offset, before }) => neuron >= offset && neuron < offset + before.count);
    if (layer === undefined) return false;
    if (!addNeuronRow(sum, m, layer, neuron - layer.offset, (row - conditions.length) % 3, supposed)) {
      return false;
    }
  }
  outputs.forEach((a, o) => {
    sum.add(a, 0, output, o);
  });
  inputs.forEach((a, i) => {
    sum.add(a, 0, input, i);
  });
  return sum.isNegative();
}
