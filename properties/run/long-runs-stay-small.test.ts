/**
 * A count takes no more memory the longer it runs: with threads and a checkpoint it stays below 300 MB, and the second half of a run needs
 * no more than the first; so does every process of a queue, whose coordinator stays below 500 MB.
 *
 * Source: a depth-first walk holds one path, and the frontier of jobs at most one subtree per split above it (`jobs/frontier.ts`). What a
 * process holds is what the operating system says (proc(5), VmRSS). The whole of B_9 (185,794,560 cells) by `npm run test:deep`, B_7 in every run.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeNetworkJson } from '../../src/formats/json/write.js';
import { typeB } from '../support/references/families.js';
import { COMMAND, scratch } from '../support/setup/command.js';
import { NO_REDIS, Redis } from '../support/setup/redis.js';

const DEEP = process.env.RELU_ATLAS_DEEP !== undefined;
const files = scratch();
afterAll(() => files.dispose());

const { network, cells } = typeB(DEEP ? 9 : 7);
const net = files.file('net.json', writeNetworkJson(network));
const WALK = ['count', net, '--whole', '--engine=vertex', '--symmetry=none', '--json'];

/** Megabytes of a process that runs. */
function megabytes(pid: number): number {
  const size = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return size === null ? 0 : Number(size[1]) / 1024;
}

interface Watched {
  readonly stdout: string;
  /** What it held, at equal distances in time. */
  readonly held: readonly number[];
}

/** A command that runs, and what memory it holds until it ends. */
function watched(args: readonly string[]) {
  const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const held: number[] = [];
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  const timer = setInterval(() => {
    if (existsSync(`/proc/${child.pid}/status`)) held.push(megabytes(child.pid!));
  }, 50);
  const ended = new Promise<Watched>((resolve) => {
    child.once('close', () => {
      clearInterval(timer);
      // A process that is gone holds nothing.
      resolve({ stdout, held: held.filter((size) => size > 0) });
    });
  });
  return { end: () => child.kill('SIGINT'), ended };
}

function expectFlat({ held }: Watched, most: number) {
  const half = held.length >> 1;
  const peaks = [held.slice(0, half), held.slice(half)].map((part) => Math.max(...part)) as [number, number];
  if (DEEP) console.info(`at most ${peaks.map(Math.round).join(' MB, then ')} MB, of ${held.length} looks`);
  expect(held.length).toBeGreaterThan(3);
  expect(Math.max(...peaks)).toBeLessThan(most);
  // While it starts it grows; a short run does little else.
  if (DEEP) expect(peaks[1]).toBeLessThan(1.25 * peaks[0]);
}

describe.skipIf(!existsSync('/proc/self/status'))('a long run (skipped where there is no /proc)', () => {
  it('by two threads, with a checkpoint, stays below 300 MB', async () => {
    const run = await watched([...WALK, '--workers=2', `--checkpoint=${join(files.path, 'kept')}`]).ended;
    expect(JSON.parse(run.stdout)).toMatchObject({ complete: true, cells });
    expectFlat(run, 300);
  });

  it.skipIf(NO_REDIS !== undefined || !DEEP)('by two workers of a queue stays below 500 MB each', async () => {
    const redis = await Redis.start();
    const queue = `--queue=${redis.url}`;
    const workers = [1, 2].map(() => watched(['worker', queue, '--workers=1', '-q']));
    try {
      const coordinator = await watched([...WALK, queue]).ended;
      expect(JSON.parse(coordinator.stdout)).toMatchObject({ complete: true, cells });
      expectFlat(coordinator, 500);
      for (const { end } of workers) end();
      for (const { ended } of workers) expectFlat(await ended, 500);
    } finally {
      for (const { end } of workers) end();
      await redis.dispose();
    }
  });
});
