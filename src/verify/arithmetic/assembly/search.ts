// AssemblyScript, not TypeScript: compiled by `asc` to src/verify/arithmetic/wasm.ts; src/checker/arithmetic.ts (forms) and
// src/verify/arithmetic/simplex.ts (programs) state what is computed here, bit for bit. Arrays are byte offsets here.

// Forms: all numbers are integers below 2^53, so that sums are exact in any order.

/** target := weights times the active rows of the source. */
export function product(
  target: usize,
  source: usize,
  columns: i32,
  weights: usize,
  outputs: i32,
  inputs: i32,
  active: usize,
  count: i32,
): void {
  const bytes: usize = <usize>columns << 3;
  const wide: usize = bytes & ~63;
  const pairs: usize = bytes & ~15;
  for (let k = 0; k < outputs; k++) {
    const row: usize = weights + (<usize>(k * inputs) << 3);
    const to: usize = target + <usize>k * bytes;
    let i: usize = 0;
    for (; i < wide; i += 64) {
      let a = f64x2.splat(0);
      let b = f64x2.splat(0);
      let c = f64x2.splat(0);
      let d = f64x2.splat(0);
      for (let j = 0; j < count; j++) {
        const at: usize = load<i32>(active + (<usize>j << 2));
        const w = v128.load_splat<f64>(row + (at << 3));
        const from: usize = source + at * bytes + i;
        a = f64x2.add(a, f64x2.mul(w, v128.load(from)));
        b = f64x2.add(b, f64x2.mul(w, v128.load(from, 16)));
        c = f64x2.add(c, f64x2.mul(w, v128.load(from, 32)));
        d = f64x2.add(d, f64x2.mul(w, v128.load(from, 48)));
      }
      v128.store(to + i, a);
      v128.store(to + i, b, 16);
      v128.store(to + i, c, 32);
      v128.store(to + i, d, 48);
    }
    for (; i < pairs; i += 16) {
      let a = f64x2.splat(0);
      for (let j = 0; j < count; j++) {
        const at: usize = load<i32>(active + (<usize>j << 2));
        a = f64x2.add(a, f64x2.mul(v128.load_splat<f64>(row + (at << 3)), v128.load(source + at * bytes + i)));
      }
      v128.store(to + i, a);
    }
    if (i < bytes) {
      let a: f64 = 0;
      for (let j = 0; j < count; j++) {
        const at: usize = load<i32>(active + (<usize>j << 2));
        a += load<f64>(row + (at << 3)) * load<f64>(source + at * bytes + i);
      }
      store<f64>(to + i, a);
    }
  }
}

/** target := weights times a vector: of every row the even places, the odd ones, both, and the last of an odd number. */
export function times(target: usize, weights: usize, vector: usize, outputs: i32, inputs: i32): void {
  const pairs: usize = <usize>(inputs & ~1) << 3;
  const row: usize = <usize>inputs << 3;
  let k = 0;
  // Four rows at a time: none waits for its last sum.
  for (; k + 4 <= outputs; k += 4) {
    let a = f64x2.splat(0);
    let b = f64x2.splat(0);
    let c = f64x2.splat(0);
    let d = f64x2.splat(0);
    let j: usize = 0;
    for (; j < pairs; j += 16) {
      const v = v128.load(vector + j);
      const at: usize = weights + j;
      a = f64x2.add(a, f64x2.mul(v128.load(at), v));
      b = f64x2.add(b, f64x2.mul(v128.load(at + row), v));
      c = f64x2.add(c, f64x2.mul(v128.load(at + 2 * row), v));
      d = f64x2.add(d, f64x2.mul(v128.load(at + 3 * row), v));
    }
    const to: usize = target + (<usize>k << 3);
    const isOdd = (inputs & 1) != 0;
    const last: f64 = isOdd ? load<f64>(vector + j) : 0;
    const at: usize = weights + j;
    store<f64>(to, whole(a, at, last, isOdd));
    store<f64>(to, whole(b, at + row, last, isOdd), 8);
    store<f64>(to, whole(c, at + 2 * row, last, isOdd), 16);
    store<f64>(to, whole(d, at + 3 * row, last, isOdd), 24);
    weights += 4 * row;
  }
  for (; k < outputs; k++) {
    let sum = f64x2.splat(0);
    let j: usize = 0;
    for (; j < pairs; j += 16) sum = f64x2.add(sum, f64x2.mul(v128.load(weights + j), v128.load(vector + j)));
    const isOdd = (inputs & 1) != 0;
    const last: f64 = isOdd ? load<f64>(vector + j) : 0;
    store<f64>(target + (<usize>k << 3), whole(sum, weights + j, last, isOdd));
    weights += row;
  }
}

// @ts-ignore: decorator
@inline
function whole(sum: v128, at: usize, last: f64, isOdd: bool): f64 {
  const both = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  return isOdd ? both + load<f64>(at) * last : both;
}

/** target := the sum of the rows of weights times their factors, those left out that are 0. */
export function pull(target: usize, weights: usize, factors: usize, outputs: i32, inputs: i32): void {
  const row: usize = <usize>inputs << 3;
  memory.fill(target, 0, row);
  for (let k = 0; k < outputs; k++) {
    const factor = load<f64>(factors + (<usize>k << 3));
    if (factor != 0) addMultiple(target, weights, inputs, factor);
    weights += row;
  }
}

/** sums := the sums of the magnitudes of rows. */
export function rowMagnitudes(sums: usize, at: usize, rows: i32, columns: i32): void {
  const pairs: usize = <usize>(columns & ~1) << 3;
  for (let k = 0; k < rows; k++) {
    let sum = f64x2.splat(0);
    const end: usize = at + pairs;
    for (; at < end; at += 16) sum = f64x2.add(sum, f64x2.abs(v128.load(at)));
    let all = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
    if (columns & 1) {
      all += abs(load<f64>(at));
      at += 8;
    }
    store<f64>(sums + (<usize>k << 3), all);
  }
}

/** target := floor(source factor + 1/2). */
// @ts-ignore: decorator
@inline
function scaled(target: usize, source: usize, count: i32, factor: f64): void {
  const f = f64x2.splat(factor);
  const half = f64x2.splat(0.5);
  const pairs: usize = <usize>(count & ~1) << 3;
  let i: usize = 0;
  for (; i < pairs; i += 16) {
    v128.store(target + i, f64x2.floor(f64x2.add(f64x2.mul(v128.load(source + i), f), half)));
  }
  if (count & 1) store<f64>(target + i, floor(load<f64>(source + i) * factor + 0.5));
}

/** values := floor(values factor + 1/2). */
export function scale(values: usize, count: i32, factor: f64): void {
  scaled(values, values, count, factor);
}

/** Rows of more columns: target := floor(source factor + 1/2) with a factor for every row, and zeros in the new columns. */
export function bendRows(
  target: usize,
  source: usize,
  factors: usize,
  rows: i32,
  columns: i32,
  wider: i32,
): void {
  const own: usize = <usize>columns << 3;
  const all: usize = <usize>wider << 3;
  for (let k = 0; k < rows; k++) {
    const factor = load<f64>(factors + (<usize>k << 3));
    if (factor == 0) memory.fill(target, 0, all);
    else {
      if (factor == 1) memory.copy(target, source, own);
      else scaled(target, source, columns, factor);
      if (all > own) memory.fill(target + own, 0, all - own);
    }
    source += own;
    target += all;
  }
}

// Programs.

let A: usize = 0;
let objective: usize = 0;
let value: usize = 0;
let basicValue: usize = 0;
let nonbasic: usize = 0;
let basic: usize = 0;
let noise: f64 = 0;
let objectiveValue: f64 = 0;
let pivots: i32 = 0;

export function layout(
  AAt: usize,
  objectiveAt: usize,
  valueAt: usize,
  basicValueAt: usize,
  nonbasicAt: usize,
  basicAt: usize,
  noiseIs: f64,
): void {
  A = AAt;
  objective = objectiveAt;
  value = valueAt;
  basicValue = basicValueAt;
  nonbasic = nonbasicAt;
  basic = basicAt;
  noise = noiseIs;
}

export function pivotsMade(): i32 {
  return pivots;
}

export function valueIs(): f64 {
  return objectiveValue;
}

export function setValue(to: f64): void {
  objectiveValue = to;
}

/** target += factor source. */
// @ts-ignore: decorator
@inline
function addMultiple(target: usize, source: usize, count: i32, factor: f64): void {
  const f = f64x2.splat(factor);
  const pairs: usize = <usize>(count & ~1) << 3;
  let i: usize = 0;
  for (; i < pairs; i += 16) {
    v128.store(target + i, f64x2.add(v128.load(target + i), f64x2.mul(f, v128.load(source + i))));
  }
  if (count & 1) store<f64>(target + i, load<f64>(target + i) + factor * load<f64>(source + i));
}

export function express(data: usize, n: i32, m: i32, sFactor: f64, target: usize): f64 {
  const columns = n + 1;
  let sum = load<f64>(data + (<usize>n << 3));
  for (let j = 0; j < columns; j++) {
    const v = load<i32>(nonbasic + (<usize>j << 2));
    const c = v < n ? load<f64>(data + (<usize>v << 3)) : v == n ? -sFactor : 0;
    store<f64>(target + (<usize>j << 3), c);
    sum += c * load<f64>(value + (<usize>j << 3));
  }
  for (let i = 0; i < m; i++) {
    const v = load<i32>(basic + (<usize>i << 2));
    const c = v < n ? load<f64>(data + (<usize>v << 3)) : v == n ? -sFactor : 0;
    if (c == 0) continue;
    sum += c * load<f64>(basicValue + (<usize>i << 3));
    addMultiple(target, A + (<usize>(i * columns) << 3), columns, c);
  }
  return sum;
}

/** Moves nonbasic variable j. */
function shift(j: i32, columns: i32, m: i32, move: f64): void {
  let at: usize = A + (<usize>j << 3);
  const stride: usize = <usize>columns << 3;
  for (let i = 0; i < m; i++) {
    const b: usize = basicValue + (<usize>i << 3);
    store<f64>(b, load<f64>(b) + load<f64>(at) * move);
    at += stride;
  }
  objectiveValue += load<f64>(objective + (<usize>j << 3)) * move;
}

function exchange(leaving: i32, entering: i32, n: i32, m: i32, move: f64, leavesAt: f64): void {
  const columns = n + 1;
  const stride: usize = <usize>columns << 3;
  const e: usize = <usize>entering << 3;
  pivots++;
  shift(entering, columns, m, move);
  const p: usize = A + <usize>leaving * stride;
  const inverse = 1 / load<f64>(p + e);
  for (let j: usize = 0; j < stride; j += 8) store<f64>(p + j, load<f64>(p + j) * -inverse);
  store<f64>(p + e, inverse);
  let at: usize = A;
  for (let i = 0; i < m; i++, at += stride) {
    if (i == leaving) continue;
    const a = load<f64>(at + e);
    if (a == 0) continue;
    store<f64>(at + e, 0);
    addMultiple(at, p, columns, a);
  }
  const d = load<f64>(objective + e);
  store<f64>(objective + e, 0);
  addMultiple(objective, p, columns, d);
  const enters = load<f64>(value + e) + move;
  const variable = load<i32>(nonbasic + (<usize>entering << 2));
  store<i32>(nonbasic + (<usize>entering << 2), load<i32>(basic + (<usize>leaving << 2)));
  store<f64>(value + e, leavesAt);
  store<i32>(basic + (<usize>leaving << 2), variable);
  store<f64>(basicValue + (<usize>leaving << 3), enters);
}

export function ascend(n: i32, m: i32, isFree: bool, enough: f64, steps: i32): void {
  for (let s = 0; s < steps && objectiveValue <= enough; s++) if (!step(n, m, isFree)) return;
}

function step(n: i32, m: i32, isFree: bool): bool {
  const columns = n + 1;
  let entering = -1;
  let best = noise;
  for (let j = 0; j < columns; j++) {
    const d = load<f64>(objective + (<usize>j << 3));
    const gain = load<i32>(nonbasic + (<usize>j << 2)) < n ? -d * load<f64>(value + (<usize>j << 3)) : d;
    if (gain > best) {
      best = gain;
      entering = j;
    }
  }
  if (entering < 0) return false;
  const isSymbol = load<i32>(nonbasic + (<usize>entering << 2)) < n;
  const sense: f64 = isSymbol ? -load<f64>(value + (<usize>entering << 3)) : 1;
  let most: f64 = isSymbol ? 2 : Infinity;
  let leaving = -1;
  let size: f64 = 0;
  let leavesAt: f64 = 0;
  for (let i = 0; i < m; i++) {
    const v = load<i32>(basic + (<usize>i << 2));
    if (v == n && isFree) continue;
    const a = load<f64>(A + (<usize>(i * columns + entering) << 3)) * sense;
    const magnitude = abs(a);
    if (magnitude < noise) continue;
    let room: f64;
    let end: f64;
    if (a < 0) {
      end = v < n ? -1 : 0;
      room = (load<f64>(basicValue + (<usize>i << 3)) - end) / magnitude;
    } else {
      if (v >= n) continue;
      end = 1;
      room = (1 - load<f64>(basicValue + (<usize>i << 3))) / magnitude;
    }
    if (room < 0) room = 0;
    if (room < most || (room == most && magnitude > size)) {
      most = room;
      leaving = i;
      size = magnitude;
      leavesAt = end;
    }
  }
  if (most == Infinity) return false;
  if (leaving >= 0) exchange(leaving, entering, n, m, sense * most, leavesAt);
  else {
    shift(entering, columns, m, sense * most);
    const at: usize = value + (<usize>entering << 3);
    store<f64>(at, -load<f64>(at));
  }
  return true;
}

export function repair(n: i32, m: i32, steps: i32): bool {
  const columns = n + 1;
  for (let s = 0; s < steps; s++) {
    let row = -1;
    let worst = noise;
    let end: f64 = 0;
    for (let i = 0; i < m; i++) {
      const v = load<i32>(basic + (<usize>i << 2));
      const x = load<f64>(basicValue + (<usize>i << 3));
      if (v == n) continue;
      const low: f64 = v < n ? -1 : 0;
      if (low - x > worst) {
        worst = low - x;
        row = i;
        end = low;
      } else if (v < n && x - 1 > worst) {
        worst = x - 1;
        row = i;
        end = 1;
      }
    }
    if (row < 0) return true;
    if (!settle(row, end, n, m)) return false;
  }
  return false;
}

function settle(row: i32, end: f64, n: i32, m: i32): bool {
  const columns = n + 1;
  const at: usize = A + (<usize>(row * columns) << 3);
  const x: usize = basicValue + (<usize>row << 3);
  const rises = load<f64>(x) < end;
  for (let flips = 0; flips <= columns; flips++) {
    let entering = -1;
    let best: f64 = Infinity;
    let size: f64 = 0;
    for (let j = 0; j < columns; j++) {
      const a = load<f64>(at + (<usize>j << 3));
      const magnitude = abs(a);
      if (magnitude < noise) continue;
      const sense: f64 = load<i32>(nonbasic + (<usize>j << 2)) < n ? -load<f64>(value + (<usize>j << 3)) : 1;
      if (a * sense > 0 != rises) continue;
      const ratio = abs(load<f64>(objective + (<usize>j << 3))) / magnitude;
      if (ratio < best || (ratio == best && magnitude > size)) {
        best = ratio;
        entering = j;
        size = magnitude;
      }
    }
    if (entering < 0) return false;
    const move = (end - load<f64>(x)) / load<f64>(at + (<usize>entering << 3));
    if (load<i32>(nonbasic + (<usize>entering << 2)) >= n || abs(move) <= 2) {
      exchange(row, entering, n, m, move, end);
      return true;
    }
    const place: usize = value + (<usize>entering << 3);
    shift(entering, columns, m, -2 * load<f64>(place));
    store<f64>(place, -load<f64>(place));
  }
  return false;
}
