/**
 * Theorem. The volumes of the cells are positive and sum to the volume of the box, exactly; and each cell is a polytope: its
 * vertices satisfy its constraints, those they name with equality, and its faces satisfy Euler's relation.
 *
 * Source: cells cover the box and have disjoint interiors; Fukuda and Prodon 1996 (vertices by double description); Cohen and
 * Hickey 1979 (volumes by triangulation).
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analysisProblem, forEachCell } from '../../src/analysis/cells/enumerate.js';
import { CellVolumes } from '../../src/analysis/geometry/cell-volumes.js';
import { facesByDimension, facetsOf } from '../../src/analysis/geometry/faces.js';
import { constraintRow, PolytopePath } from '../../src/analysis/geometry/polytope.js';
import { polytopeVolume, VolumeSum, volumeScale } from '../../src/analysis/geometry/volume.js';
import { volumeByRows } from '../../src/analysis/geometry/volume-by-rows.js';
import { rowAt } from '../../src/exact/integers.js';
import { rank } from '../../src/exact/rank.js';
import { formatRational, multiply, ONE, type Rational, subtract } from '../../src/exact/rational.js';
import { type BoxDomain, cube } from '../../src/network/domain.js';
import type { Network } from '../../src/network/network.js';
import { smallBox } from '../support/generators/boxes.js';
import { holds } from '../support/generators/holds.js';
import { anyNetwork, deepNetwork } from '../support/generators/networks.js';
import { braid, resonance, typeB } from '../support/references/families.js';

/** The product of the nonzero widths. */
function volumeOfBox({ lower, upper }: BoxDomain): Rational {
  return lower
    .map((lo, i) => subtract(upper[i]!, lo))
    .filter((width) => width.numerator !== 0n)
    .reduce(multiply, ONE);
}

/** Cones with many facets through one vertex, cut off by a box. */
const reflections = fc.constantFrom(braid(3), typeB(3), resonance(3), braid(4), resonance(4)).map((family) => ({
  network: family.network,
  domain: cube(family.arrangement.dimension, -1, 1),
}));

const problems: fc.Arbitrary<{ network: Network; domain: BoxDomain }> = fc.oneof(
  reflections,
  fc.record({ network: anyNetwork({ inputs: 1, widths: [4, 3] }), domain: smallBox(1) }),
  fc.record({ network: anyNetwork({ inputs: 2, widths: [4, 3] }), domain: smallBox(2, { flat: true }) }),
  fc.record({ network: deepNetwork(2, 4), domain: smallBox(2) }),
  fc.record({ network: anyNetwork({ inputs: 3, widths: [3, 2] }), domain: smallBox(3) }),
  fc.record({ network: anyNetwork({ inputs: 4, widths: [3] }), domain: smallBox(4) }),
);

test('the volumes of the cells sum to the volume of the box exactly', () => {
  holds(
    fc.property(problems, ({ network, domain }) => {
      const problem = analysisProblem(network, domain);
      const path = new PolytopePath(problem);
      const volumes = new CellVolumes(problem);
      const sum = new VolumeSum();
      forEachCell(problem, (cell) => {
        const polytope = path.polytope(cell);
        const volume = polytopeVolume(polytope);
        expect(volume.numerator).toBeGreaterThan(0n);
        // Another decomposition of the same polytope, and the one that files and reports have.
        expect(volumeByRows(polytope, (constraint) => constraintRow(cell, constraint))).toEqual(volume);
        expect(volumes.volumeOf(cell, polytope)).toEqual(volume);
        sum.add(cell, volume);
      });
      expect(formatRational(multiply(sum.total(), volumeScale(problem)))).toBe(formatRational(volumeOfBox(domain)));
    }),
    { seed: 4002, runs: 30 },
  );
});

test('every vertex satisfies every constraint, exactly those it names with equality', () => {
  holds(
    fc.property(problems, ({ network, domain }) => {
      const problem = analysisProblem(network, domain);
      const path = new PolytopePath(problem);
      forEachCell(problem, (cell) => {
        const constraints = Array.from({ length: 2 * problem.variables + cell.splits.length }, (_, k) => k);
        for (const { point, tight } of path.polytope(cell).vertices) {
          for (const k of constraints) {
            const value = rowAt(constraintRow(cell, k), point.numerators, point.denominator);
            expect(value === 0n).toBe(tight.includes(k));
            expect(value).toBeGreaterThanOrEqual(0n);
          }
          // A vertex, not just a point: its constraints have one common zero.
          expect(rank(tight.map((k) => constraintRow(cell, k).slice(0, -1)))).toBe(problem.variables);
        }
      });
    }),
    { seed: 4003, runs: 40 },
  );
});

test("the faces of every cell satisfy Euler's relation and every facet has at least n vertices", () => {
  holds(
    fc.property(problems, ({ network, domain }) => {
      const problem = analysisProblem(network, domain);
      const path = new PolytopePath(problem);
      forEachCell(problem, (cell) => {
        const polytope = path.polytope(cell);
        const counts = facesByDimension(polytope).map((faces) => faces.length);
        const n = problem.variables;
        // sum (-1)^k f_k = 1 over all faces of a convex polytope, itself included.
        expect(counts.reduce((sum, f, k) => sum + (k % 2 === 0 ? f : -f), 0)).toBe(1);
        expect(counts[0]).toBe(polytope.vertices.length);
        if (n > 1) expect(counts[n - 1]).toBe(facetsOf(polytope).length);
      });
    }),
    { seed: 4004, runs: 40 },
  );
});

test('a network without neurons has one cell: the box, with 2^n corners and 2n facets', () => {
  for (const n of [1, 2, 3, 4, 5, 6]) {
    const [network] = fc.sample(anyNetwork({ inputs: n, widths: [] }), { seed: 1, numRuns: 1 });
    const problem = analysisProblem(network!, cube(n, 0, 2));
    const path = new PolytopePath(problem);
    const seen: string[] = [];
    forEachCell(problem, (cell) => {
      const polytope = path.polytope(cell);
      seen.push(formatRational(polytopeVolume(polytope)));
      expect(polytope.vertices.length).toBe(2 ** n);
      expect(facetsOf(polytope).length).toBe(2 * n);
    });
    expect(seen).toEqual([String(2 ** n)]);
  }
});
