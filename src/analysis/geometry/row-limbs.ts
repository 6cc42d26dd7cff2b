/**
 * The rows of constraints as limbs, each made once.
 */
import { oddPart } from '../../exact/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { type Cell, Recent } from '../cells/index.js';
import { LimbRoom, type Limbs, limbsOf } from './measure/limbs.js';
import { boundRow, type ConstraintNumber } from './polytope.js';

/** Rows that are remembered. */
const REMEMBERED = 1 << 11;

export class RowLimbs {
  private readonly room = new LimbRoom();
  private readonly bounds: Limbs[] = [];
  /** By the engine's own objects. */
  private readonly rows = new Recent<readonly bigint[], Limbs>(REMEMBERED);

  constructor(private readonly problem: PartitionProblem) {}

  /** Those of a row that is zero where the constraint is, with either sign, without the powers of two that its entries have in common. */
  of(cell: Cell, constraint: ConstraintNumber): Limbs {
    const { problem, rows } = this;
    const faces = 2 * problem.variables;
    if (constraint < faces) return (this.bounds[constraint] ??= limbsOf(shortened(boundRow(problem, constraint))));
    const { layer, neuron } = cell.splits[constraint - faces]!;
    const row = cell.exact.row(layer, neuron);
    let known = rows.get(row);
    if (known === undefined) rows.set(row, (known = this.room.limbsOf(shortened(row))));
    return known;
  }
}

function shortened(row: readonly bigint[]): readonly bigint[] {
  const { zeros } = oddPart(row.reduce((bits, entry) => bits | entry, 0n));
  return zeros === 0 ? row : row.map((entry) => entry >> BigInt(zeros));
}
