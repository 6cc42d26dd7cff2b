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

/** A point whose limbs are made when they are asked for, once. */
export class PointInLimbs implements IntegerVector {
  readonly numerators: readonly bigint[];
  readonly denominator: bigint;
  private known: Limbs | undefined;

  constructor({ numerators, denominator }: IntegerVector) {
    this.numerators = numerators;
    this.denominator = denominator;
  }

  get limbs(): Limbs {
    return (this.known ??= limbsOf([...this.numerators, this.denominator]));
  }
}
