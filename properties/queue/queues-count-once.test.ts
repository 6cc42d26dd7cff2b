/**
 * Theorem. A count whose jobs go through a queue is the count of one walk, to the byte: whoever walks the jobs, however often a job is
 * delivered, and whoever is killed on the way. What cannot be walked is told with its path, and everything else is counted.
 *
 * Source: the name of a job is the digest of all that it depends on, and its result is taken once and whole; so delivery at least once
 * counts once (the queue's guarantee: docs.bullmq.io, "Stalled jobs").
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkCertificate } from '../../src/checker/file.js';
import { writeNetworkJson } from '../../src/formats/json/write.js';
import { whole } from '../../src/network/domain.js';
import { QueueCrew } from '../../src/queue/crew.js';
import { QueueWorker } from '../../src/queue/worker.js';
import { type CountReport, type CountRequest, runCount } from '../../src/run/count.js';
import { resonance, typeB } from '../support/references/families.js';
import { COMMAND, fresh, scratch } from '../support/setup/command.js';
import { poisoned } from '../support/setup/poisoned-worker.js';
import { NO_REDIS, Redis } from '../support/setup/redis.js';

const DEEP = process.env.RELU_ATLAS_DEEP === '1';
const KILLS = DEEP ? 100 : 6;
const files = scratch();
let redis: Redis;

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
  afterAll(async () => {
    await redis?.dispose();
    files.dispose();
  });

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
      expect(workers.map((worker) => worker.report.jobs).reduce((a, b) => a + b)).toBeGreaterThan(1);
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      await Promise.all(workers.map((worker) => worker.close()));
    }
  });

  it('a leaf that no worker can walk is told with its path, and the rest is counted', async () => {
    const space = 'poison';
    const worker = new Worker('jobs', (job) => poisoned(job, { network, domain }), {
      connection: { ...address(), maxRetriesPerRequest: null },
      prefix: space,
      concurrency: 4,
    });
    try {
      // By programs the walk takes longer than what this process does alone before it hands jobs out.
      const { report } = await throughQueue({ engine: 'lp', symmetry: 'none' }, { space });
      expect(report).toMatchObject({ complete: false, stopped: 'stuck' });
      expect(report.stuck!.length).toBeGreaterThan(0);
      for (const { path, reason } of report.stuck!) {
        expect(path.startsWith('--')).toBe(true);
        expect(reason).toContain('this leaf is poison');
      }
      // Everything but what lies below the poison is counted, and the poison stays open.
      expect(report.open).toEqual(report.stuck!.map(({ path }) => path));
      const rest = await runCount({ network, domain, workers: 1, engine: 'lp' });
      expect(report.cells).toBeLessThan(rest.cells);
      expect(report.cells).toBeGreaterThan(0);
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
    // Long enough for all kills: a count that ends before them is none of this test.
    const [family, n] = DEEP ? [typeB(7), 7] : [resonance(5), 5];
    const net = files.file('killed.json', writeNetworkJson(family.network));
    const plain = join(files.path, 'killed.plain.cert');
    await runCount({ network: family.network, domain: whole(n), workers: 1, certificate: plain });
    const run = new KilledRun(net, redis);
    const report = await run.finish(KILLS);
    expect(report).toMatchObject({ complete: true, cells: family.cells });
    expect(readFileSync(run.certificate).equals(readFileSync(plain))).toBe(true);
    expect(await checkCertificate(family.network, run.certificate)).toMatchObject({
      accepted: true,
      cells: family.cells,
    });
    if (DEEP) {
      expect(run.killed.reduce((sum, count) => sum + count)).toBe(KILLS);
      console.info(
        `killed: workers ${run.killed[0]! + run.killed[1]!}, coordinator ${run.killed[2]}, Redis ${run.killed[3]}`,
      );
    }
  });
});

function address(): { host: string; port: number } {
  const { hostname, port } = new URL(redis.url);
  return { host: hostname, port: Number(port) };
}

/** A count by processes, one of which is killed now and then. */
class KilledRun {
  readonly certificate = join(files.path, 'killed.cert');
  /** How often either worker, the coordinator and Redis were. */
  readonly killed = [0, 0, 0, 0];
  private readonly folder = join(files.path, 'killed run');
  private readonly workers: (ChildProcess | undefined)[] = [undefined, undefined];
  private state = 1605;

  constructor(
    private readonly net: string,
    private readonly server: Redis,
  ) {}

  private random(): number {
    this.state = (this.state * 48271) % 2147483647;
    return this.state / 2147483647;
  }

  private start(args: readonly string[]): ChildProcess {
    return spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  }

  private hire(k: number) {
    const queue = [`--queue=${this.server.url}`, '--queue-space=killed', '--workers=1', '--lock=1', '-q'];
    this.workers[k] = this.start(['worker', ...queue]);
    this.workers[k].stderr!.resume();
  }

  /** @param kills how many before it may end in peace */
  async finish(kills: number): Promise<CountReport> {
    for (const k of this.workers.keys()) this.hire(k);
    try {
      for (let killed = 0; ; ) {
        const coordinator = this.start([
          'count',
          this.net,
          '--whole',
          '--json',
          `--certificate=${this.certificate}`,
          `--checkpoint=${this.folder}`,
          '--checkpoint-every=0.05',
          `--queue=${this.server.url}`,
          '--queue-space=killed',
          '--job-seconds=0.1',
        ]);
        let stdout = '';
        coordinator.stdout!.on('data', (text) => {
          stdout += text;
        });
        let stderr = '';
        coordinator.stderr!.on('data', (text) => {
          stderr += text;
        });
        const ended = new Promise<number | null>((resolve) => coordinator.once('close', resolve));
        while (killed < kills && coordinator.exitCode === null) {
          const wait = new Promise((resolve) => setTimeout(resolve, (DEEP ? 1 : 0.4) * (100 + 900 * this.random())));
          await Promise.race([wait, ended]);
          if (coordinator.exitCode !== null) break;
          killed++;
          const victim = Math.floor(4 * this.random());
          this.killed[victim]!++;
          if (victim === 3) {
            await this.server.kill();
            await this.server.begin();
          } else if (victim === 2) {
            coordinator.kill('SIGKILL');
            break;
          } else {
            this.workers[victim]!.kill('SIGKILL');
            this.hire(victim);
          }
        }
        const code = await ended;
        if (code === 0) return JSON.parse(stdout) as CountReport;
        // One that starts in the moment when Redis is down says so, and is started again.
        const isTooEarly = code === 1 && /expected a server at redis:\S+, got ECONN/.test(stderr);
        if (code !== null && !isTooEarly) throw new Error(`count: exit ${code}: ${stdout}${stderr}`);
      }
    } finally {
      for (const worker of this.workers) worker?.kill('SIGKILL');
    }
  }
}
