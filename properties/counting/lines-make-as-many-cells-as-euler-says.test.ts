/**
 * Theorem. Lines cut an open convex polygon into 1 + (lines that meet it) + the sum of (k - 1) over the points in it where k > 1
 * of them cross, and the planar kernel finds as many cells, however the lines coincide, are parallel or concur.
 *
 * Source: Euler's formula; Zaslavsky 1975. For points on a line and folded strips the closed forms.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planarKernel } from '../../src/engines/planar/kernel.js';
import { rational } from '../../src/exact/rational.js';
import { affineFromRationals } from '../../src/network/affine.js';
import { cube, whole } from '../../src/network/domain.js';
import { buildNetwork, RELU } from '../../src/network/network.js';
import { countCellsOf } from '../support/engines/cells.js';
import { provedCells } from '../support/engines/checked.js';
import { holds } from '../support/generators/holds.js';
import { generalPosition, tent } from '../support/references/families.js';

describe('lines in a square make as many cells as Euler says', () => {
  type Line = readonly [number, number, number];

  /** Lines a x + b y + c = 0 as one layer on [-1, 1]^2. */
  function arrangement(lines: readonly Line[]) {
    const weights = lines.map(([a, b]) => [rational(BigInt(a)), rational(BigInt(b))]);
    const bias = lines.map(([, , c]) => rational(BigInt(c)));
    const output = affineFromRationals(lines.length, [lines.map(() => rational(1n))], [rational(0n)]);
    const steps = [
      { affine: affineFromRationals(2, weights, bias) },
      { slopes: lines.map(() => RELU) },
      { affine: output },
    ];
    return { network: buildNetwork(2, steps), domain: cube(2, -1, 1) };
  }

  /** 1 + (distinct lines that meet the open square) + (over the points in it where k > 1 of them cross, k - 1). */
  function euler(lines: readonly Line[]): number {
    const proper = lines.filter(([a, b]) => a !== 0 || b !== 0);
    const distinct = proper.filter(
      ([a, b, c], i) => !proper.slice(0, i).some(([d, e, f]) => a * e === b * d && a * f === c * d && b * f === c * e),
    );
    const crossing = distinct.filter(([a, b, c]) => Math.abs(c) < Math.abs(a) + Math.abs(b));
    const points = new Map<string, Set<Line>>();
    crossing.forEach((p, i) => {
      for (const q of crossing.slice(0, i)) {
        const w = p[0] * q[1] - p[1] * q[0];
        const x = p[1] * q[2] - p[2] * q[1];
        const y = p[2] * q[0] - p[0] * q[2];
        // Small integers: the quotients of equal fractions are equal doubles.
        if (w === 0 || Math.abs(x) >= Math.abs(w) || Math.abs(y) >= Math.abs(w)) continue;
        const name = `${x / w + 0} ${y / w + 0}`;
        points.set(name, (points.get(name) ?? new Set()).add(p).add(q));
      }
    });
    return 1 + crossing.length + [...points.values()].reduce((sum, here) => sum + here.size - 1, 0);
  }

  it('small integer lines, with repeats, parallels, concurrences and lines through corners and along faces', () => {
    const entry = fc.integer({ min: -3, max: 3 });
    holds(
      fc.property(fc.array(fc.tuple(entry, entry, entry), { minLength: 1, maxLength: 24, size: 'max' }), (lines) => {
        const subject = arrangement(lines);
        expect(countCellsOf(subject.network, subject.domain, planarKernel).cells).toBe(euler(lines));
      }),
      { seed: 3107, runs: 100 },
    );
  });

  it('333 lines with coefficients up to 5 and many concurrences', () => {
    const range = Array.from({ length: 11 }, (_, i) => i - 5);
    const lines = range
      .flatMap((a) => range.flatMap((b) => range.map((c): Line => [a, b, c])))
      .filter((_, i) => i % 4 === 0);
    const subject = arrangement(lines);
    expect(countCellsOf(subject.network, subject.domain, planarKernel).cells).toBe(euler(lines));
  });

  it('m points cut the line into m + 1 intervals, also as a cone over it', () => {
    const { network, cells } = generalPosition(1, 40);
    expect(countCellsOf(network, whole(1), planarKernel).cells).toBe(cells);
    expect(provedCells(network, whole(1), planarKernel)).toBe(cells);
  });

  it('a tent map of depth 9 on the first of two inputs makes 2^9 strips', () => {
    const { network, cells } = tent(9);
    const ignore = affineFromRationals(2, [[rational(1n), rational(0n)]], [rational(0n)]);
    const steps = network.layers.flatMap(({ affine, slopes }) => [{ affine }, { slopes }]);
    const wide = buildNetwork(2, [{ affine: ignore }, ...steps, { affine: network.output }]);
    expect(countCellsOf(wide, cube(2, 0, 1), planarKernel).cells).toBe(cells);
  });
});
