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
import { coneOfVectors } from '../../src/folding/cone.js';
import { Images, partsOf, textOf } from '../../src/folding/image.js';
import { countFolded } from '../../src/folding/index.js';
import { restOf } from '../../src/folding/rest.js';
import { simplexBackend } from '../../src/lp/index.js';
import { cube, type Domain, DomainError, type Network, whole } from '../../src/network/index.js';
import { countingProblem, type PartitionProblem, partitionProblem, WHOLE_TREE } from '../../src/problem/index.js';
import { runCount, runCountFolding } from '../../src/run/index.js';
import { composition } from '../../src/theory/combine.js';
import { countRoots } from '../../src/walk/index.js';
import { anyDomain } from '../support/generators/boxes.js';
import type { LayerSpec } from '../support/generators/degenerate-cases.js';
import { holds } from '../support/generators/holds.js';
import { networkOfLayers, randomLayers } from '../support/generators/make-fixtures.js';
import {
  anyNetwork,
  deepNetwork,
  degenerateNetwork,
  dyadicNetwork,
  mixedNetwork,
} from '../support/generators/networks.js';
import { polytopeFor } from '../support/generators/polytopes.js';

const vertex = kernelOf('vertex', simplexBackend);

const walked = (problem: PartitionProblem) => countRoots(problem, vertex, WHOLE_TREE).cellsPerLayer;

/** The count by images of all layers. */
function byImages(problem: PartitionProblem) {
  const counting = countFolded(problem);
  for (;;) {
    const { done, value } = counting.next();
    if (done === true) return value;
  }
}

/** Undefined of an empty polytope, and of a point. */
function problemOf(network: Network, domain: Domain): PartitionProblem | undefined {
  try {
    return partitionProblem(network, domain);
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}

function expectEqual(network: Network, domain: Domain) {
  const problem = network.layers.length === 0 ? undefined : problemOf(network, domain);
  if (problem === undefined) return;
  const count = byImages(problem)!;
  expect(count.cellsPerLayer).toEqual(walked(problem).map(BigInt));
  expect(count.cells).toBe(count.cellsPerLayer.at(-1));
}

const shapes = [
  { inputs: 1, widths: [3, 3, 3, 2] },
  { inputs: 2, widths: [3, 3, 2] },
  { inputs: 2, widths: [4, 2, 3] },
  { inputs: 3, widths: [3, 3, 2] },
  { inputs: 4, widths: [3, 3] },
];

const anyProblem = fc
  .oneof(...shapes.map((shape) => fc.oneof(anyNetwork(shape), deepNetwork(shape.inputs, 5))))
  .chain((network) =>
    fc.record({
      network: fc.constant(network),
      domain: fc.oneof(anyDomain(network.inputs), polytopeFor(network), fc.constant(whole(network.inputs))),
    }),
  );

describe('cells with equal images have equal subtrees', () => {
  it('on boxes and polytopes, and on all of R^d', () => {
    holds(
      fc.property(anyProblem, ({ network, domain }) => expectEqual(network, domain)),
      { seed: 211, runs: 60 },
    );
  });

  it('in networks composed with themselves', () => {
    const kinds = [dyadicNetwork, degenerateNetwork, mixedNetwork];
    const square = (inputs: number) => kinds.map((kind) => kind({ inputs, widths: [3], outputs: inputs }));
    holds(
      fc.property(fc.oneof(...square(1), ...square(2)), fc.integer({ min: 2, max: 3 }), (network, times) => {
        let all = network;
        for (let k = 1; k < times; k++) all = composition(network, all);
        expectEqual(all, cube(network.inputs, 0, 1));
      }),
      { seed: 212, runs: 40 },
    );
  });
});

/** Lines and vectors, and others that generate the same cone: multiples, shifted along lines, in another order, and a sum of two. */
const twoGenerations = fc
  .tuple(fc.integer({ min: 2, max: 4 }), fc.nat(2), fc.integer({ min: 1, max: 6 }))
  .chain(([n, lines, rays]) => {
    const vectors = (count: number) =>
      fc.array(fc.array(fc.bigInt(-2n, 2n), { minLength: n, maxLength: n }), { minLength: count, maxLength: count });
    const factors = fc.array(fc.bigInt(-3n, 3n), { minLength: lines * rays, maxLength: lines * rays });
    return fc.tuple(vectors(lines), vectors(rays), factors, fc.integer({ min: 0, max: rays - 1 }));
  })
  .map(([lines, given, factors, at]) => {
    const up = given[0]!.map((_, i) => (i === given[0]!.length - 1 ? 1n : 0n));
    const rays = [...given, up];
    const moved = rays.map((ray, r) =>
      ray.map((entry, i) =>
        lines.reduce((sum, line, l) => sum + (factors[r * lines.length + l] ?? 0n) * line[i]!, 3n * entry),
      ),
    );
    const sum = rays[at]!.map((entry, i) => entry + up[i]!);
    return { lines, rays, others: [...moved.slice(at), sum, ...moved.slice(0, at)] };
  });

describe('an image has one name', () => {
  it('whatever generates it, and no other has it', () => {
    holds(
      fc.property(twoGenerations, ({ lines, rays, others }) => {
        const name = textOf(coneOfVectors(lines, rays));
        expect(textOf(coneOfVectors([...lines].reverse(), others))).toBe(name);
        const opposite = textOf(
          coneOfVectors(
            lines,
            rays.map((ray) => ray.map((entry) => -entry)),
          ),
        );
        // A cone is its opposite only if it is a space, which has no rays.
        expect(opposite === name).toBe(name.endsWith('|'));
      }),
      { seed: 214, runs: 300 },
    );
  });
});

/** The cells of each layer from the second on: those of the rest on the image of each cell of the first one. */
function byRests(problem: PartitionProblem): number[] {
  const maps = new Images(problem);
  const sums = new Array<number>(problem.depth - 1).fill(0);
  for (const { part, sides } of partsOf(problem.layers[0]!, maps.root())) {
    const image = maps.next(0, part, sides);
    const rest = image.dimension > 1 ? restOf(problem, 1, image) : undefined;
    const cells = rest && walked(countingProblem(rest.network, rest.domain));
    for (let l = 0; l < sums.length; l++) sums[l]! += cells?.[l] ?? 1;
  }
  return sums;
}

describe('the rest of a network on an image has the cells below it', () => {
  it('on boxes and polytopes, and on all of R^d', () => {
    holds(
      fc.property(anyProblem, ({ network, domain }) => {
        const problem = network.layers.length < 2 ? undefined : problemOf(network, domain);
        if (problem !== undefined) expect(byRests(problem)).toEqual(walked(problem).slice(1));
      }),
      { seed: 213, runs: 40 },
    );
  });

  it('and is walked by engines where it does not fold', async () => {
    const fold: LayerSpec = {
      weights: [
        [2, 0],
        [0, 2],
      ],
      bias: [-1, -1],
      activation: 'abs',
    };
    const network = networkOfLayers(2, [fold, fold, fold, ...randomLayers(5, [2, 24, 12, 1])]);
    const report = await runCountFolding({ network, domain: cube(2, 0, 1), workers: 1 });
    if (!('why' in report)) throw new Error('expected a count by images');
    const { cellsPerLayer, rest } = report.count!;
    expect(rest).toMatchObject({ layers: 3, images: 1 });
    const { cellsPerLayer: all } = await runCount({ network, domain: cube(2, 0, 1), engine: 'vertex', workers: 1 });
    expect(cellsPerLayer).toEqual(all.map(BigInt));
  });
});
