// AssemblyScript, not TypeScript: the walk below a node for problems in two variables of which only the count is wanted.
// src/walk/traverse.ts and src/engines/planar state what is computed here, step by step and bit for bit; the names are theirs.
// src/walk/layer/planar.ts tells where everything lies.

import { accumulate, enclose, finish } from './layer';

export { accumulate, enclose, finish, reserve } from './layer';

/** Exact answers, and what the walk asks and tells. */
// @ts-ignore: decorator
@external('env', 'isZero')
declare function isZero(layer: i32, neuron: i32): i32;
// @ts-ignore: decorator
@external('env', 'exactSign')
declare function exactSign(layer: i32, neuron: i32, vertex: i32): i32;
// @ts-ignore: decorator
@external('env', 'stop')
declare function stop(): i32;
// @ts-ignore: decorator
@external('env', 'open')
declare function open(length: i32): void;

const POSITIVE: i32 = 1;
const NEGATIVE: i32 = 2;
const BOTH: i32 = 3;
const UNDECIDED: i32 = 4;
const CUT: i32 = 2;
/** Bytes of a row, of a frame, and of what is known of a layer. */
const ROW: usize = 32;
const FRAME: usize = 40;
const LAYER: usize = 80;
const FACES: i32 = 4;

let layers: usize = 0;
let layerCount: i32 = 0;
let lineRows: usize = 0;
let lineThreshold: usize = 0;
let lineSpan: usize = 0;
let lineSide: usize = 0;
let lineLayer: usize = 0;
let lineNeuron: usize = 0;
let throughOrigin: usize = 0;
let xs: usize = 0;
let ys: usize = 0;
let radii: usize = 0;
let isOrigin: usize = 0;
let firsts: usize = 0;
let seconds: usize = 0;
let isNew: usize = 0;
let ringVertex: usize = 0;
let ringEdge: usize = 0;
let from: usize = 0;
let vertexCount: usize = 0;
let frames: usize = 0;
let values: usize = 0;
let signs: usize = 0;
let cuts: usize = 0;
let taken: usize = 0;
let tallies: usize = 0;
let entered: usize = 0;
let stale: usize = 0;
let settled: usize = 0;
let box: usize = 0;
let centres: usize = 0;
let reaches: usize = 0;
let magnitudes: usize = 0;
let lowestX: f64 = 0;
let highestX: f64 = 0;
let lowestY: f64 = 0;
let highestY: f64 = 0;
let magnitudeX: f64 = 0;
let magnitudeY: f64 = 0;
let lost: f64 = 0;
let unit: f64 = 0;
let SLACK: f64 = 0;
let tiny: f64 = 0;

let depth: i32 = 0;
let vertexTotal: i32 = 0;
let takenCount: i32 = 0;
let left: f64 = 0;
let asks: i32 = 0;
let stopped: i32 = 0;
let byBounds: f64 = 0;
let byPoints: f64 = 0;
let exactly: f64 = 0;

/** Reads the table of places and the constants. */
export function setUp(places: usize, count: i32, constants: usize): void {
  layerCount = count;
  layers = load<usize>(places);
  lineRows = load<usize>(places, 4);
  lineThreshold = load<usize>(places, 8);
  lineSpan = load<usize>(places, 12);
  lineSide = load<usize>(places, 16);
  lineLayer = load<usize>(places, 20);
  lineNeuron = load<usize>(places, 24);
  throughOrigin = load<usize>(places, 28);
  xs = load<usize>(places, 32);
  ys = load<usize>(places, 36);
  radii = load<usize>(places, 40);
  isOrigin = load<usize>(places, 44);
  firsts = load<usize>(places, 48);
  seconds = load<usize>(places, 52);
  isNew = load<usize>(places, 56);
  ringVertex = load<usize>(places, 60);
  ringEdge = load<usize>(places, 64);
  from = load<usize>(places, 68);
  vertexCount = load<usize>(places, 72);
  frames = load<usize>(places, 76);
  values = load<usize>(places, 80);
  signs = load<usize>(places, 84);
  cuts = load<usize>(places, 88);
  taken = load<usize>(places, 92);
  tallies = load<usize>(places, 96);
  entered = load<usize>(places, 100);
  stale = load<usize>(places, 104);
  settled = load<usize>(places, 108);
  box = load<usize>(places, 112);
  centres = load<usize>(places, 116);
  reaches = load<usize>(places, 120);
  magnitudes = load<usize>(places, 124);
  lowestX = load<f64>(constants);
  highestX = load<f64>(constants, 8);
  lowestY = load<f64>(constants, 16);
  highestY = load<f64>(constants, 24);
  magnitudeX = load<f64>(constants, 32);
  magnitudeY = load<f64>(constants, 40);
  lost = load<f64>(constants, 48);
  unit = load<f64>(constants, 56);
  SLACK = load<f64>(constants, 64);
  tiny = load<f64>(constants, 72);
}

/** What is known of a layer; see `layerPlaces` in planar.ts. */
// @ts-ignore: decorator
@inline
function layerAt(layer: i32): usize {
  return layers + <usize>layer * LAYER;
}

// @ts-ignore: decorator
@inline
function signBeyond(value: f64, bound: f64): i32 {
  return <i32>(value > bound) - <i32>(value < -bound);
}

// @ts-ignore: decorator
@inline
function double(array: usize, index: i32): f64 {
  return load<f64>(array + (<usize>index << 3));
}

// @ts-ignore: decorator
@inline
function setDouble(array: usize, index: i32, value: f64): void {
  store<f64>(array + (<usize>index << 3), value);
}

// @ts-ignore: decorator
@inline
function integer(array: usize, index: i32): i32 {
  return load<i32>(array + (<usize>index << 2));
}

// @ts-ignore: decorator
@inline
function setInteger(array: usize, index: i32, value: i32): void {
  store<i32>(array + (<usize>index << 2), value);
}

/** `sideOfBox`, then `sideByVertices`. */
function side(layer: i32, neuron: i32): i32 {
  const at = layerAt(layer);
  const row = load<usize>(at, 12) + <usize>neuron * ROW;
  const frame = frames + <usize>depth * FRAME;
  const a = load<f64>(row);
  const b = load<f64>(row, 8);
  const c = load<f64>(row, 16);
  const threshold = double(load<usize>(at, 24), neuron);
  const centre = a * load<f64>(frame) + b * load<f64>(frame, 8) + c;
  const reach = abs(a) * load<f64>(frame, 16) + abs(b) * load<f64>(frame, 24) + 8 * threshold;
  const bounded = signBeyond(centre, reach);
  if (bounded != 0) {
    byBounds += 1;
    return bounded;
  }
  return sideByVertices(layer, neuron);
}

function sideByVertices(layer: i32, neuron: i32): i32 {
  const at = layerAt(layer);
  const row = load<usize>(at, 12) + <usize>neuron * ROW;
  const a = load<f64>(row);
  const b = load<f64>(row, 8);
  const c = load<f64>(row, 16);
  const threshold = double(load<usize>(at, 24), neuron);
  const span = double(load<usize>(at, 20), neuron) + threshold;
  const limit = (threshold + load<f64>(frames + <usize>depth * FRAME, 32) * span) * SLACK;
  const end = integer(from, depth + 1);
  let seen: i32 = 0;
  for (let i = integer(from, depth); i < end; i++) {
    const v = integer(ringVertex, i);
    const value = a * double(xs, v) + b * double(ys, v) + c;
    seen |= value > limit ? POSITIVE : value < -limit ? NEGATIVE : UNDECIDED;
    if ((seen & BOTH) == BOTH) break;
  }
  if ((seen & BOTH) != BOTH && (seen & UNDECIDED) != 0) {
    if (seen == UNDECIDED && isZero(layer, neuron) != 0) {
      exactly += 1;
      return 0;
    }
    return sideExactly(layer, neuron);
  }
  byPoints += 1;
  if ((seen & BOTH) == BOTH) return CUT;
  return seen == POSITIVE ? 1 : -1;
}

function sideExactly(layer: i32, neuron: i32): i32 {
  let seen: i32 = 0;
  let neededExact = false;
  const end = integer(from, depth + 1);
  for (let i = integer(from, depth); i < end; i++) {
    const v = integer(ringVertex, i);
    let sign = doubleSign(layer, neuron, v);
    if (sign == 0) {
      neededExact = true;
      sign = exactSign(layer, neuron, v);
    }
    seen |= sign > 0 ? POSITIVE : sign < 0 ? NEGATIVE : 0;
    if (seen == BOTH) break;
  }
  if (neededExact) exactly += 1;
  else byPoints += 1;
  if (seen == BOTH) return CUT;
  return seen == POSITIVE ? 1 : seen == NEGATIVE ? -1 : 0;
}

function doubleSign(layer: i32, neuron: i32, v: i32): i32 {
  const at = layerAt(layer);
  const row = load<usize>(at, 12) + <usize>neuron * ROW;
  const value = load<f64>(row) * double(xs, v) + load<f64>(row, 8) * double(ys, v) + load<f64>(row, 16);
  const threshold = double(load<usize>(at, 24), neuron);
  const limit = (threshold + double(radii, v) * (double(load<usize>(at, 20), neuron) + threshold)) * SLACK;
  return signBeyond(value, limit);
}

function descend(layer: i32, neuron: i32, taking: i32): void {
  const line = FACES + depth;
  push(line, layer, neuron, taking);
  const count = signsOfRing(layer, neuron, taking);
  depth++;
  cutRing(line, count);
  setInteger(vertexCount, depth, vertexTotal);
  bound();
}

function push(line: i32, layer: i32, neuron: i32, taking: i32): void {
  const at = layerAt(layer);
  const row = load<usize>(at, 12) + <usize>neuron * ROW;
  const error = double(load<usize>(at, 24), neuron);
  const to = lineRows + <usize>line * 24;
  store<f64>(to, load<f64>(row));
  store<f64>(to, load<f64>(row, 8), 8);
  store<f64>(to, load<f64>(row, 16), 16);
  setDouble(lineThreshold, line, error);
  setDouble(lineSpan, line, (double(load<usize>(at, 20), neuron) + error) * SLACK);
  store<i8>(lineSide + line, <i8>taking);
  setInteger(lineLayer, line, layer);
  setInteger(lineNeuron, line, neuron);
  store<i8>(throughOrigin + line, load<i8>(load<usize>(at, 56) + neuron));
}

function signsOfRing(layer: i32, neuron: i32, taking: i32): i32 {
  const at = layerAt(layer);
  const row = load<usize>(at, 12) + <usize>neuron * ROW;
  const start = integer(from, depth);
  const count = integer(from, depth + 1) - start;
  const factor = <f64>taking;
  const a = factor * load<f64>(row);
  const b = factor * load<f64>(row, 8);
  const c = factor * load<f64>(row, 16);
  const threshold = double(load<usize>(at, 24), neuron);
  const span = double(load<usize>(at, 20), neuron) + threshold;
  const limit = (threshold + load<f64>(frames + <usize>depth * FRAME, 32) * span) * SLACK;
  for (let i = 0; i < count; i++) {
    const v = integer(ringVertex, start + i);
    const value = a * double(xs, v) + b * double(ys, v) + c;
    setDouble(values, i, value);
    let sign = signBeyond(value, limit);
    if (sign == 0) {
      sign = doubleSign(layer, neuron, v);
      if (sign == 0) sign = exactSign(layer, neuron, v);
      sign *= taking;
    }
    store<i8>(signs + i, <i8>sign);
  }
  return count;
}

function cutRing(line: i32, count: i32): void {
  const start = integer(from, depth - 1);
  let end = integer(from, depth);
  for (let i = 0; i < count; i++) {
    const j = i + 1 < count ? i + 1 : 0;
    const here = <i32>load<i8>(signs + i);
    const next = <i32>load<i8>(signs + j);
    if (here >= 0) {
      setInteger(ringVertex, end, integer(ringVertex, start + i));
      setInteger(ringEdge, end++, here == 0 && next < 0 ? line : integer(ringEdge, start + i));
    }
    if (here * next < 0) {
      const p = integer(ringVertex, start + i);
      const q = integer(ringVertex, start + j);
      const t = double(values, i) / (double(values, i) - double(values, j));
      setInteger(ringVertex, end, addCrossing(integer(ringEdge, start + i), line, p, q, t));
      setInteger(ringEdge, end++, here > 0 ? line : integer(ringEdge, start + i));
    }
  }
  setInteger(from, depth + 1, end);
}

function addCrossing(edge: i32, crease: i32, p: i32, q: i32, t: f64): i32 {
  const id = vertexTotal;
  const part: f64 = t > 0 ? min(t, 1.0) : 0;
  setDouble(xs, id, double(xs, p) + part * (double(xs, q) - double(xs, p)));
  setDouble(ys, id, double(ys, p) + part * (double(ys, q) - double(ys, p)));
  cross(edge, crease);
  return id;
}

function cross(h: i32, g: i32): void {
  const id = vertexTotal++;
  setInteger(firsts, id, h);
  setInteger(seconds, id, g);
  store<i8>(isNew + id, 1);
  const atOrigin = load<i8>(throughOrigin + h) & load<i8>(throughOrigin + g);
  store<i8>(isOrigin + id, <i8>atOrigin);
  if (atOrigin == 1) {
    setDouble(xs, id, 0);
    setDouble(ys, id, 0);
    setDouble(radii, id, 0);
    return;
  }
  setDouble(xs, id, min(highestX, max(lowestX, double(xs, id))));
  setDouble(ys, id, min(highestY, max(lowestY, double(ys, id))));
  setDouble(radii, id, radiusOf(h, g, double(xs, id), double(ys, id)));
}

function radiusOf(h: i32, g: i32, x: f64, y: f64): f64 {
  const rowH = lineRows + <usize>h * 24;
  const rowG = lineRows + <usize>g * 24;
  const h1 = load<f64>(rowH);
  const h2 = load<f64>(rowH, 8);
  const g1 = load<f64>(rowG);
  const g2 = load<f64>(rowG, 8);
  const thresholdH = double(lineThreshold, h);
  const thresholdG = double(lineThreshold, g);
  const spanH = double(lineSpan, h);
  const spanG = double(lineSpan, g);
  const determinant = h1 * magnitudeX * (g2 * magnitudeY) - h2 * magnitudeY * (g1 * magnitudeX);
  const uncertain = thresholdH * spanG + thresholdG * spanH;
  const least = abs(determinant) - uncertain * SLACK - lost;
  if (!(least > 0)) return Infinity;
  const offH = abs(h1 * x + h2 * y + load<f64>(rowH, 16)) + thresholdH;
  const offG = abs(g1 * x + g2 * y + load<f64>(rowG, 16)) + thresholdG;
  return ((spanG * offH + spanH * offG + lost) / least) * SLACK;
}

function bound(): void {
  const start = integer(from, depth);
  const end = integer(from, depth + 1);
  const f = integer(ringVertex, start);
  let west = double(xs, f);
  let east = west;
  let bottom = double(ys, f);
  let top = bottom;
  let widest = double(radii, f);
  for (let i = start + 1; i < end; i++) {
    const v = integer(ringVertex, i);
    west = min(west, double(xs, v));
    east = max(east, double(xs, v));
    bottom = min(bottom, double(ys, v));
    top = max(top, double(ys, v));
    widest = max(widest, double(radii, v));
  }
  const frame = frames + <usize>depth * FRAME;
  const margin: f64 = widest < 1 ? widest + unit : Infinity;
  store<f64>(frame, west / 2 + east / 2);
  store<f64>(frame, bottom / 2 + top / 2, 8);
  store<f64>(frame, (east / 2 - west / 2 + margin * magnitudeX) * SLACK + tiny, 16);
  store<f64>(frame, (top / 2 - bottom / 2 + margin * magnitudeY) * SLACK + tiny, 24);
  store<f64>(frame, widest, 32);
}

function exhausted(): bool {
  if (stopped == 0) stopped = <i32>(left <= 0 || (asks != 0 && stop() != 0));
  return stopped != 0;
}

/** `Walk.layer`. */
function enterLayer(layer: i32, begin: i32): void {
  if (layer == layerCount) {
    left -= 1;
    setDouble(tallies, 3, double(tallies, 3) + 1);
    return;
  }
  const at = layerAt(layer);
  const width = load<i32>(at);
  const bends = load<usize>(at, 4);
  const unbent = load<usize>(at, 8);
  const sides = load<usize>(at, 28);
  setDouble(entered, layer, double(entered, layer) + 1);
  store<i8>(stale + layer, 1);
  const frame = frames + <usize>depth * FRAME;
  for (let i: usize = 0; i < 32; i += 8) store<f64>(box + i, load<f64>(frame + i));
  enclose(load<usize>(at, 12), width, 4, 2, 2, box, load<usize>(at, 24), 8, centres, reaches);
  let end = begin;
  let count = 0;
  for (let neuron = 0; neuron < width; neuron++) {
    if (load<u8>(bends + neuron) == 0) store<i8>(sides + neuron, unbent == 0 ? 1 : load<i8>(unbent + neuron));
    else {
      let verdict = signBeyond(double(centres, neuron), double(reaches, neuron));
      if (verdict != 0) byBounds += 1;
      else verdict = sideByVertices(layer, neuron);
      if (verdict == CUT) {
        setInteger(cuts, end++, neuron);
        continue;
      }
      store<i8>(sides + neuron, <i8>verdict);
    }
    setInteger(settled, count++, neuron);
  }
  const biases: usize = layer + 1 < layerCount ? load<usize>(layerAt(layer + 1), 40) : 0;
  branch(layer, 0, begin, end, settle(layer, 0, begin == end, count, biases));
}

function settle(layer: i32, level: i32, complete: bool, count: i32, sums: usize): usize {
  if (layer + 1 == layerCount) return 0;
  const below = layerAt(layer);
  const at = layerAt(layer + 1);
  const width = load<i32>(at);
  const target: usize = complete ? load<usize>(at, 12) : load<usize>(at, 44) + <usize>level * <usize>width * ROW;
  const added = accumulate(
    target,
    sums,
    settled,
    count,
    load<usize>(below, 28),
    load<usize>(at, 32),
    load<usize>(at, 36),
    width,
    4,
    3,
    load<usize>(below, 12),
    load<usize>(below, 16),
    load<usize>(below, 20),
    load<f64>(at, 64),
  );
  return added != 0 ? target : sums;
}

function branch(layer: i32, level: i32, begin: i32, end: i32, sums: usize): void {
  if (begin == end) {
    if (layer + 1 < layerCount) finishRows(layer + 1, sums);
    enterLayer(layer + 1, end);
    return;
  }
  towards(-1, layer, level, begin, end, sums);
  towards(1, layer, level, begin, end, sums);
}

function finishRows(layer: i32, sums: usize): void {
  const at = layerAt(layer);
  const width = load<i32>(at);
  const rows = load<usize>(at, 12);
  if (sums != rows) memory.copy(rows, sums, <usize>width * ROW);
  const mass = load<usize>(at, 20);
  finish(rows, width, 4, 2, magnitudes, unit, SLACK, load<f64>(at, 72), mass, load<usize>(at, 16), load<usize>(at, 24));
}

function towards(taking: i32, layer: i32, level: i32, begin: i32, end: i32, sums: usize): void {
  store<i8>(taken + takenCount, <i8>taking);
  if (exhausted()) open(takenCount + 1);
  else child(taking, layer, level, begin, end, sums);
}

function child(taking: i32, layer: i32, level: i32, begin: i32, end: i32, sums: usize): void {
  const at = layerAt(layer);
  const sides = load<usize>(at, 28);
  const first = load<usize>(at, 48);
  const sign = load<usize>(at, 52);
  const chosen = begin + ((end - begin) >> 1);
  const neuron = integer(cuts, chosen);
  descend(layer, neuron, taking);
  takenCount++;
  store<i8>(sides + neuron, <i8>taking);
  let last = end;
  let count = 0;
  setInteger(settled, count++, neuron);
  for (let k = begin; k < end; k++) {
    if (k == chosen) continue;
    const other = integer(cuts, k);
    let verdict: i32;
    if (first != 0 && integer(first, other) == integer(first, neuron)) {
      verdict = <i32>load<i8>(sign + other) * <i32>load<i8>(sign + neuron) * taking;
      exactly += 1;
    } else {
      verdict = side(layer, other);
      if (verdict == CUT) {
        setInteger(cuts, last++, other);
        continue;
      }
    }
    store<i8>(sides + other, <i8>verdict);
    setInteger(settled, count++, other);
  }
  branch(layer, level + 1, end, last, settle(layer, level + 1, last == end, count, sums));
  takenCount--;
  depth--;
  vertexTotal = integer(vertexCount, depth);
}

/** What was decided so far goes where it can be read. */
export function tell(): void {
  setDouble(tallies, 0, double(tallies, 0) + byBounds);
  setDouble(tallies, 1, double(tallies, 1) + byPoints);
  setDouble(tallies, 2, double(tallies, 2) + exactly);
  byBounds = 0;
  byPoints = 0;
  exactly = 0;
}

/** `Walk.branch`, and everything below. Returns whether it was stopped. */
export function subtree(
  layer: i32,
  level: i32,
  end: i32,
  sums: usize,
  atDepth: i32,
  vertices: i32,
  budget: f64,
  asking: i32,
): i32 {
  depth = atDepth;
  vertexTotal = vertices;
  left = budget;
  asks = asking;
  stopped = 0;
  takenCount = 0;
  branch(layer, level, 0, end, sums);
  tell();
  return stopped;
}
