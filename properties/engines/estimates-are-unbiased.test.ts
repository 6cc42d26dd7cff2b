/**
 * Theorem. The mean of the weights of random ways down the split tree is an unbiased estimate of the number of cells; the smallest of t
 * independent means, over (1 / (1 - confidence))^(1 / t), is a lower bound that holds with this confidence, whatever the weights are.
 *
 * Source: Knuth 1975, "Estimating the efficiency of backtrack programs", Theorem 1; Gomes, Hoffmann, Sabharwal, Selman 2007, "From
 * sampling to model counting", Theorem 1.
 */
import { describe, expect, it } from 'vitest';
import { chooseEngine, kernelOf } from '../../src/engines/choice.js';
import { countCells } from '../../src/engines/count.js';
import { estimateCells, sizeFromWeights } from '../../src/engines/estimate.js';
import { simplexBackend } from '../../src/lp/simplex/primal.js';
import { cube, type Domain, whole } from '../../src/network/domain.js';
import type { Network } from '../../src/network/network.js';
import { countingProblem } from '../../src/problem/charts.js';
import { randomNumbers } from '../../src/theory/random.js';
import { SizeEstimate } from '../../src/walk/size-estimate.js';
import { braid, generalPosition, resonance } from '../support/references/families.js';

const DEEP = process.env.RELU_ATLAS_DEEP === '1';
const REPEATS = DEEP ? 400 : 60;

const cases: readonly (readonly [string, Network, Domain, number])[] = [
  ['general position, 9 in R^2', generalPosition(2, 9).network, whole(2), generalPosition(2, 9).cells],
  ['resonance, R^3', resonance(3).network, whole(3), resonance(3).cells],
  ['the same in a box', resonance(3).network, cube(3, -1, 1), resonance(3).cells],
  ['braid, R^4', braid(4).network, whole(4), braid(4).cells],
];

describe.each(cases)('%s: the number of cells is in closed form', (_, network, domain, exact) => {
  const reports = Array.from({ length: REPEATS }, (_x, k) =>
    estimateCells(network, domain, { samples: 100, seed: 1000 + k, confidence: 0.9 }),
  );

  it('the mean of many estimates is within four of its own standard errors', () => {
    const mean = reports.reduce((sum, { cells }) => sum + cells, 0) / REPEATS;
    const spread = Math.sqrt(
      reports.reduce((sum, { cells }) => sum + (cells - mean) ** 2, 0) / (REPEATS - 1) / REPEATS,
    );
    expect(Math.abs(mean - exact)).toBeLessThanOrEqual(4 * spread + 1e-9 * exact);
  });

  it('the lower bound holds as often as stated at least, the interval about as often', () => {
    const often = (holds: (report: (typeof reports)[number]) => boolean) => reports.filter(holds).length / REPEATS;
    // Four standard deviations of a binomial proportion below what is stated.
    const slack = 4 * Math.sqrt((0.9 * 0.1) / REPEATS);
    expect(often(({ atLeast }) => atLeast <= exact)).toBeGreaterThanOrEqual(0.9 - slack);
    expect(often(({ low, high }) => low <= exact * (1 + 1e-9) && exact * (1 - 1e-9) <= high)).toBeGreaterThanOrEqual(
      0.9 - slack,
    );
  });
});

it('weights whose tail is met once in five hundred ways are called poor, and the lower bound still holds', () => {
  // One way in 500 stands for 10^6 cells, the others for one: 2001 cells in the mean.
  const truth = 1 + (1e6 - 1) / 500;
  let failures = 0;
  const runs = 200;
  for (let seed = 1; seed <= runs; seed++) {
    const random = randomNumbers(seed);
    const logarithms = Array.from({ length: 400 }, () => (random() < 1 / 500 ? Math.log(1e6) : 0));
    const report = sizeFromWeights(logarithms, 0.95);
    if (report.atLeast > truth) failures++;
    const met = logarithms.some((one) => one > 0);
    // A tail that was met is seen; one that was not cannot be.
    if (met) expect(report.isReliable).toBe(false);
  }
  expect(failures / runs).toBeLessThan(0.05 + 4 * Math.sqrt((0.05 * 0.95) / runs));
});

it('numbers beyond the doubles are told by their logarithms', () => {
  const report = sizeFromWeights([2000, 2001, 2002, 2000.5], 0.95);
  expect(report.cells).toBe(Number.POSITIVE_INFINITY);
  expect(report.log10.cells).toBeGreaterThan(2000 / Math.LN10);
  expect(report.log10.cells).toBeLessThan(2002 / Math.LN10);
  expect(report.log10.atLeast).toBeLessThan(report.log10.cells);
});

it('a seed gives one estimate; the weights are those of the ways that the progress bar walks', () => {
  const { network } = generalPosition(2, 12);
  const domain = whole(2);
  const options = { samples: 50, seed: 7 };
  expect(estimateCells(network, domain, options)).toEqual(estimateCells(network, domain, options));
  expect(estimateCells(network, domain, { ...options, seed: 8 }).cells).not.toBe(
    estimateCells(network, domain, options).cells,
  );
  const problem = countingProblem(network, domain);
  const size = new SizeEstimate(problem, kernelOf(chooseEngine(problem, 'auto').engine, simplexBackend), 7);
  size.warmUp();
  const weights = Array.from({ length: 50 }, () => Math.exp(size.way()));
  const mean = weights.reduce((sum, w) => sum + w, 0) / 50;
  expect(estimateCells(network, domain, options).cells).toBeCloseTo(mean, 6);
  expect(size.below([''], 0)!.likely).toBeCloseTo(mean, 6);
});

it('of one cell it says one', () => {
  const { network } = generalPosition(1, 1);
  const domain = cube(1, 5, 6);
  expect(countCells(network, domain).cells).toBe(1);
  expect(estimateCells(network, domain)).toMatchObject({
    cells: 1,
    low: 1,
    high: 1,
    isReliable: true,
    relativeError: 0,
  });
});

it.each([
  ['samples', { samples: 1 }],
  ['seed', { seed: 0 }],
  ['confidence', { confidence: 1 }],
])('%s out of range are refused', (name, options) => {
  expect(() => estimateCells(generalPosition(1, 1).network, cube(1, 0, 1), options)).toThrow(
    new RegExp(`^${name}: expected`),
  );
});
