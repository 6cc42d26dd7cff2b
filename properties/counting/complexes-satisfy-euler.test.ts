/**
 * Theorem. The cells on a box subdivide it: with f_k faces of dimension k, those on the boundary included,
 * f_0 - f_1 + f_2 - ... = 1 (Euler's relation), and the faces of a product of subdivisions are the products of their faces.
 *
 * Source: Euler, Poincare; Ziegler 1995, Lectures on polytopes, section 8 (complexes that are balls).
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analysisProblem } from '../../src/analysis/cells/enumerate.js';
import { adjacencyEdges } from '../../src/analysis/geometry/adjacency.js';
import { fVector } from '../../src/analysis/geometry/f-vector.js';
import { affineFromDoubles } from '../../src/network/affine.js';
import { type BoxDomain, cube } from '../../src/network/domain.js';
import { buildNetwork, type Network, RELU } from '../../src/network/network.js';
import { smallBox } from '../support/generators/boxes.js';
import { holds } from '../support/generators/holds.js';
import { anyNetwork, deepNetwork, degenerateNetwork } from '../support/generators/networks.js';

const problems: fc.Arbitrary<{ network: Network; domain: BoxDomain }> = fc.oneof(
  fc.record({ network: anyNetwork({ inputs: 1, widths: [4, 3] }), domain: smallBox(1) }),
  fc.record({ network: degenerateNetwork({ inputs: 2, widths: [4, 3, 2] }), domain: smallBox(2, { flat: true }) }),
  fc.record({ network: anyNetwork({ inputs: 2, widths: [4, 3] }), domain: smallBox(2) }),
  fc.record({ network: deepNetwork(2, 4), domain: smallBox(2) }),
  fc.record({ network: degenerateNetwork({ inputs: 3, widths: [3, 2] }), domain: smallBox(3) }),
  fc.record({ network: anyNetwork({ inputs: 4, widths: [3] }), domain: smallBox(4) }),
);

test("Euler's relation: the alternating sum of faces of a subdivided box is 1", () => {
  holds(
    fc.property(problems, ({ network, domain }) => {
      const f = fVector(network, domain);
      expect(f.reduce((sum, count, k) => sum + (k % 2 === 0 ? count : -count), 0)).toBe(1);
    }),
    { seed: 4061, runs: 80 },
  );
});

test('in the plane V - E + F = 1, and inner edges are the edges of the adjacency graph', () => {
  const planar = fc.record({ network: degenerateNetwork({ inputs: 2, widths: [4, 3] }), domain: smallBox(2) });
  holds(
    fc.property(planar, ({ network, domain }) => {
      const [v, e, f] = fVector(network, domain) as [number, number, number];
      expect(v - e + f).toBe(1);
      // On the boundary of the box there are as many edges as vertices; the others are inside.
      const inner = adjacencyEdges(analysisProblem(network, domain)).length;
      expect(e - inner).toBeGreaterThanOrEqual(4);
      // A planar graph dual: cells and inner edges of a connected subdivision form a connected graph.
      expect(inner).toBeGreaterThanOrEqual(f - 1);
    }),
    { seed: 4062, runs: 40 },
  );
});

test('the n coordinate planes cut the cube into 2^n cubes, whose faces are products of faces of segments', () => {
  for (const n of [1, 2, 3]) {
    const identity = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
    const network = buildNetwork(n, [
      { affine: affineFromDoubles(n, n, identity, new Float64Array(n)) },
      { slopes: new Array(n).fill(RELU) },
      { affine: affineFromDoubles(1, n, new Float64Array(n).fill(1), [0]) },
    ]);
    // A segment cut once has 3 vertices and 2 edges; faces of a product are products of faces: (3 + 2 t)^n.
    let polynomial = [1];
    for (let i = 0; i < n; i++) {
      polynomial = Array.from(
        { length: polynomial.length + 1 },
        (_, k) => 3 * (polynomial[k] ?? 0) + 2 * (polynomial[k - 1] ?? 0),
      );
    }
    expect(fVector(network, cube(n, -1, 1))).toEqual(polynomial);
  }
});
