/**
 * Theorem. What the planar kernel says of its cells is proved: by doubles on generic networks, by boxes around cells that stand
 * for many multipliers, and by exact numbers where a cell is thinner than doubles can tell.
 *
 * Source: an affine function that is nonnegative on a polygon is its value at a vertex plus a nonnegative combination of the two
 * edges there (Farkas 1902, in the plane).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planarKernel } from '../../../src/engines/planar/kernel.js';
import { equal, rational, rationalFromDouble } from '../../../src/exact/rational.js';
import { nearestDouble } from '../../../src/exact/rounding.js';
import { affineFromRationals } from '../../../src/network/affine.js';
import { cube } from '../../../src/network/domain.js';
import { buildNetwork, RELU } from '../../../src/network/network.js';
import { partitionProblem } from '../../../src/problem/lowering.js';
import type { KernelFactory } from '../../../src/walk/kernel.js';
import { traverse } from '../../../src/walk/traverse.js';
import { decisionsByArithmetic, type Evidence, type SplitTreeSink } from '../../../src/walk/tree.js';
import { cellsOf, patternKey } from '../../support/engines/cells.js';
import { provedCells } from '../../support/engines/checked.js';
import { splitTreeOf } from '../../support/engines/split-tree.js';
import { holds } from '../../support/generators/holds.js';
import { degenerateNetwork, rationalNetwork } from '../../support/generators/networks.js';
import {
  type PlanarProblem,
  planarProblem,
  sliverNetwork,
  wideProblem,
} from '../../support/generators/planar-problems.js';

describe('the evidence of planar cells', () => {
  it('on generic networks doubles settle all but very few signs, and prove what they imply', () => {
    const { network, domain } = wideProblem((x) => x);
    const { decisions, text } = splitTreeOf(network, domain, planarKernel, true);
    const { double, exact } = decisionsByArithmetic(decisions);
    expect(text.filter((line) => line.includes('"doubles"')).length).toBeGreaterThan(100);
    expect(text.filter((line) => line.includes('"rationals"'))).toEqual([]);
    expect(double).toBeGreaterThan(1000);
    expect(exact / (double + exact)).toBeLessThan(0.01);
  });

  it.each([
    ['generic weights', (x: number) => x],
    ['small integers', (x: number) => Math.round(2 * x)],
  ] as const)('the boxes that shorten certificates are proved: %s', (_, weight) => {
    const { network, domain } = wideProblem(weight);
    const { text } = splitTreeOf(network, domain, planarKernel, true);
    const cells = text.filter((line) => line.startsWith('cell')).length;
    expect(text.filter((line) => line.startsWith('narrow')).length).toBeGreaterThan(20);
    expect(provedCells(network, domain, planarKernel)).toBe(cells);
  });

  it('witnesses are strictly inside also where cells are too thin for doubles', () => {
    // x > 0 and x < 2^-1100: the strip between is narrower than the smallest double.
    const normals = [1, 2].map(() => [rational(1n), rational(0n)]);
    const network = buildNetwork(2, [
      { affine: affineFromRationals(2, normals, [rational(0n), rational(-1n, 2n ** 1100n)]) },
      { slopes: [RELU, RELU] },
    ]);
    const cells = cellsOf(network, cube(2, -1, 1), planarKernel).map((cell) => patternKey(network, cell.pattern));
    expect(cells.sort()).toEqual(['++', '+-', '--']);
  });
});

describe('evidence has one form', () => {
  /** All evidence that the kernel gives, asked for every neuron. */
  function evidenceOf({ network, domain }: PlanarProblem): Evidence[] {
    const found: Evidence[] = [];
    const listening: KernelFactory = (context) => {
      const kernel = planarKernel(context);
      const evidence = kernel.evidence.bind(kernel);
      kernel.evidence = () => {
        found.push(evidence());
        return found.at(-1)!;
      };
      return kernel;
    };
    const sink: SplitTreeSink = {
      wantsEvidence: true,
      layer() {},
      implied() {},
      narrow: ({ evidence }) => void found.push(evidence),
      split() {},
      cell() {},
      open() {},
    };
    traverse(partitionProblem(network, domain), listening, sink);
    return found;
  }

  it.each([
    ['degenerate networks', degenerateNetwork, 4001],
    ['lines at tiny angles', sliverNetwork, 4002],
    ['rational weights', rationalNetwork, 4003],
  ] as const)(
    'splits that ascend, multipliers that are positive, fractions only where doubles do not serve: %s',
    (_, network, seed) => {
      const kinds = new Map<string, number>();
      holds(
        fc.property(planarProblem([7, 8], network), (problem) => {
          for (const evidence of evidenceOf(problem)) {
            kinds.set(evidence.kind, (kinds.get(evidence.kind) ?? 0) + 1);
            if (evidence.kind === 'bound') continue;
            const { splits } = evidence;
            expect(splits.length).toBeGreaterThan(0);
            expect(splits.every((split, k) => split >= 0 && (k === 0 || split > splits[k - 1]!))).toBe(true);
            if (evidence.kind === 'doubles') {
              expect(evidence.multipliers.filter((m) => !(m > 0))).toEqual([]);
              continue;
            }
            const { numerators, denominator } = evidence.multipliers;
            expect(numerators.every((n) => n > 0n)).toBe(true);
            const isDouble = numerators.map((n) => {
              const near = nearestDouble(n, denominator);
              return Number.isFinite(near) && equal(rationalFromDouble(near), rational(n, denominator));
            });
            expect(isDouble).toContain(false);
          }
        }),
        { seed, runs: 40 },
      );
      expect([...kinds.keys()].sort()).toEqual(['bound', 'doubles', 'rationals']);
    },
  );

  it('no multipliers where bounds settle a neuron, asked one by one or all at once', () => {
    const { network, domain } = wideProblem((x) => x);
    const problem = partitionProblem(network, domain);
    const common = { wantsEvidence: true, split() {}, cell() {}, open() {} };
    const settled: string[] = [];
    const proved: string[] = [];
    let cell = 0;
    const all: SplitTreeSink = {
      ...common,
      layer: () => void cell++,
      implied() {},
      bounded(layer, sides) {
        for (const [k, side] of sides.entries()) if (side !== 0) settled.push(`${cell}: ${layer}.${k}`);
      },
    };
    traverse(problem, planarKernel, all);
    cell = 0;
    const single: SplitTreeSink = {
      ...common,
      layer: () => void cell++,
      implied: (layer, k, _side, { kind }) => void (kind === 'bound' && proved.push(`${cell}: ${layer}.${k}`)),
    };
    traverse(problem, planarKernel, single);
    expect(settled.length).toBeGreaterThan(100);
    const missing = new Set(proved);
    expect(settled.filter((place) => !missing.has(place))).toEqual([]);
  });
});
