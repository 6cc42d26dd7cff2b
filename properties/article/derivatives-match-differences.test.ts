/**
 * Theorem. Inside a cell every finite difference that stays inside is the derivative, exactly, and backpropagation computes
 * it; across a kink the one-sided differences are the two slopes and the central one is their mean; in doubles the error
 * obeys a derived bound; for smooth activations the central difference errs by h^2 f'''/6 + O(h^4).
 *
 * With J the Jacobian of the cell of x, and x + h v, x + k v in the closed cell: (f(x + h v) - f(x + k v)) / (h - k) = J v.
 * On the facet between cells with Jacobians J- (behind, along v) and J+ (ahead): (f(x + h v) - f(x)) / h = J+ v,
 * (f(x) - f(x - h v)) / h = J- v, and the central difference is (J- + J+) v / 2, for every h > 0 that stays in the two.
 * In doubles, with |f~ - f| <= B: |(f~(x + h v) - f~(x)) / h - J v| <= (B(x + h v) + B(x)) / h (1 + 4u) + 4u |J v|.
 *
 * Source: calculus; for the error bound src/theory/rounding.ts (after Higham 2002).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  absolute,
  add,
  compare,
  divide,
  formatRational,
  multiply,
  negate,
  type Rational,
  rational,
  rationalFromDouble,
  ZERO,
} from '../../src/exact/rational.js';
import { toDouble } from '../../src/exact/rounding.js';
import { affineFromDoubles } from '../../src/network/affine.js';
import { cube } from '../../src/network/domain.js';
import { evaluateDouble, evaluateExact } from '../../src/network/evaluate.js';
import { buildNetwork, type Network, RELU } from '../../src/network/network.js';
import { backpropagate } from '../../src/theory/backpropagation.js';
import {
  addIntervals,
  excludesZero,
  type Interval,
  intervalOfRational,
  multiplyIntervals,
  reciprocalInterval,
  subtractIntervals,
} from '../../src/theory/interval.js';
import { differenceOfVectors, dotOf, scaledBy } from '../../src/theory/rational-vectors.js';
import { evaluationErrorBound } from '../../src/theory/rounding.js';
import { SIGMOID, type SmoothFunction, SOFTPLUS, softmaxFirst, TANH } from '../../src/theory/smooth.js';
import { cellsOf } from '../support/engines/cells.js';
import { along, contains, exitAlong, inequalitiesOf } from '../support/engines/constraints.js';
import { rationalVector } from '../support/generators/affine-steps.js';
import { holds } from '../support/generators/holds.js';
import {
  anyNetwork,
  deepNetwork,
  dyadicNetwork,
  genericNetwork,
  mixedNetwork,
  rationalNetwork,
} from '../support/generators/networks.js';
import { genericDouble } from '../support/generators/numbers.js';
import { printedAs, showNetwork } from '../support/generators/show.js';

const SEED = 506;
const BOX = cube(2, -2, 2);
const SHAPE = { inputs: 2, widths: [3, 3], outputs: 2 };
const HALF = rational(1n, 2n);
const text = (values: readonly Rational[]) => values.map(formatRational).join(' ');
const valueAt = (network: Network, point: readonly Rational[]) => evaluateExact(network, point).output;

const direction = rationalVector(2).filter((v) => v.some((entry) => compare(entry, ZERO) !== 0));
const fraction = fc.integer({ min: -7, max: 7 }).map((k) => rational(BigInt(k), 8n));
const derivativeAlong = (jacobian: readonly (readonly Rational[])[], v: readonly Rational[]) =>
  jacobian.map((row) => dotOf(row, v));

/** (f(x + h v) - f(x + k v)) / (h - k) */
function quotient(
  network: Network,
  x: readonly Rational[],
  v: readonly Rational[],
  h: Rational,
  k: Rational,
): Rational[] {
  const rise = differenceOfVectors(valueAt(network, along(x, h, v)), valueAt(network, along(x, k, v)));
  return scaledBy(divide(rational(1n), add(h, negate(k))), rise);
}

describe('inside a cell', () => {
  const networks = fc.oneof({ weight: 3, arbitrary: anyNetwork(SHAPE) }, { weight: 1, arbitrary: deepNetwork(2, 6) });

  it('every finite difference that stays inside is the derivative', () => {
    holds(
      fc.property(networks, direction, fraction, fraction, (network, v, a, b) => {
        fc.pre(compare(a, b) !== 0);
        for (const cell of cellsOf(network, BOX)) {
          const rows = inequalitiesOf(network, BOX, cell);
          const ahead = exitAlong(rows, cell.witness, v)!.step;
          const behind = exitAlong(rows, cell.witness, v.map(negate))!.step;
          const step = (part: Rational) => multiply(part, compare(part, ZERO) > 0 ? ahead : behind);
          const difference = quotient(network, cell.witness, v, step(a), step(b));
          expect(text(difference)).toBe(text(derivativeAlong(cell.map.jacobian, v)));
        }
      }),
      { seed: SEED, runs: 50 },
    );
  });

  it('backpropagation returns the Jacobian of the cell', () => {
    holds(
      fc.property(networks, (network) => {
        for (const cell of cellsOf(network, BOX)) {
          const jacobian = backpropagate(network, cell.witness);
          expect(jacobian.map(text)).toEqual(cell.map.jacobian.map(text));
        }
      }),
      { seed: SEED, runs: 50 },
    );
  });
});

describe('across a kink', () => {
  it('the one-sided differences are the two slopes, the central one their mean', () => {
    let kinks = 0;
    const networks = fc.oneof(dyadicNetwork(SHAPE), rationalNetwork(SHAPE), mixedNetwork(SHAPE));
    holds(
      fc.property(networks, direction, (network, v) => {
        const cells = cellsOf(network, BOX).map((cell) => ({ cell, rows: inequalitiesOf(network, BOX, cell) }));
        for (const before of cells) {
          const x = along(before.cell.witness, exitAlong(before.rows, before.cell.witness, v)!.step, v);
          const around = cells.filter(({ rows }) => contains(rows, x));
          const after = around.find((c) => c !== before);
          if (around.length !== 2 || after === undefined) continue;
          const room = [exitAlong(after.rows, x, v), exitAlong(before.rows, x, v.map(negate))].map((e) => e!.step);
          // Along a wall of the box, the line leaves both cells at once.
          if (room.some((step) => compare(step, ZERO) === 0)) continue;
          const h = multiply(HALF, compare(room[0]!, room[1]!) < 0 ? room[0]! : room[1]!);
          const ahead = derivativeAlong(after.cell.map.jacobian, v);
          const behind = derivativeAlong(before.cell.map.jacobian, v);
          expect(text(quotient(network, x, v, h, ZERO))).toBe(text(ahead));
          expect(text(quotient(network, x, v, ZERO, negate(h)))).toBe(text(behind));
          const mean = ahead.map((slope, r) => multiply(HALF, add(slope, behind[r]!)));
          expect(text(quotient(network, x, v, h, negate(h)))).toBe(text(mean));
          kinks++;
        }
      }),
      { seed: SEED, runs: 50 },
    );
    expect(kinks).toBeGreaterThan(50);
  });
});

/**
 * Networks of two inputs whose neurons nearly cancel at a point of doubles: their rounding errors are far larger than the last
 * bits of their values, and later layers hand them on.
 */
const cancelling = fc
  .record({
    point: fc.array(genericDouble, { minLength: 2, maxLength: 2 }),
    rows: fc.array(fc.array(genericDouble, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 3 }),
    left: fc.integer({ min: 8, max: 40 }),
    output: fc.array(genericDouble, { minLength: 3, maxLength: 3 }),
  })
  .map(({ point, rows, left, output }) => {
    const bias = rows.map(([a, b]) => 2 ** -left - (a! * point[0]! + b! * point[1]!));
    const network = buildNetwork(2, [
      { affine: affineFromDoubles(rows.length, 2, rows.flat(), bias) },
      { slopes: rows.map(() => RELU) },
      { affine: affineFromDoubles(1, rows.length, output.slice(0, rows.length), [0]) },
    ]);
    return { network: printedAs(network, showNetwork), point };
  });

describe('in doubles', () => {
  it('a value is within the derived bound of the exact one, also where neurons nearly cancel', () => {
    let used = 0;
    holds(
      fc.property(cancelling, ({ network, point }) => {
        const [value] = evaluateDouble(network, point);
        const [exact] = evaluateExact(network, point.map(rationalFromDouble)).output;
        const error = absolute(add(rationalFromDouble(value!), negate(exact!)));
        const bound = rationalFromDouble(evaluationErrorBound(network, point)[0]!);
        expect(compare(error, bound)).toBeLessThanOrEqual(0);
        if (bound.numerator !== 0n) used = Math.max(used, toDouble(divide(error, bound)));
      }),
      { seed: SEED, runs: 200 },
    );

    expect(used).toBeGreaterThan(0.01);
  });

  const dyadicPoint = fc.array(fc.integer({ min: -(2 ** 20), max: 2 ** 20 }), { minLength: 2, maxLength: 2 });
  it('a forward difference inside a cell is within the derived bound of the derivative', () => {
    const steps = fc.integer({ min: 3, max: 30 });
    let used = 0;
    holds(
      fc.property(genericNetwork(SHAPE), dyadicPoint, steps, fc.nat(1), (network, grid, bits, axis) => {
        const h = 2 ** -bits;
        const x = grid.map((k) => k / 2 ** 20);
        const moved = x.map((value, i) => (i === axis ? value + h : value));
        const [from, to] = [x, moved].map((p) => p.map(rationalFromDouble));
        fc.pre(
          JSON.stringify(evaluateExact(network, from!).pattern) === JSON.stringify(evaluateExact(network, to!).pattern),
        );
        const [low, high] = [x, moved].map((p) => evaluateDouble(network, p));
        const [errorLow, errorHigh] = [x, moved].map((p) => evaluationErrorBound(network, p));
        backpropagate(network, from!).forEach((row, r) => {
          const derivative = row[axis]!;
          const error = add(rationalFromDouble((high![r]! - low![r]!) / h), negate(derivative));
          const relative = multiply(rational(1n, 2n ** 51n), absolute(derivative));
          // (1 + 4u) is covered by the factor 2 in the bound itself.
          const bound = add(rationalFromDouble((errorLow![r]! + errorHigh![r]!) / h), relative);
          expect(compare(absolute(error), bound)).toBeLessThanOrEqual(0);
          if (bound.numerator !== 0n) used = Math.max(used, toDouble(divide(absolute(error), bound)));
        });
      }),
      { seed: SEED, runs: 200 },
    );
    // The bound is a worst case, but no idle one: some error is a hundredth of it.
    expect(used).toBeGreaterThan(0.01);
  });
});

/** (f(x + h) - f(x - h)) / (2 h) - f'(x) */
function centralError(f: SmoothFunction, x: Rational, h: Rational): Interval {
  const at = (t: Rational) => f.value(intervalOfRational(t));
  const rise = subtractIntervals(at(add(x, h)), at(add(x, negate(h))));
  const slope = multiplyIntervals(rise, reciprocalInterval(intervalOfRational(add(h, h))));
  return subtractIntervals(slope, f.derivative(intervalOfRational(x)));
}

describe('smooth activations', () => {
  const functions = [SIGMOID, TANH, SOFTPLUS, softmaxFirst([ZERO, rational(1n)])];
  const h = rational(1n, 100_000n);
  const point = fc.bigInt({ min: -400n, max: 400n }).map((n) => printedAs(rational(n, 100n), formatRational));

  /*
   * E(h) = h^2 (c3 + c5 h^2) with c3 = f'''/6 and |c5| <= 1 for these functions (max |f^(5)| = 16 for tanh, over 120).
   * With |E(h)| >= h^2 / 10^4 the ratio E(h) / E(h/2) is within 4 h^2 10^4 < 10^-5 of 4.
   */
  it.each(functions.map((f) => [f.name, f] as const))('%s: halving h divides the error by 4', (_, f) => {
    let tried = 0;
    holds(
      fc.property(point, (x) => {
        const [whole, half] = [centralError(f, x, h), centralError(f, x, multiply(HALF, h))];
        const floor = intervalOfRational(rational(1n, 10n ** 14n));
        const magnitude = whole.low.gt(0) ? whole : { low: whole.high.neg(), high: whole.low.neg() };
        if (!excludesZero(whole) || magnitude.low.lt(floor.high)) return;
        const four = intervalOfRational(rational(4n));
        const gap = subtractIntervals(whole, multiplyIntervals(four, half));
        const allowed = multiplyIntervals(magnitude, intervalOfRational(rational(1n, 100_000n)));
        expect(gap.high.lt(allowed.low) && gap.low.gt(allowed.low.neg())).toBe(true);
        tried++;
      }),
      { seed: SEED, runs: 40 },
    );
    expect(tried).toBeGreaterThan(20);
  });
});

it("enclosures of derivatives agree with difference quotients: f(x + h) - f(x) - h f'(x) is of second order", () => {
  const small = rational(1n, 10n ** 15n);
  holds(
    fc.property(fc.integer({ min: -40, max: 40 }), (k) => {
      const x = rational(BigInt(k), 10n);
      for (const f of [SIGMOID, TANH, SOFTPLUS]) {
        const step = multiplyIntervals(intervalOfRational(small), f.derivative(intervalOfRational(x)));
        const predicted = addIntervals(f.value(intervalOfRational(x)), step);
        const gap = subtractIntervals(f.value(intervalOfRational(add(x, small))), predicted);
        // |f''| <= 1: the gap is at most h^2 / 2 = 5 10^-31.
        const most = intervalOfRational(rational(5n, 10n ** 31n)).high;
        expect(gap.high.lt(most) && gap.low.gt(most.neg())).toBe(true);
      }
    }),
    { seed: SEED, runs: 40 },
  );
});
