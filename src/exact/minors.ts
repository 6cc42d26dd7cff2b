/**
 * Small systems by minors, without any division.
 *
 * The minors of pairs of rows come first, then those of four rows as sums of products of two (Laplace's expansion along
 * pairs of rows), and so on: for up to six unknowns that takes fewer and shorter products than elimination.
 */

import { bitCount } from './bits.js';

/** Up to so many unknowns there is something to gain. */
const MOST_UNKNOWNS = 6;

/** How the minors of k rows follow from those of fewer, for one number of columns. */
interface Expansion {
  /** The bitmaps of the columns of each minor, ascending; its position is known by the bitmap. */
  readonly sets: readonly number[];
  /** For each minor the terms, three numbers each: position of the first factor, of the second, and the sign. */
  readonly terms: readonly Int32Array[];
}

function setsOf(size: number, columns: number): number[] {
  const sets: number[] = [];
  for (let set = 0; set < 1 << columns; set++) if (bitCount(set) === size) sets.push(set);
  return sets;
}

/** The sign of the permutation that lists the columns of `first` before the others of the set. */
function signOf(first: number, second: number): 1 | -1 {
  let inversions = 0;
  for (let rest = first; rest !== 0; rest &= rest - 1) inversions += bitCount(second & ((rest & -rest) - 1));
  return inversions % 2 === 0 ? 1 : -1;
}

/** Minors of `size` rows from those of the first `size - last` rows and of the last ones. */
function expansion(size: number, last: number, columns: number): Expansion {
  const sets = setsOf(size, columns);
  const places = (list: readonly number[]) => new Map(list.map((set, position) => [set, position]));
  const firsts = places(setsOf(size - last, columns));
  const seconds = places(setsOf(last, columns));
  const terms = sets.map((set) => {
    const own: number[] = [];
    for (const [second, position] of seconds) {
      if ((second & ~set) !== 0) continue;
      own.push(firsts.get(set & ~second)!, position, signOf(set & ~second, second));
    }
    return Int32Array.from(own);
  });
  return { sets, terms };
}

function expanded({ terms }: Expansion, first: readonly bigint[], second: readonly bigint[]): bigint[] {
  return terms.map((own) => {
    let sum = 0n;
    for (let t = 0; t < own.length; t += 3) {
      const factor = first[own[t]!]!;
      if (factor === 0n) continue;
      const product = factor * second[own[t + 1]!]!;
      sum = own[t + 2]! > 0 ? sum + product : sum - product;
    }
    return sum;
  });
}

/** The expansions for one number of unknowns: of pairs of rows, and of ever more rows. */
interface Plan {
  readonly pair: Expansion;
  readonly steps: readonly Expansion[];
}

function planOf(unknowns: number): Plan {
  const columns = unknowns + 1;
  const steps: Expansion[] = [];
  for (let size = 4; size <= unknowns; size += 2) steps.push(expansion(size, 2, columns));
  if (unknowns > 1 && unknowns % 2 === 1) steps.push(expansion(unknowns, 1, columns));
  return { pair: expansion(2, 1, columns), steps };
}

const PLANS: readonly Plan[] = Array.from({ length: MOST_UNKNOWNS + 1 }, (_, unknowns) => planOf(unknowns));

/** Whether `commonZeroByMinors` is for so many unknowns. */
export function hasMinors(unknowns: number): boolean {
  return unknowns >= 2 && unknowns <= MOST_UNKNOWNS;
}

/**
 * The point where n rows of n coefficients and a constant are zero: numerators and, last, the positive denominator; or undefined if
 * they do not determine one.
 *
 * By Cramer's rule these are the maximal minors of the rows, up to signs: what fraction-free elimination gives as well.
 */
export function commonZeroByMinors(rows: readonly (readonly bigint[])[]): bigint[] | undefined {
  const n = rows.length;
  const { pair, steps } = PLANS[n]!;
  let minors = expanded(pair, rows[0]!, rows[1]!);
  let used = 2;
  for (const step of steps) {
    const second = n - used >= 2 ? expanded(pair, rows[used]!, rows[used + 1]!) : rows[used]!;
    minors = expanded(step, minors, second);
    used += 2;
  }
  // Sets ascend: the first one lacks the last column, the constant; the others lack columns n - 1 down to 0.
  const denominator = minors[0]!;
  if (denominator === 0n) return undefined;
  const negative = denominator < 0n;
  const result: bigint[] = [];
  for (let i = 0; i < n; i++) {
    const minor = minors[n - i]!;
    // Moving the constant into column i past n - 1 - i others, and to the right-hand side.
    const isNegative = ((n - i) % 2 === 1) !== negative;
    result.push(isNegative ? -minor : minor);
  }
  result.push(negative ? -denominator : denominator);
  return result;
}
