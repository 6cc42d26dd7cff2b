/**
 * Theorem. A count whose jobs go through a queue is the count of one walk, to the byte: whoever walks the jobs, however often a job is
 * delivered, and whoever is killed on the way. What cannot be walked is told with its path, and everything else is counted.
 *
 * Source: the name of a job is the digest of all that it depends on, and its result is taken once and whole; so delivery at least once
 * counts once (the queue's guarantee: docs.bullmq.io, "Stalled jobs").
 */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkCertificate } from '../../src/checker/file.js';
import { writeNetworkJson } from '../../src/formats/json/write.js';
import { whole } from '../../src/network/domain.js';
import { dataOfNetwork } from '../../src/network/transfer.js';
import { QueueCrew } from '../../src/queue/crew.js';
import { QueueWorker } from '../../src/queue/worker.js';
import { type CountRequest, runCount } from '../../src/run/count.js';
import { prepareJobs, runJob } from '../../src/run/job.js';
import { resonance, typeB } from '../support/references/families.js';
import { fresh, scratch } from '../support/setup/command.js';
import { KilledRun, type KilledServer } from '../support/setup/killed-run.js';
import { poisoned } from '../support/setup/poisoned-worker.js';
import { NO_POSTGRES, Postgres } from '../support/setup/postgres.js';
import { NO_REDIS, Redis } from '../support/setup/redis.js';

const DEEP = process.env.RELU_ATLAS_DEEP === '1';
const KILLS = DEEP ? 100 : 6;
const files = scratch();
let redis: Redis;
afterAll(() => files.dispose());

if (NO_REDIS !== undefined) console.warn(NO_REDIS);

const { network, cells } = typeB(5);
const domain = whole(5);

/** A count through the queue, of which this process walks nothing but the first step. */
async function throughQueue(request: Partial<CountRequest>, options: { space: string; pieces?: string }) {
  const remarks: string[] = [];
  const report = await runCount({
    network,
    domain,
    alone: 1,
    ...request,
    crew: (setting, layers, signal) =>
      QueueCrew.open(setting, {
        url: redis.url,
        layers,
        signal,
        jobSeconds: 0.1,
        onRemark: (text) => remarks.push(text),
        ...options,
      }),
  });
  return { report, remarks };
}

describe.skipIf(NO_REDIS !== undefined)('with a queue on Redis', () => {
  beforeAll(async () => {
    redis = await Redis.start();
  });
  afterAll(() => redis?.dispose());

  it.each([
    ['records through the queue', false],
    ['records in a common folder', true],
  ])('two workers find what one walk finds, to the byte: %s', async (name, isShared) => {
    const certificate = join(files.path, `${name}.cert`);
    const plain = join(files.path, 'plain.cert');
    const expected = await runCount({ network, domain, workers: 1, certificate: plain });
    const folder = join(files.path, 'pieces');
    mkdirSync(folder, { recursive: true });
    const options = { space: name.replaceAll(' ', '-'), ...(isShared && { pieces: folder }) };
    const workers = await Promise.all([1, 2].map(() => QueueWorker.start({ url: redis.url, threads: 1, ...options })));
    try {
      const { report, remarks } = await throughQueue({ certificate }, options);
      expect(report).toMatchObject({ complete: true, cells, decisions: expected.decisions });
      expect(readFileSync(certificate).equals(readFileSync(plain))).toBe(true);
      expect(await checkCertificate(network, certificate)).toMatchObject({ accepted: true, cells });
      expect(remarks).toEqual([]);
      expect(workers.map((worker) => worker.report.jobs).reduce((a, b) => a + b)).toBeGreaterThan(0);
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      await Promise.all(workers.map((worker) => worker.close()));
    }
  });

  it('a leaf that no worker can walk is told with its path, and the rest is counted', async () => {
    const space = 'poison';
    const { network, cells: all } = resonance(5);
    const worker = new Worker('jobs', (job) => poisoned(job, { network, domain }), {
      connection: { ...address(), maxRetriesPerRequest: null },
      prefix: space,
      concurrency: 4,
    });
    try {
      // By programs the walk takes longer than what this process does alone before it hands jobs out.
      const { report } = await throughQueue({ network, engine: 'lp', symmetry: 'none' }, { space });
      expect(report).toMatchObject({ complete: false, stopped: 'stuck' });
      expect(report.stuck!.length).toBeGreaterThan(0);
      for (const { path, reason } of report.stuck!) {
        expect(path.startsWith('--')).toBe(true);
        expect(reason).toContain('this leaf is poison');
      }
      // Everything but what lies below the poison is counted, and the poison stays open.
      const poison = report.stuck!.map(({ path }) => path);
      expect([...report.open].sort()).toEqual([...poison].sort());
      const setting = {
        network: dataOfNetwork(network),
        domain,
        engine: 'vertex',
        lp: 'simplex',
        evidence: false,
      } as const;
      // In tree order, as jobs need them: the poison is in that of its failures.
      const below = runJob(await prepareJobs({ ...setting, symmetry: 'none' }), report.open, {});
      expect(report.cells + below.cells).toBe(all);
    } finally {
      await worker.close();
    }
  });

  it('a server that is not there is told in one line', async () => {
    const net = files.file('net.json', writeNetworkJson(network));
    const { code, stderr } = await fresh(['worker', '--queue=redis://user:secret@127.0.0.1:1', '-q'], {});
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^relu-atlas: --queue: expected a server at redis:\/\/127\.0\.0\.1:1, got ECONNREFUSED; .*\n$/,
    );
    const wrong = await fresh(['count', net, '--whole', '--queue=http://127.0.0.1'], {});
    expect(wrong.stderr).toMatch(/^relu-atlas: --queue: expected redis:\/\/HOST, .*\n$/);
  });

  it(`kill -9 of coordinator, workers and Redis, ${KILLS} times, loses no cell and finds none twice`, async () => {
    const killed = await expectNothingLost(redis, DEEP ? 7 : 5, KILLS);
    if (DEEP) expect(killed).toBe(KILLS);
  });
});

/** Longer than the run of each day: PostgreSQL takes a moment to come back. */
it.skipIf(NO_POSTGRES !== undefined || !DEEP)(
  'kill -9 of coordinator and workers, and PostgreSQL ended as by a power failure, 30 times, loses no cell and finds none twice',
  async () => {
    const postgres = await Postgres.start();
    try {
      expect(await expectNothingLost(postgres, 7, 30)).toBe(30);
    } finally {
      await postgres.dispose();
    }
  },
);

/** @param n dimension of an arrangement that takes long enough: a count that ends before the kills is none of this test @returns how often somebody was killed */
async function expectNothingLost(server: KilledServer, n: number, kills: number): Promise<number> {
  const { network, cells } = n === 5 ? resonance(5) : typeB(n);
  const folder = files.path;
  const net = files.file('killed.json', writeNetworkJson(network));
  const plain = join(folder, 'killed.plain.cert');
  await runCount({ network, domain: whole(n), workers: 1, certificate: plain });
  const run = new KilledRun({ net, server, folder, every: DEEP ? [100, 1000] : [40, 400] });
  const report = await run.finish(kills);
  expect(report).toMatchObject({ complete: true, cells });
  expect(readFileSync(run.certificate).equals(readFileSync(plain))).toBe(true);
  expect(await checkCertificate(network, run.certificate)).toMatchObject({ accepted: true, cells });
  const [one, other, coordinator, ended] = run.killed as [number, number, number, number];
  if (DEEP) console.info(`killed: workers ${one + other}, coordinator ${coordinator}, server ${ended}`);
  return one + other + coordinator + ended;
}

function address(): { host: string; port: number } {
  const { hostname, port } = new URL(redis.url);
  return { host: hostname, port: Number(port) };
}
