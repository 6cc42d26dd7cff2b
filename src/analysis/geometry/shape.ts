/**
 * The polytope that an engine holds of the current cell, as an exact polytope.
 */
import { type IntegerVector, nearestDouble } from '../../exact/index.js';
import type { CellShape } from '../../walk/index.js';
import type { Cell } from '../cells/index.js';
import type { ConstraintNumber, Polytope, Vertex } from './polytope.js';
import type { SharedVertices } from './shared-vertices.js';

/** A vertex whose place is made exact when it is asked for. */
class ShapeVertex implements Vertex {
  private place: IntegerVector | undefined;
  private nearest: Float64Array | undefined;

  constructor(
    private readonly cell: Cell,
    private readonly shared: SharedVertices,
    readonly tight: readonly ConstraintNumber[],
  ) {}

  get point(): IntegerVector {
    return (this.place ??= this.shared.pointOf(this.cell, this.tight));
  }

  get near(): Float64Array {
    const { numerators, denominator } = this.point;
    return (this.nearest ??= Float64Array.from(numerators, (n) => nearestDouble(n, denominator)));
  }
}

/** The cell's polytope; valid, as the shape is, only while the cell is visited. Tight are the facets only. */
export function polytopeOfShape(cell: Cell, shape: CellShape, shared: SharedVertices): Polytope {
  const facets = shape.facets().map(({ constraint, vertices }) => ({ constraints: [constraint], vertices }));
  const tight: ConstraintNumber[][] = Array.from({ length: shape.count }, () => []);
  for (const { constraints, vertices } of facets) for (const v of vertices) tight[v]!.push(constraints[0]!);
  return {
    vertices: tight.map((constraints) => new ShapeVertex(cell, shared, constraints)),
    facets,
    dimension: cell.problem.variables,
  };
}
