/**
 * Vectors of exact fractions over one denominator, and elimination.
 */
import { divide, multiply, type Rational, rational, subtract, ZERO } from '../exact/index.js';

/** Integers that stand for themselves, or over a denominator that is said beside them; of a row the last one is the constant. */
export type Integers = readonly bigint[];

function divisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

const leastMultiple = (a: bigint, b: bigint) => (a / divisor(a, b)) * b;

/** Numerators over the least common denominator. */
export function overCommon(values: readonly Rational[]): readonly [numerators: bigint[], denominator: bigint] {
  const common = values.reduce((all, { denominator }) => leastMultiple(all, denominator), 1n);
  return [values.map(({ numerator, denominator }) => numerator * (common / denominator)), common];
}

/** The shortest integers on the same ray. */
export function primitive(row: Integers): bigint[] {
  const shared = row.reduce((all, entry) => divisor(entry, all), 0n);
  return shared > 1n ? row.map((entry) => entry / shared) : [...row];
}

export const isZero = ({ numerator }: Rational) => numerator === 0n;
export const negative = (row: Integers): bigint[] => row.map((entry) => -entry);
export const whole = (value: number | bigint): Rational => rational(BigInt(value));

/** A number with the sign of a row at the point with these numerators. */
export function valueAt(row: Integers, point: Integers, denominator: bigint): bigint {
  return point.reduce((sum, x, i) => sum + row[i]! * x, row[row.length - 1]! * denominator);
}

/** Of the first columns the reduced row echelon form, and its pivots; rows without a pivot follow unless they are zero. */
export function echelon(
  given: readonly (readonly Rational[])[],
  columns: number,
): { readonly rows: readonly (readonly Rational[])[]; readonly pivots: readonly number[] } {
  let rows = given.map((row) => [...row]);
  const pivots: number[] = [];
  for (let column = 0; column < columns; column++) {
    const here = pivots.length;
    const found = rows.findIndex((row, k) => k >= here && !isZero(row[column]!));
    if (found < 0) continue;
    const pivot = rows[found]!.map((entry) => divide(entry, rows[found]![column]!));
    rows[found] = rows[here]!;
    rows[here] = pivot;
    rows = rows.map((row, k) => {
      const factor = row[column]!;
      return k === here || isZero(factor) ? row : row.map((a, i) => subtract(a, multiply(factor, pivot[i]!)));
    });
    pivots.push(column);
  }
  const rest = rows.slice(pivots.length).filter((row) => !row.every(isZero));
  return { rows: [...rows.slice(0, pivots.length), ...rest], pivots };
}

export const zeros = (count: number): Rational[] => new Array<Rational>(count).fill(ZERO);
