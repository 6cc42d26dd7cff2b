/**
 * Unsafe points, evaluated exactly.
 */
import { add, multiply, type Rational } from '../exact/index.js';
import type { LinearCondition, UnsafeSet } from '../network/index.js';
import { evaluateExact, type Network } from '../network/index.js';

/** A point of the unsafe set. */
export interface Witness {
  readonly input: readonly Rational[];
  readonly output: readonly Rational[];
  readonly disjunct: number;
  /** The left-hand side of each condition of the disjunct. */
  readonly slack: readonly Rational[];
}

function sumOf(coefficients: readonly Rational[], values: readonly Rational[], start: Rational): Rational {
  return coefficients.reduce((sum, a, i) => (a.numerator === 0n ? sum : add(sum, multiply(a, values[i]!))), start);
}

/** The left-hand side of a condition at (x, y). */
export function slackOf(
  { inputs, outputs, constant }: LinearCondition,
  x: readonly Rational[],
  y: readonly Rational[],
) {
  return sumOf(outputs, y, sumOf(inputs, x, constant));
}

/** The first disjunct that holds at a point, with what it comes to; undefined if none does. */
export function witnessAt(network: Network, unsafe: UnsafeSet, input: readonly Rational[]): Witness | undefined {
  const { output } = evaluateExact(network, input);
  for (const [disjunct, { conditions }] of unsafe.disjuncts.entries()) {
    const slack = conditions.map((condition) => slackOf(condition, input, output));
    const holds = slack.every((value, c) => value.numerator > 0n || (value.numerator === 0n && !conditions[c]!.strict));
    if (holds) return { input, output, disjunct, slack };
  }
  return undefined;
}
