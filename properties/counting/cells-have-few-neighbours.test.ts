/**
 * Theorem. The average degree of the graph of cells that share a facet is at most 2d, d the number of inputs: on all of R^d for networks of one layer, which are
 * arrangements, and, as is claimed for all ReLU networks, for deep and degenerate ones. A failure here would be a counterexample.
 *
 * Source: Fukuda, Saito, Tamura, Tokuyama 1991, Bounding the number of k-faces in arrangements of hyperplanes; arXiv 2606.07728.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { adjacencyEdges } from '../../src/analysis/geometry/index.js';
import { countCells } from '../../src/engines/index.js';
import { cube, type Domain, type Network, whole } from '../../src/network/index.js';
import { partitionProblem } from '../../src/problem/index.js';
import { holds } from '../support/generators/holds.js';
import { degenerateNetwork, genericNetwork } from '../support/generators/networks.js';
import { resonance, typeB } from '../support/references/families.js';

/** Twice the edges, and d times twice the cells. */
function degrees(network: Network, domain: Domain): { readonly all: number; readonly most: number } {
  const edges = adjacencyEdges(partitionProblem(network, domain)).length;
  return { all: 2 * edges, most: 2 * network.inputs * countCells(network, domain).cells };
}

const shapes = [
  { inputs: 1, widths: [4, 3] },
  { inputs: 2, widths: [5] },
  { inputs: 2, widths: [4, 3] },
  { inputs: 3, widths: [4, 2] },
];

it.each([
  ['generic', genericNetwork],
  ['degenerate', degenerateNetwork],
] as const)('%s networks, on R^d and on boxes', (_, networkOf) => {
  holds(
    fc.property(
      fc.constantFrom(...shapes).chain((shape) => networkOf(shape)),
      (network) => {
        for (const domain of [whole(network.inputs), cube(network.inputs, -2, 2)]) {
          const { all, most } = degrees(network, domain);
          expect(all).toBeLessThanOrEqual(most);
        }
      },
    ),
    { seed: 2109, runs: 12 },
  );
});

it('arrangements of many symmetries: type B has d facets per cell, resonance more, both at most 2d', () => {
  const { all, most } = degrees(typeB(3).network, whole(3));
  // Chambers of a reflection group are simplicial cones.
  expect(all).toBe(3 * 48);
  expect(all).toBeLessThanOrEqual(most);
  const other = degrees(resonance(4).network, whole(4));
  expect(other.all).toBeGreaterThan(4 * 370);
  expect(other.all).toBeLessThanOrEqual(other.most);
});
