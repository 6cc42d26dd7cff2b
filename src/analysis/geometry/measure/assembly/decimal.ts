// AssemblyScript, not TypeScript: decimal digits of long integers, without divisions.
//
// Let B = 2^32, N < D = 10^(9 m), B^(s - 1) > D, and r the integer part of B^(2 s) / 2 D. Then (2 N + 1) r / B^s is F = B^s (N + 1/2) / D but for an
// error below 2. Products of limbs below B^s are left out: as many units at most as 2 N + 1 has limbs. The integer part of 10^9 F / B^s is the
// first nine digits of N, and what is left the same of the following ones, with D' = D / 10^9; limbs at its end are dropped as
// B^(s' - 1) > D' allows, an error below one unit each time. F may be wrong by B^s / 2 D, which is more than B / 2 units, before a digit is.

import { addProduct, bitLength, bytesOf, clear, dropTo, limb, room, setLimb, shiftedLeft, sizeOf, top } from './integers';

const BILLION: u64 = 1000000000;
/** Bits of 10^9, in thousandths: at most, and at least. */
const BITS: i32 = 29898;
const BITS_BELOW: i32 = 29897;
/** Reciprocals are known of every so many powers of 10^9. */
const STEP: i32 = 8;

/** The reciprocals, one after the other, and how many there are. */
let reciprocals: usize = 0;
let known: i32 = 0;

/** Limbs s of a fraction that tells 9 m digits: B^(s - 1) > 10^(9 m). */
function limbsFor(m: i32): i32 {
  return (m * BITS) / 32000 + 2;
}

/** Limbs s for the reciprocal of 10^(72 k). */
export function fractionLimbs(k: i32): i32 {
  return limbsFor(STEP * k);
}

/** @param at the integer parts of B^(2 s) / 2 10^(72 k), k = 1, 2, .. */
export function setReciprocals(at: usize, count: i32): void {
  reciprocals = at;
  known = count;
}

/** How many times nine digits certainly suffice for a number; 0 if there is no reciprocal. */
function ninesFor(a: usize): i32 {
  const bits = bitLength(a);
  let m = STEP;
  while ((m * BITS_BELOW) / 1000 < bits) m += STEP;
  return m > known * STEP ? 0 : m;
}

/** Bytes that certainly suffice for the digits of a number; 0 if it is too long to be written. */
export function mostDigits(a: usize): i32 {
  return 9 * ninesFor(a);
}

/** F, on top of the stack, its limbs behind the first one. */
function fraction(a: usize, m: i32): usize {
  let reciprocal = reciprocals;
  for (let k = STEP; k < m; k += STEP) reciprocal += bytesOf(reciprocal);
  const s = limbsFor(m);
  const twice = shiftedLeft(a, 1);
  setLimb(twice, 0, limb(twice, 0) | 1);
  const length = sizeOf(reciprocal);
  const count = sizeOf(twice);
  const bytes = <usize>(max(length + count - s, s) + 2) << 2;
  const result = room(bytes);
  clear(result, bytes);
  for (let j = 0; j < count; j++) {
    const from = max(0, s - 1 - j);
    if (from >= length) continue;
    const to = result + (<usize>(from + j + 1 - s) << 2);
    const carry = addProduct(reciprocal + (<usize>from << 2), length - from, limb(twice, j), to);
    setLimb(to, length - from, carry);
  }
  return result + 4;
}

/** Writes |a| in decimal digits, after `mostDigits` said that it can be; returns how many there are, none of 0. */
export function writeDigits(a: usize, to: usize): i32 {
  const place = top;
  const m = ninesFor(a);
  let rest = fraction(a, m);
  let size = limbsFor(m);
  let at = to;
  for (let left = m; left > 0; left--) {
    const enough = limbsFor(left);
    rest += <usize>(size - enough) << 2;
    size = enough;
    let carry: u64 = 0;
    for (let i = 0; i < size; i++) {
      const t = limb(rest, i) * BILLION + carry;
      setLimb(rest, i, t);
      carry = t >> 32;
    }
    at = writeNine(<u32>carry, at, at == to);
  }
  dropTo(place);
  return <i32>(at - to);
}

/** Writes nine digits, or those from the first one that is not 0 on; returns the place behind them. */
function writeNine(value: u32, to: usize, isFirst: bool): usize {
  let digits: i32 = 9;
  if (isFirst) {
    digits = 0;
    for (let rest = value; rest != 0; rest /= 10) digits++;
  }
  let rest = value;
  for (let i = digits - 1; i >= 0; i--) {
    const next = rest / 10;
    store<u8>(to + i, <u8>(48 + rest - 10 * next));
    rest = next;
  }
  return to + digits;
}
