/**
 * Theorem. Where a level set of a network on all of R^2 leaves the box that meets every face of its complex, it is a ray: the level is
 * kept along the end's direction for ever. Within any larger box there are the same pieces, and no more.
 *
 * Source: a face is the sum of its vertices' hull and its recession cone (Minkowski 1896, Weyl 1935); beyond a box whose interior meets
 * every face nothing begins.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { levelSet } from '../../src/analysis/function/boundary.js';
import { enclosingBox } from '../../src/analysis/geometry/enclosing.js';
import { add, multiply, type Rational, rational, ZERO } from '../../src/exact/rational.js';
import { box, whole } from '../../src/network/domain.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import { holds } from '../support/generators/holds.js';
import { anyNetwork, degenerateNetwork } from '../support/generators/networks.js';

const LEVEL = { output: 0, threshold: ZERO };
const networks = fc.oneof(
  anyNetwork({ inputs: 2, widths: [3, 2] }),
  degenerateNetwork({ inputs: 2, widths: [3, 2] }),
  degenerateNetwork({ inputs: 2, widths: [4] }),
);

const along = (point: readonly Rational[], direction: readonly Rational[], t: Rational) =>
  point.map((x, i) => add(x, multiply(t, direction[i]!)));

test('ends are rays on which the level is kept', () => {
  let met = 0;
  holds(
    fc.property(networks, (network) => {
      const { points, ends, box: within } = levelSet(network, whole(2), LEVEL);
      for (const { point, direction } of ends!) {
        met++;
        for (const factor of [1n, 3n, 10n ** 30n]) {
          // Far out in the measure of the box.
          const t = multiply(rational(factor), within!.upper[0]!);
          expect(evaluateExact(network, along(points[point]!, direction!, t)).output[0]).toEqual(ZERO);
        }
      }
    }),
    { seed: 1501, runs: 60 },
  );
  expect(met).toBeGreaterThan(20);
});

test('a larger box has the same pieces', () => {
  holds(
    fc.property(networks, (network) => {
      const found = levelSet(network, whole(2), LEVEL);
      const { lower, upper } = enclosingBox(network, [LEVEL]);
      const larger = (bounds: readonly Rational[]) => bounds.map((bound) => multiply(bound, rational(7n)));
      const again = levelSet(network, box(larger(lower), larger(upper)), LEVEL);
      expect(again.pieces).toEqual(found.pieces);
      expect(again.ties).toEqual(found.ties);
      const inner = found.points.filter((_, k) => !found.ends!.some(({ point }) => point === k));
      for (const point of inner) expect(again.points).toContainEqual(point);
    }),
    { seed: 1502, runs: 40 },
  );
});
