/**
 * A cell's polytope cut by further rows: comparisons of outputs, levels.
 */
import { rowAt, signOfInteger } from '../../exact/index.js';
import type { Cell } from '../cells/index.js';
import { constraintRow, cutPolytope, type Polytope, type RowSource } from './polytope.js';

/** Exact integer rows of a cell's variables (coefficients, then constant). */
export type CutRows = readonly (readonly bigint[])[];

/** The signs of a row at the vertices of a polytope. */
export function signsAt({ vertices }: Polytope, row: readonly bigint[]): number[] {
  return vertices.map(({ point }) => signOfInteger(rowAt(row, point.numerators, point.denominator)));
}

/** Cuts polytopes of one cell by rows that are no constraints of it. */
export class RowCuts {
  /** Numbers behind all constraints of the cell, as a vertex lists its constraints in ascending order. */
  private readonly base: number;
  private readonly source: RowSource;

  constructor(
    cell: Cell,
    readonly rows: CutRows,
  ) {
    const base = 2 * cell.problem.variables + cell.splits.length;
    this.base = base;
    this.source = (constraint) => {
      if (constraint < base) return constraintRow(cell, constraint);
      const row = rows[(constraint - base) >> 1]!;
      return (constraint - base) % 2 === 0 ? row : row.map((entry) => -entry);
    };
  }

  /** The part of a polytope where row r is >= 0 (side 1) or <= 0 (side -1); both signs of it occur, `signs` are those at its vertices. */
  half(polytope: Polytope, r: number, side: 1 | -1, signs: readonly number[]): Polytope {
    const own = side > 0 ? signs : signs.map((sign) => -sign);
    return cutPolytope(polytope, this.base + 2 * r + (side > 0 ? 0 : 1), own, this.source);
  }

  /** The part where every row is >= 0; undefined if it has no interior. A row that is 0 throughout keeps all. */
  where(polytope: Polytope): Polytope | undefined {
    let part = polytope;
    for (let r = 0; r < this.rows.length; r++) {
      const signs = signsAt(part, this.rows[r]!);
      if (!signs.includes(-1)) continue;
      if (!signs.includes(1)) return undefined;
      part = this.half(part, r, 1, signs);
    }
    return part;
  }
}
