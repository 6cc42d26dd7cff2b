/**
 * Theorem. One more layer only splits cells; cells have disjoint interiors; maps <= pieces <= cells <= the product of the
 * layers' general-position counts; and for one hidden layer brute force over all patterns, deletion-restriction (Zaslavsky)
 * and every engine count the same.
 *
 * With widths n_1, ..., n_L of neurons that bend and d inputs, cells <= prod_l sum_{i <= min(d, n_1, ..., n_l)} C(n_l, i):
 * on a cell of the layers before, the creases of layer l are n_l hyperplanes, and the map into them has rank at most
 * r = min(d, n_1, ..., n_(l-1)), so they cut it like n_l hyperplanes in R^r.
 *
 * Source: Zaslavsky 1975; Raghu et al. 2017, Theorem 1; Montufar 2017, Proposition 3.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countRegions } from '../../src/analysis/regions/pieces.js';
import { lpKernel } from '../../src/engines/lp/kernel.js';
import { planarKernel } from '../../src/engines/planar/kernel.js';
import { vertexKernel } from '../../src/engines/vertex/kernel.js';
import { integersFromRationals } from '../../src/exact/integers.js';
import { simplexBackend } from '../../src/lp/simplex/primal.js';
import { cube, whole } from '../../src/network/domain.js';
import { bends, type Network } from '../../src/network/network.js';
import { cellsOf, countCellsOf } from '../support/engines/cells.js';
import { contains, inequalitiesOf } from '../support/engines/constraints.js';
import { anyDomain } from '../support/generators/boxes.js';
import { holds } from '../support/generators/holds.js';
import { anyNetwork, degenerateNetwork } from '../support/generators/networks.js';
import { networkOfArrangement } from '../support/references/arrangements.js';
import { bruteForcePartition } from '../support/references/brute-force.js';
import { regionCount } from '../support/references/characteristic-polynomial.js';
import { binomial } from '../support/references/families.js';
import { strictSolution } from '../support/references/fourier-motzkin.js';

const SEED = 510;
const BOX = cube(2, -2, 2);
const SHAPE = { inputs: 2, widths: [3, 3, 2], outputs: 1 };
const LP = lpKernel(simplexBackend);

/** The network of the first `depth` activation layers. */
function firstLayers(network: Network, depth: number): Network {
  const output = network.layers[depth]!.affine;
  return {
    ...network,
    layers: network.layers.slice(0, depth),
    output,
    outputs: output.outputs,
    endsWithActivation: false,
  };
}

describe('a refinement by one more layer', () => {
  it('only splits cells: every new cell lies in one old cell, and every old cell has a new one', () => {
    holds(
      fc.property(anyNetwork(SHAPE), (network) => {
        fc.pre(network.layers.length === 3);
        const coarse = firstLayers(network, 2);
        const old = cellsOf(coarse, BOX).map((cell) => inequalitiesOf(coarse, BOX, cell));
        const hits = old.map(() => 0);
        for (const { witness } of cellsOf(network, BOX)) {
          const homes = old.flatMap((rows, i) => (contains(rows, witness) ? [i] : []));
          expect(homes.length).toBe(1);
          hits[homes[0]!]!++;
        }
        expect(hits.every((count) => count > 0)).toBe(true);
        const perLayer = countCellsOf(network, BOX).cellsPerLayer;
        expect(perLayer[1]).toBe(old.length);
        expect([...perLayer].sort((a, b) => a - b)).toEqual(perLayer);
      }),
      { seed: SEED, runs: 50 },
    );
  });
});

describe('interiors', () => {
  const small = { inputs: 2, widths: [3, 2] };
  const spatial = { inputs: 3, widths: [3] };

  it('of different cells are disjoint', () => {
    holds(
      fc.property(fc.oneof(degenerateNetwork(small), anyNetwork(small), degenerateNetwork(spatial)), (network) => {
        const box = cube(network.inputs, -2, 2);
        const cells = cellsOf(network, box).map((cell) =>
          inequalitiesOf(network, box, cell).map((row) => integersFromRationals(row).numerators),
        );
        cells.forEach((a, i) => {
          for (const b of cells.slice(0, i)) expect(strictSolution(network.inputs, [...a, ...b])).toBeUndefined();
        });
      }),
      { seed: SEED, runs: 30 },
    );
  });
});

/** prod_l sum_{i <= min(d, n_1 .. n_l)} C(n_l, i) */
function generalPositionBound(network: Network): number {
  let rank = network.inputs;
  return network.layers.reduce((product, { slopes }) => {
    const width = slopes.filter(bends).length;
    const most = Math.min(rank, width);
    // A neuron without a bend passes its value on: the next layer's rank counts it.
    rank = Math.min(rank, slopes.length);
    return product * Array.from({ length: most + 1 }, (_, i) => binomial(width, i)).reduce((a, b) => a + b);
  }, 1);
}

describe('counts', () => {
  it('maps <= pieces <= cells <= the general-position bound', () => {
    holds(
      fc.property(anyNetwork(SHAPE), anyDomain(2), (network, domain) => {
        const { maps, pieces, cells } = countRegions(network, domain);
        expect(maps).toBeLessThanOrEqual(pieces);
        expect(pieces).toBeLessThanOrEqual(cells);
        expect(cells).toBeLessThanOrEqual(generalPositionBound(network));
        expect(countCellsOf(network, domain).cells).toBe(cells);
      }),
      { seed: SEED, runs: 80 },
    );
  });

  it.each([1, 2, 3])('of hyperplanes in R^%i: patterns tried, Zaslavsky and the engines agree', (dimension) => {
    const entry = fc.bigInt({ min: -2n, max: 2n });
    const plane = fc.array(entry, { minLength: dimension + 1, maxLength: dimension + 1 });
    holds(
      fc.property(fc.array(plane, { minLength: 1, maxLength: 6 }), (planes) => {
        const network = networkOfArrangement({ dimension, planes });
        const expected = regionCount(dimension, planes);
        const domain = whole(dimension);
        expect(bruteForcePartition(network, domain).cells.length).toBe(expected);
        expect(countCellsOf(network, domain, LP).cells).toBe(expected);
        expect(countCellsOf(network, domain, vertexKernel).cells).toBe(expected);
        // The planar engine's two variables are the homogeneous ones of a line.
        if (dimension === 1) expect(countCellsOf(network, domain, planarKernel).cells).toBe(expected);
      }),
      { seed: SEED, runs: 40 },
    );
  });
});
