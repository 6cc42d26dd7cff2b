/**
 * What a comparison found. Every number in it is exact; lists are cut to a length, counts are not.
 */
import type { Rational } from '../../exact/index.js';
import type { Claim, Counted, Precision } from '../claims/index.js';
import type { DomainMultiplier } from './domain-maximum.js';
import type { EmptinessProof } from './emptiness.js';
import type { Face } from './face.js';

/** The first few of `count` findings. */
export interface Listed<T> {
  readonly count: number;
  readonly items: readonly T[];
}

/** A cell that the claim does not have. */
export interface MissingCell {
  /** "+-0|+" as in `relu-atlas partition`. */
  readonly pattern: string;
  /** Strictly inside, a short binary fraction where there is room. */
  readonly witness: readonly Rational[];
  /** The side of the largest axis-parallel cube in the cell; absent if there are cubes of any size. */
  readonly width?: Rational;
}

/** A claimed pattern that no cell has. `claim` counts from 0. */
export type PhantomPattern =
  | {
      /** No point of the domain has it, not even on a crease. */
      readonly kind: 'empty';
      readonly claim: number;
      readonly pattern: string;
      readonly proof: EmptinessProof;
    }
  | {
      /** It exists only on a lower-dimensional face. */
      readonly kind: 'face';
      readonly claim: number;
      readonly pattern: string;
      /** That there is no interior. */
      readonly proof: EmptinessProof;
      readonly face: Face;
    };

/** A claim about a cell that an earlier claim has already. */
export interface Duplicate {
  readonly claim: number;
  /** The first claim about the cell. */
  readonly first: number;
  readonly pattern: string;
}

/** A point that stands for no cell. */
export interface MisplacedPoint {
  readonly claim: number;
  readonly point: readonly Rational[];
  readonly kind: 'outside the domain' | 'on a crease';
  /** The neurons (layer, index) on whose crease it lies. */
  readonly zeros?: readonly (readonly [number, number])[];
}

/** A claimed number that differs from the exact one by more than the claim's precision. */
export interface WrongNumber {
  readonly claim: number;
  /** "jacobian[0][2]", "constant[1]", "outputs[0]" */
  readonly place: string;
  readonly claimed: Rational;
  readonly exact: Rational;
  /** |claimed - exact| */
  readonly error: Rational;
  /** What the precision allows. */
  readonly allowed: Rational;
}

/** A wrong affine map: its most wrong entry, and how wrong its values are on the cell. */
export interface WrongMap extends WrongNumber {
  readonly pattern: string;
  /** The largest error of an output on the cell and a point where it is reached; absent if it grows without limit. */
  readonly worst?: { readonly output: number; readonly error: Rational; readonly at: readonly Rational[] };
}

/** A claimed polytope without interior in the domain. */
export interface EmptyShape {
  readonly claim: number;
  readonly kind: 'empty' | 'flat';
  /** Nonnegative multipliers of the claimed inequalities (by row), the largest one 1. */
  readonly multipliers: readonly { readonly row: number; readonly multiplier: Rational }[];
  /** Their combination sum multiplier (bound - row . x) = coefficients . x + constant ... */
  readonly coefficients: readonly Rational[];
  readonly constant: Rational;
  /** ... and its largest value on the domain: negative, or 0 if it is flat. */
  readonly maximum: Rational;
  /** On a polytope: what shows that it is the maximum. */
  readonly conditions?: readonly DomainMultiplier[];
}

/** A claimed polytope that is not the cell in which it lies. */
export interface WrongShape {
  readonly claim: number;
  /** The cell of its centre; absent if the centre lies on a crease, so that it covers parts of several cells. */
  readonly pattern?: string;
  /** A point of it. */
  readonly centre: readonly Rational[];
  /** How far it reaches beyond the cell, and the cell beyond it: a shift of every coordinate. */
  readonly beyond?: Rational;
  readonly short?: Rational;
  /** The number of cells of which it has a part with interior. */
  readonly cells: number;
}

/** A claimed cell whose pattern is not that of the cell in which it lies. */
export interface WrongPattern {
  readonly claim: number;
  readonly claimed: string;
  readonly exact: string;
}

/** Two claims that have a set with interior in common. */
export interface Overlap {
  readonly claims: readonly [number, number];
  /** In all cells together. */
  readonly volume: Rational;
  /** A point inside both. */
  readonly point: readonly Rational[];
}

/** Volumes in the free inputs. covered + uncovered = domain. */
export interface CoverVolumes {
  readonly domain: Rational;
  readonly covered: Rational;
  readonly uncovered: Rational;
  /** What is covered more than once, counted once less than it is covered. */
  readonly repeated: Rational;
}

/** How claims were matched to cells: see `oracle/claims/matching.ts`. */
export type MatchingRule = 'by number' | 'by pattern' | 'by witness' | 'by value';

export interface CountVerdict {
  readonly kind: 'count';
  readonly of: Counted;
  readonly claimed: number;
  readonly exact: number;
  /** What the claimed number is the exact number of, if it is that of something else. */
  readonly ratherThe: readonly string[];
}

export interface PatternsVerdict {
  readonly kind: 'patterns';
  readonly claimed: number;
  readonly cells: number;
  /** Cells that are claimed. */
  readonly matched: number;
  readonly missing: Listed<MissingCell>;
  readonly phantoms: Listed<PhantomPattern>;
  /** Of the phantoms: those with a face, those without a point. */
  readonly faces: number;
  readonly empty: number;
  readonly duplicates: Listed<Duplicate>;
  /** If the claim has maps. */
  readonly wrongMaps?: Listed<WrongMap>;
  /** The largest error of the maps; absent if none is wrong, or if something is that no precision mends. */
  readonly sufficient?: Rational;
  readonly precision: Precision;
}

export interface PointsVerdict {
  readonly kind: 'points';
  readonly claimed: number;
  readonly cells: number;
  readonly matched: number;
  readonly missing: Listed<MissingCell>;
  readonly misplaced: Listed<MisplacedPoint>;
  readonly duplicates: Listed<Duplicate>;
}

export interface ValuesVerdict {
  readonly kind: 'values';
  readonly claimed: number;
  /** The number of numbers compared. */
  readonly numbers: number;
  /** The most wrong number of every point that has one. */
  readonly wrong: Listed<WrongNumber & { readonly point: readonly Rational[] }>;
  /** The largest error of all, within the precision or not. */
  readonly largest?: WrongNumber;
  readonly precision: Precision;
}

export interface CellsVerdict {
  readonly kind: 'cells';
  readonly claimed: number;
  readonly cells: number;
  readonly matched: number;
  readonly missing: Listed<MissingCell>;
  readonly empty: Listed<EmptyShape>;
  readonly wrongShapes: Listed<WrongShape>;
  /** The largest error of polytopes and maps; absent if nothing is wrong, or if something is that no precision mends. */
  readonly sufficient?: Rational;
  readonly duplicates: Listed<Duplicate>;
  readonly overlaps: Listed<Overlap>;
  readonly volume: CoverVolumes;
  /** If the claim has maps, or patterns. */
  readonly wrongMaps?: Listed<WrongMap>;
  readonly wrongPatterns?: Listed<WrongPattern>;
  readonly precision: Precision;
}

/** The verdict on a claim. */
export type Verdict = {
  /** Nothing is wrong with the claim. */
  readonly agrees: boolean;
  readonly rule: MatchingRule;
} & (CountVerdict | PatternsVerdict | PointsVerdict | ValuesVerdict | CellsVerdict);

export type VerdictOf<Kind extends Claim['kind']> = Extract<Verdict, { readonly kind: Kind }>;

/** A list that grows; only the first `limit` items are made. */
export class Findings<T> {
  count = 0;
  readonly items: T[] = [];

  constructor(private readonly limit: number) {}

  add(make: () => T): void {
    if (this.count++ < this.limit) this.items.push(make());
  }

  listed(): Listed<T> {
    return { count: this.count, items: this.items };
  }
}
