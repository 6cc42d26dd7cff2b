/**
 * The certain signs of a neuron at vertices: from doubles where they are beyond their bound (Lemma 3 of `engines/evidence/vertex-error.ts`),
 * else at a refined vertex, else exactly. An exact zero is an incidence.
 */
import { signBeyond } from '../../exact/index.js';
import { vertexBound } from '../evidence/index.js';
import type { VertexExact } from './exact.js';
import type { VertexPath } from './path.js';
import type { VertexPool } from './pool.js';
import type { VertexRefinement } from './refinement.js';
import { type RowAtVertices, rowAtVertices } from './values.js';

export class VertexSigns {
  /** Whether one of the last signs took exact numbers. */
  neededExact = false;
  private readonly evaluate: RowAtVertices;
  private found: Float64Array = new Float64Array(64);

  constructor(
    private readonly path: VertexPath,
    private readonly pool: VertexPool,
    private readonly exact: VertexExact,
    private readonly refinement: VertexRefinement,
  ) {
    this.evaluate = rowAtVertices(path.n);
  }

  /** The rounded values of a neuron of the layer at vertices; overwritten by the next call of a method. */
  values(neuron: number, ids: Int32Array, count: number): Float64Array {
    const { rows, problem } = this.path.context;
    if (this.found.length < count) this.found = new Float64Array(2 * count);
    const data = rows.rows[this.path.layer]!;
    this.evaluate(data, neuron * rows.stride, problem.variables, this.pool.x, ids, count, this.found);
    return this.found;
  }

  /** The signs of a neuron of the layer at vertices; overwritten by the next call of a method. */
  signs(neuron: number, ids: Int32Array, count: number): Float64Array {
    const { path } = this;
    const { radius } = this.pool;
    this.neededExact = false;
    const values = this.values(neuron, ids, count);
    const swing = path.swing(path.layer, neuron);
    const threshold = path.context.rows.threshold[path.layer]![neuron]!;
    for (let k = 0; k < count; k++) {
      const sign = signBeyond(values[k]!, vertexBound(threshold, swing * radius[ids[k]!]!));
      values[k] = sign !== 0 ? sign : this.closer(ids[k]!, neuron, values[k]!);
    }
    return values;
  }

  /**
   * The sign where the largest radius does not tell: by those of every coordinate, then at a refined vertex. The vertex itself stays as
   * it is, because others may be made from it, and what is asked here must leave no trace.
   */
  private closer(id: number, neuron: number, value: number): -1 | 0 | 1 {
    const { path, pool, refinement } = this;
    if (pool.radius[id]! > path.rounded && path.ordinary) {
      const near = signBeyond(value, this.boundAt(neuron, pool.radii, id * path.n));
      if (near !== 0) return near;
      if (refinement.refine(id) < Number.POSITIVE_INFINITY) {
        const sign = signBeyond(this.valueAtRefined(neuron), this.boundAt(neuron, refinement.radii, 0));
        if (sign !== 0) return sign;
      }
    }
    this.neededExact = true;
    return this.exact.signAt(id, path.layer, neuron);
  }

  private boundAt(neuron: number, radii: Float64Array, from: number): number {
    const { path } = this;
    const { rows } = path.context;
    const reach = path.reach(rows.rows[path.layer]!, neuron * rows.stride, radii, from);
    return vertexBound(rows.threshold[path.layer]![neuron]!, reach);
  }

  private valueAtRefined(neuron: number): number {
    const { path, refinement } = this;
    const { rows, problem } = path.context;
    const data = rows.rows[path.layer]!;
    const at = neuron * rows.stride;
    let sum = data[at + problem.variables]!;
    for (let i = 0; i < path.n; i++) sum += data[at + i]! * refinement.point[i]!;
    return sum;
  }
}
