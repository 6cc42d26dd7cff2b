/**
 * A counterexample that float32 programs reproduce, near one over the reals.
 */
import {
  compare,
  divide,
  negate,
  type Rational,
  rationalFromDouble,
  subtract,
  toDouble,
  toSingle,
  ZERO,
} from '../exact/index.js';
import { evaluateExact, type LinearCondition, type Network, type UnsafeSet } from '../network/index.js';
import { type SingleErrors, singleErrors } from './rounding.js';
import { holdsWith, type Satisfied, satisfiedAt, slackOf } from './satisfaction.js';
import { ascend } from './single-ascent.js';
import { replaySingle } from './single-replay.js';

/**
 * How a counterexample fares in float32: it violates whatever the order of summation, it violates in the natural order, or no
 * float32 point was found that does.
 */
export type SingleVerdict = 'any-order' | 'replay' | 'reals-only';

export interface SingleCounterexample extends Satisfied {
  readonly kind: 'any-order' | 'replay';
  /** Coordinates that are float32 numbers, and the exact outputs there: a counterexample over the reals as well. */
  readonly input: readonly Rational[];
  readonly output: readonly Rational[];
  /** The outputs in float32 and the natural order. */
  readonly replay: readonly number[];
}

/** Lower and upper bounds of the inputs that single conditions state. */
interface Interval {
  readonly lower: Rational | undefined;
  readonly upper: Rational | undefined;
}

function intervalsOf(conditions: readonly LinearCondition[], inputs: number): Interval[] {
  const intervals: Interval[] = Array.from({ length: inputs }, () => ({ lower: undefined, upper: undefined }));
  for (const { inputs: row, outputs, constant } of conditions) {
    const used = row.flatMap(({ numerator }, i) => (numerator === 0n ? [] : [i]));
    if (used.length !== 1 || outputs.some(({ numerator }) => numerator !== 0n)) continue;
    const [input] = used as [number];
    const { lower, upper } = intervals[input]!;
    const bound = divide(negate(constant), row[input]!);
    if (compare(row[input]!, ZERO) > 0) {
      intervals[input] = { lower: lower === undefined || compare(bound, lower) > 0 ? bound : lower, upper };
    } else intervals[input] = { lower, upper: upper === undefined || compare(bound, upper) < 0 ? bound : upper };
  }
  return intervals;
}

const bits = new DataView(new ArrayBuffer(4));

/** The float32 number after a finite one, upwards or downwards. */
function neighbour(value: number, up: boolean): number {
  if (value === 0) {
    bits.setInt32(0, 1);
    return up ? bits.getFloat32(0) : -bits.getFloat32(0);
  }
  bits.setFloat32(0, value);
  bits.setInt32(0, bits.getInt32(0) + (up === value > 0 ? 1 : -1));
  return bits.getFloat32(0);
}

/** The float32 number nearest to a value among those of an interval, or undefined if it has none near. */
function singleWithin(value: Rational, { lower, upper }: Interval): Rational | undefined {
  const near = toSingle(value);
  if (!Number.isFinite(near)) return undefined;
  const fits = (candidate: Rational) =>
    (lower === undefined || compare(candidate, lower) >= 0) && (upper === undefined || compare(candidate, upper) <= 0);
  return [near, neighbour(near, true), neighbour(near, false)]
    .filter(Number.isFinite)
    .map(rationalFromDouble)
    .find(fits);
}

/** The float32 point of the disjunct's bounds that is nearest to a point. */
function roundedWithin(point: readonly Rational[], intervals: readonly Interval[]): Rational[] | undefined {
  const rounded = point.map((value, i) => singleWithin(value, intervals[i]!));
  return rounded.every((value) => value !== undefined) ? (rounded as Rational[]) : undefined;
}

/** Whether the conditions hold for all outputs within the errors. */
function holdsWithin(
  conditions: readonly LinearCondition[],
  slack: readonly Rational[],
  errors: SingleErrors,
): boolean {
  return conditions.every((condition, i) => {
    if (condition.outputs.every(({ numerator }) => numerator === 0n)) return true;
    const moved = errors.along(condition.outputs);
    return Number.isFinite(moved) && holdsWith(condition, subtract(slack[i]!, rationalFromDouble(moved)));
  });
}

/** How a float32 point fares, if it is a counterexample over the reals. */
function judge(
  { network, unsafe, layered }: SingleQuestion,
  input: readonly Rational[],
): SingleCounterexample | undefined {
  const { output } = evaluateExact(network, input);
  const satisfied = satisfiedAt(unsafe, input, output);
  if (satisfied === undefined) return undefined;
  const replay = [...replaySingle(network, input.map(toDouble))];
  const found = { ...satisfied, input, output, replay };
  const { conditions } = unsafe.disjuncts[satisfied.disjunct]!;
  const errors = layered ? singleErrors(network, input) : undefined;
  if (errors !== undefined && holdsWithin(conditions, satisfied.slack, errors)) return { ...found, kind: 'any-order' };
  if (!replay.every(Number.isFinite)) return undefined;
  const computed = replay.map(rationalFromDouble);
  const repeats = conditions.every((condition) => holdsWith(condition, slackOf(condition, input, computed)));
  return repeats ? { ...found, kind: 'replay' } : undefined;
}

export interface SingleQuestion {
  readonly network: Network;
  readonly unsafe: UnsafeSet;
  /** Whether the network's layers are those that programs compute: only then a bound on their rounding says something. */
  readonly layered: boolean;
}

/**
 * Looks for a float32 point near an exact counterexample: the point rounded into its bounds, then points where the conditions
 * hold by more. It is a counterexample over the reals in any case.
 *
 * @returns undefined when none was found: the answer is one over the reals only
 */
export function singleCounterexample(
  question: SingleQuestion,
  point: readonly Rational[],
  disjunct: number,
): SingleCounterexample | undefined {
  const { network, unsafe } = question;
  const { conditions } = unsafe.disjuncts[disjunct]!;
  const intervals = intervalsOf(conditions, network.inputs);
  let best: SingleCounterexample | undefined;
  const consider = (candidate: readonly Rational[]) => {
    const rounded = roundedWithin(candidate, intervals);
    const judged = rounded === undefined ? undefined : judge(question, rounded);
    if (judged !== undefined && (best === undefined || judged.kind === 'any-order')) best = judged;
    return judged?.kind === 'any-order';
  };
  if (consider(point)) return best;
  for (const candidate of ascend(network, conditions, point.map(toDouble))) {
    if (consider(candidate.map(rationalFromDouble))) return best;
  }
  return best;
}
