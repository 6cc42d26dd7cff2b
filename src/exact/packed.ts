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

/** Up to this many entries are packed or read one after the other. */
const ONE_BY_ONE = 8;

/** sum_i entries[i] 2^(bits i). Cost: by halves, so that long vectors take little more than their length. */
export function packed(entries: readonly bigint[], bits: number): bigint {
  return packedPart(entries, BigInt(bits), 0, entries.length);
}

function packedPart(entries: readonly bigint[], slot: bigint, from: number, to: number): bigint {
  if (to - from > ONE_BY_ONE) {
    const middle = (from + to) >> 1;
    const high = packedPart(entries, slot, middle, to);
    return (high << (slot * BigInt(middle - from))) + packedPart(entries, slot, from, middle);
  }
  let sum = 0n;
  for (let i = to - 1; i >= from; i--) sum = (sum << slot) + entries[i]!;
  return sum;
}

/** The `count` entries of a packed vector, at least one. Cost: by halves, as `packed`. */
export function unpacked(vector: bigint, bits: number, count: number): bigint[] {
  const entries: bigint[] = [];
  unpackPart(vector, bits, count, entries);
  return entries;
}

/** Appends the `count` entries of a packed vector. */
function unpackPart(vector: bigint, bits: number, count: number, entries: bigint[]) {
  if (count > ONE_BY_ONE) {
    // Entries below 2^(bits - 2) leave the lower half, as a signed number, within its slots.
    const half = count >> 1;
    const width = bits * half;
    const low = BigInt.asIntN(width, vector);
    unpackPart(low, bits, half, entries);
    unpackPart((vector - low) >> BigInt(width), bits, count - half, entries);
    return;
  }
  const slot = BigInt(bits);
  let rest = vector;
  for (let i = 1; i < count; i++) {
    const entry = BigInt.asIntN(bits, rest);
    entries.push(entry);
    rest = (rest - entry) >> slot;
  }
  entries.push(rest);
}
