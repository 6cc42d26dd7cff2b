/**
 * Theorem. Whatever a queue says, nothing of it is run, and nothing is lost: a result that cannot be the job's is handed out again, with a
 * remark, and given up after three times; a job that cannot be one is left by workers. A worker that lies within the form of a result
 * is believed by a plain count, as its documentation says; with a certificate its lie is refused by the checker.
 *
 * Source: docs/runs.md, "How it works"; the names of jobs and records are digests (FIPS 180-4), forms are those of src/queue/messages.ts.
 */
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { type Job, Queue, Worker } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkCertificate } from '../../src/checker/file.js';
import { whole } from '../../src/network/domain.js';
import { dataOfNetwork } from '../../src/network/transfer.js';
import { checkThroughQueue } from '../../src/queue/check.js';
import { QueueCrew } from '../../src/queue/crew.js';
import {
  countJobId,
  type Piece,
  packed,
  type ResultMessage,
  readCountMessage,
  resultMessage,
  sha256,
} from '../../src/queue/messages.js';
import { QueueWorker } from '../../src/queue/worker.js';
import { runCount } from '../../src/run/count.js';
import { type JobResult, prepareJobs, runJob } from '../../src/run/job.js';
import { resonance, typeB } from '../support/references/families.js';
import { scratch } from '../support/setup/command.js';
import { NO_REDIS, Redis } from '../support/setup/redis.js';

const files = scratch();
if (NO_REDIS !== undefined) console.warn(NO_REDIS);

const { network, cells } = typeB(5);
const domain = whole(5);
const setting = { network: dataOfNetwork(network), domain, engine: 'lp', lp: 'simplex', symmetry: 'none' } as const;

/** What a worker would say. */
interface Honest {
  readonly message: ResultMessage;
  readonly piece?: Piece;
  readonly paths: readonly string[];
}

/** What is said in its place, and what is then told of it. */
type Lie = readonly [what: string, remark: RegExp, say: (honest: Honest) => unknown];

const digest = '0'.repeat(64);
const changed = (change: object) => (honest: Honest) => ({ ...honest.message, ...change });

const FORMS: readonly Lie[] = [
  ['nothing', /expected a message of version 1/, () => null],
  ['a text', /expected a message of version 1/, () => 'process.exit(1)'],
  ['a list', /expected a message of version 1/, ({ message }) => [message]],
  ['another version', /version/, changed({ version: 2 })],
  ['something more', /[Uu]nrecognized/, changed({ code: 'process.exit(1)' })],
  [
    'a prototype',
    /[Uu]nrecognized/,
    ({ message }) => JSON.parse(JSON.stringify(message).replace('{', '{"constructor":{"prototype":{}},')),
  ],
  ['fewer cells than none', /cells/, changed({ cells: -1 })],
  ['half a cell', /cells/, changed({ cells: 0.5 })],
  ['more cells than numbers', /cells/, changed({ cells: 2 ** 60 })],
  ['a number as text', /cells/, changed({ cells: '7' })],
  ['counts of other layers', /expected counts of 1 layers, got 2/, changed({ cellsPerLayer: [1, 2] })],
  ['too many leaves', /open/, changed({ open: new Array(100_001).fill('') })],
  ['a leaf too deep', /open/, changed({ open: ['+'.repeat(100_001)] })],
  ['a leaf that is none', /open/, changed({ open: ['../../etc/passwd'] })],
  ['the name of another job', /expected the name of the job/, changed({ job: digest })],
  [
    'leaves of others',
    /expected open leaves of the job/,
    ({ message, paths }) => ({ ...message, open: [other(paths)] }),
  ],
  [
    'leaves twice',
    /expected open leaves of the job/,
    ({ message, paths }) => ({ ...message, open: [`${paths[0]}-`, `${paths[0]}-`] }),
  ],
  [
    'leaves within leaves',
    /expected open leaves/,
    ({ message, paths }) => ({ ...message, open: [`${paths[0]}-`, `${paths[0]}-+`] }),
  ],
  ['no progress', /expected progress, got none/, ({ message, paths }) => ({ ...message, open: paths })],
];

const RECORDS: readonly Lie[] = [
  ['no records', /expected records, got none/, ({ message: { records, ...rest } }) => rest],
  ['records that are not there', /expected the records that it states/, (h) => withRecords(h, { sha256: digest })],
  ['records that are shorter', /./, (h) => withRecords(h, { length: h.message.records!.length - 1 })],
  [
    'records that are longer',
    /expected the records that it states/,
    (h) => withRecords(h, { length: h.message.records!.length + 1 }),
  ],
  ['too many records', /records.length/, (h) => withRecords(h, { length: 2 ** 40 })],
  ['records elsewhere', /a worker has a folder for records/, (h) => withRecords(h, { place: 'folder' })],
  ['records by a path', /records.sha256/, (h) => withRecords(h, { sha256: '../../../../etc/passwd' })],
];

function withRecords({ message }: Honest, change: object) {
  return { ...message, records: { ...message.records, ...change } };
}

/** A leaf that is neither of these nor below one: beside one of them, or all of the tree. */
function other(paths: readonly string[]): string {
  const beside = paths.map((path) => path.slice(0, -1) + (path.endsWith('+') ? '-' : '+'));
  return beside.find((leaf) => !paths.some((path) => leaf.startsWith(path))) ?? '';
}

describe.skipIf(NO_REDIS !== undefined)('with a queue on Redis', () => {
  let redis: Redis;
  const closing: { close(): Promise<unknown> }[] = [];
  beforeAll(async () => {
    redis = await Redis.start();
  });
  afterAll(async () => {
    await Promise.all(closing.map((one) => one.close()));
    await redis?.dispose();
    files.dispose();
  });

  const place = (space: string) => {
    const { hostname, port } = new URL(redis.url);
    return { connection: { host: hostname, port: Number(port), maxRetriesPerRequest: null }, prefix: space };
  };

  /** A count of which a worker says what `say` makes of the truth. */
  async function told(space: string, certificate: string | undefined, say: (honest: Honest, job: Job) => unknown) {
    const pieces = new Queue('pieces', place(space));
    const bench = await prepareJobs({ ...setting, evidence: certificate !== undefined });
    const worker = new Worker(
      'jobs',
      async (job) => {
        const { paths } = readCountMessage(job.id, job.data);
        const result: JobResult = runJob(bench, paths, { budget: 100 });
        const honest = resultMessage(job.id!, result, 0.1, 'queue');
        if (honest.piece !== undefined)
          await pieces.add('records', { content: packed(honest.piece.bytes) }, { jobId: honest.piece.name });
        return say({ ...honest, paths }, job);
      },
      place(space),
    );
    closing.push(worker, pieces);
    const remarks: string[] = [];
    const report = await runCount({
      network,
      domain,
      engine: 'lp',
      // With symmetries half of the walk is saved, and there are fewer jobs to lie about.
      symmetry: 'none',
      alone: 1,
      ...(certificate !== undefined && { certificate }),
      crew: (asked, layers, signal) =>
        QueueCrew.open(asked, { url: redis.url, space, layers, signal, onRemark: (text) => remarks.push(text) }),
    });
    return { report, remarks };
  }

  it.each([
    ['a plain count', undefined, FORMS],
    ['a count with a certificate', 'lied.cert', [...FORMS.slice(-4), ...RECORDS]],
  ] as const)('no result that cannot be one is taken: %s', async (name, file, lies) => {
    const certificate = file === undefined ? undefined : join(files.path, file);
    const left = [...lies];
    const lied = new Set<string>();
    const expected: RegExp[] = [];
    const { report, remarks } = await told(name.replaceAll(' ', '-'), certificate, (honest, { id }) => {
      // Every job is lied about once; leaves of the root have no other side, and empty jobs no records.
      const isFit = honest.paths[0] !== '' && (certificate === undefined || honest.piece !== undefined);
      if (lied.has(id!) || left.length === 0 || !isFit) return honest.message;
      lied.add(id!);
      const [, remark, say] = left.shift()!;
      expected.push(remark);
      return say(honest);
    });
    expect(left).toEqual([]);
    expect(report).toMatchObject({ complete: true, cells });
    expect(remarks.length).toBe(lies.length);
    for (const remark of expected) expect(remarks.some((text) => remark.test(text))).toBe(true);
    if (certificate !== undefined)
      expect(await checkCertificate(network, certificate)).toMatchObject({ accepted: true, cells });
  });

  it('who says nothing else is given up: the leaf is told, and the rest is counted', async () => {
    const { report } = await told('stubborn', undefined, ({ message, paths }) =>
      paths.some((path) => path.startsWith('++')) ? { ...message, version: 0 } : message,
    );
    expect(report).toMatchObject({ complete: false, stopped: 'stuck' });
    expect(report.open).toEqual(report.stuck!.map(({ path }) => path));
    for (const { path, reason } of report.stuck!) {
      expect(path.startsWith('++')).toBe(true);
      expect(reason).toMatch(/expected a message of version 1/);
    }
  });

  it('a check whose shares come back as what cannot be one ends, and says so', async () => {
    const certificate = join(files.path, 'plain.cert');
    await runCount({ network, domain, workers: 1, certificate });
    const space = 'strange-checks';
    const said: string[] = [];
    const worker = new Worker(
      'jobs',
      async ({ id }) => {
        said.push(id!);
        return { version: 0 };
      },
      place(space),
    );
    closing.push(worker);
    const remarks: string[] = [];
    const check = checkThroughQueue(network, certificate, {
      url: redis.url,
      space,
      onRemark: (text) => remarks.push(text),
    });
    await expect(check).rejects.toThrow(/^--queue: share \d+ of \d+ failed 3 times: .*version.*; check it here$/);
    for (const text of remarks) expect(text).toMatch(/version/);
    expect(remarks.length).toBeGreaterThanOrEqual(3);
    expect(Math.max(...said.map((id) => said.filter((other) => other === id).length))).toBe(3);
  });

  it('a lie in the right form is believed by a plain count, and refused by the checker where there is a certificate', async () => {
    const lie = ({ message }: Honest) => ({ ...message, cells: message.cells + 1, cellsPerLayer: [message.cells + 1] });
    const believed = await told('liar', undefined, lie);
    expect(believed.report.complete).toBe(true);
    expect(believed.report.cells).toBeGreaterThan(cells);
    const certificate = join(files.path, 'liar.cert');
    expect((await told('proved-liar', certificate, lie)).report.complete).toBe(true);
    expect(await checkCertificate(network, certificate)).toMatchObject({ accepted: false });
  });

  it('records of another network are refused by the checker', async () => {
    const foreign = resonance(4);
    const bench = await prepareJobs({
      ...setting,
      network: dataOfNetwork(foreign.network),
      domain: whole(4),
      evidence: true,
    });
    const { records } = runJob(bench, [''], {});
    const pieces = new Queue('pieces', place('foreign'));
    closing.push(pieces);
    let isSaid = false;
    const certificate = join(files.path, 'foreign.cert');
    const { report } = await told('foreign', certificate, async ({ message }) => {
      if (isSaid || message.records === undefined) return message;
      isSaid = true;
      const sum = sha256(records);
      const content = deflateRawSync(records).toString('base64');
      await pieces.add('records', { content }, { jobId: `${message.job}-${sum}` });
      return { ...message, records: { length: records.length, sha256: sum, place: 'queue' } };
    });
    expect(report.complete).toBe(true);
    expect(await checkCertificate(network, certificate)).toMatchObject({ accepted: false });
  });

  it('jobs that are none are left by workers, which go on', async () => {
    const space = 'jobs-of-strangers';
    const [jobs, subjects] = ['jobs', 'subjects'].map((name) => new Queue(name, place(space))) as [Queue, Queue];
    closing.push(jobs, subjects);
    const text = '{"format":"relu-atlas-queue"}';
    await subjects.add('subject', { text }, { jobId: sha256(text) });
    await subjects.add('subject', { text: 'another text' }, { jobId: digest });
    const message = (subject: string) => ({
      version: 1,
      kind: 'count',
      subject,
      paths: ['+'],
      slice: 1000,
      patience: 100,
    });
    const strange: [unknown, string][] = [
      [null, 'nothing'],
      [{ kind: 'run', code: 'process.exit(1)' }, 'another kind'],
      [message(digest), 'a name that is no digest'],
      [message(digest), countJobId(digest, ['+'])],
      [message(sha256(text)), countJobId(sha256(text), ['+'])],
      [{ ...message('a'.repeat(64)), paths: ['x'] }, countJobId('a'.repeat(64), ['x'])],
      [message('b'.repeat(64)), countJobId('b'.repeat(64), ['+'])],
      [{ version: 1, kind: 'check', subject: digest, index: 5, of: 2 }, 'a share beyond the last'],
    ];
    for (const [data, jobId] of strange) await jobs.add('count', data, { jobId, attempts: 1 });
    const remarks: string[] = [];
    const worker = await QueueWorker.start({
      url: redis.url,
      space,
      threads: 1,
      onRemark: (line) => remarks.push(line),
    });
    try {
      while (remarks.length < strange.length) await new Promise((resolve) => setTimeout(resolve, 20));
      expect(worker.report).toMatchObject({ jobs: 0, failed: strange.length });
      for (const line of remarks) expect(line).toMatch(/^job [^\n]*: (job|subject) [^\n]*: expected [^\n]*$/);
    } finally {
      await worker.close();
    }
  });
});
