// AssemblyScript, not TypeScript: integers of any length, on a stack.
//
// A number is an i32, how many limbs it has, negative for a negative number, and the limbs, 32 bits each, the lowest one first; the
// highest one is not 0. Functions lay their results on top of the stack.

/** Where the next number goes. */
export let top: usize = 0;
/** The end of the stack. */
let end: usize = 0;

export function begin(from: usize, to: usize): void {
  top = from;
  end = to;
}

/** Drops everything from here on. */
export function dropTo(place: usize): void {
  top = place;
}

/** Room for so many bytes, a multiple of four. */
export function room(bytes: usize): usize {
  const place = top;
  top += bytes;
  // Whoever calls has made sure that there is room; this ends the program before anything else is written over.
  if (top > end) unreachable();
  return place;
}

// @ts-ignore: decorator
@inline
function roomFor(limbs: i32): usize {
  return room(4 + (<usize>limbs << 2));
}

/** How many limbs, negative for a negative number. */
// @ts-ignore: decorator
@inline
export function sizeOf(a: usize): i32 {
  return load<i32>(a);
}

// @ts-ignore: decorator
@inline
export function limb(a: usize, i: i32): u64 {
  return load<u32>(a + (<usize>i << 2), 4);
}

// @ts-ignore: decorator
@inline
export function setLimb(a: usize, i: i32, value: u64): void {
  store<u32>(a + (<usize>i << 2), <u32>value, 4);
}

/** The bytes that a number takes. */
// @ts-ignore: decorator
@inline
export function bytesOf(a: usize): usize {
  return 4 + (<usize>abs(load<i32>(a)) << 2);
}

/** Says how long the number on top of the stack is, without leading zeros. */
function settle(a: usize, limbs: i32, isNegative: bool): usize {
  let size = limbs;
  while (size > 0 && limb(a, size - 1) == 0) size--;
  store<i32>(a, isNegative ? -size : size);
  top = a + 4 + (<usize>size << 2);
  return a;
}

export function small(value: u32): usize {
  const a = roomFor(1);
  setLimb(a, 0, value);
  return settle(a, 1, false);
}

export function fromWord(word: u64): usize {
  const a = roomFor(2);
  setLimb(a, 0, word);
  setLimb(a, 1, word >> 32);
  return settle(a, 2, false);
}

/** Makes a number positive, where it stands. */
export function positive(a: usize): usize {
  store<i32>(a, abs(load<i32>(a)));
  return a;
}

/** Makes the negative of a number, where it stands. */
export function negative(a: usize): usize {
  store<i32>(a, -load<i32>(a));
  return a;
}

/** Moves so many bytes, a multiple of four, to the same place or a lower one; returns how many. They are few: a call of the host costs more. */
// @ts-ignore: decorator
@inline
function moveDown(from: usize, to: usize, bytes: usize): usize {
  for (let at: usize = 0; at < bytes; at += 4) store<u32>(to + at, load<u32>(from + at));
  return bytes;
}

// @ts-ignore: decorator
@inline
export function clear(from: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 4) store<u32>(from + at, 0);
}

/** Moves a number down; it is then on top of the stack. */
export function lower(a: usize, to: usize): usize {
  top = to + moveDown(a, to, bytesOf(a));
  return to;
}

/** |a| - |b| as a number of the sign, |a| >= |b|. */
function difference(a: usize, b: usize, isNegative: bool): usize {
  const long = abs(sizeOf(a));
  const short = abs(sizeOf(b));
  const result = roomFor(long);
  let borrow: i64 = 0;
  for (let i = 0; i < short; i++) {
    const t = <i64>limb(a, i) - <i64>limb(b, i) + borrow;
    setLimb(result, i, <u64>t);
    borrow = t >> 32;
  }
  for (let i = short; i < long; i++) {
    const t = <i64>limb(a, i) + borrow;
    setLimb(result, i, <u64>t);
    borrow = t >> 32;
  }
  return settle(result, long, isNegative);
}

/** |a| + |b| as a number of the sign. */
function total(a: usize, b: usize, isNegative: bool): usize {
  let x = a;
  let y = b;
  if (abs(sizeOf(x)) < abs(sizeOf(y))) {
    x = b;
    y = a;
  }
  const long = abs(sizeOf(x));
  const short = abs(sizeOf(y));
  const result = roomFor(long + 1);
  let carry: u64 = 0;
  for (let i = 0; i < short; i++) {
    const t = limb(x, i) + limb(y, i) + carry;
    setLimb(result, i, t);
    carry = t >> 32;
  }
  for (let i = short; i < long; i++) {
    const t = limb(x, i) + carry;
    setLimb(result, i, t);
    carry = t >> 32;
  }
  setLimb(result, long, carry);
  return settle(result, long + 1, isNegative);
}

/** Whether |a| < |b|. */
function isLess(a: usize, b: usize): bool {
  const size = abs(sizeOf(a));
  if (size != abs(sizeOf(b))) return size < abs(sizeOf(b));
  for (let i = size - 1; i >= 0; i--) if (limb(a, i) != limb(b, i)) return limb(a, i) < limb(b, i);
  return false;
}

function combined(a: usize, b: usize, isNegativeB: bool): usize {
  const isNegativeA = sizeOf(a) < 0;
  if (isNegativeA == isNegativeB) return total(a, b, isNegativeA);
  return isLess(a, b) ? difference(b, a, isNegativeB) : difference(a, b, isNegativeA);
}

export function plus(a: usize, b: usize): usize {
  return combined(a, b, sizeOf(b) < 0);
}

export function times(a: usize, b: usize): usize {
  const isNegative = sizeOf(a) < 0 != sizeOf(b) < 0;
  let x = a;
  let y = b;
  if (abs(sizeOf(x)) < abs(sizeOf(y))) {
    x = b;
    y = a;
  }
  const long = abs(sizeOf(x));
  const short = abs(sizeOf(y));
  if (short == 0) return settle(roomFor(0), 0, false);
  const result = roomFor(long + short);
  let j = short & 1;
  if (j == 1) setLimb(result, long, firstProduct(x, long, limb(y, 0), result));
  else {
    clear(result + 4, <usize>(long + 1) << 2);
  }
  for (; j < short; j += 2) addProducts(x, long, limb(y, j), limb(y, j + 1), result + (<usize>j << 2));
  return settle(result, long + short, isNegative);
}

/** Writes a product of the first limbs of a number; returns what is carried. */
// @ts-ignore: decorator
@inline
function firstProduct(a: usize, limbs: i32, factor: u64, to: usize): u64 {
  let carry: u64 = 0;
  for (let i = 0; i < limbs; i++) {
    const t = limb(a, i) * factor + carry;
    setLimb(to, i, t);
    carry = t >> 32;
  }
  return carry;
}

/** Adds a product with two limbs; what was written before ends with the number's limbs. */
// @ts-ignore: decorator
@inline
function addProducts(a: usize, limbs: i32, low: u64, high: u64, to: usize): void {
  let carry: u64 = 0;
  let over: u64 = 0;
  let before: u64 = 0;
  for (let i = 0; i < limbs; i++) {
    const own = limb(a, i);
    const t = own * low + limb(to, i) + carry;
    carry = t >> 32;
    const s = before * high + (t & 0xffffffff) + over;
    over = s >> 32;
    before = own;
    setLimb(to, i, s);
  }
  const s = before * high + carry + over;
  setLimb(to, limbs, s);
  setLimb(to, limbs + 1, s >> 32);
}

/** Adds a product of the first limbs of a number; returns what is carried. */
// @ts-ignore: decorator
@inline
export function addProduct(a: usize, limbs: i32, factor: u64, to: usize): u64 {
  let carry: u64 = 0;
  for (let i = 0; i < limbs; i++) {
    const t = limb(a, i) * factor + limb(to, i) + carry;
    setLimb(to, i, t);
    carry = t >> 32;
  }
  return carry;
}

/** Adds a product with two limbs, and what was carried to the limb behind it; returns what is carried. */
// @ts-ignore: decorator
@inline
function addTwoProducts(a: usize, limbs: i32, low: u64, high: u64, to: usize, carried: u64): u64 {
  let carry: u64 = 0;
  let over: u64 = 0;
  let before: u64 = 0;
  for (let i = 0; i < limbs; i++) {
    const own = limb(a, i);
    const t = own * low + limb(to, i) + carry;
    carry = t >> 32;
    const s = before * high + (t & 0xffffffff) + over;
    over = s >> 32;
    before = own;
    setLimb(to, i, s);
  }
  const s = before * high + carry + over;
  const t = (s & 0xffffffff) + limb(to, limbs) + carried;
  setLimb(to, limbs, t);
  const u = limb(to, limbs + 1) + (s >> 32) + (t >> 32);
  setLimb(to, limbs + 1, u);
  return u >> 32;
}

/** Subtracts a product of the first limbs of a number; returns what is borrowed. */
// @ts-ignore: decorator
@inline
function subtractProduct(a: usize, limbs: i32, factor: u64, from: usize): u64 {
  let borrow: u64 = 0;
  for (let i = 0; i < limbs; i++) {
    const t = limb(a, i) * factor + borrow;
    const own = limb(from, i);
    setLimb(from, i, own - t);
    borrow = (t >> 32) + u64(own < (t & 0xffffffff));
  }
  return borrow;
}

// @ts-ignore: decorator
@inline
export function addressIn(table: usize, i: i32): usize {
  return load<u32>(table + (<usize>i << 2));
}

// @ts-ignore: decorator
@inline
export function setAddress(table: usize, i: i32, address: usize): void {
  store<u32>(table + (<usize>i << 2), <u32>address);
}

/** Finds the numbers of a table that stand one after the other. */
export function index(count: i32, from: usize): usize {
  let at = from;
  const table = room(<usize>count << 2);
  for (let i = 0; i < count; i++) {
    setAddress(table, i, at);
    at += bytesOf(at);
  }
  return table;
}

/** The sum of a_i b_i, a few numbers by their addresses. @param minus the terms that are subtracted, as bits */
export function combination(as: usize, bs: usize, count: i32, minus: u32): usize {
  let longest: i32 = 0;
  for (let i = 0; i < count; i++) longest = max(longest, abs(sizeOf(addressIn(as, i))) + abs(sizeOf(addressIn(bs, i))));
  // One limb for what is carried, and the sign.
  const size = longest + 1;
  const result = roomFor(size);
  clear(result + 4, <usize>size << 2);
  for (let i = 0; i < count; i++) {
    const a = addressIn(as, i);
    const b = addressIn(bs, i);
    const limbs = abs(sizeOf(b));
    if (limbs == 0) continue;
    const isNegative = (sizeOf(a) < 0 != sizeOf(b) < 0) != (((minus >> i) & 1) != 0);
    for (let j = 0; j < abs(sizeOf(a)); j++) {
      const at = result + (<usize>j << 2);
      if (isNegative) borrowFrom(at, limbs, size - j, subtractProduct(b, limbs, limb(a, j), at));
      else carryTo(at, limbs, size - j, addProduct(b, limbs, limb(a, j), at));
    }
  }
  const isNegative = limb(result, size - 1) >> 31 != 0;
  if (isNegative) negate(result, size);
  return settle(result, size, isNegative);
}

function carryTo(a: usize, from: i32, size: i32, carried: u64): void {
  let carry = carried;
  for (let i = from; i < size && carry != 0; i++) {
    const t = limb(a, i) + carry;
    setLimb(a, i, t);
    carry = t >> 32;
  }
}

function borrowFrom(a: usize, from: i32, size: i32, borrowed: u64): void {
  let borrow = borrowed;
  for (let i = from; i < size && borrow != 0; i++) {
    const own = limb(a, i);
    setLimb(a, i, own - borrow);
    borrow = u64(own < borrow);
  }
}

/** The two's complement of so many limbs. */
function negate(a: usize, size: i32): void {
  let more: u64 = 1;
  for (let i = 0; i < size; i++) {
    const t = (limb(a, i) ^ 0xffffffff) + more;
    setLimb(a, i, t);
    more = t >> 32;
  }
}

export function isOdd(a: usize): bool {
  return sizeOf(a) != 0 && (limb(a, 0) & 1) != 0;
}

/** How many bits |a| has. */
export function bitLength(a: usize): i32 {
  const size = abs(sizeOf(a));
  return size == 0 ? 0 : 32 * size - <i32>clz<u32>(<u32>limb(a, size - 1));
}

/** a modulo 2^64 */
export function lowestBits(a: usize): u64 {
  const bits = word(a, abs(sizeOf(a)));
  return sizeOf(a) < 0 ? 0 - bits : bits;
}

/** How many zeros a number that is not 0 ends in, in bits. */
export function trailingZeros(a: usize): i32 {
  let i: i32 = 0;
  while (limb(a, i) == 0) i++;
  return 32 * i + <i32>ctz<u32>(<u32>limb(a, i));
}

/** |a| / 2^bits, without what follows the point. */
export function shiftedRight(a: usize, bits: i32): usize {
  const skipped = bits >> 5;
  const by: u64 = bits & 31;
  const size = max(0, abs(sizeOf(a)) - skipped);
  const result = roomFor(size);
  for (let i = 0; i < size; i++) {
    const above: u64 = i + 1 < size ? limb(a, i + skipped + 1) : 0;
    setLimb(result, i, ((above << 32) | limb(a, i + skipped)) >> by);
  }
  return settle(result, size, false);
}

/** |a| 2^bits */
export function shiftedLeft(a: usize, bits: i32): usize {
  const added = bits >> 5;
  const by: u64 = bits & 31;
  const size = abs(sizeOf(a));
  const result = roomFor(size + added + 1);
  for (let i = 0; i < added; i++) setLimb(result, i, 0);
  let carry: u64 = 0;
  for (let i = 0; i < size; i++) {
    const t = (limb(a, i) << by) | carry;
    setLimb(result, i + added, t);
    carry = t >> 32;
  }
  setLimb(result, size + added, carry);
  return settle(result, size + added + 1, false);
}

/** The inverse of an odd number modulo 2^32: each of Newton's steps doubles the bits that are right, three at first. */
function inverse(odd: u32): u32 {
  let x = odd;
  x *= 2 - odd * x;
  x *= 2 - odd * x;
  x *= 2 - odd * x;
  x *= 2 - odd * x;
  return x;
}

/** The same modulo 2^64. */
export function inverse64(odd: u64): u64 {
  const x = <u64>inverse(<u32>odd);
  return x * (2 - odd * x);
}

/** |a / b|, where b divides a: from the lowest limb on (Jebelean 1993). */
export function quotient(a: usize, b: usize): usize {
  const place = top;
  const zeros = trailingZeros(b);
  const x = zeros == 0 ? a : shiftedRight(a, zeros);
  const y = zeros == 0 ? b : shiftedRight(b, zeros);
  const short = abs(sizeOf(y));
  const size = abs(sizeOf(x)) - short + 1;
  if (size <= 0) return lower(settle(roomFor(0), 0, false), place);
  const rest = roomFor(size);
  const inverted = inverse(<u32>limb(y, 0));
  if (short == 1) {
    divideByLimb(x, limb(y, 0), inverted, rest, size);
    return lower(settle(rest, size, false), place);
  }
  moveDown(x + 4, rest + 4, <usize>size << 2);
  for (let i = 0; i < size; i++) {
    const digit: u64 = <u32>limb(rest, i) * inverted;
    // Limbs from `size` on are of no account.
    const count = min(short, size - i);
    const at = rest + (<usize>i << 2);
    borrowFrom(at, count, size - i, subtractProduct(y, count, digit, at));
    setLimb(rest, i, digit);
  }
  return lower(settle(rest, size, false), place);
}

/** The same where b is one limb. */
function divideByLimb(a: usize, b: u64, inverted: u32, to: usize, size: i32): void {
  let borrow: u64 = 0;
  for (let i = 0; i < size; i++) {
    const own = limb(a, i);
    const digit: u64 = <u32>(own - borrow) * inverted;
    setLimb(to, i, digit);
    borrow = ((digit * b) >> 32) + u64(own < borrow);
  }
}

/** a 2^(-32 k) modulo an odd b, for some k, not always the least one (Montgomery 1985); a >= 0, b > 0. */
function residue(a: usize, b: usize): usize {
  const size = sizeOf(a);
  const short = sizeOf(b);
  const rest = roomFor(size + 1);
  moveDown(a + 4, rest + 4, <usize>size << 2);
  setLimb(rest, size, 0);
  const steps = size - short;
  if (steps <= 0) return settle(rest, size, false);
  const negated = 0 - inverse64(word(b, short));
  let over: u64 = 0;
  // What is carried goes to the second limb, if the divisor has only one: then each step waits for the one before it.
  const alone = short == 1 ? steps : steps & 1;
  for (let i = 0; i < alone; i++) {
    const at = rest + (<usize>i << 2);
    const digit: u64 = <u32>(limb(at, 0) * negated);
    const t = limb(at, short) + addProduct(b, short, digit, at) + over;
    setLimb(at, short, t);
    over = t >> 32;
  }
  for (let i = alone; i < steps; i += 2) {
    const at = rest + (<usize>i << 2);
    const digits = load<u64>(at, 4) * negated;
    over = addTwoProducts(b, short, digits & 0xffffffff, digits >> 32, at, over);
  }
  // What is left: limbs from `steps` on.
  setLimb(rest, size, over);
  moveDown(rest + 4 + (<usize>steps << 2), rest + 4, <usize>(short + 1) << 2);
  return settle(rest, short + 1, false);
}

/** The greatest common divisor of words, one of them odd. */
function divisorOfWords(a: u64, odd: u64): u64 {
  let x = a;
  let y = odd;
  while (x != 0) {
    x >>= ctz<u64>(x);
    const high = max<u64>(x, y);
    y = min<u64>(x, y);
    x = high - y;
  }
  return y;
}

/** Steps of the binary algorithm that one matrix takes: its entries then have 31 bits with their signs. */
const STEPS: i32 = 30;
const LOW: u64 = 0x7fffffff;

/** The first 32 and the last 31 bits of a number, in units of the first bit of the longer one. */
// @ts-ignore: decorator
@inline
function ends(a: usize, size: i32, shift: u64): i64 {
  const high = (limb(a, size - 1) << 32) | limb(a, size - 2);
  const first = (high << shift) | (limb(a, size - 3) >> (32 - shift));
  return ((first >> 1) & ~LOW) | (limb(a, 0) & LOW);
}

/** Makes |f a + g b| / 2^STEPS and |h a + k b| / 2^STEPS, which are integers, of a and b. @param fg f + 2^32 g @param hk h + 2^32 k */
function apply(fg: i64, hk: i64, a: usize, b: usize, size: i32): void {
  const f = <i64>(<i32>fg);
  const g = (fg - f) >> 32;
  const h = <i64>(<i32>hk);
  const k = (hk - h) >> 32;
  let carryA: i64 = 0;
  let carryB: i64 = 0;
  let beforeA: u64 = 0;
  let beforeB: u64 = 0;
  for (let i = 0; i < size; i++) {
    const x = <i64>limb(a, i);
    const y = <i64>limb(b, i);
    const s = f * x + g * y + carryA;
    const t = h * x + k * y + carryB;
    carryA = s >> 32;
    carryB = t >> 32;
    if (i > 0) {
      setLimb(a, i - 1, (beforeA >> STEPS) | (<u64>s << (32 - STEPS)));
      setLimb(b, i - 1, (beforeB >> STEPS) | (<u64>t << (32 - STEPS)));
    }
    beforeA = <u64>s & 0xffffffff;
    beforeB = <u64>t & 0xffffffff;
  }
  setLimb(a, size - 1, (beforeA >> STEPS) | (<u64>carryA << (32 - STEPS)));
  setLimb(b, size - 1, (beforeB >> STEPS) | (<u64>carryB << (32 - STEPS)));
  if (carryA < 0) negate(a, size);
  if (carryB < 0) negate(b, size);
}

/**
 * The greatest common divisor of two numbers >= 0, b odd: the binary algorithm, whose steps the last bits of both numbers tell exactly and the
 * first ones mostly (Pornin 2020). A step of (a, b), b odd, is (a / 2, b), ((a - b) / 2, b) or ((b - a) / 2, a); whichever number is taken for
 * the larger one, the divisor stays the same, up to its sign, and b odd.
 */
function divisorOfLong(a: usize, b: usize): usize {
  let size = max(sizeOf(a), sizeOf(b));
  const x = roomFor(size);
  const y = roomFor(size);
  fill(x, a, size);
  fill(y, b, size);
  for (;;) {
    while (size > 2 && (limb(x, size - 1) | limb(y, size - 1)) == 0) size--;
    if (size <= 2) break;
    const shift: u64 = clz<u32>(<u32>(limb(x, size - 1) | limb(y, size - 1)));
    let p = ends(x, size, shift);
    let q = ends(y, size, shift);
    // (f g; h k), two entries in one. Which number is the larger one nothing foretells: no branches.
    let fg: i64 = 1;
    let hk: i64 = 1 << 32;
    for (let left: i64 = STEPS; ; ) {
      const zeros = min<i64>(ctz<i64>(p), left);
      p >>= zeros;
      hk <<= zeros;
      left -= zeros;
      if (left == 0) break;
      p -= q;
      fg -= hk;
      const swap = p >> 63;
      q += p & swap;
      hk += fg & swap;
      p = (p ^ swap) - swap;
      fg = (fg ^ swap) - swap;
    }
    apply(fg, hk, x, y, size);
    if (isZero(x, size)) return withSize(y, size);
  }
  const words = divisorOfWords(word(x, size), word(y, size));
  const result = roomFor(2);
  setLimb(result, 0, words);
  setLimb(result, 1, words >> 32);
  return settle(result, 2, false);
}

function fill(to: usize, a: usize, size: i32): void {
  const own = sizeOf(a);
  moveDown(a + 4, to + 4, <usize>own << 2);
  for (let i = own; i < size; i++) setLimb(to, i, 0);
}

function isZero(a: usize, size: i32): bool {
  for (let i = 0; i < size; i++) if (limb(a, i) != 0) return false;
  return true;
}

/** Says how long a number is that is not on top of the stack. */
function withSize(a: usize, limbs: i32): usize {
  let size = limbs;
  while (size > 0 && limb(a, size - 1) == 0) size--;
  store<i32>(a, size);
  return a;
}

function word(a: usize, size: i32): u64 {
  const high: u64 = size > 1 ? limb(a, 1) << 32 : 0;
  return size > 0 ? high | limb(a, 0) : 0;
}

/** The greatest common divisor of a number >= 0, which may be much longer, and an odd one > 0. */
export function divisor(a: usize, odd: usize): usize {
  const place = top;
  return lower(divisorOfLong(residue(a, odd), odd), place);
}

export function isOne(a: usize): bool {
  return sizeOf(a) == 1 && limb(a, 0) == 1;
}
