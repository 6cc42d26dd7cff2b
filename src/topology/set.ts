/**
 * Closed sets that a network cuts out of its domain: above, below or on a level of an output, and the regions of classes.
 */
import type { Level } from '../analysis/function/index.js';
import type { Rational } from '../exact/index.js';
import type { Network } from '../network/index.js';

/** A set of points x of the domain. All are closed. */
export type DecisionSet =
  /** f_output(x) >= level, <= level, or = level. */
  | {
      readonly kind: 'above' | 'below' | 'equal';
      readonly output: number;
      readonly level: Rational;
    }
  /** All of `classes` are largest: f_k(x) >= f_j(x) for k in `classes` and every j. One class: its region; two: what they share. */
  | { readonly kind: 'class'; readonly classes: readonly number[] }
  /** The whole domain. */
  | { readonly kind: 'all' };

/**
 * - `singular`: of the closed set itself;
 * - `borel-moore`: of the set modulo its ends. On R^d this is Borel-Moore homology (Borel and Moore 1960), which is the reduced homology
 *   of the one-point compactification; on a box it is that of the pair (set, set on the box's boundary).
 */
export type Ends = 'singular' | 'borel-moore';

/** The affine functions (on every cell) whose signs say whether a point belongs to the set. */
export function comparisonsOf(set: DecisionSet, outputs: number): readonly Level[] {
  switch (set.kind) {
    case 'all':
      return [];
    case 'class': {
      const others = (k: number) => Array.from({ length: outputs }, (_, j) => j).filter((j) => j !== k);
      return set.classes.flatMap((output) => others(output).map((minus): Level => ({ output, minus })));
    }
    default:
      return [{ output: set.output, threshold: set.level }];
  }
}

/** Whether points belong to the set where the comparison has this sign. */
export function admits(set: DecisionSet, sign: number): boolean {
  if (set.kind === 'equal') return sign === 0;
  return set.kind === 'below' ? sign <= 0 : sign >= 0;
}

/** @throws RangeError for outputs that the network has not, and for classes of a single output */
export function checkSet(set: DecisionSet, { outputs }: Pick<Network, 'outputs'>): void {
  if (set.kind === 'all') return;
  const named = set.kind === 'class' ? set.classes : [set.output];
  for (const k of named) {
    if (!Number.isInteger(k) || k < 0 || k >= outputs)
      throw new RangeError(`expected an output from 0 to ${outputs - 1}, got ${k}; count from 0`);
  }
  if (set.kind !== 'class') return;
  if (outputs < 2) throw new RangeError('expected two or more outputs for classes, got one; use a level');
  if (named.length === 0 || new Set(named).size < named.length)
    throw new RangeError('expected different classes, at least one; name each once');
}
