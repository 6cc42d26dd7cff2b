// AssemblyScript, not TypeScript: the point where n hyperplanes in R^n meet, by the minors of their rows.

import { addressIn, combination, negative, room, setAddress, sizeOf } from './integers';

/**
 * The minors of n rows with n + 1 entries, with alternating signs: the numerators and the denominator of the point where all of them are zero, the
 * denominator positive; 0 if it is not one point. Each minor of k rows is expanded along the last one (Laplace).
 *
 * @param rows the addresses of their entries, row by row
 */
export function commonZero(rows: usize, n: i32): usize {
  const sets = 2 << n;
  const minors = room(<usize>sets << 2);
  const factors = room(<usize>(n + 1) << 2);
  const below = room(<usize>(n + 1) << 2);
  for (let i = 0; i <= n; i++) setAddress(minors, 1 << i, addressIn(rows, i));
  for (let k = 1; k < n; k++) {
    const row = rows + (<usize>(k * (n + 1)) << 2);
    for (let set = 0; set < sets; set++) {
      if (popcnt<i32>(set) != k + 1) continue;
      let count = 0;
      // The last column's term is positive, the one before it negative.
      let minus: u32 = 0;
      for (let left = set; left != 0; left &= left - 1) {
        const column = <i32>ctz<i32>(left);
        if (((k - count) & 1) != 0) minus |= 1 << count;
        setAddress(factors, count, addressIn(row, column));
        setAddress(below, count++, addressIn(minors, set & ~(1 << column)));
      }
      setAddress(minors, set, combination(factors, below, count, minus));
    }
  }
  const point = room(<usize>(n + 1) << 2);
  const denominator = addressIn(minors, (1 << n) - 1);
  if (sizeOf(denominator) == 0) return 0;
  const isNegative = sizeOf(denominator) < 0;
  for (let i = 0; i <= n; i++) {
    const own = addressIn(minors, (sets - 1) & ~(1 << i));
    setAddress(point, i, isNegative == (((n - i) & 1) != 0) ? own : negative(own));
  }
  return point;
}
