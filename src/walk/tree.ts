/**
 * The vocabulary of split trees: what an engine reports while it walks one, depth first.
 */
import type { IntegerVector } from '../exact/index.js';
import type { ArithmeticName } from './layer/memory.js';

/** The side of its crease on which a neuron lies on a whole cell; 0 where its pre-activation is identically zero. */
export type Side = -1 | 0 | 1;

/** The answer of an engine about one neuron on one cell: a side, or that the crease cuts the cell's interior. */
export const CUT = 2;
export type Verdict = Side | typeof CUT;

/**
 * A bound that one variable keeps on a whole cell: a lemma that a certificate states once per cell, so that the neurons of
 * the next layer can be settled by intervals.
 *
 * side * variable >= side * value on the cell; the evidence proves the affine function side * (x_variable - value)
 * nonnegative exactly as it proves a neuron's side.
 */
export interface Narrowing {
  readonly variable: number;
  /** 1: value is a lower bound; -1: an upper bound. */
  readonly side: 1 | -1;
  readonly value: number;
  readonly evidence: Evidence;
}

/**
 * Why a neuron lies on side s of its crease on the whole cell (DESIGN.md section 2, Gordan/Motzkin form).
 *
 * With g the neuron's pre-activation and h_k >= 0 the constraints of the splits above (each with the sign of the side
 * taken), s g - sum_k multipliers_k h_k must be nonnegative, multipliers >= 0, on the box of the node: the domain, or what the narrowings
 * above the node have left of it. `bound` is the case of no multipliers. For s = 0 the pre-activation must be identically zero and no evidence is needed.
 */
export type Evidence =
  | { readonly kind: 'bound' }
  | {
      readonly kind: 'doubles';
      /** Positions in the list of splits from the root to this node, and their multipliers, taken exactly. */
      readonly splits: readonly number[];
      readonly multipliers: readonly number[];
    }
  | {
      readonly kind: 'rationals';
      readonly splits: readonly number[];
      readonly multipliers: IntegerVector;
    };

export const BOUND_EVIDENCE: Evidence = { kind: 'bound' };

/**
 * A point strictly inside a cell, in the problem's variables (see `problem/lowering.ts`): doubles taken exactly, or, where the cell
 * is too thin to contain a point with double coordinates, integers over a common denominator.
 */
export type Witness = Float64Array | IntegerVector;

/**
 * Receives a split tree in depth-first order.
 *
 * A `split` is followed by the subtree of the negative side and then by that of the positive side. The implied neurons of
 * a node are reported before its split or cell. All neurons of a layer are settled before the next `layer`.
 */
export interface SplitTreeSink {
  /** Whether `implied` needs evidence and `cell` a witness; a plain count saves the work. */
  readonly wantsEvidence: boolean;
  /** A cell of the partition by the layers before `layer` begins; `layer` counts from 0. */
  layer(layer: number): void;
  /**
   * The neurons that bounds settle where `layer` begins, all at once: sides[neuron] is their side, 0 for the others. Comes
   * before any `implied` of the layer and speaks of at least one neuron. A sink that has `implied` and leaves this out is
   * told of them one by one.
   */
  bounded?(layer: number, sides: Int8Array): void;
  /** A neuron lies on one side of the cell. A sink that leaves this out is not told. */
  implied?(layer: number, neuron: number, side: Side, evidence: Evidence): void;
  /** A bound of a variable that holds from here on in this subtree; only told to sinks that want evidence. */
  narrow?(narrowing: Narrowing): void;
  split(layer: number, neuron: number): void;
  /**
   * A sink that only counts may be told many things at once in place of one by one: for each layer how many cells there were
   * where it began, and how many leaves.
   */
  counted?(entered: ArrayLike<number>, cells: number): void;
  /** A leaf. The witness may be overwritten after the call; without `wantsEvidence` it has no entries. */
  cell(witness: Witness): void;
  /** A subtree left for later: `path` is the sequence of sides taken at the splits from the root, for example "+-+". */
  open(path: string): void;
}

/** How many questions "on which side of this crease does this cell lie" each stage settled. */
export interface Decisions {
  /** By the bounds of the domain or of the cell, in doubles with derived error bound. */
  interval: number;
  /** By two points of the cell on certain sides (or the signs at all vertices), in doubles. */
  points: number;
  /** By a linear program whose answer the double filter could prove. */
  program: number;
  /** By exact signs at exact points or of exact rows. */
  exactSign: number;
  /** By a basis solved again in exact arithmetic. */
  exactBasis: number;
  /** By the exact simplex. */
  exactSimplex: number;
}

export function noDecisions(): Decisions {
  return { interval: 0, points: 0, program: 0, exactSign: 0, exactBasis: 0, exactSimplex: 0 };
}

/** Adds `more` to the total, except what `less` counts already. */
export function addDecisions(total: Decisions, more: Decisions, less: Decisions = noDecisions()): void {
  for (const stage of Object.keys(total) as (keyof Decisions)[]) total[stage] += more[stage] - less[stage];
}

/** The decisions settled in double arithmetic, and those that needed exact numbers. */
export function decisionsByArithmetic(decisions: Decisions): { double: number; exact: number } {
  return {
    double: decisions.interval + decisions.points + decisions.program,
    exact: decisions.exactSign + decisions.exactBasis + decisions.exactSimplex,
  };
}

export interface TraversalOptions {
  /**
   * Walk only the subtrees below these paths (sides taken at the splits from the root), given in tree order, silently down
   * to them. The common beginnings of the paths are walked once. Default: the whole tree, [''].
   */
  readonly paths?: readonly string[];
  /** Stop opening subtrees once this many cells were found; what is left goes to `sink.open`. */
  readonly budget?: number;
  /** Asked before every subtree: true stops as the budget does. At least one node is settled in any case. */
  readonly stop?: () => boolean;
  /**
   * Told of the nodes at which all neurons that the tree begins with (`problem.cuts`) are settled, with the sides of the first layer. They are left at
   * that: nothing below is walked.
   */
  readonly part?: (path: string, sides: ArrayLike<number>) => void;
  /** Insists on one arithmetic, for tests. Default: the faster one. The results are the same. */
  readonly arithmetic?: ArithmeticName;
}

export interface TraversalResult {
  readonly decisions: Decisions;
  /** Exact rows that had to be computed. */
  readonly exactRows: number;
}
