/**
 * Integers as `assembly/integers.ts` has them: how many limbs, negative for a negative number, and the limbs, 32 bits each, the lowest one
 * first; the highest one is not 0.
 */
import type { IntegerVector } from '../../../exact/index.js';

/** Integers one after the other. */
export interface Limbs {
  readonly words: Int32Array;
  /** Limbs of the longest one. */
  readonly longest: number;
}

const LIMB = 0xffffffffn;

export function limbsOf(integers: readonly bigint[]): Limbs {
  const words: number[] = [];
  let longest = 0;
  for (const integer of integers) {
    const at = words.push(0);
    for (let rest = integer < 0n ? -integer : integer; rest !== 0n; rest >>= 32n) words.push(Number(rest & LIMB));
    const limbs = words.length - at;
    longest = Math.max(longest, limbs);
    words[at - 1] = integer < 0n ? -limbs : limbs;
  }
  return { words: Int32Array.from(words), longest };
}

/** The integers that stand one after the other. */
function integersOf(words: Int32Array): bigint[] {
  const integers: bigint[] = [];
  for (let at = 0; at < words.length; ) {
    const limbs = Math.abs(words[at]!);
    let value = 0n;
    for (let k = at + limbs; k > at; k--) value = (value << 32n) | BigInt(words[k]! >>> 0);
    integers.push(words[at]! < 0 ? -value : value);
    at += limbs + 1;
  }
  return integers;
}

function longestOf(words: Int32Array): number {
  let longest = 0;
  for (let at = 0; at < words.length; at += Math.abs(words[at]!) + 1) longest = Math.max(longest, Math.abs(words[at]!));
  return longest;
}

/** The numbers of a point in lowest terms, the denominator last. */
export interface PointLimbs extends Limbs {
  readonly dimension: number;
}

const LIMBS = Symbol('limbs');

/** A point that is held in limbs; its integers are made when they are asked for, once. A copy for another thread has these alone. */
export interface PointInLimbs extends IntegerVector {
  readonly [LIMBS]: PointLimbs;
}

export function pointInLimbs(dimension: number, words: Int32Array): PointInLimbs {
  let known: IntegerVector | undefined;
  const vector = () => (known ??= vectorOf(words));
  return {
    [LIMBS]: { dimension, words, longest: longestOf(words) },
    // Properties of the object, not of a class: these are copied for a thread, and what a symbol names is not.
    get numerators() {
      return vector().numerators;
    },
    get denominator() {
      return vector().denominator;
    },
  };
}

function vectorOf(words: Int32Array): IntegerVector {
  const numerators = integersOf(words);
  const denominator = numerators.pop()!;
  return { numerators, denominator };
}

/** In what a point is held; undefined of one that is held in integers. */
export function heldLimbs(point: IntegerVector | PointInLimbs): PointLimbs | undefined {
  return LIMBS in point ? point[LIMBS] : undefined;
}
