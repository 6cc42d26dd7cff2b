/**
 * Exact arithmetic on entries: doubles as long as the result is one, rationals from there on.
 *
 * Weights of float32 networks stay doubles nearly everywhere; what cannot be said by a double (1/3 after a division, a
 * sum of products) becomes a rational without any rounding.
 */
import {
  add,
  bitLength,
  divide,
  dotIntegers,
  equal,
  type IntegerVector,
  integersFromDoubles,
  integersFromRationals,
  multiply,
  negate,
  ONE,
  type Rational,
  rational,
  rationalFromDouble,
  toDouble,
  ZERO,
} from '../../exact/index.js';

/** A number of a network: a finite double, or a rational that is meant exactly. */
export type Entry = number | Rational;

/** Numbers longer than this come from repeated squaring of constants, not from networks. */
const MAX_BITS = 2 ** 16;

/** Quotients of integers by smaller powers of two are far from underflow. */
const LARGEST_POWER = 1n << 900n;

/** Whether an entry is a rational (and not a double). */
export function isRational(entry: Entry): entry is Rational {
  return typeof entry === 'object';
}

/** The exact value of an entry. */
export function exactly(entry: Entry): Rational {
  return isRational(entry) ? entry : rationalFromDouble(entry);
}

/** Numbers of less than half as many bits are short without being counted. */
const SHORT = 1n << BigInt(MAX_BITS / 2);

/** @throws RangeError for numbers of absurd length */
function checkLength({ numerator, denominator }: Rational) {
  if (numerator < SHORT && numerator > -SHORT && denominator < SHORT) return;
  const bits = bitLength(numerator) + bitLength(denominator);
  if (bits > MAX_BITS) throw new RangeError(`a constant of the network has ${bits} bits; fold the constants first`);
}

/** The entry with this value: a double if one has it. @throws RangeError for numbers of absurd length */
export function entryOf(value: Rational): Entry {
  checkLength(value);
  // In lowest terms a double has a power of two below the line.
  if ((value.denominator & (value.denominator - 1n)) !== 0n) return value;
  const double = toDouble(value);
  return Number.isFinite(double) && equal(rationalFromDouble(double), value) ? double : value;
}

/** Integers below this are doubles. */
const SAFE = 2n ** 53n;

/** numerator / denominator as an entry. Cost: no greatest common divisor where a small dyadic number comes out. */
export function entryOfQuotient(numerator: bigint, denominator: bigint): Entry {
  if (numerator === 0n) return 0;
  const dyadic = (denominator & (denominator - 1n)) === 0n;
  // A quotient of such a numerator by a power of two is a double, unless it is below the normal ones.
  if (dyadic && denominator < LARGEST_POWER && numerator < SAFE && numerator > -SAFE) {
    return Number(numerator) / Number(denominator);
  }
  return entryOf(rational(numerator, denominator));
}

/** Whether a double is a float32: products of two of them are doubles, because 24 + 24 bits fit and the range does. */
function isSingle(value: number): boolean {
  return Math.fround(value) === value;
}

export function addEntries(a: Entry, b: Entry): Entry {
  if (!isRational(a) && !isRational(b)) {
    // Knuth's TwoSum: the rounding error of a sum is a double and these operations find it exactly.
    const sum = a + b;
    const shared = sum - a;
    if (a - (sum - shared) + (b - shared) === 0) return sum;
  }
  return entryOf(add(exactly(a), exactly(b)));
}

export function multiplyEntries(a: Entry, b: Entry): Entry {
  if (a === 1) return b;
  if (b === 1) return a;
  if (!isRational(a) && !isRational(b) && (a === 0 || b === 0 || (isSingle(a) && isSingle(b)))) return a * b;
  return entryOf(multiply(exactly(a), exactly(b)));
}

export function negateEntry(a: Entry): Entry {
  return isRational(a) ? negate(a) : -a;
}

/** 1 / a. @throws RangeError for 0 */
export function invertEntry(a: Entry): Entry {
  return entryOf(divide(ONE, exactly(a)));
}

/** Entries over a common denominator. */
export function integersOfEntries(entries: ArrayLike<Entry>): IntegerVector {
  if (entries instanceof Float64Array) return integersFromDoubles(entries);
  const list = Array.from(entries);
  return list.some(isRational) ? integersFromRationals(list.map(exactly)) : integersFromDoubles(list as number[]);
}

/**
 * Adds x to an expansion: doubles whose exact sum is the value (Shewchuk 1997, Grow-Expansion with zeros left out).
 *
 * Exact as long as nothing overflows.
 */
function growExpansion(parts: number[], x: number) {
  let high = x;
  let kept = 0;
  for (const part of parts) {
    const sum = high + part;
    const shared = sum - high;
    const error = high - (sum - shared) + (part - shared);
    if (error !== 0) parts[kept++] = error;
    high = sum;
  }
  parts.length = kept;
  parts.push(high);
}

/** The sum of products of float32 numbers, or undefined when some number is none. */
function dotOfSingles(a: ArrayLike<Entry>, b: ArrayLike<Entry>): Rational | undefined {
  const parts: number[] = [];
  for (let i = 0; i < a.length; i++) {
    const x = a[i]!;
    const y = b[i]!;
    if (isRational(x) || isRational(y) || !isSingle(x) || !isSingle(y)) return undefined;
    if (x !== 0 && y !== 0) growExpansion(parts, x * y);
  }
  return parts.map(rationalFromDouble).reduce(add, ZERO);
}

/** sum of a[i] * b[i], exactly. */
export function dotEntries(a: ArrayLike<Entry>, b: ArrayLike<Entry>): Entry {
  const quick = dotOfSingles(a, b);
  if (quick !== undefined) return entryOf(quick);
  const kept = Array.from(a, (_, i) => i).filter((i) => a[i] !== 0 && b[i] !== 0);
  if (kept.length === 0) return 0;
  const left = integersOfEntries(kept.map((i) => a[i]!));
  const right = integersOfEntries(kept.map((i) => b[i]!));
  return entryOfQuotient(dotIntegers(left.numerators, right.numerators), left.denominator * right.denominator);
}
