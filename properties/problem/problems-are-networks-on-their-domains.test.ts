/**
 * Theorem. A partition problem is its network on its domain: the same box, inside in one set of doubles and outside in
 * another, the same first pre-activations at every point, the same weights, and doubles that are nearest to all of them.
 *
 * Variables stand for the inputs that the domain does not fix; of the whole space R^d they are homogeneous coordinates in
 * [-1, 1]^d x [0, 1]; intervals that doubles cannot hold are mapped to [0, 1].
 *
 * Source: the definitions in src/problem/lowering.ts; homogeneous coordinates.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type IntegerVector, integersFromRationals } from '../../src/exact/integers.js';
import {
  add,
  compare,
  equal,
  formatRational,
  multiply,
  ONE,
  parseRational,
  type Rational,
  rational,
  rationalFromDouble,
  subtract,
  ZERO,
} from '../../src/exact/rational.js';
import { nearestDouble, nextDown, nextUp } from '../../src/exact/rounding.js';
import { accumulationUnit } from '../../src/exact/sign.js';
import { affineFromDoubles, affineFromRationals } from '../../src/network/affine.js';
import { box, cube, type Domain, DomainError, fixedInputs, polytope, whole } from '../../src/network/domain.js';
import { rationalAffine } from '../../src/network/evaluate.js';
import { ABSOLUTE, bends, buildNetwork, leaky, type Network, RELU } from '../../src/network/network.js';
import { forEachInColumn } from '../../src/problem/layer.js';
import { centreOf, partitionProblem } from '../../src/problem/lowering.js';
import { holds, trials } from '../support/generators/holds.js';
import { tinyProblem } from '../support/generators/networks.js';

const SEED = 2231;
const texts = (values: readonly Rational[]) => values.map(formatRational);
const half = rational(1n, 2n);

/** Problems that have variables and neurons. */
const problems = tinyProblem()
  .filter(({ network, domain }) => network.layers.length > 0 && fixedInputs(domain).length < network.inputs)
  .map(({ network, domain }) => ({ network, domain, problem: partitionProblem(network, domain) }));

/** Points of the variables' box: shares from 0 to 1 of the way between the bounds. */
const shares = fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 4, maxLength: 4 });

function pointOf(problem: ReturnType<typeof partitionProblem>, share: readonly number[]): IntegerVector {
  const { exactLower, exactUpper, boxDenominator } = problem;
  return {
    numerators: exactLower.map((lo, i) => lo * 7n + (exactUpper[i]! - lo) * BigInt(share[i]!)),
    denominator: boxDenominator * 7n,
  };
}

/** A row of integers over a denominator at a point of the variables. */
function rowValue(row: readonly bigint[], denominator: bigint, point: IntegerVector): Rational {
  const constant = rational(row.at(-1)!, denominator);
  return point.numerators.reduce(
    (sum, x, i) => add(sum, multiply(rational(row[i]!, denominator), rational(x, point.denominator))),
    constant,
  );
}

function affineValue(network: Network, neuron: number, x: readonly Rational[]): Rational {
  const { jacobian, constant } = rationalAffine(network.layers[0]!.affine);
  return jacobian[neuron]!.reduce((sum, w, i) => add(sum, multiply(w, x[i]!)), constant[neuron]!);
}

describe('the box', () => {
  it('is the domain in the inputs that it leaves free, or the cone over the whole space cut off', () => {
    holds(
      fc.property(problems, ({ domain, problem }) => {
        const free = domain.kind === 'box' ? domain.lower.map((_, i) => i) : [];
        const inputs = free.filter((i) => domain.kind === 'box' && !equal(domain.lower[i]!, domain.upper[i]!));
        const expected =
          domain.kind === 'box'
            ? [inputs.map((i) => domain.lower[i]!), inputs.map((i) => domain.upper[i]!)]
            : [
                [...new Array<Rational>(domain.dimension).fill(rational(-1n)), ZERO],
                new Array<Rational>(domain.dimension + 1).fill(ONE),
              ];
        const exact = (side: readonly bigint[]) => texts(side.map((n) => rational(n, problem.boxDenominator)));
        expect([exact(problem.exactLower), exact(problem.exactUpper)]).toEqual(expected.map(texts));
        expect(problem.variables).toBe(expected[0]!.length);
        expect(problem.homogeneous).toBe(domain.kind === 'whole');
        expect(problem.biasSlot).toBe(domain.kind === 'whole' ? domain.dimension : problem.variables);
        expect(problem.plainCoordinates).toBe(true);
      }),
      { seed: SEED, runs: 150 },
    );
  });

  it('lies between doubles that are next to it: points between the inner ones are inside, the outer ones enclose it', () => {
    const ends = ['-2/3', '1/3', '0.1', '-1e-300', '7', '123456789/1000', '1e300'].map(parseRational);
    holds(
      fc.property(fc.constantFrom(...ends), fc.constantFrom(...ends), (a, b) => {
        fc.pre(compare(a, b) < 0);
        const network = buildNetwork(1, [{ affine: affineFromDoubles(1, 1, [1], [0]) }, { slopes: [RELU] }]);
        const { lower, upper, outerLower, outerUpper, magnitude } = partitionProblem(network, box([a], [b]));
        const [lo, hi, low, high] = [lower[0]!, upper[0]!, outerLower[0]!, outerUpper[0]!];
        const order = (x: number, y: Rational) => compare(rationalFromDouble(x), y);
        expect([order(lo, a) >= 0, order(nextDown(lo), a) < 0]).toEqual([true, true]);
        expect([order(low, a) <= 0, order(nextUp(low), a) > 0]).toEqual([true, true]);
        expect([order(hi, b) <= 0, order(nextUp(hi), b) > 0]).toEqual([true, true]);
        expect([order(high, b) >= 0, order(nextDown(high), b) < 0]).toEqual([true, true]);
        expect(magnitude[0]).toBe(Math.max(Math.abs(low), Math.abs(high)));
      }),
      { seed: SEED, runs: 60 },
    );
  });

  it('has its centre in the middle', () => {
    const network = buildNetwork(2, [{ affine: affineFromDoubles(1, 2, [1, 1], [0]) }, { slopes: [RELU] }]);
    const domain = box([parseRational('-1/3'), ZERO], [parseRational('1/2'), parseRational('7')]);
    expect(texts(centreOf(partitionProblem(network, domain)))).toEqual(['1/12', '7/2']);
  });
});

describe('the first rows', () => {
  it('are the first pre-activations at the point that the variables stand for', () => {
    holds(
      fc.property(problems, shares, ({ network, domain, problem }, share) => {
        const point = pointOf(problem, share);
        const t = problem.homogeneous ? rational(point.numerators.at(-1)!, point.denominator) : ONE;
        fc.pre(t.numerator !== 0n);
        const x = problem.lift(point);
        const { numerators, denominator } = problem.first;
        for (let k = 0; k < network.layers[0]!.affine.outputs; k++) {
          const row = numerators.slice(k * (problem.variables + 1), (k + 1) * (problem.variables + 1));
          const value = rowValue(row, denominator, point);
          expect(formatRational(value)).toBe(formatRational(multiply(t, affineValue(network, k, x))));
        }
        if (domain.kind === 'box') {
          x.forEach((value, i) => {
            expect(compare(domain.lower[i]!, value) <= 0 && compare(value, domain.upper[i]!) <= 0).toBe(true);
          });
          const free = x.filter((_, i) => !equal(domain.lower[i]!, domain.upper[i]!));
          const { numerators: n, denominator: d } = problem.freeInputs(point);
          expect(texts(n.map((y) => rational(y, d)))).toEqual(texts(free));
        } else {
          expect(problem.freeInputs(point)).toEqual(point);
        }
      }),
      { seed: SEED, runs: 200 },
    );
  });

  it('hold what fixed inputs contribute, beside rescaled ones as well', () => {
    const network = buildNetwork(3, [{ affine: affineFromDoubles(1, 3, [2, -1, 5], [3]) }, { slopes: [RELU] }]);
    const third = parseRational('1/3');
    for (const high of [ONE, add(third, rational(1n, 1n << 80n))]) {
      const problem = partitionProblem(
        network,
        box([parseRational('-7/2'), third, ZERO], [parseRational('-7/2'), high, ONE]),
      );
      const point = integersFromRationals([half, half]);
      const x = problem.lift(point);
      expect(formatRational(x[0]!)).toBe('-7/2');
      const value = rowValue(problem.first.numerators, problem.first.denominator, point);
      expect(formatRational(value)).toBe(formatRational(affineValue(network, 0, x)));
    }
  });

  it('are not exact where a weight is no double, or beyond them', () => {
    const exact = (weight: string) => {
      const affine = affineFromRationals(1, [[parseRational(weight)]], [ZERO]);
      return partitionProblem(buildNetwork(1, [{ affine }, { slopes: [RELU] }]), cube(1, -1, 1)).first.isExact;
    };
    expect(['1/4', '1/3', '1e400', '5e-324', '3'].map(exact)).toEqual([true, false, false, false, true]);
  });

  it('are held in the nearest doubles, and it is known whether these are exact', () => {
    let inexact = 0;
    holds(
      fc.property(problems, ({ problem }) => {
        const { numerators, denominator, doubles, isExact } = problem.first;
        expect([...doubles]).toEqual(numerators.map((n) => nearestDouble(n, denominator)));
        const exact = numerators.every((n, i) => {
          const double = doubles[i]!;
          return Number.isFinite(double) && equal(rationalFromDouble(double), rational(n, denominator));
        });
        expect(isExact).toBe(exact);
        if (!exact) inexact++;
      }),
      { seed: SEED, runs: 150 },
    );
    if (trials(150) >= 150) expect(inexact).toBeGreaterThan(0);
  });

  it('of intervals too thin or too far out for doubles are taken on [0, 1]', () => {
    const network = buildNetwork(2, [{ affine: affineFromDoubles(1, 2, [2, -1], [3]) }, { slopes: [RELU] }]);
    const third = parseRational('1/3');
    const thin = [third, add(third, rational(1n, 1n << 80n))] as const;
    const far = [rational(10n ** 310n), rational(2n * 10n ** 310n)] as const;
    const wide = [rational(-15n * 10n ** 307n), rational(15n * 10n ** 307n)] as const;
    for (const [lo, hi] of [thin, far, wide]) {
      const problem = partitionProblem(network, box([lo, ZERO], [hi, rational(2n)]));
      expect(problem.plainCoordinates).toBe(false);
      expect([...problem.lower, ...problem.upper]).toEqual([0, 0, 1, 2]);
      const point = integersFromRationals([half, ONE]);
      const x = [multiply(half, add(lo, hi)), ONE];
      expect(texts(problem.lift(point))).toEqual(texts(x));
      const { numerators, denominator } = problem.freeInputs(point);
      expect(texts(numerators.map((n) => rational(n, denominator)))).toEqual(texts(x));
      const value = rowValue(problem.first.numerators, problem.first.denominator, point);
      expect(formatRational(value)).toBe(formatRational(affineValue(network, 0, x)));
    }
    // One end out of range, or a single double inside, does not do either.
    const onlyOne = [rational((1n << 80n) - 1n, 1n << 80n), rational((1n << 80n) + 1n, 1n << 80n)] as const;
    for (const [lo, hi] of [[ONE, rational(10n ** 310n)] as const, onlyOne]) {
      expect(partitionProblem(network, box([lo, ZERO], [hi, ONE])).plainCoordinates).toBe(false);
    }
    // At 0, or of length 1: what is rescaled is told although its offset or its factor is that of an input as it is.
    const low = [ZERO, rational(1n, 1n << 1080n)] as const;
    const unit = [add(rational(1n << 60n), third), add(rational((1n << 60n) + 1n), third)] as const;
    for (const [lo, hi] of [low, unit]) {
      expect(partitionProblem(network, box([lo, ZERO], [hi, ONE])).plainCoordinates).toBe(false);
    }
    // One double more inside, and the interval is taken as it is.
    const narrow = box([ONE, ZERO], [rationalFromDouble(1 + 2 ** -52), ONE]);
    expect(partitionProblem(network, narrow).plainCoordinates).toBe(true);
    // A rescaled second input alone is known as well.
    expect(partitionProblem(network, box([ZERO, thin[0]], [ONE, thin[1]])).plainCoordinates).toBe(false);
  });
});

describe('the inputs that are free', () => {
  const network = buildNetwork(3, [{ affine: affineFromDoubles(1, 3, [1, 2, 3], [0]) }, { slopes: [RELU] }]);
  const equality = (coefficients: readonly number[], bound: number) => ({
    coefficients: coefficients.map(rationalFromDouble),
    bound: rationalFromDouble(bound),
  });
  const around = cube(3, 0, 1);

  it.each<[string, Domain, readonly number[], boolean]>([
    ['of a box', box([ZERO, ONE, ZERO], [ONE, ONE, ONE]), [0, 2], false],
    ['of the whole space', whole(3), [0, 1, 2], false],
    [
      'where a polytope fixes one',
      polytope(3, [], { box: around, equalities: [equality([2, 0, 0], 1)] }),
      [1, 2],
      false,
    ],
    [
      'where one depends on others',
      polytope(3, [], { box: around, equalities: [equality([1, 1, 0], 1)] }),
      [1, 2],
      true,
    ],
    ['of a full polytope', polytope(3, [equality([1, 1, 0], 1)], { box: around }), [0, 1, 2], false],
  ])('are numbered, and known to be all that varies or not: %s', (_, domain, free, isSkew) => {
    const problem = partitionProblem(network, domain);
    expect([problem.freeInputNumbers, problem.isSkew]).toEqual([free, isSkew]);
  });

  it('are fewer on the whole space alone, if it is looked at through the first layer', () => {
    const options = { rowSpace: true };
    const of = (inputs: number) => affineFromDoubles(1, inputs, new Array(inputs).fill(2), [0]);
    const ten = buildNetwork(10, [{ affine: of(10) }, { slopes: [RELU] }]);
    const reduced = partitionProblem(ten, whole(10), options);
    expect([reduced.variables, reduced.plainCoordinates, reduced.freeInputNumbers]).toEqual([2, false, [0]]);
    const point = integersFromRationals([half, half]);
    expect(texts(reduced.lift(point))).toEqual(['1', ...new Array(9).fill('0')]);
    expect(texts(reduced.freeInputs(point).numerators.map((n) => rational(n)))).toEqual(
      texts([ONE, ...new Array(9).fill(ZERO), ONE]),
    );
    const boxed = partitionProblem(ten, cube(10, 0, 1), options);
    expect([boxed.variables, boxed.plainCoordinates]).toEqual([10, true]);
    // A network without neurons is not looked at through a first layer.
    expect(partitionProblem(buildNetwork(10, [{ affine: of(10) }]), whole(10), options).variables).toBe(11);
  });
});

describe('the layers after the first', () => {
  it('have the weights times the slopes of either side, by columns, and the nearest doubles of them', () => {
    let deep = 0;
    holds(
      fc.property(problems, ({ network, problem }) => {
        network.layers.slice(1).forEach((layer, index) => {
          deep++;
          const { width, integers, columns, plus, minus, bias, bends: bent } = problem.layers[index + 1]!;
          const exact = integers();
          // By columns, with the zeros that are not stored.
          const every = <T>(zero: T, visit: (put: (j: number, k: number, value: T) => void) => void) => {
            const all = new Array<T>(width * before.length).fill(zero);
            visit((j, k, value) => {
              all[j * width + k] = value;
            });
            return all;
          };
          const inFans = (branch: 'plus' | 'minus') =>
            every(0n, (put) => {
              for (let k = 0; k < width; k++) {
                const fan = exact.fan(k);
                for (const [i, j] of fan.from.entries()) put(j, k, fan[branch]![i]!);
              }
            });
          const inColumns = (values: Float64Array) =>
            every(0, (put) => {
              for (const j of before.keys()) forEachInColumn(columns, j, (k, e) => put(j, k, values[e]! + 0));
            });
          const { jacobian, constant } = rationalAffine(layer.affine);
          const before = network.layers[index]!.slopes;
          expect([...bent].map(Boolean)).toEqual(layer.slopes.map(bends));
          expect(width).toBe(layer.slopes.length);
          const column = (branch: 'negative' | 'positive') =>
            before.flatMap((slopes, j) => jacobian.map((row) => multiply(row[j]!, slopes[branch])));
          const overCommon = (entries: readonly bigint[]) => texts(entries.map((n) => rational(n, exact.denominator)));
          expect(overCommon(inFans('plus'))).toEqual(texts(column('positive')));
          expect(overCommon(exact.bias)).toEqual(texts(constant));
          const anyNegative = before.some(({ negative }) => negative.numerator !== 0n);
          if (anyNegative) expect(overCommon(inFans('minus'))).toEqual(texts(column('negative')));
          else expect(width === 0 || exact.fan(0).minus === null).toBe(true);
          const nearest = (values: readonly Rational[]) => values.map((v) => nearestDouble(v.numerator, v.denominator));
          expect(inColumns(plus)).toEqual(nearest(column('positive')));
          expect(minus && inColumns(minus)).toEqual(anyNegative ? nearest(column('negative')) : null);
          expect([...bias].map((x) => x + 0)).toEqual(nearest(constant));
        });
      }),
      { seed: SEED, runs: 150 },
    );
    expect(deep).toBeGreaterThan(trials(20));
  });

  const twoLayers = (weights: readonly string[], bias: string, slopes = RELU) =>
    buildNetwork(1, [
      { affine: affineFromDoubles(2, 1, [1, 1], [0, 1]) },
      { slopes: [slopes, slopes] },
      { affine: affineFromRationals(2, [weights.map(parseRational)], [parseRational(bias)]) },
      { slopes: [RELU] },
    ]);
  const secondLayer = (network: Network) => partitionProblem(network, cube(1, -3, 1)).layers[1]!;

  it('have no weights where a slope is zero, whole multiples where it is 2', () => {
    const slopes = [RELU, { negative: ONE, positive: ZERO }, { negative: ZERO, positive: rational(2n) }];
    const network = (before: typeof slopes) =>
      buildNetwork(1, [
        {
          affine: affineFromDoubles(
            before.length,
            1,
            before.map(() => 1),
            before.map((_, j) => j),
          ),
        },
        { slopes: before },
        { affine: affineFromDoubles(2, before.length, [3, 5, 7, 11, 13, 17].slice(0, 2 * before.length), [0, 1]) },
        { slopes: [RELU, RELU] },
      ]);
    const simple = partitionProblem(network(slopes.slice(0, 2)), cube(1, -1, 1)).layers[1]!;
    expect([[...simple.plus], [...simple.minus!]]).toEqual([
      [3, 7, 0, 0],
      [0, 0, 5, 11],
    ]);
    const all = partitionProblem(network(slopes), cube(1, -1, 1)).layers[1]!;
    expect([[...all.plus], [...all.minus!]]).toEqual([
      [3, 11, 0, 0, 14, 34],
      [0, 0, 5, 13, 0, 0],
    ]);
  });

  it('trust doubles only where these are relatively near: not below the normal range', () => {
    const unit = accumulationUnit(2);
    const tiny = `1/${3n << 1080n}`;
    const third = leaky(parseRational('1/3'));
    expect(secondLayer(twoLayers(['1', '2'], '3')).unit).toBe(unit);
    expect(secondLayer(twoLayers(['1/3', '2'], '1/7')).unit).toBe(unit);
    expect(secondLayer(twoLayers(['1', tiny], '3')).unit).toBe(Number.POSITIVE_INFINITY);
    expect(secondLayer(twoLayers(['1', '2'], tiny)).unit).toBe(Number.POSITIVE_INFINITY);
    // Doubles as they are, even subnormal ones, are exact.
    const smallest = `1/${1n << 1074n}`;
    expect(secondLayer(twoLayers(['1', smallest], smallest)).unit).toBe(unit);
    expect(secondLayer(twoLayers(['1', '2'], '1/7', third)).unit).toBe(unit);
    expect(secondLayer(twoLayers(['1', '2'], tiny, third)).unit).toBe(Number.POSITIVE_INFINITY);
    // 2^-1022 is normal, a third of it is not: the negative side alone is inexact.
    expect(secondLayer(twoLayers(['1', `1/${1n << 1022n}`], '0', third)).unit).toBe(Number.POSITIVE_INFINITY);
    expect(secondLayer(twoLayers(['1', `1/${1n << 1022n}`], '0', ABSOLUTE)).unit).toBe(unit);
  });

  it('allow for underflow in every product: m terms of X = 1 + sum |x| at least', () => {
    for (const network of [twoLayers(['1', '2'], '3'), twoLayers(['1', '2'], '3', ABSOLUTE)]) {
      for (const reach of [1, 3, 30]) {
        for (const { tiny } of partitionProblem(network, cube(1, -reach, 1)).layers) {
          // Sign module: 2^-1073 m X with m >= 2 operations; here m = 2 terms and X = 1 + reach.
          expect(tiny).toBeGreaterThanOrEqual(2 * (1 + reach) * 2 ** -1073);
          expect(tiny).toBeLessThan(2 ** -1000);
        }
      }
    }
    expect(partitionProblem(twoLayers(['1', '2'], '3'), cube(1, -3, 1)).layers[0]!.unit).toBe(accumulationUnit(1));
    expect(() => partitionProblem(twoLayers(['1', '2'], '3'), cube(1, -3, 1)).layers[0]!.integers()).toThrow(
      'has rows',
    );
  });
});

describe('no problem is', () => {
  const network = buildNetwork(2, [{ affine: affineFromDoubles(1, 2, [1, 1], [0]) }, { slopes: [RELU] }]);
  const cases: readonly (readonly [string, Domain, RegExp])[] = [
    ['a box of another dimension', cube(3, 0, 1), /expected 2 intervals, one per input, got 3/],
    ['a space of another dimension', whole(1), /expected 2 intervals, one per input, got 1/],
    ['a point', cube(2, '1/3', '1/3'), /every input is fixed/],
    [
      'a point as a polytope',
      polytope(2, [], { box: cube(2, 0, 1), equalities: [{ coefficients: [ONE, ONE], bound: ZERO }] }),
      /every input is fixed/,
    ],
  ];
  it.each(cases)('%s', (_, domain, reason) => {
    expect(() => partitionProblem(network, domain)).toThrow(DomainError);
    expect(() => partitionProblem(network, domain)).toThrow(reason);
  });

  it('but a network without neurons is one', () => {
    const line = buildNetwork(2, [{ affine: affineFromDoubles(1, 2, [1, 1], [0]) }]);
    const problem = partitionProblem(line, cube(2, -1, 1));
    expect([problem.layers, problem.first.numerators, problem.first.isExact]).toEqual([[], [], true]);
    expect(subtract(ONE, problem.lift(integersFromRationals([half, half]))[0]!)).toEqual(half);
  });
});
