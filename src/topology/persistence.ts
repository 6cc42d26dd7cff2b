/**
 * Persistent homology of the sublevel sets { f <= t } of an output, over GF(2) (Edelsbrunner, Letscher, Zomorodian 2002).
 *
 * f is affine on every cell, so { f <= t } has the homotopy type of the faces on whose vertices f <= t, and it changes at values at
 * vertices only. Faces enter at the largest value at their vertices.
 */
import { compare, type Rational } from '../exact/index.js';
import type { CellComplex } from './complex.js';

/** A class of homology: born at a value, gone at another one; without `death` it stays. */
export interface Interval {
  readonly dimension: number;
  readonly birth: Rational;
  readonly death?: Rational;
}

/** Symmetric difference of two ascending lists. */
function added(a: readonly number[], b: readonly number[]): number[] {
  const result: number[] = [];
  let j = 0;
  for (const x of a) {
    while (j < b.length && b[j]! < x) result.push(b[j++]!);
    if (j < b.length && b[j] === x) j++;
    else result.push(x);
  }
  while (j < b.length) result.push(b[j++]!);
  return result;
}

/**
 * The intervals, by dimension and birth. Those that are born and die at the same value are left out.
 *
 * @param entries of each face by dimension, the value at which it enters
 * Cost: the reduction of the boundary matrix, nearly linear for most complexes, cubic at worst.
 */
export function persistenceOf(complex: CellComplex, entries: readonly (readonly Rational[])[]): Interval[] {
  const order = complex.flatMap(({ facets }, k) => facets.map((_, cell) => ({ k, cell, value: entries[k]![cell]! })));
  order.sort((a, b) => compare(a.value, b.value) || a.k - b.k || a.cell - b.cell);
  const places = complex.map(({ facets }) => new Int32Array(facets.length));
  order.forEach(({ k, cell }, place) => {
    places[k]![cell] = place;
  });
  /** Reduced columns by their last entry. */
  const byLast = new Map<number, readonly number[]>();
  const killed = new Map<number, number>();
  const isBirth = order.map(({ k, cell }, place) => {
    let column = k === 0 ? [] : complex[k]!.facets[cell]!.map((f) => places[k - 1]![f]!).sort((a, b) => a - b);
    for (let known = byLast.get(column.at(-1) ?? -1); known !== undefined; known = byLast.get(column.at(-1) ?? -1)) {
      column = added(column, known);
    }
    if (column.length === 0) return true;
    byLast.set(column.at(-1)!, column);
    killed.set(column.at(-1)!, place);
    return false;
  });
  const intervals = order.flatMap(({ k, value }, place): Interval[] => {
    if (!isBirth[place]!) return [];
    const end = killed.get(place);
    if (end === undefined) return [{ dimension: k, birth: value }];
    const death = order[end]!.value;
    return compare(value, death) === 0 ? [] : [{ dimension: k, birth: value, death }];
  });
  return intervals.sort((a, b) => a.dimension - b.dimension || compare(a.birth, b.birth));
}
