// AssemblyScript, not TypeScript: the two layers, as src/chambers/last-layer/layers.ts has them, and the rectangle in work.

/** UNIT_ROUNDOFF and SLACK of src/exact/sign.ts, which alone says what they are, and what underflow loses in an operation there. */
export let UNIT: f64 = 0;
export let SLACK: f64 = 0;
export let UNDERFLOW: f64 = 0;
export const FACES: i32 = 4;

/** Lines: rows, thresholds and spans; the faces of the rectangle, left, right, bottom and top, stand behind them. */
export let lineCount: i32 = 0;
export let la: usize = 0;
export let lb: usize = 0;
export let lc: usize = 0;
export let lt: usize = 0;
export let ls: usize = 0;
/** Curves: errors and reaches; how far the weights of lines are from their means, `stride` bytes per line. */
export let curveCount: i32 = 0;
export let ce: usize = 0;
export let cr: usize = 0;
export let bend: usize = 0;
export let stride: usize = 0;
/** The box. */
export let X: f64 = 0;
export let Y: f64 = 0;
export let lost: f64 = 0;
let outerX0: f64 = 0;
let outerX1: f64 = 0;
let outerY0: f64 = 0;
let outerY1: f64 = 0;

export function holdErrors(unit: f64, slack: f64, underflow: f64): void {
  UNIT = unit;
  SLACK = slack;
  UNDERFLOW = underflow;
}

export function holdLines(count: i32, a: usize, b: usize, c: usize, threshold: usize, span: usize): void {
  lineCount = count;
  la = a;
  lb = b;
  lc = c;
  lt = threshold;
  ls = span;
}

export function holdCurves(count: i32, error: usize, reach: usize, bends: usize, bytes: usize): void {
  curveCount = count;
  ce = error;
  cr = reach;
  bend = bends;
  stride = bytes;
}

export function holdBox(x: f64, y: f64, loss: f64, x0: f64, x1: f64, y0: f64, y1: f64): void {
  X = x;
  Y = y;
  lost = loss;
  outerX0 = x0;
  outerX1 = x1;
  outerY0 = y0;
  outerY1 = y1;
}

// @ts-ignore: decorator
@inline
export function at(array: usize, i: i32): f64 {
  return load<f64>(array + (<usize>i << 3));
}

// @ts-ignore: decorator
@inline
export function put(array: usize, i: i32, value: f64): void {
  store<f64>(array + (<usize>i << 3), value);
}

// @ts-ignore: decorator
@inline
export function integerAt(array: usize, i: i32): i32 {
  return load<i32>(array + (<usize>i << 2));
}

// @ts-ignore: decorator
@inline
export function putInteger(array: usize, i: i32, value: i32): void {
  store<i32>(array + (<usize>i << 2), value);
}

/** 1 or -1 if the value, off by at most `bound`, has a certain sign, otherwise 0. */
// @ts-ignore: decorator
@inline
export function signBeyond(value: f64, bound: f64): i32 {
  return i32(value > bound) - i32(value < -bound);
}

/** A line's value at a point. */
// @ts-ignore: decorator
@inline
export function lineAt(l: i32, x: f64, y: f64): f64 {
  return at(la, l) * x + at(lb, l) * y + at(lc, l);
}

/** On which side of a line a point with a radius is; 0 if that is not certain. */
// @ts-ignore: decorator
@inline
export function sideOf(l: i32, x: f64, y: f64, radius: f64): i32 {
  return signBeyond(lineAt(l, x, y), (at(lt, l) + radius * at(ls, l)) * SLACK);
}

/** Cut off to the box. */
// @ts-ignore: decorator
@inline
export function withinX(x: f64): f64 {
  return min(outerX1, max(outerX0, x));
}

// @ts-ignore: decorator
@inline
export function withinY(y: f64): f64 {
  return min(outerY1, max(outerY0, y));
}
