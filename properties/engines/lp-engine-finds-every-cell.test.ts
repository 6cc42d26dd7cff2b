/**
 * Theorem. The `lp` engine finds exactly the cells of a partition: those that Fourier-Motzkin elimination finds by trying
 * every pattern, with the same counts after each layer and a witness in each, whichever backend proposes to it.
 *
 * Source: the definition of a cell; Zaslavsky 1975 and closed forms for the arrangements.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lpKernel } from '../../src/engines/lp/kernel.js';
import { planarKernel } from '../../src/engines/planar/kernel.js';
import { rational } from '../../src/exact/rational.js';
import { glpkBackend } from '../../src/lp/glpk/backend.js';
import { simplexBackend } from '../../src/lp/simplex/primal.js';
import type { LpBackend } from '../../src/lp/types.js';
import { affineFromDoubles } from '../../src/network/affine.js';
import { box, cube, type Domain, whole } from '../../src/network/domain.js';
import { buildNetwork, type Network, RELU } from '../../src/network/network.js';
import { cellsOf, countCellsOf, patternKey } from '../support/engines/cells.js';
import { certificateOf, check } from '../support/engines/checked.js';
import { DEGENERATE_CASES } from '../support/generators/degenerate-cases.js';
import { holds } from '../support/generators/holds.js';
import { problemOfCase } from '../support/generators/make-fixtures.js';
import { networkFrom, tinyProblem } from '../support/generators/networks.js';
import { smallInteger } from '../support/generators/numbers.js';
import { networkOfArrangement, readArrangement } from '../support/references/arrangements.js';
import { bruteForcePartition } from '../support/references/brute-force.js';
import { regionCount } from '../support/references/characteristic-polynomial.js';
import {
  boolean,
  braid,
  centralGeneralPosition,
  generalPosition,
  resonance,
  tent,
  threshold,
  typeB,
} from '../support/references/families.js';

const ARRANGEMENTS = fileURLToPath(new URL('../../../shared/data/arrangements/', import.meta.url));

function expectSamePartition(network: Network, domain: Domain, backend: LpBackend) {
  const reference = bruteForcePartition(network, domain);
  const counts = countCellsOf(network, domain, lpKernel(backend));
  expect(counts.cells).toBe(reference.cells.length);
  expect(counts.cellsPerLayer).toEqual(reference.cellsPerLayer);
  const patterns = cellsOf(network, domain, lpKernel(backend)).map((cell) => patternKey(network, cell.pattern));
  expect(patterns.sort()).toEqual(reference.cells.map((cell) => patternKey(network, cell.pattern)).sort());
}

/** Multipliers that might well prove something, and some that never do. */
const LIES = [-4, -2, -1, -0.5, 0, 0.5, 1, 2, Number.POSITIVE_INFINITY, Number.NaN];

/** A backend whose points and multipliers are noise and whose statuses mean nothing. */
function lyingBackend(seed: number): LpBackend {
  return {
    name: 'simplex',
    session: (lower, upper) => {
      let state = seed;
      let rows = 0;
      const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
      const n = lower.length;
      const session = {
        point: new Float64Array(n),
        supportSize: 0,
        support: new Int32Array(n),
        multipliers: new Float64Array(n),
        basicVariables: new Int32Array(n),
        reset: () => {
          rows = 0;
        },
        push: () => {
          rows++;
        },
        pop: () => {
          rows--;
        },
        minimise: () => {
          for (let i = 0; i < n; i++) {
            session.point[i] = random() < 0.1 ? Number.NaN : lower[i]! + random() * (upper[i]! - lower[i]!);
            session.support[i] = Math.floor(random() * rows);
            session.multipliers[i] = LIES[Math.floor(random() * LIES.length)]!;
            session.basicVariables[i] = i;
          }
          session.supportSize = rows === 0 ? 0 : Math.floor(random() * (n + 1));
          return (['optimal', 'optimal', 'optimal', 'bounded', 'failed'] as const)[Math.floor(5 * random())]!;
        },
      };
      return session;
    },
  };
}

describe('the lp engine finds the cells that trying every pattern finds', () => {
  it('on generated networks and domains, generic and degenerate', () => {
    holds(
      fc.property(tinyProblem(), ({ network, domain }) => expectSamePartition(network, domain, simplexBackend)),
      { seed: 2101, runs: 150 },
    );
  });

  it.each(DEGENERATE_CASES.map((c) => [c.name, c] as const))('on the degenerate case %s', (_, degenerate) => {
    const { network, domain } = problemOfCase(degenerate);
    expectSamePartition(network, domain, simplexBackend);
  });

  it('with glpk proposing', async () => {
    const glpk = await glpkBackend();
    holds(
      fc.property(tinyProblem(), ({ network, domain }) => expectSamePartition(network, domain, glpk)),
      { seed: 2102, runs: 15 },
    );
  });

  it('with a backend that lies', () => {
    holds(
      fc.property(tinyProblem(), fc.integer({ min: 1, max: 1e6 }), ({ network, domain }, seed) =>
        expectSamePartition(network, domain, lyingBackend(seed)),
      ),
      { seed: 2103, runs: 60 },
    );
  });

  it('with one that claims a proof by a negative multiplier', () => {
    // Where h = 1/2 - x >= 0 the second layer sees g = x - 1/4, which cuts. But g - m h = 1/4 > 0 everywhere with m = -1.
    const [h, g] = [affineFromDoubles(1, 1, [-1], [0.5]), affineFromDoubles(1, 1, [-1], [0.25])];
    const network = buildNetwork(1, [{ affine: h }, { slopes: [RELU] }, { affine: g }, { slopes: [RELU] }]);
    const claiming: LpBackend = {
      name: 'simplex',
      session: (...bounds) => {
        const session = simplexBackend.session(...bounds);
        let rows = 0;
        const minimise = () => {
          session.multipliers.fill(-1);
          claim.supportSize = Math.min(1, rows);
          return 'bounded' as const;
        };
        const claim = Object.assign(session, { supportSize: 0, push: () => rows++, pop: () => rows--, minimise });
        return claim;
      },
    };
    expectSamePartition(network, box([rational(-1n, 8n)], [rational(1n)]), claiming);
  });
});

describe('a witness that is shortened to float32 stays strictly inside', () => {
  it.each([
    ['at the lower bounds', 0n],
    ['at the upper bounds', -1n],
  ] as const)('%s', (_, offset) => {
    // Between 1 and 1 + 2^-30, or 1 - 2^-30 and 1, float32 has nothing but the end 1.
    const thin = [offset, offset + 1n].map((k) => rational((1n << 30n) + k, 1n << 30n));
    const network = buildNetwork(3, [{ affine: affineFromDoubles(1, 3, [1, 1, 1], [-2]) }, { slopes: [RELU] }]);
    for (const place of [0, 1, 2]) {
      const [lower, upper] = thin.map((bound, side) =>
        [0, 1, 2].map((i) => (i === place ? bound : rational(BigInt(side)))),
      );
      const domain = box(lower!, upper!);
      expect(check(network, domain, certificateOf(network, domain, lpKernel(simplexBackend))).cells).toBe(2);
    }
  });
});

describe('the lp engine counts what the planar engine counts', () => {
  it('where lines cross at tiny angles and cells are slivers', () => {
    // Small integers and their neighbours at distance 2^-45.
    const entry = fc.tuple(smallInteger, fc.integer({ min: -2, max: 2 })).map(([k, j]) => k + j * 2 ** -45);
    holds(
      fc.property(networkFrom({ inputs: 2, widths: [6, 4] }, { entry }), (network) => {
        const domain = cube(2, -1, 1);
        const { cellsPerLayer } = countCellsOf(network, domain, planarKernel);
        expect(countCellsOf(network, domain, lpKernel(simplexBackend)).cellsPerLayer).toEqual(cellsPerLayer);
      }),
      { seed: 2104, runs: 60 },
    );
  });
});

describe('the lp engine counts what the closed forms say, on all of R^n', () => {
  const families = [
    generalPosition(2, 9),
    generalPosition(3, 9),
    generalPosition(4, 8),
    centralGeneralPosition(4, 9),
    braid(4),
    braid(5),
    boolean(6),
    typeB(3),
    typeB(4),
    resonance(3),
    resonance(4),
    threshold(4),
  ];
  it.each(families.map((f) => [f.name, f] as const))('%s', (_, { network, cells }) => {
    expect(countCellsOf(network, whole(network.inputs)).cells).toBe(cells);
  });

  it('a tent map of depth 10 folds [0, 1] into 2^10 cells', () => {
    const { network, cells } = tent(10);
    expect(countCellsOf(network, cube(1, 0, 1)).cells).toBe(cells);
  });
});

describe('the lp engine agrees with deletion-restriction on the arrangements of ../shared/data', () => {
  const files = [
    'affine/perm_4',
    'affine/rand_2_8',
    'affine/rand_6_12',
    'affine/ratio_3_20_07',
    'affine/2d_4',
    'affine/2d_6',
    'linear/crosspoly_6',
    'linear/data_degen2d_20_4',
    'linear/data_perm_5',
    'linear/demicube_5',
    'linear/resonance_4',
    'linear/threshold_4',
    'linear/threshold_5',
  ];
  it.skipIf(!existsSync(ARRANGEMENTS)).each(files)('%s (skipped without ../shared/data)', (file) => {
    const arrangement = readArrangement(`${ARRANGEMENTS}${file}.txt`);
    const { cells } = countCellsOf(networkOfArrangement(arrangement), whole(arrangement.dimension));
    expect(cells).toBe(regionCount(arrangement.dimension, arrangement.planes));
  });
});
