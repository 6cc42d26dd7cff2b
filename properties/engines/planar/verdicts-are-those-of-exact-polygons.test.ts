/**
 * Theorem. On which side of a crease a planar cell lies, or that the crease cuts it, is what the exact vertices of the cell say.
 *
 * The polygon of each cell is cut anew in exact arithmetic beside the kernel, and every answer compared with it.
 *
 * Source: an affine function on a polygon is least and greatest at vertices; Sutherland and Hodgman 1974 (clipping).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planarKernel } from '../../../src/engines/planar/kernel.js';
import type { IntegerVector } from '../../../src/exact/integers.js';
import type { CellKernel, KernelFactory } from '../../../src/walk/kernel.js';
import { CUT } from '../../../src/walk/tree.js';
import { splitTreeOf } from '../../support/engines/split-tree.js';
import { holds } from '../../support/generators/holds.js';
import { planarProblem, sliverNetwork } from '../../support/generators/planar-problems.js';

/** A convex polygon in exact coordinates. */
type Polygon = readonly IntegerVector[];

/** A kernel that holds every answer of another one against polygons cut in exact arithmetic. */
function audited(kernel: CellKernel, { problem, exact }: Parameters<KernelFactory>[0]): CellKernel {
  const { exactLower: lo, exactUpper: hi, boxDenominator: denominator } = problem;
  const corner = (x: bigint, y: bigint): IntegerVector => ({ numerators: [x, y], denominator });
  const polygons: Polygon[] = [
    [corner(lo[0]!, lo[1]!), corner(hi[0]!, lo[1]!), corner(hi[0]!, hi[1]!), corner(lo[0]!, hi[1]!)],
  ];
  let layer = 0;
  const valueAt = (neuron: number, p: IntegerVector) => {
    const row = exact.row(layer, neuron);
    return row[0]! * p.numerators[0]! + row[1]! * p.numerators[1]! + row[2]! * p.denominator;
  };
  const clipped = (neuron: number, side: 1 | -1): Polygon => {
    const polygon = polygons.at(-1)!;
    return polygon.flatMap((p, i) => {
      const q = polygon[(i + 1) % polygon.length]!;
      const here = BigInt(side) * valueAt(neuron, p);
      const next = BigInt(side) * valueAt(neuron, q);
      const kept = here >= 0n ? [p] : [];
      if (!(here > 0n && next < 0n) && !(here < 0n && next > 0n)) return kept;
      // p next / W_q - q here / W_p, scaled to a positive denominator
      const sum = (a: bigint, b: bigint) => (a * next - b * here) * (next > here ? 1n : -1n);
      const numerators = p.numerators.map((x, k) => sum(x, q.numerators[k]!));
      return [...kept, { numerators, denominator: sum(p.denominator, q.denominator) }];
    });
  };
  return {
    reset: () => kernel.reset(),
    enterLayer: (l) => {
      layer = l;
      kernel.enterLayer(l);
    },
    leaveLayer: (l) => {
      layer = l - 1;
      kernel.leaveLayer(l);
    },
    side: (neuron) => {
      const values = polygons.at(-1)!.map((p) => valueAt(neuron, p));
      const positive = values.some((v) => v > 0n);
      const negative = values.some((v) => v < 0n);
      const verdict = kernel.side(neuron);
      expect(verdict).toBe(positive && negative ? CUT : positive ? 1 : negative ? -1 : 0);
      return verdict;
    },
    evidence: () => kernel.evidence(),
    narrowings: () => kernel.narrowings?.() ?? [],
    descend: (neuron, side) => {
      polygons.push(clipped(neuron, side));
      kernel.descend(neuron, side);
    },
    ascend: () => {
      polygons.pop();
      kernel.ascend();
    },
    witness: () => kernel.witness(),
  };
}

const auditing: KernelFactory = (context) => audited(planarKernel(context), context);

describe('every verdict about every cell is the one that exact vertices give', () => {
  it('on generated networks and domains', () => {
    holds(
      fc.property(planarProblem([6, 5, 4]), ({ network, domain }) => void splitTreeOf(network, domain, auditing)),
      { seed: 3109, runs: 40 },
    );
  });

  it('also where lines cross at tiny angles', () => {
    holds(
      fc.property(
        planarProblem([8, 6, 5], sliverNetwork),
        ({ network, domain }) => void splitTreeOf(network, domain, auditing),
      ),
      { seed: 3111, runs: 100 },
    );
  });
});
