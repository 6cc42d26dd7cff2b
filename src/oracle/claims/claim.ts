/**
 * What someone else says about a network on a domain.
 *
 * A claim holds numbers as they were claimed, exactly: rounding is a matter of `matching.ts` alone.
 */
import type { Rational } from '../../exact/index.js';
import type { PatternTable } from './pattern-table.js';

/** The numbers that can be claimed; they differ by factors of 100 on real networks, so a number needs its word. */
export const COUNTED = ['cells', 'pieces', 'maps'] as const;
export type Counted = (typeof COUNTED)[number];

/** How far the claim's own numbers may be from what they stand for. The claim states it; 0 means exactly. */
export interface Precision {
  /** Of points, inequalities and vertices: a shift of every input coordinate by at most this much. */
  readonly coordinates: Rational;
  /** Of outputs and entries of affine maps: an absolute error of at most this much ... */
  readonly values: Rational;
  /** ... plus this part of the exact value. */
  readonly relative: Rational;
}

/** x -> jacobian x + constant, claimed for one cell. */
export interface ClaimedMap {
  /** outputs x inputs */
  readonly jacobian: readonly (readonly Rational[])[];
  /** One per output. */
  readonly constant: readonly Rational[];
}

/** "There are `count` cells." */
export interface CountClaim {
  readonly kind: 'count';
  readonly of: Counted;
  readonly count: number;
}

/** "These patterns are those of all cells, each once", perhaps with the affine map on each. */
export interface PatternsClaim {
  readonly kind: 'patterns';
  readonly patterns: PatternTable;
  readonly maps?: readonly ClaimedMap[];
  readonly precision: Precision;
}

/** "Each of these points lies in a cell of its own, and no cell is without one." */
export interface PointsClaim {
  readonly kind: 'points';
  readonly points: readonly (readonly Rational[])[];
  readonly precision: Precision;
}

/** "At these points the network has these values." Says nothing about the number of cells. */
export interface ValuesClaim {
  readonly kind: 'values';
  readonly points: readonly (readonly Rational[])[];
  /** One list of outputs per point. */
  readonly outputs?: readonly (readonly Rational[])[];
  /** One matrix (outputs x inputs) per point; at a crease relu'(0) = 0. */
  readonly jacobians?: readonly (readonly (readonly Rational[])[])[];
  readonly precision: Precision;
}

/** A polytope: { x : matrix x <= bounds }, or the convex hull of vertices. */
export type ClaimedShape =
  | { readonly matrix: readonly (readonly Rational[])[]; readonly bounds: readonly Rational[] }
  | { readonly vertices: readonly (readonly Rational[])[] };

/** "These polytopes, cut to the domain, are all cells, each once", perhaps with pattern and map. */
export interface CellsClaim {
  readonly kind: 'cells';
  readonly shapes: readonly ClaimedShape[];
  readonly patterns?: PatternTable;
  readonly maps?: readonly ClaimedMap[];
  readonly precision: Precision;
}

export type Claim = CountClaim | PatternsClaim | PointsClaim | ValuesClaim | CellsClaim;
