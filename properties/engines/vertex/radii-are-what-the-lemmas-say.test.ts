/**
 * Theorem. The bounds on vertices are the sums that Lemmas 3 and 4 of the vertex engine state, rounded up by less than 2^-18
 * of them; units, quotient and swings are those of the box, and homogenising variables count only where a row depends on them.
 *
 * That the bounds hold for the vertices of cells is tested with the engine (`vertex-engine-finds-every-cell`); here, that they are not needlessly
 * wide.
 *
 * Source: the lemmas of src/engines/evidence/vertex-error.ts.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  crossingDrift,
  crossingRadius,
  ROUNDED_RADIUS,
  vertexBound,
} from '../../../src/engines/evidence/vertex-error.js';
import { VertexPath } from '../../../src/engines/vertex/path.js';
import {
  add,
  compare,
  divide,
  multiply,
  type Rational,
  rational,
  rationalFromDouble,
} from '../../../src/exact/rational.js';
import { affineFromDoubles } from '../../../src/network/affine.js';
import { box, cube, type Domain, polytope, whole } from '../../../src/network/domain.js';
import { buildNetwork, type Network, RELU } from '../../../src/network/network.js';
import { partitionProblem } from '../../../src/problem/lowering.js';
import { exactRows } from '../../../src/walk/exact-rows.js';
import type { KernelContext } from '../../../src/walk/kernel.js';
import { cellRows } from '../../../src/walk/rows.js';
import { noDecisions } from '../../../src/walk/tree.js';
import { holds } from '../../support/generators/holds.js';

const SEED = 5051;
const exact = rationalFromDouble;

/** At least the expected number, and hardly more. */
function expectRoundedUp(found: number, expected: Rational) {
  expect(compare(exact(found), expected)).toBeGreaterThanOrEqual(0);
  const most = multiply(expected, rational(2n ** 18n + 1n, 2n ** 18n));
  expect(compare(exact(found), add(most, rational(1n, 1n << 1070n)))).toBeLessThanOrEqual(0);
}

const positive = fc
  .tuple(fc.double({ min: 1, max: 2, noNaN: true }), fc.integer({ min: -80, max: 10 }))
  .map(([m, e]) => m * 2 ** e);

describe('the bound', () => {
  it('of Lemma 3 is t + W', () => {
    holds(
      fc.property(positive, positive, (t, reach) => {
        expectRoundedUp(vertexBound(t, reach), add(exact(t), exact(reach)));
      }),
      { seed: SEED, runs: 100 },
    );
    // What 14 variables may lose to underflow: in |r_i|, times L_i, times e_i.
    expect(vertexBound(0, 0)).toBeGreaterThanOrEqual(3 * 14 * 2 ** -1074);
    expect(vertexBound(0, 0)).toBeLessThan(2 ** -1000);
  });

  it('of Lemma 4 is e + D h / S + 32 u Q, and infinite where nothing is known', () => {
    holds(
      fc.property(positive, positive, positive, positive, positive, (radius, bound, rise, extent, quotient) => {
        const moved = divide(multiply(exact(extent), exact(bound)), exact(rise));
        const rounding = multiply(rational(32n, 1n << 53n), exact(quotient));
        expectRoundedUp(
          crossingRadius(radius, extent, crossingDrift(bound, rise), quotient),
          add(exact(radius), add(moved, rounding)),
        );
      }),
      { seed: SEED + 1, runs: 100 },
    );
    for (const rise of [0, -1, Number.NaN]) expect(crossingDrift(1, rise)).toBe(Number.POSITIVE_INFINITY);
    expect(ROUNDED_RADIUS).toBe(4 * 2 ** -53);
  });
});

describe('a path', () => {
  const network = (weights: readonly number[], bias: readonly number[], second: readonly number[]): Network =>
    buildNetwork(2, [
      { affine: affineFromDoubles(2, 2, weights, bias) },
      { slopes: [RELU, RELU] },
      { affine: affineFromDoubles(2, 2, [1, 1, 2, 1], second) },
      { slopes: [RELU, RELU] },
    ]);
  const pathOf = (subject: Network, domain: Domain) => {
    const problem = partitionProblem(subject, domain);
    const rows = cellRows(problem);
    rows.enterGiven();
    const context: KernelContext = {
      problem,
      rows,
      exact: exactRows(problem, rows.sides),
      proportional: [],
      decisions: noDecisions(),
      wantsEvidence: false,
    };
    return new VertexPath(context);
  };
  const subject = network([3, -5, 0, 7], [1, 0], [0, 0]);

  it('measures in half the width of the box', () => {
    const path = pathOf(subject, box(['-1', '2'].map(toRational), ['7', '3'].map(toRational)));
    expect(Array.from(path.units)).toEqual([4, 0.5]);
    // |x| <= 7 and |y| <= 3, in units of 4 and 1/2.
    expectRoundedUp(path.quotient, rational(6n));
    expect([path.swing(0, 0), path.swing(0, 1)]).toEqual([3 * 4 + 5 / 2, 7 / 2]);
    expect(path.rounded).toBe(ROUNDED_RADIUS * path.quotient);
    // 1/8 of the units of 4 and 1/4 of those of 1/2: |3| / 2 + |-5| / 8, and 7 / 8.
    const radii = Float64Array.from([9, 1 / 8, 1 / 4]);
    const { rows, stride } = path.context.rows;
    expect([0, 1].map((k) => path.reach(rows[0]!, k * stride, radii, 1))).toEqual([17 / 8, 7 / 8]);
    expect(path.n).toBe(2);
    expect(path.ordinary).toBe(true);
  });

  it('knows the boxes for which no lemma holds', () => {
    const tiny = exact(2 ** -1000);
    const huge = exact(2 ** 1000);
    const zero = rational(0n);
    const one = rational(1n);
    expect(pathOf(subject, box([zero, zero], [one, tiny])).ordinary).toBe(false);
    expect(pathOf(subject, box([zero, zero], [huge, one])).ordinary).toBe(false);
    expect(pathOf(subject, box([zero, zero], [one, one])).ordinary).toBe(true);
    // Far out but of ordinary width, and near zero but too thin: in one input, beside one that is ordinary.
    const beside = (low: number, width: number) =>
      pathOf(subject, box([exact(low), zero], [exact(low + width), one])).ordinary;
    expect([beside(2 ** 901, 2 ** 860), beside(2 ** -880, 2 ** -930)]).toEqual([false, false]);
    expect([beside(2 ** 890, 2 ** 860), beside(2 ** -860, 2 ** -890)]).toEqual([true, true]);
  });

  it('has a homogenising variable only if a row depends on it', () => {
    const of = (bias: readonly number[], second: readonly number[]) =>
      pathOf(network([3, -5, 0, 7], bias, second), whole(2)).n;
    expect(of([0, 0], [0, 0])).toBe(2);
    expect(of([0, 1], [0, 0])).toBe(3);
    expect(of([0, 0], [0, 1])).toBe(3);
    expect(pathOf(subject, cube(2, -1, 1)).n).toBe(2);
    const halfPlane = (bound: bigint) =>
      polytope(2, [{ coefficients: [rational(1n), rational(2n)], bound: rational(bound) }]);
    const central = network([3, -5, 0, 7], [0, 0], [0, 0]);
    expect([pathOf(central, halfPlane(0n)).n, pathOf(central, halfPlane(1n)).n]).toEqual([2, 3]);
    const line = (bias: number) =>
      buildNetwork(1, [{ affine: affineFromDoubles(1, 1, [1], [bias]) }, { slopes: [RELU] }]);
    expect([pathOf(line(0), whole(1)).n, pathOf(line(1), whole(1)).n]).toEqual([1, 2]);
  });
});

function toRational(text: string): Rational {
  return rational(BigInt(text));
}
