// AssemblyScript, not TypeScript: the vertices along each line and face of a rectangle, in order.
//
// Along a line vertices are in the order of their x, if it is steeper in y, else of their y. What is certain of neighbours, that the one is before the other by more than their
// radii, is so of all.

import { take } from './heap';
import { at, FACES, integerAt, la, lb, lineCount, lt, put, putInteger, SLACK, X, Y } from './layers';
import { crossing, crossingCount, lower, turn, upper, vertexCount, xOf, yOf, radii } from './vertices';

/** Lists of vertices, those of crossing lines first, then those of the faces: where they begin, and what is in them. */
export let listCount: i32 = 0;
export let starts: usize = 0;
export let entries: usize = 0;
/**
 * By place in a list: twice the place of its vertex in the list of the other line through it, and 1 more if who goes along this list has the end of that one to the left.
 */
export let across: usize = 0;

/** By line: the number of its list; whether x grows along it, else y; and the sign by which (b, -a) points along it. */
let listOf: usize = 0;
let growsInX: usize = 0;
let along: usize = 0;
let keys: usize = 0;
let sortedKeys: usize = 0;
let sorted: usize = 0;
let buckets: usize = 0;
/** The place of a vertex in the first list that has it, or none. */
let places: usize = 0;

/** Puts the vertices in order. @returns false if something is not certain, or there is no room */
export function putInOrder(): bool {
  const lines = <usize>lineCount + 4;
  const all = <usize>vertexCount;
  listCount = crossingCount + FACES;
  starts = take((lines + 2) << 2);
  entries = take(all << 3);
  across = take(all << 3);
  places = take(all << 2);
  listOf = take(lines << 2);
  growsInX = take(lines);
  along = take(lines);
  const longest = lines + 8;
  keys = take(longest << 3);
  sortedKeys = take(longest << 3);
  sorted = take(longest << 2);
  buckets = take((longest + 2) << 2);
  if (buckets === 0) return false;
  for (let c = 0; c < listCount; c++) if (!orient(c)) return false;
  distribute();
  for (let c = 0; c < listCount; c++) if (!sort(c)) return false;
  join();
  return true;
}

/** The line of a list. */
// @ts-ignore: decorator
@inline
export function lineOf(c: i32): i32 {
  return c < crossingCount ? integerAt(crossing, c) : lineCount + c - crossingCount;
}

function orient(c: i32): bool {
  const l = lineOf(c);
  putInteger(listOf, l, c);
  const a = at(la, l);
  const b = at(lb, l);
  const isX = Math.abs(b) * Y >= Math.abs(a) * X;
  store<u8>(growsInX + <usize>l, <u8>isX);
  store<i8>(along + <usize>l, (isX ? b > 0 : a < 0) ? 1 : -1);
  // Its larger coefficient has a sign.
  return (isX ? Math.abs(b) * Y : Math.abs(a) * X) > at(lt, l) * SLACK;
}

/** Brings the vertices into the lists, in any order. */
function distribute(): void {
  memory.fill(starts, 0, (<usize>listCount + 2) << 2);
  for (let v = 0; v < vertexCount; v++) {
    const first = starts + ((<usize>integerAt(listOf, integerAt(lower, v)) + 2) << 2);
    store<i32>(first, load<i32>(first) + 1);
    const second = starts + ((<usize>integerAt(listOf, integerAt(upper, v)) + 2) << 2);
    store<i32>(second, load<i32>(second) + 1);
  }
  for (let c = 1; c <= listCount; c++) putInteger(starts, c + 1, integerAt(starts, c + 1) + integerAt(starts, c));
  for (let v = 0; v < vertexCount; v++) {
    enter(integerAt(listOf, integerAt(lower, v)), v);
    enter(integerAt(listOf, integerAt(upper, v)), v);
  }
}

// @ts-ignore: decorator
@inline
function enter(c: i32, v: i32): void {
  const next = integerAt(starts, c + 1);
  putInteger(entries, next, v);
  putInteger(starts, c + 1, next + 1);
}

/** Sorts a list: by buckets, then by insertion. */
function sort(c: i32): bool {
  const begin = integerAt(starts, c);
  const count = integerAt(starts, c + 1) - begin;
  const list = entries + (<usize>begin << 2);
  const isX = load<u8>(growsInX + <usize>lineOf(c)) !== 0;
  let least: f64 = Infinity;
  let most: f64 = -Infinity;
  for (let i = 0; i < count; i++) {
    const v = integerAt(list, i);
    const key = isX ? xOf(v) : yOf(v);
    put(keys, i, key);
    if (key < least) least = key;
    if (key > most) most = key;
  }
  const scale = most > least ? <f64>(count - 1) / (most - least) : 0;
  if (!(scale < Infinity)) return false;
  memory.fill(buckets, 0, (<usize>count + 2) << 2);
  for (let i = 0; i < count; i++) {
    const bucket = buckets + (<usize>bucketOf(i, least, scale, count) << 2);
    store<i32>(bucket, load<i32>(bucket, 4) + 1, 4);
  }
  for (let i = 1; i < count; i++) putInteger(buckets, i, integerAt(buckets, i) + integerAt(buckets, i - 1));
  for (let i = 0; i < count; i++) {
    const bucket = bucketOf(i, least, scale, count);
    const to = integerAt(buckets, bucket);
    putInteger(buckets, bucket, to + 1);
    put(sortedKeys, to, at(keys, i));
    putInteger(sorted, to, integerAt(list, i));
  }
  for (let i = 0; i < count; i++) insert(list, i);
  return areApart(list, count, isX ? X : Y);
}

// @ts-ignore: decorator
@inline
function bucketOf(i: i32, least: f64, scale: f64, count: i32): i32 {
  return min(<i32>((at(keys, i) - least) * scale), count - 1);
}

// @ts-ignore: decorator
@inline
function insert(list: usize, i: i32): void {
  const key = at(sortedKeys, i);
  const v = integerAt(sorted, i);
  let to = i;
  for (; to > 0 && at(keys, to - 1) > key; to--) {
    put(keys, to, at(keys, to - 1));
    putInteger(list, to, integerAt(list, to - 1));
  }
  put(keys, to, key);
  putInteger(list, to, v);
}

function areApart(list: usize, count: i32, scale: f64): bool {
  let before = at(radii, integerAt(list, 0));
  for (let i = 1; i < count; i++) {
    const radius = at(radii, integerAt(list, i));
    if (!(at(keys, i) - at(keys, i - 1) > (before + radius) * scale * SLACK)) return false;
    before = radius;
  }
  return true;
}

/** Joins the two places of each vertex. */
function join(): void {
  memory.fill(places, 0xff, <usize>vertexCount << 2);
  for (let c = 0; c < listCount; c++) {
    const l = lineOf(c);
    const end = integerAt(starts, c + 1);
    const points = load<i8>(along + <usize>l);
    for (let e = integerAt(starts, c); e < end; e++) {
      const v = integerAt(entries, e);
      const other = integerAt(places, v);
      if (other < 0) {
        putInteger(places, v, e);
        // Until the other one is known, which way this list goes.
        putInteger(across, e, points);
        continue;
      }
      // The sign of the determinant of the lower line and the upper one, as far as they go along their lists; this is one of the two.
      const side = load<i8>(turn + <usize>v) * points * integerAt(across, other);
      const isLeft = i32(side > 0 === (integerAt(lower, v) === l));
      putInteger(across, e, 2 * other + isLeft);
      putInteger(across, other, 2 * e + 1 - isLeft);
    }
  }
}
