/**
 * Integers as `assembly/integers.ts` has them: how many limbs, negative for a negative number, and the limbs, 32 bits each, the lowest one
 * first; the highest one is not 0.
 */
import type { IntegerVector } from '../../../exact/index.js';

/** Integers one after the other: the words of an array from `at` to before `end`. */
export interface Limbs {
  readonly words: Int32Array;
  readonly at: number;
  readonly end: number;
  /** Limbs of the longest one. */
  readonly longest: number;
}

/** Words of an array that many numbers share. */
const BLOCK = 1 << 11;

/**
 * Room for the words of many numbers: an array for each would take more memory than they do, half of it outside of the heap, and hold up every collection of
 * garbage. An array is kept for as long as any of its numbers is asked for; they are made, and forgotten, at about the same time.
 */
export class LimbRoom {
  private block = new Int32Array(0);
  private filled = 0;

  /** A copy, which stays, of the words from `from` to before `to`. */
  keep(words: ArrayLike<number>, from: number, to: number): Limbs {
    const length = to - from;
    if (this.filled + length > this.block.length) {
      this.block = new Int32Array(Math.max(BLOCK, length));
      this.filled = 0;
    }
    const { block, filled: at } = this;
    for (let k = 0; k < length; k++) block[at + k] = words[from + k]!;
    this.filled += length;
    return { words: block, at, end: at + length, longest: longestOf(block, at, at + length) };
  }

  limbsOf(integers: readonly bigint[]): Limbs {
    const words = wordsOf(integers);
    return this.keep(words, 0, words.length);
  }
}

const LIMB = 0xffffffffn;

function wordsOf(integers: readonly bigint[]): number[] {
  const words: number[] = [];
  for (const integer of integers) {
    const at = words.push(0);
    for (let rest = integer < 0n ? -integer : integer; rest !== 0n; rest >>= 32n) words.push(Number(rest & LIMB));
    const limbs = words.length - at;
    words[at - 1] = integer < 0n ? -limbs : limbs;
  }
  return words;
}

/** In an array of their own. */
export function limbsOf(integers: readonly bigint[]): Limbs {
  const words = Int32Array.from(wordsOf(integers));
  return { words, at: 0, end: words.length, longest: longestOf(words, 0, words.length) };
}

/** The integers that stand one after the other. */
function integersOf({ words, at: first, end }: Limbs): bigint[] {
  const integers: bigint[] = [];
  for (let at = first; at < end; ) {
    const limbs = Math.abs(words[at]!);
    let value = 0n;
    for (let k = at + limbs; k > at; k--) value = (value << 32n) | BigInt(words[k]! >>> 0);
    integers.push(words[at]! < 0 ? -value : value);
    at += limbs + 1;
  }
  return integers;
}

function longestOf(words: Int32Array, from: number, to: number): number {
  let longest = 0;
  for (let at = from; at < to; at += Math.abs(words[at]!) + 1) longest = Math.max(longest, Math.abs(words[at]!));
  return longest;
}

/** The numbers of a point in lowest terms, the denominator last. */
export interface PointLimbs {
  readonly dimension: number;
  readonly limbs: Limbs;
  /** The same, once they were asked for. */
  integers: IntegerVector | undefined;
}

const LIMBS = Symbol('limbs');

/** A point that is held in limbs; its integers are made when they are asked for, once. A copy for another thread has these alone. */
export interface PointInLimbs extends IntegerVector {
  readonly [LIMBS]: PointLimbs;
}

function integersIn(point: PointInLimbs): IntegerVector {
  const held = point[LIMBS];
  return (held.integers ??= vectorOf(held.limbs));
}

/** Properties of each point, not of a class: these are copied for a thread, and what a symbol names is not. All points share two functions. */
const NUMERATORS = {
  enumerable: true,
  get(this: PointInLimbs) {
    return integersIn(this).numerators;
  },
};
const DENOMINATOR = {
  enumerable: true,
  get(this: PointInLimbs) {
    return integersIn(this).denominator;
  },
};

/** The point with these numbers, the denominator last. */
export function pointInLimbs(dimension: number, limbs: Limbs): PointInLimbs {
  const point = { [LIMBS]: { dimension, limbs, integers: undefined } satisfies PointLimbs };
  Object.defineProperty(point, 'numerators', NUMERATORS);
  return Object.defineProperty(point, 'denominator', DENOMINATOR) as PointInLimbs;
}

function vectorOf(limbs: Limbs): IntegerVector {
  const numerators = integersOf(limbs);
  const denominator = numerators.pop()!;
  return { numerators, denominator };
}

/** In what a point is held; undefined of one that is held in integers. */
export function heldLimbs(point: IntegerVector | PointInLimbs): PointLimbs | undefined {
  return LIMBS in point ? point[LIMBS] : undefined;
}

/** The integers of a point, not remembered by it: for whoever remembers what he makes of them. */
export function passingIntegers(point: IntegerVector | PointInLimbs): IntegerVector {
  const held = heldLimbs(point);
  return held === undefined ? point : (held.integers ?? vectorOf(held.limbs));
}
