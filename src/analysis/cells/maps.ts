/**
 * The affine map of a network on a cell, exactly.
 *
 * Inside, maps are compared as the integer rows of the output layer in the problem's variables: their common denominator
 * is the same on every cell, so two maps agree on the domain if and only if their integers do.
 */
import type { IntegerVector } from '../../exact/integers.js';
import {
  add,
  divide,
  equal,
  multiply,
  negate,
  ONE,
  type Rational,
  rational,
  subtract,
  ZERO,
} from '../../exact/rational.js';
import type { RationalAffine } from '../../network/evaluate.js';
import type { PartitionProblem } from '../../problem/lowering.js';
import type { Cell } from './enumerate.js';

/** The exact rows of the outputs on the cell: variables + 1 integers each, over `outputDenominator`. */
export function outputRows(cell: Cell): (readonly bigint[])[] {
  const { exact, outputLayer, problem } = cell;
  return Array.from({ length: problem.layers[outputLayer]!.width }, (_, k) => exact.row(outputLayer, k));
}

/** The common denominator of all output rows of a problem. */
export function outputDenominator(cell: Cell): bigint {
  return cell.exact.denominator(cell.outputLayer);
}

/** A text that two cells of one problem share exactly if their maps agree on the domain. */
export function mapKey(cell: Cell): string {
  return outputRows(cell)
    .map((row) => row.map((entry) => entry.toString(36)).join(' '))
    .join(';');
}

/** How the problem's variables stand for inputs: input = offset + factor * variable. */
export interface VariableFrame {
  /** For each variable the input that it stands for. */
  readonly input: readonly number[];
  readonly offset: readonly Rational[];
  readonly factor: readonly Rational[];
}

/** The frame of a problem; the homogenising variable of the whole space is not part of it. */
export function frameOf(problem: PartitionProblem): VariableFrame {
  const { variables, homogeneous } = problem;
  const count = homogeneous ? variables - 1 : variables;
  const at = (v: number) =>
    problem.lift({
      numerators: Array.from({ length: variables }, (_, i) => (i === v || (homogeneous && i === count) ? 1n : 0n)),
      denominator: 1n,
    });
  const origin = at(-1);
  const input = problem.freeInputNumbers;
  const offset: Rational[] = [];
  const factor: Rational[] = [];
  for (let v = 0; v < count; v++) {
    const moved = at(v);
    const i = input[v]!;
    offset.push(origin[i]!);
    factor.push(subtract(moved[i]!, origin[i]!));
  }
  return { input, offset, factor };
}

/** The point of the inputs that a point in the variables stands for: `problem.lift`, quicker where nothing is rescaled. */
export function liftPoint(problem: PartitionProblem, point: IntegerVector): Rational[] {
  if (!problem.plainCoordinates || problem.homogeneous || problem.variables < problem.network.inputs) {
    return problem.lift(point);
  }
  return point.numerators.map((n) => rational(n, point.denominator));
}

/**
 * An affine function of the variables as one of the free inputs: coefficients for every input (0 for those that the domain
 * fixes, or determines from the others), then the constant.
 */
export function rowInInputs(
  problem: PartitionProblem,
  frame: VariableFrame,
  row: readonly bigint[],
  denominator: bigint,
): { readonly coefficients: Rational[]; readonly constant: Rational } {
  const coefficients = new Array<Rational>(problem.network.inputs).fill(ZERO);
  // In homogeneous coordinates the constant is the coefficient of t.
  let constant = rational(row[problem.biasSlot]!, denominator);
  frame.input.forEach((input, v) => {
    const own = rational(row[v]!, denominator);
    const slope = equal(frame.factor[v]!, ONE) ? own : divide(own, frame.factor[v]!);
    coefficients[input] = slope;
    if (frame.offset[v]!.numerator !== 0n) constant = add(constant, negate(multiply(slope, frame.offset[v]!)));
  });
  return { coefficients, constant };
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
