/**
 * Rounding to binary floating point: the double and the float32 nearest to a fraction, and the neighbours of a double.
 *
 * Source: IEEE 754-2019, binary64 and binary32, roundTiesToEven.
 */
import { bitLength } from './double.js';
import type { Rational } from './rational.js';

const view = new DataView(new ArrayBuffer(8));

/** `mantissa * 2^exponent` for an integer mantissa of at most 53 bits; exact unless the result is out of range. */
function scaleByPowerOfTwo(mantissa: number, exponent: number): number {
  // Two steps keep every intermediate power of two inside the range of a double.
  const half = Math.trunc(exponent / 2);
  return mantissa * 2 ** half * 2 ** (exponent - half);
}

/** Integers up to here are doubles. */
const LARGEST_EXACT = 2n ** 53n;

/** A binary floating-point format: bits of the significand, and the exponent of the smallest positive number. */
interface BinaryFormat {
  readonly precision: number;
  readonly lowest: number;
}

const BINARY64: BinaryFormat = { precision: 53, lowest: -1074 };
const BINARY32: BinaryFormat = { precision: 24, lowest: -149 };

/** The number of a format that is nearest to a fraction, ties to even, as if exponents had no upper end. */
function nearestOf({ precision, lowest }: BinaryFormat, numerator: bigint, denominator: bigint): number {
  if (numerator === 0n) return 0;
  const negative = numerator < 0n;
  const magnitude = negative ? -numerator : numerator;
  // Scale so that the integer quotient has at least two bits more than the result: a guard bit and sticky ones.
  let shift = precision + 2 - (bitLength(magnitude) - bitLength(denominator));
  // Below the normal range the last place is 2^lowest: keep just two bits under it.
  if (shift > 2 - lowest) shift = 2 - lowest;
  const scaled = shift >= 0 ? magnitude << BigInt(shift) : magnitude;
  const divisor = shift >= 0 ? denominator : denominator << BigInt(-shift);
  let quotient = scaled / divisor;
  const inexact = quotient * divisor !== scaled;
  // Round to the precision (fewer bits when subnormal) by hand, so that no second rounding happens.
  const excess = Math.max(bitLength(quotient) - precision, shift + lowest, 0);
  if (excess > 0) {
    const unit = 1n << BigInt(excess);
    const remainder = quotient & (unit - 1n);
    const halfUnit = unit >> 1n;
    quotient >>= BigInt(excess);
    if (remainder > halfUnit || (remainder === halfUnit && (inexact || (quotient & 1n) === 1n))) quotient += 1n;
  }
  const result = scaleByPowerOfTwo(Number(quotient), excess - shift);
  return negative ? -result : result;
}

/**
 * The double nearest to numerator / denominator, ties to even, as IEEE 754 rounds; infinite beyond the range.
 *
 * @param denominator positive
 */
export function nearestDouble(numerator: bigint, denominator: bigint): number {
  const small = numerator <= LARGEST_EXACT && -numerator <= LARGEST_EXACT && denominator <= LARGEST_EXACT;
  // A quotient of two doubles is rounded once, and far from underflow here.
  if (small) return Number(numerator) / Number(denominator);
  return nearestOf(BINARY64, numerator, denominator);
}

/**
 * The float32 (binary32, as a double) nearest to numerator / denominator, ties to even; infinite beyond the range.
 *
 * Rounding to double first and to float32 then would be wrong next to ties: 1 + 2^-24 + 2^-60 would go down.
 *
 * @param denominator positive
 */
export function nearestSingle(numerator: bigint, denominator: bigint): number {
  // 24 bits of any exponent that passes through a double are exact there; beyond 2^128 float32 is infinite.
  return Math.fround(nearestOf(BINARY32, numerator, denominator));
}

/** The smallest double greater than a finite `value`. */
export function nextUp(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  if (!Number.isFinite(value)) return value === Number.NEGATIVE_INFINITY ? -Number.MAX_VALUE : value;
  view.setFloat64(0, value);
  const bits = view.getBigInt64(0);
  view.setBigInt64(0, value > 0 ? bits + 1n : bits - 1n);
  return view.getFloat64(0);
}

/** The greatest double smaller than a finite `value`. */
export function nextDown(value: number): number {
  return -nextUp(-value);
}

/** A float32 value (as a double) that is at most `value`; -Infinity below their range. */
export function floatBelow(value: number): number {
  const near = Math.fround(value);
  if (near <= value || Number.isNaN(value)) return near;
  view.setFloat32(0, near);
  const bits = view.getInt32(0);
  if (near === 0) return -(2 ** -149);
  view.setInt32(0, near > 0 ? bits - 1 : bits + 1);
  return view.getFloat32(0);
}

/** The double nearest to a, ties to even. */
export function toDouble(a: Rational): number {
  return nearestDouble(a.numerator, a.denominator);
}

/** The float32 nearest to a, ties to even, as a double; infinite beyond the range. */
export function toSingle(a: Rational): number {
  return nearestSingle(a.numerator, a.denominator);
}

/** 2^-24: the largest relative error of one operation that is rounded to the nearest float32. */
export const SINGLE_ROUNDOFF = 2 ** -24;

/** 2^-126: the smallest normal float32; what is smaller may be flushed to zero. */
export const SMALLEST_NORMAL_SINGLE = 2 ** -126;

/** The power of two above all finite float32 numbers. */
export const BEYOND_SINGLES = 2 ** 128;
