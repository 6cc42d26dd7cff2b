/**
 * Theorem. The filtered sign of a turn never contradicts the exact one, of points near and on one line, of all sizes; and a chain of
 * segments turns exactly where three consecutive points do not lie on a line.
 *
 * Expected: the determinant in rationals.
 *
 * Source: definition; the bound stands in `src/analysis/function/curves.ts`.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { exactTurn, planarChains, turnSign } from '../../src/analysis/function/curves.js';
import { type IntegerVector, multiply, type Rational, rational, subtract, toDouble } from '../../src/exact/index.js';
import { holds } from '../support/generators/holds.js';

type Point = readonly [Rational, Rational];

const number = fc
  .tuple(
    fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
    fc.bigInt({ min: 1n, max: 2n ** 60n }),
    fc.integer({ min: -40, max: 40 }),
  )
  .map(([p, q, e]) => (e < 0 ? rational(p, q << BigInt(-e)) : rational(p << BigInt(e), q)));

/** Two points, and a third on their line or off it by little or much. */
const triple = fc
  .tuple(number, number, number, number, number, fc.constantFrom(0n, 0n, 1n, -1n), fc.integer({ min: 0, max: 140 }))
  .map(([ax, ay, bx, by, t, sign, small]): readonly [Point, Point, Point] => {
    const along = (a: Rational, b: Rational) => subtract(b, multiply(t, subtract(a, b)));
    const off = rational(sign, 1n << BigInt(small));
    return [
      [ax, ay],
      [bx, by],
      [along(ax, bx), subtract(along(ay, by), multiply(off, along(ay, by)))],
    ];
  });

function exactSign([a, b, c]: readonly [Point, Point, Point]): number {
  const left = multiply(subtract(b[0], a[0]), subtract(c[1], b[1]));
  const right = multiply(subtract(b[1], a[1]), subtract(c[0], b[0]));
  const { numerator } = subtract(left, right);
  return numerator > 0n ? 1 : numerator < 0n ? -1 : 0;
}

const near = ([x, y]: Point) => [toDouble(x), toDouble(y)] as const;

const vector = ([x, y]: Point): IntegerVector => ({
  numerators: [x.numerator * y.denominator, y.numerator * x.denominator],
  denominator: x.denominator * y.denominator,
});

it('the filter is right where it decides, and decides most of what is not nearly straight', () => {
  let decided = 0;
  holds(
    fc.property(triple, (points) => {
      const [a, b, c] = points;
      const told = turnSign(near(a), near(b), near(c));
      if (told === 0) return;
      decided++;
      expect(told).toBe(exactSign(points));
    }),
    { seed: 1911, runs: 3000 },
  );
  expect(decided).toBeGreaterThan(300);
  expect(turnSign([0, 0], [1, 0], [1, 1])).toBe(1);
  expect(turnSign([0, 0], [1, 0], [1, -1])).toBe(-1);
  expect(turnSign([0, 0], [1, 1], [2, 2])).toBe(0);
});

it('the turn is exact where the filter does not tell, too', () => {
  let undecided = 0;
  holds(
    fc.property(triple, (points) => {
      const [a, b, c] = points;
      const sign = exactSign(points);
      if (sign !== 0 && turnSign(near(a), near(b), near(c)) === 0) undecided++;
      expect(exactTurn(vector(a), vector(b), vector(c))).toBe(sign);
    }),
    { seed: 1913, runs: 1000 },
  );
  expect(undecided).toBeGreaterThan(50);
});

it('a chain turns where its points leave a line', () => {
  holds(
    fc.property(triple, (points) => {
      const [chain] = planarChains(points.map(vector), [{ vertices: [0, 1] }, { vertices: [2, 1] }]);
      expect(chain!.closed).toBe(false);
      expect(chain!.corners).toEqual(exactSign(points) === 0 ? [] : [1]);
    }),
    { seed: 1912, runs: 500 },
  );
});
