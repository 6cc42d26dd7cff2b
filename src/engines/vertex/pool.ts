/**
 * The vertices on the current path, kept once for all cells that share them.
 *
 * A stack of flat arrays indexed by vertex: a split appends the vertices that it creates, both parts share them, and they
 * are released when the cell that was split is left.
 */

import { bitCount, type IntegerVector } from '../../exact/index.js';

/**
 * What is known exactly about a vertex: nothing yet, small integers since its creation, small integers found when an exact
 * sign was asked, or integers of any size only. Only what was known at its creation may influence the doubles of other
 * vertices: what is asked depends on the subtrees visited before.
 */
export const UNKNOWN = 0;
export const SMALL = 1;
export const SMALL_FOUND = 2;
export const LARGE = 3;

const FIRST_CAPACITY = 256;

export class VertexPool {
  /** The number of vertices. */
  size = 0;
  /** Words of 32 bits per tight set. */
  words = 1;
  /** n coordinates per vertex. */
  x: Float64Array;
  /** Radii, n per vertex, and the largest of them (`engines/evidence/vertex-error.ts`). */
  radii: Float64Array;
  radius: Float64Array;
  /** Tight sets: bit s says that the constraint in slot s is zero here; `words` words per vertex. */
  tight: Int32Array;
  /** Signs of the neurons that cut: `signBits` words per vertex, see `words.ts`. */
  signs: Int32Array;
  /** UNKNOWN, SMALL, SMALL_FOUND or LARGE. */
  known: Uint8Array;
  /** For SMALL and SMALL_FOUND vertices n numerators and a positive denominator, coprime integers below 2^53. */
  small: Float64Array;
  /** The exact vertices that were asked for. */
  readonly exact: (IntegerVector | undefined)[] = [];
  private capacity = FIRST_CAPACITY;

  constructor(
    private readonly n: number,
    readonly signBits: number,
  ) {
    const c = FIRST_CAPACITY;
    this.x = new Float64Array(c * n);
    this.radii = new Float64Array(c * n);
    this.radius = new Float64Array(c);
    this.tight = new Int32Array(c);
    this.signs = new Int32Array(c * signBits);
    this.known = new Uint8Array(c);
    this.small = new Float64Array(c * (n + 1));
  }

  /** A new vertex with nothing known and undefined contents. */
  add(): number {
    if (this.size === this.capacity) this.grow();
    const id = this.size++;
    this.known[id] = UNKNOWN;
    this.exact[id] = undefined;
    return id;
  }

  private grow() {
    const c = (this.capacity *= 2);
    const larger = <A extends Float64Array | Int32Array | Uint8Array>(fresh: A, old: A): A => {
      fresh.set(old);
      return fresh;
    };
    this.x = larger(new Float64Array(c * this.n), this.x);
    this.radii = larger(new Float64Array(c * this.n), this.radii);
    this.radius = larger(new Float64Array(c), this.radius);
    this.tight = larger(new Int32Array(c * this.words), this.tight);
    this.signs = larger(new Int32Array(c * this.signBits), this.signs);
    this.known = larger(new Uint8Array(c), this.known);
    this.small = larger(new Float64Array(c * (this.n + 1)), this.small);
  }

  /** Gives a vertex the same radius in all coordinates. */
  setRadius(id: number, radius: number): void {
    const { n, radii } = this;
    for (let i = 0; i < n; i++) radii[id * n + i] = radius;
    this.radius[id] = radius;
  }

  /** How many constraints are tight at a vertex. */
  tightCount(id: number): number {
    const { tight, words } = this;
    let count = 0;
    for (let w = 0; w < words; w++) count += bitCount(tight[id * words + w]!);
    return count;
  }

  /** One more word per tight set. */
  widen(): void {
    const { words, tight, size } = this;
    const wider = new Int32Array(this.capacity * (words + 1));
    for (let id = 0; id < size; id++) {
      for (let w = 0; w < words; w++) wider[id * (words + 1) + w] = tight[id * words + w]!;
    }
    this.tight = wider;
    this.words = words + 1;
  }
}

/** The position of the lowest bit set in a nonzero word. */
export function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/** The array, or a copy with more room behind its entries, such that it holds at least `count`. */
export function withRoom(array: Int32Array, count: number): Int32Array {
  if (array.length >= count) return array;
  const larger = new Int32Array(2 * count);
  larger.set(array);
  return larger;
}
