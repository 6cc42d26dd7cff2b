/**
 * Rational numbers on BigInt, always in lowest terms with a positive denominator.
 *
 * For single values (inputs, outputs, printed figures). Bulk work uses integers over a common denominator instead
 * (`integers.ts`), which needs no greatest common divisor per operation.
 */
import { bitLength, dyadicFromDouble } from './double.js';

export interface Rational {
  readonly numerator: bigint;
  /** Positive, coprime to the numerator. */
  readonly denominator: bigint;
}

export const ZERO: Rational = { numerator: 0n, denominator: 1n };
export const ONE: Rational = { numerator: 1n, denominator: 1n };

/** Numbers below this fit a double with room for Lehmer's cofactors. */
export const LEADING_BITS = 52;
export const SMALL = 1n << 53n;

export function divisorOfDoubles(a: number, b: number): number {
  let x = a;
  let y = b;
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

/**
 * The greatest common divisor of |a| and |b|; gcd(0, 0) = 0.
 *
 * Lehmer's algorithm (Knuth, The Art of Computer Programming 2, 4.5.2, algorithm L): Euclid's quotients are found from the
 * leading 52 bits in doubles for as long as the bits that follow cannot change them, and applied to the long numbers all at
 * once. Quotients of integers below 2^53 round to no larger integer, so that their floors are exact. Powers of two, the
 * denominators of doubles, need no division at all.
 */
export function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a;
  let y = b < 0n ? -b : b;
  if (isPowerOfTwo(x) || isPowerOfTwo(y)) return lowestBit(x | y);
  if (x < y) [x, y] = [y, x];
  while (y >= SMALL) [x, y] = lehmerStep(x, y);
  if (y === 0n) return x;
  return BigInt(divisorOfDoubles(Number(y), Number(x % y)));
}

export function isPowerOfTwo(x: bigint): boolean {
  return x !== 0n && (x & (x - 1n)) === 0n;
}

export function lowestBit(x: bigint): bigint {
  return x & -x;
}

/** Several steps of Euclid's algorithm at once, at least one; x >= y > 0. */
function lehmerStep(x: bigint, y: bigint): [bigint, bigint] {
  const shift = BigInt(bitLength(x) - LEADING_BITS);
  let high = Number(x >> shift);
  let low = Number(y >> shift);
  // The matrix (p q; r s) of the steps so far; the true quotient lies between those of the two extreme cases.
  let [p, q, r, s] = [1, 0, 0, 1];
  while (low + r !== 0 && low + s !== 0) {
    const quotient = Math.floor((high + p) / (low + r));
    if (quotient !== Math.floor((high + q) / (low + s))) break;
    [p, r] = [r, p - quotient * r];
    [q, s] = [s, q - quotient * s];
    [high, low] = [low, high - quotient * low];
  }
  if (q === 0) return [y, x % y];
  return [BigInt(p) * x + BigInt(q) * y, BigInt(r) * x + BigInt(s) * y];
}

/**
 * numerator / denominator in lowest terms.
 *
 * @throws RangeError if the denominator is zero
 */
export function rational(numerator: bigint, denominator = 1n): Rational {
  if (denominator === 0n) throw new RangeError(`rational: expected a nonzero denominator, got ${numerator}/0`);
  const divisor = greatestCommonDivisor(numerator, denominator) * (denominator < 0n ? -1n : 1n);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

/** The exact value of a finite double. */
export function rationalFromDouble(value: number): Rational {
  const { mantissa, exponent } = dyadicFromDouble(value);
  return exponent >= 0
    ? { numerator: mantissa << BigInt(exponent), denominator: 1n }
    : { numerator: mantissa, denominator: 1n << BigInt(-exponent) };
}

const NUMBER_TEXT = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
/** Longer exponents would only serve to exhaust memory: 10^9999 has 33,000 bits. */
const MAX_EXPONENT = 9999;

/** An exact decimal such as "-1.25e-3", or undefined when the text is none. */
function parseDecimal(text: string): Rational | undefined {
  const match = NUMBER_TEXT.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponentText = '0'] = match;
  if (whole.length + fraction.length === 0) return undefined;
  const exponent = Number(exponentText) - fraction.length;
  if (Math.abs(exponent) > MAX_EXPONENT) return undefined;
  const digits = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
  return exponent >= 0 ? rational(digits * 10n ** BigInt(exponent)) : rational(digits, 10n ** BigInt(-exponent));
}

/**
 * The exact value of a decimal or fraction text: "3", "-0.25", "1e-3", "1/3", "-2.5/7".
 *
 * @throws SyntaxError for anything else
 */
export function parseRational(text: string): Rational {
  const trimmed = text.trim();
  const [top, bottom, ...rest] = trimmed.split('/');
  const numerator = parseDecimal((top ?? '').trim());
  const denominator = bottom === undefined ? ONE : parseDecimal(bottom.trim());
  if (numerator === undefined || denominator === undefined || rest.length > 0 || denominator.numerator === 0n) {
    throw new SyntaxError(`number: expected a decimal or a fraction such as 0.5 or 1/3, got "${trimmed.slice(0, 40)}"`);
  }
  return divide(numerator, denominator);
}

export function add(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

export function subtract(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.denominator - b.numerator * a.denominator, a.denominator * b.denominator);
}

/** Reduced across (Knuth 2, 4.5.1): the divisors of short factors are found faster than those of long products. */
export function multiply(a: Rational, b: Rational): Rational {
  const left = greatestCommonDivisor(a.numerator, b.denominator);
  const right = greatestCommonDivisor(b.numerator, a.denominator);
  return {
    numerator: (a.numerator / left) * (b.numerator / right),
    denominator: (a.denominator / right) * (b.denominator / left),
  };
}

/** @throws RangeError if b is zero */
export function divide(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.denominator, a.denominator * b.numerator);
}

export function negate(a: Rational): Rational {
  return { numerator: -a.numerator, denominator: a.denominator };
}

export function absolute(a: Rational): Rational {
  return a.numerator < 0n ? negate(a) : a;
}

/** -1, 0 or 1 as a < b, a = b or a > b. */
export function compare(a: Rational, b: Rational): -1 | 0 | 1 {
  const left = a.numerator * b.denominator;
  const right = b.numerator * a.denominator;
  return left < right ? -1 : left > right ? 1 : 0;
}

export function equal(a: Rational, b: Rational): boolean {
  return a.numerator === b.numerator && a.denominator === b.denominator;
}

/** "3", "-1/3": the text that `parseRational` reads back to the same value. */
export function formatRational(a: Rational): string {
  return a.denominator === 1n ? a.numerator.toString() : `${a.numerator}/${a.denominator}`;
}
