/**
 * Theorem. The walk of a subtree in WebAssembly and the walk in plain TypeScript are equal to the bit: counts, decisions by stage,
 * what is left open wherever the walk is stopped, exact rows asked for, and every number in the memory that they share, rows,
 * lines, vertices with their radii, polygons and bounding boxes of the last path.
 *
 * Source: IEEE 754 fixes the result of every operation; both do the same ones in the same order.
 */
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { planarKernel } from '../../../src/engines/planar/kernel.js';
import { cube } from '../../../src/network/domain.js';
import { partitionProblem } from '../../../src/problem/lowering.js';
import { countSink } from '../../../src/walk/count.js';
import type { KernelContext } from '../../../src/walk/kernel.js';
import { traverse } from '../../../src/walk/traverse.js';
import type { TraversalOptions } from '../../../src/walk/tree.js';
import { holds } from '../../support/generators/holds.js';
import { anyNetwork, extremeNetwork, genericNetwork } from '../../support/generators/networks.js';
import {
  type PlanarProblem,
  planarProblem,
  sliverNetwork,
  wideProblem,
} from '../../support/generators/planar-problems.js';

const WIDTHS = [6, 6, 3];

const hash = (array: ArrayBufferView) =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('latin1');

/** Everything that a walk leaves behind. @param together whether the sink takes many cells at once */
function outcome({ network, domain }: PlanarProblem, together: boolean, options: TraversalOptions) {
  let context: KernelContext | undefined;
  let atOnce = 0;
  const sink = countSink(network.layers.length);
  const one = { ...sink, counted: undefined } as unknown as typeof sink;
  const counting = {
    ...sink,
    counted(entered: ArrayLike<number>, cells: number) {
      atOnce++;
      sink.counted!(entered, cells);
    },
  };
  const result = traverse(
    partitionProblem(network, domain),
    (given) => {
      context = given;
      return planarKernel(given);
    },
    together ? counting : one,
    { ...options, arithmetic: 'wasm' },
  );
  expect(atOnce > 0).toBe(together);
  const { rows, mass, error, threshold, sides, planar } = context!.rows;
  const arrays = [...rows, ...mass, ...error, ...threshold, ...sides, ...Object.values(planar!.places as object)];
  return { ...sink.counts, ...result, memory: (arrays as Float64Array[]).map(hash) };
}

function areEqual(problem: PlanarProblem, options: () => TraversalOptions = () => ({})) {
  const ours = outcome(problem, true, options());
  const { memory, ...reference } = outcome(problem, false, options());
  expect(ours).toMatchObject(reference);
  // Which exact vertices were looked at is no part of the walk, whether `isNew` was seen neither.
  expect(ours.memory.map((bytes, k) => bytes === memory[k]).filter((equal) => !equal)).toEqual([]);
  return ours;
}

const anyProblem = fc.oneof(
  planarProblem(WIDTHS, genericNetwork),
  planarProblem(WIDTHS, anyNetwork),
  planarProblem(WIDTHS, sliverNetwork),
  planarProblem(WIDTHS, extremeNetwork),
);

it('walks that are stopped anywhere, by the clock or by a budget, and go on from there', () => {
  holds(
    fc.property(anyProblem, fc.nat(60), fc.nat(200), (problem, most, budget) => {
      const first = areEqual(problem, () => {
        let asked = 0;
        return { stop: () => asked++ >= most };
      });
      if (first.open.length === 0) return;
      const rest = areEqual(problem, () => ({ paths: first.open, budget }));
      // A walk that goes on makes progress.
      expect(rest.open).not.toEqual(first.open);
    }),
    { seed: 1717, runs: 40 },
  );
});

it.each([
  ['generic', (x: number) => x],
  ['on a lattice', (x: number) => Math.round(4 * x) / 4],
  ['with few directions', (x: number) => Math.sign(Math.round(x))],
])('whole partitions: weights %s', (_, weight) => {
  const { network } = wideProblem(weight);
  const wider = planarWider(network);
  const { decisions, cells } = areEqual(wider);
  expect(cells).toBeGreaterThan(10);
  expect(decisions.interval).toBeGreaterThan(0);
});

/** The same on a larger square. */
function planarWider(network: PlanarProblem['network']): PlanarProblem {
  return { network, domain: cube(2, -3, 3) };
}
