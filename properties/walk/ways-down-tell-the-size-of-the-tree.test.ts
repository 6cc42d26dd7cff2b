/**
 * Theorem. Ways down a split tree, each counted one over the probability of its choices, estimate the number of cells in every
 * part of the tree without bias; what a walk has found and left open says how many there are at least; and as the walk ends the
 * estimate is the count.
 *
 * Source: Knuth 1975, "Estimating the efficiency of backtrack programs", Theorem 1, for any probabilities that are not 0.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseEngine, kernelOf } from '../../src/engines/choice.js';
import { simplexBackend } from '../../src/lp/simplex/primal.js';
import { affineFromDoubles } from '../../src/network/affine.js';
import { cube, whole } from '../../src/network/domain.js';
import { buildNetwork, type Network, RELU } from '../../src/network/network.js';
import { countingProblem } from '../../src/problem/charts.js';
import type { PartitionProblem } from '../../src/problem/lowering.js';
import { normalNumber, randomNumbers } from '../../src/theory/random.js';
import { countSink } from '../../src/walk/count.js';
import { openFrom, progressOf, SizeEstimate } from '../../src/walk/size-estimate.js';
import { descents, traverse } from '../../src/walk/traverse.js';
import { holds } from '../support/generators/holds.js';
import { anyNetwork } from '../support/generators/networks.js';

const SEED = 1975;
const kernel = (problem: PartitionProblem) => kernelOf(chooseEngine(problem, 'auto').engine, simplexBackend);

/** A network of normal weights, with one output. */
function random(seed: number, inputs: number, ...widths: number[]): Network {
  const numbers = randomNumbers(seed);
  const normals = (count: number) => Array.from({ length: count }, () => normalNumber(numbers));
  const steps = [...widths, 1].flatMap((width, l) => {
    const affine = affineFromDoubles(
      width,
      l === 0 ? inputs : widths[l - 1]!,
      normals(width * (l === 0 ? inputs : widths[l - 1]!)),
      normals(width),
    );
    return l < widths.length ? [{ affine }, { slopes: new Array(width).fill(RELU) }] : [{ affine }];
  });
  return buildNetwork(inputs, steps);
}

/** The paths of all cells of a problem without charts, in tree order, by a walk that is stopped before every subtree. */
function leavesOf(problem: PartitionProblem): string[] {
  const leaves: string[] = [];
  const walk = (path: string) => {
    const open: string[] = [];
    traverse(
      problem,
      kernel(problem),
      { ...countSink(problem.depth), open: (rest) => open.push(rest) },
      {
        paths: [path],
        stop: () => true,
      },
    );
    if (open.length === 0) leaves.push(path);
    else for (const rest of open) walk(rest);
  };
  walk('');
  return leaves;
}

describe('ways down tell the size of the tree', () => {
  it('every cell is reached, and the probabilities of all ways add up to one', () => {
    holds(
      fc.property(anyNetwork({ inputs: 2, widths: [4, 3] }), fc.integer({ min: 1, max: 9 }), (network, odds) => {
        const problem = countingProblem(network, cube(2, -1, 1));
        const leaves = leavesOf(problem);
        const descend = descents(problem, kernel(problem));
        let total = 0;
        for (const leaf of leaves) {
          let path = '';
          let chance = 1;
          // Any odds that depend on what is seen.
          descend((layer, negative, positive) => {
            const plus = (odds + positive) / (10 + 2 * odds + negative + positive + layer);
            const side = leaf[path.length] === '+' ? 1 : -1;
            chance *= side > 0 ? plus : 1 - plus;
            path += side > 0 ? '+' : '-';
            return side;
          });
          expect(path).toBe(leaf);
          total += chance;
        }
        expect(total).toBeCloseTo(1, 9);
      }),
      { seed: SEED, runs: 30 },
    );
  });

  it.each([
    ['2-16-16-1 on a box', random(5, 2, 16, 16), cube(2, -1, 1)],
    ['3-10-10-1 on a box', random(6, 3, 10, 10), cube(3, -1, 1)],
    ['2-12-8-1 on all of R^2', random(7, 2, 12, 8), whole(2)],
  ])('of %s: 500 ways tell it to a quarter, from any place of the walk', (_, network, domain) => {
    const problem = countingProblem(network, domain);
    const sink = countSink(problem.depth);
    const size = new SizeEstimate(problem, kernel(problem));
    for (let k = 0; k < 500; k++) size.way();
    let cells = 0;
    let open = [''];
    traverse(problem, kernel(problem), sink);
    const exact = sink.counts.cells;
    for (let step = 0; open.length > 0; step++) {
      const progress = progressOf(size, cells, open, 1000 * (step + 1));
      expect(progress.atLeast).toBeLessThanOrEqual(exact);
      expect(progress.atLeast).toBe(cells + open.length);
      const { likely, low, high } = progress.total!;
      expect(low).toBeLessThanOrEqual(likely);
      expect(likely).toBeLessThanOrEqual(high);
      expect(Math.abs(likely - exact)).toBeLessThan(0.25 * exact);
      const part = countSink(problem.depth);
      traverse(problem, kernel(problem), part, { paths: open, budget: Math.ceil(exact / 5) });
      cells += part.counts.cells;
      open = part.counts.open;
    }
    expect(progressOf(size, cells, open, 1)).toMatchObject({ cells: exact, atLeast: exact, done: 1 });
  });

  it('the paths that a walk leaves open behind a cell are those of the cells to come', () => {
    const problem = countingProblem(random(8, 2, 8, 8), cube(2, -1, 1));
    const leaves = leavesOf(problem);
    leaves.forEach((leaf, k) => {
      const open = openFrom(leaf);
      const below = leaves.filter((other) => open.some((path) => other.startsWith(path)));
      expect(below).toEqual(leaves.slice(k));
    });
  });
});
