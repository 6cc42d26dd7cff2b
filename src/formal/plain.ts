/**
 * Certificates in plain form: what the checker that is proved in Coq reads (`properties/formal/Checker.v`, `docs/formal.md`).
 *
 * Everything is integers over common denominators. A tree is written node by node, depth first; nodes with one subtree stand in front of it.
 */

/**
 * scale > 0 times what is claimed to be >= 0, minus the sum of multiplier >= 0 times known row, is >= 0 on the node's box. Position 0
 * is the row that became known last; the conditions of the domain, in their order, are the oldest ones.
 */
export interface Evidence {
  readonly scale: bigint;
  readonly by: readonly (readonly [position: number, multiplier: bigint])[];
}

/** c + a . x as [c, ...a]. */
export type PlainRow = readonly bigint[];

export interface PlainMap {
  readonly denominator: bigint;
  readonly rows: readonly PlainRow[];
}

export interface PlainLayer {
  readonly before: PlainMap;
  readonly slopeDenominator: bigint;
  readonly slopes: readonly (readonly [negative: bigint, positive: bigint])[];
}

export interface PlainNetwork {
  readonly inputs: number;
  readonly layers: readonly PlainLayer[];
  readonly output: PlainMap;
}

export type PlainDomain =
  | { readonly kind: 'box'; readonly denominator: bigint; readonly bounds: readonly (readonly [bigint, bigint])[] }
  | { readonly kind: 'whole'; readonly dimension: number }
  | {
      readonly kind: 'polytope';
      readonly dimension: number;
      readonly inequalities: readonly PlainRow[];
      readonly equalities: readonly PlainRow[];
    };

/** All that stands before the tree. */
export interface PlainHead {
  /** SHA-256 of the canonical network. */
  readonly digest: string;
  readonly network: PlainNetwork;
  readonly domain: PlainDomain;
  /** The denominator of all bounds in the tree. */
  readonly grid: bigint;
  /** For every condition of the domain (equalities a second time, negated) evidence that it is zero throughout, if it is. */
  readonly flat: readonly (Evidence | undefined)[];
}

/** What takes a tree, node by node, depth first. */
export interface TreeWriter {
  /** The negative side follows, then the positive one. */
  split(neuron: number): void;
  /** A leaf. */
  cell(numerators: readonly bigint[], denominator: bigint): void;
  implied(neuron: number, side: 1 | -1, evidence: Evidence): void;
  /** bound / grid is a lower (1) or upper (-1) bound of the coordinate. */
  bound(coordinate: number, side: 1 | -1, bound: bigint, evidence: Evidence): void;
  known(row: PlainRow, evidence: Evidence): void;
  /** All neurons of the layer are settled. */
  next(): void;
}

/** What takes a whole certificate. */
export interface PlainWriter extends TreeWriter {
  head(head: PlainHead): void;
  end(cells: number): void;
}
