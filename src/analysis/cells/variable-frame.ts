/**
 * How the variables of a problem stand for the inputs of its network: points and rows in one as points and rows in the other.
 */

import type { IntegerVector } from '../../exact/index.js';
import {
  divide,
  FixedDenominator,
  inLowestTerms,
  integersFromRationals,
  multiply,
  negate,
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

/** Whether a point in the variables has the coordinates of the inputs that it stands for. */
export function isPlain({ plainCoordinates, homogeneous, variables, network }: PartitionProblem): boolean {
  return plainCoordinates && !homogeneous && variables >= network.inputs;
}

/** The point of the inputs that a point in the variables stands for: `problem.lift`, quicker where nothing is rescaled. */
export function liftPoint(problem: PartitionProblem, point: IntegerVector): Rational[] {
  return isPlain(problem) ? inLowestTerms(point) : problem.lift(point);
}

/** How rows over one denominator in the variables become rows in the inputs. */
interface RowScale {
  readonly denominator: bigint;
  /** For each variable: slope = row entry * times / under. */
  readonly slopes: readonly { readonly times: bigint; readonly under: FixedDenominator }[];
  /** The constant: the sum of row entries, that of the constant last, times these. */
  readonly times: readonly bigint[];
  readonly under: FixedDenominator;
}

function rowScale({ factor, offset }: VariableFrame, denominator: bigint): RowScale {
  const unit = rational(1n, denominator);
  const slopes = factor.map((by) => divide(unit, by));
  const shares = slopes.map((slope, v) => negate(multiply(slope, offset[v]!)));
  const { numerators, denominator: common } = integersFromRationals([...shares, unit]);
  return {
    denominator,
    slopes: slopes.map((slope) => ({ times: slope.numerator, under: new FixedDenominator(slope.denominator) })),
    times: numerators,
    under: new FixedDenominator(common),
  };
}

/** The scales of the layers of a network, by the frames that they belong to. */
const scales = new WeakMap<VariableFrame, RowScale[]>();

function scaleOf(frame: VariableFrame, denominator: bigint): RowScale {
  let known = scales.get(frame);
  if (known === undefined) scales.set(frame, (known = []));
  let scale = known.find((one) => one.denominator === denominator);
  if (scale === undefined) known.push((scale = rowScale(frame, denominator)));
  return scale;
}

/**
 * An affine function of the variables as one of the free inputs: coefficients for every input (0 for those that the domain
 * fixes, or determines from the others), then the constant.
 *
 * @param denominator of all rows of a layer the same: what depends on it is made once
 */
export function rowInInputs(
  problem: PartitionProblem,
  frame: VariableFrame,
  row: readonly bigint[],
  denominator: bigint,
): { readonly coefficients: Rational[]; readonly constant: Rational } {
  const { slopes, times, under } = scaleOf(frame, denominator);
  const coefficients = new Array<Rational>(problem.network.inputs).fill(ZERO);
  // In homogeneous coordinates the constant is the coefficient of t.
  let constant = times[slopes.length]! * row[problem.biasSlot]!;
  for (let v = 0; v < slopes.length; v++) {
    const own = row[v]!;
    const slope = slopes[v]!;
    coefficients[frame.input[v]!] = slope.under.under(slope.times === 1n ? own : own * slope.times);
    if (times[v] !== 0n) constant += times[v]! * own;
  }
  return { coefficients, constant: under.under(constant) };
}
