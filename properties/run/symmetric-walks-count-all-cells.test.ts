/**
 * Theorem. Let G be a group of affine maps that takes the domain to itself and permutes the creases of every layer, and C creases of the first layer that it permutes. Then
 * it permutes the parts between the creases of C, and parts of one orbit have as many cells after every layer: the count by orbits is the full count, with either engine,
 * in one walk or many, and its certificate (one part of each orbit, the elements, and what they make of it) is accepted.
 *
 * Source: orbits partition the parts, and cells do not cross creases; Burnside's counting by orbit representatives. The networks are built to commute with G (closures under
 * it), independently of what verifies that.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { checkOrbits, checkOrbitsShare, combinedReport } from '../../src/checker/index.js';
import { countCells, kernelOf } from '../../src/engines/index.js';
import { rational } from '../../src/exact/index.js';
import { simplexBackend } from '../../src/lp/index.js';
import { ABSOLUTE, cube, type Domain, type Network, RELU, scaledRelu, whole } from '../../src/network/index.js';
import { countingProblem } from '../../src/problem/index.js';
import { runCount } from '../../src/run/index.js';
import { orbitWalk } from '../../src/walk/index.js';
import { closedNetwork, type Generator, generatorsOf, seedsOf } from '../support/generators/equivariant.js';
import { holds, holdsLater } from '../support/generators/holds.js';
import { scratch } from '../support/setup/command.js';

const files = scratch();
afterAll(() => files.dispose());

const SIDE = 2;

interface Case {
  readonly network: Network;
  readonly domain: Domain;
  readonly generators: readonly Generator[];
}

const sets = (d: number) => {
  const { shift, exchange, reflect, turn } = generatorsOf(d, SIDE);
  return fc.constantFrom<readonly Generator[]>(
    [shift],
    [exchange],
    [turn],
    [shift, turn],
    [reflect],
    [reflect, exchange],
  );
};

/** Two or three layers on a box or on all of R^d, and the generators of their group. */
const drawn = fc.constantFrom(1, 2, 3).chain((d) =>
  fc
    .tuple(
      sets(Math.max(d, 2)),
      seedsOf(Math.max(d, 2), d === 2 ? [2, 1, 1] : [1, 1]),
      fc.constantFrom(RELU, ABSOLUTE, scaledRelu(rational(1n, 4n))),
      fc.boolean(),
    )
    .map(([generators, seeds, slopes, isWhole]): Case => {
      const inputs = generators[0]!.inputs.length;
      const network = closedNetwork(generators, seeds, slopes);
      return { network, domain: isWhole ? whole(inputs) : cube(inputs, 0, SIDE), generators };
    }),
);

const counted = ({ network, domain }: Case, symmetry: Parameters<typeof countCells>[2]) => {
  const { cells, cellsPerLayer } = countCells(network, domain, symmetry);
  return { cells, cellsPerLayer };
};

describe('symmetries that are stated', () => {
  it('give the full count of networks that commute with them, with either engine', () => {
    let saved = 0;
    holds(
      fc.property(drawn, (one) => {
        const { generators } = one;
        const full = counted(one, { symmetry: 'none' });
        for (const engine of ['vertex', 'lp'] as const)
          expect(counted(one, { engine, symmetry: { generators } })).toEqual(full);
        const problem = countingProblem(one.network, one.domain);
        const { roots } = orbitWalk(problem, kernelOf('vertex', simplexBackend), { generators });
        if (roots.some(({ weight }) => weight > 1)) saved++;
      }),
      { seed: 2130, runs: 24 },
    );
    expect(saved).toBeGreaterThan(12);
  });

  it('have certificates that prove it, the same however the walk is cut, share by share', async () => {
    let walked = 0;
    let k = 0;
    await holdsLater(
      fc.asyncProperty(drawn, async ({ network, domain, generators }) => {
        const file = join(files.path, `orbits-${k++}.cert`);
        const { cells, cellsPerLayer } = countCells(network, domain, { symmetry: 'none' });
        const symmetry = { generators };
        const report = await runCount({ network, domain, symmetry, certificate: file, workers: 1 });
        expect(report).toMatchObject({ complete: true, cells, cellsPerLayer });
        if (report.orbits === undefined) return;
        walked++;
        expect(await checkOrbits(network, file)).toMatchObject({ accepted: true, cells, cellsPerLayer });
        for (const of of [2, 3]) {
          const shares = Array.from({ length: of }, (_, index) => checkOrbitsShare(network, file, { index, of }));
          expect(combinedReport(await Promise.all(shares))).toMatchObject({ accepted: true, cells, cellsPerLayer });
        }
        // In steps of a few cells, each from the checkpoint of the one before.
        const folder = join(files.path, `orbits-${k}`);
        const again = join(files.path, `orbits-${k}-again.cert`);
        const step = () =>
          runCount({
            network,
            domain,
            symmetry,
            certificate: again,
            workers: 1,
            checkpoint: { folder, interval: 0 },
            limitCells: Math.ceil(cells / 3) * ++steps,
          });
        let steps = 0;
        while (!(await step()).complete) expect(steps).toBeLessThan(9);
        expect(readFileSync(again)).toEqual(readFileSync(file));
      }),
      { seed: 2131, runs: 10 },
    );
    expect(walked).toBeGreaterThan(3);
  });
});
