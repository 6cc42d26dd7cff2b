/**
 * Vectors of integers packed into one integer (Kronecker substitution): sum_i v_i 2^(b i).
 *
 * Adding and scaling packed vectors adds and scales all entries at once, with one long product instead of many short ones,
 * and a packed vector is 0 exactly if all entries are. The entries can be read back as signed b-bit numbers as long as every
 * |v_i| < 2^(b - 2); the last one may be of any size.
 */
import { bitLength } from './double.js';

/** A slot width b wide enough for entries of at most this magnitude. */
export function slotBits(magnitude: bigint): number {
  return bitLength(magnitude) + 2;
}

/** sum_i entries[i] 2^(bits i) */
export function packed(entries: readonly bigint[], bits: number): bigint {
  const slot = BigInt(bits);
  let sum = 0n;
  for (let i = entries.length - 1; i >= 0; i--) sum = (sum << slot) + entries[i]!;
  return sum;
}

/** The `count` entries of a packed vector. */
export function unpacked(vector: bigint, bits: number, count: number): bigint[] {
  const slot = BigInt(bits);
  const entries = new Array<bigint>(count);
  let rest = vector;
  for (let i = 0; i < count - 1; i++) {
    const entry = BigInt.asIntN(bits, rest);
    entries[i] = entry;
    rest = (rest - entry) >> slot;
  }
  entries[count - 1] = rest;
  return entries;
}
