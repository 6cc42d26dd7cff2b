/**
 * The affine map of a network on a cell, exactly.
 *
 * Inside, maps are compared as the integer rows of the output layer in the problem's variables: their common denominator
 * is the same on every cell, so two maps agree on the domain if and only if their integers do.
 */
import type { RationalAffine } from '../../network/index.js';
import type { Cell } from './enumerate.js';
import { frameOf, rowInInputs, type VariableFrame } from './variable-frame.js';

/** What of a cell tells its map. */
export type MappedCell = Pick<Cell, 'exact' | 'outputLayer' | 'problem'>;

/** The exact rows of the outputs on the cell: variables + 1 integers each, over `outputDenominator`. */
export function outputRows(cell: MappedCell): (readonly bigint[])[] {
  const { exact, outputLayer, problem } = cell;
  return Array.from({ length: problem.layers[outputLayer]!.width }, (_, k) => exact.row(outputLayer, k));
}

/** The common denominator of all output rows of a problem. */
export function outputDenominator(cell: Cell): bigint {
  return cell.exact.denominator(cell.outputLayer);
}

/** A text that two cells of one problem share exactly if their maps agree on the domain. */
export function mapKey(cell: MappedCell): string {
  return outputRows(cell)
    .map((row) => row.map((entry) => entry.toString(36)).join(' '))
    .join(';');
}

/**
 * The network's affine map on a cell, in input coordinates: Jacobian (outputs x inputs) and constant.
 *
 * On a flat domain this is the map of the free inputs: the columns of the others, which are fixed or determined, are 0.
 */
export function mapOf(cell: Cell, frame: VariableFrame = frameOf(cell.problem)): RationalAffine {
  const denominator = outputDenominator(cell);
  const rows = outputRows(cell).map((row) => rowInInputs(cell.problem, frame, row, denominator));
  return { jacobian: rows.map((r) => r.coefficients), constant: rows.map((r) => r.constant) };
}
