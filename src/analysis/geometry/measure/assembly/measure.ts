// AssemblyScript, not TypeScript: compiled by `asc` to src/analysis/geometry/measure/wasm.ts. What is computed here is what the lemma of
// src/analysis/geometry/volume-by-rows.ts says, of simple polytopes.

import {
  begin,
  bytesOf,
  divisor,
  isOne,
  lower,
  minus,
  plus,
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
  zero,
  limb,
} from './integers';

/** The dimension of the polytope, and how many vertices and facets it has. */
let dimension: i32 = 0;
let vertices: i32 = 0;
let facets: i32 = 0;
/** Addresses: of the numerators and the denominator of every vertex, of the coefficients and the constant of every row. */
let points: usize = 0;
let rows: usize = 0;
/** The vertices of every facet as bits. */
let masks: usize = 0;
/** The rows that eliminated a coordinate, and these coordinates. */
let pivots: usize = 0;

// @ts-ignore: decorator
@inline
function addressIn(table: usize, i: i32): usize {
  return load<u32>(table + (<usize>i << 2));
}

// @ts-ignore: decorator
@inline
function setAddress(table: usize, i: i32, address: usize): void {
  store<u32>(table + (<usize>i << 2), <u32>address);
}

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
function maskOf(f: i32): u64 {
  return load<u64>(masks + (<usize>f << 3));
}

// @ts-ignore: decorator
@inline
function first(face: u64): i32 {
  return <i32>ctz<u64>(face);
}

/** The length of an edge in a coordinate. */
function length(face: u64, i: i32): usize {
  const place = top;
  const a = first(face);
  const b = first(face & (face - 1));
  const left = times(coordinate(a, i), denominator(b));
  return lower(positive(minus(left, times(coordinate(b, i), denominator(a)))), place);
}

/** Twice the area of a triangle in two coordinates. */
function triangle(apex: i32, part: u64, columns: u32): usize {
  const place = top;
  const u = first(part);
  const w = first(part & (part - 1));
  const i = <i32>ctz<u32>(columns);
  const j = <i32>ctz<u32>(columns & (columns - 1));
  const x = minor(u, w, j, dimension);
  const y = minor(u, w, i, dimension);
  const z = minor(u, w, i, j);
  const sum = minus(times(coordinate(apex, i), x), times(coordinate(apex, j), y));
  return lower(positive(plus(sum, times(denominator(apex), z))), place);
}

function minor(u: i32, w: i32, i: i32, j: i32): usize {
  const place = top;
  const left = times(coordinate(u, i), coordinate(w, j));
  return lower(minus(left, times(coordinate(u, j), coordinate(w, i))), place);
}

/** The row of a facet without the coordinates that were eliminated; each division is exact (Bareiss 1968). */
function reducedRow(facet: i32, depth: i32): usize {
  let row = rows + (<usize>(facet * (dimension + 1)) << 2);
  let previous: usize = 0;
  let gone: u32 = 0;
  for (let k = 0; k < depth; k++) {
    const own = addressIn(pivots, 2 * k);
    const column = <i32>addressIn(pivots, 2 * k + 1);
    const pivot = addressIn(own, column);
    const factor = addressIn(row, column);
    gone |= 1 << column;
    const next = room(<usize>(dimension + 1) << 2);
    for (let i = 0; i <= dimension; i++) {
      const place = top;
      if (((gone >> i) & 1) != 0) {
        setAddress(next, i, zero());
        continue;
      }
      const entry = minus(times(pivot, addressIn(row, i)), times(factor, addressIn(own, i)));
      if (previous == 0) setAddress(next, i, lower(entry, place));
      else {
        const isNegative = sizeOf(entry) < 0;
        const exact = lower(quotient(entry, previous), place);
        if (isNegative) store<i32>(exact, -sizeOf(exact));
        // Divided by a negative number.
        if (sizeOf(previous) < 0) store<i32>(exact, -sizeOf(exact));
        setAddress(next, i, exact);
      }
    }
    row = next;
    previous = pivot;
  }
  return row;
}

/** The cone over a part of a face that does not contain the apex. */
function cone(apex: i32, part: u64, facet: i32, size: i32, columns: u32, above: u64): usize {
  const place = top;
  const depth = dimension - size;
  const row = reducedRow(facet, depth);
  let column = -1;
  let height = times(addressIn(row, dimension), denominator(apex));
  for (let j = 0; j < dimension; j++) {
    if (((columns >> j) & 1) == 0 || sizeOf(addressIn(row, j)) == 0) continue;
    if (column < 0) column = j;
    height = plus(height, times(addressIn(row, j), coordinate(apex, j)));
  }
  setAddress(pivots, 2 * depth, row);
  setAddress(pivots, 2 * depth + 1, column);
  const base = measure(part, size - 1, columns & ~(1 << column), above | ((<u64>1) << facet));
  return lower(quotient(times(base, height), addressIn(row, column)), place);
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

/** N(G) of the lemma. @param above the facets of the polytope that cut the face out, whose rows are the pivots */
function measure(face: u64, size: i32, columns: u32, above: u64): usize {
  if (size == 1) return length(face, <i32>ctz<u32>(columns));
  const place = top;
  const apex = size == 2 ? first(face) : best(face, above);
  const bit = (<u64>1) << apex;
  let sum = zero();
  for (let f = 0; f < facets; f++) {
    const part = maskOf(f) & face;
    if (part == 0 || ((above >> f) & 1) != 0 || (part & bit) != 0) continue;
    const own = size == 2 ? triangle(apex, part, columns) : cone(apex, part, f, size, columns, above);
    sum = lower(plus(sum, denominators(own, face & ~part & ~bit)), place);
  }
  return sum;
}

/** A number times the denominators of vertices. */
function denominators(number: usize, face: u64): usize {
  if (face == 0) return number;
  let product = denominator(first(face));
  for (let rest = face & (face - 1); rest != 0; rest &= rest - 1) product = times(product, denominator(first(rest)));
  return times(number, product);
}

/** Finds the numbers of a table that stand one after the other. */
function index(count: i32, from: usize): usize {
  let at = from;
  const table = room(<usize>count << 2);
  for (let i = 0; i < count; i++) {
    setAddress(table, i, at);
    at += bytesOf(at);
  }
  return table;
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

let digits: usize = 0;
let digitsOfDenominator: i32 = 0;

/** Where the digits of the last volume are. */
export function digitsAt(): usize {
  return digits;
}

/** How many of them are the denominator's. */
export function lastDenominator(): i32 {
  return digitsOfDenominator;
}

/**
 * The volume of a simple polytope in lowest terms: numerator and denominator in hexadecimal digits at `digitsAt`, one after the
 * other. Returns how many the numerator has; `lastDenominator` says it of the denominator.
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
): i32 {
  dimension = n;
  vertices = vertexCount;
  facets = facetCount;
  masks = facesAt;
  begin(stack, limit);
  points = index(vertices * (n + 1), numbers);
  rows = index(facets * (n + 1), rowNumbers);
  pivots = room(<usize>n << 3);
  const everything: u64 = vertices == 64 ? ~(<u64>0) : ((<u64>1) << vertices) - 1;
  const whole = measure(everything, n, (1 << n) - 1, 0);
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
  if (twos > 0) product = shiftedLeft(product, twos);
  else numerator = shiftedLeft(numerator, -twos);
  digits = room(bytesOf(numerator) << 1);
  room(bytesOf(product) << 1);
  const count = write(numerator, digits);
  digitsOfDenominator = write(product, digits + count);
  return count;
}
