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
import {
  ABSOLUTE,
  affineFromDoubles,
  box,
  buildNetwork,
  cube,
  type Domain,
  dataOfNetwork,
  type Network,
  polytope,
  RELU,
  scaledRelu,
  whole,
} from '../../src/network/index.js';
import { countingProblem } from '../../src/problem/index.js';
import { settingOfSubject, sha256, subjectText } from '../../src/queue/messages.js';
import { type JobSetting, runCount } from '../../src/run/index.js';
import { prepareJobs, runJob } from '../../src/run/job.js';
import { orbitWalk } from '../../src/walk/index.js';
import { closedNetwork, type Generator, generatorsOf, seedsOf } from '../support/generators/equivariant.js';
import { holds, holdsLater } from '../support/generators/holds.js';
import { networkOfArrangement } from '../support/references/arrangements.js';
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
      { seed: 2130, runs: 14 },
    );
    expect(saved).toBeGreaterThan(6);
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
      { seed: 2131, runs: 8 },
    );
    expect(walked).toBeGreaterThan(3);
  });

  it('may scale inputs by different factors, and walk flat polytopes', () => {
    // y = (x_0, 3 x_1): what exchanges y_0 and y_1 takes x to (3 x_1, x_0 / 3), and |g| of one neuron to a multiple of that of another.
    const d = 2;
    const { exchange, turn } = generatorsOf(d, 0);
    let saved = 0;
    holds(
      fc.property(seedsOf(d, [3, 2, 1]), (seeds) => {
        const plain = closedNetwork([exchange, turn], seeds, ABSOLUTE);
        // A negative factor, too; and neurons of one pair have weights of different size.
        const network = buildNetwork(d, [
          { affine: affineFromDoubles(2, 2, Float64Array.of(1, 0, 0, -3), new Float64Array(2)) },
          ...plain.layers.flatMap(({ affine, slopes }) => [{ affine }, { slopes }]),
        ]);
        const swap = { inputs: [1, 0], signs: [-1, -1], scales: ['1/3', 3] };
        const generators = [swap, turn];
        const edge = { coefficients: [rational(1n), rational(3n)], bound: rational(0n) };
        const domains = [
          whole(d),
          box([rational(-3n), rational(-1n)], [rational(3n), rational(1n)]),
          // On the line x_0 = -3 x_1, which the exchange turns into its negative, and turns around.
          polytope(d, [], {
            equalities: [edge],
            box: box([rational(-3n), rational(-1n)], [rational(3n), rational(1n)]),
          }),
        ];
        for (const domain of domains) {
          const one = { network, domain };
          expect(countCells(network, domain, { symmetry: { generators } }).cellsPerLayer).toEqual(
            countCells(network, domain, { symmetry: 'none' }).cellsPerLayer,
          );
          const problem = countingProblem(one.network, one.domain);
          const { roots } = orbitWalk(problem, kernelOf('vertex', simplexBackend), { generators });
          if (roots.some(({ weight }) => weight > 1)) saved++;
        }
      }),
      { seed: 2132, runs: 5 },
    );
    expect(saved).toBeGreaterThan(5);
  });

  it('are found as well, and give the same through threads and the messages of a queue', async () => {
    const planes = Array.from({ length: 15 }, (_, k) => [...[0, 1, 2, 3].map((i) => BigInt(((k + 1) >> i) & 1)), 0n]);
    const network = networkOfArrangement({ dimension: 4, planes });
    const domain = whole(4);
    const [alone, threads] = ['alone', 'threads'].map((name) => join(files.path, `${name}.cert`)) as [string, string];
    const request = { network, domain, engine: 'vertex', symmetry: 'orbits' } as const;
    const report = await runCount({ ...request, certificate: alone, workers: 1 });
    expect(report).toMatchObject({ cells: 370, cellsPerLayer: [370] });
    await runCount({ ...request, certificate: threads, workers: 2, alone: 0 });
    expect(readFileSync(threads)).toEqual(readFileSync(alone));
    const generators = [{ inputs: [1, 2, 3, 0], signs: [-1, -1, -1, -1] }];
    const settings: JobSetting[] = (['orbits', { generators }] as const).map((symmetry) => ({
      network: dataOfNetwork(network),
      domain,
      engine: 'vertex',
      lp: 'simplex',
      evidence: true,
      symmetry,
    }));
    for (const setting of settings) {
      const text = subjectText(setting);
      const told = settingOfSubject(sha256(text), text);
      expect(told.symmetry).toEqual(setting.symmetry);
      const [own, other] = [await prepareJobs(setting), await prepareJobs(told)];
      const paths = own.roots!.map(({ path }) => path);
      expect(paths.length).toBeLessThan(16);
      const result = runJob(other, paths, {});
      expect(result).toEqual(runJob(own, paths, {}));
      expect(result.cells).toBe(370);
      // Root by root the records are the same, one behind the other.
      const pieces = paths.map((path) => runJob(other, [path], {}).records);
      expect(Buffer.concat(pieces)).toEqual(Buffer.from(result.records));
    }
  });
});
