/**
 * A point strictly inside a cell of the `vertex` engine: near the mean of its vertices.
 */
import { type IntegerVector, reduced, signBeyond } from '../../exact/index.js';
import type { Witness } from '../../walk/index.js';
import { isStrictlyInside, roundedPoint } from '../evidence/index.js';
import type { VertexExact } from './exact.js';
import { exactConstraints, splitFacets } from './facets.js';
import type { VertexList } from './frame.js';
import type { VertexPath } from './path.js';
import type { VertexPool } from './pool.js';

/** Where a homogenising variable that no row depends on is put: in the middle of [0, 1]. */
const IDLE = 1 / 2;

export class VertexWitness {
  private readonly centre: Float64Array;
  private readonly short: Float64Array;

  constructor(
    private readonly path: VertexPath,
    private readonly pool: VertexPool,
    private readonly exact: VertexExact,
  ) {
    const { variables } = path.context.problem;
    this.centre = new Float64Array(variables).fill(IDLE);
    this.short = new Float64Array(variables);
  }

  /**
   * A point inside the cell: the mean of its vertices as it is computed, in single precision if that is inside, in double
   * precision if that is; else a point near the exact mean. Doubles are overwritten by the next call.
   */
  inside(cell: VertexList): Witness {
    const { centre, short } = this;
    this.findCentre(cell);
    for (let i = 0; i < centre.length; i++) short[i] = Math.fround(centre[i]!);
    const facets = splitFacets(this.path, this.pool, cell);
    if (this.isInside(short, facets)) return short;
    return this.isInside(centre, facets) ? centre : this.exactWitness(cell, facets);
  }

  private findCentre({ ids, count }: VertexList) {
    const { pool, centre } = this;
    const { n } = this.path;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let k = 0; k < count; k++) sum += pool.x[ids[k]! * n + i]!;
      centre[i] = sum / count;
    }
  }

  /** Whether a double point is certainly strictly inside the box and the facets. */
  private isInside(point: Float64Array, facets: readonly number[]): boolean {
    const { problem } = this.path.context;
    for (let i = 0; i < point.length; i++) {
      if (!(point[i]! > problem.lower[i]! && point[i]! < problem.upper[i]!)) return false;
    }
    for (const k of facets) if (!this.isBehind(point, k)) return false;
    return true;
  }

  /** Whether a double point is certainly on the cell's side of a split. */
  private isBehind(point: Float64Array, k: number): boolean {
    const { path } = this;
    const { rows, problem } = path.context;
    const layer = path.splitLayer[k]!;
    const neuron = path.splitNeuron[k]!;
    const data = rows.rows[layer]!;
    const at = neuron * rows.stride;
    let value = data[at + problem.variables]!;
    for (let i = 0; i < problem.variables; i++) value += data[at + i]! * point[i]!;
    return signBeyond(value, rows.threshold[layer]![neuron]!) === path.splitSide[k];
  }

  /** The exact mean of the vertices is strictly inside; a point near it with shorter coordinates may be, too. */
  private exactWitness({ ids, count }: VertexList, facets: readonly number[]): Witness {
    const { n, context } = this.path;
    const { problem } = context;
    let sum = this.exact.vertex(ids[0]!);
    for (let k = 1; k < count; k++) sum = plus(sum, this.exact.vertex(ids[k]!));
    // The mean with the idle variable in the middle, over twice the denominator.
    const denominator = sum.denominator * BigInt(count);
    const numerators = Array.from(this.centre, (_, i) => (i < n ? 2n * sum.numerators[i]! : denominator));
    const mean: IntegerVector = { numerators, denominator: 2n * denominator };
    const constraints = exactConstraints(this.path, facets);
    const inside = roundedPoint(reduced(mean), (candidate) => isStrictlyInside(problem, constraints, candidate));
    return inside.exact ?? inside.doubles;
  }
}

function plus(a: IntegerVector, b: IntegerVector): IntegerVector {
  return {
    numerators: a.numerators.map((x, i) => x * b.denominator + b.numerators[i]! * a.denominator),
    denominator: a.denominator * b.denominator,
  };
}
