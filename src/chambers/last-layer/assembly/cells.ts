// AssemblyScript, not TypeScript: the cells of the lines of a rectangle, walked around, and the curves that cross in each.
//
// In a cell curves are chords. Two of them cross inside if and only if their ends alternate around the cell. Three that meet in a point cross pairwise, and the sign of the third one
// where two cross is that of a determinant of the values of all three at three corners.

import { take } from './heap';
import { FACES, integerAt, lineCount, lost, putInteger, SLACK, UNIT } from './layers';
import { mark } from './bounds';
import { crossed, curvesAlong } from './edges';
import { across, entries, listCount, starts } from './order';
import { error, evaluate, placeAt, value } from './signs';
import { crossingCount } from './vertices';

/** Crossings of curves. */
export let curvePoints: f64 = 0;

/** One bit for each edge and direction: whether the cell to the left of it has been walked around. */
let walked: usize = 0;
/** The corners of the cell, by their places in lists. */
let corners: usize = 0;
let cornerCount: i32 = 0;
/** The curves that cross the cell, in the order of their first ends; the edge of that end; and which ones they cross, as bits. */
let chordCount: i32 = 0;
let chords: usize = 0;
let beside: usize = 0;
let crossings: usize = 0;
/** Of a chord: 1 if its values are told, these at three corners, and how far they may be off. */
let values: usize = 0;
const VALUES: usize = 56;
/** Bytes of the bits of a chord. */
let row: usize = 0;
/** Those of which the second end is still to come, by their numbers. */
let open: usize = 0;
let openCount: i32 = 0;
let crossingsHere: i32 = 0;

/** Counts the points in which curves cross inside of cells. @param curves how many there are @returns false if that is not certain, or there is no room */
export function countCurvePoints(curves: i32): bool {
  const edges = integerAt(starts, listCount);
  const bytes = ((<usize>edges * 2) >> 3) + 8;
  walked = take(bytes);
  corners = take((<usize>lineCount + 8) << 2);
  const most = <usize>curves + 1;
  chords = take(most << 2);
  beside = take(most << 2);
  open = take(most << 2);
  values = take(most * VALUES);
  row = ((most + 63) >> 6) << 3;
  crossings = take(most * row);
  if (crossings === 0) return false;
  memory.fill(walked, 0, bytes);
  curvePoints = 0;
  for (let c = 0; c < listCount; c++) {
    const last = integerAt(starts, c + 1) - 1;
    for (let e = integerAt(starts, c); e < last; e++) {
      if (integerAt(crossed, e) === integerAt(crossed, e + 1)) continue;
      // Left and bottom, right and top: inside is to the left of one direction.
      const face = c - crossingCount;
      if (face !== 0 && face !== 3 && !isWalked(e, 1) && !walkAround(e, 1)) return false;
      if (face !== 1 && face !== 2 && !isWalked(e, 0) && !walkAround(e, 0)) return false;
    }
  }
  return true;
}

// @ts-ignore: decorator
@inline
function isWalked(e: i32, forward: i32): bool {
  const bit = 2 * e + forward;
  return ((load<u8>(walked + (<usize>bit >> 3)) >> (<u8>bit & 7)) & 1) !== 0;
}

// @ts-ignore: decorator
@inline
function noteWalked(e: i32, forward: i32): void {
  const bit = 2 * e + forward;
  const byte = walked + (<usize>bit >> 3);
  store<u8>(byte, load<u8>(byte) | (<u8>1 << (<u8>bit & 7)));
}

/** Walks around the cell to the left of the edge behind entry e. @param forward 1 along its list, 0 against it */
function walkAround(first: i32, firstForward: i32): bool {
  let e = first;
  let forward = firstForward;
  cornerCount = 0;
  chordCount = 0;
  openCount = 0;
  crossingsHere = 0;
  const most = lineCount + FACES;
  do {
    if (cornerCount > most) return false;
    noteWalked(e, forward);
    const begin = integerAt(crossed, e);
    const end = integerAt(crossed, e + 1);
    if (forward !== 0) {
      for (let i = begin; i < end; i++) meet(integerAt(curvesAlong, i), e);
    } else {
      for (let i = end - 1; i >= begin; i--) meet(integerAt(curvesAlong, i), e);
    }
    // The next edge is to the left, on the other list through the vertex ahead.
    putInteger(corners, cornerCount++, e + forward);
    const next = integerAt(across, e + forward);
    forward = i32((next & 1) === forward);
    e = (next >> 1) - 1 + forward;
  } while (e !== first || forward !== firstForward);
  if (openCount !== 0) return false;
  curvePoints += <f64>crossingsHere;
  return crossingsHere < 3 || areApart();
}

/** Meets an end of a chord. */
function meet(curve: i32, e: i32): void {
  for (let o = 0; o < openCount; o++) {
    const chord = integerAt(open, o);
    if (integerAt(chords, chord) !== curve) continue;
    openCount--;
    // Those that began later and have not ended cross it.
    for (; o < openCount; o++) {
      const other = integerAt(open, o + 1);
      putInteger(open, o, other);
      mark(crossings + <usize>other * row, chord);
      crossingsHere++;
    }
    return;
  }
  putInteger(chords, chordCount, curve);
  putInteger(beside, chordCount, e);
  store<i32>(values + <usize>chordCount * VALUES, 0);
  memory.fill(crossings + <usize>chordCount * row, 0, row);
  putInteger(open, openCount++, chordCount++);
}

/** Whether no three chords of the cell meet in a point. */
function areApart(): bool {
  for (let k = 2; k < chordCount; k++) {
    const withK = crossings + <usize>k * row;
    for (let l = k - 1; l > 0; l--) {
      if (((load<u64>(withK + (<usize>(l >> 6) << 3)) >> (l & 63)) & 1) === 0) continue;
      const withL = crossings + <usize>l * row;
      for (let w: usize = 0; w <= <usize>(l >> 6) << 3; w += 8) {
        let both = load<u64>(withK + w) & load<u64>(withL + w);
        for (; both !== 0; both &= both - 1) if (!isApart(k, l, <i32>((w << 3) + <usize>ctz(both)))) return false;
      }
    }
  }
  return true;
}

/** Tells the values of a chord at three corners, far apart, where they are not told yet: affine functions on the plane are told by them. */
function tell(chord: i32): usize {
  const to = values + <usize>chord * VALUES;
  if (load<i32>(to) !== 0) return to;
  store<i32>(to, 1);
  const curve = integerAt(chords, chord);
  const e = integerAt(beside, chord);
  const p = integerAt(entries, e);
  let known = p;
  let place = placeAt(p, curve);
  if (place < 0) place = placeAt((known = integerAt(entries, e + 1)), curve);
  for (let i = 0; i < 3; i++) {
    const v = integerAt(entries, integerAt(corners, (i * cornerCount) / 3));
    const own = placeAt(v, curve);
    if (own >= 0) evaluate(v, curve, v, own);
    else evaluate(v, curve, known, place);
    store<f64>(to + (<usize>i << 3), value, 8);
    store<f64>(to + (<usize>i << 3), error, 32);
  }
  return to;
}

/** Whether chord m is certain not to pass where chords k and l cross. */
function isApart(k: i32, l: i32, m: i32): bool {
  const atK = tell(k);
  const atL = tell(l);
  const atM = tell(m);
  const a = load<f64>(atK, 8);
  const b = load<f64>(atK, 16);
  const c = load<f64>(atK, 24);
  const d = load<f64>(atL, 8);
  const e = load<f64>(atL, 16);
  const f = load<f64>(atL, 24);
  const g = load<f64>(atM, 8);
  const h = load<f64>(atM, 16);
  const i = load<f64>(atM, 24);
  const oa = load<f64>(atK, 32);
  const ob = load<f64>(atK, 40);
  const oc = load<f64>(atK, 48);
  const od = load<f64>(atL, 32);
  const oe = load<f64>(atL, 40);
  const on = load<f64>(atL, 48);
  const og = load<f64>(atM, 32);
  const oh = load<f64>(atM, 40);
  const oi = load<f64>(atM, 48);
  const ma = Math.abs(a) + oa;
  const mb = Math.abs(b) + ob;
  const mc = Math.abs(c) + oc;
  const md = Math.abs(d) + od;
  const me = Math.abs(e) + oe;
  const mf = Math.abs(f) + on;
  const mg = Math.abs(g) + og;
  const mh = Math.abs(h) + oh;
  const mi = Math.abs(i) + oi;
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  // The permanent of what the entries may be, with one row exchanged for its errors.
  const bound =
    permanent(oa, ob, oc, md, me, mf, mg, mh, mi) +
    permanent(ma, mb, mc, od, oe, on, mg, mh, mi) +
    permanent(ma, mb, mc, md, me, mf, og, oh, oi) +
    16 * UNIT * permanent(ma, mb, mc, md, me, mf, mg, mh, mi);
  return Math.abs(determinant) > bound * SLACK + lost;
}

/** Of the matrix with rows stu, vwx, yzo. */
function permanent(s: f64, t: f64, u: f64, v: f64, w: f64, x: f64, y: f64, z: f64, o: f64): f64 {
  return s * (w * o + x * z) + t * (v * o + x * y) + u * (v * z + w * y);
}
