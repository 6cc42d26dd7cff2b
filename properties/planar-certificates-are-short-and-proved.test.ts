/**
 * Theorem. What the planar kernel says of its cells is proved: by doubles on generic networks, by boxes around cells that stand
 * for many multipliers, and by exact numbers where a cell is thinner than doubles can tell.
 *
 * Source: an affine function that is nonnegative on a polygon is its value at a vertex plus a nonnegative combination of the two
 * edges there (Farkas 1902, in the plane).
 */
import { describe, expect, it } from 'vitest';
import { rational } from '../src/exact/rational.js';
import { affineFromRationals } from '../src/network/affine.js';
import { cube } from '../src/network/domain.js';
import { buildNetwork, RELU } from '../src/network/network.js';
import { planarKernel } from '../src/partition/planar-kernel.js';
import { decisionsByArithmetic } from '../src/partition/tree.js';
import { cellsOf, patternKey } from './engines/cells.js';
import { provedCells } from './engines/checked.js';
import { splitTreeOf } from './engines/split-tree.js';
import { wideProblem } from './generators/planar-problems.js';

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
