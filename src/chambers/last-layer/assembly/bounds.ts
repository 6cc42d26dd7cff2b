// AssemblyScript, not TypeScript: which creases may cut a box of the plane, given those that may cut a larger one.
//
// A function is held as a row, the sum of the means m_j H_j of all lines and of (+-d_j) H_j of those that keep a sign on the box, and of d_j |H_j| of the others, its
// active lines. Let c be the centre of the box, h_i at least what its points are off from c in coordinate i. A line has a sign on it if |H_j(c)| is beyond its half,
// sum_i |a_i| h_i + 8 T_j (Lemma 5 of engines/planar/vertices.ts). A function with the row r has one if |r(c)| - sum_i |r_i| h_i - 4 B is more than B and what the active lines
// can take away, each at most |d_j| times the most that |H_j| is, and only those whose d_j is against it.

import {
  at,
  bend,
  ce,
  curveCount,
  integerAt,
  la,
  lb,
  lc,
  lineCount,
  lt,
  putInteger,
  SLACK,
  stride,
} from './layers';

/** What may cut a box: lines by number; curves by their places in a row of weights in bytes, and by their bits; rows entry by entry. */
@unmanaged
export class Bounded {
  lineCount: i32;
  curveCount: i32;
  lines: usize;
  columns: usize;
  bits: usize;
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
const HEADER: usize = 48;

/** Bytes of a bit for each curve. */
let wordBytes: usize = 0;

/** Bytes of so many bits. */
export function bytesOf(bits: i32): usize {
  return <usize>((bits + 127) >> 7) << 4;
}

function nodeBytes(): usize {
  const lines = (<usize>lineCount + 4) << 2;
  const curves = <usize>curveCount + 4;
  return (HEADER + lines + (curves << 5) + bytesOf(curveCount) + 6 * 16) & ~15;
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

/** Takes over one curve's row. */
// @ts-ignore: decorator
@inline
function keep(box: Bounded, to: i32, column: i32, bit: i32, a: f64, b: f64, c: f64): void {
  putInteger(box.columns, to, column);
  putInteger(box.bits, to, bit);
  const place = <usize>to << 3;
  store<f64>(box.ra + place, a);
  store<f64>(box.rb + place, b);
  store<f64>(box.rc + place, c);
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
    const weights = bend + <usize>l * stride;
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
      putInteger(to.lines, activeCount++, l);
    }
  }
  to.lineCount = activeCount;
  return settledCount;
}

/** What is certain of two curves on the box: bit 0 and 1 if they have a sign there. */
// @ts-ignore: decorator
@inline
function haveSigns(value: v128, swing: v128, first: usize, second: usize, activeCount: i32): i32 {
  const error = both(ce, first, second);
  const half = f64x2.mul(f64x2.add(swing, f64x2.mul(error, f64x2.splat(4))), f64x2.splat(SLACK));
  let rest = f64x2.sub(f64x2.abs(value), half);
  const side = v128.and(value, f64x2.splat(-0.0));
  const zero = f64x2.splat(0);
  for (let i = 0; i < activeCount; ) {
    if (!v128.any_true(f64x2.gt(rest, error))) return 0;
    for (const end = min(i + 12, activeCount); i < end; i++) {
      const entry = active + <usize>i * ENTRY;
      const change = f64x2.mul(both(load<usize>(entry), first, second), v128.load64_splat(entry, 8));
      // Not a number where nothing is known; then nothing is certain.
      rest = f64x2.add(rest, f64x2.pmin(v128.xor(change, side), zero));
    }
  }
  return i64x2.bitmask(f64x2.gt(rest, error));
}

/** What may cut a box that lies in another one. @param isPruned whether curves are looked at, too */
export function bound(from: Bounded, to: Bounded, x: f64, y: f64, halfX: f64, halfY: f64, isPruned: bool): void {
  const settledCount = settle(from, to, x, y, halfX, halfY);
  const activeCount = to.lineCount;
  memory.copy(to.positive, from.positive, wordBytes);
  const count = from.curveCount;
  let kept = 0;
  for (let i = 0; i < count; i += 2) {
    const place = <usize>i << 3;
    const first = load<u32>(from.columns + (place >> 1));
    const second = load<u32>(from.columns + (place >> 1), 4);
    let a = v128.load(from.ra + place);
    let b = v128.load(from.rb + place);
    let c = v128.load(from.rc + place);
    for (let s = 0; s < settledCount; s++) {
      const entry = settled + <usize>s * ENTRY;
      const weight = both(load<usize>(entry), first, second);
      a = f64x2.add(a, f64x2.mul(weight, v128.load64_splat(entry, 8)));
      b = f64x2.add(b, f64x2.mul(weight, v128.load64_splat(entry, 16)));
      c = f64x2.add(c, f64x2.mul(weight, v128.load64_splat(entry, 24)));
    }
    let gone = 0;
    if (isPruned) {
      const value = f64x2.add(f64x2.add(f64x2.mul(a, f64x2.splat(x)), f64x2.mul(b, f64x2.splat(y))), c);
      const swing = f64x2.add(
        f64x2.mul(f64x2.abs(a), f64x2.splat(halfX)),
        f64x2.mul(f64x2.abs(b), f64x2.splat(halfY)),
      );
      gone = haveSigns(value, swing, first, second, activeCount);
      if (gone !== 0) {
        const below = i64x2.bitmask(value);
        if ((gone & ~below & 1) !== 0) mark(to.positive, integerAt(from.bits, i));
        if ((gone & ~below & 2) !== 0 && i + 1 < count) mark(to.positive, integerAt(from.bits, i + 1));
      }
    }
    if ((gone & 1) === 0) {
      const bit = integerAt(from.bits, i);
      keep(to, kept++, first, bit, f64x2.extract_lane(a, 0), f64x2.extract_lane(b, 0), f64x2.extract_lane(c, 0));
    }
    if ((gone & 2) === 0 && i + 1 < count) {
      const bit = integerAt(from.bits, i + 1);
      keep(to, kept++, second, bit, f64x2.extract_lane(a, 1), f64x2.extract_lane(b, 1), f64x2.extract_lane(c, 1));
    }
  }
  to.curveCount = kept;
  // Of two that are read together the second one may be none.
  if (kept > 0) keep(to, kept, integerAt(to.columns, kept - 1), 0, 0, 0, 0);
}

// @ts-ignore: decorator
@inline
export function mark(words: usize, bit: i32): void {
  const word = words + (<usize>(bit >> 6) << 3);
  store<u64>(word, load<u64>(word) | ((<u64>1) << (bit & 63)));
}
