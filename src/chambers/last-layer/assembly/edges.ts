// AssemblyScript, not TypeScript: which curves cross the edges of a rectangle's cells, in order along each.
//
// No line comes between neighbours on a line or face, so each curve crosses the edge between them once if they lie on both sides of it, and not at all if they do not.

import { isThere, take, takeTo, top } from './heap';
import { at, integerAt, lost, put, putInteger, SLACK, UNIT } from './layers';
import { entries, listCount, starts } from './order';
import { above, error, evaluate, placeAt, value, words } from './signs';
import { crossingCount } from './vertices';

/** Where the curves that cross the edge behind each entry of a list begin, and the curves. */
export let crossed: usize = 0;
export let curvesAlong: usize = 0;
/** Where curves cross lines, and where they cross each face. */
export let edgePoints: f64 = 0;
export let facePoints: usize = 0;

/** Of the curves on one edge: values at both ends, their errors, and places. */
let atFirst: usize = 0;
let atLast: usize = 0;
let offFirst: usize = 0;
let offLast: usize = 0;
let places: usize = 0;

/** Finds all of them. @param bits how many curves there are @returns false if their order is not certain, or there is no room */
export function findCurvesAlong(bits: i32): bool {
  const edges = <usize>integerAt(starts, listCount);
  const most = (<usize>bits + 1) << 3;
  crossed = take((edges + 1) << 2);
  facePoints = take(16);
  atFirst = take(most);
  atLast = take(most);
  offFirst = take(most);
  offLast = take(most);
  places = take(most);
  if (places === 0) return false;
  curvesAlong = top();
  edgePoints = 0;
  let next = 0;
  for (let c = 0; c < listCount; c++) {
    const before = next;
    const last = integerAt(starts, c + 1) - 1;
    for (let e = integerAt(starts, c); e < last; e++) {
      putInteger(crossed, e, next);
      if (!isThere(curvesAlong + (<usize>next << 2), most)) return false;
      const count = collect(integerAt(entries, e), integerAt(entries, e + 1), curvesAlong + (<usize>next << 2));
      if (count > 1 && !putInOrder(curvesAlong + (<usize>next << 2), count, e)) return false;
      next += count;
    }
    putInteger(crossed, last, next);
    if (c < crossingCount) edgePoints += <f64>(next - before);
    else putInteger(facePoints, c - crossingCount, next - before);
  }
  takeTo(curvesAlong + (<usize>next << 2));
  return true;
}

/** Collects the curves on both sides of which the two vertices are. */
function collect(p: i32, q: i32, to: usize): i32 {
  const first = above + <usize>p * words;
  const last = above + <usize>q * words;
  let count = 0;
  for (let w: usize = 0; w < words; w += 8) {
    let changed = load<u64>(first + w) ^ load<u64>(last + w);
    for (; changed !== 0; changed &= changed - 1) putInteger(to, count++, <i32>((w << 3) + <usize>ctz(changed)));
  }
  return count;
}

/** Brings the curves on an edge in the order in which they cross it. */
function putInOrder(list: usize, count: i32, e: i32): bool {
  const p = integerAt(entries, e);
  const q = integerAt(entries, e + 1);
  tellValues(list, count, p, q, atFirst, offFirst);
  tellValues(list, count, q, p, atLast, offLast);
  for (let i = 0; i < count; i++) insert(list, i);
  for (let i = 1; i < count; i++) if (!isBefore(i - 1, i)) return false;
  return true;
}

/** Tells the sizes of the values of curves at one end of an edge. */
function tellValues(list: usize, count: i32, v: i32, other: i32, to: usize, off: usize): void {
  for (let i = 0; i < count; i++) {
    const curve = integerAt(list, i);
    const place = placeAt(v, curve);
    if (place >= 0) evaluate(v, curve, v, place);
    else evaluate(v, curve, other, placeAt(other, curve));
    put(to, i, Math.abs(value));
    put(off, i, error);
  }
}

function insert(list: usize, i: i32): void {
  const curve = integerAt(list, i);
  const first = at(atFirst, i);
  const last = at(atLast, i);
  const firstOff = at(offFirst, i);
  const lastOff = at(offLast, i);
  const place = first / (first + last);
  let to = i;
  for (; to > 0 && at(places, to - 1) > place; to--) {
    put(places, to, at(places, to - 1));
    put(atFirst, to, at(atFirst, to - 1));
    put(atLast, to, at(atLast, to - 1));
    put(offFirst, to, at(offFirst, to - 1));
    put(offLast, to, at(offLast, to - 1));
    putInteger(list, to, integerAt(list, to - 1));
  }
  put(places, to, place);
  put(atFirst, to, first);
  put(atLast, to, last);
  put(offFirst, to, firstOff);
  put(offLast, to, lastOff);
  putInteger(list, to, curve);
}

/**
 * Whether curve k is certain to cross an edge before curve l. With the sizes pk, qk and pl, ql of their values at the ends they do so at pk / (pk + qk) and pl / (pl + ql) of the
 * way: if and only if pk ql < pl qk.
 */
function isBefore(k: i32, l: i32): bool {
  const pk = at(atFirst, k);
  const qk = at(atLast, k);
  const pl = at(atFirst, l);
  const ql = at(atLast, l);
  const epk = at(offFirst, k);
  const eqk = at(offLast, k);
  const epl = at(offFirst, l);
  const eql = at(offLast, l);
  const products = 4 * UNIT * (pk * ql + pl * qk);
  const off = pk * eql + ql * epk + epk * eql + pl * eqk + qk * epl + epl * eqk + products;
  return pl * qk - pk * ql > off * SLACK + lost;
}
