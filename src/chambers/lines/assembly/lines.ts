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

/**
 * What `apart` knows of a chord: of each line its parameter, the last line in each bucket, and of a line that was not the first one there the one before. Lines of this chord
 * are counted from `base`, which grows, so that buckets need not be emptied.
 */
let places: usize = 0;
let befores: usize = 0;
let buckets: usize = 0;
let bits: i32 = 0;
let most: i32 = 0;
let base: i32 = 0;
/** So many more may be looked at in the buckets of this chord. */
let looks: i32 = 0;

/** Where `apart` may write, of so many lines. @param bucket 2^bits of them, 0 */
export function beginApart(lines: i32, place: usize, before: usize, bucket: usize, bucketBits: i32): void {
  most = lines;
  places = place;
  befores = before;
  buckets = bucket;
  bits = bucketBits;
  base = 1;
}

// @ts-ignore: decorator
@inline
function parameterOf(j: i32): f64 {
  return load<f64>(places + (<usize>j << 3));
}

/** Lines that do not cross have no points on the chord. */
// @ts-ignore: decorator
@inline
function isOnChord(t: f64): bool {
  return t >= 0 && t <= 1;
}

/** Looks whether a line's point may be equal to one in a bucket, whose last line this is: then nothing more is looked at. */
function look(j: i32, last: i32, near: f64): void {
  const t = parameterOf(j);
  if (!isOnChord(t)) return;
  for (let at = last; at >= base && looks > 0; at = load<i32>(befores + (<usize>(at - base) << 2))) {
    const other = parameterOf(at - base);
    if (!isOnChord(other)) continue;
    looks--;
    if (Math.abs(t - other) <= near) looks = 0;
  }
}

/** Puts a line in its bucket, and looks who is there. */
// @ts-ignore: decorator
@inline
function enter(j: i32, bucket: i32, near: f64): void {
  const at = buckets + (<usize>bucket << 2);
  const last = load<i32>(at);
  store<i32>(at, base + j);
  if (last < base) return;
  store<i32>(befores + (<usize>j << 2), last);
  look(j, last, near);
}

/** A point near to an end of its bucket may be equal to points in the next one. */
function lookBeside(j: i32, bucket: i32, near: f64): void {
  const mask = (1 << bits) - 1;
  look(j, load<i32>(buckets + (<usize>((bucket - 1) & mask) << 2)), near);
  look(j, load<i32>(buckets + (<usize>((bucket + 1) & mask) << 2)), near);
}

/** The unit of a mantissa is 2^-52. */
const ONE: f64 = 4503599627370496.0;

/** How many of the first lines cross a chord, if all in points that differ by more than `near`; -1 if that is not certain, or more had to be looked at. */
export function apart(
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
  near: f64,
  mostLooks: i32,
): i32 {
  if (base > i32.MAX_VALUE - 2 * most - 2) {
    memory.fill(buckets, 0, <usize>4 << bits);
    base = 1;
  }
  looks = mostLooks;
  const fx = f64x2.splat(fromX);
  const fy = f64x2.splat(fromY);
  const fz = f64x2.splat(fromZ);
  const tx = f64x2.splat(toX);
  const ty = f64x2.splat(toY);
  const tz = f64x2.splat(toZ);
  const off = f64x2.splat(error);
  const short = f64x2.splat(least);
  const one = f64x2.splat(1);
  // The mantissa of 1 + t: the bucket, and where in it.
  const shift = 52 - bits;
  const bucketMask = i64x2.splat((1 << bits) - 1);
  const restMask = i64x2.splat((<i64>1 << shift) - 1);
  const margin = <i64>Math.ceil(2 * near * ONE);
  const margins = i64x2.splat(margin);
  const bothMargins = i64x2.splat(2 * margin);
  let told = f64x2.splat(Infinity);
  let tooShort = i64x2.splat(0);
  let crossed = i64x2.splat(0);
  for (let j = 0; j < k && looks > 0; j += 2) {
    const at: usize = <usize>j << 3;
    const x = v128.load(a + at);
    const y = v128.load(b + at);
    const z = v128.load(c + at);
    let from = f64x2.add(f64x2.add(f64x2.mul(x, fx), f64x2.mul(y, fy)), f64x2.mul(z, fz));
    let to = f64x2.add(f64x2.add(f64x2.mul(x, tx), f64x2.mul(y, ty)), f64x2.mul(z, tz));
    // Of the last two the second may be no line.
    if (j + 1 === k) {
      from = f64x2.replace_lane(from, 1, 4);
      to = f64x2.replace_lane(to, 1, 1);
    }
    const length = f64x2.sub(from, to);
    const t = f64x2.div(from, length);
    // The sign bit tells whether the line crosses, if that is certain.
    const crosses = v128.xor(from, to);
    told = f64x2.pmin(told, f64x2.pmin(f64x2.abs(from), f64x2.abs(to)));
    tooShort = v128.or(tooShort, v128.and(crosses, f64x2.lt(f64x2.abs(length), short)));
    crossed = i64x2.add(crossed, i64x2.shr_u(crosses, 63));
    v128.store(places + at, t);
    const mantissa = f64x2.add(t, one);
    const bucket = v128.and(i64x2.shr_u(mantissa, shift), bucketMask);
    enter(j, i32x4.extract_lane(bucket, 0), near);
    enter(j + 1, i32x4.extract_lane(bucket, 2), near);
    const beside = i64x2.lt_s(v128.and(i64x2.add(mantissa, margins), restMask), bothMargins);
    if (!v128.any_true(beside)) continue;
    if (i64x2.extract_lane(beside, 0) !== 0) lookBeside(j, i32x4.extract_lane(bucket, 0), near);
    if (i64x2.extract_lane(beside, 1) !== 0) lookBeside(j + 1, i32x4.extract_lane(bucket, 2), near);
  }
  base += most + 1;
  const isCertain = looks > 0 && i64x2.bitmask(f64x2.gt(told, off)) === 3 && i64x2.bitmask(tooShort) === 0;
  return isCertain ? <i32>(i64x2.extract_lane(crossed, 0) + i64x2.extract_lane(crossed, 1)) : -1;
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
