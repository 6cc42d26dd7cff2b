/**
 * Unsafe sets: what a verification query asks about, as unions of polyhedra in the pairs (input, output).
 */
import type { Rational } from '../exact/index.js';

/** inputs . x + outputs . y + constant >= 0, or > 0 if strict. */
export interface LinearCondition {
  readonly inputs: readonly Rational[];
  readonly outputs: readonly Rational[];
  readonly constant: Rational;
  readonly strict: boolean;
}

/** All conditions hold. */
export interface Disjunct {
  readonly conditions: readonly LinearCondition[];
}

/** The unsafe set of pairs (x, y = f(x)): at least one disjunct holds. Input bounds are conditions like any other. */
export interface UnsafeSet {
  readonly inputs: number;
  readonly outputs: number;
  readonly disjuncts: readonly Disjunct[];
}
