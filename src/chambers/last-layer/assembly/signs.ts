// AssemblyScript, not TypeScript: on which sides of the curves the vertices of a rectangle are.
//
// The vertices are parted into boxes, and these again, by the mean of the coordinate in which they are longer. Curves that have a sign on a box have it at its vertices; of few
// vertices the others are told one by one. What was known of a box with few vertices, its leaf, stays: with it values are told there and at vertices of the same cells.

import { beginBits, both, bound, Bounded, boxAt, gather, mark, weightBytes } from './bounds';
import { take } from './heap';
import { at, ce, cr, integerAt, la, lb, lc, lineAt, put, putInteger, SLACK, UNIT, X, Y } from './layers';
import { addTold, points, radii, vertexCount, xOf, yOf } from './vertices';

/** So few vertices are parted no further, and boxes in so many boxes. */
const FEW: i32 = 20;
/** A leaf is wider than its vertices ask for: most curves that come near are known there. */
const MARGIN: f64 = 1.5;
const DEEPEST: i32 = 48;
/** Curves are looked at in boxes in so many boxes and more. */
const FIRST_PRUNED: i32 = 3;

/**
 * What may cut a leaf: lines, rows of two each entry by entry, and curves; for two of these each, `stride` bytes, their rows entry by entry, errors, reaches and how far their weights are
 * from the means, line by line.
 */
@unmanaged
export class Leaf {
  lineCount: i32;
  curveCount: i32;
  lines: usize;
  curves: usize;
  bits: usize;
  /** The bits of its curves, eight bytes of them each with how many come before: where a curve is among the others. */
  ranks: usize;
  pairs: usize;
  stride: usize;
}

const LEAF: usize = 32;
const RANKS: usize = 16;
/** Where the weights of a pair are, behind its rows. */
const WEIGHTS: usize = 80;
/** Bytes of the rows of two lines. */
const ROWS: usize = 48;

/** Weights are brought together in the rectangle, and in boxes in so many boxes, and so many again. */
const BETWEEN: i32 = 3;
const GATHERINGS: i32 = 3;
let gathered: usize = 0;

/** Which curves are positive at a vertex, `words` bytes of bits each; and the leaf of a vertex. */
export let above: usize = 0;
export let words: usize = 0;
export let leafOf: usize = 0;
/** Where the values of the leaf's curves at a vertex are. */
let valuesOf: usize = 0;
/** The rectangle. */
let whole: Bounded = changetype<Bounded>(0);

/** Vertices in the order in which they are parted: x, y, radius and number. */
let ranks: usize = 0;
const RANK: usize = 32;
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
  valuesOf = take(count << 2);
  ranks = take(count << 5);
  sizes = take((<usize>whole.lineCount + 2) << 3);
  gathered = take(GATHERINGS << 2);
  if (sizes === 0 || above === 0) return false;
  sizedVertex = -1;
  for (let g = 0; g < GATHERINGS; g++) {
    const place = take(weightBytes(whole));
    if (place === 0) return false;
    store<usize>(gathered + (<usize>g << 2), place);
  }
  for (let v = 0; v < vertexCount; v++) {
    const rank = rankAt(v);
    v128.store(rank, v128.load(points + (<usize>v << 4)));
    store<f64>(rank, at(radii, v), 16);
    store<i32>(rank, v, 24);
  }
  gather(whole, load<usize>(gathered));
  return part(depth, depth, 0, vertexCount);
}

// @ts-ignore: decorator
@inline
function rankAt(i: i32): usize {
  return ranks + (<usize>i << 5);
}

/** The vertices from `begin` to before `end`, in a box. */
function part(depth: i32, root: i32, begin: i32, end: i32): bool {
  let least = f64x2.splat(Infinity);
  let most = f64x2.splat(-Infinity);
  let sum = f64x2.splat(0);
  let radius: f64 = 0;
  for (let i = begin; i < end; i++) {
    const rank = rankAt(i);
    const point = v128.load(rank);
    least = f64x2.pmin(least, point);
    most = f64x2.pmax(most, point);
    sum = f64x2.add(sum, point);
    const r = load<f64>(rank, 16);
    if (r > radius) radius = r;
  }
  const count = end - begin;
  const isLeaf = count <= FEW || depth - root >= DEEPEST;
  const half = f64x2.splat(0.5);
  const low = f64x2.mul(least, half);
  const high = f64x2.mul(most, half);
  const centre = f64x2.add(low, high);
  const reach = f64x2.mul(f64x2.sub(high, low), f64x2.splat(isLeaf ? MARGIN : 1));
  const off = radius + 8 * UNIT;
  const halfX = (f64x2.extract_lane(reach, 0) + off * X) * SLACK;
  const halfY = (f64x2.extract_lane(reach, 1) + off * Y) * SLACK;
  const box = boxAt(depth + 1);
  const isPruned = isLeaf || depth - root >= FIRST_PRUNED;
  bound(boxAt(depth), box, f64x2.extract_lane(centre, 0), f64x2.extract_lane(centre, 1), halfX, halfY, isPruned);
  if (isLeaf || box.curveCount === 0) return tell(box, begin, end);
  const isX = halfX * Y > halfY * X;
  const mean = (isX ? f64x2.extract_lane(sum, 0) : f64x2.extract_lane(sum, 1)) / <f64>count;
  const middle = divide(isX ? 0 : 8, mean, begin, end);
  if (middle === begin || middle === end) return tell(box, begin, end);
  const steps = depth + 1 - root;
  if (steps % BETWEEN === 0 && steps < BETWEEN * GATHERINGS) {
    gather(box, load<usize>(gathered + (<usize>(steps / BETWEEN) << 2)));
  }
  return part(depth + 1, root, begin, middle) && part(depth + 1, root, middle, end);
}

/** Brings those whose coordinate is below the mean before the others; returns where these begin. Without branches, which nobody could foresee. */
function divide(coordinate: usize, mean: f64, begin: i32, end: i32): i32 {
  let middle = rankAt(begin);
  const stop = rankAt(end);
  for (let i = middle; i < stop; i += RANK) {
    const point = v128.load(i);
    const rest = v128.load(i, 16);
    const isBelow = load<f64>(i + coordinate) < mean;
    v128.store(i, v128.load(middle));
    v128.store(i, v128.load(middle, 16), 16);
    v128.store(middle, point);
    v128.store(middle, rest, 16);
    middle += <usize>i32(isBelow) * RANK;
  }
  return begin + <i32>((middle - rankAt(begin)) >> 5);
}

/** Keeps what is known of a box. */
function keep(box: Bounded): bool {
  const lines = <usize>box.lineCount;
  const pairs = <usize>(box.curveCount + 1) >> 1;
  const each = WEIGHTS + (lines << 4);
  const from = take(LEAF + pairs * (each + 16) + 2 * words + ((lines + 1) >> 1) * ROWS);
  if (from === 0) return false;
  leaf = changetype<Leaf>(from);
  leaf.lineCount = box.lineCount;
  leaf.curveCount = box.curveCount;
  leaf.pairs = from + LEAF;
  leaf.stride = each;
  leaf.curves = leaf.pairs + pairs * each;
  leaf.bits = leaf.curves + (pairs << 3);
  leaf.ranks = leaf.bits + (pairs << 3);
  leaf.lines = leaf.ranks + 2 * words;
  for (let i = 0; i < box.lineCount; i += 2) keepLines(box, i, leaf.lines + <usize>(i >> 1) * ROWS);
  memory.copy(leaf.curves, box.curves, pairs << 3);
  memory.copy(leaf.bits, box.bits, pairs << 3);
  for (let p: usize = 0; p < pairs; p++) keepPair(box, p, leaf.pairs + p * each);
  rank(leaf);
  return true;
}

function rank(leaf: Leaf): void {
  let next = 0;
  for (let w: usize = 0; w < words >> 3; w++) {
    const entry = leaf.ranks + w * RANKS;
    store<i32>(entry, next, 8);
    let known: u64 = 0;
    for (; next < leaf.curveCount && integerAt(leaf.bits, next) >> 6 === <i32>w; next++) {
      known |= (<u64>1) << (integerAt(leaf.bits, next) & 63);
    }
    store<u64>(entry, known);
  }
}

function keepLines(box: Bounded, i: i32, to: usize): void {
  const isPair = i + 1 < box.lineCount;
  const first = <usize>integerAt(box.lines, i) << 3;
  const second = isPair ? <usize>integerAt(box.lines, i + 1) << 3 : first;
  v128.store(to, both(la, first, second));
  v128.store(to, both(lb, first, second), 16);
  v128.store(to, both(lc, first, second), 32);
}

function keepPair(box: Bounded, p: usize, to: usize): void {
  v128.store(to, v128.load(box.ra + (p << 4)));
  v128.store(to, v128.load(box.rb + (p << 4)), 16);
  v128.store(to, v128.load(box.rc + (p << 4)), 32);
  const curve = load<u32>(box.curves + (p << 3));
  const other = load<u32>(box.curves + (p << 3), 4);
  v128.store(to, both(ce, curve, other), 48);
  v128.store(to, both(cr, curve, other), 64);
  const first = load<u32>(box.columns + (p << 3));
  const second = load<u32>(box.columns + (p << 3), 4);
  for (let i = 0; i < box.lineCount; i++) {
    const row = box.weights + <usize>integerAt(box.rows, i);
    v128.store(to + (<usize>i << 4), both(row, first, second), WEIGHTS);
  }
}

/** Tells the signs of a box's curves at its vertices. */
function tell(box: Bounded, begin: i32, end: i32): bool {
  const bytes = <usize>((box.curveCount + 1) & ~1) << 3;
  let values = take(<usize>(end - begin) * bytes);
  if (values === 0 || !keep(box)) return false;
  for (let i = begin; i < end; i++) {
    const rank = rankAt(i);
    const v = load<i32>(rank, 24);
    const to = above + <usize>v * words;
    for (let w: usize = 0; w < words; w += 16) v128.store(to + w, v128.load(box.positive + w));
    putInteger(leafOf, v, <i32>changetype<usize>(leaf));
    putInteger(valuesOf, v, <i32>values);
    if (!tellAt(to, values, load<f64>(rank), load<f64>(rank, 8), load<f64>(rank, 16))) return false;
    values += bytes;
  }
  addTold(<f64>(end - begin) * <f64>box.curveCount);
  return true;
}

/** Tells the sizes of a leaf's lines at a point. */
// @ts-ignore: decorator
@inline
function tellSizes(leaf: Leaf, x: f64, y: f64): void {
  let from = leaf.lines;
  const end = from + <usize>((leaf.lineCount + 1) >> 1) * ROWS;
  for (let to = sizes; from < end; from += ROWS, to += 16) {
    const ax = f64x2.mul(v128.load(from), f64x2.splat(x));
    const by = f64x2.mul(v128.load(from, 16), f64x2.splat(y));
    v128.store(to, f64x2.abs(f64x2.add(f64x2.add(ax, by), v128.load(from, 32))));
  }
}

/** Tells signs and values at a vertex. */
function tellAt(signs: usize, values: usize, x: f64, y: f64, radius: f64): bool {
  const lines = leaf.lineCount;
  const curves = leaf.curveCount;
  tellSizes(leaf, x, y);
  let pair = leaf.pairs;
  for (let c = 0; c < curves; c += 2) {
    const value = valuesAt(pair, lines, x, y);
    v128.store(values + (<usize>c << 3), value);
    const reach = f64x2.mul(v128.load(pair, 64), f64x2.splat(radius));
    const error = f64x2.mul(f64x2.add(v128.load(pair, 48), reach), f64x2.splat(SLACK));
    pair += leaf.stride;
    const certain = i64x2.bitmask(f64x2.gt(f64x2.abs(value), error));
    if (certain !== 3 && ((certain & 1) === 0 || c + 1 < curves)) return false;
    const below = i64x2.bitmask(value);
    if ((below & 1) === 0) mark(signs, integerAt(leaf.bits, c));
    if ((below & 2) === 0 && c + 1 < curves) mark(signs, integerAt(leaf.bits, c + 1));
  }
  return true;
}

/** The values of two curves where the sizes of lines are known. */
// @ts-ignore: decorator
@inline
function valuesAt(pair: usize, lines: i32, x: f64, y: f64): v128 {
  let sum = f64x2.add(f64x2.mul(v128.load(pair), f64x2.splat(x)), v128.load(pair, 32));
  let other = f64x2.mul(v128.load(pair, 16), f64x2.splat(y));
  let from = pair + WEIGHTS;
  const end = from + (<usize>lines << 4);
  let size = sizes;
  for (; from + 16 < end; from += 32, size += 16) {
    sum = f64x2.add(sum, f64x2.mul(v128.load(from), v128.load64_splat(size)));
    other = f64x2.add(other, f64x2.mul(v128.load(from, 16), v128.load64_splat(size, 8)));
  }
  if (from < end) sum = f64x2.add(sum, f64x2.mul(v128.load(from), v128.load64_splat(size)));
  return f64x2.add(sum, other);
}

/** Where a curve, by its bit, is among those of a vertex's leaf; -1 if it is not. */
export function placeAt(v: i32, bit: i32): i32 {
  const entry = changetype<Leaf>(<usize>integerAt(leafOf, v)).ranks + <usize>(bit >> 6) * RANKS;
  const known = load<u64>(entry);
  const own = (<u64>1) << (bit & 63);
  return (known & own) === 0 ? -1 : load<i32>(entry, 8) + <i32>popcnt(known & (own - 1));
}

/** What `evaluate` has told, and how far it may be off. */
export let value: f64 = 0;
export let error: f64 = 0;
/** Of which vertex the sizes of which leaf's lines are known. */
let sizedVertex: i32 = -1;
let sizedLeaf: usize = 0;

/**
 * Tells the value of a curve at a vertex. @param known a vertex of the same cell or edge by whose leaf it is told; no line comes between, so what is settled there is settled here
 * @param place of the curve in that leaf; if it is -1 the value is told by what is known of the whole rectangle
 */
export function evaluate(v: i32, bit: i32, known: i32, place: i32): void {
  if (place < 0) {
    evaluateOnWhole(v, bit);
    return;
  }
  const from = changetype<Leaf>(<usize>integerAt(leafOf, known));
  if (v === known) {
    say(v, at(<usize>integerAt(valuesOf, v), place), <u32>integerAt(from.curves, place));
    return;
  }
  size(from, v);
  const entry = from.pairs + <usize>(place >> 1) * from.stride + (<usize>(place & 1) << 3);
  let sum = load<f64>(entry) * xOf(v) + load<f64>(entry, 16) * yOf(v) + load<f64>(entry, 32);
  for (let i = 0; i < from.lineCount; i++) sum += load<f64>(entry + (<usize>i << 4), WEIGHTS) * at(sizes, i);
  say(v, sum, <u32>integerAt(from.curves, place));
}

/** Tells the sizes of a leaf's lines at a vertex. */
function size(from: Leaf, v: i32): void {
  if (sizedVertex === v && sizedLeaf === changetype<usize>(from)) return;
  sizedVertex = v;
  sizedLeaf = changetype<usize>(from);
  tellSizes(from, xOf(v), yOf(v));
}

function evaluateOnWhole(v: i32, bit: i32): void {
  const x = xOf(v);
  const y = yOf(v);
  const column = <u32>integerAt(whole.columns, bit);
  let sum = at(whole.ra, bit) * x + at(whole.rb, bit) * y + at(whole.rc, bit);
  for (let i = 0; i < whole.lineCount; i++) {
    const weight = load<f64>(whole.weights + <usize>integerAt(whole.rows, i) + column);
    sum += weight * Math.abs(lineAt(integerAt(whole.lines, i), x, y));
  }
  say(v, sum, <u32>integerAt(whole.curves, bit));
}

// @ts-ignore: decorator
@inline
function say(v: i32, sum: f64, curve: usize): void {
  value = sum;
  error = load<f64>(ce + curve) + at(radii, v) * load<f64>(cr + curve);
}
