/**
 * Rows with a denominator, and the rows of a network's neurons on a path: what evidence is restated by.
 */
import { greatestCommonDivisor, magnitude, ONE, type Rational, rational } from '../exact/index.js';
import { type Network, rowsOf } from '../network/index.js';

/** (entries, the constant last) / denominator */
export interface RationalRow {
  readonly entries: readonly bigint[];
  readonly denominator: bigint;
}

/** a - m b */
export function without(a: RationalRow, m: Rational, b: RationalRow): RationalRow {
  if (m.numerator === 0n) return a;
  const divisor = m.denominator * b.denominator;
  const common = a.denominator * (divisor / greatestCommonDivisor(a.denominator, divisor));
  const [left, right] = [common / a.denominator, m.numerator * (common / divisor)];
  return { entries: a.entries.map((entry, i) => left * entry - right * b.entries[i]!), denominator: common };
}

export function entryOf({ entries, denominator }: RationalRow, i: number): Rational {
  return rational(entries[i]!, denominator);
}

/** side * row */
export function onSide({ entries, denominator }: RationalRow, side: 1 | -1): RationalRow {
  return side > 0 ? { entries, denominator } : { entries: entries.map((entry) => -entry), denominator };
}

export function isZero({ entries }: RationalRow): boolean {
  return entries.every((entry) => entry === 0n);
}

/** The integers of the row, divided by a positive factor so that they are as short as can be, and this factor's inverse. */
export function shortened({ entries, denominator }: RationalRow): { row: readonly bigint[]; factor: Rational } {
  let divisor = 0n;
  for (const entry of entries) divisor = greatestCommonDivisor(magnitude(entry), divisor);
  if (divisor === 0n) return { row: entries, factor: ONE };
  return { row: entries.map((entry) => entry / divisor), factor: rational(denominator, divisor) };
}

/** The rows of the layer behind, on the sides given: those of `rows` times slopes and weights. */
export function rowsBehind(
  network: Network,
  layer: number,
  rows: readonly RationalRow[],
  sides: Int8Array,
): readonly RationalRow[] {
  const { slopes } = network.layers[layer - 1]!;
  const given = rows.map(({ entries, denominator }, k): RationalRow => {
    const slope = sides[k]! > 0 ? slopes[k]!.positive : slopes[k]!.negative;
    return { entries: entries.map((entry) => slope.numerator * entry), denominator: slope.denominator * denominator };
  });
  const { rows: weights, denominator } = rowsOf(network.layers[layer]!.affine);
  const width = given[0]!.entries.length;
  return weights.map((weight) => {
    let sum: RationalRow = { entries: [...new Array<bigint>(width - 1).fill(0n), weight.at(-1)!], denominator: 1n };
    for (const [k, row] of given.entries()) {
      if (weight[k] !== 0n && !isZero(row)) sum = without(sum, { numerator: -weight[k]!, denominator: 1n }, row);
    }
    return { entries: sum.entries, denominator: sum.denominator * denominator };
  });
}

/** The rows of the first layer. */
export function firstRows(network: Network): readonly RationalRow[] {
  const { rows, denominator } = rowsOf(network.layers[0]!.affine);
  return rows.map((entries) => ({ entries, denominator }));
}
