/**
 * Tight sets: for every vertex the slots of the constraints that are zero there.
 *
 * What building a cell changes in the sets of vertices that it shares with others is undone when the cell is left.
 */

import { bitCount } from '../../exact/index.js';
import type { VertexList } from './frame.js';
import type { VertexPath } from './path.js';
import { lowestBit, type VertexPool, withRoom } from './pool.js';

export class VertexTight {
  /** Sets changed in place: vertex, word and former value of each change. */
  private log: Int32Array = new Int32Array(96);
  private size = 0;

  constructor(
    private readonly path: Pick<VertexPath, 'owner'>,
    private readonly pool: VertexPool,
  ) {}

  /** How long the log is: where `undo` goes back to. */
  get logged(): number {
    return this.size;
  }

  /** Makes a constraint tight, until undone. */
  add(id: number, slot: number): void {
    const { tight, words } = this.pool;
    const word = slot >>> 5;
    this.change(id, word, tight[id * words + word]! | (1 << slot));
  }

  private change(id: number, word: number, value: number) {
    const { tight, words } = this.pool;
    this.log = withRoom(this.log, this.size + 3);
    this.log[this.size++] = id;
    this.log[this.size++] = word;
    this.log[this.size++] = tight[id * words + word]!;
    tight[id * words + word] = value;
  }

  /** Undoes what was changed since the log had the given length. */
  undo(logged: number): void {
    const { tight, words } = this.pool;
    while (this.size > logged) {
      this.size -= 3;
      tight[this.log[this.size]! * words + this.log[this.size + 1]!] = this.log[this.size + 2]!;
    }
  }

  /** The first slot that no vertex of the cell uses. */
  freeSlot({ ids, count }: VertexList): number {
    const { pool } = this;
    for (let w = 0; ; w++) {
      if (w === pool.words) this.widen();
      const { tight, words } = pool;
      let used = 0;
      for (let k = 0; k < count; k++) used |= tight[ids[k]! * words + w]!;
      if (used !== -1) return 32 * w + lowestBit(~used);
    }
  }

  /** Whether the cell has at most 32 facets, wherever their slots are: other cells may have needed more words. */
  isOneWord(cell: VertexList): boolean {
    return this.pool.words === 1 || this.used(cell).reduce((sum, word) => sum + bitCount(word), 0) <= 32;
  }

  /** The tight sets of the vertices of a cell with at most 32 facets, a word each; the same bit is the same facet. */
  inOneWord(cell: VertexList): Int32Array {
    const { tight, words } = this.pool;
    const sets = new Int32Array(cell.count);
    let shift = 0;
    for (const [w, used] of this.used(cell).entries()) {
      for (let rest = used; rest !== 0; rest &= rest - 1) {
        const slot = lowestBit(rest);
        for (let k = 0; k < cell.count; k++) {
          sets[k]! |= ((tight[cell.ids[k]! * words + w]! >>> slot) & 1) << shift;
        }
        shift++;
      }
    }
    return sets;
  }

  /** The slots that vertices of the cell use, as words of bits. */
  private used({ ids, count }: VertexList): Int32Array {
    const { tight, words } = this.pool;
    const used = new Int32Array(words);
    for (let k = 0; k < count; k++) {
      for (let w = 0; w < words; w++) used[w]! |= tight[ids[k]! * words + w]!;
    }
    return used;
  }

  private widen() {
    this.pool.widen();
    this.path.owner = withRoom(this.path.owner, 32 * this.pool.words);
  }

  /**
   * Forgets the constraints that are no facets of the cell, until undone. There are such only around vertices that are not
   * simple.
   *
   * A constraint is a facet if and only if no other one holds at all of its vertices: a face of lower dimension lies in two
   * facets, and no two constraints have the same hyperplane, because a neuron that does not cut is never a split.
   */
  dropRedundant({ ids, count }: VertexList): void {
    const { tight, words } = this.pool;
    const facets = this.facets(ids, count);
    for (let k = 0; k < count; k++) {
      for (let w = 0; w < words; w++) {
        const before = tight[ids[k]! * words + w]!;
        if ((before & ~facets[w]!) !== 0) this.change(ids[k]!, w, before & facets[w]!);
      }
    }
  }

  /** The slots of facets, as words of bits. */
  private facets(ids: Int32Array, count: number): Int32Array {
    const { tight, words } = this.pool;
    const slots = 32 * words;
    // together[s]: the constraints tight at all vertices where s is.
    const together = new Int32Array(slots * words).fill(-1);
    for (let k = 0; k < count; k++) {
      const at = ids[k]! * words;
      for (let w = 0; w < words; w++) {
        for (let rest = tight[at + w]!; rest !== 0; rest &= rest - 1) {
          const to = (32 * w + lowestBit(rest)) * words;
          for (let v = 0; v < words; v++) together[to + v]! &= tight[at + v]!;
        }
      }
    }
    const facets = new Int32Array(words);
    for (let s = 0; s < slots; s++) {
      let size = 0;
      for (let v = 0; v < words; v++) size += bitCount(together[s * words + v]!);
      if (size === 1) facets[s >>> 5]! |= 1 << s;
    }
    return facets;
  }
}
