/**
 * Theorem. The partition of R^d by one layer of small integers has as many cells as its characteristic polynomial says, and the walk in
 * whole numbers finds them: where it ends and another goes on changes neither the counts nor the decisions. It finds those of
 * the walk in doubles on bounded domains, too. Where numbers could outgrow doubles it is not chosen; where they grow on the way, they
 * are divided by what they have in common. A cell with more facets than a word has bits slows down nothing that is walked after it.
 *
 * Source: Zaslavsky 1975; the lemmas of src/engines/vertex/whole-numbers.ts; Hadamard 1893 for their sizes.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placedVertexKernel, vertexKernel } from '../../../src/engines/vertex/kernel.js';
import { hasSmallIntegers } from '../../../src/engines/vertex/size.js';
import { WholeNumbers } from '../../../src/engines/vertex/whole-numbers.js';
import { affineFromDoubles } from '../../../src/network/affine.js';
import { cube, whole } from '../../../src/network/domain.js';
import { buildNetwork, type Network, RELU } from '../../../src/network/network.js';
import { countingProblem } from '../../../src/problem/charts.js';
import type { PartitionProblem } from '../../../src/problem/lowering.js';
import { countSink } from '../../../src/walk/count.js';
import type { KernelFactory } from '../../../src/walk/kernel.js';
import { traverse } from '../../../src/walk/traverse.js';
import { addDecisions, noDecisions, type TraversalOptions } from '../../../src/walk/tree.js';
import { holds } from '../../support/generators/holds.js';
import { regionCount } from '../../support/references/characteristic-polynomial.js';

/** Rows of small integers with constants, many of them dependent, some equal. */
const arrangement = fc
  .record({
    n: fc.constantFrom(3, 4, 5),
    most: fc.constantFrom(1, 2, 4),
    count: fc.integer({ min: 3, max: 11 }),
    isCentral: fc.boolean(),
  })
  .chain(({ n, most, count, isCentral }) => {
    const entry = fc.integer({ min: -most, max: most });
    const row = fc.array(entry, { minLength: n, maxLength: n });
    const rows = fc.array(fc.tuple(row, isCentral ? fc.constant(0) : entry), { minLength: count, maxLength: count });
    return rows.map((found) => ({ n, rows: found }));
  });

function networkOf(n: number, rows: readonly (readonly [readonly number[], number])[]): Network {
  const weights = rows.flatMap(([row]) => row);
  const biases = rows.map(([, bias]) => bias);
  return buildNetwork(n, [
    { affine: affineFromDoubles(rows.length, n, weights, biases) },
    { slopes: rows.map(() => RELU) },
  ]);
}

/** By whole subtrees, if `isWhole`; else told of every cell. */
function counted(problem: PartitionProblem, options: TraversalOptions = {}, isWhole = true) {
  const { counts, ...sink } = countSink(problem.depth);
  const { counted: several, ...single } = sink;
  const { decisions } = traverse(problem, vertexKernel, isWhole ? { ...single, counted: several! } : single, options);
  return { ...counts, decisions };
}

describe('the walk in whole numbers', () => {
  it('finds the regions of arrangements in all of space', () => {
    holds(
      fc.property(arrangement, ({ n, rows }) => {
        const problem = countingProblem(networkOf(n, rows), whole(n));
        const regions = regionCount(
          n,
          rows.map(([row, bias]) => [...row, bias].map(BigInt)),
        );
        expect(counted(problem).cells).toBe(regions);
      }),
      { seed: 2041, runs: 90 },
    );
  });

  it('finds in a box what the walk cell by cell finds there, by as many decisions', () => {
    holds(
      fc.property(arrangement, fc.integer({ min: 1, max: 3 }), ({ n, rows }, size) => {
        const problem = countingProblem(networkOf(n, rows), cube(n, -size, size));
        const [all, single] = [counted(problem), counted(problem, {}, false)];
        expect(all).toEqual(single);
        const { counts, ...sink } = countSink(problem.depth);
        traverse(problem, placedVertexKernel, sink);
        expect(counts.cells).toBe(all.cells);
      }),
      { seed: 2042, runs: 60 },
    );
  });

  it('adds up, wherever it is cut', () => {
    holds(
      fc.property(arrangement, fc.nat(40), fc.nat(12), ({ n, rows }, budget, asks) => {
        const problem = countingProblem(networkOf(n, rows), whole(n));
        const all = counted(problem);
        const total = { cells: 0, decisions: noDecisions() };
        let paths: readonly string[] = [''];
        for (let walk = 0; paths.length > 0; walk++) {
          let left = asks;
          // Now by the number of cells, now by being told to stop.
          const part = counted(problem, walk % 2 === 0 ? { paths, budget } : { paths, stop: () => left-- <= 0 });
          if (walk === 0 && part.open.length > 0) expect(part.cells).toBe(budget);
          total.cells += part.cells;
          addDecisions(total.decisions, part.decisions);
          expect(part.open).not.toEqual(paths);
          paths = part.open;
        }
        expect(total).toEqual({ cells: all.cells, decisions: all.decisions });
      }),
      { seed: 2043, runs: 50 },
    );
  });
});

/** Every way to write three numbers from -most to most, zeros aside. */
const triples = (most: number) =>
  Array.from({ length: (2 * most + 1) ** 3 }, (_, code) =>
    [0, 1, 2].map((i) => (Math.floor(code / (2 * most + 1) ** i) % (2 * most + 1)) - most),
  );

/** Planes that touch a sphere, so that the cell around its centre has a facet on each, amid planes through the centre. */
function roundCell() {
  const touching = triples(3).filter((row) => row.reduce((sum, entry) => sum + entry ** 2, 0) === 14);
  const half = triples(2).filter(([x, y, z]) => x! > 0 && (x === 1 || y! % 2 !== 0 || z! % 2 !== 0));
  const central = half.slice(0, 36).map((row) => [row, 0] as const);
  return [...central.slice(18), ...touching.map((row) => [row, -14] as const), ...central.slice(0, 18)];
}

describe('a cell with more facets than a word has bits', () => {
  it('slows nothing down that is walked after it', () => {
    const problem = countingProblem(networkOf(3, roundCell()), cube(3, -5, 5));
    let steps = 0;
    const counting: KernelFactory = (context) => {
      const kernel = vertexKernel(context);
      const descend = kernel.descend.bind(kernel);
      kernel.descend = (neuron, side) => {
        steps++;
        descend(neuron, side);
      };
      return kernel;
    };
    const { counts, ...sink } = countSink(problem.depth);
    traverse(problem, counting, sink);
    expect(counts.cells).toBe(counted(problem, {}, false).cells);
    // Only where too many planes cut: all else is walked in whole numbers.
    expect(steps).toBeLessThan(counts.cells / 50);
  });
});

describe('sizes', () => {
  it('beyond what doubles hold exactly are seen before the walk', () => {
    const row = (x: number): [number[], number] => [[x, 1, 0], 1];
    const rows = (x: number) => countingProblem(networkOf(3, [row(x), row(x + 1), [[0, 1, 1], 1]]), cube(3, -1, 1));
    expect(hasSmallIntegers(rows(3), 3)).toBe(true);
    expect(hasSmallIntegers(rows(2 ** 12), 3)).toBe(true);
    expect(hasSmallIntegers(rows(2 ** 13), 3)).toBe(false);
    expect(counted(rows(2 ** 13))).toEqual(counted(rows(2 ** 13), {}, false));
  });

  it('are kept small by dividing, and never cut off', () => {
    // A cube, whose edges are crossed near their ends: values grow by a factor with every split.
    const walk = new WholeNumbers(3);
    const told = { cells: 0 };
    const listener = {
      stop: undefined,
      open: () => {},
      tell: ({ cells }: { cells: number }) => void (told.cells += cells),
    };
    const large = 2 ** 26;
    walk.begin();
    for (let corner = 0; corner < 8; corner++) {
      const [x, y, z] = [0, 1, 2].map((i) => ((corner >> i) & 1) * 2 - 1) as [number, number, number];
      const facets = [x, y, z].reduce((bits, side, i) => bits | (1 << (2 * i + (side > 0 ? 1 : 0))), 0);
      walk.add([large * x, large * y, large * z, large * x + large / 2], facets);
    }
    // Three planes through the middle, and one that is parallel to the first.
    expect(walk.walk(4, Number.POSITIVE_INFINITY, listener)).toBe(false);
    expect(told.cells).toBe(12);
  });
});
