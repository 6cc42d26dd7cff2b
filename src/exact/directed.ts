/**
 * The doubles on both sides of a fraction: rounding down and up.
 */
import { dyadicFromDouble } from './double.js';
import { nearestDouble, nextDown } from './rounding.js';

/** Whether a finite double is less than (-1), equal to (0) or greater than (1) a fraction. @param denominator positive */
function compareDouble(value: number, numerator: bigint, denominator: bigint): -1 | 0 | 1 {
  const { mantissa, exponent } = dyadicFromDouble(value);
  const up = exponent > 0 ? BigInt(exponent) : 0n;
  const down = exponent < 0 ? BigInt(-exponent) : 0n;
  const left = (mantissa << up) * denominator;
  const right = numerator << down;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The greatest double that is at most numerator / denominator; -Infinity below their range. @param denominator positive */
export function atMost(numerator: bigint, denominator: bigint): number {
  const near = nearestDouble(numerator, denominator);
  if (!Number.isFinite(near)) return near > 0 ? Number.MAX_VALUE : near;
  return compareDouble(near, numerator, denominator) > 0 ? nextDown(near) : near;
}

/** The least double that is at least numerator / denominator; Infinity above their range. @param denominator positive */
export function atLeast(numerator: bigint, denominator: bigint): number {
  return -atMost(-numerator, denominator);
}
