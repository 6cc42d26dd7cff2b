/**
 * Theorem. The planar kernel finds exactly the cells of a partition in two variables: those that trying every pattern finds,
 * in the same split tree as the `lp` engine, with a certificate that the independent checker accepts.
 *
 * Source: the definition of a cell; the reference tries all patterns by Fourier-Motzkin elimination (Schrijver 1986,
 * section 12.2).
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lpKernel } from '../../../src/engines/lp/kernel.js';
import { planarKernel } from '../../../src/engines/planar/kernel.js';
import { rational } from '../../../src/exact/rational.js';
import { readNetwork } from '../../../src/formats/read.js';
import { simplexBackend } from '../../../src/lp/simplex/primal.js';
import { affineFromRationals } from '../../../src/network/affine.js';
import { cube } from '../../../src/network/domain.js';
import { buildNetwork, type Network, RELU } from '../../../src/network/network.js';
import { partitionProblem } from '../../../src/problem/lowering.js';
import { cellsOf, countCellsOf, patternKey } from '../../support/engines/cells.js';
import { provedCells } from '../../support/engines/checked.js';
import { splitTreeOf } from '../../support/engines/split-tree.js';
import { DEGENERATE_CASES } from '../../support/generators/degenerate-cases.js';
import { holds } from '../../support/generators/holds.js';
import { problemOfCase } from '../../support/generators/make-fixtures.js';
import { degenerateNetwork, dyadicNetwork, mixedNetwork } from '../../support/generators/networks.js';
import { type PlanarProblem, planarProblem } from '../../support/generators/planar-problems.js';
import { bruteForcePartition } from '../../support/references/brute-force.js';

const BENCH = fileURLToPath(new URL('../../../../shared/data/bench/', import.meta.url));
const SKIPPED = 'skipped without ../shared/data';

function expectBruteForce({ network, domain }: PlanarProblem) {
  const reference = bruteForcePartition(network, domain);
  expect(countCellsOf(network, domain, planarKernel).cellsPerLayer).toEqual(reference.cellsPerLayer);
  const patterns = cellsOf(network, domain, planarKernel).map((cell) => patternKey(network, cell.pattern));
  expect(patterns.sort()).toEqual(reference.cells.map((cell) => patternKey(network, cell.pattern)).sort());
  expect(provedCells(network, domain, planarKernel)).toBe(reference.cells.length);
}

const lp = lpKernel(simplexBackend);

function expectSameTree({ network, domain }: PlanarProblem) {
  expect(splitTreeOf(network, domain, planarKernel).text).toEqual(splitTreeOf(network, domain, lp).text);
}

describe('the planar kernel finds the cells that trying every pattern finds, and proves them', () => {
  it('on generated networks and domains', () => {
    holds(fc.property(planarProblem([3, 3]), expectBruteForce), { seed: 3101, runs: 150 });
  });

  const planar = DEGENERATE_CASES.filter((c) => {
    const { network, domain } = problemOfCase(c);
    return partitionProblem(network, domain).variables === 2;
  });
  it.each(planar.map((c) => [c.name, c] as const))('on the degenerate case %s', (_, degenerate) => {
    const subject = problemOfCase(degenerate);
    expect(provedCells(subject.network, subject.domain, planarKernel)).toBe(degenerate.cells);
    expectSameTree(subject);
  });
});

describe('the planar kernel walks the split tree of the lp engine', () => {
  it('on wider networks of every kind', () => {
    holds(fc.property(planarProblem([8, 8]), expectSameTree), { seed: 3102, runs: 40 });
  });

  it('on duplicated, proportional and dead neurons among small integers, two layers deep', () => {
    holds(fc.property(planarProblem([7, 6], degenerateNetwork), expectSameTree), { seed: 3103, runs: 40 });
  });

  it('with every sort of slopes, three layers deep', () => {
    holds(fc.property(planarProblem([5, 4, 4], mixedNetwork), expectSameTree), { seed: 3104, runs: 30 });
  });

  it('without any bias, where all creases of the first layer meet in the origin', () => {
    const central = planarProblem([8, 6], dyadicNetwork).map(({ network, domain }) => ({
      domain,
      network: withoutBiases(network),
    }));
    holds(fc.property(central, expectSameTree), { seed: 3105, runs: 30 });
  });

  it('and certifies it', () => {
    holds(
      fc.property(planarProblem([8, 6], degenerateNetwork), ({ network, domain }) => {
        expect(provedCells(network, domain, planarKernel)).toBe(provedCells(network, domain));
      }),
      { seed: 3106, runs: 30 },
    );
  });
});

/** The same network with all biases 0. */
function withoutBiases(network: Network): Network {
  const rows = ({ weights, outputs, inputs, denominator }: ReturnType<Network['output']['integers']>) =>
    affineFromRationals(
      inputs,
      Array.from({ length: outputs }, (_, r) =>
        Array.from({ length: inputs }, (_, i) => rational(weights[r * inputs + i]!, denominator)),
      ),
      new Array(outputs).fill(rational(0n)),
    );
  const steps = network.layers.flatMap(({ affine, slopes }) => [{ affine: rows(affine.integers()) }, { slopes }]);
  return buildNetwork(network.inputs, [...steps, { affine: network.output }]);
}

it('problems in other dimensions are refused with a reason', () => {
  const network = buildNetwork(3, [
    { affine: affineFromRationals(3, [[1n, 1n, 1n].map((n) => rational(n))], [rational(0n)]) },
    { slopes: [RELU] },
  ]);
  expect(() => countCellsOf(network, cube(3, 0, 1), planarKernel)).toThrow(
    'planar kernel: expected 2 variables, got 3',
  );
});

describe.skipIf(!existsSync(BENCH))(`the bench networks have the counts of eight tools that agree (${SKIPPED})`, () => {
  const published: [string, number][] = [
    ['net_2-16-16-1', 369],
    ['net_2-32-32-32-1', 2876],
    ['net_2-64-64-64-1', 14260],
    ['net_2-128-128-1', 21192],
    ['deg2_dup', 4],
    ['deg2_star8', 16],
    ['deg2_grid28', 128],
    ['deg2_strip_1e-06', 6],
    ['deg2_strip_1e-08', 6],
  ];
  it.each(published)('%s has %i cells', async (name, cells) => {
    const { network } = await readNetwork(`${BENCH}${name}.json`);
    expect(countCellsOf(network, cube(2, -1, 1), planarKernel).cells).toBe(cells);
    if (cells < 3000) expect(provedCells(network, cube(2, -1, 1), planarKernel)).toBe(cells);
  });
});
