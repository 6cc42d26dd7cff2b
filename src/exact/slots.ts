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

/** Sets of slots from bytes: slot k by bit k % 8 of byte k / 8. Only where bytes differ from those before there is work. */
export class SlotSets {
  private bytes = new Uint8Array(0);
  private set = 0n;

  constructor(private readonly slots: Slots) {}

  /** The set, written as `Slots.highest` says. @param bytes of no more bits than there are slots, but for zeros */
  of(bytes: Uint8Array): bigint {
    const { slots } = this;
    const length = Math.max(bytes.length, this.bytes.length);
    for (let p = 0; p < length; p++) {
      const changed = (bytes[p] ?? 0) ^ (this.bytes[p] ?? 0);
      if (changed !== 0) this.set ^= slots.bytes[changed]! << BigInt(8 * slots.bits * p);
    }
    this.bytes = bytes.slice();
    return this.set;
  }
}

/** The base 2^bits digits of `sum` moved up by half a slot each. */
export function digitsOf(sum: bigint, { highest }: Slots): bigint {
  return sum + highest;
}

/** The slots whose integers are not negative, from digits. */
export function notNegative(digits: bigint, { highest }: Slots): bigint {
  return digits & highest;
}

/**
 * sum_k |v_k| 2^(bits k) from digits: the bits of digit k below its highest are v_k if that is set; otherwise, all of them
 * turned, they are |v_k| - 1.
 */
export function magnitudes(digits: bigint, { highest, bits }: Slots): bigint {
  const isNotNegative = digits & highest;
  const negative = isNotNegative ^ highest;
  const one = negative >> BigInt(bits - 1);
  return (digits ^ isNotNegative ^ (negative - one)) + one;
}

/** `count` of these digits from slot `from` on. */
export function someDigits(digits: bigint, from: number, count: number, { bits }: Slots): bigint {
  return BigInt.asUintN(count * bits, digits >> BigInt(from * bits));
}

/** The integer in slot k of those with these digits. */
export function slotOf(digits: bigint, k: number, { bits, shifts, half }: Slots): bigint {
  return BigInt.asUintN(bits, digits >> shifts[k]!) - half;
}

/** The lowest bits of every slot, for `withoutLowBits`. */
export interface LowBits {
  readonly count: bigint;
  /** In every slot the bits that the others move to. */
  readonly kept: bigint;
  /** 2^(bits - 1) - 2^(bits - 1 - count) in every slot. */
  readonly lift: bigint;
}

/** @param count less than `slots.bits` */
export function lowBits(count: number, { bits, ones, highest }: Slots): LowBits {
  const by = BigInt(count);
  return { count: by, kept: ones * ((1n << BigInt(bits - count)) - 1n), lift: highest - (highest >> by) };
}

/**
 * The digits of sum_k floor(v_k / 2^count) 2^(bits k) from those of sum_k v_k 2^(bits k): the lowest bits of each digit
 * v_k + 2^(bits - 1) fall into the slot below, where they are masked out, and what is left is
 * floor(v_k / 2^count) + 2^(bits - 1 - count).
 */
export function withoutLowBits(digits: bigint, { count, kept, lift }: LowBits): bigint {
  return ((digits >> count) & kept) + lift;
}
