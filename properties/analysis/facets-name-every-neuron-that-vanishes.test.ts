/**
 * Theorem. A facet between two cells names exactly the neurons that bend, are zero at all of its vertices and are not zero on all of both
 * cells: duplicated, opposite and rescaled neurons, creases that coincide by chance, and neurons that only touch zero.
 *
 * A neuron is affine on a cell and has one sign there: it is zero on a facet if and only if it is zero at the facet's vertices. What is zero
 * at a point is told by evaluating the network there exactly, without any cell.
 *
 * Source: Grigsby and Lindsey 2022, On transversality of bent hyperplane arrangements (the canonical polyhedral complex).
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CellRecord } from '../../src/analysis/files/cell-record.js';
import { cellRecords } from '../../src/analysis/files/cells.js';
import type { Rational } from '../../src/exact/rational.js';
import { affineFromDoubles } from '../../src/network/affine.js';
import { type BoxDomain, cube } from '../../src/network/domain.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import { bends, buildNetwork, type Network, RELU } from '../../src/network/network.js';
import { smallBox } from '../support/generators/boxes.js';
import { holds } from '../support/generators/holds.js';
import { anyNetwork, degenerateNetwork } from '../support/generators/networks.js';

/** The neurons that bend and are zero at all of the points. */
function zerosAt(network: Network, points: readonly (readonly Rational[])[]): string[] {
  const patterns = points.map((point) => evaluateExact(network, point).pattern);
  return network.layers.flatMap(({ slopes }, layer) =>
    slopes.flatMap((pair, neuron) =>
      bends(pair) && patterns.every((pattern) => pattern[layer]![neuron] === 0) ? [`${layer}:${neuron}`] : [],
    ),
  );
}

/** How many facets with several neurons there are; fails where names are wrong. */
function verify(network: Network, domain: BoxDomain): number {
  const cells: CellRecord[] = [...cellRecords(network, domain, ['witness', 'facets', 'vertices', 'faces'])];
  let several = 0;
  for (const { witness, facets, faces, vertices } of cells) {
    facets!.forEach(({ neurons, bound, neighbour }, f) => {
      const names = neurons.map(([layer, neuron]) => `${layer}:${neuron}`);
      if (bound !== undefined) {
        expect(names).toEqual([]);
        return;
      }
      const corners = faces![f]!.map((v) => vertices![v]!);
      const inside = zerosAt(network, [witness!, cells[neighbour!]!.witness!]);
      expect(names).toEqual(zerosAt(network, corners).filter((name) => !inside.includes(name)));
      if (names.length > 1) several++;
    });
  }
  return several;
}

test('on random and degenerate networks facets name the neurons that are zero at their vertices', () => {
  let several = 0;
  const problems = fc.oneof(
    fc.record({ network: degenerateNetwork({ inputs: 2, widths: [4, 3, 2] }), domain: smallBox(2) }),
    fc.record({ network: degenerateNetwork({ inputs: 3, widths: [3, 3] }), domain: smallBox(3) }),
    fc.record({ network: anyNetwork({ inputs: 2, widths: [4, 3] }), domain: smallBox(2) }),
    fc.record({ network: anyNetwork({ inputs: 1, widths: [4, 3] }), domain: smallBox(1) }),
  );
  holds(
    fc.property(problems, ({ network, domain }) => {
      several += verify(network, domain);
    }),
    { seed: 4081, runs: 40 },
  );
  expect(several).toBeGreaterThan(20);
});

test('a duplicate, an opposite and a rescaled neuron are named on the one crease that they have', () => {
  const network = buildNetwork(2, [
    { affine: affineFromDoubles(4, 2, [1, 2, 1, 2, -1, -2, 3, 6], [0.5, 0.5, -0.5, 1.5]) },
    { slopes: [RELU, RELU, RELU, RELU] },
    { affine: affineFromDoubles(1, 4, [1, 1, 1, 1], [0]) },
  ]);
  const [one, other] = [...cellRecords(network, cube(2, -1, 1), ['facets'])];
  for (const { facets } of [one!, other!]) {
    const [inner] = facets!.filter(({ bound }) => bound === undefined);
    expect(inner!.neurons).toEqual([0, 1, 2, 3].map((neuron) => [0, neuron]));
  }
  expect(verify(network, cube(2, -1, 1))).toBe(2);
});
