// AssemblyScript, not TypeScript: compiled by `asc` to src/walk/layer/wasm.ts; see src/walk/layer/arithmetic.ts,
// whose plain functions state what is computed here, bit for bit. Arguments named in capitals there are byte offsets here.

/** What a neuron adds: its weights' column, and its row with its slack in the place of the accumulated bound. */
let columns: usize = 0;
let sources: usize = 0;

/** Room for the columns and rows of as many neurons as the widest layer has. */
export function reserve(columnsAt: usize, sourcesAt: usize): void {
  columns = columnsAt;
  sources = sourcesAt;
}

/** Collects the contributions of settled neurons; returns how many there are. */
function gather(
  settled: usize,
  count: i32,
  sides: usize,
  plus: usize,
  minus: usize,
  width: i32,
  stride: i32,
  bound: i32,
  data: usize,
  error: usize,
  mass: usize,
  unit: f64,
): i32 {
  let found: i32 = 0;
  const rowBytes: usize = <usize>stride << 3;
  for (let i = 0; i < count; i++) {
    const neuron: usize = load<i32>(settled + (<usize>i << 2));
    const side = load<i8>(sides + neuron);
    const weights: usize = side > 0 ? plus : side < 0 ? minus : 0;
    if (weights == 0) continue;
    store<usize>(columns + (<usize>found << 2), weights + ((neuron * <usize>width) << 3));
    const to: usize = sources + <usize>found * rowBytes;
    memory.copy(to, data + neuron * rowBytes, rowBytes);
    const slack = load<f64>(error + (neuron << 3)) + unit * load<f64>(mass + (neuron << 3));
    store<f64>(to + (<usize>bound << 3), slack);
    found++;
  }
  return found;
}

/** The factor of the last vector of a row: the bound's lane has |w|. */
// @ts-ignore: decorator
@inline
function lastFactor(w: f64, boundIsHigh: bool): v128 {
  const both = f64x2.splat(w);
  return boundIsHigh ? f64x2.replace_lane(both, 1, abs(w)) : f64x2.replace_lane(both, 0, abs(w));
}

/** Adds contributions to rows of four entries. */
function addFour(to: usize, from: usize, width: i32, found: i32, boundIsHigh: bool): void {
  for (let k = 0; k < width; k++) {
    const at: usize = <usize>k << 5;
    let a = v128.load(from + at);
    let b = v128.load(from + at, 16);
    for (let c = 0; c < found; c++) {
      const w = load<f64>(load<usize>(columns + (<usize>c << 2)) + (<usize>k << 3));
      const source: usize = sources + (<usize>c << 5);
      a = f64x2.add(a, f64x2.mul(f64x2.splat(w), v128.load(source)));
      b = f64x2.add(b, f64x2.mul(lastFactor(w, boundIsHigh), v128.load(source, 16)));
    }
    v128.store(to + at, a);
    v128.store(to + at, b, 16);
  }
}

function addSix(to: usize, from: usize, width: i32, found: i32, boundIsHigh: bool): void {
  for (let k = 0; k < width; k++) {
    const at: usize = <usize>k * 48;
    let a = v128.load(from + at);
    let b = v128.load(from + at, 16);
    let d = v128.load(from + at, 32);
    for (let c = 0; c < found; c++) {
      const w = load<f64>(load<usize>(columns + (<usize>c << 2)) + (<usize>k << 3));
      const source: usize = sources + <usize>c * 48;
      const both = f64x2.splat(w);
      a = f64x2.add(a, f64x2.mul(both, v128.load(source)));
      b = f64x2.add(b, f64x2.mul(both, v128.load(source, 16)));
      d = f64x2.add(d, f64x2.mul(lastFactor(w, boundIsHigh), v128.load(source, 32)));
    }
    v128.store(to + at, a);
    v128.store(to + at, b, 16);
    v128.store(to + at, d, 32);
  }
}

function addEight(to: usize, from: usize, width: i32, found: i32, boundIsHigh: bool): void {
  for (let k = 0; k < width; k++) {
    const at: usize = <usize>k << 6;
    let a = v128.load(from + at);
    let b = v128.load(from + at, 16);
    let d = v128.load(from + at, 32);
    let e = v128.load(from + at, 48);
    for (let c = 0; c < found; c++) {
      const w = load<f64>(load<usize>(columns + (<usize>c << 2)) + (<usize>k << 3));
      const source: usize = sources + (<usize>c << 6);
      const both = f64x2.splat(w);
      a = f64x2.add(a, f64x2.mul(both, v128.load(source)));
      b = f64x2.add(b, f64x2.mul(both, v128.load(source, 16)));
      d = f64x2.add(d, f64x2.mul(both, v128.load(source, 32)));
      e = f64x2.add(e, f64x2.mul(lastFactor(w, boundIsHigh), v128.load(source, 48)));
    }
    v128.store(to + at, a);
    v128.store(to + at, b, 16);
    v128.store(to + at, d, 32);
    v128.store(to + at, e, 48);
  }
}

/** Rows of any even number of entries, vector by vector. */
function addAny(to: usize, from: usize, width: i32, stride: i32, found: i32, boundIsHigh: bool): void {
  const rowBytes: usize = <usize>stride << 3;
  const last: usize = rowBytes - 16;
  for (let k = 0; k < width; k++) {
    const at: usize = <usize>k * rowBytes;
    for (let v: usize = 0; v <= last; v += 16) {
      let a = v128.load(from + at + v);
      for (let c = 0; c < found; c++) {
        const w = load<f64>(load<usize>(columns + (<usize>c << 2)) + (<usize>k << 3));
        const factor = v == last ? lastFactor(w, boundIsHigh) : f64x2.splat(w);
        a = f64x2.add(a, f64x2.mul(factor, v128.load(sources + <usize>c * rowBytes + v)));
      }
      v128.store(to + at + v, a);
    }
  }
}

/** `accumulate`: returns 0 and leaves TO alone if no neuron contributes. */
export function accumulate(
  to: usize,
  from: usize,
  settled: usize,
  count: i32,
  sides: usize,
  plus: usize,
  minus: usize,
  width: i32,
  stride: i32,
  bound: i32,
  data: usize,
  error: usize,
  mass: usize,
  unit: f64,
): i32 {
  const found = gather(settled, count, sides, plus, minus, width, stride, bound, data, error, mass, unit);
  if (found == 0) return 0;
  const boundIsHigh = (bound & 1) != 0;
  if (stride == 4) addFour(to, from, width, found, boundIsHigh);
  else if (stride == 6) addSix(to, from, width, found, boundIsHigh);
  else if (stride == 8) addEight(to, from, width, found, boundIsHigh);
  else addAny(to, from, width, stride, found, boundIsHigh);
  return 1;
}

/** `finish`. */
export function finish(
  data: usize,
  width: i32,
  stride: i32,
  variables: i32,
  magnitude: usize,
  unit: f64,
  slack: f64,
  tiny: f64,
  mass: usize,
  error: usize,
  threshold: usize,
): void {
  for (let k = 0; k < width; k++) {
    const row: usize = data + ((<usize>k * <usize>stride) << 3);
    const constant: usize = row + (<usize>variables << 3);
    let sum = abs(load<f64>(constant));
    for (let i = 0; i < variables; i++) {
      sum += abs(load<f64>(row + (<usize>i << 3))) * load<f64>(magnitude + (<usize>i << 3));
    }
    const e = load<f64>(constant, 8) * slack + tiny;
    store<f64>(mass + (<usize>k << 3), sum);
    store<f64>(error + (<usize>k << 3), e);
    store<f64>(threshold + (<usize>k << 3), (e + unit * sum) * slack + tiny);
  }
}

/** `enclose`. */
export function enclose(
  data: usize,
  width: i32,
  stride: i32,
  variables: i32,
  active: i32,
  box: usize,
  threshold: usize,
  times: f64,
  centre: usize,
  reach: usize,
): void {
  const half: usize = box + (<usize>active << 3);
  for (let k = 0; k < width; k++) {
    const row: usize = data + ((<usize>k * <usize>stride) << 3);
    let c = load<f64>(row + (<usize>variables << 3));
    let r = times * load<f64>(threshold + (<usize>k << 3));
    for (let i = 0; i < active; i++) {
      const a = load<f64>(row + (<usize>i << 3));
      c += a * load<f64>(box + (<usize>i << 3));
      r += abs(a) * load<f64>(half + (<usize>i << 3));
    }
    store<f64>(centre + (<usize>k << 3), c);
    store<f64>(reach + (<usize>k << 3), r);
  }
}
