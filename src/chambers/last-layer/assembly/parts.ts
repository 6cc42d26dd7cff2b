// AssemblyScript, not TypeScript: the cells of the parts of a rectangle, compiled by `asc` to src/chambers/last-layer/wasm.ts. src/chambers/last-layer/layers.ts says where everything
// lies, count.ts what is counted and why it is exact.

import { beginBounds, bound, boundsBytes, boxAt, pad } from './bounds';
import { countCurvePoints, curvePoints } from './cells';
import { edgePoints, facePoints, findCurvesAlong } from './edges';
import { beginHeap, clearHeap, isThere } from './heap';
import {
  at,
  bend,
  ce,
  cr,
  curveCount,
  FACES,
  integerAt,
  la,
  lb,
  lc,
  lineCount,
  ls,
  lt,
  put,
  putInteger,
  SLACK,
  stride,
} from './layers';
import { listCount, putInOrder, starts } from './order';
import { tellSigns } from './signs';
import { crossingCount, findVertices, told, vertexCount } from './vertices';

export { holdBox, holdCurves, holdErrors, holdLines } from './layers';

/** How deep boxes stand in boxes: those that the rectangle is cut in, and those of its vertices. */
const DEPTHS: i32 = 112;

/** Of the part counted last. */
let lineCellCount: f64 = 0;
let cellCount: f64 = 0;

/** Makes room behind an offset. @returns whether there is any */
export function begin(from: usize): bool {
  const nodes = (from + 15) & ~15;
  const end = nodes + boundsBytes(DEPTHS);
  if (!isThere(nodes, boundsBytes(DEPTHS))) return false;
  beginBounds(nodes, DEPTHS);
  beginHeap(end);
  return true;
}

/**
 * Puts the two layers into the box at depth 0: makes of the weights where lines are positive, `bend`, how far they are from their means with those where lines are negative, and of
 * all of them the errors and reaches of the curves, as layers.ts has them. @param minus 0 if none @param bias the curves' @param lineBends @param curveBends which ones bend, a byte each
 */
export function prepare(minus: usize, bias: usize, lineBends: usize, curveBends: usize, unit: f64, tiny: f64): void {
  const box = boxAt(0);
  const bytes = <usize>curveCount << 3;
  memory.fill(box.ra, 0, bytes);
  memory.fill(box.rb, 0, bytes);
  memory.copy(box.rc, bias, bytes);
  memory.fill(cr, 0, bytes);
  for (let k = 0; k < curveCount; k++) put(ce, k, unit * Math.abs(at(bias, k)) + tiny);
  box.lineCount = 0;
  for (let j = 0; j < lineCount; j++) {
    const isBent = load<u8>(lineBends + <usize>j) !== 0;
    if (isBent) {
      putInteger(box.rows, box.lineCount, <i32>(<usize>j * stride));
      putInteger(box.lines, box.lineCount++, j);
    }
    addLine(j, minus === 0 ? 0 : minus + <usize>j * stride, isBent, unit, tiny);
  }
  box.curveCount = 0;
  for (let k = 0; k < curveCount; k++) {
    const off = at(ce, k) * SLACK;
    put(ce, k, off);
    put(cr, k, (at(cr, k) + off) * SLACK);
    if (load<u8>(curveBends + <usize>k) === 0) continue;
    const to = box.curveCount++;
    putInteger(box.curves, to, k << 3);
    putInteger(box.columns, to, k << 3);
    put(box.ra, to, at(box.ra, k));
    put(box.rb, to, at(box.rb, k));
    put(box.rc, to, at(box.rc, k));
  }
  box.weights = bend;
  pad(box);
}

/** Adds a line's terms to all curves. */
function addLine(j: i32, minus: usize, isBent: bool, unit: f64, tiny: f64): void {
  const box = boxAt(0);
  const a = at(la, j);
  const b = at(lb, j);
  const c = at(lc, j);
  const span = at(ls, j);
  const loss = 3 * at(lt, j) + unit * span;
  const weights = bend + <usize>j * stride;
  for (let k = 0; k < curveCount; k++) {
    const p = at(weights, k);
    const n = minus === 0 ? 0 : at(minus, k);
    const weight = max(Math.abs(p), Math.abs(n));
    put(ce, k, at(ce, k) + (weight * loss + tiny));
    put(cr, k, at(cr, k) + weight * span);
    const mean = isBent ? p / 2 + n / 2 : p;
    put(box.ra, k, at(box.ra, k) + mean * a);
    put(box.rb, k, at(box.rb, k) + mean * b);
    put(box.rc, k, at(box.rc, k) + mean * c);
    put(weights, k, p / 2 - n / 2);
  }
}

export function linesAt(depth: i32): i32 {
  return boxAt(depth).lineCount;
}

export function curvesAt(depth: i32): i32 {
  return boxAt(depth).curveCount;
}

/** Goes from the part at a depth to one in it: what may cut a box around that, its centre and how far it reaches. */
export function descend(depth: i32, x: f64, y: f64, halfX: f64, halfY: f64, isPruned: bool): void {
  bound(boxAt(depth), boxAt(depth + 1), x, y, halfX, halfY, isPruned);
}

/** Counts the part at a depth. @returns false if something is not certain, or there is no room */
export function count(depth: i32, x0: f64, x1: f64, y0: f64, y1: f64): bool {
  const box = boxAt(depth);
  clearHeap();
  if (!findVertices(box, x0, x1, y0, y1) || !putInOrder() || !tellSigns(depth)) return false;
  if (!findCurvesAlong(box.curveCount) || !countCurvePoints(box.curveCount)) return false;
  const crossings = <f64>(vertexCount - 2 * crossingCount - FACES);
  lineCellCount = 1 + <f64>crossingCount + crossings;
  let ends = 0;
  for (let face = 0; face < FACES; face++) ends += integerAt(facePoints, face);
  cellCount = lineCellCount + edgePoints + curvePoints + <f64>ends / 2;
  return true;
}

export function lineCells(): f64 {
  return lineCellCount;
}

export function cells(): f64 {
  return cellCount;
}

/** Where lines cross a face. */
export function linePoints(face: i32): i32 {
  const list = listCount - FACES + face;
  return integerAt(starts, list + 1) - integerAt(starts, list) - 2;
}

/** Where lines and curves do. */
export function points(face: i32): i32 {
  return linePoints(face) + integerAt(facePoints, face);
}

/** How many signs were told. */
export function signs(): f64 {
  return told;
}
