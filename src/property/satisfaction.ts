/**
 * Whether a point and its outputs are in an unsafe set, exactly.
 */
import { add, compare, multiply, type Rational, ZERO } from '../exact/index.js';
import type { LinearCondition, UnsafeSet } from '../network/index.js';

/** sum of row . values; zeros cost nothing. */
export function dot(row: readonly Rational[], values: readonly Rational[]): Rational {
  return row.reduce((sum, entry, i) => (entry.numerator === 0n ? sum : add(sum, multiply(entry, values[i]!))), ZERO);
}

/** The left-hand side of a condition: what must not be negative. */
export function slackOf(
  { inputs, outputs, constant }: LinearCondition,
  input: readonly Rational[],
  output: readonly Rational[],
): Rational {
  return add(add(dot(inputs, input), dot(outputs, output)), constant);
}

/** Whether a condition with this left-hand side holds. */
export function holdsWith({ strict }: LinearCondition, slack: Rational): boolean {
  const sign = compare(slack, ZERO);
  return sign > 0 || (sign === 0 && !strict);
}

export interface Satisfied {
  readonly disjunct: number;
  readonly slack: readonly Rational[];
}

/** The first disjunct that holds at a point, with the left-hand sides of its conditions. */
export function satisfiedAt(
  { disjuncts }: UnsafeSet,
  input: readonly Rational[],
  output: readonly Rational[],
): Satisfied | undefined {
  for (const [disjunct, { conditions }] of disjuncts.entries()) {
    const slack = conditions.map((condition) => slackOf(condition, input, output));
    if (conditions.every((condition, i) => holdsWith(condition, slack[i]!))) return { disjunct, slack };
  }
  return undefined;
}
