/**
 * Fractions in lowest terms where there are many of them: vertices, volumes. The checker does without (`rational.ts`).
 *
 * Lehmer's algorithm (Knuth, The Art of Computer Programming 2, 4.5.2, algorithm L): Euclid's quotients are found from the
 * leading bits in doubles for as long as the bits that follow cannot change them, and applied to the long numbers all at
 * once. Quotients of integers below 2^53 round to no larger integer, so that their floors are exact.
 *
 * *Lemma (Jebelean 1993; Collins).* Let x >= y be the first 52 bits (or fewer) of two integers, and x_i = u_i x + v_i y the
 * remainders of Euclid's algorithm on them. The first k quotients are those of the whole integers if for every i <= k
 * x_(i+1) >= -v_(i+1) and x_i - x_(i+1) >= u_(i+1) - u_i where v_(i+1) < 0, and the same with u and v exchanged where
 * u_(i+1) < 0. *Proof.* With bits d, e < 1 behind the first ones, in units of the last one, remainder i + 1 is
 * x_(i+1) + u_(i+1) d + v_(i+1) e. It is not negative by the first condition, and below remainder i by the second one. []
 *
 * The cofactors stay below 2^27: x_i grows by them, and the conditions fail where they reach the square root of 2^52.
 */
import { bitLength } from './double.js';
import type { IntegerVector } from './integers.js';
import { divisorOfDoubles, isPowerOfTwo, LEADING_BITS, lowestBit, type Rational, SMALL, ZERO } from './rational.js';

/** Digits of 24 bits: six hexadecimal ones. A cofactor times a digit, and a carry, are exact in doubles. */
const DIGIT_BITS = 24;
const BASE = 2 ** DIGIT_BITS;
const HEX_PER_DIGIT = 6;

/** Room for two numbers in digits; longer ones are shortened first. */
const MOST_DIGITS = 256;
const left = new Float64Array(MOST_DIGITS);
const right = new Float64Array(MOST_DIGITS);
const LONG = 1n << BigInt(DIGIT_BITS * (MOST_DIGITS - 1));

/** The greatest common divisor of |a| and |b|; gcd(0, 0) = 0. Powers of two, the denominators of doubles, need no division. */
export function commonDivisor(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a;
  let y = b < 0n ? -b : b;
  if (isPowerOfTwo(x) || isPowerOfTwo(y)) return lowestBit(x | y);
  if (x < y) [x, y] = [y, x];
  while (x >= LONG && y >= SMALL) [x, y] = longStep(x, y);
  while (y >= SMALL) {
    const rest = inDigits(x, y);
    if (typeof rest === 'number') return BigInt(rest);
    [x, y] = rest;
  }
  if (y === 0n) return x;
  return BigInt(divisorOfDoubles(Number(y), Number(x % y)));
}

/** The steps of Euclid's algorithm that the leading bits tell, as a matrix (p q; r s); q = 0 if they tell none. */
interface Steps {
  p: number;
  q: number;
  r: number;
  s: number;
}

function stepsOf(x: number, y: number, steps: Steps): void {
  let high = x;
  let low = y;
  let p = 1;
  let q = 0;
  let r = 0;
  let s = 1;
  for (let even = true; low !== 0; even = !even) {
    const quotient = Math.floor(high / low);
    const rest = high - quotient * low;
    const u = p - quotient * r;
    const v = q - quotient * s;
    if (even ? rest < -v || low - rest < u - r : rest < -u || low - rest < v - s) break;
    p = r;
    q = s;
    r = u;
    s = v;
    high = low;
    low = rest;
  }
  steps.p = p;
  steps.q = q;
  steps.r = r;
  steps.s = s;
}

/** Several steps at once, at least one; x >= y > 0. */
function longStep(x: bigint, y: bigint): [bigint, bigint] {
  const shift = BigInt(bitLength(x) - LEADING_BITS);
  const steps = { p: 1, q: 0, r: 0, s: 1 };
  stepsOf(Number(x >> shift), Number(y >> shift), steps);
  const { p, q, r, s } = steps;
  if (q === 0) return [y, x % y];
  return [BigInt(p) * x + BigInt(q) * y, BigInt(r) * x + BigInt(s) * y];
}

/** The divisor, or what is left after some steps, at least one; LONG > x >= y >= SMALL. */
function inDigits(x: bigint, y: bigint): [bigint, bigint] | number {
  let count = fill(left, x);
  const below = fill(right, y);
  right.fill(0, below, count);
  const steps = { p: 1, q: 0, r: 0, s: 1 };
  for (;;) {
    while (count > 2 && left[count - 1] === 0) count--;
    if (count < 3) return divisorOfDoubles(twoDigits(left), twoDigits(right));
    const bits = 32 - Math.clz32(left[count - 1]!);
    // With few bits in the first digit fewer than 52 are taken: none of a fourth one.
    const unit = 2 ** Math.min(LEADING_BITS - DIGIT_BITS - bits, DIGIT_BITS);
    stepsOf(leading(left, count, unit), leading(right, count, unit), steps);
    if (steps.q === 0) break;
    apply(steps, count);
  }
  const rest = fromDigits(right, count);
  return rest === 0n ? [fromDigits(left, count), 0n] : [rest, fromDigits(left, count) % rest];
}

function twoDigits(digits: Float64Array): number {
  return digits[1]! * BASE + digits[0]!;
}

/** The first digits of a number, in units of the last bit that is taken. */
function leading(digits: Float64Array, count: number, unit: number): number {
  return digits[count - 1]! * unit * BASE + digits[count - 2]! * unit + Math.floor((digits[count - 3]! * unit) / BASE);
}

function apply({ p, q, r, s }: Steps, count: number): void {
  let high = 0;
  let low = 0;
  for (let i = 0; i < count; i++) {
    const x = left[i]!;
    const y = right[i]!;
    const a = p * x + q * y + high;
    high = Math.floor(a / BASE);
    left[i] = a - high * BASE;
    const b = r * x + s * y + low;
    low = Math.floor(b / BASE);
    right[i] = b - low * BASE;
  }
}

/** Writes the digits of a positive number, the last ones first, and returns how many there are. */
function fill(digits: Float64Array, value: bigint): number {
  const hex = value.toString(16);
  let count = 0;
  for (let end = hex.length; end > 0; end -= HEX_PER_DIGIT) {
    let digit = 0;
    for (let i = Math.max(0, end - HEX_PER_DIGIT); i < end; i++) {
      const code = hex.charCodeAt(i);
      digit = 16 * digit + (code < 58 ? code - 48 : code - 87);
    }
    digits[count++] = digit;
  }
  return count;
}

function fromDigits(digits: Float64Array, count: number): bigint {
  let hex = '0x0';
  for (let i = count - 1; i >= 0; i--) hex += digits[i]!.toString(16).padStart(HEX_PER_DIGIT, '0');
  return BigInt(hex);
}

/**
 * The entries of a vector in lowest terms.
 *
 * One long greatest common divisor serves all entries: what an entry n has in common with the denominator d divides
 * g = gcd(n m .., d), so that gcd(n, d) = gcd(n, g), and g is mostly short.
 */
export function inLowestTerms({ numerators, denominator }: IntegerVector): Rational[] {
  let product = 1n;
  for (const numerator of numerators) if (numerator !== 0n) product = (product * numerator) % denominator;
  const common = denominator === 1n ? 1n : commonDivisor(product, denominator);
  return numerators.map((numerator) => {
    if (numerator === 0n) return ZERO;
    const divisor = common === 1n ? 1n : commonDivisor(numerator, common);
    return divisor === 1n
      ? { numerator, denominator }
      : { numerator: numerator / divisor, denominator: denominator / divisor };
  });
}

/** A vector with numerators and denominator divided by what all of them have in common. */
export function withoutContent(vector: IntegerVector): IntegerVector {
  let content = vector.denominator;
  for (const numerator of vector.numerators) {
    if (content === 1n) return vector;
    content = commonDivisor(numerator, content);
  }
  return content === 1n
    ? vector
    : { numerators: vector.numerators.map((n) => n / content), denominator: vector.denominator / content };
}
