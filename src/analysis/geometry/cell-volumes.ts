/**
 * Exact volumes of the cells of a walk: of simple polytopes in WebAssembly, of others by their rows.
 */
import { type IntegerVector, oddPart, type Rational, withoutContent } from '../../exact/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { type Cell, Recent } from '../cells/index.js';
import { facetsOf } from './faces.js';
import { isBoxFace } from './facets.js';
import { type Limbs, limbsOf, PointInLimbs } from './measure/limbs.js';
import { SimpleVolumes } from './measure/simple-volumes.js';
import { boundRow, type ConstraintNumber, constraintRow, dimensionOf, type Facet, type Polytope } from './polytope.js';
import { volumeByRows } from './volume-by-rows.js';

/** Rows that are remembered. */
const REMEMBERED = 1 << 11;

export class CellVolumes {
  private readonly simple = SimpleVolumes.here();
  private readonly bounds: Limbs[] = [];
  /** By the engine's own objects. */
  private readonly rows = new Recent<readonly bigint[], Limbs>(REMEMBERED);

  constructor(private readonly problem: PartitionProblem) {}

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
      rows: facets.map(({ constraints }) => this.limbsOfRow(cell, constraints[0]!)),
    });
  }

  /** Those of a row that is zero on a facet, with either sign. */
  private limbsOfRow(cell: Cell, constraint: ConstraintNumber): Limbs {
    const { problem, rows } = this;
    if (isBoxFace(problem, constraint))
      return (this.bounds[constraint] ??= limbsOf(shortened(boundRow(problem, constraint))));
    const { layer, neuron } = cell.splits[constraint - 2 * problem.variables]!;
    const row = cell.exact.row(layer, neuron);
    let known = rows.get(row);
    if (known === undefined) rows.set(row, (known = limbsOf(shortened(row))));
    return known;
  }
}

function ofAny(cell: Cell, polytope: Polytope): Rational {
  return volumeByRows(polytope, (constraint) => constraintRow(cell, constraint));
}

/** Those of a point without what all its numbers have in common. */
function limbsOfPoint(point: IntegerVector): Limbs {
  if (point instanceof PointInLimbs) return point.limbs;
  const { numerators, denominator } = withoutContent(point);
  return limbsOf([...numerators, denominator]);
}

/** A row without the powers of two that all its entries have in common. */
function shortened(row: readonly bigint[]): readonly bigint[] {
  const { zeros } = oddPart(row.reduce((bits, entry) => bits | entry, 0n));
  return zeros === 0 ? row : row.map((entry) => entry >> BigInt(zeros));
}

/** Whether as many facets meet at each vertex as the polytope has dimensions. */
function isSimple(facets: readonly Facet[], vertices: number, dimension: number): boolean {
  const at = new Uint8Array(vertices);
  for (const { vertices: own } of facets) for (const v of own) at[v]!++;
  return at.every((count) => count === dimension);
}
