/**
 * The current cell of the `vertex` engine for those who ask for its polytope.
 */
import type { CellShape, ShapeFacet } from '../../walk/index.js';
import type { VertexExact } from './exact.js';
import type { VertexList } from './frame.js';
import type { VertexPath } from './path.js';
import { lowestBit, type VertexPool } from './pool.js';

/** A view of cells, one at a time; `of` overwrites it. */
export class VertexShape implements CellShape {
  count = 0;
  private places: Float64Array = new Float64Array(0);
  private radii: Float64Array = new Float64Array(0);
  /** Whether the places are those of the cell at hand: not everybody asks for them. */
  private placed = false;
  private ids: Int32Array = new Int32Array(0);

  constructor(
    private readonly path: VertexPath,
    private readonly pool: VertexPool,
    private readonly exactly: VertexExact,
  ) {}

  /** The shape of a cell. */
  of({ ids, count }: VertexList): CellShape {
    this.ids = ids;
    this.count = count;
    this.placed = false;
    return this;
  }

  get points(): Float64Array {
    if (!this.placed) this.place();
    return this.places;
  }

  /** In units L_i <= X_i, so they hold in units X_i as well. */
  get radius(): Float64Array {
    if (!this.placed) this.place();
    return this.radii;
  }

  private place() {
    const { pool, count, ids } = this;
    const { n } = this.path;
    if (this.radii.length < count) {
      this.places = new Float64Array(2 * count * n);
      this.radii = new Float64Array(2 * count);
    }
    for (let v = 0; v < count; v++) {
      const id = ids[v]!;
      for (let i = 0; i < n; i++) this.places[v * n + i] = pool.x[id * n + i]!;
      this.radii[v] = pool.radius[id]!;
    }
    this.placed = true;
  }

  /** Every constraint that is left in a tight set is a facet's (`tight.ts`). */
  facets(): ShapeFacet[] {
    const { words, tight } = this.pool;
    const { owner } = this.path;
    const found = new Map<number, number[]>();
    for (let v = 0; v < this.count; v++) {
      const at = this.ids[v]! * words;
      for (let w = 0; w < words; w++) {
        for (let rest = tight[at + w]!; rest !== 0; rest &= rest - 1) {
          const constraint = owner[32 * w + lowestBit(rest)]!;
          const known = found.get(constraint);
          if (known === undefined) found.set(constraint, [v]);
          else known.push(v);
        }
      }
    }
    return Array.from(found, ([constraint, vertices]) => ({ constraint, vertices })).sort(
      (a, b) => a.constraint - b.constraint,
    );
  }

  constraints(): number[] {
    const { words, tight } = this.pool;
    const { owner } = this.path;
    const found: number[] = [];
    for (let w = 0; w < words; w++) {
      let any = 0;
      for (let v = 0; v < this.count; v++) any |= tight[this.ids[v]! * words + w]!;
      for (let rest = any; rest !== 0; rest &= rest - 1) insert(found, owner[32 * w + lowestBit(rest)]!);
    }
    return found;
  }

  incidences(into: Int32Array): boolean {
    const { words, tight } = this.pool;
    if (words > 1) return false;
    for (let v = 0; v < this.count; v++) into[v] = tight[this.ids[v]!]!;
    return true;
  }

  exact(v: number) {
    return this.exactly.vertex(this.ids[v]!);
  }
}

/** Puts a number into an ascending list: short ones are mostly in order already. */
function insert(list: number[], value: number) {
  let at = list.length;
  list.push(value);
  for (; at > 0 && list[at - 1]! > value; at--) list[at] = list[at - 1]!;
  list[at] = value;
}
