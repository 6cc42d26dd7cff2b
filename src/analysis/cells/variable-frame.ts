/**
 * How the variables of a problem stand for the inputs of its network: points and rows in one as points and rows in the other.
 */

import type { IntegerVector } from '../../exact/index.js';
import {
  add,
  divide,
  equal,
  inLowestTerms,
  multiply,
  negate,
  ONE,
  type Rational,
  rational,
  subtract,
  ZERO,
} from '../../exact/index.js';
import type { PartitionProblem } from '../../problem/index.js';

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
  return inLowestTerms(point);
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
