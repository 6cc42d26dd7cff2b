/**
 * Many integers in one, a slot of `bits` bits for each: sum_k v_k 2^(bits k) (Kronecker substitution), and what can be said of
 * all of them at once.
 *
 * Adding and scaling such sums adds and scales every v_k. What is asked of a sum holds as long as every |v_k| < 2^(bits - 1):
 *
 * Lemma. Let H = sum_k 2^(bits - 1) 2^(bits k). The base 2^bits digits of sum + H are v_k + 2^(bits - 1), which lie strictly
 * between 0 and 2^bits. So digit k minus half a slot is v_k, and the highest bit of digit k is set exactly if v_k >= 0.
 *
 * Cost: linear in the length of the sum; `inSlots` and `slotSet` times the logarithm of the number of slots; `slotsFor`
 * quadratic.
 */
import { packed } from './packed.js';

export interface Slots {
  readonly count: number;
  readonly bits: number;
  /** 1 in every slot. */
  readonly ones: bigint;
  /** 2^(bits - 1) in every slot: H of the lemma. A set of slots is written as the bits of H in them. */
  readonly highest: bigint;
  /** 2^(bits - 1) */
  readonly half: bigint;
  /** For each slot the number of bits below it. */
  readonly shifts: readonly bigint[];
  /** bytes[b]: the set of those of the first 8 slots whose bits are set in b. */
  readonly bytes: readonly bigint[];
}

/** `count` slots of `bits` bits. */
export function slotsFor(count: number, bits: number): Slots {
  const shifts = Array.from({ length: count }, (_, k) => BigInt(bits * k));
  const ones = shifts.reduce((sum, shift) => sum | (1n << shift), 0n);
  const top = BigInt(bits - 1);
  const bytes = Array.from({ length: 256 }, (_, byte) => {
    let set = 0n;
    for (let k = 0; k < 8; k++) if ((byte >> k) & 1) set |= 1n << (BigInt(bits * k) + top);
    return set;
  });
  return { count, bits, ones, highest: ones << top, half: 1n << top, shifts, bytes };
}

/** sum_k values[k] 2^(bits k) */
export function inSlots(values: readonly bigint[], { bits }: Slots): bigint {
  return packed(values, bits);
}

/** The set of slots k with bit k % 8 set in byte k / 8, written as `Slots.highest` says. */
export function slotSet(bits: Uint8Array, slots: Slots): bigint {
  const sets = Array.from(bits, (byte) => slots.bytes[byte]!);
  return packed(sets, 8 * slots.bits);
}

/** The slots whose integers are not negative. */
export function notNegative(sum: bigint, { highest }: Slots): bigint {
  return (sum + highest) & highest;
}

/** sum_k |v_k| 2^(bits k) */
export function magnitudes(sum: bigint, { highest, bits }: Slots): bigint {
  const digits = sum + highest;
  const negative = (digits & highest) ^ highest;
  if (negative === 0n) return sum;
  // Every bit of those slots.
  const whole = (negative << 1n) - (negative >> BigInt(bits - 1));
  // Their digits are half a slot more than their integers.
  return sum - (((digits & whole) - negative) << 1n);
}

/** The base 2^bits digits of `sum` moved up by half a slot each, for `slotOf`. */
export function digitsOf(sum: bigint, { highest }: Slots): bigint {
  return sum + highest;
}

/** `count` of these digits from slot `from` on. */
export function someDigits(digits: bigint, from: number, count: number, { bits }: Slots): bigint {
  return BigInt.asUintN(count * bits, digits >> BigInt(from * bits));
}

/** The integer in slot k of those with these digits. */
export function slotOf(digits: bigint, k: number, { bits, shifts, half }: Slots): bigint {
  return BigInt.asUintN(bits, digits >> shifts[k]!) - half;
}
