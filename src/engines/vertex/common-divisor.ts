/**
 * Common divisors of integers in doubles.
 */

/** The greatest common divisor of nonnegative integers, the other one where one is 0. */
export function commonDivisor(a: number, b: number): number {
  let x = a;
  let y = b;
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}
