/**
 * The current cell of the planar engine for those who ask for its polygon.
 */
import type { IntegerVector } from '../../exact/index.js';
import type { CellShape, ShapeFacet } from '../../walk/index.js';
import type { Ring } from './evidence.js';
import type { PlanarVertices } from './vertices.js';

/** A view of cells, one at a time; `of` overwrites it. The edge that begins at vertex v is the facet through v and the next one. */
export class PlanarShape implements CellShape {
  count = 0;
  points = new Float64Array(32);
  radius = new Float64Array(16);
  edges = new Int32Array(16);
  private ids = new Int32Array(16);

  constructor(private readonly vertices: PlanarVertices) {}

  /** The shape of a ring. */
  of({ vertex, edge, start, end }: Ring): CellShape {
    const count = end - start;
    if (count > this.radius.length) {
      this.points = new Float64Array(4 * count);
      this.radius = new Float64Array(2 * count);
      this.edges = new Int32Array(2 * count);
      this.ids = new Int32Array(2 * count);
    }
    const { points, radius, edges, ids, vertices } = this;
    for (let v = 0; v < count; v++) {
      const id = vertex[start + v]!;
      points[2 * v] = vertices.x[id]!;
      points[2 * v + 1] = vertices.y[id]!;
      radius[v] = vertices.radius[id]!;
      edges[v] = edge[start + v]!;
      ids[v] = id;
    }
    this.count = count;
    return this;
  }

  facets(): ShapeFacet[] {
    const { count, edges } = this;
    return Array.from({ length: count }, (_, v) => ({ constraint: edges[v]!, vertices: [v, (v + 1) % count] })).sort(
      (a, b) => a.constraint - b.constraint,
    );
  }

  constraints(): number[] {
    return Array.from(this.edges.subarray(0, this.count)).sort((a, b) => a - b);
  }

  exact(v: number): IntegerVector {
    return this.vertices.vector(this.ids[v]!);
  }
}
