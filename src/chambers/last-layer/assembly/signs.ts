// AssemblyScript, not TypeScript: on which sides of the curves the vertices of a rectangle are.
//
// The vertices are parted into boxes, and these again, by the mean of the coordinate in which they are longer. Curves that have a sign on a box have it at its vertices; of few
// vertices the others are told one by one. What was known of a box with few vertices, its leaf, stays: with it values are told there and at vertices of the same cells.

import { beginBits, both, bound, Bounded, boxAt, mark } from './bounds';
import { take } from './heap';
import { at, bend, ce, cr, integerAt, la, lb, lc, lineAt, put, putInteger, SLACK, stride, UNIT, X, Y } from './layers';
import { addTold, vertexCount, vr, vx, vy } from './vertices';

/** So few vertices are parted no further, and boxes in so many boxes. */
const FEW: i32 = 20;
/** A leaf is wider than its vertices ask for: most curves that come near are known there. */
const MARGIN: f64 = 1.5;
const DEEPEST: i32 = 48;
/** Curves are looked at in boxes in so many boxes and more. */
const FIRST_PRUNED: i32 = 3;

/** What may cut a leaf: lines and curves, and for two curves each, `stride` bytes, their rows entry by entry and how far their weights are from the means, line by line. */
@unmanaged
export class Leaf {
  lineCount: i32;
  curveCount: i32;
  lines: usize;
  columns: usize;
  bits: usize;
  pairs: usize;
  stride: usize;
}

const LEAF: usize = 32;
/** Where the weights of a pair are, behind its rows. */
const WEIGHTS: usize = 48;

/** Which curves are positive at a vertex, `words` bytes of bits each; and the leaf of a vertex. */
export let above: usize = 0;
export let words: usize = 0;
export let leafOf: usize = 0;
/** The rectangle. */
let whole: Bounded = changetype<Bounded>(0);

/** Vertices by their places in the order in which they are parted: numbers, coordinates and radii. */
let ids: usize = 0;
let px: usize = 0;
let py: usize = 0;
let pr: usize = 0;
/** The sizes of lines at a vertex. */
let sizes: usize = 0;
let leaf: Leaf = changetype<Leaf>(0);

/** Tells all signs. @param depth of the rectangle's box @returns false if one is not certain, or there is no room */
export function tellSigns(depth: i32): bool {
  const count = <usize>vertexCount;
  whole = boxAt(depth);
  words = beginBits(whole);
  above = take(count * words);
  leafOf = take(count << 2);
  ids = take(count << 2);
  px = take(count << 3);
  py = take(count << 3);
  pr = take(count << 3);
  sizes = take((<usize>whole.lineCount + 2) << 3);
  if (sizes === 0 || above === 0) return false;
  for (let v = 0; v < vertexCount; v++) {
    putInteger(ids, v, v);
    put(px, v, at(vx, v));
    put(py, v, at(vy, v));
    put(pr, v, at(vr, v));
  }
  return part(depth, depth, 0, vertexCount);
}

/** The vertices from `begin` to before `end`, in a box. */
function part(depth: i32, root: i32, begin: i32, end: i32): bool {
  let x0: f64 = Infinity;
  let x1: f64 = -Infinity;
  let y0: f64 = Infinity;
  let y1: f64 = -Infinity;
  let radius: f64 = 0;
  let sumX: f64 = 0;
  let sumY: f64 = 0;
  for (let i = begin; i < end; i++) {
    const x = at(px, i);
    const y = at(py, i);
    x0 = min(x0, x);
    x1 = max(x1, x);
    y0 = min(y0, y);
    y1 = max(y1, y);
    radius = max(radius, at(pr, i));
    sumX += x;
    sumY += y;
  }
  const off = radius + 8 * UNIT;
  const count = end - begin;
  const isLeaf = count <= FEW || depth - root >= DEEPEST;
  const wide = isLeaf ? MARGIN : 1;
  const halfX = ((x1 / 2 - x0 / 2) * wide + off * X) * SLACK;
  const halfY = ((y1 / 2 - y0 / 2) * wide + off * Y) * SLACK;
  const box = boxAt(depth + 1);
  bound(boxAt(depth), box, x0 / 2 + x1 / 2, y0 / 2 + y1 / 2, halfX, halfY, isLeaf || depth - root >= FIRST_PRUNED);
  if (isLeaf || box.curveCount === 0) return tell(box, begin, end);
  const isX = halfX * Y > halfY * X;
  const middle = isX ? divide(px, sumX / <f64>count, begin, end) : divide(py, sumY / <f64>count, begin, end);
  if (middle === begin || middle === end) return tell(box, begin, end);
  return part(depth + 1, root, begin, middle) && part(depth + 1, root, middle, end);
}

/** Brings those whose coordinate is below the mean before the others; returns where these begin. */
function divide(keys: usize, mean: f64, begin: i32, end: i32): i32 {
  let i = begin;
  let j = end;
  while (i < j) {
    if (at(keys, i) < mean) i++;
    else exchange(i, --j);
  }
  return i;
}

// @ts-ignore: decorator
@inline
function exchange(i: i32, j: i32): void {
  const id = integerAt(ids, i);
  const x = at(px, i);
  const y = at(py, i);
  const r = at(pr, i);
  putInteger(ids, i, integerAt(ids, j));
  put(px, i, at(px, j));
  put(py, i, at(py, j));
  put(pr, i, at(pr, j));
  putInteger(ids, j, id);
  put(px, j, x);
  put(py, j, y);
  put(pr, j, r);
}

/** Keeps what is known of a box. */
function keep(box: Bounded): bool {
  const lines = <usize>box.lineCount;
  const pairs = <usize>(box.curveCount + 1) >> 1;
  const each = WEIGHTS + (lines << 4);
  const from = take(LEAF + pairs * (each + 16) + (lines << 2));
  if (from === 0) return false;
  leaf = changetype<Leaf>(from);
  leaf.lineCount = box.lineCount;
  leaf.curveCount = box.curveCount;
  leaf.pairs = from + LEAF;
  leaf.stride = each;
  leaf.columns = leaf.pairs + pairs * each;
  leaf.bits = leaf.columns + (pairs << 3);
  leaf.lines = leaf.bits + (pairs << 3);
  memory.copy(leaf.lines, box.lines, lines << 2);
  memory.copy(leaf.columns, box.columns, pairs << 3);
  memory.copy(leaf.bits, box.bits, pairs << 3);
  for (let p: usize = 0; p < pairs; p++) keepPair(box, p, leaf.pairs + p * each);
  return true;
}

function keepPair(box: Bounded, p: usize, to: usize): void {
  v128.store(to, v128.load(box.ra + (p << 4)));
  v128.store(to, v128.load(box.rb + (p << 4)), 16);
  v128.store(to, v128.load(box.rc + (p << 4)), 32);
  const first = load<u32>(box.columns + (p << 3));
  const second = load<u32>(box.columns + (p << 3), 4);
  for (let i = 0; i < box.lineCount; i++) {
    const row = bend + <usize>integerAt(box.lines, i) * stride;
    v128.store(to + (<usize>i << 4), both(row, first, second), WEIGHTS);
  }
}

/** Tells the signs of a box's curves at its vertices. */
function tell(box: Bounded, begin: i32, end: i32): bool {
  if (!keep(box)) return false;
  for (let i = begin; i < end; i++) {
    const v = integerAt(ids, i);
    const to = above + <usize>v * words;
    memory.copy(to, box.positive, words);
    putInteger(leafOf, v, <i32>changetype<usize>(leaf));
    if (!tellAt(to, at(px, i), at(py, i), at(pr, i))) return false;
  }
  addTold(<f64>(end - begin) * <f64>box.curveCount);
  return true;
}

function tellAt(to: usize, x: f64, y: f64, radius: f64): bool {
  const lines = leaf.lineCount;
  const curves = leaf.curveCount;
  for (let i = 0; i < lines; i++) put(sizes, i, Math.abs(lineAt(integerAt(leaf.lines, i), x, y)));
  let pair = leaf.pairs;
  for (let c = 0; c < curves; c += 2) {
    let value = f64x2.add(
      f64x2.add(f64x2.mul(v128.load(pair), f64x2.splat(x)), f64x2.mul(v128.load(pair, 16), f64x2.splat(y))),
      v128.load(pair, 32),
    );
    for (let i = 0; i < lines; i++) {
      const weights = v128.load(pair + (<usize>i << 4), WEIGHTS);
      value = f64x2.add(value, f64x2.mul(weights, v128.load64_splat(sizes + (<usize>i << 3))));
    }
    pair += leaf.stride;
    const first = <u32>integerAt(leaf.columns, c);
    const second = <u32>integerAt(leaf.columns, c + 1);
    const reach = f64x2.mul(both(cr, first, second), f64x2.splat(radius));
    const error = f64x2.mul(f64x2.add(both(ce, first, second), reach), f64x2.splat(SLACK));
    const certain = i64x2.bitmask(f64x2.gt(f64x2.abs(value), error));
    if (certain !== 3 && ((certain & 1) === 0 || c + 1 < curves)) return false;
    const below = i64x2.bitmask(value);
    if ((below & 1) === 0) mark(to, integerAt(leaf.bits, c));
    if ((below & 2) === 0 && c + 1 < curves) mark(to, integerAt(leaf.bits, c + 1));
  }
  return true;
}

/** What `valueAt` has told, and how far it may be off. */
export let value: f64 = 0;
export let error: f64 = 0;

/**
 * Tells the value of a curve, by its bit, at a vertex of a cell or edge, by what is known at any vertex of the same: no line comes between, so that what is settled there is
 * settled here.
 */
export function valueAt(bit: i32, v: i32, known: i32): void {
  const from = changetype<Leaf>(<usize>integerAt(leafOf, known));
  for (let c = 0; c < from.curveCount; c++) {
    if (integerAt(from.bits, c) === bit) {
      evaluate(from, c, v);
      return;
    }
  }
  evaluateOnWhole(bit, v);
}

/** Whether a vertex's leaf has the curve. */
export function isKnownAt(bit: i32, v: i32): bool {
  const from = changetype<Leaf>(<usize>integerAt(leafOf, v));
  for (let c = 0; c < from.curveCount; c++) if (integerAt(from.bits, c) === bit) return true;
  return false;
}

function evaluate(from: Leaf, c: i32, v: i32): void {
  const x = at(vx, v);
  const y = at(vy, v);
  const entry = from.pairs + <usize>(c >> 1) * from.stride + (<usize>(c & 1) << 3);
  let sum = load<f64>(entry) * x + load<f64>(entry, 16) * y + load<f64>(entry, 32);
  for (let i = 0; i < from.lineCount; i++) {
    sum += load<f64>(entry + (<usize>i << 4), WEIGHTS) * Math.abs(lineAt(integerAt(from.lines, i), x, y));
  }
  say(sum, <u32>integerAt(from.columns, c), v);
}

/** By what is known of the whole rectangle. */
function evaluateOnWhole(bit: i32, v: i32): void {
  const x = at(vx, v);
  const y = at(vy, v);
  const column = <u32>integerAt(whole.columns, bit);
  let sum = at(whole.ra, bit) * x + at(whole.rb, bit) * y + at(whole.rc, bit);
  for (let i = 0; i < whole.lineCount; i++) {
    const l = integerAt(whole.lines, i);
    sum += load<f64>(bend + <usize>l * stride + column) * Math.abs(lineAt(l, x, y));
  }
  say(sum, column, v);
}

// @ts-ignore: decorator
@inline
function say(sum: f64, column: usize, v: i32): void {
  value = sum;
  error = load<f64>(ce + column) + at(vr, v) * load<f64>(cr + column);
}
