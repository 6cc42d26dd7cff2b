/**
 * Theorem. The sign of a neuron at a vertex is the exact one, however far the vertex's doubles are off, if only their radius
 * says so; exact numbers are needed where the neuron is zero there, and not where it is clearly something else; nothing of
 * the vertex is changed by asking. A box around vertices leaves a neuron a side only where it is on one, up to rounding.
 *
 * Source: Lemmas 3 and 5 of src/engines/evidence/vertex-error.ts and vertex-refine.ts; values in fractions.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VertexBounds } from '../../../src/engines/vertex/bounds.js';
import { VertexExact } from '../../../src/engines/vertex/exact.js';
import { VertexRefinement } from '../../../src/engines/vertex/refinement.js';
import { VertexSigns } from '../../../src/engines/vertex/signs.js';
import { absolute, add, multiply, type Rational, rational, rationalFromDouble } from '../../../src/exact/rational.js';
import { nearestDouble, toDouble } from '../../../src/exact/rounding.js';
import { dotOf } from '../../../src/theory/rational-vectors.js';
import { BOUNDS, placedVertex, type TightConstraints } from '../../support/engines/placed-vertex.js';
import { holds, trials } from '../../support/generators/holds.js';

const SEED = 5451;
const list = <T>(size: number, of: fc.Arbitrary<T>) => fc.array(of, { minLength: size, maxLength: size });
const signOf = ({ numerator }: Rational) => (numerator > 0n ? 1 : numerator < 0n ? -1 : 0);
const rowOf = (n: number, { weights, bias }: Pick<TightConstraints, 'weights' | 'bias'>, k: number) =>
  [...weights.slice(k * n, (k + 1) * n), bias[k]!].map(rationalFromDouble);
const ONE = rational(1n);

/** n constraints of a vertex and 2 n other neurons, some of which are zero there. */
function cases(n: number): fc.Arbitrary<TightConstraints> {
  const integer = fc.integer({ min: -3, max: 3 });
  const long = fc.integer({ min: -(2 ** 40), max: 2 ** 40 }).map((k) => k / 2 ** 38);
  return fc.constantFrom<fc.Arbitrary<number>>(integer, long).chain((of) =>
    fc.record({
      weights: list(2 * n * n, of),
      bias: list(2 * n, of),
      faces: list(n, fc.constantFrom(undefined, undefined, true, false)),
      slots: fc.uniqueArray(fc.nat(63), { minLength: n, maxLength: n }),
    }),
  );
}

describe.each([2, 3, 4])('in %i variables', (n) => {
  it('signs at a vertex are exact, from whatever is known of it', () => {
    const seen = { exact: 0, refined: 0, plain: 0 };
    const off = list(n, fc.double({ min: -1, max: 1, noNaN: true }));
    holds(
      fc.property(cases(n), off, fc.constantFrom(-1, 2, 30), (given, offsets, bits) => {
        const { pool, path, id, place } = placedVertex(n, given);
        fc.pre(place !== undefined);
        const inside = place!.every((x, i) => toDouble(x) >= BOUNDS[i]![0] && toDouble(x) <= BOUNDS[i]![1]);
        fc.pre(inside);
        const offset = bits < 0 ? 0 : 2 ** -bits;
        const x = place!.map(({ numerator, denominator }, i) => {
          const moved = nearestDouble(numerator, denominator) + offset * offsets[i]! * path.units[i]!;
          return Math.min(BOUNDS[i]![1], Math.max(BOUNDS[i]![0], moved));
        });
        pool.x.set(x, id * n);
        pool.setRadius(id, offset === 0 ? path.rounded : offset * 1.001 + path.rounded);
        const refined = new VertexRefinement(path, pool).refine(id);
        const exact = new VertexExact(path, pool);
        const refinement = new VertexRefinement(path, pool);
        const tries = { count: 0 };
        const refine = refinement.refine.bind(refinement);
        refinement.refine = (which) => {
          tries.count++;
          return refine(which);
        };
        const signs = new VertexSigns(path, pool, exact, refinement);
        const other = pool.add();
        pool.x.set(x, other * n);
        pool.setRadius(other, 0);
        const before = [pool.x.slice(), pool.radius.slice(), pool.radii.slice(), pool.tight.slice()];
        for (let k = 0; k < given.bias.length; k++) {
          const row = rowOf(n, given, k);
          const value = dotOf(row, [...place!, ONE]);
          const found = signs.signs(k, Int32Array.from([id, other]), 1);
          expect(found[0]).toBe(signOf(value));
          // How large the value is beside all that the row does in the box.
          const size = Math.abs(toDouble(value)) / (path.swing(0, k) + Math.abs(given.bias[k]!));
          if (value.numerator === 0n && path.swing(0, k) > 0) {
            expect(signs.neededExact).toBe(true);
            seen.exact++;
          }
          if (size > 2 * pool.radius[id]! + 2 ** -40) {
            expect(signs.neededExact).toBe(false);
            seen.plain++;
          } else if (offset > 0 && refined < 2 ** -35 && size > 2 ** -30) {
            expect(signs.neededExact).toBe(false);
            seen.refined++;
          }
        }
        expect([pool.x, pool.radius, pool.radii, pool.tight]).toEqual(before);
        // Nothing is more precise than nearest doubles, and nothing known in a box that is out of range.
        if (offset === 0) expect(tries.count).toBe(0);
        tries.count = 0;
        const outOfRange = new VertexSigns(
          Object.assign(Object.create(path), { ordinary: false }),
          pool,
          exact,
          refinement,
        );
        outOfRange.signs(0, Int32Array.from([id]), 1);
        expect(tries.count).toBe(0);
      }),
      { seed: SEED + n, runs: 60 },
    );
    if (trials(60) >= 60) expect(Object.entries(seen).filter(([, count]) => count === 0)).toEqual([]);
  });

  it('a box around vertices settles the neurons that it lies on one side of, and no others', () => {
    const coordinate = (i: number) =>
      fc.integer({ min: 0, max: 64 }).map((k) => BOUNDS[i]![0] + (k / 64) * (BOUNDS[i]![1] - BOUNDS[i]![0]));
    const point = fc.tuple(...Array.from({ length: n }, (_, i) => coordinate(i)));
    const neurons = fc.record({
      weights: list(8 * n, fc.integer({ min: -3, max: 3 })),
      bias: list(8, fc.integer({ min: -6, max: 6 })),
    });
    let settled = 0;
    holds(
      fc.property(neurons, list(4, point), list(4, fc.constantFrom(0, 2 ** -3, 2 ** -10)), (given, points, radii) => {
        const { pool, path } = placedVertex(n, { ...given, faces: [], slots: [] });
        const ids = Int32Array.from(points, (x, k) => {
          const id = pool.add();
          pool.x.set(x, id * n);
          pool.setRadius(id, radii[k]!);
          return id;
        });
        // One more vertex, which is not of the cell.
        pool.setRadius(pool.add(), 1);
        const cell = { ids: Int32Array.from([...ids, pool.size - 1]), count: 3 };
        const bounds = new VertexBounds(path, pool);
        const sides = Array.from(bounds.sides(cell).subarray(0, 8));
        const radius = Math.max(...radii.slice(0, 3));
        const reach = Array.from({ length: n }, (_, i) => {
          const at = points.slice(0, 3).map((x) => x[i]!);
          return [Math.min(...at) - radius * path.units[i]!, Math.max(...at) + radius * path.units[i]!] as const;
        });
        sides.forEach((side, k) => {
          const row = rowOf(n, given, k);
          const end = (s: 1 | -1) =>
            row
              .slice(0, n)
              .reduce(
                (sum, a, i) => add(sum, multiply(a, rationalFromDouble(reach[i]![signOf(a) * s < 0 ? 0 : 1]!))),
                row[n]!,
              );
          const [low, high] = [end(-1), end(1)];
          // Numbers of few bits: what is not zero is far from it.
          expect(side).toBe(signOf(low) > 0 ? 1 : signOf(high) < 0 ? -1 : 0);
          if (side !== 0) settled++;
          expect(absolute(low).denominator).toBeLessThan(2n ** 30n);
        });
        // What is known stays until it is told to be forgotten.
        const far = { ids: Int32Array.from([ids[3]!]), count: 1 };
        expect(sides.map((_, k) => bounds.side(far, k))).toEqual(sides);
        bounds.forget();
        const single = sides.map((_, k) => bounds.side(far, k));
        bounds.forget();
        expect(Array.from(bounds.sides(far).subarray(0, 8))).toEqual(single);
        const atPoint = sides.map((_, k) =>
          signOf(dotOf(rowOf(n, given, k), [...points[3]!.map(rationalFromDouble), ONE])),
        );
        if (radii[3] === 0) expect(single).toEqual(atPoint);
      }),
      { seed: SEED + 10 + n, runs: 60 },
    );
    expect(settled).toBeGreaterThan(0);
  });
});
