/**
 * Lemma: no honest evaluation in doubles, in any order of summation, leaves the allowance that the conformance suite makes
 * for answers in doubles; and an evaluation in float32 does.
 *
 * The lemma is proved in src/oracle/conformance/rounding.ts.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, formatRational, parseRational, type Rational, rational } from '../../src/exact/rational.js';
import { toDouble } from '../../src/exact/rounding.js';
import { affineFromDoubles } from '../../src/network/affine.js';
import { buildNetwork, type Network, RELU } from '../../src/network/network.js';
import { isRounded, roundingOfJacobian, roundingOfValues } from '../../src/oracle/conformance/rounding.js';
import { holds } from '../support/generators/holds.js';
import { extremeNetwork, genericNetwork, mixedNetwork, rationalNetwork } from '../support/generators/networks.js';
import { affineOn, valuesAt } from '../support/references/plain-network.js';

/** A sum in the order that the bits of `order` choose: from the left, from the right, or in halves. */
function summed(terms: readonly number[], order: number): number {
  if (terms.length <= 1) return terms[0] ?? 0;
  if (order % 3 === 0) return terms.reduce((sum, x) => sum + x, 0);
  if (order % 3 === 1) return terms.reduceRight((sum, x) => sum + x, 0);
  const half = terms.length >> 1;
  return summed(terms.slice(0, half), order) + summed(terms.slice(half), order);
}

/** The network in doubles, with sums in the given order; `round` makes it another precision. */
function evaluated(network: Network, point: readonly Rational[], order: number, round = (x: number) => x): number[] {
  let values = point.map((x) => round(toDouble(x)));
  const through = (map: Network['output']) =>
    Array.from(map.bias, (b, r) => {
      const terms = values.map((v, c) => round(round(map.weights[r * map.inputs + c]!) * v));
      return round(summed(order % 2 === 0 ? [round(b), ...terms] : [...terms, round(b)], order));
    });
  for (const { affine, slopes } of network.layers) {
    values = through(affine).map((z, j) => {
      const slope = toDouble(z > 0 ? slopes[j]!.positive : slopes[j]!.negative);
      return slope === 0 ? 0 : round(slope * z);
    });
  }
  return through(network.output);
}

const shape = { inputs: 3, widths: [4, 3], outputs: 2 };
const problem = fc.record({
  network: fc.oneof(genericNetwork(shape), rationalNetwork(shape), mixedNetwork(shape)),
  point: fc.array(fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 1, max: 1000 })), {
    minLength: 3,
    maxLength: 3,
  }),
  order: fc.nat(5),
});
const asPoint = (pairs: readonly (readonly [number, number])[]) =>
  pairs.map(([top, bottom]) => rational(BigInt(top), BigInt(bottom)));

describe('values', () => {
  it('doubles stay within the bound, in any order of summation', () => {
    holds(
      fc.property(problem, ({ network, point: pairs, order }) => {
        const point = asPoint(pairs);
        const exact = valuesAt(network, point).output;
        const bounds = roundingOfValues([network], point);
        evaluated(network, point, order).forEach((value, k) => {
          expect(isRounded(value, exact[k]!, bounds[k]!), `${value} for ${formatRational(exact[k]!)}`).toBe(true);
        });
      }),
      { seed: 8101, runs: 200 },
    );
  });

  it('also where numbers are near the ends of the range, unless they overflow', () => {
    holds(
      fc.property(extremeNetwork({ inputs: 2, widths: [3] }), fc.nat(5), (network, order) => {
        const point = [rational(1n, 3n), rational(-5n, 7n)];
        const exact = valuesAt(network, point).output;
        const bounds = roundingOfValues([network], point);
        evaluated(network, point, order).forEach((value, k) => {
          if (Number.isFinite(value)) expect(isRounded(value, exact[k]!, bounds[k]!)).toBe(true);
        });
      }),
      { seed: 8102, runs: 100 },
    );
  });

  it('float32 leaves it', () => {
    const network = buildNetwork(2, [
      { affine: affineFromDoubles(2, 2, [0.1, 0.7, -0.3, 0.9], [0.2, 0.4]) },
      { slopes: [RELU, RELU] },
      { affine: affineFromDoubles(1, 2, [0.6, 0.5], [0]) },
    ]);
    const point = [parseRational('1/3'), parseRational('1/7')];
    const [exact] = valuesAt(network, point).output;
    const [bound] = roundingOfValues([network], point);
    const [single] = evaluated(network, point, 0, Math.fround);
    const [double] = evaluated(network, point, 0);
    expect(isRounded(double!, exact!, bound!)).toBe(true);
    expect(isRounded(single!, exact!, bound!)).toBe(false);
    // The bound is of the order of some roundings: not a licence.
    expect(compare(bound!, rational(1n, 1n << 48n))).toBe(-1);
  });
});

describe('Jacobians', () => {
  it('products along the paths in doubles stay within the bound', () => {
    holds(
      fc.property(problem, ({ network, point: pairs, order }) => {
        const { signs } = valuesAt(network, asPoint(pairs));
        const exact = affineOn(network, signs).output;
        const bounds = roundingOfJacobian([network]);
        let jacobian: number[][] = [0, 1, 2].map((i) => [0, 1, 2].map((k) => (i === k ? 1 : 0)));
        const through = (map: Network['output'], slopes: readonly number[]) =>
          Array.from({ length: map.outputs }, (_, r) =>
            [0, 1, 2].map((k) => {
              const terms = jacobian.map((row, c) => map.weights[r * map.inputs + c]! * row[k]!);
              return slopes[r]! * summed(terms, order);
            }),
          );
        network.layers.forEach(({ affine, slopes }, l) => {
          const active = slopes.map((pair, j) => toDouble(signs[l]![j]! > 0 ? pair.positive : pair.negative));
          jacobian = through(affine, active);
        });
        const claimed = through(network.output, new Array<number>(network.outputs).fill(1));
        claimed.forEach((row, r) => {
          row.forEach((value, k) => {
            expect(isRounded(value, exact[r]![k]!, bounds[r]![k]!)).toBe(true);
          });
        });
      }),
      { seed: 8103, runs: 100 },
    );
  });
});
