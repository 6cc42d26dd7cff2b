/**
 * What is claimed of a cell, and by what.
 */
import { NO_MULTIPLIERS } from '../certificate/index.js';
import type { IntegerVector } from '../exact/index.js';

/** A split above the current node, or a condition of the domain (layer -1). */
export interface Split {
  readonly layer: number;
  readonly neuron: number;
  readonly side: 1 | -1;
}

/** The affine function input - value. */
export interface InputBound {
  readonly input: number;
  readonly value: IntegerVector;
}

/** An affine function that is claimed to be nonnegative on a cell, times a sign. */
export type Target = { readonly neuron: number } | InputBound;

/** Evidence: multipliers of splits, by position. */
export interface Multipliers {
  readonly splits: readonly number[];
  readonly multipliers: IntegerVector;
}

/** Evidence of the bounds alone. */
export const UNAIDED: Multipliers = { splits: [], multipliers: NO_MULTIPLIERS };
