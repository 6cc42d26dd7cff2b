/**
 * The edges of a cell that a crease crosses, found from the tight sets of its vertices alone.
 *
 * Two vertices are joined by an edge if and only if their common constraints hold at no third vertex. For a simple one, which
 * lies in n facets, this is to say that all but one of them hold at the other.
 */

import { bitCount } from '../../exact/index.js';
import type { VertexCrossing } from './crossing.js';
import type { VertexList } from './frame.js';
import type { VertexPath } from './path.js';
import { type VertexPool, withRoom } from './pool.js';

export class VertexEdges {
  private common: Int32Array = new Int32Array(1);
  /** The tight sets of the vertices on the negative side, one behind the other. */
  private tightOfMinus: Int32Array = new Int32Array(64);

  constructor(
    private readonly path: Pick<VertexPath, 'n'>,
    private readonly pool: VertexPool,
    private readonly crossing: Pick<VertexCrossing, 'plus' | 'minus' | 'plusCount' | 'minusCount' | 'place'>,
  ) {}

  /**
   * Creates a vertex on every edge of the cell between the vertices on two sides of a crease (`VertexCrossing.sort`): tight
   * where both ends are, and in the slot of the crease.
   */
  cross(cell: VertexList, slot: number): void {
    if (this.pool.words === 1) this.crossNarrow(cell, 1 << slot);
    else this.crossWide(cell, slot);
  }

  /** For tight sets of one word. */
  private crossNarrow(cell: VertexList, crease: number) {
    const { pool, path, crossing } = this;
    const { n } = path;
    const { plus, minus, plusCount, minusCount } = crossing;
    this.tightOfMinus = withRoom(this.tightOfMinus, minusCount);
    const { tightOfMinus } = this;
    for (let m = 0; m < minusCount; m++) tightOfMinus[m] = pool.tight[minus[m]!]!;
    for (let p = 0; p < plusCount; p++) {
      const a = plus[p]!;
      const atA = pool.tight[a]!;
      const simple = bitCount(atA) === n;
      for (let m = 0; m < minusCount; m++) {
        const atB = tightOfMinus[m]!;
        if (simple) {
          const missing = atA & ~atB;
          if ((missing & (missing - 1)) !== 0) continue;
        } else if (bitCount(atB) === n) {
          const missing = atB & ~atA;
          if ((missing & (missing - 1)) !== 0) continue;
        } else if (!this.isEdge(cell, a, minus[m]!, atA & atB)) continue;
        const id = pool.add();
        pool.tight[id] = (atA & atB) | crease;
        crossing.place(p, m, id);
      }
    }
  }

  /** Whether common constraints hold at no third vertex. */
  private isEdge({ ids, count }: VertexList, a: number, b: number, common: number): boolean {
    if (bitCount(common) < this.path.n - 1) return false;
    const { tight } = this.pool;
    for (let k = 0; k < count; k++) {
      const id = ids[k]!;
      if ((tight[id]! & common) === common && id !== a && id !== b) return false;
    }
    return true;
  }

  /** For tight sets of any number of words. */
  private crossWide(cell: VertexList, slot: number) {
    const { pool, path, crossing } = this;
    const { plus, minus, plusCount, minusCount } = crossing;
    const { words } = pool;
    if (this.common.length !== words) this.common = new Int32Array(words);
    const { common } = this;
    for (let p = 0; p < plusCount; p++) {
      const a = plus[p]!;
      const simple = pool.tightCount(a) === path.n;
      for (let m = 0; m < minusCount; m++) {
        const b = minus[m]!;
        let size = 0;
        for (let w = 0; w < words; w++) {
          common[w] = pool.tight[a * words + w]! & pool.tight[b * words + w]!;
          size += bitCount(common[w]!);
        }
        if (size < path.n - 1 || !(simple || this.isEdgeWide(cell, a, b))) continue;
        const id = pool.add();
        pool.tight.set(common, id * words);
        pool.tight[id * words + (slot >>> 5)]! |= 1 << slot;
        crossing.place(p, m, id);
      }
    }
  }

  private isEdgeWide({ ids, count }: VertexList, a: number, b: number): boolean {
    const { common } = this;
    const { tight, words } = this.pool;
    for (let k = 0; k < count; k++) {
      const id = ids[k]!;
      if (id === a || id === b) continue;
      let w = 0;
      while (w < words && (tight[id * words + w]! & common[w]!) === common[w]!) w++;
      if (w === words) return false;
    }
    return true;
  }
}
