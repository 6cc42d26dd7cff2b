/**
 * Theorem. In a rectangle on which two layers have lines and curves in general position the cells of both are 1 + the lines + all points where two creases cross + half the points of curves
 * on the boundary, and those of its halves less 1 + the points where creases cross the seam. So two layers are counted without their cells: as many, after each layer, as the walk
 * finds, in the whole and in every part, and as many points on every face; and where creases are not in general position nothing is said.
 *
 * Source: Euler's formula; Zaslavsky 1977; the walk as an independent count.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countLastLayer, finished, hasTwoPlanarLayers, suitsLastLayer } from '../../src/chambers/index.js';
import { Halving } from '../../src/chambers/last-layer/halving.js';
import { heldLayers } from '../../src/chambers/last-layer/layers.js';
import { Undecided } from '../../src/chambers/last-layer/undecided.js';
import { countCells } from '../../src/engines/index.js';
import { ONE, type Rational, rational, rationalFromDouble } from '../../src/exact/index.js';
import {
  ABSOLUTE,
  affineFromRationals,
  box,
  buildNetwork,
  cube,
  leaky,
  type Network,
  RELU,
  type Slopes,
} from '../../src/network/index.js';
import { countingProblem } from '../../src/problem/index.js';
import { runCount } from '../../src/run/index.js';
import { drawNetwork } from '../../src/sampling/draw.js';
import { holds } from '../support/generators/holds.js';

const SLOPES: readonly Slopes[] = [RELU, ABSOLUTE, leaky(rational(1n, 10n)), leaky(rational(-3n, 2n))];
const HALF = rational(1n, 2n);

function layer(inputs: number, rows: readonly (readonly Rational[])[], slopes: Slopes) {
  const weights = rows.map((row) => row.slice(0, inputs));
  return [
    {
      affine: affineFromRationals(
        inputs,
        weights,
        rows.map((row) => row[inputs]!),
      ),
    },
    { slopes: rows.map(() => slopes) },
  ];
}

const matrix = (rows: number, columns: number, entry: fc.Arbitrary<Rational>) =>
  fc.array(fc.array(entry, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows });

const twoLayers = (entry: fc.Arbitrary<Rational>) =>
  fc
    .tuple(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 1, max: 14 }))
    .chain(([m, w]) =>
      fc
        .tuple(matrix(m, 3, entry), matrix(w, m + 1, entry), fc.constantFrom(...SLOPES), fc.constantFrom(...SLOPES))
        .map(
          ([below, above, slopes, last]): Network =>
            buildNetwork(2, [...layer(2, below, slopes), ...layer(m, above, last)]),
        ),
    );

const generic = fc.noBias(fc.integer({ min: -1e9, max: 1e9 })).map((x) => rationalFromDouble(x / 1e9));

describe('two layers in the plane', () => {
  it('in general position: every count is that of the walk', () => {
    let told = 0;
    holds(
      fc.property(twoLayers(generic), (network) => {
        for (const domain of [cube(2, -1, 1), box([rational(-3n), HALF], [rational(5n), rational(9n)])]) {
          const problem = countingProblem(network, domain);
          expect(hasTwoPlanarLayers(problem)).toBe(true);
          const count = finished(countLastLayer(problem));
          if (count === undefined) continue;
          told++;
          expect(count.cellsPerLayer).toEqual(countCells(network, domain).cellsPerLayer);
        }
      }),
      { seed: 2140, runs: 40 },
    );
    expect(told).toBeGreaterThan(60);
  });

  it('with parallel, equal and concurrent creases: the count of the walk, or none', () => {
    const small = fc.integer({ min: -2, max: 2 }).map((x) => rational(BigInt(x)));
    let silent = 0;
    holds(
      fc.property(twoLayers(small), (network) => {
        const domain = cube(2, -2, 2);
        const count = finished(countLastLayer(countingProblem(network, domain)));
        if (count === undefined) silent++;
        else expect(count.cellsPerLayer).toEqual(countCells(network, domain).cellsPerLayer);
      }),
      { seed: 2141, runs: 60 },
    );
    expect(silent).toBeGreaterThan(0);
  });

  it('three chords through one point of a cell, and two that end at one point of a line, are no general position', () => {
    const one = (x: number, y: number, c: number) => [x, y, c].map((v) => rationalFromDouble(v));
    // The first layer passes its inputs on where they are positive, as they are on the box.
    const below = [one(1, 0, 0), one(0, 1, 0), one(1, 1, -2.7)];
    const through = (a: number, b: number, x: number, y: number) =>
      [a, b, 0, -(a * x + b * y)].map((v) => rationalFromDouble(v));
    const domain = box([rational(1n, 16n), rational(1n, 16n)], [rational(3n, 2n), rational(3n, 2n)]);
    const counted = (...rows: Rational[][]) => {
      const network = buildNetwork(2, [...layer(2, below, RELU), ...layer(3, rows, RELU)]);
      const count = finished(countLastLayer(countingProblem(network, domain)));
      if (count !== undefined) expect(count.cellsPerLayer).toEqual(countCells(network, domain).cellsPerLayer);
      return count;
    };
    expect(counted(through(1, 2, 0.5, 0.5), through(1, -3, 0.5, 0.5))).toBeDefined();
    expect(counted(through(1, 2, 0.5, 0.5), through(1, -3, 0.5, 0.5), through(2, 1, 0.5, 0.75))).toBeDefined();
    expect(counted(through(1, 2, 0.5, 0.5), through(1, -3, 0.5, 0.5), through(2, 1, 0.5, 0.5))).toBeUndefined();
    expect(counted(through(1, 2, 1.5, 1.2), through(1, -3, 1.5, 1.2))).toBeUndefined();
    // On the line x + y = 2.7, inside.
    expect(counted(through(1, 2, 1.4, 1.3), through(1, -3, 1.4, 1.3))).toBeUndefined();
  });

  it('three lines through one point, and two through one of the boundary, are no general position', () => {
    const line = (a: number, b: number, x: number, y: number) => [a, b, -(a * x + b * y)].map(rationalFromDouble);
    const counted = (...rows: Rational[][]) => {
      const network = buildNetwork(2, [
        ...layer(2, rows, RELU),
        ...layer(rows.length, [[...rows.map(() => ONE), rational(-7n, 16n)]], RELU),
      ]);
      const count = finished(countLastLayer(countingProblem(network, cube(2, -1, 1))));
      if (count !== undefined) expect(count.cellsPerLayer).toEqual(countCells(network, cube(2, -1, 1)).cellsPerLayer);
      return count;
    };
    const [one, other, third] = [line(1, 2, 0.25, 0.5), line(1, -3, 0.25, 0.5), line(5, 1, 0.25, 0.5)];
    expect(counted(one, other)).toBeDefined();
    expect(counted(one, other, line(5, 1, 0.25, 0.375))).toBeDefined();
    expect(counted(one, other, third)).toBeUndefined();
    expect(counted(line(1, 2, 1, 0.25), line(1, -3, 1, 0.125))).toBeDefined();
    expect(counted(line(1, 2, 1, 0.25), line(1, -3, 1, 0.25))).toBeUndefined();
  });

  it('of common widths are counted so by default, and with a tree where one is asked for', async () => {
    const network = drawNetwork({ shape: [2, 160, 140, 1], initialisation: 'he', bias: 0.25, seed: 3 }, 0);
    const domain = cube(2, -1, 1);
    expect(suitsLastLayer(countingProblem(network, domain))).toBe(true);
    const counted = await runCount({ network, domain });
    const walked = await runCount({ network, domain, engine: 'vertex', workers: 1 });
    expect(counted.engine.why).toContain('the last layer is counted');
    expect(walked.engine.why).toBe('as asked for');
    expect(counted.cellsPerLayer).toEqual(walked.cellsPerLayer);
  });
});

/** A number of few bits, moved by at most a few units of its last place or not at all. */
const nearlyCoarse = fc
  .tuple(fc.integer({ min: -6, max: 6 }), fc.constantFrom(0, 0, 1, -1, 3), fc.constantFrom(-52, -44, -30))
  .map(([coarse, step, exponent]) => rationalFromDouble(coarse / 4 + step * 2 ** exponent));

describe('the parts of a rectangle', () => {
  /** Counts with cuts until few lines are left, and looks at each part, and at each of its faces. */
  function lookAtParts(network: Network, fewLines: number): number | undefined {
    const problem = countingProblem(network, cube(2, -1, 1));
    const held = heldLayers(problem)!;
    let parts = 0;
    const watched = {
      ...held,
      count: (depth: number, x0: number, x1: number, y0: number, y1: number) => {
        const told = held.count(depth, x0, x1, y0, y1);
        if (told === 0) return told;
        parts++;
        const within = (a: number, b: number, c: number, d: number) =>
          box([a, c].map(rationalFromDouble), [b, d].map(rationalFromDouble));
        const { cellsPerLayer } = countCells(network, within(x0, x1, y0, y1));
        expect([held.lineCells(), held.cells()]).toEqual(cellsPerLayer);
        const faces = [within(x0, x0, y0, y1), within(x1, x1, y0, y1), within(x0, x1, y0, y0), within(x0, x1, y1, y1)];
        faces.forEach((face, number) => {
          const along = countCells(network, face).cellsPerLayer;
          expect([1 + held.linePoints(number), 1 + held.points(number)]).toEqual(along);
        });
        return told;
      },
    };
    const halving = new Halving(problem, watched, fewLines);
    try {
      finished(halving.count());
    } catch (error) {
      if (error instanceof Undecided) return undefined;
      throw error;
    }
    expect([halving.lineCells[0], halving.cells[0]]).toEqual(countCells(network, cube(2, -1, 1)).cellsPerLayer);
    return parts;
  }

  it('in general position have the cells, and their faces the points, that the walk finds there', () => {
    let most = 0;
    holds(
      fc.property(twoLayers(generic), fc.integer({ min: 3, max: 9 }), (network, fewLines) => {
        most = Math.max(most, lookAtParts(network, fewLines) ?? 0);
      }),
      { seed: 2142, runs: 12 },
    );
    expect(most).toBeGreaterThan(8);
  });

  it('of weights that are nearly in special position as well, if anything is said', () => {
    let told = 0;
    let silent = 0;
    holds(
      fc.property(twoLayers(nearlyCoarse), (network) => {
        if (lookAtParts(network, 14) === undefined) silent++;
        else told++;
      }),
      { seed: 2143, runs: 60 },
    );
    expect(told).toBeGreaterThan(5);
    expect(silent).toBeGreaterThan(5);
  });
});
