/**
 * Theorem. A matrix behind and before sums, differences, products and quotients by constants is read as the affine map over
 * the rationals that these steps compose to, its doubles are the nearest ones, and it says truly whether they are exact.
 *
 * The expected map is composed here entry by entry, in reduced fractions; the reader keeps factors apart from the weights.
 *
 * Source: the ONNX operator specification (Add, Sub, Mul, Div, MatMul); IEEE 754-2019 for the nearest doubles.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  add,
  divide,
  equal,
  multiply,
  negate,
  ONE,
  type Rational,
  rational,
  rationalFromDouble,
  ZERO,
} from '../../src/exact/rational.js';
import { toDouble } from '../../src/exact/rounding.js';
import { networkOfOnnx } from '../../src/formats/onnx/model.js';
import { holds } from '../support/generators/holds.js';
import { chain, onnxBytes, type TensorSpec } from '../support/generators/onnx-models.js';

const INPUTS = 3;
const OUTPUTS = 2;

/** Numbers that products and quotients turn into doubles, into fractions, and into numbers near underflow. */
const weight = fc.oneof(
  fc.constantFrom(0.5, 2, 3, -7, 0.3081, 1e-30, 2 ** -149, -1e30, 1e-200),
  fc.double({ min: -4, max: 4, noNaN: true }),
  fc.double({ min: -4, max: 4, noNaN: true }).map(Math.fround),
);
const step = fc.record({
  op: fc.constantFrom('Add', 'Sub', 'Mul', 'Div'),
  values: fc.oneof(fc.tuple(weight), fc.tuple(weight, weight, weight)),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const OPERATIONS: Readonly<Record<string, (a: Rational, b: Rational) => Rational>> = {
  Mul: multiply,
  Div: divide,
  Add: add,
  Sub: (a, b) => add(a, negate(b)),
};

/** One value of the graph as a list of coefficients, then the constant. */
type Affine = readonly Rational[];

/** A step on one of `count` values, entry by entry. */
function applied({ op, values }: Step, affine: Affine, index: number): Affine {
  const constant = rationalFromDouble(values.length === 1 ? values[0]! : values[index]!);
  const operate = OPERATIONS[op]!;
  const onCoefficients = op === 'Mul' || op === 'Div';
  return affine.map((entry, k) => (onCoefficients || k === affine.length - 1 ? operate(entry, constant) : entry));
}

const unit = (i: number): Affine => Array.from({ length: INPUTS + 1 }, (_, k) => (k === i ? ONE : ZERO));
const nonzero = ({ op, values }: Step) => op !== 'Div' || values.every((value) => value !== 0);

it('a matrix between normalisations is the composed map, with its nearest doubles', () => {
  const cases = fc.record({
    type: fc.constantFrom('float' as const, 'double' as const),
    before: fc.array(step.filter(nonzero), { maxLength: 3 }),
    after: fc.array(
      step
        .filter(nonzero)
        .map(({ op, values }) => ({ op, values: values.slice(0, values.length === 1 ? 1 : OUTPUTS) })),
      { maxLength: 2 },
    ),
    matrix: fc.array(weight, { minLength: INPUTS * OUTPUTS, maxLength: INPUTS * OUTPUTS }),
  });
  const property = fc.property(cases, ({ type, before, after, matrix }) => {
    const stored = (value: number) => (type === 'float' ? Math.fround(value) : value);
    const kept = (s: { readonly op: string; readonly values: readonly number[] }) =>
      ({ op: s.op, values: s.values.map(stored) }) as Step;
    const [first, last] = [before.map(kept), after.map(kept)];
    fc.pre([...first, ...last].every(nonzero));
    const w = matrix.map(stored);
    const weights: Record<string, TensorSpec> = { W: { dims: [INPUTS, OUTPUTS], values: w, type } };
    [...first, ...last].forEach(({ values }, k) => {
      weights[`c${k}`] = { dims: [values.length], values, type };
    });
    const nodes = chain(
      ...first.map(({ op }, k) => [op, [`c${k}`]] as const),
      ['MatMul', ['W']],
      ...last.map(({ op }, k) => [op, [`c${first.length + k}`]] as const),
    );
    const elementType = type === 'float' ? 1 : 11;
    const bytes = onnxBytes({ nodes, weights, input: [1, INPUTS], elementType });

    const inputs = Array.from({ length: INPUTS }, (_, i) =>
      first.reduce((affine, s) => applied(s, affine, i), unit(i)),
    );
    const expected = Array.from({ length: OUTPUTS }, (_, j) => {
      const sum = unit(0).map((_, k) =>
        inputs.reduce(
          (total, affine, i) => add(total, multiply(affine[k]!, rationalFromDouble(w[i * OUTPUTS + j]!))),
          ZERO,
        ),
      );
      return last.reduce((affine: Affine, s) => applied(s, affine, j), sum);
    });
    const entries = [...expected.flatMap((affine) => affine.slice(0, -1)), ...expected.map((affine) => affine.at(-1)!)];
    if (!entries.every((entry) => Number.isFinite(toDouble(entry)))) {
      expect(() => networkOfOnnx(bytes)).toThrow(/a weight is beyond the doubles/);
      return;
    }
    const { output } = networkOfOnnx(bytes).network;
    const { weights: exact, bias, denominator } = output.integers();
    const got = (n: bigint) => rational(n, denominator);
    [...exact, ...bias].forEach((n, k) => {
      expect(equal(got(n), entries[k]!)).toBe(true);
    });
    const doubles = [...output.weights, ...output.bias];
    doubles.forEach((double, k) => {
      // 0 and -0 are one number.
      expect(double === toDouble(entries[k]!), `${double} for entry ${k}`).toBe(true);
    });
    expect(output.exactDoubles).toBe(entries.every((entry, k) => equal(rationalFromDouble(doubles[k]!), entry)));
  });
  holds(property, { seed: 641, runs: 600 });
});
