// AssemblyScript, not TypeScript: which creases may cut a box of the plane, given those that may cut a larger one.
//
// A function is held as a row, the sum of the means m_j H_j of all lines and of (+-d_j) H_j of those that keep a sign on the box, and of d_j |H_j| of the others, its
// active lines. Let c be the centre of the box, h_i at least what its points are off from c in coordinate i. A line has a sign on it if |H_j(c)| is beyond its half,
// sum_i |a_i| h_i + 8 T_j (Lemma 5 of engines/planar/vertices.ts). A function with the row r has one if |r(c)| - sum_i |r_i| h_i - 4 B is more than B and what the active lines
// can take away, each at most |d_j| times the most that |H_j| is, and only those whose d_j is against it.

import {
  at,
  ce,
  curveCount,
  integerAt,
  la,
  lb,
  lc,
  lineCount,
  lt,
  put,
  putInteger,
  SLACK,
} from './layers';

/**
 * What may cut a box: lines by number, curves by eight times their number and by their bits; the rows of these entry by entry; and how far weights are from their means, at `weights`, with
 * the offset of a line's row and that of a curve's column.
 */
@unmanaged
export class Bounded {
  lineCount: i32;
  curveCount: i32;
  lines: usize;
  rows: usize;
  curves: usize;
  columns: usize;
  bits: usize;
  weights: usize;
  ra: usize;
  rb: usize;
  rc: usize;
  /** The bits of curves that are positive on all of the box. */
  positive: usize;
}

let nodes: usize = 0;
/** Lines that have got a sign: where their weights are, and their rows times it. */
let settled: usize = 0;
/** Active lines: where their weights are, and how large they are at most. */
let active: usize = 0;
/** Bytes of an entry of both. */
const ENTRY: usize = 32;
const HEADER: usize = 64;

/** Bytes of a bit for each curve. */
let wordBytes: usize = 0;

/** Bytes of so many bits. */
export function bytesOf(bits: i32): usize {
  return <usize>((bits + 127) >> 7) << 4;
}

function nodeBytes(): usize {
  const lines = (<usize>lineCount + 4) << 2;
  const curves = <usize>curveCount + 4;
  return (HEADER + 2 * lines + curves * 36 + bytesOf(curveCount) + 9 * 16) & ~15;
}

/** Bytes that `beginBounds` asks for. @param depths of boxes in boxes */
export function boundsBytes(depths: i32): usize {
  return (<usize>lineCount + 4) * 2 * ENTRY + <usize>depths * nodeBytes();
}

export function beginBounds(from: usize, depths: i32): void {
  settled = from;
  active = settled + (<usize>lineCount + 4) * ENTRY;
  nodes = active + (<usize>lineCount + 4) * ENTRY;
  for (let depth = 0; depth < depths; depth++) lay(boxAt(depth));
}

export function boxAt(depth: i32): Bounded {
  return changetype<Bounded>(nodes + <usize>depth * nodeBytes());
}

/** Gives the curves of a box bits, none of which is set. @returns the bytes of them */
export function beginBits(box: Bounded): usize {
  wordBytes = bytesOf(box.curveCount);
  for (let i = 0; i < box.curveCount; i++) putInteger(box.bits, i, i);
  memory.fill(box.positive, 0, wordBytes);
  return wordBytes;
}

function lay(box: Bounded): void {
  const lines = (<usize>lineCount + 4) << 2;
  const curves = <usize>curveCount + 4;
  let next = (changetype<usize>(box) + HEADER + 15) & ~15;
  box.lines = next;
  next = (next + lines + 15) & ~15;
  box.rows = next;
  next = (next + lines + 15) & ~15;
  box.curves = next;
  next = (next + (curves << 2) + 15) & ~15;
  box.columns = next;
  next = (next + (curves << 2) + 15) & ~15;
  box.bits = next;
  next = (next + (curves << 2) + 15) & ~15;
  box.ra = next;
  next += (curves << 3) & ~15;
  box.rb = next;
  next += (curves << 3) & ~15;
  box.rc = next;
  next += (curves << 3) & ~15;
  box.positive = next;
}

/** Entries of two rows of weights. */
// @ts-ignore: decorator
@inline
export function both(row: usize, first: usize, second: usize): v128 {
  return v128.load64_lane(row + second, v128.load64_zero(row + first), 1);
}

/** Takes over a curve with a row. */
// @ts-ignore: decorator
@inline
function keep(from: Bounded, i: i32, to: Bounded, a: f64, b: f64, c: f64): void {
  const next = to.curveCount++;
  putInteger(to.curves, next, integerAt(from.curves, i));
  putInteger(to.columns, next, integerAt(from.columns, i));
  putInteger(to.bits, next, integerAt(from.bits, i));
  put(to.ra, next, a);
  put(to.rb, next, b);
  put(to.rc, next, c);
}

/** Parts the lines of a box into those that keep a sign on a smaller one, told by the number of them, and its active ones. */
function settle(from: Bounded, to: Bounded, x: f64, y: f64, halfX: f64, halfY: f64): i32 {
  let settledCount = 0;
  let activeCount = 0;
  for (let i = 0; i < from.lineCount; i++) {
    const l = integerAt(from.lines, i);
    const a = at(la, l);
    const b = at(lb, l);
    const c = at(lc, l);
    const value = a * x + b * y + c;
    const size = Math.abs(value);
    const half = Math.abs(a) * halfX + Math.abs(b) * halfY + 8 * at(lt, l);
    const row = integerAt(from.rows, i);
    const weights = from.weights + <usize>row;
    if (size > half) {
      const entry = settled + <usize>settledCount * ENTRY;
      const side: f64 = value > 0 ? 1 : -1;
      settledCount++;
      store<usize>(entry, weights);
      store<f64>(entry, side * a, 8);
      store<f64>(entry, side * b, 16);
      store<f64>(entry, side * c, 24);
    } else {
      const entry = active + <usize>activeCount * ENTRY;
      store<usize>(entry, weights);
      store<f64>(entry, (size + half) * SLACK, 8);
      putInteger(to.rows, activeCount, row);
      putInteger(to.lines, activeCount++, l);
    }
  }
  to.lineCount = activeCount;
  return settledCount;
}

/** What two curves have left of their sizes at the centre where the box is farthest from it. */
// @ts-ignore: decorator
@inline
function remainder(value: v128, a: v128, b: v128, halfX: f64, halfY: f64, error: v128): v128 {
  const swing = f64x2.add(f64x2.mul(f64x2.abs(a), f64x2.splat(halfX)), f64x2.mul(f64x2.abs(b), f64x2.splat(halfY)));
  const half = f64x2.mul(f64x2.add(swing, f64x2.mul(error, f64x2.splat(4))), f64x2.splat(SLACK));
  return f64x2.sub(f64x2.abs(value), half);
}

// @ts-ignore: decorator
@inline
function valueOf(a: v128, b: v128, c: v128, x: f64, y: f64): v128 {
  return f64x2.add(f64x2.add(f64x2.mul(a, f64x2.splat(x)), f64x2.mul(b, f64x2.splat(y))), c);
}

/** Which ones of four curves are certain to have a sign on the box, as bits. @param columns where their columns stand */
// @ts-ignore: decorator
@inline
function haveSigns(
  value: v128,
  other: v128,
  left: v128,
  otherLeft: v128,
  error: v128,
  otherError: v128,
  columns: usize,
  activeCount: i32,
): i32 {
  const first = load<u32>(columns);
  const second = load<u32>(columns, 4);
  const third = load<u32>(columns, 8);
  const fourth = load<u32>(columns, 12);
  const zero = f64x2.splat(0);
  const side = v128.and(value, f64x2.splat(-0.0));
  const otherSide = v128.and(other, f64x2.splat(-0.0));
  let rest = left;
  let otherRest = otherLeft;
  const end = active + <usize>activeCount * ENTRY;
  for (let entry = active; entry < end; ) {
    if (!v128.any_true(v128.or(f64x2.gt(rest, error), f64x2.gt(otherRest, otherError)))) return 0;
    for (const stop = min(entry + 12 * ENTRY, end); entry < stop; entry += ENTRY) {
      const row = load<usize>(entry);
      const most = v128.load64_splat(entry, 8);
      // Not a number where nothing is known; then nothing is certain.
      const change = v128.xor(f64x2.mul(both(row, first, second), most), side);
      const otherChange = v128.xor(f64x2.mul(both(row, third, fourth), most), otherSide);
      rest = f64x2.add(rest, f64x2.pmin(change, zero));
      otherRest = f64x2.add(otherRest, f64x2.pmin(otherChange, zero));
    }
  }
  return i64x2.bitmask(f64x2.gt(rest, error)) | (i64x2.bitmask(f64x2.gt(otherRest, otherError)) << 2);
}

/** What may cut a box that lies in another one. @param isPruned whether curves are looked at, too */
export function bound(from: Bounded, to: Bounded, x: f64, y: f64, halfX: f64, halfY: f64, isPruned: bool): void {
  const end = settled + <usize>settle(from, to, x, y, halfX, halfY) * ENTRY;
  const activeCount = to.lineCount;
  memory.copy(to.positive, from.positive, wordBytes);
  to.weights = from.weights;
  to.curveCount = 0;
  for (let i = 0; i < from.curveCount; i += 4) {
    const place = <usize>i << 3;
    const columns = from.columns + (place >> 1);
    const first = load<u32>(columns);
    const second = load<u32>(columns, 4);
    const third = load<u32>(columns, 8);
    const fourth = load<u32>(columns, 12);
    let a = v128.load(from.ra + place);
    let b = v128.load(from.rb + place);
    let c = v128.load(from.rc + place);
    let otherA = v128.load(from.ra + place, 16);
    let otherB = v128.load(from.rb + place, 16);
    let otherC = v128.load(from.rc + place, 16);
    for (let entry = settled; entry < end; entry += ENTRY) {
      const row = load<usize>(entry);
      const weight = both(row, first, second);
      const otherWeight = both(row, third, fourth);
      const la = v128.load64_splat(entry, 8);
      const lb = v128.load64_splat(entry, 16);
      const lc = v128.load64_splat(entry, 24);
      a = f64x2.add(a, f64x2.mul(weight, la));
      b = f64x2.add(b, f64x2.mul(weight, lb));
      c = f64x2.add(c, f64x2.mul(weight, lc));
      otherA = f64x2.add(otherA, f64x2.mul(otherWeight, la));
      otherB = f64x2.add(otherB, f64x2.mul(otherWeight, lb));
      otherC = f64x2.add(otherC, f64x2.mul(otherWeight, lc));
    }
    let gone = 0;
    if (isPruned) {
      const value = valueOf(a, b, c, x, y);
      const other = valueOf(otherA, otherB, otherC, x, y);
      const numbers = from.curves + (place >> 1);
      const error = both(ce, load<u32>(numbers), load<u32>(numbers, 4));
      const otherError = both(ce, load<u32>(numbers, 8), load<u32>(numbers, 12));
      const left = remainder(value, a, b, halfX, halfY, error);
      const otherLeft = remainder(other, otherA, otherB, halfX, halfY, otherError);
      gone = haveSigns(value, other, left, otherLeft, error, otherError, columns, activeCount);
      const below = i64x2.bitmask(value) | (i64x2.bitmask(other) << 2);
      for (let above = gone & ~below; above !== 0; above &= above - 1) {
        if (i + ctz(above) < from.curveCount) mark(to.positive, integerAt(from.bits, i + ctz(above)));
      }
    }
    keepTwo(from, to, i, gone, a, b, c);
    keepTwo(from, to, i + 2, gone >> 2, otherA, otherB, otherC);
  }
  pad(to);
}

/** Takes over those of two curves that are not gone. */
// @ts-ignore: decorator
@inline
function keepTwo(from: Bounded, to: Bounded, i: i32, gone: i32, a: v128, b: v128, c: v128): void {
  if ((gone & 1) === 0 && i < from.curveCount) {
    keep(from, i, to, f64x2.extract_lane(a, 0), f64x2.extract_lane(b, 0), f64x2.extract_lane(c, 0));
  }
  if ((gone & 2) === 0 && i + 1 < from.curveCount) {
    keep(from, i + 1, to, f64x2.extract_lane(a, 1), f64x2.extract_lane(b, 1), f64x2.extract_lane(c, 1));
  }
}

/** Of four curves that are read together the last ones may be none. */
export function pad(box: Bounded): void {
  const count = box.curveCount;
  if (count === 0) return;
  for (let i = 0; i < 3; i++) keep(box, count - 1, box, 0, 0, 0);
  box.curveCount = count;
}

/** Bytes of the weights of a box when they are brought together. */
export function weightBytes(box: Bounded): usize {
  return <usize>box.lineCount * rowBytes(box);
}

/** An odd number of cache lines, so that one column does not lie in few sets of a cache. */
function rowBytes(box: Bounded): usize {
  return <usize>(((box.curveCount + 8) >> 3) | 1) << 6;
}

/** Brings the weights of a box together, at an offset. */
export function gather(box: Bounded, to: usize): void {
  const bytes = rowBytes(box);
  for (let i = 0; i < box.lineCount; i++) {
    const from = box.weights + <usize>integerAt(box.rows, i);
    const row = <usize>i * bytes;
    for (let c = 0; c < box.curveCount; c += 2) {
      const weights = both(from, <u32>integerAt(box.columns, c), <u32>integerAt(box.columns, c + 1));
      v128.store(to + row + (<usize>c << 3), weights);
    }
    putInteger(box.rows, i, <i32>row);
  }
  for (let c = 0; c < box.curveCount; c++) putInteger(box.columns, c, c << 3);
  pad(box);
  box.weights = to;
}

// @ts-ignore: decorator
@inline
export function mark(words: usize, bit: i32): void {
  const word = words + (<usize>(bit >> 6) << 3);
  store<u64>(word, load<u64>(word) | ((<u64>1) << (bit & 63)));
}
