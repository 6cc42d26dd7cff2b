/**
 * Affine changes of the inputs, exactly: what symmetries of networks are.
 */
import { content, type IntegerVector, integersFromRationals, type Rational, rank } from '../exact/index.js';
import { conditionsOf, primitive } from './conditions.js';
import { type Domain, polytope } from './domain.js';

/** Entries of a row that are not 0, in ascending columns. */
export type SparseRow = readonly (readonly [column: number, entry: bigint])[];

/** x -> y with y_j = (rows_j . x + shift_j) / denominator. */
export interface InputMap {
  readonly rows: readonly SparseRow[];
  readonly shift: readonly bigint[];
  /** Positive. */
  readonly denominator: bigint;
}

/** One row of an input map in rational numbers. */
export interface RationalRow {
  readonly entries: readonly (readonly [column: number, entry: Rational])[];
  readonly shift: Rational;
}

export function inputMap(rows: readonly RationalRow[]): InputMap {
  const all = rows.flatMap(({ entries, shift }) => [...entries.map(([, entry]) => entry), shift]);
  const { numerators, denominator }: IntegerVector = integersFromRationals(all);
  let at = 0;
  const own = rows.map(({ entries }) => {
    const row = entries
      .map(([column], k) => [column, numerators[at + k]!] as const)
      .filter(([, entry]) => entry !== 0n)
      .sort(([a], [b]) => a - b);
    at += entries.length + 1;
    return { row, shift: numerators[at - 1]! };
  });
  return { rows: own.map(({ row }) => row), shift: own.map(({ shift }) => shift), denominator };
}

/** x -> y with y_images[i] = signs[i] x_i. */
export function signedPermutation(images: readonly number[], signs: readonly number[]): InputMap {
  const rows: SparseRow[] = [];
  images.forEach((to, i) => {
    rows[to] = [[i, BigInt(signs[i]!)]];
  });
  return { rows, shift: images.map(() => 0n), denominator: 1n };
}

/** Non-singular matrices that are no permutations with factors are looked at up to this size. */
const MOST_INPUTS = 64;

/** Whether a map of n inputs to themselves is one to one; false of one that is too large to tell. */
export function isBijective({ rows }: InputMap): boolean {
  const n = rows.length;
  if (rows.every((row) => row.length === 1)) return new Set(rows.map((row) => row[0]![0])).size === n;
  if (n > MOST_INPUTS) return false;
  const dense = rows.map((row) => {
    const full = new Array<bigint>(n).fill(0n);
    for (const [column, entry] of row) full[column] = entry;
    return full;
  });
  return rank(dense) === n;
}

/** The function row . (x, 1) behind the map, times the map's denominator. */
export function pulledBack(row: readonly bigint[], { rows, shift, denominator }: InputMap): bigint[] {
  const n = rows.length;
  const image = new Array<bigint>(n + 1).fill(0n);
  let constant = row[n]! * denominator;
  for (let j = 0; j < n; j++) {
    const factor = row[j]!;
    if (factor === 0n) continue;
    for (const [column, entry] of rows[j]!) image[column]! += factor * entry;
    constant += factor * shift[j]!;
  }
  image[n] = constant;
  return image;
}

/**
 * A condition of the domain that a map does not take to another one of the same kind, by its name; undefined if there is none. Then, as
 * the map is one to one, it permutes the conditions, and takes the domain to itself.
 */
export function movedCondition(map: InputMap, domain: Domain): string | undefined {
  if (domain.kind === 'whole') return undefined;
  const stated = domain.kind === 'polytope' ? domain : polytope(domain.lower.length, [], { box: domain });
  const conditions = conditionsOf(stated);
  const nameOf = (row: readonly bigint[], equality: boolean) => {
    const sign = equality && (row.find((entry) => entry !== 0n) ?? 1n) < 0n ? -1n : 1n;
    return `${equality} ${primitive(row).map((entry) => sign * entry)}`;
  };
  const known = new Set(conditions.map(({ row, equality }) => nameOf(row, equality)));
  return conditions.find(({ row, equality }) => !known.has(nameOf(pulledBack(row, map), equality)))?.name;
}

/** The shortest integers on the line of a row, the first that is not 0 positive; `factor` times them is the row. */
export function onLine(row: readonly bigint[]): { readonly row: readonly bigint[]; readonly factor: bigint } {
  const lead = row.find((entry) => entry !== 0n) ?? 1n;
  const factor = (lead < 0n ? -1n : 1n) * (content(row) || 1n);
  return { row: factor === 1n ? row : row.map((entry) => entry / factor), factor };
}
