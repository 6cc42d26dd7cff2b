/**
 * What the box around the vertices of a cell says about the neurons of a layer, before any of them is asked at the vertices.
 */
import { SLACK, signBeyond } from '../../exact/index.js';
import { vertexBound } from '../evidence/index.js';
import type { VertexList } from './frame.js';
import type { VertexPath } from './path.js';
import type { VertexPool } from './pool.js';

export class VertexBounds {
  /** Whether the rows' enclosure is that of the cell. */
  private known = false;
  private readonly found: Int8Array;

  constructor(
    private readonly path: VertexPath,
    private readonly pool: VertexPool,
  ) {
    this.found = new Int8Array(path.context.rows.settled.length);
  }

  /** The cell, or the layer, is another one. */
  forget(): void {
    this.known = false;
  }

  /** The side of the cell on which a neuron of the layer leaves no choice, or 0. */
  side(cell: VertexList, neuron: number): -1 | 0 | 1 {
    if (!this.known) this.enclose(cell);
    const { centre, reach } = this.path.context.rows.enclosure;
    return signBeyond(centre[neuron]!, vertexBound(reach[neuron]!, 0));
  }

  /** The same for all neurons of the layer; overwritten by the next call. */
  sides(cell: VertexList): Int8Array {
    const { layer, context } = this.path;
    const { width } = context.problem.layers[layer]!;
    for (let k = 0; k < width; k++) this.found[k] = this.side(cell, k);
    return this.found;
  }

  /**
   * A box around the true vertices, widened by their radii, and what it says about all neurons of the layer: for x in the
   * box |r(x) - r(middle)| <= sum |r_i| half_i, and Lemma 2 bounds the error at the middle.
   */
  private enclose({ ids, count }: VertexList) {
    const { path, pool } = this;
    const { n } = path;
    const { rows } = path.context;
    const { box } = rows.enclosure;
    for (let i = 0; i < n; i++) {
      let low = Number.POSITIVE_INFINITY;
      let high = Number.NEGATIVE_INFINITY;
      let radius = 0;
      for (let k = 0; k < count; k++) {
        const at = ids[k]! * n + i;
        const x = pool.x[at]!;
        const e = pool.radii[at]!;
        if (x < low) low = x;
        if (x > high) high = x;
        if (e > radius) radius = e;
      }
      box[i] = low / 2 + high / 2;
      box[n + i] = (high / 2 - low / 2 + (radius + path.rounded) * path.units[i]!) * SLACK;
    }
    rows.enclose(path.layer, n, 1);
    this.known = true;
  }
}
