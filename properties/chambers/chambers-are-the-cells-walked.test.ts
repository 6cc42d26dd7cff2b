/**
 * Theorem. Deletion and restriction counts the cells that the engines walk, on R^d, on boxes and on polytopes, of generic and of degenerate arrangements alike, by all of
 * its ways and whatever symmetries are used.
 *
 * Source: Zaslavsky 1975, Facing up to arrangements; Zaslavsky 1977, A combinatorial analysis of topological dissections.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrangementOf, type ChamberCount, countChambers, finished } from '../../src/chambers/index.js';
import { countCells } from '../../src/engines/index.js';
import { type Rational, rational, rationalFromDouble } from '../../src/exact/index.js';
import {
  affineFromRationals,
  buildNetwork,
  cube,
  type Domain,
  type Network,
  polytope,
  RELU,
  whole,
} from '../../src/network/index.js';
import { partitionProblem } from '../../src/problem/index.js';
import { holds } from '../support/generators/holds.js';

function networkOf(dimension: number, rows: readonly (readonly Rational[])[]): Network {
  const normals = rows.map((row) => row.slice(0, dimension));
  const constants = rows.map((row) => row[dimension]!);
  return buildNetwork(dimension, [
    { affine: affineFromRationals(dimension, normals, constants) },
    { slopes: rows.map(() => RELU) },
  ]);
}

function counted(network: Network, domain: Domain, options: object = {}): ChamberCount {
  const { arrangement, walls } = arrangementOf(partitionProblem(network, domain));
  return finished(countChambers(arrangement, { ...(walls && { walls }), ...options }));
}

const entries = {
  degenerate: fc.integer({ min: -2, max: 2 }).map((x) => rational(BigInt(x))),
  generic: fc.double({ min: -1, max: 1, noNaN: true }).map(rationalFromDouble),
};

const layers = (entry: fc.Arbitrary<Rational>, most: number) =>
  fc
    .integer({ min: 1, max: most })
    .chain((d) =>
      fc.tuple(
        fc.constant(d),
        fc.array(fc.array(entry, { minLength: d + 1, maxLength: d + 1 }), { minLength: 1, maxLength: 9 }),
      ),
    );

/** A simplex, cut by a further inequality; and the positive orthant, which is unbounded. */
function polytopesOf(d: number): Domain[] {
  const unit = (at: number, sign: bigint) => Array.from({ length: d }, (_, i) => rational(i === at ? sign : 0n));
  const positive = Array.from({ length: d }, (_, i) => ({ coefficients: unit(i, -1n), bound: rational(1n, 2n) }));
  const sum = { coefficients: Array.from({ length: d }, () => rational(1n)), bound: rational(1n) };
  return [polytope(d, [...positive, sum]), polytope(d, positive)];
}

describe.each(Object.entries(entries))('%s hyperplanes', (kind, entry) => {
  it('on R^d, boxes and polytopes, bounded or not', () => {
    holds(
      fc.property(layers(entry, 4), ([d, rows]) => {
        const network = networkOf(d, rows);
        for (const domain of [whole(d), cube(d, -1, 1), ...polytopesOf(d)])
          expect(counted(network, domain).cells, domain.kind).toBe(BigInt(countCells(network, domain).cells));
      }),
      { seed: kind === 'generic' ? 2103 : 2104, runs: 12 },
    );
  });

  it('as the engine of linear programs finds them', () => {
    holds(
      fc.property(layers(entry, 3), ([d, rows]) => {
        const network = networkOf(d, rows);
        for (const domain of [whole(d), cube(d, -1, 1)])
          expect(counted(network, domain).cells).toBe(BigInt(countCells(network, domain, { engine: 'lp' }).cells));
      }),
      { seed: 2105, runs: 6 },
    );
  });

  it('with symmetries and without, by orbits and by deletion: the same polynomial', () => {
    holds(
      fc.property(layers(entry, 4), ([d, rows]) => {
        const network = networkOf(d, rows);
        const found = counted(network, whole(d));
        const without = counted(network, whole(d), { symmetries: [] });
        const listener = () => ({ level() {}, covers() {} });
        const byOrbits = counted(network, whole(d), { listener });
        expect(without.betti).toEqual(found.betti);
        expect(byOrbits.betti).toEqual(found.betti);
      }),
      { seed: 2106, runs: 25 },
    );
  });
});

it('many lines through few points, parallel lines and lines through corners of the box', () => {
  // x = i / 4, y = j / 4, x + y = k / 4, x - y = k / 4: every point of the lattice lies on four lines.
  const steps = Array.from({ length: 9 }, (_, k) => rational(BigInt(4 - k), 4n));
  const row = (a: bigint, b: bigint) => steps.map((c) => [rational(a), rational(b), c]);
  const network = networkOf(2, [...row(1n, 0n), ...row(0n, 1n), ...row(1n, 1n), ...row(1n, -1n), ...row(2n, 2n)]);
  for (const domain of [cube(2, -1, 1), whole(2), ...polytopesOf(2)])
    expect(counted(network, domain).cells).toBe(BigInt(countCells(network, domain).cells));
});

it('lines that meet at angles far below the resolution of doubles', () => {
  const tiny = rational(1n, 2n ** 80n);
  const lines = [1n, 2n, 3n, 5n].map((k) => [
    rational(k * tiny.numerator, tiny.denominator),
    rational(1n),
    rational(k * k, 2n ** 84n),
  ]);
  const network = networkOf(2, [...lines, [rational(1n), rational(0n), rational(0n)]]);
  for (const domain of [cube(2, -1, 1), whole(2)])
    expect(counted(network, domain).cells).toBe(BigInt(countCells(network, domain).cells));
});

it('lines through one point whose parameters on the chords are no doubles', () => {
  // a (x - 1/3) + b (y - 1/7) = 0, and one more line away from the point, without which all cells would be those of the plane.
  const pairs = Array.from({ length: 12 }, (_, k) => [BigInt(3 * k + 1), BigInt(7 * k * k - 40 * k + 5)] as const);
  const lines = pairs.map(([a, b]) => [rational(a), rational(b), rational(-(7n * a + 3n * b), 21n)]);
  const network = networkOf(2, [...lines, [rational(1n), rational(0n), rational(1n, 2n)]]);
  const { method, cells } = counted(network, cube(2, -1, 1));
  expect(method).toBe('inside');
  expect(cells).toBe(BigInt(countCells(network, cube(2, -1, 1)).cells));
});
