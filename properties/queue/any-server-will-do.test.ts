/**
 * Theorem. A count through a queue is the count of one walk, to the byte, whichever server keeps the queue: Redis that asks for a user and
 * a password, Redis behind TLS with a certificate of one's own, PostgreSQL. Whom the server does not know is told so in one line.
 *
 * Source: docs.bullmq.io (back ends), redis.io (ACL, TLS), RFC 8446.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whole } from '../../src/network/domain.js';
import { clientOptions, type QueuePlace } from '../../src/queue/bull.js';
import { QueueCrew } from '../../src/queue/crew.js';
import { QueueWorker } from '../../src/queue/worker.js';
import { runCount } from '../../src/run/count.js';
import { typeB } from '../support/references/families.js';
import { fresh, scratch } from '../support/setup/command.js';
import { NO_POSTGRES, Postgres } from '../support/setup/postgres.js';
import { NO_REDIS, Redis } from '../support/setup/redis.js';

const files = scratch();
afterAll(() => files.dispose());
const NO_OPENSSL =
  spawnSync('openssl', ['version']).status === 0 ? undefined : 'openssl: not found; the test of TLS is skipped';
for (const missing of [NO_REDIS, NO_POSTGRES, NO_OPENSSL]) if (missing !== undefined) console.warn(missing);

const { network, cells } = typeB(4);
const domain = whole(4);
const plain = join(files.path, 'plain.cert');
const walked = runCount({ network, domain, workers: 1, certificate: plain });

/** A count by one worker elsewhere, which must be that of one walk. */
async function expectSameCount(place: QueuePlace) {
  await walked;
  const certificate = join(files.path, 'queue.cert');
  const worker = await QueueWorker.start({ ...place, threads: 1 });
  const remarks: string[] = [];
  try {
    const report = await runCount({
      network,
      domain,
      certificate,
      alone: 1,
      crew: (setting, layers, signal) =>
        QueueCrew.open(setting, {
          ...place,
          layers,
          signal,
          jobSeconds: 0.02,
          onRemark: (text) => remarks.push(text),
        }),
    });
    expect(report).toMatchObject({ complete: true, cells });
    expect(remarks).toEqual([]);
    expect(readFileSync(certificate).equals(readFileSync(plain))).toBe(true);
    expect(worker.report).toMatchObject({ failed: 0 });
    expect(worker.report.jobs).toBeGreaterThan(1);
  } finally {
    await worker.close();
  }
}

/** What the command says of a server that it cannot use. */
async function complaint(url: string, ...options: string[]): Promise<string> {
  const { code, stderr } = await fresh(['worker', `--queue=${url}`, '-q', ...options], {});
  expect(code).toBe(1);
  return stderr;
}

describe.skipIf(NO_POSTGRES !== undefined)('PostgreSQL', () => {
  let server: Postgres;
  beforeAll(async () => {
    server = await Postgres.start();
  });
  afterAll(() => server?.dispose());

  it('keeps a queue', () => expectSameCount({ url: server.url }));
  it('tells whom it does not know', async () => {
    expect(await complaint(server.url.replace('sesame', 'barley'))).toMatch(
      /^relu-atlas: --queue: expected a server at postgres:\/\/127\.0\.0\.1:\d+\/postgres, got .*password.*\n$/,
    );
  });
});

describe.skipIf(NO_REDIS !== undefined)('Redis', () => {
  it('asks for a password, or for a user and his', async () => {
    // What users may do is stated as an operator would: all keys of one space, and no command that ends or empties the server.
    const rights = '~relu-atlas:* &* +@all -@dangerous +info +keys';
    const user = ['--user', 'atlas', 'on', '>p@ss/word', ...rights.split(' ')];
    const server = await Redis.start({ settings: ['--requirepass', 'default secret', ...user] });
    try {
      await expectSameCount({ url: server.urlFor('atlas:p%40ss%2Fword') });
      await expectSameCount({ url: server.urlFor(':default%20secret') });
      expect(await complaint(server.url)).toMatch(/^relu-atlas: --queue: expected a server at .*, got NOAUTH .*\n$/);
      const wrong = await complaint(server.urlFor('atlas:guess'));
      expect(wrong).toMatch(
        /^relu-atlas: --queue: expected a server at redis:\/\/127\.0\.0\.1:\d+, got WRONGPASS .*\n$/,
      );
      expect(wrong).not.toContain('guess');
    } finally {
      await server.dispose();
    }
  });

  it.skipIf(NO_OPENSSL !== undefined)("speaks TLS, with a certificate of one's own", async () => {
    const [cert, key] = [join(files.path, 'cert.pem'), join(files.path, 'key.pem')];
    const subject = ['-subj', '/CN=queue', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    execFileSync('openssl', [...made, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    const options = files.file('client.json', JSON.stringify({ tls: { ca: { file: cert } } }));
    const server = await Redis.start({ tls: { cert, key }, settings: ['--requirepass', 'secret'] });
    try {
      await expectSameCount({ url: server.urlFor(':secret'), options: clientOptions(options) });
      // An authority that nobody has named is none.
      expect(await complaint(server.urlFor(':secret'))).toMatch(/, got .*(SELF_SIGNED|self-signed).*\n$/);
      expect(await complaint(server.urlFor(':guess'), `--queue-options=${options}`)).toMatch(/, got WRONGPASS .*\n$/);
    } finally {
      await server.dispose();
    }
  });
});
