/**
 * What the `vertex` engine holds of the cell at one depth of the path: its vertices, and what they say about the neurons that
 * cut the cell at the start of the layer, a bit each.
 */

/** How much is known of a cell: nothing, what its vertices say, or the vertices themselves. */
export const PENDING = 0;
export const JUDGED = 1;
export const BUILT = 2;

/** Vertices as the numbers that a pool has for them: the first `count` entries of `ids`. */
export interface VertexList {
  readonly ids: Int32Array;
  readonly count: number;
}

export interface VertexFrame extends VertexList {
  state: number;
  ids: Int32Array;
  count: number;
  /** Bits of the neurons of the layer that cut the cell, and of those positive or negative somewhere on it. */
  readonly cut: Int32Array;
  readonly positive: Int32Array;
  readonly negative: Int32Array;
  /** Bits of the neurons for which the last split needed an exact sign at a new vertex. */
  readonly exact: Int32Array;
  /** The neuron by which the cell was split, -1 before; the slot it has in the parts. */
  split: number;
  slot: number;
  /** The vertices that the split created: none yet if the first is negative. */
  firstNew: number;
  endNew: number;
  /** Undoing what building the cell changed: the length of the log before, and the former owner of the parent's slot. */
  logged: number;
  formerOwner: number;
}

/** Room for a cell, of which nothing is known. @param words words of bits, as many as the widest layer needs */
export function vertexFrame(words: number): VertexFrame {
  return {
    state: PENDING,
    ids: new Int32Array(64),
    count: 0,
    cut: new Int32Array(words),
    positive: new Int32Array(words),
    negative: new Int32Array(words),
    exact: new Int32Array(words),
    split: 0,
    slot: 0,
    firstNew: 0,
    endNew: 0,
    logged: 0,
    formerOwner: 0,
  };
}
