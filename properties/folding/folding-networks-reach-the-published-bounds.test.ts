/**
 * Theorem. The folding networks by which the number of linear regions was shown to grow exponentially with depth have exactly the number of cells that their
 * constructions promise, after every layer, counted by images of cells: 2^k pieces of the sawtooth of depth k, and with widths n_1, .., n_L on n_0 inputs
 * prod_{i < L} floor(n_i / n_0)^{n_0} times sum_{j <= n_0} binomial(n_L, j).
 *
 * Source: Telgarsky 2016, "Benefits of depth in neural networks", Lemma 3.10 (sawtooth); Montufar, Pascanu, Cho, Bengio 2014, "On the number of linear regions of deep neural networks",
 * Theorem 4 (folding into a grid), with Zaslavsky's number of the cells of hyperplanes in general position for the last layer. The expected numbers are these formulas.
 */
import { describe, expect, it } from 'vitest';
import { cube, type Domain, type Network, whole } from '../../src/network/index.js';
import { type FoldedReport, runCount, runCountFolding, runImages } from '../../src/run/index.js';
import { gridFolding, sawtooth } from '../../src/theory/index.js';

/** The count by images, which `auto` must have taken by itself. */
async function byImages(network: Network, domain: Domain) {
  const report = await runCountFolding({ network, domain, workers: 1 });
  if (!('why' in report)) throw new Error(`expected a count by images, got engine ${report.engine.engine}`);
  return (report as FoldedReport).count!;
}

const walked = async (network: Network, domain: Domain) =>
  (await runCount({ network, domain, engine: 'vertex', workers: 1 })).cellsPerLayer;

function binomial(n: number, k: number): bigint {
  let result = 1n;
  for (let i = 0; i < k; i++) result = (result * BigInt(n - i)) / BigInt(i + 1);
  return result;
}

/** Theorem 4 of Montufar and others, after every layer. */
function promised(inputs: number, widths: readonly number[]): bigint[] {
  const folds = widths.slice(0, -1).map((width) => BigInt(Math.floor(width / inputs)) ** BigInt(inputs));
  const products = folds.map((_, l) => folds.slice(0, l + 1).reduce((product, fold) => product * fold, 1n));
  const last = Array.from({ length: inputs + 1 }, (_, j) => binomial(widths.at(-1)!, j)).reduce((a, b) => a + b, 0n);
  return [...products, (products.at(-1) ?? 1n) * last];
}

describe('the sawtooth of depth k has 2^k pieces', () => {
  it.each([1, 2, 3, 5])('as the walk, k = %i', async (depth) => {
    const network = sawtooth(depth);
    for (const domain of [cube(1, 0, 1), cube(1, '-1/3', 2), whole(1)]) {
      const { count } = await runImages({ network, domain });
      expect(count!.cellsPerLayer).toEqual((await walked(network, domain)).map(BigInt));
    }
  });

  it.each([3, 60, 200])('by images, k = %i', async (depth) => {
    const { cells, cellsPerLayer, folded } = await byImages(sawtooth(depth), cube(1, 0, 1));
    expect(cells).toBe(2n ** BigInt(depth));
    expect(cellsPerLayer).toEqual(Array.from({ length: depth }, (_, k) => 2n ** BigInt(k + 1)));
    expect(folded).toEqual(new Array(depth).fill({ images: 1, parts: 2 }));
  });
});

describe('folding into a grid makes as many cells as its widths promise', () => {
  it.each([
    [1, [3, 4, 2, 5]],
    [2, [4, 7, 5]],
    [3, [6, 7, 4]],
  ] as const)('as the walk, %i inputs, widths %j', async (inputs, widths) => {
    const network = gridFolding(inputs, widths);
    const domain = cube(inputs, 0, 1);
    expect((await walked(network, domain)).map(BigInt)).toEqual(promised(inputs, widths));
    expect((await byImages(network, domain)).cellsPerLayer).toEqual(promised(inputs, widths));
  });

  it.each([
    [1, new Array<number>(40).fill(10)],
    [2, new Array<number>(24).fill(6)],
    [3, new Array<number>(12).fill(9)],
    [4, new Array<number>(6).fill(8)],
  ] as const)('by images, %i inputs, widths %j', async (inputs, widths) => {
    expect((await byImages(gridFolding(inputs, widths), cube(inputs, 0, 1))).cellsPerLayer).toEqual(
      promised(inputs, widths),
    );
  });
});
