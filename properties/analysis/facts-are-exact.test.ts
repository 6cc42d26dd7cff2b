/**
 * Bounds, extremes, differences and set-valued gradients.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analysisProblem, forEachCell } from '../../src/analysis/cells/enumerate.js';
import { differenceNetwork, differenceOf } from '../../src/analysis/function/difference.js';
import { type Extreme, ExtremeSearch, outputRanges } from '../../src/analysis/function/extremes.js';
import { setValuedGradient } from '../../src/analysis/function/gradient.js';
import { cellGeometry } from '../../src/analysis/geometry/facets.js';
import {
  arrangementUpperBound,
  haninRolnickScale,
  montufar2014LowerBound,
  montufar2017UpperBound,
  regionBounds,
  serra2018UpperBound,
} from '../../src/analysis/regions/bounds.js';
import { countRegions } from '../../src/analysis/regions/pieces.js';
import {
  add,
  compare,
  formatRational,
  multiply,
  parseRational,
  type Rational,
  rational,
  subtract,
} from '../../src/exact/rational.js';
import { affineFromDoubles, affineFromIntegers, affineFromRationals } from '../../src/network/affine.js';
import { type BoxDomain, cube, type Domain, whole } from '../../src/network/domain.js';
import { affineOnPattern, evaluateExact, rationalAffine } from '../../src/network/evaluate.js';
import { ABSOLUTE, buildNetwork, type Network, RELU } from '../../src/network/network.js';
import { pointIn, smallBox } from '../support/generators/boxes.js';
import { holds } from '../support/generators/holds.js';
import { anyNetwork, deepNetwork, degenerateNetwork, dyadicNetwork } from '../support/generators/networks.js';
import { tent } from '../support/references/families.js';

test('the bound of Serra, Tjandraatmadja and Ramalingam has the values they print', () => {
  expect(serra2018UpperBound(784, [11, 11])).toBe(2449868n);
  expect(serra2018UpperBound(784, [16, 6])).toBe(4158861n);
  expect(serra2018UpperBound(784, [6, 16])).toBe(110056n);
  expect(serra2018UpperBound(784, [1, 21])).toBe(23n);
  expect(serra2018UpperBound(2, [3, 3, 3])).toBe(208n);
});

test('for one hidden layer every upper bound is the number of regions in general position', () => {
  for (const [n, m] of [
    [1, 5],
    [2, 7],
    [3, 4],
    [4, 2],
  ] as const) {
    // Regions of m planes in general position, by adding one plane at a time.
    const regions = (d: number, k: number): bigint =>
      d === 0 || k === 0 ? 1n : regions(d, k - 1) + regions(d - 1, k - 1);
    expect(arrangementUpperBound(n, m)).toBe(regions(n, m));
    expect(montufar2017UpperBound(n, [m])).toBe(regions(n, m));
    expect(serra2018UpperBound(n, [m])).toBe(regions(n, m));
  }
});

test('lower bound <= Serra <= Montufar 2017', () => {
  const shape = fc.tuple(
    fc.integer({ min: 1, max: 6 }),
    fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
  );
  holds(
    fc.property(shape, ([inputs, widths]) => {
      const serra = serra2018UpperBound(inputs, widths);
      expect(serra).toBeLessThanOrEqual(montufar2017UpperBound(inputs, widths));
      const lower = montufar2014LowerBound(inputs, widths);
      if (lower !== undefined) expect(lower).toBeLessThanOrEqual(serra);
    }),
    { seed: 4031 },
  );
  expect(montufar2014LowerBound(2, [4, 4, 4])).toBe(4n * 4n * 11n);
  expect(montufar2014LowerBound(3, [4, 2])).toBeUndefined();
  expect(formatRational(haninRolnickScale(3, 10))).toBe('500/3');
});

test('counts stay below the upper bounds', () => {
  const problems = fc.record({
    network: fc.oneof(anyNetwork({ inputs: 2, widths: [4, 3, 2] }), degenerateNetwork({ inputs: 2, widths: [3, 3] })),
    domain: smallBox(2),
  });
  holds(
    fc.property(problems, ({ network, domain }) => {
      const { cells } = countRegions(network, domain);
      const { montufar2017Upper, serra2018Upper, zaslavsky } = regionBounds(network);
      for (const bound of [montufar2017Upper, serra2018Upper, zaslavsky]) {
        if (bound !== undefined) expect(BigInt(cells)).toBeLessThanOrEqual(bound);
      }
    }),
    { seed: 4032, runs: 60 },
  );
});

function attainedValue(extreme: Extreme): Rational {
  if (extreme.kind === 'unbounded') throw new Error('expected an extreme that is attained');
  return extreme.value;
}

function isIn({ lower, upper }: BoxDomain, point: readonly Rational[]): boolean {
  return point.every((x, i) => compare(lower[i]!, x) <= 0 && compare(x, upper[i]!) <= 0);
}

test('extremes are attained where they say, and no point of the domain is beyond them', () => {
  const problems = fc
    .oneof(
      fc.record({
        network: anyNetwork({ inputs: 2, widths: [4, 3], outputs: 2 }),
        domain: smallBox(2, { flat: true }),
      }),
      fc.record({ network: deepNetwork(2, 4), domain: smallBox(2) }),
      fc.record({ network: anyNetwork({ inputs: 3, widths: [3] }), domain: smallBox(3) }),
    )
    .chain((problem) =>
      fc.record({ ...wrap(problem), points: fc.array(pointIn(problem.domain), { minLength: 20, maxLength: 20 }) }),
    );
  holds(
    fc.property(problems, ({ network, domain, points }) => {
      outputRanges(network, domain).forEach(({ minimum, maximum }, k) => {
        for (const extreme of [minimum, maximum]) {
          if (extreme.kind === 'unbounded') throw new Error('a box is bounded');
          expect(isIn(domain, extreme.at)).toBe(true);
          expect(compare(evaluateExact(network, extreme.at).output[k]!, extreme.value)).toBe(0);
        }
        for (const point of points) {
          const value = evaluateExact(network, point).output[k]!;
          expect(compare(attainedValue(minimum), value)).toBeLessThanOrEqual(0);
          expect(compare(attainedValue(maximum), value)).toBeGreaterThanOrEqual(0);
        }
      });
    }),
    { seed: 4033, runs: 60 },
  );
});

function wrap<T extends object>(value: T): { [K in keyof T]: fc.Arbitrary<T[K]> } {
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, fc.constant(v)])) as {
    [K in keyof T]: fc.Arbitrary<T[K]>;
  };
}

test('linear programs and vertices find the same extremes', () => {
  const problems: fc.Arbitrary<{ network: Network; domain: Domain }> = fc.oneof(
    fc.record({ network: anyNetwork({ inputs: 2, widths: [4, 3] }), domain: smallBox(2) }),
    fc.record({ network: dyadicNetwork({ inputs: 2, widths: [3, 2] }), domain: fc.constant<Domain>(whole(2)) }),
  );
  const shown = (extreme: Extreme) => (extreme.kind === 'attained' ? formatRational(extreme.value) : extreme.kind);
  holds(
    fc.property(problems, ({ network, domain }) => {
      const problem = analysisProblem(network, domain);
      const [a, b] = [true, false].map((vertices) => {
        const search = new ExtremeSearch(problem, cellGeometry(problem, vertices));
        forEachCell(problem, (cell) => search.visit(cell));
        return search.result().map(({ minimum, maximum }) => [shown(minimum), shown(maximum)]);
      });
      expect(b).toEqual(a);
    }),
    { seed: 4034, runs: 60 },
  );
});

test('a tent map has range [0, 1], and |x| + |y| has least value 0 and no greatest one on the plane', () => {
  const [range] = outputRanges(tent(5).network, cube(1, 0, 1));
  expect([range!.minimum, range!.maximum].map(attainedValue).map(formatRational)).toEqual(['0', '1']);
  const norm = buildNetwork(2, [
    { affine: affineFromDoubles(2, 2, [1, 0, 0, 1], [0, 0]) },
    { slopes: [ABSOLUTE, ABSOLUTE] },
    { affine: affineFromDoubles(1, 2, [1, 1], [0]) },
  ]);
  const [onPlane] = outputRanges(norm, whole(2));
  expect(formatRational(attainedValue(onPlane!.minimum))).toBe('0');
  expect(onPlane!.maximum.kind).toBe('unbounded');
});

test('a network equals itself, and differs from itself plus a constant by the constant', () => {
  const problems = fc.record({ network: anyNetwork({ inputs: 2, widths: [3, 2] }), domain: smallBox(2) });
  holds(
    fc.property(problems, ({ network, domain }) => {
      expect(differenceOf(network, network, domain).equal).toBe(true);
      const { outputs, inputs, weights, bias, denominator } = network.output.integers();
      const moved = bias.map((b) => 7n * b + 2n * denominator);
      const integers = {
        outputs,
        inputs,
        weights: weights.map((w) => 7n * w),
        bias: moved,
        denominator: 7n * denominator,
      };
      const shifted: Network = {
        ...network,
        output: affineFromIntegers(integers),
        endsWithActivation: false,
      };
      const { equal, ranges } = differenceOf(shifted, network, domain);
      expect(equal).toBe(false);
      expect(formatRational(attainedValue(ranges[0]!.minimum))).toBe('2/7');
      expect(formatRational(attainedValue(ranges[0]!.maximum))).toBe('2/7');
    }),
    { seed: 4035, runs: 30 },
  );
});

test('the difference network computes the difference, whatever the depths', () => {
  const problems = fc.record({
    a: anyNetwork({ inputs: 2, widths: [3, 2], outputs: 2 }),
    b: anyNetwork({ inputs: 2, widths: [2], outputs: 2 }),
    point: pointIn(cube(2, -2, 3)),
  });
  holds(
    fc.property(problems, ({ a, b, point }) => {
      const expected = evaluateExact(a, point).output.map((value, k) =>
        subtract(value, evaluateExact(b, point).output[k]!),
      );
      const { output } = evaluateExact(differenceNetwork(a, b), point);
      expect(output.map(formatRational)).toEqual(expected.map(formatRational));
    }),
    { seed: 4036, runs: 60 },
  );
  const one = fc.sample(anyNetwork({ inputs: 1, widths: [2] }), { seed: 1, numRuns: 1 })[0]!;
  const two = fc.sample(anyNetwork({ inputs: 2, widths: [2] }), { seed: 1, numRuns: 1 })[0]!;
  expect(() => differenceNetwork(one, two)).toThrow(/expected the same inputs and outputs/);
});

/** The network with the biases of its first layer changed so that the first two neurons are zero at the point. */
function throughPoint(network: Network, point: readonly Rational[]): Network {
  const [first, ...rest] = network.layers;
  if (first === undefined) return network;
  const { jacobian, constant } = rationalAffine(first.affine);
  const bias = constant.map((b, j) =>
    j < 2 ? jacobian[j]!.reduce((sum, w, i) => subtract(sum, multiply(w, point[i]!)), rational(0n)) : b,
  );
  return { ...network, layers: [{ ...first, affine: affineFromRationals(network.inputs, jacobian, bias) }, ...rest] };
}

test('the set-valued gradient holds the gradient just beside the point in every direction', () => {
  const problems = fc
    .record({
      network: fc.oneof(degenerateNetwork({ inputs: 2, widths: [3, 3] }), dyadicNetwork({ inputs: 2, widths: [3, 2] })),
      point: fc.oneof(pointIn(cube(2, -2, 2)), fc.constant([rational(0n), rational(0n)])),
    })
    .map(({ network, point }) => ({ network: throughPoint(network, point), point }));
  holds(
    fc.property(problems, ({ network, point }) => {
      const { cells, jacobians } = setValuedGradient(network, point);
      expect(cells.length).toBeGreaterThanOrEqual(jacobians.length);
      for (const { direction, pattern, jacobian } of cells) {
        // Short steps along an interior direction stay in the cell: halve until the signs are the cell's.
        let step = rational(1n);
        for (let k = 0; k < 80; k++) step = multiply(step, rational(1n, 2n));
        const beside = point.map((x, i) => add(x, multiply(step, direction[i]!)));
        const at = evaluateExact(network, beside).pattern;
        at.forEach((signs, l) => {
          signs.forEach((sign, j) => {
            if (pattern[l]![j] !== 0) expect(sign).toBe(pattern[l]![j]);
          });
        });
        const there = rationalAffine(affineOnPattern(network, at)).jacobian;
        expect(there.map((row) => row.map(formatRational))).toEqual(jacobian.map((row) => row.map(formatRational)));
      }
    }),
    { seed: 4037, runs: 60 },
  );
});

test("relu(x) - relu(-x) has gradient 1 at 0, though relu'(0) = 0 makes it 0", () => {
  const network = buildNetwork(1, [
    { affine: affineFromDoubles(2, 1, [1, -1], [0, 0]) },
    { slopes: [RELU, RELU] },
    { affine: affineFromDoubles(1, 2, [1, -1], [0]) },
  ]);
  const { jacobians, conventional, conventionalIsAttained, cells } = setValuedGradient(network, [parseRational('0')]);
  expect(cells.length).toBe(2);
  expect(jacobians.map((j) => j.map((row) => row.map(formatRational)))).toEqual([[['1']]]);
  expect(conventional.map((row) => row.map(formatRational))).toEqual([['0']]);
  expect(conventionalIsAttained).toBe(false);
});
