/**
 * The Smith normal form of integer matrices (H. J. S. Smith 1861): ranks over every field, and torsion.
 */
import { greatestCommonDivisor, magnitude } from '../exact/index.js';
import { addMultiple, type Chain } from './chain.js';

interface Place {
  readonly row: number;
  readonly column: number;
}

/** The entry of least magnitude, of these one in the shortest row; undefined for a zero matrix. */
function pivotOf(rows: Chain[]): Place | undefined {
  let best: (Place & { readonly size: bigint; readonly length: number }) | undefined;
  rows.forEach((entries, row) => {
    for (const [column, entry] of entries) {
      const size = magnitude(entry);
      const length = entries.size;
      if (best !== undefined && (size > best.size || (size === best.size && length >= best.length))) continue;
      best = { row, column, size, length };
    }
  });
  return best;
}

/**
 * The invariant factors of an integer matrix that are not 0, each up to a sign, not ordered into a chain of divisors: a diagonal form.
 *
 * Their number is the rank over Q; the number of those that a prime p does not divide is the rank over GF(p). Consumes the rows.
 * Cost: cubic in the size at worst; entries may grow.
 */
export function diagonalForm(rows: Chain[]): bigint[] {
  const diagonal: bigint[] = [];
  for (let place = pivotOf(rows); place !== undefined; place = pivotOf(rows)) {
    const { row, column } = place;
    const pivot = rows[row]!.get(column)!;
    let clean = true;
    rows.forEach((entries, r) => {
      const entry = entries.get(column);
      if (r === row || entry === undefined) return;
      addMultiple(entries, rows[row]!, -(entry / pivot));
      clean &&= !entries.has(column);
    });
    // Column operations: with the column clean, they change the pivot's row only.
    if (clean) {
      for (const [c, entry] of [...rows[row]!]) {
        if (c === column) continue;
        const rest = entry % pivot;
        if (rest === 0n) rows[row]!.delete(c);
        else {
          rows[row]!.set(c, rest);
          clean = false;
        }
      }
    }
    if (!clean) continue;
    diagonal.push(magnitude(pivot));
    rows[row] = new Map();
  }
  return diagonal;
}

/** The invariant factors in their order: each divides the next. @param diagonal positive integers */
export function invariantFactors(diagonal: readonly bigint[]): bigint[] {
  const factors = [...diagonal];
  for (let i = 0; i < factors.length; i++) {
    for (let j = i + 1; j < factors.length; j++) {
      const divisor = greatestCommonDivisor(factors[i]!, factors[j]!);
      factors[j] = (factors[i]! / divisor) * factors[j]!;
      factors[i] = divisor;
    }
  }
  return factors;
}
