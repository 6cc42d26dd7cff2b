/**
 * Theorem. `verify`, `check`, `partition` and `regions`, stopped by a limit and gone on with from their folders, write the same bytes and say
 * the same numbers as in one run; a limit ends them with exit 4 and with what is known by then.
 *
 * Source: the pieces that they keep depend on their places alone (`analysis/files/partition.ts`, `checker/tree.ts`, `verify/job.ts`).
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writePartition } from '../../src/analysis/files/partition.js';
import { checkVerification } from '../../src/checker/index.js';
import { rational } from '../../src/exact/rational.js';
import { writeNetworkJson } from '../../src/formats/json/write.js';
import { whole } from '../../src/network/domain.js';
import type { UnsafeSet } from '../../src/network/unsafe.js';
import { QueueWorker } from '../../src/queue/worker.js';
import { runCount } from '../../src/run/count.js';
import { verify } from '../../src/verify/verify.js';
import { resonance, typeB } from '../support/references/families.js';
import { fresh, scratch } from '../support/setup/command.js';
import { NO_REDIS, Redis } from '../support/setup/redis.js';

const DEEP = process.env.RELU_ATLAS_DEEP === '1';
const files = scratch();
const { network, cells } = DEEP ? resonance(5) : typeB(5);
const told = cells.toLocaleString('en-US');
const splits = (cells - 1).toLocaleString('en-US');
const net = files.file('net.json', writeNetworkJson(network));
const certificate = join(files.path, 'five.cert');
beforeAll(async () => {
  expect(await runCount({ network, domain: whole(5), certificate })).toMatchObject({ complete: true, cells });
});
afterAll(() => files.dispose());

describe('the commands', () => {
  it('check keeps the shares that are accepted', async () => {
    const folder = join(files.path, 'check');
    const limited = await fresh(['check', net, certificate, '--checkpoint', folder, '--limit-cells=1'], {});
    expect(limited.code).toBe(4);
    expect(limited.stdout).toMatch(/^enough cells: [\d,]+ cells verified so far; neither accepted nor refused\n$/);
    const { code, stdout } = await fresh(['check', '--resume', folder], {});
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^cells +${told} \\(proved\\)$`, 'm'));
    expect(stdout).toMatch(new RegExp(`^verified +${splits} splits, .* ${told} witnesses$`, 'm'));
    // Kept shares speak of this file alone.
    const four = resonance(4);
    const other = join(files.path, 'four.cert');
    await runCount({ network: four.network, domain: whole(4), certificate: other });
    const fourNet = files.file('resonance-4.json', writeNetworkJson(four.network));
    const refused = await fresh(['check', fourNet, other, '--checkpoint', folder], {});
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/expected a checkpoint of network .*, got one of network /);
  });

  it('partition writes the same bytes', async () => {
    const folder = join(files.path, 'partition');
    const fields = ['--fields=pattern,witness', '--box=-1,1'];
    const [plain, kept] = ['plain.jsonl', 'kept.jsonl'].map((name) => join(files.path, name)) as [string, string];
    expect((await fresh(['partition', net, '--out', plain, ...fields], {})).code).toBe(0);
    const limited = await fresh(
      ['partition', net, '--out', kept, ...fields, '--checkpoint', folder, '--limit-cells=100'],
      {},
    );
    expect(limited.code).toBe(4);
    expect(limited.stdout).toMatch(/^enough cells: at least [\d,]+ cells; no file was written; go on with: /);
    expect(existsSync(kept)).toBe(false);
    // The second time from the pieces alone.
    for (const _ of DEEP ? [1, 2] : [1]) {
      expect((await fresh(['partition', '--resume', folder], {})).code).toBe(0);
      expect(readFileSync(kept).equals(readFileSync(plain))).toBe(true);
    }
  });

  it('partition does not count again what it has counted', async () => {
    const layout = { format: 'jsonl', fields: ['pattern', 'neighbours'] } as const;
    const written = async (checkpoint?: { folder: string }, stopAt = Number.POSITIVE_INFINITY) => {
      const parts: string[] = [];
      const stop = new AbortController();
      let counted = 0;
      const cells = await writePartition(
        {
          network: resonance(4).network,
          domain: whole(4),
          workers: 1,
          signal: stop.signal,
          onCells: () => void counted++,
          ...(checkpoint && { checkpoint }),
        },
        {
          layout,
          write(part) {
            parts.push(Buffer.from(part as Uint8Array).toString());
            if (parts.length >= stopAt) stop.abort();
          },
          end() {},
          discard() {},
        },
      );
      return { cells, counted, text: parts.join('') };
    };
    const checkpoint = { folder: join(files.path, 'surveyed') };
    const plain = await written();
    expect(plain).toMatchObject({ cells: 370, counted: 370 });
    const first = await written(checkpoint, 1);
    expect(first.counted).toBe(370);
    expect(await written(checkpoint)).toEqual({ ...plain, counted: 0 });
  });

  it('regions says the same numbers', async () => {
    const folder = join(files.path, 'regions');
    const limited = await fresh(['regions', net, '--box=-1,1', '--checkpoint', folder, '--limit-cells=20'], {});
    expect(limited.code).toBe(4);
    expect(limited.stdout).toMatch(
      /^enough cells: at least [\d,]+ cells; maps and pieces are known when all are seen; go on with: /,
    );
    const { code, stdout } = await fresh(['regions', '--resume', folder], {});
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^maps +${told} distinct affine maps$`, 'm'));
    expect(stdout).toMatch(new RegExp(`^cells +${told} `, 'm'));
  });
});

describe('verify', () => {
  /** The output of the resonance arrangement is a sum of hinges: never below 0, which takes a search to prove. */
  const four = resonance(4).network;
  const one = rational(1n, 1n);
  const zero = rational(0n, 1n);
  const unsafe: UnsafeSet = {
    inputs: 4,
    outputs: 1,
    disjuncts: [
      {
        conditions: [
          ...[0, 1, 2, 3].flatMap((i) =>
            [1n, -1n].map((s) => ({
              inputs: [0, 1, 2, 3].map((k) => (k === i ? rational(s, 1n) : zero)),
              outputs: [zero],
              constant: one,
              strict: false,
            })),
          ),
          {
            inputs: [zero, zero, zero, zero],
            outputs: [rational(-1n, 1n)],
            constant: rational(-1n, 1000n),
            strict: false,
          },
        ],
      },
    ],
  };

  it('proves the same, to the byte, in as many runs as it takes', async () => {
    const [plain, kept] = ['plain.proof', 'kept.proof'].map((name) => join(files.path, name)) as [string, string];
    const whole = await verify({ network: four, unsafe, workers: 1, certificate: plain });
    const checkpoint = { folder: join(files.path, 'verify'), interval: 0.001 };
    let report = whole;
    let runs = 0;
    for (let nodes = 1; ; nodes += Math.ceil(whole.nodes / 4)) {
      report = await verify({ network: four, unsafe, workers: 1, certificate: kept, checkpoint, nodes });
      runs++;
      if (report.verdict.verdict !== 'unknown') break;
      expect(report.verdict.reason).toBe('nodes');
    }
    expect(report).toMatchObject({ nodes: whole.nodes, statistics: whole.statistics });
    expect(report.verdict.verdict).toBe(whole.verdict.verdict);
    expect(runs).toBeGreaterThanOrEqual(whole.nodes > 8 ? 2 : 1);
    if (whole.verdict.verdict === 'unsat') {
      expect(readFileSync(kept).equals(readFileSync(plain))).toBe(true);
      expect(await checkVerification(four, unsafe, kept)).toMatchObject({ accepted: true });
    }
  });
});

describe.skipIf(NO_REDIS !== undefined)('check through a queue', () => {
  const ways = DEEP ? ['through it', 'in a common folder'] : ['through it'];
  it.each(ways)('accepts and refuses as here, the certificate %s', async (way) => {
    const isShared = way !== 'through it';
    const redis = await Redis.start();
    const shared = isShared ? { pieces: files.path } : {};
    const worker = await QueueWorker.start({ url: redis.url, threads: 2, ...shared });
    try {
      // The address is in the environment, where `ps` does not show it.
      const place = { env: { RELU_ATLAS_QUEUE: redis.url } };
      const queue = ['--queue', ...(isShared ? [`--shared=${files.path}`] : [])];
      const { code, stdout, stderr } = await fresh(['check', net, certificate, ...queue], place);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      // No more is said than is known.
      expect(stdout).toMatch(/^by +the workers of the queue, which are believed; .* without --queue$/m);
      expect(stdout).toMatch(new RegExp(`^cells +${told} \\(proved, if the workers are honest\\)$`, 'm'));
      expect(stdout).toMatch(new RegExp(`^verified +${splits} splits, .* ${told} witnesses$`, 'm'));
      expect(worker.report.jobs).toBe(16);
      if (!DEEP) return;
      const bytes = readFileSync(certificate);
      bytes[bytes.length >> 1]! ^= 255;
      const damaged = files.file(`damaged ${way}.cert`, bytes);
      expect((await fresh(['check', net, damaged, ...queue], place)).code).toBe(3);
    } finally {
      await worker.close();
      await redis.dispose();
    }
  });
});
