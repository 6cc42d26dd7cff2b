/**
 * Doubles as exact numbers: every finite double is k * 2^e with integers k, e.
 *
 * Source: IEEE 754-2019, binary64.
 */

const view = new DataView(new ArrayBuffer(8));

/** A finite double written as `mantissa * 2^exponent`; the mantissa is odd or zero. */
export interface Dyadic {
  readonly mantissa: bigint;
  readonly exponent: number;
}

/** The same with a mantissa that is a safe integer. */
export interface SafeDyadic {
  readonly mantissa: number;
  readonly exponent: number;
}

/**
 * The exact value of a finite double.
 *
 * @throws RangeError for NaN and infinities, which are no numbers.
 * @example dyadicFromDouble(0.75) // { mantissa: 3n, exponent: -2 }
 */
export function dyadicFromDouble(value: number): Dyadic {
  const { mantissa, exponent } = safeDyadicFromDouble(value);
  return { mantissa: BigInt(mantissa), exponent };
}

/**
 * The exact value of a finite double, without long integers.
 *
 * @throws RangeError for NaN and infinities, which are no numbers.
 */
export function safeDyadicFromDouble(value: number): SafeDyadic {
  if (!Number.isFinite(value)) throw new RangeError(`number: expected a finite double, got ${value}; remove it`);
  if (value === 0) return { mantissa: 0, exponent: 0 };
  view.setFloat64(0, value);
  const head = view.getUint32(0);
  const low = view.getUint32(4);
  const biased = (head >>> 20) & 0x7ff;
  const high = (head & 0xfffff) + (biased > 0 ? 0x100000 : 0);
  const zeros = low !== 0 ? trailingZeros(low) : 32 + trailingZeros(high);
  // Exact: at most 53 bits, and those taken away are zeros.
  const magnitude = (high * 2 ** 32 + low) / 2 ** zeros;
  return { mantissa: value < 0 ? -magnitude : magnitude, exponent: Math.max(biased, 1) - 1075 + zeros };
}

/** The number of zero bits below the lowest set bit of a positive integer of at most 32 bits. */
function trailingZeros(value: number): number {
  return 31 - Math.clz32(value & -value);
}

/** The number of bits of |value|; 0 for 0. Cost: linear in the size of the number. */
export function bitLength(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  const hex = magnitude.toString(16);
  return magnitude === 0n ? 0 : 4 * (hex.length - 1) + (32 - Math.clz32(Number.parseInt(hex[0]!, 16)));
}
