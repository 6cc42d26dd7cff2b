/**
 * Theorem. A count that is stopped, however and however often, and gone on with from its checkpoint finds every cell once: its counts, its
 * decisions and the bytes of its certificate are those of one walk. A checkpoint of anything else is refused by name.
 *
 * Source: what a job finds depends on its nodes alone (`run/job.ts`), and the state on the disk is replaced as a whole, after the records
 * that it speaks of; so it always is the state of some walk that stopped there.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { checkCertificate } from '../../src/checker/file.js';
import { wireText, wireValue } from '../../src/checkpoint/wire.js';
import { writeNetworkJson } from '../../src/formats/json/write.js';
import { cube, whole } from '../../src/network/domain.js';
import { type CountReport, type CountRequest, runCount } from '../../src/run/count.js';
import { holds, holdsLater } from '../support/generators/holds.js';
import { tinyProblem } from '../support/generators/networks.js';
import { resonance, typeB } from '../support/references/families.js';
import { COMMAND, fresh, scratch } from '../support/setup/command.js';

const files = scratch();
afterAll(() => files.dispose());

const DEEP = process.env.RELU_ATLAS_DEEP === '1';

/** Goes on until the end. @param limits cells after which each run stops, further ones the last again */
async function inRuns(
  request: CountRequest,
  limits: readonly number[],
): Promise<{ report: CountReport; runs: number }> {
  let found = 0;
  for (let runs = 1; ; runs++) {
    const more = limits[Math.min(runs, limits.length) - 1]!;
    const report = await runCount({ ...request, limitCells: found + more });
    if (report.complete) return { report, runs };
    expect(report.stopped).toBe('cells');
    expect(report.open.length).toBeGreaterThan(0);
    expect(report.cells).toBeGreaterThan(found);
    found = report.cells;
  }
}

const { network, cells } = DEEP ? resonance(5) : typeB(5);
const domain = whole(5);
const net = files.file('net.json', writeNetworkJson(network));
const uncut = runCount({ network, domain, workers: 1, certificate: join(files.path, 'uncut.cert') });

describe('a count in several runs is one walk, to the byte', () => {
  it.each([
    ['one thread', 1, [250, 1, 1500]],
    ['two threads', 2, [1000, 100]],
  ])('with %s', async (name, workers, limits) => {
    const certificate = join(files.path, `${name}.cert`);
    const checkpoint = { folder: join(files.path, `checkpoint of ${name}`), interval: 0.001 };
    const { report, runs } = await inRuns({ network, domain, workers, certificate, checkpoint }, limits);
    const expected = await uncut;
    expect(runs).toBeGreaterThan(2);
    expect(report.cells).toBe(cells);
    expect(report.decisions).toEqual(expected.decisions);
    expect(report.cellsPerLayer).toEqual(expected.cellsPerLayer);
    expect(readFileSync(certificate).equals(readFileSync(join(files.path, 'uncut.cert')))).toBe(true);
    expect(await checkCertificate(network, certificate)).toMatchObject({ accepted: true, cells });
    // What is over stays over: it is told again, and its certificate is written again.
    const again = await runCount({ network, domain, workers, certificate, checkpoint });
    expect(again).toMatchObject({ complete: true, cells, decisions: expected.decisions });
    expect(readFileSync(certificate).equals(readFileSync(join(files.path, 'uncut.cert')))).toBe(true);
  });

  it('on any network and domain, stopped after any numbers of cells', async () => {
    let folder = 0;
    await holdsLater(
      fc.asyncProperty(
        tinyProblem(),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
        async ({ network: any, domain: where }, limits) => {
          const name = join(files.path, `tiny-${folder++}`);
          const whole = await runCount({ network: any, domain: where, workers: 1, certificate: `${name}.whole` });
          const request = {
            network: any,
            domain: where,
            workers: 1,
            certificate: `${name}.cut`,
            checkpoint: { folder: name },
          };
          const { report } = await inRuns(request, limits);
          expect(report).toMatchObject({ cells: whole.cells, decisions: whole.decisions });
          expect(readFileSync(`${name}.cut`).equals(readFileSync(`${name}.whole`))).toBe(true);
        },
      ),
      { seed: 1729, runs: 15 },
    );
  });
});

/** Runs the command, killed without a word after so many milliseconds. */
function killedAfter(args: readonly string[], milliseconds: number): Promise<{ code: number | null; stdout: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
    let stdout = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stdout });
    });
  });
}

it(`kill -9 at ${DEEP ? '100' : 'a few'} random moments loses no cell and finds none twice`, async () => {
  const folder = join(files.path, 'killed');
  const certificate = join(files.path, 'killed.cert');
  const args = ['count', net, '--whole', `--certificate=${certificate}`, '--format=json', `--checkpoint=${folder}`];
  let state = 20261128;
  const random = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  let kills = 0;
  let last = { code: null as number | null, stdout: '' };
  // Every run gets a little further at least, or the kills are too early: then later ones.
  for (let longest = DEEP ? 500 : 250; last.code === null; longest *= DEEP ? 1.01 : 1.3) {
    last = await killedAfter([...args, '--checkpoint-every=0.02', '--workers=2'], 100 + longest * random());
    if (last.code === null) kills++;
    expect(existsSync(certificate)).toBe(last.code !== null);
    if (last.code === null && kills >= (DEEP ? 100 : 3)) last = await killedAfter(args, 1e6);
  }
  expect(last.code).toBe(0);
  expect(JSON.parse(last.stdout)).toMatchObject({ complete: true, cells, decisions: (await uncut).decisions });
  expect(readFileSync(certificate).equals(readFileSync(join(files.path, 'uncut.cert')))).toBe(true);
});

const big = typeB(8);
const bigNet = files.file('type-b-8.json', writeNetworkJson(big.network));

/** Sends a signal once the state has been saved. */
function signalled(
  args: readonly string[],
  folder: string,
  signal: NodeJS.Signals,
): Promise<{ code: number | null; stdout: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
    let stdout = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    const timer = setInterval(() => {
      if (!existsSync(join(folder, 'walk', 'state'))) return;
      // A second one would end it at once.
      clearInterval(timer);
      child.kill(signal);
    }, 20);
    child.on('close', (code) => {
      clearInterval(timer);
      resolve({ code, stdout });
    });
  });
}

describe('the command', () => {
  it.each(['SIGTERM', 'SIGHUP'] as const)(
    'says how far it came after %s, and goes on with the folder alone',
    async (signal) => {
      const folder = join(files.path, `after ${signal}`);
      const args = [
        'count',
        bigNet,
        '--whole',
        '--symmetry=none',
        `--checkpoint=${folder}`,
        '--checkpoint-every=0.1',
        '--format=json',
      ];
      const { code, stdout } = await signalled(args, folder, signal);
      expect(code).toBe(130);
      const first = JSON.parse(stdout);
      expect(first).toMatchObject({ complete: false, stopped: 'interrupted' });
      const limit = first.cells + 1000;
      const next = await fresh(['count', '--resume', folder, `--limit-cells=${limit}`, '--workers=1'], {
        cwd: files.path,
      });
      expect(next.code).toBe(4);
      const second = JSON.parse(next.stdout);
      expect(second).toMatchObject({ complete: false, stopped: 'cells', cells: limit });
    },
  );

  it('stops at its limits with exit 4, and says how many cells there are at least', async () => {
    const timed = await fresh(['count', bigNet, '--whole', '--symmetry=none', '--timeout=0.5'], {});
    expect(timed.code).toBe(4);
    expect(timed.stdout).toMatch(
      /^cells +at least [\d,]+: [\d,]+ cells? found, [\d,]+ (leaf|leaves) open \(time is up\)$/m,
    );
    const limited = await fresh(
      ['count', bigNet, '--whole', '--symmetry=none', '--limit-cells=500', '--workers=1', '--json'],
      {},
    );
    expect(limited.code).toBe(4);
    const { cells: found, open, ...rest } = JSON.parse(limited.stdout);
    expect(found).toBe(500);
    expect(rest).toMatchObject({ complete: false, exact: false, stopped: 'cells', atLeast: found + open.length });
  });

  it('goes on when the network is gone from its place: the folder has all', async () => {
    const folder = join(files.path, 'moved');
    const moved = files.file('moved.json', writeNetworkJson(network));
    await fresh(['count', moved, '--whole', '--checkpoint', folder, '--limit-cells=100'], {});
    truncateSync(moved);
    rmSync(moved);
    const { code, stdout } = await fresh(['count', '--resume', folder, '--json'], {});
    expect({ code, cells: JSON.parse(stdout).cells }).toEqual({ code: 0, cells });
  });
});

describe('what is not the checkpoint of this count is refused, by name', () => {
  const folder = join(files.path, 'refusing');
  const begun = runCount({ network, domain, checkpoint: { folder }, limitCells: 100, workers: 1 });
  const other = resonance(4);
  it.each<[string, Partial<CountRequest>]>([
    ['network', { network: other.network, domain: whole(4) }],
    ['domain', { domain: cube(5, -1, 1) }],
    ['engine', { engine: 'lp' }],
    ['records', { certificate: join(files.path, 'refused.cert') }],
  ])('another %s', async (name, change) => {
    await begun;
    const before = readFileSync(join(folder, 'state'));
    const request = { network, domain, checkpoint: { folder }, ...change };
    await expect(runCount(request)).rejects.toThrow(
      new RegExp(`refusing: expected a checkpoint of ${name} .*, got one of ${name} `),
    );
    expect(readFileSync(join(folder, 'state')).equals(before)).toBe(true);
  });

  const copied = (name: string) => {
    const copy = join(files.path, name);
    cpSync(folder, copy, { recursive: true });
    return { network, domain, checkpoint: { folder: copy } };
  };

  it('another version', async () => {
    await begun;
    const request = copied('another version');
    const { writeDurably } = await import('../../src/checkpoint/durable.js');
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8').split('\n')[0]!);
    manifest.subject.version = '0.0.1';
    writeDurably(request.checkpoint.folder, 'manifest.json', JSON.stringify(manifest));
    await expect(runCount(request)).rejects.toThrow(
      /expected a checkpoint of version .*, got one of version 0\.0\.1; /,
    );
  });

  it('a state of which a byte has changed', async () => {
    await begun;
    const request = copied('changed state');
    const path = join(request.checkpoint.folder, 'state');
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(path, bytes);
    await expect(runCount(request)).rejects.toThrow(/expected a text with its checksum, got something damaged; /);
  });

  it('a folder that holds something else, and one that another run writes to', async () => {
    await begun;
    const stranger = join(files.path, 'a stranger');
    mkdirSync(stranger);
    writeFileSync(join(stranger, 'letter.txt'), 'Dear');
    await expect(runCount({ network, domain, checkpoint: { folder: stranger } })).rejects.toThrow(
      /got letter\.txt in it; /,
    );
    expect(readdirSync(stranger)).toEqual(['letter.txt']);
    const request = copied('in use');
    const first = runCount(request);
    await expect(runCount(request)).rejects.toThrow(
      /expected a folder that no other run uses, got one that another run \(process \d+\) /,
    );
    expect(await first).toMatchObject({ complete: true, cells });
  });

  it('records of which a byte has changed, or some are missing; what came after the state is forgotten', async () => {
    const certified = join(files.path, 'certified');
    const request = { network, domain, certificate: join(files.path, 'some.cert'), workers: 1 };
    await runCount({ ...request, checkpoint: { folder: certified }, limitCells: cells >> 2 });
    const copy = (name: string) => {
      const to = join(files.path, name);
      cpSync(certified, to, { recursive: true });
      return to;
    };
    const changed = copy('changed records');
    const bytes = readFileSync(join(changed, 'records'));
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(join(changed, 'records'), bytes);
    await expect(runCount({ ...request, checkpoint: { folder: changed } })).rejects.toThrow(
      /records: expected the records of the checkpoint, got damaged ones; /,
    );
    expect(existsSync(request.certificate)).toBe(false);
    const short = copy('short records');
    truncateSync(join(short, 'records'), bytes.length - 1);
    await expect(runCount({ ...request, checkpoint: { folder: short } })).rejects.toThrow(/got damaged ones; /);
    const long = copy('long records');
    appendFileSync(join(long, 'records'), 'what a killed run wrote last');
    expect(await runCount({ ...request, checkpoint: { folder: long } })).toMatchObject({ complete: true, cells });
    expect(readFileSync(request.certificate).equals(readFileSync(join(files.path, 'uncut.cert')))).toBe(true);
  });
});

describe('whatever happens to the disk and the clock', () => {
  it('a file that cannot grow is told in one line; with room the count goes on', async () => {
    const folder = join(files.path, 'full disk');
    const certificate = join(files.path, 'full.cert');
    const args = `count ${net} --whole --workers=1 --checkpoint '${folder}' --checkpoint-every=0.01 --certificate ${certificate}`;
    const { run } = await import('../support/setup/command.js');
    // The system refuses to let files grow beyond 64 kB, as a full disk would.
    const full = await run('bash', ['-c', `ulimit -f 64; exec ${process.execPath} ${COMMAND} ${args}`]);
    expect(full.code).toBe(1);
    expect(full.stderr).toMatch(
      /^relu-atlas: .*(records|full\.cert): the file grows larger than the system allows; .*\n$/,
    );
    const { code, stdout } = await fresh(['count', '--resume', folder, '--json'], {});
    expect({ code, cells: JSON.parse(stdout).cells }).toEqual({ code: 0, cells });
    expect(readFileSync(certificate).equals(readFileSync(join(files.path, 'uncut.cert')))).toBe(true);
  });

  it('a disk that is full is told in one line; with room the count goes on', async (context) => {
    const disk = join(files.path, 'small disk');
    mkdirSync(disk);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=96k', 'tmpfs', disk], { encoding: 'utf8' });
    if (mounted.status !== 0) context.skip('no file system can be mounted here: only root can make a small disk');
    try {
      const folder = join(disk, 'checkpoint');
      const certificate = join(files.path, 'small-disk.cert');
      const args = ['count', net, '--whole', '--workers=1', `--checkpoint=${folder}`, `--certificate=${certificate}`];
      const full = await fresh([...args, '--checkpoint-every=0.01'], {});
      expect(full.code).toBe(1);
      expect(full.stderr).toMatch(/^relu-atlas: .*small disk.*: the disk is full; make room .*\n$/);
      expect(existsSync(certificate)).toBe(false);
      expect(spawnSync('mount', ['-o', 'remount,size=64m', disk]).status).toBe(0);
      const { code, stdout } = await fresh(['count', '--resume', folder, '--json'], {});
      expect({ code, cells: JSON.parse(stdout).cells }).toEqual({ code: 0, cells });
      expect(readFileSync(certificate).equals(readFileSync(join(files.path, 'uncut.cert')))).toBe(true);
    } finally {
      spawnSync('umount', [disk]);
    }
  });

  it('a folder that becomes read-only is told in one line; made writable the count goes on', async (context) => {
    // No permission stops root, so root runs the command as nobody.
    const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const { status } = spawnSync(process.execPath, [COMMAND, '--version'], user);
    if (status !== 0) context.skip('nobody but root can run the command here');
    const place = mkdtempSync(join(tmpdir(), 'relu-atlas-read-only-'));
    try {
      chmodSync(place, 0o777);
      const file = join(place, 'type-b-8.json');
      writeFileSync(file, writeNetworkJson(big.network));
      const folder = join(place, 'checkpoint');
      const args = ['count', file, '--whole', '--symmetry=none', '--workers=1', `--checkpoint=${folder}`];
      const walk = join(folder, 'walk');
      const said = await new Promise<{ code: number | null; stderr: string }>((resolve) => {
        const child = spawn(process.execPath, [COMMAND, ...args, '--checkpoint-every=0.05', '-q'], {
          stdio: ['ignore', 'ignore', 'pipe'],
          ...user,
        });
        let stderr = '';
        child.stderr.on('data', (chunk) => {
          stderr += chunk;
        });
        const timer = setInterval(() => {
          if (existsSync(join(walk, 'state'))) chmodSync(walk, 0o555);
        }, 20);
        child.on('close', (code) => {
          clearInterval(timer);
          resolve({ code, stderr });
        });
      });
      expect(said.code).toBe(1);
      expect(said.stderr).toMatch(/^relu-atlas: .*checkpoint.walk.*: permission denied; .*\n$/);
      chmodSync(walk, 0o777);
      // What was saved counts, and the lock of the run that ended hinders nobody.
      const next = await fresh(['count', '--resume', folder, '--limit-cells=1', '--json'], {});
      expect(next.code).toBe(4);
      expect(JSON.parse(next.stdout).cells).toBeGreaterThan(0);
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  });

  it('a clock that is set back an hour changes nothing', async () => {
    const folder = join(files.path, 'clock');
    const { now } = Date;
    const saved: string[] = [];
    try {
      Date.now = () => now() - 3_600_000 * (1 + saved.length);
      let found = 0;
      for (let complete = false; !complete; ) {
        const report = await runCount({
          network,
          domain,
          workers: 1,
          checkpoint: { folder, interval: 0.01 },
          limitCells: found + (cells >> 2),
        });
        ({ complete, cells: found } = report);
        saved.push(readFileSync(join(folder, 'state'), 'utf8'));
      }
      expect(found).toBe(cells);
      expect(new Set(saved).size).toBe(saved.length);
    } finally {
      Date.now = now;
    }
  });
});

it('data survive as text, to the bit', () => {
  const number = fc.oneof(fc.double(), fc.constant(-0), fc.bigInt());
  const leaf = fc.oneof(
    number,
    fc.string(),
    fc.boolean(),
    fc.float64Array(),
    fc.int8Array(),
    fc.uint8Array(),
    fc.constant(null),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('tree')),
      fc.dictionary(
        fc.string({ minLength: 1 }).filter((key) => key !== '$' && key !== '__proto__'),
        tie('tree'),
      ),
    ),
  }));
  holds(
    fc.property(tree, (value) => {
      expect(wireValue(wireText(value))).toEqual(value === undefined ? undefined : structuredClone(value));
    }),
    { seed: 8, runs: 60 },
  );
});
