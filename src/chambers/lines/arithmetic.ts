/**
 * The points in which lines cross a chord, in doubles: the innermost loops of `plane.ts`, which tells what is proved of them.
 *
 * `assembly/lines.ts` has the same in WebAssembly with SIMD, in the same sequence of rounded operations, so that both are equal to the bit, which a property holds.
 */
import { SMALL_PIVOT, signBeyond } from '../../exact/index.js';
import { Arena, compiled, LARGEST_MEMORY } from '../../wasm/index.js';
import { LINES_WASM } from './wasm.js';

export type Place = readonly [number, number, number];

export interface LineArithmetic {
  /** The lines: entry i of line j is rows[i][j], to be filled in. */
  readonly rows: readonly [Float64Array, Float64Array, Float64Array];
  /** Parameters of points on the chord, and the lines that cross there. */
  readonly place: Float64Array;
  readonly line: Int32Array;
  /** Lines of which nothing is certain in doubles: whether they cross, or where. */
  readonly doubt: Int32Array;
  /** Positions of points that others may be equal to. */
  readonly together: Int32Array;
  /** How many of the first k lines cross the chord, if all are certain to do so in points that differ by more than `near`; otherwise -1. @param error of a value at an end */
  apart(k: number, from: Place, to: Place, error: number, near: number): number;
  /** Finds the points of the first k lines, and how many lines are in doubt. @param error of a value at an end */
  meet(k: number, from: Place, to: Place, error: number): { readonly points: number; readonly doubts: number };
  /** How many of the first points may be equal to others: all others differ by more than `near` from each. */
  crowd(points: number, near: number): number;
}

/** Buckets per point, a bit each: most are empty. */
const BITS = 32;

/** A power of two, at least a word of bits. */
function bucketsFor(points: number): number {
  return Math.max(32, 2 ** Math.ceil(Math.log2(BITS * points + 2)));
}

/** Words of bits of so many buckets, and of one before the first and one behind the last. */
const wordsFor = (buckets: number) => buckets / 32 + 1;

/** Buckets per line in which `apart` puts points: few have one when another comes. */
const ROOM = 4;

/** There are two to the power of this. */
const partBitsFor = (size: number) => Math.ceil(Math.log2(ROOM * size + 2));

/** Whether points that may be equal are in the same bucket or in neighbours, if they are looked for twice as far away. */
const areWide = (bits: number, near: number) => 4 * near * 2 ** bits < 1;

/** How many points may be looked at on a chord: where many are in few buckets, others know what to do. */
const looksFor = (lines: number) => 4 * lines + 64;

/** The arrays for so many lines, wherever `memory` has them. */
function placesOf(size: number, memory: Pick<Arena, 'doubles' | 'integers'>) {
  // Vectors of two are read, and one entry is written behind the last point.
  const lines = size + 2;
  const words = wordsFor(bucketsFor(size));
  return {
    rows: [memory.doubles(lines), memory.doubles(lines), memory.doubles(lines)] as const,
    place: memory.doubles(lines),
    line: memory.integers(lines),
    doubt: memory.integers(lines),
    together: memory.integers(lines),
    taken: memory.integers(words),
    shared: memory.integers(words),
    before: memory.integers(lines),
    last: memory.integers(2 ** partBitsFor(size)),
  };
}

/** The arithmetic in plain TypeScript: the reference, and what runs where there is no WebAssembly. */
export function plainLines(size: number): LineArithmetic {
  const places = placesOf(size, {
    doubles: (length) => new Float64Array(length),
    integers: (length) => new Int32Array(length),
  });
  const { rows, place, line, doubt, together, taken, shared, before, last } = places;
  const [a, b, c] = rows;
  const scale = 2 ** partBitsFor(size);
  /** Marks buckets that share points. */
  const share = (points: number, scale: number, near: number) => {
    taken.fill(0, 0, wordsFor(scale));
    shared.fill(0, 0, wordsFor(scale));
    let some = false;
    for (let p = 0; p < points; p++) {
      const at = place[p]! * scale + 1;
      const bucket = Math.floor(at);
      const bit = 1 << bucket;
      const both = taken[bucket >>> 5]! & bit;
      taken[bucket >>> 5]! |= bit;
      shared[bucket >>> 5]! |= both;
      some ||= both !== 0;
      const inside = at - bucket;
      if (signBeyond(inside, near) > 0 && signBeyond(1 - inside, near) > 0) continue;
      // It may be equal to points on the other side of an end.
      some = true;
      for (let beside = bucket - 1; beside <= bucket + 1; beside++) {
        if (beside >= 0 && beside <= scale + 1) shared[beside >>> 5]! |= 1 << beside;
      }
    }
    return some;
  };
  return {
    ...places,
    apart(k, [fromX, fromY, fromZ], [toX, toY, toZ], error, near) {
      if (!areWide(Math.log2(scale), near)) return -1;
      last.fill(-1);
      const margin = 2 * near * scale;
      let looks = looksFor(k);
      let points = 0;
      /** Whether nobody is near to a point in a bucket. */
      const isAlone = (t: number, bucket: number) => {
        for (let at = last[bucket & (scale - 1)]!; at >= 0; at = before[at]!)
          if (--looks <= 0 || signBeyond(Math.abs(t - place[at]!), near) <= 0) return false;
        return true;
      };
      for (let j = 0; j < k; j++) {
        const from = a[j]! * fromX + b[j]! * fromY + c[j]! * fromZ;
        const to = a[j]! * toX + b[j]! * toY + c[j]! * toZ;
        const sides = signBeyond(from, error) * signBeyond(to, error);
        if (sides > 0) continue;
        const length = from - to;
        if (sides === 0 || Math.abs(length) < SMALL_PIVOT) return -1;
        const t = from / length;
        // As the mantissa of 1 + t has it.
        const at = (1 + t - 1) * scale;
        const bucket = Math.floor(at);
        const rest = at - bucket;
        if (!isAlone(t, bucket)) return -1;
        if (rest < margin || 1 - rest <= margin) if (!isAlone(t, bucket - 1) || !isAlone(t, bucket + 1)) return -1;
        place[j] = t;
        before[j] = last[bucket]!;
        last[bucket] = j;
        points++;
      }
      return points;
    },
    meet(k, [fromX, fromY, fromZ], [toX, toY, toZ], error) {
      let points = 0;
      let doubts = 0;
      for (let j = 0; j < k; j++) {
        const from = a[j]! * fromX + b[j]! * fromY + c[j]! * fromZ;
        const to = a[j]! * toX + b[j]! * toY + c[j]! * toZ;
        const sides = signBeyond(from, error) * signBeyond(to, error);
        if (sides > 0) continue;
        const length = Math.abs(from - to);
        if (sides === 0 || length < SMALL_PIVOT) doubt[doubts++] = j;
        else {
          place[points] = Math.abs(from) / length;
          line[points++] = j;
        }
      }
      return { points, doubts };
    },
    crowd(points, near) {
      const scale = bucketsFor(points);
      if (!share(points, scale, near * scale)) return 0;
      let count = 0;
      for (let p = 0; p < points; p++) {
        const bucket = Math.floor(place[p]! * scale + 1);
        if (((shared[bucket >>> 5]! >>> bucket) & 1) === 1) together[count++] = p;
      }
      return count;
    },
  };
}

interface LineExports {
  beginApart(...numbers: number[]): void;
  apart(...numbers: number[]): number;
  meet(...numbers: number[]): number;
  doubtful(): number;
  crowd(...numbers: number[]): number;
}

const MODULE = compiled(LINES_WASM);

/** The same in WebAssembly; undefined where there is none, or no room. */
export function wasmLines(size: number): LineArithmetic | undefined {
  // Nine arrays of lines of at most eight bytes, two of bits, one of parts, and what lies between them.
  const bytes = 80 * (size + 4) + 8 * wordsFor(bucketsFor(size)) + 4 * 2 ** partBitsFor(size) + 256;
  const arena = MODULE === undefined || bytes > LARGEST_MEMORY ? undefined : Arena.of(bytes);
  if (MODULE === undefined || arena === undefined) return undefined;
  const exports = arena.exportsOf(MODULE) as LineExports;
  const places = placesOf(size, arena);
  const { rows, place, line, doubt, together, taken, shared, before, last } = places;
  const [a, b, c] = rows.map(({ byteOffset }) => byteOffset) as [number, number, number];
  const bits = partBitsFor(size);
  exports.beginApart(size, place.byteOffset, before.byteOffset, last.byteOffset, bits);
  return {
    ...places,
    apart(k, from, to, error, near) {
      if (!areWide(bits, near)) return -1;
      return exports.apart(k, a, b, c, ...from, ...to, error, SMALL_PIVOT, near, looksFor(k));
    },
    meet(k, from, to, error) {
      const into = [place.byteOffset, line.byteOffset, doubt.byteOffset];
      const points = exports.meet(k, a, b, c, ...from, ...to, error, SMALL_PIVOT, ...into);
      return { points, doubts: exports.doubtful() };
    },
    crowd(points, near) {
      const scale = bucketsFor(points);
      const into = [taken.byteOffset, shared.byteOffset, together.byteOffset];
      return exports.crowd(points, place.byteOffset, scale, near * scale, ...into);
    },
  };
}

/** With fewer lines there is nothing to gain. */
const FEWEST_LINES = 64;

/** The faster one. */
export function lineArithmetic(size: number): LineArithmetic {
  return (size < FEWEST_LINES ? undefined : wasmLines(size)) ?? plainLines(size);
}
