// AssemblyScript, not TypeScript: the points where hyperplanes meet, in lowest terms, and their coordinates as text.

import { mostDigits, writeDigits } from './decimal';
import {
  addressIn,
  begin,
  divisor,
  index,
  isOne,
  limb,
  lower,
  negative,
  positive,
  quotient,
  room,
  shiftedLeft,
  shiftedRight,
  sizeOf,
  small,
  times,
  top,
  trailingZeros,
} from './integers';
import { commonZero } from './minors';

const COMMA: u8 = 44;
const MINUS: u8 = 45;
const SLASH: u8 = 47;
const QUOTE: u8 = 34;
const ZERO: u8 = 48;

let point: usize = 0;

/** Where the last point is. */
export function pointAt(): usize {
  return point;
}

/** |a / b 2^zeros|, an integer, on top of the stack. */
function shortened(a: usize, b: usize, zeros: i32): usize {
  const place = top;
  const odd = shiftedRight(a, zeros);
  return isOne(b) ? odd : lower(quotient(odd, b), place);
}

/**
 * Finds where n hyperplanes in R^n meet: lays the numerators and the denominator, without what all of them have in common, one after the other at `pointAt`.
 * Returns how many words they take; 0 if it is not one point.
 *
 * @param numbers the rows of the hyperplanes, each by its coefficients and its constant
 * @param stack where numbers may be laid, up to `limit`
 */
export function solve(n: i32, numbers: usize, stack: usize, limit: usize): i32 {
  begin(stack, limit);
  const minors = commonZero(index(n * (n + 1), numbers), n);
  if (minors == 0) return 0;
  let zeros = trailingZeros(addressIn(minors, n));
  let common = shiftedRight(addressIn(minors, n), zeros);
  for (let i = 0; i < n; i++) {
    const entry = addressIn(minors, i);
    if (sizeOf(entry) == 0) continue;
    const own = trailingZeros(entry);
    zeros = min(zeros, own);
    if (!isOne(common)) common = divisor(shiftedRight(entry, own), common);
  }
  point = top;
  for (let i = 0; i <= n; i++) {
    const entry = addressIn(minors, i);
    const isNegative = sizeOf(entry) < 0;
    const result = shortened(entry, common, zeros);
    if (isNegative) negative(result);
  }
  return <i32>((top - point) >> 2);
}

let text: usize = 0;
let end: usize = 0;

/** Where the last text is. */
export function textAt(): usize {
  return text;
}

// @ts-ignore: decorator
@inline
function write(letter: u8): void {
  store<u8>(end++, letter);
}

/** What the odd part of the denominator may have in common with a numerator. */
function commonOf(numbers: usize, n: i32, odd: usize): usize {
  let product = small(1);
  for (let i = 0; i < n; i++) if (sizeOf(addressIn(numbers, i)) != 0) product = times(product, addressIn(numbers, i));
  return divisor(positive(product), odd);
}

/** Whether there is room for the text, on top of the stack; `end` is where it begins. */
function begins(numbers: usize, n: i32): bool {
  const below = mostDigits(addressIn(numbers, n));
  let bytes: i32 = 0;
  for (let i = 0; i < n; i++) {
    const above = mostDigits(addressIn(numbers, i));
    if (above == 0 || below == 0) return false;
    bytes += above + below + 5;
  }
  text = room((bytes + 3) & ~3);
  end = text;
  return true;
}

/** Writes an integer of one limb; false of a longer one, and where a fraction is left. */
function writeInteger(magnitude: usize, isNegative: bool): bool {
  if (sizeOf(magnitude) > 1 || limb(magnitude, 0) >> 31 != 0) return false;
  if (isNegative) write(MINUS);
  end += writeDigits(magnitude, end);
  return true;
}

/**
 * Writes the coordinates of a point as JSON has them, with commas between: integers as numbers, fractions in lowest terms as texts. Returns how many bytes these are, at
 * `textAt`; 0 if one is very long, or a fraction that is a double.
 *
 * @param at the numerators and the denominator, without what all of them have in common
 */
export function coordinates(n: i32, at: usize, stack: usize, limit: usize): i32 {
  begin(stack, limit);
  const numbers = index(n + 1, at);
  const denominator = addressIn(numbers, n);
  const twos = trailingZeros(denominator);
  const odd = shiftedRight(denominator, twos);
  const common = commonOf(numbers, n, odd);
  if (!begins(numbers, n)) return 0;
  // The digits of the whole denominator, which most coordinates have.
  let whole: usize = 0;
  let wholeDigits: i32 = 0;
  for (let i = 0; i < n; i++) {
    if (i > 0) write(COMMA);
    const entry = addressIn(numbers, i);
    if (sizeOf(entry) == 0) {
      write(ZERO);
      continue;
    }
    const zeros = min(trailingZeros(entry), twos);
    const own = isOne(common) ? common : divisor(shiftedRight(entry, trailingZeros(entry)), common);
    const numerator = shortened(entry, own, zeros);
    const below = shortened(odd, own, 0);
    if (isOne(below)) {
      if (zeros < twos || !writeInteger(numerator, sizeOf(entry) < 0)) return 0;
      continue;
    }
    write(QUOTE);
    if (sizeOf(entry) < 0) write(MINUS);
    end += writeDigits(numerator, end);
    write(SLASH);
    if (whole != 0 && isOne(own) && zeros == 0) {
      memory.copy(end, whole, wholeDigits);
      end += wholeDigits;
    } else {
      const digits = writeDigits(shiftedLeft(below, twos - zeros), end);
      if (isOne(own) && zeros == 0) {
        whole = end;
        wholeDigits = digits;
      }
      end += digits;
    }
    write(QUOTE);
  }
  return <i32>(end - text);
}
