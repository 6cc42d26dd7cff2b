/**
 * A count is one depth-first walk, to the byte: however it is cut into jobs, whoever runs them, and in whatever order.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { checkCertificate } from '../../src/checker/file.js';
import { ENGINE_NAMES, type EngineName, kernelOf } from '../../src/engines/choice.js';
import { countCells } from '../../src/engines/count.js';
import { readNetwork } from '../../src/formats/read.js';
import { Frontier, type Ticket } from '../../src/jobs/frontier.js';
import { simplexBackend } from '../../src/lp/simplex/primal.js';
import { cube, type Domain, whole } from '../../src/network/domain.js';
import type { Network } from '../../src/network/network.js';
import { dataOfNetwork } from '../../src/network/transfer.js';
import { runCount } from '../../src/run/count.js';
import { type JobBench, type JobResult, problemOf, runJob } from '../../src/run/job.js';

import { addDecisions, type Decisions, noDecisions } from '../../src/walk/tree.js';
import { holds } from '../support/generators/holds.js';
import { tinyProblem } from '../support/generators/networks.js';
import { resonance } from '../support/references/families.js';
import { ROOT, scratch } from '../support/setup/command.js';

const files = scratch();
afterAll(() => files.dispose());

function benchOf(network: Network, domain: Domain, engine: EngineName = 'lp'): JobBench {
  const problem = problemOf({ network: dataOfNetwork(network), domain });
  return { problem, kernel: kernelOf(engine, simplexBackend), evidence: true };
}

interface Whole {
  readonly cells: number;
  readonly cellsPerLayer: readonly number[];
  readonly decisions: Decisions;
  readonly bytes: string;
}

/** One walk without a cut. */
function uncut(bench: JobBench): Whole {
  const { records, open, ...result } = runJob(bench, [''], {});
  expect(open).toEqual([]);
  return { ...result, bytes: Buffer.from(records).toString('hex') };
}

/** One cut: the number of cells after which a job stops, the paths it leaves to others, which running job ends next. */
interface Cut {
  readonly budget: number;
  readonly others: number;
  readonly next: number;
}

/** The walk in jobs, of which several are under way at a time and end in any order. */
function inJobs(bench: JobBench, cuts: readonly Cut[]): Whole {
  const frontier = new Frontier<string, JobResult>([''], (path) => 2 ** -path.length);
  const running: { ticket: Ticket<string>; budget: number }[] = [];
  const decisions = noDecisions();
  const cellsPerLayer = bench.problem.layers.map(() => 0);
  const chunks: Uint8Array[] = [];
  let cells = 0;
  for (let step = 0; ; step++) {
    const cut = cuts[step % cuts.length]!;
    for (let ticket = frontier.take(cut.others); ticket !== undefined && running.length < 3; ) {
      running.push({ ticket, budget: cut.budget });
      ticket = running.length < 3 ? frontier.take(cut.others) : undefined;
    }
    const [job] = running.splice(cut.next % Math.max(1, running.length), 1);
    if (job === undefined) break;
    const result = runJob(bench, job.ticket.nodes, { budget: job.budget });
    frontier.replace(job.ticket, result);
    cells += result.cells;
    result.cellsPerLayer.forEach((more, layer) => {
      cellsPerLayer[layer]! += more;
    });
    addDecisions(decisions, result.decisions);
    chunks.push(...frontier.shift().map(({ records }) => records));
  }
  expect(frontier.open()).toEqual([]);
  return { cells, cellsPerLayer, decisions, bytes: Buffer.concat(chunks).toString('hex') };
}

const anyCuts = fc.array(fc.record({ budget: fc.integer({ min: 1, max: 6 }), others: fc.nat(3), next: fc.nat(2) }), {
  minLength: 1,
  maxLength: 5,
});

describe.each(ENGINE_NAMES)('engine %s: jobs add up to one walk', (engine) => {
  it('on any network and domain, cut anywhere', () => {
    holds(
      fc.property(tinyProblem(), anyCuts, ({ network, domain }, cuts) => {
        const bench = benchOf(network, domain, engine);
        expect(inJobs(bench, cuts)).toEqual(uncut(bench));
      }),
      { seed: 271828, runs: 150 },
    );
  });

  it('on the degenerate resonance arrangement, which has 370 cells', () => {
    const { network, cells } = resonance(4);
    const bench = benchOf(network, whole(4), engine);
    const expected = uncut(bench);
    expect(expected.cells).toBe(cells);
    for (const budget of [1, 7, 100]) expect(inJobs(bench, [{ budget, others: 1, next: 1 }])).toEqual(expected);
  });
});

it('a job that is told to stop at once still makes progress', () => {
  const { network, cells } = resonance(3);
  const bench = benchOf(network, whole(3));
  let paths: readonly string[] = [''];
  let found = 0;
  let jobs = 0;
  for (; paths.length > 0; jobs++) {
    const result = runJob(bench, paths, { stop: () => true });
    found += result.cells;
    paths = result.open;
  }
  expect(found).toBe(cells);
  // One per node of the tree: a binary tree with so many leaves has one node less twice.
  expect(jobs).toBeLessThan(2 * cells);
});

describe('workers', () => {
  const { network, cells } = resonance(5);
  const domain = whole(5);

  it('change neither the counts nor the decisions nor a byte of the certificate', async () => {
    const reports = [];
    for (const workers of [1, 2, 3]) {
      const certificate = join(files.path, `${workers}.cert`);
      const report = await runCount({ network, domain, workers, certificate });
      reports.push(report);
      expect(report).toMatchObject({ complete: true, cells, open: [] });
      expect(report.decisions).toEqual(reports[0]!.decisions);
      expect(readFileSync(certificate).equals(readFileSync(join(files.path, '1.cert')))).toBe(true);
    }
    const { decisions, cellsPerLayer } = countCells(network, domain, { symmetry: 'none' });
    expect(reports[0]).toMatchObject({ cellsPerLayer });
    // Without a certificate no evidence is asked for, but every question is the same.
    const total = (of: Decisions) => Object.values<number>({ ...of }).reduce((sum, n) => sum + n, 0);
    expect(total(reports[0]!.decisions)).toBe(total(decisions));
    expect(await checkCertificate(network, join(files.path, '2.cert'))).toMatchObject({ accepted: true, cells });
  });

  it('stop soon after an abort, and say what was completed', async () => {
    const big = resonance(6);
    const controller = new AbortController();
    const certificate = join(files.path, 'aborted.cert');
    let progress = 0;
    const report = await runCount({
      network: big.network,
      domain: whole(6),
      workers: 2,
      certificate,
      signal: controller.signal,
      // Not after a time: on a busy machine nothing might have been found by then.
      onProgress: ({ cells }) => {
        progress++;
        if (cells > 0) controller.abort();
      },
    });
    expect(report.complete).toBe(false);
    expect(report.certificate).toBeUndefined();
    expect(report.cells).toBeGreaterThan(0);
    expect(report.cells).toBeLessThan(big.cells);
    expect(report.open.length).toBeGreaterThan(0);
    expect(progress).toBeGreaterThan(0);
    expect(existsSync(certificate)).toBe(false);
  });

  it('do nothing when the signal is aborted already', async () => {
    const report = await runCount({ network, domain, symmetry: 'none', signal: AbortSignal.abort() });
    expect(report).toMatchObject({ complete: false, cells: 0, open: [''] });
  });

  it('pass on a certificate that cannot be written', async () => {
    const certificate = join(files.path, 'no/such/folder.cert');
    await expect(runCount({ network, domain, certificate, workers: 1 })).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('refuse a domain of another dimension', async () => {
    await expect(runCount({ network, domain: cube(2, 0, 1) })).rejects.toThrow(/domain: expected 5 intervals/);
  });
});

it('the demo network has the cells that brute force found', async () => {
  const file = join(ROOT, 'fixtures/networks/demo_2-8-8-1.json');
  const { network, domain } = await readNetwork(file);
  const { expected } = JSON.parse(readFileSync(file, 'utf8'));
  const { cells, cellsPerLayer } = countCells(network, domain!);
  expect({ cells, cellsPerLayer }).toEqual({ cells: expected.cells, cellsPerLayer: expected.cellsPerLayer });
});
