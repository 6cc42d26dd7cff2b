/**
 * Small unsafe sets: boxes (some flat, some contradictory, some unbounded) and conditions on inputs and outputs.
 */
import fc from 'fast-check';
import { add, compare, negate, ONE, type Rational, subtract, ZERO } from '../../../src/exact/rational.js';
import type { Network } from '../../../src/network/network.js';
import type { LinearCondition, UnsafeSet } from '../../../src/network/unsafe.js';
import { smallRational } from './numbers.js';

const zeros = (count: number): Rational[] => new Array<Rational>(count).fill(ZERO);

/** lower <= x_i, or x_i <= upper. */
export function inputBound(
  inputs: number,
  outputs: number,
  input: number,
  side: 'lower' | 'upper',
  value: Rational,
  strict = false,
): LinearCondition {
  const row = zeros(inputs);
  row[input] = side === 'lower' ? ONE : negate(ONE);
  return { inputs: row, outputs: zeros(outputs), constant: side === 'lower' ? negate(value) : value, strict };
}

/** Both bounds of every input. */
export function boxConditions(
  outputs: number,
  intervals: readonly (readonly [Rational, Rational])[],
): LinearCondition[] {
  return intervals.flatMap(([lower, upper], i) => [
    inputBound(intervals.length, outputs, i, 'lower', lower),
    inputBound(intervals.length, outputs, i, 'upper', upper),
  ]);
}

function conditionOn(inputs: number, outputs: number, onInputs: boolean): fc.Arbitrary<LinearCondition> {
  const entries = (count: number) => fc.array(smallRational, { minLength: count, maxLength: count });
  return fc.record({
    inputs: onInputs ? entries(inputs) : fc.constant(zeros(inputs)),
    outputs: entries(outputs),
    constant: smallRational,
    strict: fc.boolean(),
  });
}

/** Up to three disjuncts; several may share a box, or be in a polytope that is none. */
export function unsafeSetOf({ inputs, outputs }: Network): fc.Arbitrary<UnsafeSet> {
  const interval = fc
    .tuple(smallRational, smallRational, fc.nat(9))
    .map(([a, b, kind]): readonly [Rational, Rational] => {
      if (kind === 0) return [a, a];
      return compare(a, b) <= 0 || kind === 1 ? [a, b] : [b, a];
    });
  const intervals = fc.array(interval, { minLength: inputs, maxLength: inputs });
  const condition = fc.oneof(
    { weight: 3, arbitrary: conditionOn(inputs, outputs, false) },
    { weight: 1, arbitrary: conditionOn(inputs, outputs, true) },
  );
  const rest = fc.array(condition, { minLength: 0, maxLength: 3 });
  const disjunct = fc.tuple(intervals, rest, fc.nat(9), fc.boolean()).map(([box, conditions, missing, strict]) => ({
    conditions: [
      ...boxConditions(outputs, box)
        .filter((_, i) => missing > 0 || i !== 0)
        .map((bound) => ({ ...bound, strict: strict && missing === 1 })),
      ...conditions,
    ],
  }));
  const shared = fc
    .tuple(intervals, fc.array(rest, { minLength: 1, maxLength: 3 }))
    .map(([box, parts]) =>
      parts.map((conditions) => ({ conditions: [...boxConditions(outputs, box), ...conditions] })),
    );
  // A parallelepiped: |a_i . x - c_i| <= w_i for as many rows as inputs, most often independent ones.
  const entries = fc.array(smallRational, { minLength: inputs, maxLength: inputs });
  const slab = fc.tuple(entries, smallRational, smallRational).map(([a, c, w]): LinearCondition[] => {
    const half = w.numerator < 0n ? negate(w) : w;
    const side = (row: readonly Rational[], constant: Rational) => ({
      inputs: row,
      outputs: zeros(outputs),
      constant,
      strict: false,
    });
    return [side(a, subtract(half, c)), side(a.map(negate), add(half, c))];
  });
  const tilted = fc
    .tuple(fc.array(slab, { minLength: inputs, maxLength: inputs }), fc.array(rest, { minLength: 1, maxLength: 2 }))
    .map(([slabs, parts]) => parts.map((conditions) => ({ conditions: [...slabs.flat(), ...conditions] })));
  return fc
    .oneof(fc.array(disjunct, { minLength: 1, maxLength: 3 }), shared, tilted)
    .map((disjuncts) => ({ inputs, outputs, disjuncts }));
}
