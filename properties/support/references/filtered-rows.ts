/**
 * Lemmas 1 and 2 of src/exact/sign.ts as they stand there: rows accumulated and evaluated in doubles with their bounds, and beside
 * them exactly.
 *
 * Every number is k * 2^e with an integer k, so the exact side needs no fractions.
 */
import { type Dyadic, dyadicFromDouble } from '../../../src/exact/double.js';
import { nearestDouble } from '../../../src/exact/rounding.js';
import { accumulationUnit, evaluationUnit, SLACK, underflow } from '../../../src/exact/sign.js';

export const ZERO: Dyadic = { mantissa: 0n, exponent: 0 };

export function plus(a: Dyadic, b: Dyadic): Dyadic {
  if (a.mantissa === 0n) return b;
  if (b.mantissa === 0n) return a;
  const exponent = Math.min(a.exponent, b.exponent);
  const at = (x: Dyadic) => x.mantissa << BigInt(x.exponent - exponent);
  return { mantissa: at(a) + at(b), exponent };
}

export function times(a: Dyadic, b: Dyadic): Dyadic {
  return { mantissa: a.mantissa * b.mantissa, exponent: a.exponent + b.exponent };
}

export function minus(a: Dyadic, b: Dyadic): Dyadic {
  return plus(a, { mantissa: -b.mantissa, exponent: b.exponent });
}

export function nearest({ mantissa, exponent }: Dyadic): number {
  return exponent >= 0
    ? nearestDouble(mantissa << BigInt(exponent), 1n)
    : nearestDouble(mantissa, 1n << BigInt(-exponent));
}

/** A row in doubles with the bound that the lemma derives for it, and the row that it stands for. */
export interface FilteredRow {
  readonly entries: readonly number[];
  /** E of Lemma 1. */
  readonly error: number;
  readonly exact: readonly Dyadic[];
}

/** A weight as the filter sees it and the number it stands for. */
export interface Weight {
  readonly double: number;
  readonly exact: Dyadic;
}

/** M(r) = sum |r_i| X_i + |r_c|, in doubles. */
export function mass(entries: readonly number[], box: readonly number[]): number {
  return entries.reduce((sum, entry, i) => sum + Math.abs(entry) * (box[i] ?? 1), 0);
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Lemma 1: the row sum_j w_j r_j + b in doubles, its bound, and the exact row. */
export function accumulate(
  rows: readonly FilteredRow[],
  weights: readonly Weight[],
  bias: Weight,
  box: readonly number[],
) {
  const length = box.length + 1;
  const entries = new Array<number>(length).fill(0);
  const exact = new Array<Dyadic>(length).fill(ZERO);
  entries[length - 1] = bias.double;
  exact[length - 1] = bias.exact;
  const unit = accumulationUnit(rows.length);
  let bound = unit * Math.abs(bias.double);
  rows.forEach((row, j) => {
    const weight = weights[j]!;
    for (let i = 0; i < length; i++) {
      entries[i]! += weight.double * row.entries[i]!;
      exact[i] = plus(exact[i]!, times(weight.exact, row.exact[i]!));
    }
    bound += Math.abs(weight.double) * (row.error + unit * mass(row.entries, box));
  });
  const tiny = underflow((rows.length + 4) * (box.length + 4), total(box));
  return { entries, exact, error: bound * SLACK + tiny };
}

/** A row that is given exactly. */
export function given(entries: readonly number[], box: readonly number[]): FilteredRow {
  const error = underflow(box.length + 4, total(box));
  return { entries, exact: entries.map(dyadicFromDouble), error };
}

/** Lemma 2: the rounded value at a double point and its bound. */
export function evaluate(row: FilteredRow, point: readonly number[], box: readonly number[]) {
  let value = row.entries[box.length]!;
  for (let i = 0; i < box.length; i++) value += row.entries[i]! * point[i]!;
  const bound = (row.error + evaluationUnit(box.length) * mass(row.entries, box)) * SLACK;
  return { value, bound: bound + underflow(box.length + 4, total(box)) };
}

export function exactValue(entries: readonly Dyadic[], point: readonly number[]): Dyadic {
  return entries.reduce((sum, a, i) => plus(sum, i < point.length ? times(a, dyadicFromDouble(point[i]!)) : a), ZERO);
}

export function signOf(x: Dyadic): number {
  return x.mantissa > 0n ? 1 : x.mantissa < 0n ? -1 : 0;
}

/** |x - y| <= bound, or the bound is no number and claims nothing. */
export function within(x: Dyadic, y: Dyadic, bound: number): boolean {
  if (!(bound < Number.POSITIVE_INFINITY)) return true;
  const limit = dyadicFromDouble(bound);
  const difference = minus(x, y);
  return signOf(minus(limit, difference)) >= 0 && signOf(plus(limit, difference)) >= 0;
}

/**
 * A number `quarters` * u |double| away from a double, as Lemma 1 allows for |quarters| <= 4. Numbers that have no
 * normal nearest double are outside the lemma; they stand for themselves here.
 */
export function inexact(double: number, quarters: number): Weight {
  const value = dyadicFromDouble(double);
  const error = Math.abs(double) < 2 ** -1022 ? ZERO : { mantissa: BigInt(quarters), exponent: -53 };
  return { double, exact: plus(value, times(value, error)) };
}
