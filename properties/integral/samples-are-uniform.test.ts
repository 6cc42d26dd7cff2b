/**
 * Theorem. Sampled points lie where they were asked for, exactly; the same seed gives the same points; and their means are those of the uniform law,
 * within five standard errors of exact integrals.
 *
 * Source: L. Devroye, Non-Uniform Random Variate Generation (1986), chapter V (spacings are uniform on the simplex).
 */
import { describe, expect, it } from 'vitest';
import { enumerateCells, mapKey } from '../../src/analysis/cells/index.js';
import { compare, type Rational, rational, toDouble, ZERO } from '../../src/exact/index.js';
import { networkOfJsonValue } from '../../src/formats/json/network.js';
import { integrals, RandomBits, type Region, samplePoints } from '../../src/integral/index.js';
import { cube, DomainError, evaluateExact, type Network } from '../../src/network/index.js';
import { absolute, constant, input, maximum, maxMinNetwork, minus, plus } from '../support/generators/max-min.js';

const domain = cube(2, -1, 1);
/** | |x| - 1/2 | + |y|, and a plane: two outputs that are largest on regions of several pieces. */
const network = maxMinNetwork(
  2,
  plus(absolute(minus(absolute(input(0)), constant(0.5))), absolute(input(1))),
  minus(constant(0.75), input(1)),
);
const draw = (region: Region, count = 400, seed = 7) => samplePoints(network, domain, { region, count, seed });
const values = (net: Network, points: readonly (readonly Rational[])[]) =>
  points.map((p) => evaluateExact(net, p).output);

describe('where points lie', () => {
  it('in the cell, the piece, the class, above and below the level', () => {
    const maps: string[] = [];
    enumerateCells(network, domain, (cell) => maps.push(mapKey(cell)));
    expect(new Set(draw({ kind: 'cell', cell: 2 }).cells)).toEqual(new Set([2]));
    expect(new Set(draw({ kind: 'piece', cell: 2 }).cells.map((id) => maps[id]))).toEqual(new Set([maps[2]]));
    for (const k of [0, 1]) {
      for (const output of values(network, draw({ kind: 'class', class: k }).points))
        expect(compare(output[k]!, output[1 - k]!)).toBeGreaterThanOrEqual(0);
    }
    const level = rational(1n, 3n);
    for (const output of values(network, draw({ kind: 'above', output: 0, level }).points))
      expect(compare(output[0]!, level)).toBeGreaterThan(0);
    for (const output of values(network, draw({ kind: 'below', output: 0, level }).points))
      expect(compare(output[0]!, level)).toBeLessThan(0);
  });

  it('a piece of several cells is sampled in all of them', () => {
    // The crease of y cuts the plane, and the output does not depend on it.
    const folded = networkOfJsonValue({
      format: 'relu-atlas-network',
      version: 1,
      inputs: 2,
      layers: [
        {
          weights: [
            [1, 0],
            [0, 1],
          ],
          bias: [0, 0],
          activation: 'relu',
        },
        { weights: [[1, 0]], bias: [0], activation: 'linear' },
      ],
    }).network;
    const drawn = samplePoints(folded, domain, { region: { kind: 'piece', cell: 0 }, count: 200, seed: 1 });
    expect(new Set(drawn.cells).size).toBe(2);
    expect(new Set(drawn.points.map(([x]) => x!.numerator > 0n)).size).toBe(1);
    expect(new Set(drawn.points.map(([, y]) => y!.numerator > 0n)).size).toBe(2);
  });
});

describe('how points are distributed', () => {
  const regions: Region[] = [{ kind: 'all' }, { kind: 'class', class: 0 }, { kind: 'cell', cell: 1 }];

  it('the same for the same seed, others for another', () => {
    for (const region of regions) {
      expect(draw(region, 20)).toEqual(draw(region, 20));
      expect(draw(region, 20).points).not.toEqual(draw(region, 20, 8).points);
    }
  });

  it.each([1, 2, 3, 4])('means and second moments on the cube of dimension %i are the exact ones', (n) => {
    const net = maxMinNetwork(n, maximum(...Array.from({ length: n }, (_, i) => input(i))), absolute(input(0)));
    const box = cube(n, 0, 1);
    const count = 2000;
    const { points } = samplePoints(net, box, { count, seed: 11 });
    const { outputs } = integrals(net, box);
    outputs.forEach(({ integral, square }, k) => {
      const mean = toDouble(integral.lower);
      const deviation = Math.sqrt(toDouble(square.lower) - mean * mean);
      const seen = values(net, points).reduce((sum, output) => sum + toDouble(output[k]!), 0) / count;
      expect(Math.abs(seen - mean)).toBeLessThan((5 * deviation) / Math.sqrt(count));
    });
  });

  it('each class gets its share', () => {
    const count = 2000;
    const { classes, volume } = integrals(network, domain);
    const share = toDouble(classes[1]!.lower) / toDouble(volume);
    const seen =
      values(network, draw({ kind: 'all' }, count).points).filter(([a, b]) => compare(a!, b!) < 0).length / count;
    expect(Math.abs(seen - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / count));
  });
});

it('integers below a limit are uniform, and below it', () => {
  const random = new RandomBits(3);
  const limit = (1n << 130n) + 1n;
  const drawn = Array.from({ length: 200 }, () => random.below(limit));
  expect(drawn.every((value) => value >= 0n && value < limit)).toBe(true);
  const counts = new Array(6).fill(0);
  for (let i = 0; i < 6000; i++) counts[Number(random.below(6n))]++;
  // Chi-square with 5 degrees of freedom: beyond 30 with a probability of 1.5e-5.
  expect(counts.reduce((sum, c) => sum + (c - 1000) ** 2 / 1000, 0)).toBeLessThan(30);
});

it('regions without interior and numbers that do not exist are refused', () => {
  expect(() => draw({ kind: 'cell', cell: 999 })).toThrow(DomainError);
  expect(() => draw({ kind: 'piece', cell: 999 })).toThrow('got 999');
  expect(() => draw({ kind: 'class', class: 2 })).toThrow('from 0 to 1, got 2');
  expect(() => draw({ kind: 'below', output: 0, level: ZERO })).toThrow('without');
});
