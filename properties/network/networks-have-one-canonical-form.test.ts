/**
 * Theorem. Every chain of affine maps and activations has one canonical form with the same values, exactly.
 *
 * Source: affine maps compose to affine maps; the definitions in src/network/network.ts.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  compare,
  formatRational,
  multiply,
  ONE,
  type Rational,
  rational,
  rationalFromDouble,
  ZERO,
} from '../../src/exact/rational.js';
import {
  affineFromDoubles,
  affineFromIntegers,
  affineFromRationals,
  composeAffine,
  identityAffine,
} from '../../src/network/affine.js';
import { box, cube, DomainError, dimensionOf, fixedInputs, whole } from '../../src/network/domain.js';
import { applyAffine, evaluateExact } from '../../src/network/evaluate.js';
import {
  bends,
  buildNetwork,
  LINEAR,
  leaky,
  neuronCount,
  precompose,
  RELU,
  type Slopes,
  type Step,
  shapeOf,
} from '../../src/network/network.js';
import { holds } from '../support/generators/holds.js';
import { anyNetwork, anySlopes } from '../support/generators/networks.js';
import { anyDouble, smallRational } from '../support/generators/numbers.js';

const SEED = 6;

/** A step in plain rows, as a file might list it. */
type PlainStep =
  | { readonly rows: readonly (readonly Rational[])[]; readonly bias: readonly Rational[] }
  | { readonly slopes: readonly Slopes[] };

function stepOf(step: PlainStep, inputs: number): Step {
  return 'rows' in step ? { affine: affineFromRationals(inputs, step.rows, step.bias) } : step;
}

/** The values behind a step by its definition. */
function after(step: PlainStep, x: readonly Rational[]): Rational[] {
  if ('slopes' in step) {
    return x.map((t, j) => multiply(compare(t, ZERO) > 0 ? step.slopes[j]!.positive : step.slopes[j]!.negative, t));
  }
  return step.rows.map((row, r) => row.reduce((sum, w, c) => add(sum, multiply(w, x[c]!)), step.bias[r]!));
}

/** Chains of up to six steps in any order: affine after affine, activation after activation, linear activations. */
const chain: fc.Arbitrary<{ steps: PlainStep[]; widths: number[] }> = fc
  .array(
    fc.record({
      kind: fc.constantFrom('affine', 'activation', 'linear'),
      width: fc.integer({ min: 1, max: 3 }),
      entries: fc.array(smallRational, { minLength: 12, maxLength: 12 }),
      slopes: fc.array(anySlopes, { minLength: 3, maxLength: 3 }),
    }),
    { maxLength: 6 },
  )
  .map((parts) => {
    let width = 2;
    const widths = [width];
    const steps = parts.map(({ kind, width: next, entries, slopes }): PlainStep => {
      if (kind === 'activation') return { slopes: slopes.slice(0, width) };
      if (kind === 'linear') return { slopes: entries.slice(0, width).map((s) => ({ negative: s, positive: s })) };
      const rows = Array.from({ length: next }, (_, r) => entries.slice(3 * r, 3 * r + width));
      width = next;
      return { rows, bias: entries.slice(9, 9 + next) };
    });
    for (const step of steps) widths.push('rows' in step ? step.rows.length : widths.at(-1)!);
    return { steps, widths };
  });

const text = (values: readonly Rational[]) => values.map(formatRational).join(' ');
const point = fc.array(smallRational, { minLength: 2, maxLength: 2 });

describe('buildNetwork', () => {
  it('changes no value', () => {
    holds(
      fc.property(chain, point, ({ steps, widths }, x) => {
        const network = buildNetwork(
          2,
          steps.map((step, i) => stepOf(step, widths[i]!)),
        );
        const expected = steps.reduce<readonly Rational[]>((values, step) => after(step, values), x);
        expect(text(evaluateExact(network, x).output)).toBe(text(expected));
      }),
      { seed: SEED, runs: 300 },
    );
  });

  it('makes one layer per activation that bends somewhere, and no other', () => {
    holds(
      fc.property(chain, ({ steps, widths }) => {
        const network = buildNetwork(
          2,
          steps.map((step, i) => stepOf(step, widths[i]!)),
        );
        const bending = steps.filter((step) => 'slopes' in step && step.slopes.some(bends));
        expect(network.layers.length).toBe(bending.length);
        expect(network.endsWithActivation).toBe(bending.length > 0 && bending.at(-1) === steps.at(-1));
        expect(network.outputs).toBe(widths.at(-1));
        const neurons = bending.flatMap((step) => ('slopes' in step ? step.slopes.filter(bends) : []));
        expect(neuronCount(network)).toBe(neurons.length);
      }),
      { seed: SEED },
    );
  });

  it('collapses three affine layers in a row, as lattice networks are exported, to their product', () => {
    const third = rational(1n, 3n);
    const step = { affine: affineFromRationals(1, [[third]], [ONE]) };
    const network = buildNetwork(1, [step, step, step]);
    expect(network.layers).toEqual([]);
    // x/27 + 1/9 + 1/3 + 1
    expect(network.output.integers()).toMatchObject({ weights: [1n], bias: [39n], denominator: 27n });
  });

  it('a leaky slope of 1 is linear', () => {
    expect(bends(leaky(ONE))).toBe(false);
    expect(buildNetwork(2, [{ slopes: [leaky(ONE), LINEAR] }]).layers).toEqual([]);
  });

  it('names the step whose width does not match', () => {
    const affine = identityAffine(2);
    expect(() => buildNetwork(2, [{ affine }, { slopes: [RELU] }])).toThrow(/step 2 expects 1 values, but 2 arrive/);
  });

  it('the shape is inputs, activation layers, outputs', () => {
    const hidden = { affine: affineFromDoubles(3, 2, new Array(6).fill(1), [0, 0, 0]) };
    const relu = { slopes: [RELU, RELU, RELU] };
    const last = { affine: affineFromDoubles(1, 3, [1, 1, 1], [0]) };
    expect(shapeOf(buildNetwork(2, [hidden, relu, last]))).toBe('2-3-1');
    expect(shapeOf(buildNetwork(2, [hidden, relu]))).toBe('2-3');
  });
});

describe('affine maps', () => {
  const rows = (r: number, c: number) =>
    fc.array(fc.array(smallRational, { minLength: c, maxLength: c }), { minLength: r, maxLength: r });
  const affine = (r: number, c: number) =>
    fc
      .tuple(rows(r, c), fc.array(smallRational, { minLength: r, maxLength: r }))
      .map(([weights, bias]) => affineFromRationals(c, weights, bias));

  it('composition is associative, has the identity, and applies one after the other', () => {
    holds(
      fc.property(affine(2, 3), affine(3, 2), affine(2, 2), point, (f, g, h, x) => {
        const left = composeAffine(composeAffine(f, g), h).integers();
        const right = composeAffine(f, composeAffine(g, h)).integers();
        left.weights.forEach((w, i) => {
          expect(w * right.denominator).toBe(right.weights[i]! * left.denominator);
        });
        const same = composeAffine(f, identityAffine(3)).integers();
        expect(same.weights.map((w) => formatRational(rational(w, same.denominator)))).toEqual(
          f.integers().weights.map((w) => formatRational(rational(w, f.integers().denominator))),
        );
        const network = (steps: Step[]) => text(evaluateExact(buildNetwork(2, steps), x).output);
        expect(network([{ affine: composeAffine(f, composeAffine(g, h)) }])).toBe(
          network([{ affine: h }, { affine: g }, { affine: f }]),
        );
      }),
      { seed: SEED },
    );
  });

  it('doubles are kept exactly, and rationals say whether doubles can hold them', () => {
    holds(
      fc.property(fc.array(anyDouble, { minLength: 3, maxLength: 3 }), ([a, b, c]) => {
        const map = affineFromDoubles(1, 2, [a!, b!], [c!]);
        const { weights, bias, denominator } = map.integers();
        expect(text([...weights, ...bias].map((n) => rational(n, denominator)))).toBe(
          text([a!, b!, c!].map(rationalFromDouble)),
        );
        const back = affineFromIntegers(map.integers());
        expect(back.exactDoubles).toBe(true);
        expect([...back.weights, ...back.bias].map((v) => v + 0)).toEqual([a! + 0, b! + 0, c! + 0]);
      }),
      { seed: SEED },
    );
    expect(affineFromRationals(1, [[rational(1n, 3n)]], [ZERO]).exactDoubles).toBe(false);
    expect(affineFromRationals(1, [[rational(10n ** 400n)]], [ZERO]).exactDoubles).toBe(false);
    expect(affineFromRationals(1, [[rational(1n, 1n << 1080n)]], [ZERO]).exactDoubles).toBe(false);
  });

  it('applies to integer vectors over their denominator', () => {
    const map = affineFromRationals(2, [[rational(1n, 2n), rational(-1n, 3n)]], [rational(1n)]);
    const { numerators, denominator } = applyAffine(map, { numerators: [3n, 5n], denominator: 7n });
    expect(formatRational(rational(numerators[0]!, denominator))).toBe('41/42');
  });

  it('refuses shapes that do not match, NaN and infinities, and says where', () => {
    expect(() => affineFromDoubles(2, 2, [1, 2, 3], [0, 0])).toThrow(
      /expected 2 x 2 weights and 2 biases, got 3 and 2/,
    );
    expect(() => affineFromDoubles(2, 2, [1, 2, Number.NaN, 4], [0, 0])).toThrow(/got NaN at weight \[1\]\[0\]/);
    expect(() => affineFromDoubles(1, 1, [1], [Number.NEGATIVE_INFINITY])).toThrow(/got -Infinity at bias \[0\]/);
    expect(() => affineFromRationals(2, [[ONE]], [ZERO])).toThrow(/rows of 2 weights/);
    expect(() => composeAffine(identityAffine(2), identityAffine(3))).toThrow(/cannot feed 3 values into 2 inputs/);
  });
});

it('precompose evaluates the network behind another map', () => {
  holds(
    fc.property(
      anyNetwork({ inputs: 2, widths: [3, 2] }),
      fc.array(smallRational, { minLength: 7, maxLength: 7 }),
      (net, e) => {
        const first = affineFromRationals(1, [[e[0]!], [e[1]!]], [e[2]!, e[3]!]);
        const moved = precompose(net, first);
        const x = [add(multiply(e[0]!, e[4]!), e[2]!), add(multiply(e[1]!, e[4]!), e[3]!)];
        expect(moved.inputs).toBe(1);
        expect(text(evaluateExact(moved, [e[4]!]).output)).toBe(text(evaluateExact(net, x).output));
      },
    ),
    { seed: SEED },
  );
  expect(precompose(buildNetwork(2, []), affineFromDoubles(2, 1, [1, 2], [0, 0])).inputs).toBe(1);
});

describe('domains', () => {
  it('a box may be flat but not inverted', () => {
    const flat = box([ZERO, ONE], [ONE, ONE]);
    expect(fixedInputs(flat)).toEqual([1]);
    expect(() => box([ONE], [ZERO])).toThrow(DomainError);
    expect(() => box([ONE], [ZERO])).toThrow(/input 0 has the empty interval 1,0/);
    expect(() => box([ZERO], [])).toThrow(/as many lower as upper bounds/);
  });

  it('a cube takes texts as rationals and doubles exactly', () => {
    expect(text(cube(2, '1/3', 0.1 + 0.7).lower)).toBe('1/3 1/3');
    expect(cube(1, 0, 0.1).upper[0]).toEqual(rationalFromDouble(0.1));
    expect(dimensionOf(cube(3, -1, 1))).toBe(3);
    expect(dimensionOf(whole(4))).toBe(4);
    expect(fixedInputs(whole(4))).toEqual([]);
  });
});
