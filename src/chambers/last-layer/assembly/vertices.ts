// AssemblyScript, not TypeScript: where the lines of a rectangle cross each other and its faces.
//
// A line crosses the rectangle if and only if corners lie on both sides of it, and two lines cross inside if and only if the ends of the one, where it leaves the
// rectangle, lie on both sides of the other. A vertex is held as a point with a radius (Lemmas 3 and 4 of engines/planar/vertices.ts).

import { Bounded } from './bounds';
import { take } from './heap';
import {
  at,
  FACES,
  integerAt,
  la,
  lb,
  lc,
  lineCount,
  lost,
  ls,
  lt,
  put,
  putInteger,
  sideOf,
  SLACK,
  UNDERFLOW,
  UNIT,
  withinX,
  withinY,
  X,
  Y,
} from './layers';

/** The lines that cross the rectangle, and how many of them there are. */
export let crossing: usize = 0;
export let crossingCount: i32 = 0;
/** Vertices: the corners, the two ends of each line, and the crossings of lines; x and y, and radii. */
export let vertexCount: i32 = 0;
export let points: usize = 0;
export let radii: usize = 0;
/** Of a vertex: the two lines or faces that cross there, and the sign of their determinant. */
export let lower: usize = 0;
export let upper: usize = 0;
export let turn: usize = 0;
/** How many signs were told. */
export let told: f64 = 0;

/** The rows, thresholds and spans of the lines that cross the rectangle, one behind the other. */
let ca: usize = 0;
let cb: usize = 0;
let cc: usize = 0;
let ct: usize = 0;
let cs: usize = 0;

export function addTold(count: f64): void {
  told += count;
}

/** The faces of the rectangle as lines. */
export function placeFaces(x0: f64, x1: f64, y0: f64, y1: f64): void {
  for (let face = 0; face < FACES; face++) {
    const isX = face < 2;
    const bound = face == 0 ? x0 : face == 1 ? x1 : face == 2 ? y0 : y1;
    const mass = (isX ? X : Y) + Math.abs(bound);
    const l = lineCount + face;
    const threshold = 6 * UNIT * mass * SLACK + 8 * (1 + mass) * UNDERFLOW;
    put(la, l, isX ? 1 : 0);
    put(lb, l, isX ? 0 : 1);
    put(lc, l, -bound);
    put(lt, l, threshold);
    put(ls, l, (mass + threshold) * SLACK);
  }
}

/** Notes a vertex where two lines cross. @returns false if that is not certain */
function cross(i: i32, j: i32): bool {
  const h1 = at(la, i);
  const h2 = at(lb, i);
  const h3 = at(lc, i);
  const g1 = at(la, j);
  const g2 = at(lb, j);
  const g3 = at(lc, j);
  const scale = 1 / (h1 * g2 - h2 * g1);
  const x = withinX((h2 * g3 - h3 * g2) * scale);
  const y = withinY((h3 * g1 - h1 * g3) * scale);
  const determinant = h1 * X * (g2 * Y) - h2 * Y * (g1 * X);
  const hs = at(ls, i);
  const gs = at(ls, j);
  const ht = at(lt, i);
  const gt = at(lt, j);
  const least = Math.abs(determinant) - (ht * gs + gt * hs) * SLACK - lost;
  // Not a number is not certain either.
  if (!(least > 0) || !(Math.abs(x + y) < Infinity)) return false;
  const offH = Math.abs(h1 * x + h2 * y + h3) + ht;
  const offG = Math.abs(g1 * x + g2 * y + g3) + gt;
  return note(x, y, ((gs * offH + hs * offG + lost) / least) * SLACK, i, j, determinant > 0 ? 1 : -1);
}

// @ts-ignore: decorator
@inline
export function xOf(v: i32): f64 {
  return load<f64>(points + (<usize>v << 4));
}

// @ts-ignore: decorator
@inline
export function yOf(v: i32): f64 {
  return load<f64>(points + (<usize>v << 4), 8);
}

// @ts-ignore: decorator
@inline
function note(x: f64, y: f64, radius: f64, i: i32, j: i32, side: i32): bool {
  const v = vertexCount++;
  const point = points + (<usize>v << 4);
  store<f64>(point, x);
  store<f64>(point, y, 8);
  put(radii, v, radius);
  putInteger(lower, v, i);
  putInteger(upper, v, j);
  store<i8>(turn + <usize>v, <i8>side);
  return true;
}

/** Finds the vertices of a rectangle. @returns false if something is not certain, or there is no room */
export function findVertices(box: Bounded, x0: f64, x1: f64, y0: f64, y1: f64): bool {
  const lines = <usize>box.lineCount + 4;
  const most = (lines * (lines - 1)) / 2 + 2 * lines + 8;
  crossing = take(lines << 2);
  ca = take(lines << 3);
  cb = take(lines << 3);
  cc = take(lines << 3);
  ct = take(lines << 3);
  cs = take(lines << 3);
  points = take(most << 4);
  radii = take(most << 3);
  lower = take(most << 2);
  upper = take(most << 2);
  turn = take(most);
  if (turn === 0) return false;
  vertexCount = 0;
  crossingCount = 0;
  placeFaces(x0, x1, y0, y1);
  return placeCorners(x0, x1, y0, y1) && findEnds(box, x0, x1, y0, y1) && findCrossings();
}

/** Counterclockwise: where left and bottom, bottom and right, right and top, top and left meet. */
function placeCorners(x0: f64, x1: f64, y0: f64, y1: f64): bool {
  const face = lineCount;
  // Determinants of (1, 0) and (0, 1), and the other way round.
  note(x0, y0, 0, face, face + 2, 1);
  note(x1, y0, 0, face + 2, face + 1, -1);
  note(x1, y1, 0, face + 1, face + 3, 1);
  return note(x0, y1, 0, face + 3, face, -1);
}

function findEnds(box: Bounded, x0: f64, x1: f64, y0: f64, y1: f64): bool {
  for (let i = 0; i < box.lineCount; i++) {
    const l = integerAt(box.lines, i);
    const first = sideOf(l, x0, y0, 0);
    const second = sideOf(l, x1, y0, 0);
    const third = sideOf(l, x1, y1, 0);
    const last = sideOf(l, x0, y1, 0);
    if (first * second * third * last === 0) return false;
    const before = vertexCount;
    if (first !== second && !cross(l, lineCount + 2)) return false;
    if (second !== third && !cross(l, lineCount + 1)) return false;
    if (third !== last && !cross(l, lineCount + 3)) return false;
    if (last !== first && !cross(l, lineCount)) return false;
    if (vertexCount === before) continue;
    if (vertexCount !== before + 2) return false;
    const c = crossingCount++;
    putInteger(crossing, c, l);
    put(ca, c, at(la, l));
    put(cb, c, at(lb, l));
    put(cc, c, at(lc, l));
    put(ct, c, at(lt, l));
    put(cs, c, at(ls, l));
  }
  told += 4 * <f64>box.lineCount;
  return true;
}

/** The sides of a point with respect to two lines: not certain of one of them if a bit of `certain` is 0. */
let certain: i32 = 0;

// @ts-ignore: decorator
@inline
function sides(place: usize, x: f64, y: f64, r: f64): i32 {
  const value = f64x2.add(
    f64x2.add(
      f64x2.mul(v128.load(ca + place), f64x2.splat(x)),
      f64x2.mul(v128.load(cb + place), f64x2.splat(y)),
    ),
    v128.load(cc + place),
  );
  const error = f64x2.mul(
    f64x2.add(v128.load(ct + place), f64x2.mul(v128.load(cs + place), f64x2.splat(r))),
    f64x2.splat(SLACK),
  );
  certain &= i64x2.bitmask(f64x2.gt(f64x2.abs(value), error));
  return i64x2.bitmask(value);
}

function findCrossings(): bool {
  for (let c = 1; c < crossingCount; c++) {
    const l = integerAt(crossing, c);
    const p = 2 * c + 4;
    const px = xOf(p);
    const py = yOf(p);
    const pr = at(radii, p);
    const qx = xOf(p + 1);
    const qy = yOf(p + 1);
    const qr = at(radii, p + 1);
    for (let d = 0; d < c; d += 2) {
      certain = 3;
      const differ = sides(<usize>d << 3, px, py, pr) ^ sides(<usize>d << 3, qx, qy, qr);
      if (certain !== 3 && ((certain & 1) === 0 || d + 1 < c)) return false;
      if ((differ & 1) !== 0 && !cross(integerAt(crossing, d), l)) return false;
      if ((differ & 2) !== 0 && d + 1 < c && !cross(integerAt(crossing, d + 1), l)) return false;
    }
  }
  told += <f64>crossingCount * <f64>(crossingCount - 1);
  return true;
}
