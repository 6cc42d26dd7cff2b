/**
 * What an engine must be able to do with one cell; the traversal does the rest.
 */

import type { IntegerVector } from '../exact/index.js';
import type { PartitionProblem, ProportionalNeurons } from '../problem/index.js';
import type { ExactRows } from './exact-rows.js';
import type { SubtreeListener, SubtreeNode } from './layer/planar.js';
import type { CellRows } from './rows.js';
import type { Decisions, Evidence, Narrowing, Verdict, Witness } from './tree.js';

/** What a kernel is built from. The traversal keeps the rows and sides in step with the path. */
export interface KernelContext {
  readonly problem: PartitionProblem;
  readonly rows: CellRows;
  readonly exact: ExactRows;
  /** Per layer the neurons with a common crease, or null: a split by one settles the others, and `side` is not asked. */
  readonly proportional: readonly (ProportionalNeurons | null)[];
  /** The kernel adds what it settled, by stage. */
  readonly decisions: Decisions;
  /** Whether `evidence` will be asked for. */
  readonly wantsEvidence: boolean;
}

/** A node as the traversal knows it. */
export type OpenNode = Omit<SubtreeNode, 'depth' | 'vertices'>;

/** A facet of a cell, and the vertices (by position) on it. */
export interface ShapeFacet {
  /** 2i and 2i + 1 are variable i at its lower and upper bound, 2 variables + k is the k-th descent on the path. */
  readonly constraint: number;
  readonly vertices: readonly number[];
}

/** Points in doubles whose hull contains a cell: exact places are near. A view, valid until the kernel moves; its arrays may have room for more. */
export interface VertexCloud {
  /** The number of vertices. */
  readonly count: number;
  /** Coordinate i of vertex v is points[v * variables + i], off by at most radius[v] * X_i (X: `magnitude` of the problem). */
  readonly points: Float64Array;
  readonly radius: Float64Array;
}

/**
 * The polytope of a cell as its engine holds it: which vertices lie on which facets is exact, the places of vertices are
 * doubles with a proved radius, and exact on demand. A view, valid until the kernel moves.
 */
export interface CellShape extends VertexCloud {
  /** The facets, ascending by their constraints; no two have the same hyperplane, as a split cuts the interior. */
  facets(): readonly ShapeFacet[];
  /** Their constraints, ascending: less work than `facets`. */
  constraints(): readonly number[];
  /** Where facets are more than the edges of a polygon: writes those through each vertex as bits of a word. @returns false if a word has no room for them */
  incidences?(words: Int32Array): boolean;
  /** Of a polygon, whose vertices come counterclockwise: the constraint of the edge from each vertex to the next one. */
  readonly edges?: Int32Array;
  /** Vertex v exactly. The same object for all cells of the path that share the vertex. */
  exact(v: number): IntegerVector;
}

/** What became of a cell whose last layer was counted. */
export interface LastLayerTally {
  readonly cells: number;
  /** Signs told in doubles, and in integers. */
  readonly byPoints: number;
  readonly exactly: number;
}

/** Counts the cells of the last layer in a cell of those before, in place of the walk. */
export interface LastLayer {
  /** Whether it takes the current cell, cut by so many neurons; others are split. */
  takes(cuts: number): boolean;
  /** @param cuts the neurons that cut the current cell, which it takes */
  count(cuts: ArrayLike<number>): LastLayerTally;
}

/**
 * The geometry of the current cell of a depth-first walk.
 *
 * Kernels may be wrong about nothing: `side` is exact. A kernel's state must be a function of the calls on the path from
 * the root (a subtree that was left must leave no trace), so that every walk of the same path gives the same bytes.
 */
export interface CellKernel {
  /** The cell is the whole domain. */
  reset(): void;
  /** The rows of `layer` have been entered; `side` and `descend` speak of it from now on. */
  enterLayer(layer: number): void;
  /** The bounds that `enterLayer` found for the cell and that `bound` evidence from now on relies on. */
  narrowings?(): readonly Narrowing[];
  /**
   * For every neuron of the layer just entered the side that bounds on the cell leave no choice about, or 0: what `side`
   * would say, all at once. Where evidence is wanted, only what the domain's bounds and the narrowings told so far prove.
   * Overwritten by the next call.
   */
  bounded?(): Int8Array;
  /**
   * `side` speaks of `layer` from now on, of neurons whose rows are complete on the current cell: to look ahead, and back to
   * the layer entered. Where no evidence is wanted it may take the place of `enterLayer`; then there is nothing `bounded`.
   */
  turnTo?(layer: number): void;
  /** On which side of the neuron's crease the cell lies, or CUT if both sides meet its interior. */
  side(neuron: number): Verdict;
  /** Evidence for the last answer of `side`, which was not CUT. */
  evidence(): Evidence;
  /** The cell becomes its part on one side of a neuron for which `side` said CUT on this very cell. */
  descend(neuron: number, side: 1 | -1): void;
  /** Back to the cell before the last `descend`. */
  ascend(): void;
  /** Back to `layer`, whose subtree below has been walked. */
  leaveLayer(layer: number): void;
  /** A point strictly inside the cell. */
  witness(): Witness;
  /**
   * Walks everything below a node on the current cell at once, for plain counts; undefined where that is not possible.
   * @returns whether the walk was stopped
   */
  readonly subtree?: ((node: OpenNode, budget: number, listener: SubtreeListener) => boolean) | undefined;
  /** Whether `subtree` can walk a node of that many cuts on the current cell; others are walked step by step. Default: all. */
  takes?(cuts: number): boolean;
  /** Counts the last layer; then no subtree is walked at once above it. Default: it is walked. */
  lastLayer?: LastLayer;
  /** The cell's polytope, of engines that hold one in all variables of the problem. */
  shape?(): CellShape | undefined;
  /**
   * The vertices of a polytope in all variables that contains the cell and is at hand: the cell's own, or those of one above it
   * that needs no more work. What certainly does not happen on it does not happen on the cell.
   */
  around?(): VertexCloud | undefined;
}

export type KernelFactory = (context: KernelContext) => CellKernel;
