/**
 * Theorem. Below a cell C of the first l layers there are as many cells, after every later layer, as these layers make of the image of C in them, within its
 * affine hull. So a count that adds up equal images is that of the walk, layer by layer: on boxes, polytopes, and unbounded domains, whatever repeats, is dead,
 * constant or flattened.
 *
 * Source: the affine map from C onto its image is open onto the affine hull of the image, so the preimage of a crease cuts the interior of C if and only if the
 * crease cuts the relative interior of the image. Folding maps and their exponential numbers of regions: Montufar, Pascanu, Cho, Bengio 2014 (Section 2).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernelOf } from '../../src/engines/index.js';
import { type CountRest, countFolded, type FoldedOptions } from '../../src/folding/index.js';
import { simplexBackend } from '../../src/lp/index.js';
import { type Domain, DomainError, type Network, whole } from '../../src/network/index.js';
import { countingProblem, type PartitionProblem, partitionProblem, WHOLE_TREE } from '../../src/problem/index.js';
import { countRoots } from '../../src/walk/index.js';
import { anyDomain } from '../support/generators/boxes.js';
import { holds } from '../support/generators/holds.js';
import { anyNetwork, deepNetwork } from '../support/generators/networks.js';
import { polytopeFor } from '../support/generators/polytopes.js';

const vertex = kernelOf('vertex', simplexBackend);

const walked = (problem: PartitionProblem) => countRoots(problem, vertex, WHOLE_TREE).cellsPerLayer;

const countRest: CountRest = function* (network, domain) {
  yield { step: 0, steps: 1, done: 0, parts: 1 };
  return walked(countingProblem(network, domain));
};

/** The count by images; all layers are folded, unless it is said how the rest is counted. */
function byImages(problem: PartitionProblem, options: FoldedOptions = { countRest, folds: () => true }) {
  const counting = countFolded(problem, options);
  for (;;) {
    const { done, value } = counting.next();
    if (done === true) return value;
  }
}

function expectEqual(network: Network, domain: Domain) {
  if (network.layers.length === 0) return;
  let problem: PartitionProblem;
  try {
    problem = partitionProblem(network, domain);
  } catch (error) {
    // An empty polytope, or a point.
    if (error instanceof DomainError) return;
    throw error;
  }
  const count = byImages(problem)!;
  expect(count.cellsPerLayer).toEqual(walked(problem).map(BigInt));
  expect(count.cells).toBe(count.cellsPerLayer.at(-1) ?? 1n);
}

const shapes = [
  { inputs: 1, widths: [3, 3, 3, 2] },
  { inputs: 2, widths: [3, 3, 2] },
  { inputs: 2, widths: [4, 2, 3] },
  { inputs: 3, widths: [3, 3, 2] },
  { inputs: 4, widths: [3, 3] },
];

describe('cells with equal images have equal subtrees', () => {
  it('on boxes and polytopes, and on all of R^d', () => {
    const problem = fc
      .oneof(...shapes.map((shape) => fc.oneof(anyNetwork(shape), deepNetwork(shape.inputs, 5))))
      .chain((network) =>
        fc.record({
          network: fc.constant(network),
          domain: fc.oneof(anyDomain(network.inputs), polytopeFor(network), fc.constant(whole(network.inputs))),
        }),
      );
    holds(
      fc.property(problem, ({ network, domain }) => expectEqual(network, domain)),
      { seed: 211, runs: 300 },
    );
  });
});
