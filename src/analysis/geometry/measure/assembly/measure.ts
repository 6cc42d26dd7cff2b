// AssemblyScript, not TypeScript: compiled by `asc` to src/analysis/geometry/measure/wasm.ts. What is computed here is what the lemmas of
// src/analysis/geometry/measure/simple-volumes.ts say.

import {
  addressIn,
  begin,
  bitLength,
  bytesOf,
  combination,
  divisor,
  fromWord,
  index,
  inverse64,
  isOdd,
  isOne,
  lower,
  lowestBits,
  plus,
  positive,
  quotient,
  room,
  setAddress,
  shiftedLeft,
  shiftedRight,
  sizeOf,
  small,
  times,
  top,
  trailingZeros,
  limb,
} from './integers';
import { mostDigits, writeDigits } from './decimal';
import { commonZero } from './minors';

export { fractionLimbs, setReciprocals } from './decimal';
export { coordinates, pointAt, solve, textAt } from './points';

/** The dimension of the polytope, and how many vertices and facets it has. */
let dimension: i32 = 0;
let vertices: i32 = 0;
let facets: i32 = 0;
/** Addresses: of the numerators and the denominator of every vertex, of the coefficients and the constant of every row. */
let points: usize = 0;
let rows: usize = 0;
/** The vertices of every facet as bits. */
let masks: usize = 0;
/** The last 64 bits of the rows' entries, and how many the longest one of every row has. */
let lastBits: usize = 0;
let longest: usize = 0;
/** For every facet the addresses of |l(v)|, of the vertices v that are not in it. */
let heights: usize = 0;

// @ts-ignore: decorator
@inline
function coordinate(v: i32, i: i32): usize {
  return addressIn(points, v * (dimension + 1) + i);
}

// @ts-ignore: decorator
@inline
function denominator(v: i32): usize {
  return coordinate(v, dimension);
}

// @ts-ignore: decorator
@inline
function wordIn(table: usize, i: i32): u64 {
  return load<u64>(table + (<usize>i << 3));
}

// @ts-ignore: decorator
@inline
function setWord(table: usize, i: i32, word: u64): void {
  store<u64>(table + (<usize>i << 3), word);
}

// @ts-ignore: decorator
@inline
function maskOf(f: i32): u64 {
  return wordIn(masks, f);
}

// @ts-ignore: decorator
@inline
function first(face: u64): i32 {
  return <i32>ctz<u64>(face);
}

/** A factor of a vertex is below 2^63, so that it is known modulo 2^64. */
const FACTOR_BITS: i32 = 62;
/** A minor has at most 8! terms. */
const TERM_BITS: i32 = 16;

/** The bits of the longest entry of a facet's row. */
function bitsOfRow(f: i32): i32 {
  let most: i32 = 0;
  for (let i = 0; i <= dimension; i++) most = max(most, bitLength(addressIn(rows, f * (dimension + 1) + i)));
  return most;
}

/** Lays out what `factorAt` needs of every row: the last bits of its entries, and how many the longest one has. */
function shortenRows(): void {
  const count = facets * (dimension + 1);
  lastBits = room(<usize>count << 3);
  longest = room(<usize>facets << 2);
  for (let k = 0; k < count; k++) setWord(lastBits, k, lowestBits(addressIn(rows, k)));
  for (let f = 0; f < facets; f++) setAddress(longest, f, bitsOfRow(f));
}

// @ts-ignore: decorator
@inline
function bitsIn(f: i32, i: i32): u64 {
  return wordIn(lastBits, f * (dimension + 1) + i);
}

/** The minor of the rows of facets, two at least, in columns, modulo 2^64. */
function minor(faces: u64, columns: u32): u64 {
  const f = first(faces);
  const rest = faces & (faces - 1);
  if ((rest & (rest - 1)) == 0) {
    const g = first(rest);
    const i = <i32>ctz<u32>(columns);
    const j = <i32>ctz<u32>(columns & (columns - 1));
    return bitsIn(f, i) * bitsIn(g, j) - bitsIn(f, j) * bitsIn(g, i);
  }
  let sum: u64 = 0;
  let isMinus = false;
  for (let left = columns; left != 0; left &= left - 1) {
    const column = <i32>ctz<u32>(left);
    const entry = bitsIn(f, column);
    if (entry != 0) {
      const term = entry * minor(rest, columns & ~(1 << column));
      sum += isMinus ? 0 - term : term;
    }
    isMinus = !isMinus;
  }
  return sum;
}

/** The facets at a vertex, as bits. */
function facetsAt(v: i32): u64 {
  let around: u64 = 0;
  for (let f = 0; f < facets; f++) around |= ((maskOf(f) >> v) & 1) << f;
  return around;
}

/** What the minors of the rows at a vertex are times its numbers, without its sign; 0 if it may be too long. */
function factorAt(v: i32, around: u64): u64 {
  let column = -1;
  let length: i32 = 0;
  for (let i = 0; i <= dimension; i++) {
    const entry = coordinate(v, i);
    if (!isOdd(entry) || bitLength(entry) <= length) continue;
    length = bitLength(entry);
    column = i;
  }
  let bits: i32 = TERM_BITS - length;
  for (let left = around; left != 0; left &= left - 1) bits += <i32>addressIn(longest, first(left));
  if (column < 0 || bits > FACTOR_BITS) return 0;
  const factor = minor(around, ((2 << dimension) - 1) & ~(1 << column)) * inverse64(lowestBits(coordinate(v, column)));
  return <i64>factor < 0 ? 0 - factor : factor;
}

/** The rows of some facets. */
function rowsOf(faces: u64): usize {
  const entries = dimension + 1;
  const table = room(<usize>(dimension * entries) << 2);
  let count = 0;
  for (let left = faces; left != 0; left &= left - 1) {
    for (let i = 0; i < entries; i++) setAddress(table, count++, addressIn(rows, first(left) * entries + i));
  }
  return table;
}

/** Makes the numbers of every vertex the minors of the rows at it. */
function scaleVertices(): void {
  for (let v = 0; v < vertices; v++) {
    const around = facetsAt(v);
    const factor = factorAt(v, around);
    if (factor == 1) continue;
    const by = fromWord(factor);
    const minors = factor == 0 ? commonZero(rowsOf(around), dimension) : 0;
    for (let i = 0; i <= dimension; i++) {
      const scaled = minors == 0 ? times(coordinate(v, i), by) : addressIn(minors, i);
      setAddress(points, v * (dimension + 1) + i, scaled);
    }
  }
}

function measureHeights(): void {
  heights = room(<usize>(facets * vertices) << 2);
  for (let f = 0; f < facets; f++) {
    for (let v = 0; v < vertices; v++) {
      if (((maskOf(f) >> v) & 1) != 0) continue;
      const at = rows + (<usize>(f * (dimension + 1)) << 2);
      const point = points + (<usize>(v * (dimension + 1)) << 2);
      setAddress(heights, f * vertices + v, positive(combination(at, point, dimension + 1, 0)));
    }
  }
}

// @ts-ignore: decorator
@inline
function height(f: i32, v: i32): usize {
  return addressIn(heights, f * vertices + v);
}

/** N of an edge: how high one end is over the facet that cuts the other one off. */
function ofEdge(edge: u64, above: u64): usize {
  const end = first(edge & (edge - 1));
  let f = 0;
  while (((above >> f) & 1) != 0 || ((maskOf(f) >> end) & 1) == 0) f++;
  return height(f, first(edge));
}

/** The vertex that leaves the least to measure: the vertices of the facets without it, counted. */
function best(face: u64, above: u64): i32 {
  let chosen = first(face);
  let least: i32 = i32.MAX_VALUE;
  for (let rest = face; rest != 0; rest &= rest - 1) {
    const bit = rest & (0 - rest);
    let left: i32 = 0;
    for (let f = 0; f < facets; f++) {
      const part = maskOf(f) & face;
      if (((above >> f) & 1) == 0 && (part & bit) == 0) left += <i32>popcnt<u64>(part);
    }
    if (left < least) {
      least = left;
      chosen = first(bit);
    }
  }
  return chosen;
}

/** N(G) of the lemma. @param above the facets of the polytope that cut the face out */
function measure(face: u64, size: i32, above: u64): usize {
  if (size == 1) return ofEdge(face, above);
  const place = top;
  const apex = size == 2 ? first(face) : best(face, above);
  const bit = (<u64>1) << apex;
  const cones = room(<usize>facets << 2);
  const corners = room(<usize>facets << 3);
  let count = 0;
  for (let f = 0; f < facets; f++) {
    const part = maskOf(f) & face;
    if (part == 0 || ((above >> f) & 1) != 0 || (part & bit) != 0) continue;
    const here = top;
    const base = measure(part, size - 1, above | ((<u64>1) << f));
    setAddress(cones, count, lower(times(base, height(f, apex)), here));
    setWord(corners, count++, part | bit);
  }
  for (; count > 1; count--) addNearest(cones, corners, count);
  return lower(addressIn(cones, 0), place);
}

/** Adds two numbers over the denominators of their vertices: those with the fewest vertices together. The last one takes the place of the second. */
function addNearest(numbers: usize, corners: usize, count: i32): void {
  let x = 0;
  let y = 1;
  let fewest: u64 = 65;
  for (let j = 1; j < count; j++) {
    for (let i = 0; i < j; i++) {
      const together = popcnt<u64>(wordIn(corners, i) | wordIn(corners, j));
      if (together >= fewest) continue;
      fewest = together;
      x = i;
      y = j;
    }
  }
  const here = top;
  const own = wordIn(corners, x);
  const other = wordIn(corners, y);
  const sum = plus(denominators(addressIn(numbers, x), other & ~own), denominators(addressIn(numbers, y), own & ~other));
  setAddress(numbers, x, lower(sum, here));
  setWord(corners, x, own | other);
  setAddress(numbers, y, addressIn(numbers, count - 1));
  setWord(corners, y, wordIn(corners, count - 1));
}

/** A number times the denominators of vertices. */
function denominators(number: usize, face: u64): usize {
  if (face == 0) return number;
  let product = denominator(first(face));
  for (let rest = face & (face - 1); rest != 0; rest &= rest - 1) product = times(product, denominator(first(rest)));
  return times(number, product);
}

/** The odd part of n!. */
function oddFactorial(n: i32): u32 {
  let product: u32 = 1;
  for (let i: u32 = 2; i <= <u32>n; i++) product *= i;
  return product >> ctz<u32>(product);
}

function twosOfFactorial(n: i32): i32 {
  let zeros: i32 = 0;
  for (let i = n >> 1; i > 0; i >>= 1) zeros += i;
  return zeros;
}

/** A fraction's numerator so far and its denominator so far, without powers of two. */
let numerator: usize = 0;
let product: usize = 0;

let isDyadic: bool = false;

/** Divides the fraction by an odd number, in lowest terms. */
function divideBy(odd: usize): void {
  const common = divisor(numerator, odd);
  let factor = odd;
  if (!isOne(common)) {
    numerator = quotient(numerator, common);
    factor = quotient(odd, common);
  }
  product = times(product, factor);
}

/** Writes a number as hexadecimal digits and returns how many there are. */
function write(a: usize, to: usize): i32 {
  let at = to;
  for (let i = sizeOf(a) - 1; i >= 0; i--) {
    const value = <u32>limb(a, i);
    for (let shift: i32 = 28; shift >= 0; shift -= 4) {
      const digit = (value >> shift) & 15;
      store<u8>(at++, <u8>(digit < 10 ? 48 + digit : 87 + digit));
    }
  }
  return <i32>(at - to);
}

/**
 * Finds the volume of a simple polytope, in lowest terms.
 *
 * @param numbers the vertices, each by its numerators and its denominator, and then the rows, each by its coefficients and its constant
 * @param facesAt the vertices of every facet as bits
 * @param stack where numbers and digits may be laid, up to `limit`
 */
export function volume(
  n: i32,
  vertexCount: i32,
  facetCount: i32,
  numbers: usize,
  rowNumbers: usize,
  facesAt: usize,
  stack: usize,
  limit: usize,
): void {
  dimension = n;
  vertices = vertexCount;
  facets = facetCount;
  masks = facesAt;
  begin(stack, limit);
  points = index(vertices * (n + 1), numbers);
  rows = index(facets * (n + 1), rowNumbers);
  shortenRows();
  scaleVertices();
  measureHeights();
  const everything: u64 = vertices == 64 ? ~(<u64>0) : ((<u64>1) << vertices) - 1;
  const whole = measure(everything, n, 0);
  let twos = -trailingZeros(whole);
  numerator = shiftedRight(whole, -twos);
  product = small(1);
  for (let v = 0; v < vertices; v++) {
    const zeros = trailingZeros(denominator(v));
    twos += zeros;
    divideBy(shiftedRight(denominator(v), zeros));
  }
  twos += twosOfFactorial(n);
  divideBy(small(oddFactorial(n)));
  isDyadic = isOne(product);
  if (twos > 0) product = shiftedLeft(product, twos);
  else numerator = shiftedLeft(numerator, -twos);
}

let digits: usize = 0;
let digitsOfDenominator: i32 = 0;

/** Where the digits are that were written last. */
export function digitsAt(): usize {
  return digits;
}

/** How many of them are the denominator's. */
export function lastDenominator(): i32 {
  return digitsOfDenominator;
}

/** Writes the last volume as decimal digits, a slash, decimal digits. Returns how many bytes these are; 0 if it is too long, or its denominator a power of two. */
export function fractionText(): i32 {
  const most = mostDigits(numerator);
  const mostBelow = mostDigits(product);
  if (most == 0 || mostBelow == 0 || isDyadic) return 0;
  digits = room(<usize>((most + mostBelow + 4) & ~3));
  const count = writeDigits(numerator, digits);
  store<u8>(digits + count, 47);
  return count + 1 + writeDigits(product, digits + count + 1);
}

/** Writes the last volume in hexadecimal digits, those of the denominator behind those of the numerator. Returns how many the numerator has. */
export function hexadecimal(): i32 {
  digits = room(bytesOf(numerator) << 1);
  room(bytesOf(product) << 1);
  const count = write(numerator, digits);
  digitsOfDenominator = write(product, digits + count);
  return count;
}
