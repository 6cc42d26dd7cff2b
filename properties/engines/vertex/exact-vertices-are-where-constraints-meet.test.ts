/**
 * Theorem. The exact stage of the `vertex` engine knows a vertex as the point where its tight constraints meet, and the sign
 * of a neuron there as that of its value at this point, in small integers or in long ones; where an edge between vertices with
 * small coordinates crosses a neuron, the crossing has the coordinates of the crossing, as coprime integers.
 *
 * Points and values are computed in fractions, from the constraints by fraction-free elimination.
 *
 * Source: Cramer's rule.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VertexExact } from '../../../src/engines/vertex/exact.js';
import { LARGE, SMALL, SMALL_FOUND, UNKNOWN } from '../../../src/engines/vertex/pool.js';
import { integersFromRationals, reduced } from '../../../src/exact/integers.js';
import {
  absolute,
  add,
  divide,
  multiply,
  type Rational,
  rational,
  rationalFromDouble,
  subtract,
} from '../../../src/exact/rational.js';
import { nearestDouble } from '../../../src/exact/rounding.js';
import { whole } from '../../../src/network/domain.js';
import { dotOf } from '../../../src/theory/rational-vectors.js';
import { BOUNDS, placedVertex, type TightConstraints } from '../../support/engines/placed-vertex.js';
import { holds, trials } from '../../support/generators/holds.js';

const SEED = 5301;
const integer = fc.integer({ min: -3, max: 3 });
/** With 3 n neurons: those of the constraints, twice them, and others. */
const list = <T>(size: number, of: fc.Arbitrary<T>) => fc.array(of, { minLength: size, maxLength: size });

function cases(n: number): fc.Arbitrary<TightConstraints> {
  const long = fc.integer({ min: -(2 ** 40), max: 2 ** 40 }).map((k) => k / 2 ** 38);
  const entry = fc.constantFrom<fc.Arbitrary<number>>(integer, long);
  return entry.chain((of) =>
    fc
      .record({
        weights: list(2 * n * n, of),
        bias: list(2 * n, of),
        faces: list(n, fc.constantFrom(undefined, undefined, true, false)),
        slots: fc.uniqueArray(fc.nat(63), { minLength: n, maxLength: n }),
      })
      .map(({ weights, bias, ...rest }) => ({
        // Multiples of the neurons that are tight are zero there as well.
        weights: [...weights, ...weights.slice(0, n * n).map((w) => -2 * w)],
        bias: [...bias, ...bias.slice(0, n).map((b) => -2 * b)],
        ...rest,
      })),
  );
}

const rowOf = (n: number, { weights, bias }: TightConstraints, k: number) =>
  [...weights.slice(k * n, (k + 1) * n), bias[k]!].map(rationalFromDouble);
const isSafe = (x: bigint) => x <= 2n ** 53n - 1n && x >= -(2n ** 53n) + 1n;
const signOf = ({ numerator }: Rational) => (numerator > 0n ? 1 : numerator < 0n ? -1 : 0);

describe.each([2, 3, 4])('in %i variables', (n) => {
  it('vertices, signs and nearest doubles are those of the constraints', () => {
    const seen = { small: 0, large: 0, zero: 0 };
    holds(
      fc.property(cases(n), fc.boolean(), (given, asksFirst) => {
        const { pool, path, id, place } = placedVertex(n, given);
        fc.pre(place !== undefined);
        const exact = new VertexExact(path, pool);
        const expected = reduced(integersFromRationals(place!));
        const isSmall = [...expected.numerators, expected.denominator].every(isSafe);
        if (asksFirst) {
          expect(exact.vertex(id)).toEqual(expected);
          expect(exact.vertex(id)).toBe(exact.vertex(id));
        }
        for (let k = 0; k < given.bias.length; k++) {
          const value = dotOf(rowOf(n, given, k), [...place!, rational(1n)]);
          expect(exact.signAt(id, 0, k)).toBe(signOf(value));
          if (value.numerator === 0n) seen.zero++;
        }
        expect(exact.vertex(id)).toEqual(expected);
        expect(pool.known[id]).toBe(isSmall ? SMALL_FOUND : LARGE);
        seen[isSmall ? 'small' : 'large']++;
        exact.round(id);
        const nearest = expected.numerators.map((x) => nearestDouble(x, expected.denominator));
        expect(Array.from(pool.x.subarray(id * n, (id + 1) * n))).toEqual(nearest);
      }),
      { seed: SEED + n, runs: 60 },
    );
    // Of the few cases of mutation testing some may be of no kind.
    if (trials(60) >= 60) expect(Object.entries(seen).filter(([, count]) => count === 0)).toEqual([]);
  });

  it('a neuron that is a multiple of a tight one is zero there without solving for the vertex', () => {
    const weights = Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 3 : 1));
    const bias = new Array<number>(n).fill(1);
    const given: TightConstraints = {
      weights: [...weights, ...weights.slice(0, n).map((w) => -2 * w), ...weights.slice(0, n)],
      bias: [...bias, -2, 0.5],
      faces: new Array<undefined>(n).fill(undefined),
      slots: Array.from({ length: n }, (_, k) => 30 + k),
    };
    const { pool, path, id } = placedVertex(n, given);
    const exact = new VertexExact(path, pool);
    expect(exact.signAt(id, 0, n)).toBe(0);
    expect(pool.known[id]).toBe(UNKNOWN);
    // Parallel to it, but not the same.
    expect(exact.signAt(id, 0, n + 1)).toBe(-1);
    expect(pool.known[id]).toBe(SMALL_FOUND);
  });

  it('a neuron that is a multiple of one that is tight at another vertex only is not zero', () => {
    const unit = (i: number) => Array.from({ length: n }, (_, k) => (k === i ? 1 : 0));
    const rows = Array.from({ length: n }, (_, i) => unit(i));
    // All that are tight meet in the origin; neuron n is tight at another vertex, and neuron n + 1 is twice that.
    const { pool, path, id } = placedVertex(n, {
      weights: [...rows.flat(), ...unit(0), ...unit(0).map((w) => 2 * w)],
      bias: [...new Array<number>(n).fill(0), 1, 2],
      faces: new Array<undefined>(n).fill(undefined),
      slots: Array.from({ length: n }, (_, k) => 31 + k),
    });
    path.splitLayer[n] = 0;
    path.splitNeuron[n] = n;
    path.owner[50] = 3 * n;
    for (const other of [id - 1, id - 2]) pool.tight[other * pool.words + 1] = 1 << (50 & 31);
    expect(new VertexExact(path, pool).signAt(id, 0, n + 1)).toBe(1);
  });

  it('rows that agree where both are 0 are no multiples of each other', () => {
    // The last input is 0 at the vertex, and all others are; asked is the last one plus 1.
    const rows = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, k) => (k === i ? 1 : 0)));
    const { pool, path, id } = placedVertex(n, {
      weights: [...rows.flat(), ...rows[n - 1]!],
      bias: [...new Array<number>(n).fill(0), 1],
      faces: new Array<undefined>(n).fill(undefined),
      slots: Array.from({ length: n }, (_, k) => k),
    });
    expect(new VertexExact(path, pool).signAt(id, 0, n)).toBe(1);
  });

  it('a variable that no row depends on is 0, in small integers and in long ones', () => {
    for (const [one, other] of [
      [3, 5],
      [2 ** 52 + 1, (2 ** 52 + 3) / 16],
    ] as const) {
      // x_0 = 1, one x_0 + other x_1 = 0, and x_i = x_(i - 1) beyond; asked are the same rows and x_0 + x_1.
      const rows = Array.from({ length: n }, (_, k) =>
        Array.from({ length: n }, (_, i) => (k === 1 ? [one, other][i] : i === k ? 1 : i === k - 1 ? -1 : 0) ?? 0),
      );
      const sum = Array.from({ length: n }, (_, i) => (i < 2 ? 1 : 0));
      const { pool, path, id, place, problem } = placedVertex(
        n,
        {
          weights: [...rows.flat(), ...sum, ...sum.map((w) => -w)],
          bias: new Array<number>(n + 2).fill(0),
          faces: [true, ...new Array<undefined>(n - 1).fill(undefined)],
          slots: Array.from({ length: n }, (_, k) => k),
        },
        whole(n),
      );
      expect([path.n, problem.variables]).toEqual([n, n + 1]);
      const exact = new VertexExact(path, pool);
      const value = 1 - one / other;
      expect([exact.signAt(id, 0, n), exact.signAt(id, 0, n + 1)]).toEqual([Math.sign(value), -Math.sign(value)]);
      expect(exact.vertex(id)).toEqual(reduced(integersFromRationals([...place!, rational(0n)])));
      expect(pool.known[id]).toBe(one === 3 ? SMALL_FOUND : LARGE);
    }
  });

  it('crossings of edges between small vertices are small, if they are', () => {
    const corners = list(n, fc.boolean());
    let crossed = 0;
    const rows = fc.record({ weights: list(n, integer), bias: integer, scale: fc.constantFrom(1, 0.5, 2 ** 51) });
    holds(
      fc.property(rows, corners, corners, ({ weights, bias, scale }, one, other) => {
        const { pool, path, problem } = placedVertex(n, {
          weights: weights.map((w) => w * scale),
          bias: [bias * scale],
          faces: [],
          slots: [],
        });
        const exact = new VertexExact(path, pool);
        const ends = [one, other].map((corner) => {
          const id = pool.add();
          exact.cornerSmall(
            id,
            corner.map((upper, i) => (upper ? problem.exactUpper : problem.exactLower)[i]!),
          );
          expect(pool.known[id]).toBe(SMALL);
          return { id, point: corner.map((upper, i) => rationalFromDouble(BOUNDS[i]![upper ? 1 : 0])) };
        });
        const row = [...weights, bias].map((entry) => multiply(rationalFromDouble(entry), rationalFromDouble(scale)));
        const [a, b] = ends.map(({ point }) => dotOf(row, [...point, rational(1n)])) as [Rational, Rational];
        fc.pre(signOf(a) * signOf(b) < 0);
        const target = pool.add();
        const found = exact.crossSmall(ends[0]!.id, ends[1]!.id, 0, 0, target);
        // The row counts up to a factor.
        expect(found).toBe(true);
        crossed++;
        const t = divide(absolute(a), add(absolute(a), absolute(b)));
        const place = ends[0]!.point.map((x, i) => add(x, multiply(t, subtract(ends[1]!.point[i]!, x))));
        const expected = reduced(integersFromRationals(place));
        const { small, x } = pool;
        expect(Array.from(small.subarray(target * (n + 1), (target + 1) * (n + 1)), BigInt)).toEqual([
          ...expected.numerators,
          expected.denominator,
        ]);
        expect(Array.from(x.subarray(target * n, (target + 1) * n))).toEqual(
          expected.numerators.map((e) => nearestDouble(e, expected.denominator)),
        );
        expect(pool.known[target]).toBe(SMALL);
        expect(exact.vertex(target)).toEqual(expected);
        expect(exact.signAt(target, 0, 0)).toBe(0);
        // What became known only because it was asked for may not be used.
        pool.known[ends[1]!.id] = SMALL_FOUND;
        expect(exact.crossSmall(ends[0]!.id, ends[1]!.id, 0, 0, pool.add())).toBe(false);
        expect(exact.crossSmall(ends[1]!.id, ends[0]!.id, 0, 0, pool.add())).toBe(false);
      }),
      { seed: SEED + 10 + n, runs: 100 },
    );
    if (trials(100) >= 100) expect(crossed).toBeGreaterThan(0);
  });

  it('numbers that are too long for doubles are refused, not rounded', () => {
    const long = 2 ** 52 + 1;
    const weights = Array.from({ length: n }, (_, i) => (i === 0 ? long : 3));
    const { pool, path, problem } = placedVertex(n, { weights, bias: [-7], faces: [], slots: [] });
    const exact = new VertexExact(path, pool);
    const id = (upper: boolean) => {
      const corner = pool.add();
      exact.cornerSmall(corner, upper ? problem.exactUpper.slice(0, n) : problem.exactLower.slice(0, n));
      return corner;
    };
    const [low, high] = [id(false), id(true)];
    const target = pool.add();
    expect(exact.crossSmall(low, high, 0, 0, target)).toBe(false);
    expect(pool.known[target]).toBe(UNKNOWN);
    expect([exact.signAt(low, 0, 0), exact.signAt(high, 0, 0)]).toEqual([-1, 1]);
    // Values that are small, but not the sum of their products: 2 (2^51 + 1) + 1 + 2 (2^51) > 2^53.
    const sum = placedVertex(n, {
      weights: Array.from({ length: n }, (_, i) => (i === 0 ? 2 ** 51 + 1 : 0)),
      bias: [1],
      faces: [],
      slots: [],
    });
    const summing = new VertexExact(sum.path, sum.pool);
    const [left, right] = [sum.problem.exactLower, sum.problem.exactUpper].map((bounds) => {
      const end = sum.pool.add();
      summing.cornerSmall(end, [bounds[0]!, ...sum.problem.exactLower.slice(1, n)]);
      return end;
    });
    expect(summing.crossSmall(left!, right!, 0, 0, sum.pool.add())).toBe(false);
    // So are the coordinates of corners.
    const farAway = pool.add();
    exact.cornerSmall(farAway, [2n ** 60n + 1n, ...problem.exactLower.slice(1, n)]);
    expect(pool.known[farAway]).toBe(LARGE);
    const huge = placedVertex(n, { weights: weights.map((w) => w * (2 ** 53 - 1)), bias: [1], faces: [], slots: [] });
    const other = new VertexExact(huge.path, huge.pool);
    const corner = huge.pool.add();
    other.cornerSmall(corner, huge.problem.exactLower.slice(0, n));
    expect(other.signAt(corner, 0, 0)).toBe(-1);
  });
});
