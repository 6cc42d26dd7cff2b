/**
 * Exact volumes of the cells of a walk: of simple polytopes in WebAssembly, of others by their rows.
 */
import { type IntegerVector, type Rational, withoutContent } from '../../exact/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import type { Cell } from '../cells/index.js';
import { facetsOf } from './faces.js';
import { heldLimbs, type Limbs, limbsOf } from './measure/limbs.js';
import { SimpleVolumes } from './measure/simple-volumes.js';
import { constraintRow, dimensionOf, type Facet, type Polytope } from './polytope.js';
import { RowLimbs } from './row-limbs.js';
import { volumeByRows } from './volume-by-rows.js';

export class CellVolumes {
  private readonly simple = SimpleVolumes.here();
  private readonly rows: RowLimbs;

  constructor(problem: PartitionProblem) {
    this.rows = new RowLimbs(problem);
  }

  /** The volume of a bounded cell in the problem's variables. @param polytope the cell's */
  volumeOf(cell: Cell, polytope: Polytope): Rational {
    return this.measuresSimple(cell, polytope) ? this.simple!.rational() : ofAny(cell, polytope);
  }

  /** The same as `formatRational` writes it, where that is found without the number. */
  textOf(cell: Cell, polytope: Polytope): string | Rational {
    if (!this.measuresSimple(cell, polytope)) return ofAny(cell, polytope);
    return this.simple!.fraction() ?? this.simple!.rational();
  }

  /** Measures a simple polytope; false of others. */
  private measuresSimple(cell: Cell, polytope: Polytope): boolean {
    const dimension = dimensionOf(polytope);
    if (this.simple === undefined || dimension < 2) return false;
    const facets = facetsOf(polytope);
    if (!isSimple(facets, polytope.vertices.length, dimension)) return false;
    return this.simple.measure({
      dimension,
      vertices: polytope.vertices.map(({ point }) => limbsOfPoint(point)),
      facets: facets.map(({ vertices }) => vertices),
      rows: facets.map(({ constraints }) => this.rows.of(cell, constraints[0]!)),
    });
  }
}

function ofAny(cell: Cell, polytope: Polytope): Rational {
  return volumeByRows(polytope, (constraint) => constraintRow(cell, constraint));
}

/** Those of a point without what all its numbers have in common. */
function limbsOfPoint(point: IntegerVector): Limbs {
  const held = heldLimbs(point);
  if (held !== undefined) return held.limbs;
  const { numerators, denominator } = withoutContent(point);
  return limbsOf([...numerators, denominator]);
}

/** Whether as many facets meet at each vertex as the polytope has dimensions. */
function isSimple(facets: readonly Facet[], vertices: number, dimension: number): boolean {
  const at = new Uint8Array(vertices);
  for (const { vertices: own } of facets) for (const v of own) at[v]!++;
  return at.every((count) => count === dimension);
}
