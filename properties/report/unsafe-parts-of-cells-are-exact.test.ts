/**
 * Theorem. A point of the box lies in one of the drawn polygons exactly if it lies in the unsafe set with its outputs, up to
 * the edges of strict conditions and parts without area.
 *
 * Points are drawn strictly inside of conditions: with every left-hand side different from 0.
 *
 * Source: Sutherland and Hodgman 1974, Reentrant polygon clipping; on a cell the outputs are affine.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, multiply, type Rational, rational, subtract, ZERO } from '../../src/exact/rational.js';
import { cube } from '../../src/network/domain.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import type { UnsafeSet } from '../../src/network/unsafe.js';
import { holdsWith, slackOf } from '../../src/property/satisfaction.js';
import { boxOfUnsafe, unsafePictures } from '../../src/report/picture/unsafe-region.js';
import { holds } from '../support/generators/holds.js';
import { mixedNetwork } from '../support/generators/networks.js';
import { smallRational } from '../support/generators/numbers.js';

const [lower, upper] = [cube(2, -1, 1).lower, cube(2, -1, 1).upper];
const unit = (i: number, value: bigint) => [0, 1].map((k) => (k === i ? rational(value) : ZERO));
const BOX = [0, 1].flatMap((i) => [
  { inputs: unit(i, 1n), outputs: [ZERO], constant: rational(1n), strict: false },
  { inputs: unit(i, -1n), outputs: [ZERO], constant: rational(1n), strict: false },
]);

const condition = fc.record({
  inputs: fc.array(smallRational, { minLength: 2, maxLength: 2 }),
  outputs: fc.array(smallRational, { minLength: 1, maxLength: 1 }),
  constant: smallRational,
  strict: fc.boolean(),
});
const disjuncts = fc.array(fc.array(condition, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 2 });
const network = mixedNetwork({ inputs: 2, widths: [3, 2], outputs: 1 });

type Point = readonly Rational[];

/** Whether a convex polygon holds a point. */
function contains(corners: readonly Point[], [x, y]: Point): boolean {
  const sides = corners.map(([a, b], i) => {
    const [c, d] = corners[(i + 1) % corners.length]!;
    const cross = subtract(multiply(subtract(c!, a!), subtract(y!, b!)), multiply(subtract(d!, b!), subtract(x!, a!)));
    return compare(cross, ZERO);
  });
  return sides.every((side) => side >= 0) || sides.every((side) => side <= 0);
}

describe('unsafe parts', () => {
  it('hold the unsafe points of the box', () => {
    const property = fc.property(network, disjuncts, (net, own) => {
      const unsafe: UnsafeSet = {
        inputs: 2,
        outputs: 1,
        disjuncts: own.map((list) => ({ conditions: [...BOX, ...list] })),
      };
      const [picture] = unsafePictures(net, unsafe, undefined);
      for (let i = -9; i <= 9; i += 3) {
        for (let j = -8; j <= 8; j += 3) {
          const point = [rational(BigInt(i), 10n), rational(BigInt(j), 10n)];
          const { output } = evaluateExact(net, point);
          const slacks = unsafe.disjuncts.map(({ conditions }) => conditions.map((c) => slackOf(c, point, output)));
          if (slacks.flat().some(({ numerator }) => numerator === 0n)) continue;
          const inside = slacks.some((list, d) =>
            list.every((s, c) => holdsWith(unsafe.disjuncts[d]!.conditions[c]!, s)),
          );
          expect(picture!.unsafe.some((corners) => contains(corners, point))).toBe(inside);
        }
      }
    });
    holds(property, { seed: 651, runs: 40 });
  });

  it('are drawn within the bounds that all disjuncts have', () => {
    const unsafe = (conditions: UnsafeSet['disjuncts'][number]['conditions']) => ({
      inputs: 2,
      outputs: 1,
      disjuncts: [{ conditions }],
    });
    expect(boxOfUnsafe(unsafe(BOX))).toMatchObject({ lower, upper });
    expect(boxOfUnsafe(unsafe(BOX.slice(1)))).toBeUndefined();
  });
});
