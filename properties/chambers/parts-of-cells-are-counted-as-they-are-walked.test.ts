/**
 * Theorem. Hyperplanes cut a convex open set into 1 + the sum over them of the parts that the earlier ones make on each. So the last layer of a network is counted in the cells of the
 * layers before: as many cells, after each layer, as the walk finds, in any dimension, on any domain, with any two slopes, in general position or not, wherever it is stopped and gone on with.
 *
 * Source: deletion and restriction inside of a convex set (Zaslavsky 1977, A combinatorial analysis of topological dissections); the walk as an independent count.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countingLastLayer } from '../../src/chambers/index.js';
import { chooseEngine, kernelOf } from '../../src/engines/index.js';
import { simplexBackend } from '../../src/lp/index.js';
import {
  affineFromDoubles,
  buildNetwork,
  cube,
  type Domain,
  type Network,
  networkOnSlice,
  RELU,
  sliceThrough,
  whole,
} from '../../src/network/index.js';
import { countingProblem, WHOLE_TREE } from '../../src/problem/index.js';
import { runCount } from '../../src/run/index.js';
import { drawNetwork } from '../../src/sampling/draw.js';
import { type CellCount, countPaths, countRoots, orbitWalk } from '../../src/walk/index.js';
import { anyDomain } from '../support/generators/boxes.js';
import { holds } from '../support/generators/holds.js';
import {
  anySlopes,
  degenerateNetwork,
  genericNetwork,
  networkFrom,
  rationalNetwork,
} from '../support/generators/networks.js';
import { smallInteger } from '../support/generators/numbers.js';
import { polytopeFor } from '../support/generators/polytopes.js';

const drawn = (...shape: number[]) => drawNetwork({ shape, initialisation: 'he', bias: 0.25, seed: 5 }, 0);

function kernels(network: Network, domain: Domain) {
  const problem = countingProblem(network, domain);
  const walking = kernelOf(chooseEngine(problem, 'auto').engine, simplexBackend);
  return { problem, walking, counting: countingLastLayer(walking) };
}

/** Both ways; how many questions of the count were answered in integers. */
function bothWays(network: Network, domain: Domain): number {
  const { problem, walking, counting } = kernels(network, domain);
  const walked = countRoots(problem, walking, WHOLE_TREE);
  const counted = countRoots(problem, counting, WHOLE_TREE);
  expect(counted.cellsPerLayer).toEqual(walked.cellsPerLayer);
  expect(counted.cells).toBe(walked.cells);
  return counted.decisions.exactSign;
}

const shape = (inputs: number) => ({ inputs, widths: inputs > 3 ? [3, 6] : [5, 4, 7] });
const inDimension = (network: (inputs: number) => fc.Arbitrary<Network>) =>
  fc.integer({ min: 1, max: 4 }).chain((inputs) => network(inputs));

describe('the last layer', () => {
  it('in general position is counted in doubles alone', () => {
    for (const network of [drawn(1, 9, 30, 1), drawn(2, 8, 8, 30, 1), drawn(3, 7, 30, 1), drawn(4, 6, 12, 1)]) {
      expect(bothWays(network, cube(network.inputs, -1, 1))).toBe(0);
    }
  });

  it('with repeated, parallel, concurrent, constant and dead neurons, on any box or all of R^d: as many', () => {
    let exactly = 0;
    const network = inDimension((inputs) =>
      fc.oneof(
        degenerateNetwork(shape(inputs)),
        rationalNetwork(shape(inputs)),
        networkFrom(shape(inputs), { entry: smallInteger, slopes: anySlopes }),
        genericNetwork(shape(inputs)),
      ),
    );
    const cases = network.chain((one) => anyDomain(one.inputs).map((domain) => [one, domain] as const));
    holds(
      fc.property(cases, ([one, domain]) => {
        exactly += bothWays(one, domain);
      }),
      { seed: 2142, runs: 120 },
    );
    expect(exactly).toBeGreaterThan(0);
  });

  it('whose creases all pass through one point inside of a cell: as many as Cover 1965 has, and twice the planes around an axis', () => {
    // The first layer moves the cube to where nothing bends; the second has its creases around the origin.
    const around = (inputs: number, normals: readonly (readonly number[])[]) =>
      buildNetwork(inputs, [
        {
          affine: affineFromDoubles(
            inputs,
            inputs,
            Float64Array.from({ length: inputs ** 2 }, (_, at) => (at % (inputs + 1) === 0 ? 1 : 0)),
            new Float64Array(inputs).fill(2),
          ),
        },
        { slopes: new Array(inputs).fill(RELU) },
        {
          affine: affineFromDoubles(
            normals.length,
            inputs,
            Float64Array.from(normals.flat()),
            Float64Array.from(normals, (normal) => -2 * normal.reduce((sum, entry) => sum + entry, 0)),
          ),
        },
        { slopes: new Array(normals.length).fill(RELU) },
      ]);
    const expectCells = (network: Network, cells: number) => {
      const { problem, counting } = kernels(network, cube(network.inputs, -1, 1));
      expect(countRoots(problem, counting, WHOLE_TREE).cells).toBe(cells);
    };
    const slopes = [1, 2, 3, 4, 5];
    expectCells(
      around(
        2,
        slopes.map((k) => [1, k]),
      ),
      2 * 5,
    );
    expectCells(
      around(
        3,
        slopes.map((k) => [1, k, 0]),
      ),
      2 * 5,
    );
    // Points of the moment curve: any three are independent.
    expectCells(
      around(
        3,
        slopes.map((k) => [1, k, k * k]),
      ),
      2 * (1 + 4 + 6),
    );
  });

  it('on polytopes: as many', () => {
    const network = inDimension((inputs) => degenerateNetwork({ inputs: Math.min(3, inputs), widths: [4, 6] }));
    const cases = network.chain((one) => polytopeFor(one).map((domain) => [one, domain] as const));
    holds(
      fc.property(cases, ([one, domain]) => void bothWays(one, domain)),
      { seed: 2143, runs: 30 },
    );
  });

  it('on segments, planes and spaces through points: as many', () => {
    const network = drawn(5, 6, 8, 9, 1);
    const points = Array.from({ length: 4 }, (_, k) =>
      Array.from({ length: 5 }, (_, i) => ({ numerator: BigInt(((7 * k + 3 * i) % 5) - 2), denominator: 3n })),
    );
    for (const size of [2, 3, 4]) {
      bothWays(networkOnSlice(network, sliceThrough(points.slice(0, size))), cube(size - 1, -1, 1));
    }
  });

  it('of parts that symmetries exchange, and of walks that are cut anywhere: as many', () => {
    const { problem, counting, walking } = kernels(drawn(3, 6, 20, 1), whole(3));
    const { problem: cut, roots } = orbitWalk(problem, walking, 'found');
    const total = countRoots(problem, walking, WHOLE_TREE).cells;
    expect(countRoots(cut, counting, roots).cells).toBe(total);
    let open: readonly string[] = [''];
    let cells = 0;
    let rounds = 0;
    for (; open.length > 0; rounds++) {
      const part: CellCount = countPaths(problem, counting, { roots: WHOLE_TREE, paths: open }, { budget: 50 });
      cells += part.cells;
      ({ open } = part);
    }
    expect(rounds).toBeGreaterThan(3);
    expect(cells).toBe(total);
  });

  it('is split first where its creases are too many for one count', () => {
    // 240 hyperplanes of R^3 may have C(240, 3) points in common; these are parallel.
    const weights = Float64Array.from({ length: 3 * 240 }, (_, at) => (at % 3 === 0 ? 1 : 0));
    const biases = Float64Array.from({ length: 240 }, (_, k) => (k + 0.5) / 120 - 1);
    const network = buildNetwork(3, [
      { affine: affineFromDoubles(240, 3, weights, biases) },
      { slopes: new Array(240).fill(RELU) },
    ]);
    const { problem, counting } = kernels(network, cube(3, -1, 1));
    let splits = 0;
    const cells = countRoots(
      problem,
      (context) => {
        const kernel = counting(context);
        const descend = kernel.descend.bind(kernel);
        kernel.descend = (...step) => {
          splits++;
          descend(...step);
        };
        return kernel;
      },
      WHOLE_TREE,
    ).cells;
    expect(splits).toBeGreaterThan(0);
    expect(cells).toBe(241);
  });

  it('is counted by default where that takes fewer signs, and walked where a tree is asked for', async () => {
    const network = drawn(3, 8, 60, 1);
    const domain = cube(3, -1, 1);
    const counted = await runCount({ network, domain });
    const walked = await runCount({ network, domain, engine: 'vertex', workers: 1 });
    expect(counted.engine.why).toContain('the last layer is counted');
    expect(walked.engine.why).toBe('as asked for');
    expect(counted.cellsPerLayer).toEqual(walked.cellsPerLayer);
    const threads = await runCount({ network, domain, workers: 2, alone: 1 });
    expect(threads.decisions).toEqual(counted.decisions);
  });
});
