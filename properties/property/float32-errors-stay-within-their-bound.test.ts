/**
 * Theorem. Whatever the order in which a float32 program adds up the products of a layer, with or without fused
 * multiply-adds, with or without flushing subnormal numbers to zero, its outputs differ from the exact ones by at most the
 * bound, along every direction.
 *
 * The program of the test is random: every sum is formed along a random tree, every choice is made anew.
 *
 * Source: Higham 2002, Accuracy and Stability of Numerical Algorithms, chapters 2 to 4; de Figueiredo and Stolfi 2004, Affine
 * arithmetic; the lemmas of `src/property/rounding.ts`.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  absolute,
  add,
  compare,
  multiply,
  type Rational,
  rationalFromDouble,
  subtract,
} from '../../src/exact/rational.js';
import { toSingle } from '../../src/exact/rounding.js';
import { type AffineMap, affineFromDoubles } from '../../src/network/affine.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import { buildNetwork, leaky, type Network, RELU, type Slopes, type Step } from '../../src/network/network.js';
import { singleErrors } from '../../src/property/rounding.js';
import { dot } from '../../src/property/satisfaction.js';
import { replaySingle } from '../../src/property/single-replay.js';
import { holds } from '../support/generators/holds.js';

/** Decisions of a program, from a seed (xorshift32). */
function choices(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

type Term = { readonly value: number } | { readonly w: number; readonly x: number };

/** A float32 machine that does as it likes within the rules. */
class Machine {
  constructor(
    private readonly next: () => number,
    private readonly flushes: boolean,
  ) {}

  flushed(x: number): number {
    return this.flushes && Math.abs(x) < 2 ** -126 && this.next() < 0.9 ? 0 : x;
  }

  private product({ w, x }: { w: number; x: number }): number {
    return this.flushed(Math.fround(this.flushed(w) * this.flushed(x)));
  }

  private added(a: Term, b: Term): Term {
    const [first, second] = 'w' in b ? [b, a] : [a, b];
    const other = 'w' in second ? this.product(second) : this.flushed(second.value);
    if (!('w' in first)) return { value: this.flushed(Math.fround(this.flushed(first.value) + other)) };
    if (this.next() < 0.5) return { value: this.flushed(Math.fround(this.product(first) + other)) };
    // Fused: one rounding.
    const exact = add(
      multiply(rationalFromDouble(this.flushed(first.w)), rationalFromDouble(this.flushed(first.x))),
      rationalFromDouble(other),
    );
    return { value: this.flushed(toSingle(exact)) };
  }

  private sum(terms: Term[]): number {
    const take = () => terms.splice(Math.floor(this.next() * terms.length), 1)[0]!;
    while (terms.length > 1) terms.push(this.added(take(), take()));
    const [last] = terms;
    return 'w' in last! ? this.product(last) : last!.value;
  }

  affine({ inputs, outputs, weights, bias }: AffineMap, x: readonly number[]): number[] {
    return Array.from({ length: outputs }, (_, r) => {
      const products = x.map((value, c): Term => ({ w: Math.fround(weights[r * inputs + c]!), x: value }));
      return this.sum([...products, { value: Math.fround(bias[r]!) }]);
    });
  }

  activation(slopes: readonly Slopes[], z: readonly number[]): number[] {
    return z.map((value, j) => {
      const slope = toSingle(value > 0 ? slopes[j]!.positive : slopes[j]!.negative);
      return slope === 1 ? value : slope === 0 ? 0 : this.product({ w: slope, x: value });
    });
  }

  run(network: Network, point: readonly number[]): number[] {
    let values = [...point];
    for (const { affine, slopes } of network.layers) values = this.activation(slopes, this.affine(affine, values));
    return this.affine(network.output, values);
  }
}

const entry = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: -2, max: 2, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, -1) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: -150, max: 20 }))
      .map(([m, e]) => m * 2 ** e),
  },
);

const slopesOf = fc.constantFrom(
  RELU,
  RELU,
  RELU,
  leaky(rationalFromDouble(Math.fround(0.1))),
  leaky({ numerator: 1n, denominator: 3n }),
);

interface Case {
  readonly network: Network;
  readonly point: readonly number[];
}

/** Networks with float32 weights, or doubles that a program rounds first. */
const cases: fc.Arbitrary<Case> = fc
  .record({
    widths: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 5 }),
    entries: fc.infiniteStream(entry),
    slopes: fc.infiniteStream(slopesOf),
    single: fc.boolean(),
  })
  .map(({ widths, entries, slopes, single }) => {
    const number = () => {
      const value = entries.next().value as number;
      return single ? Math.fround(value) : value;
    };
    const list = (n: number) => Array.from({ length: n }, number);
    const steps = widths.slice(1).flatMap((width, l): Step[] => {
      const affine = affineFromDoubles(width, widths[l]!, list(width * widths[l]!), list(width));
      if (l === widths.length - 2) return [{ affine }];
      return [{ affine }, { slopes: Array.from({ length: width }, () => slopes.next().value as Slopes) }];
    });
    return { network: buildNetwork(widths[0]!, steps), point: list(widths[0]!).map(Math.fround) };
  });

const distance = (a: Rational, b: number) => absolute(subtract(a, rationalFromDouble(b)));

describe('float32 in any order', () => {
  it.each([
    ['with gradual underflow', false],
    ['flushing to zero', true],
  ])('stays within the bound %s', (_, flushes) => {
    let bounded = 0;
    const property = fc.property(cases, fc.integer({ min: 1, max: 2 ** 31 - 1 }), ({ network, point }, seed) => {
      const exactPoint = point.map(rationalFromDouble);
      const errors = singleErrors(network, exactPoint);
      if (errors === undefined) return;
      bounded++;
      const { output } = evaluateExact(network, exactPoint);
      const next = choices(seed);
      const row = output.map(() => rationalFromDouble(Math.floor(7 * next()) - 3));
      for (let trial = 0; trial < 6; trial++) {
        const computed = new Machine(next, flushes).run(network, point);
        computed.forEach((value, j) => {
          expect(compare(distance(output[j]!, value), rationalFromDouble(errors.outputs[j]!))).toBeLessThanOrEqual(0);
        });
        const along = absolute(subtract(dot(row, output), dot(row, computed.map(rationalFromDouble))));
        expect(compare(along, rationalFromDouble(errors.along(row)))).toBeLessThanOrEqual(0);
      }
    });
    holds(property, { seed: 611, runs: 150 });
    expect(bounded).toBeGreaterThan(0);
  });

  it('the natural order is one of them', () => {
    const property = fc.property(cases, ({ network, point }) => {
      const exactPoint = point.map(rationalFromDouble);
      const errors = singleErrors(network, exactPoint);
      if (errors === undefined) return;
      const { output } = evaluateExact(network, exactPoint);
      [...replaySingle(network, point)].forEach((value, j) => {
        expect(compare(distance(output[j]!, value), rationalFromDouble(errors.outputs[j]!))).toBeLessThanOrEqual(0);
      });
    });
    holds(property, { seed: 612, runs: 150 });
  });
});

const plain = (weights: readonly number[], bias: number) =>
  buildNetwork(weights.length, [{ affine: affineFromDoubles(1, weights.length, weights, [bias]) }]);

describe('the bound', () => {
  it('is at most that of the lemma by hand: n = 2, exact weights', () => {
    // k = 3: g = 3u / (1 - 3u), |W||a| + |b| = 1 + 2 + 4.
    const { outputs } = singleErrors(plain([1, 2], 4), [1, 1].map(rationalFromDouble))!;
    const g = (3 * 2 ** -24) / (1 - 3 * 2 ** -24);
    expect(outputs[0]).toBeGreaterThanOrEqual(7 * g);
    expect(outputs[0]).toBeLessThan(7 * g * (1 + 2 ** -15));
  });

  it('knows that an inactive neuron has no error', () => {
    const off = affineFromDoubles(1, 1, [-1000], [-1]);
    const network = buildNetwork(1, [
      { affine: off },
      { slopes: [RELU] },
      { affine: affineFromDoubles(1, 1, [1000], [0]) },
    ]);
    expect(singleErrors(network, [rationalFromDouble(1)])!.outputs[0]).toBeLessThan(2 ** -100);
  });

  it('is undefined where float32 may overflow', () => {
    const huge = Math.fround(3e38);
    expect(singleErrors(plain([huge], huge), [rationalFromDouble(1)])).toBeUndefined();
    expect(singleErrors(plain([1], huge / 4), [rationalFromDouble(1)])).toBeDefined();
  });

  /** A network of one neuron and one output, with its outputs at (1, ..., 1): exact, in the natural order, and the bound. */
  function atOnes(weights: readonly number[], bias: number, outer: number) {
    const inner = affineFromDoubles(1, weights.length, weights, [bias]);
    const network = buildNetwork(weights.length, [
      { affine: inner },
      { slopes: [RELU] },
      { affine: affineFromDoubles(1, 1, [outer], [0]) },
    ]);
    const ones = weights.map(() => 1);
    const point = ones.map(rationalFromDouble);
    const [exact] = evaluateExact(network, point).output;
    return {
      exact: toSingle(exact!),
      computed: replaySingle(network, ones)[0]!,
      bound: singleErrors(network, point)!.outputs[0]!,
    };
  }

  it('cannot be forgotten: cancellation shows it', () => {
    // 1 + 2^-24 + ... - 1 in an order that loses the small terms.
    const weights = [1, ...new Array<number>(16).fill(2 ** -24), -1];
    const { outputs } = singleErrors(
      plain(weights, 0),
      weights.map(() => rationalFromDouble(1)),
    )!;
    const lost = 16 * 2 ** -24;
    expect([
      ...replaySingle(
        plain(weights, 0),
        weights.map(() => 1),
      ),
    ]).toEqual([0]);
    expect(outputs[0]).toBeGreaterThanOrEqual(lost);
  });

  it('is carried through the next layer', () => {
    const { exact, computed, bound } = atOnes([1, ...new Array<number>(16).fill(2 ** -24), -1], 2 ** -10, 1000);
    expect(exact - computed).toBe(Math.fround(16000 * 2 ** -24));
    expect(bound).toBeGreaterThanOrEqual(exact - computed);
    expect(bound).toBeLessThan(1000 * 21 * 3 * 2 ** -24);
  });

  it('does not believe the sign of a neuron that rounding may change', () => {
    // Exactly -12 * 2^-25, but the natural order loses the small terms and has 4 * 2^-25.
    const { exact, computed, bound } = atOnes([1, ...new Array<number>(16).fill(-(2 ** -25)), -1], 4 * 2 ** -25, 1000);
    expect([exact, computed]).toEqual([0, 4000 * 2 ** -25]);
    expect(bound).toBeGreaterThanOrEqual(computed);
  });

  it('has the rounding of a slope and of its product', () => {
    const slope = { numerator: 1n, denominator: 3n };
    const network = buildNetwork(1, [{ affine: affineFromDoubles(1, 1, [1], [0]) }, { slopes: [leaky(slope)] }]);
    const u = 2 ** -24;
    // 2u from the layer (its product, and the sum with the bias), 2u + u^2 from the activation.
    expect(singleErrors(network, [rationalFromDouble(-3)])!.outputs[0]).toBeGreaterThanOrEqual(4 * u);
    expect(singleErrors(network, [rationalFromDouble(-3)])!.outputs[0]).toBeLessThan(4 * u * (1 + 2 ** -15));
  });
});
