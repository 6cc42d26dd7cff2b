// AssemblyScript, not TypeScript: compiled by `asc` to src/chambers/lines/wasm.ts; src/chambers/lines/arithmetic.ts states what is
// computed here, bit for bit. Arguments named in capitals there are byte offsets here.

/** How many lines the last `meet` was not certain about. */
let doubts: i32 = 0;

export function doubtful(): i32 {
  return doubts;
}

/** Notes a line: as a point if it certainly crosses, in doubt if nothing is certain. */
// @ts-ignore: decorator
@inline
function note(j: i32, t: f64, crosses: bool, isCertain: bool, points: i32, place: usize, line: usize, doubt: usize): i32 {
  store<f64>(place + (<usize>points << 3), t);
  store<i32>(line + (<usize>points << 2), j);
  store<i32>(doubt + (<usize>doubts << 2), j);
  doubts += i32(!isCertain);
  return points + i32(crosses);
}

export function meet(
  k: i32,
  a: usize,
  b: usize,
  c: usize,
  fromX: f64,
  fromY: f64,
  fromZ: f64,
  toX: f64,
  toY: f64,
  toZ: f64,
  error: f64,
  least: f64,
  place: usize,
  line: usize,
  doubt: usize,
): i32 {
  doubts = 0;
  let points: i32 = 0;
  const fx = f64x2.splat(fromX);
  const fy = f64x2.splat(fromY);
  const fz = f64x2.splat(fromZ);
  const tx = f64x2.splat(toX);
  const ty = f64x2.splat(toY);
  const tz = f64x2.splat(toZ);
  const off = f64x2.splat(error);
  const short = f64x2.splat(least);
  // One line more than there are is looked at where k is odd, and not noted.
  for (let j = 0; j < k; j += 2) {
    const at: usize = <usize>j << 3;
    const x = v128.load(a + at);
    const y = v128.load(b + at);
    const z = v128.load(c + at);
    const from = f64x2.add(f64x2.add(f64x2.mul(x, fx), f64x2.mul(y, fy)), f64x2.mul(z, fz));
    const to = f64x2.add(f64x2.add(f64x2.mul(x, tx), f64x2.mul(y, ty)), f64x2.mul(z, tz));
    const start = f64x2.abs(from);
    const length = f64x2.abs(f64x2.sub(from, to));
    const t = f64x2.div(start, length);
    const isTold = v128.and(f64x2.gt(start, off), f64x2.gt(f64x2.abs(to), off));
    const differ = v128.xor(from, to);
    const opposite = i64x2.lt_s(differ, i64x2.splat(0));
    const crosses = i64x2.bitmask(v128.and(v128.and(isTold, opposite), f64x2.ge(length, short)));
    const certain = crosses | i64x2.bitmask(v128.andnot(isTold, opposite));
    points = note(j, f64x2.extract_lane(t, 0), (crosses & 1) != 0, (certain & 1) != 0, points, place, line, doubt);
    if (j + 1 < k) {
      points = note(j + 1, f64x2.extract_lane(t, 1), (crosses & 2) != 0, (certain & 2) != 0, points, place, line, doubt);
    }
  }
  return points;
}

/** Marks buckets that share points; returns 0 if there are none. */
function share(points: i32, place: usize, scale: f64, near: f64, taken: usize, shared: usize): i32 {
  const bytes: usize = ((<usize>scale >> 5) + 1) << 2;
  memory.fill(taken, 0, bytes);
  memory.fill(shared, 0, bytes);
  let some: i32 = 0;
  for (let p = 0; p < points; p++) {
    const at = load<f64>(place + (<usize>p << 3)) * scale + 1;
    const bucket = <i32>at;
    const word: usize = (<usize>bucket >> 5) << 2;
    const bit: i32 = 1 << bucket;
    const before = load<i32>(taken + word);
    store<i32>(taken + word, before | bit);
    const both = before & bit;
    some |= both;
    store<i32>(shared + word, load<i32>(shared + word) | both);
    const inside = at - <f64>bucket;
    if (inside > near && 1 - inside > near) continue;
    some = 1;
    for (let beside = bucket - 1; beside <= bucket + 1; beside++) {
      if (beside < 0 || <f64>beside > scale + 1) continue;
      const to = shared + ((<usize>beside >> 5) << 2);
      store<i32>(to, load<i32>(to) | (1 << beside));
    }
  }
  return some;
}

export function crowd(
  points: i32,
  place: usize,
  scale: f64,
  near: f64,
  taken: usize,
  shared: usize,
  together: usize,
): i32 {
  if (share(points, place, scale, near, taken, shared) == 0) return 0;
  let count: i32 = 0;
  for (let p = 0; p < points; p++) {
    const bucket = <i32>(load<f64>(place + (<usize>p << 3)) * scale + 1);
    store<i32>(together + (<usize>count << 2), p);
    count += (load<i32>(shared + ((<usize>bucket >> 5) << 2)) >>> bucket) & 1;
  }
  return count;
}
