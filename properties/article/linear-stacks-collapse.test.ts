/**
 * Theorem. A stack of affine layers, whatever its depth and widths, is one affine map: it has one cell and one map, cannot
 * separate XOR or a ring from the disc inside it, and fits no data better than the best single affine layer.
 *
 * Let f = A_L S_L ... A_1 S_1 with affine A_l and activations S_l = diag(s), s the slope on *both* sides of 0. Then
 * f(x) = W x + b with W = prod W_l diag(s_l). If sum m_i p_i = sum n_j q_j for convex weights m, n on the positive points p
 * and the negative points q, an affine f with f(p_i) > 0 > f(q_j) would give 0 < sum m_i f(p_i) = sum n_j f(q_j) < 0.
 *
 * Source: Goodfellow, Bengio, Courville 2016, Deep Learning, sections 6.1 and 6.3; Minsky and Papert 1969; Farkas 1902.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  compare,
  formatRational,
  multiply,
  negate,
  ONE,
  type Rational,
  rational,
  ZERO,
} from '../../src/exact/rational.js';
import { identityAffine } from '../../src/network/affine.js';
import { cube, whole } from '../../src/network/domain.js';
import { evaluateExact, rationalAffine } from '../../src/network/evaluate.js';
import { buildNetwork, type Network } from '../../src/network/network.js';
import { type CirclePoint, discAndRing } from '../../src/theory/circle-data.js';
import { affineNetwork, collapse } from '../../src/theory/collapse.js';
import { bestAffineFit, squaredLoss } from '../../src/theory/least-squares.js';
import { dotOf, sumOf, valueOfAffine } from '../../src/theory/rational-vectors.js';
import { type LabelledPoint, separate } from '../../src/theory/separation.js';
import { cellsOf, mapKey } from '../support/engines/cells.js';
import { provedCells } from '../support/engines/checked.js';
import { anyLinearStack, linearStack, rationalVector, type StraightLayer } from '../support/generators/affine-steps.js';
import { DATA_SEED, DATA_SIZE } from '../support/generators/circle-networks.js';
import { holds } from '../support/generators/holds.js';
import { smallRational } from '../support/generators/numbers.js';

const SEED = 501;
const text = (values: readonly Rational[]) => values.map(formatRational).join(' ');

/** A network that keeps every layer, as `buildNetwork` would not. */
function uncollapsed(inputs: number, layers: readonly StraightLayer[]): Network {
  const outputs = layers.at(-1)?.slopes.length ?? inputs;
  return { inputs, outputs, layers, output: identityAffine(outputs), endsWithActivation: true, notes: [] };
}

/** The stack by its definition, layer after layer. */
function runLayers(layers: readonly StraightLayer[], point: readonly Rational[]): readonly Rational[] {
  return layers.reduce<readonly Rational[]>((x, { affine, slopes }) => {
    const pre = valueOfAffine(rationalAffine(affine), x);
    return pre.map((value, j) => multiply(slopes[j]!.positive, value));
  }, point);
}

describe('a stack of layers without bends', () => {
  it('equals its collapse at every point, exactly: any depth, any shapes, any slopes', () => {
    holds(
      fc.property(anyLinearStack, rationalVector(6), (layers, coordinates) => {
        const { inputs } = layers[0]!.affine;
        const x = coordinates.slice(0, inputs);
        const stack = uncollapsed(inputs, layers);
        const expected = text(runLayers(layers, x));
        expect(text(evaluateExact(affineNetwork(collapse(stack)!), x).output)).toBe(expected);
        expect(text(evaluateExact(stack, x).output)).toBe(expected);
        const built = buildNetwork(
          inputs,
          layers.flatMap(({ affine, slopes }) => [{ affine }, { slopes }]),
        );
        expect(built.layers).toEqual([]);
        expect(text(evaluateExact(built, x).output)).toBe(expected);
      }),
      { seed: SEED },
    );
  });

  it('has one cell, proved, and one map: the collapse, on a box and on the whole space', () => {
    holds(
      fc.property(anyLinearStack, fc.boolean(), (layers, bounded) => {
        const { inputs } = layers[0]!.affine;
        const stack = uncollapsed(inputs, layers);
        const domain = bounded ? cube(inputs, -1, '1/3') : whole(inputs);
        expect(provedCells(stack, domain)).toBe(1);
        const maps = cellsOf(stack, domain).map((cell) => mapKey(cell.map));
        expect(maps).toEqual([mapKey(rationalAffine(collapse(stack)!))]);
      }),
      { seed: SEED },
    );
  });

  it('loses its collapse with the first bend', () => {
    const bent = {
      ...uncollapsed(1, []),
      layers: [{ affine: identityAffine(1), slopes: [{ negative: ZERO, positive: ONE }] }],
    };
    expect(collapse(bent)).toBeUndefined();
  });
});

/** Checks the convex weights by their definition. */
function expectCommonPoint(points: readonly LabelledPoint[], common: readonly Rational[], convex: readonly Rational[]) {
  for (const side of [true, false]) {
    const members = points.flatMap((p, i) => (p.positive === side ? [{ x: p.point, weight: convex[i]! }] : []));
    expect(members.every(({ weight }) => compare(weight, ZERO) >= 0)).toBe(true);
    expect(formatRational(sumOf(members.map(({ weight }) => weight)))).toBe('1');
    const mean = common.map((_, k) => sumOf(members.map(({ x, weight }) => multiply(weight, x[k]!))));
    expect(text(mean)).toBe(text(common));
  }
}

const integerPoint = (...x: number[]) => x.map((value) => rational(BigInt(value)));
const XOR: readonly LabelledPoint[] = [
  { point: integerPoint(0, 0), positive: false },
  { point: integerPoint(1, 1), positive: false },
  { point: integerPoint(0, 1), positive: true },
  { point: integerPoint(1, 0), positive: true },
];

describe('what one affine map cannot tell apart', () => {
  it('XOR: both classes have the centre of the square in their hulls', () => {
    const answer = separate(XOR);
    if (answer.separable) throw new Error('XOR must not be separable');
    expectCommonPoint(XOR, answer.common, answer.convex);
    expect(text(answer.common)).toBe('1/2 1/2');
  });

  it('XOR: every stack classifies at least one of the four points wrongly', () => {
    holds(
      fc.property(linearStack(2, 1), (layers) => {
        const right = XOR.filter(({ point, positive }) => {
          const sign = compare(runLayers(layers, point)[0]!, ZERO);
          return positive ? sign > 0 : sign < 0;
        });
        expect(right.length).toBeLessThanOrEqual(3);
      }),
      { seed: SEED, runs: 300 },
    );
  });

  /** Throws unless a common point of the hulls proves that no affine map tells disc and ring apart. */
  function expectInseparable(points: readonly CirclePoint[]) {
    const data = points.map(({ x, y, inner }) => ({ point: [x, y], positive: inner }));
    const answer = separate(data);
    if (answer.separable) throw new Error('the ring surrounds the disc');
    expectCommonPoint(data, answer.common, answer.convex);
  }

  it('a ring and the disc inside it: the data of fixtures/circle', () => {
    expectInseparable(discAndRing(DATA_SEED, DATA_SIZE));
  });

  it('a ring and the disc inside it, for any seed of the data', () => {
    /** Points of every open quadrant have 0 in their hull. */
    const surroundsZero = (points: readonly CirclePoint[]) =>
      [ONE, negate(ONE)].every((a) =>
        [ONE, negate(ONE)].every((b) =>
          points.some(({ x, y }) => multiply(a, x).numerator > 0n && multiply(b, y).numerator > 0n),
        ),
      );
    holds(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (seed) => {
        const points = discAndRing(seed, 40);
        fc.pre([true, false].every((side) => surroundsZero(points.filter(({ inner }) => inner === side))));
        expectInseparable(points);
      }),
      { seed: SEED, runs: 10 },
    );
  });

  it('any points: either a map separates them, or a common point of the hulls proves that none does', () => {
    const labelled = fc.record({ point: rationalVector(2), positive: fc.boolean() });
    holds(
      fc.property(fc.array(labelled, { minLength: 2, maxLength: 8 }), (points) => {
        fc.pre(points.some((p) => p.positive) && points.some((p) => !p.positive));
        const answer = separate(points);
        if (!answer.separable) {
          expectCommonPoint(points, answer.common, answer.convex);
          return;
        }
        for (const { point, positive } of points) {
          const value = add(dotOf(answer.weights, point), answer.bias);
          expect(compare(positive ? value : negate(value), ONE)).toBeGreaterThanOrEqual(0);
        }
      }),
      { seed: SEED, runs: 200 },
    );
  });
});

describe('the best single affine layer', () => {
  const example = fc.record({ point: rationalVector(2), target: smallRational });
  it('has a smaller squared loss than any stack, or the same', () => {
    holds(
      fc.property(fc.array(example, { minLength: 1, maxLength: 8 }), linearStack(2, 1), (examples, layers) => {
        const fit = bestAffineFit(examples);
        const best = squaredLoss(examples, (x) => add(dotOf(fit.slice(0, 2), x), fit[2]!));
        const stack = squaredLoss(examples, (x) => runLayers(layers, x)[0]!);
        expect(compare(best, stack)).toBeLessThanOrEqual(0);
        // Pythagoras: what the stack loses is its squared distance from the best fit.
        const apart = squaredLoss(
          examples.map(({ point }) => ({ point, target: add(dotOf(fit.slice(0, 2), point), fit[2]!) })),
          (x) => runLayers(layers, x)[0]!,
        );
        expect(formatRational(stack)).toBe(formatRational(add(best, apart)));
      }),
      { seed: SEED, runs: 200 },
    );
  });
});
