/**
 * What keeping a count on the disk costs, and what handing it out costs: processor time, user and system, of all processes, the clock, and
 * how much memory each process held at most.
 * Each way is a run of the commands as users start them; every count must be the known one.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeNetworkJson } from '../../../src/formats/json/write.js';
import { Redis } from '../setup/redis.js';
import type { BenchCase } from './cases.js';
import { COMMAND, METER } from './fresh.js';

/** Processor seconds and megabytes of a process that prints them, and what it wrote. */
interface Ended {
  readonly seconds: number;
  readonly megabytes: number;
  readonly stdout: string;
}

function started(args: readonly string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, ['--import', METER, COMMAND, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]!.setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk;
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('close', () => {
      // Threads that end earlier say what it was by then.
      const told = [...text.stderr.matchAll(/CPU (\d+) RSS (\d+)/g)].at(-1);
      if (told === undefined) reject(new Error(`bench: ${args[0]}: ${text.stderr}`));
      else resolve({ seconds: Number(told[1]) / 1e6, megabytes: Number(told[2]) / 1024, stdout: text.stdout });
    });
  });
  return { child, ended };
}

/** What one way of counting took. */
interface Taken {
  /** Of all processes together. */
  readonly seconds: number;
  readonly wall: number;
  /** Each process's part, as text: seconds, and megabytes of those that are ours. */
  readonly parts: string;
  readonly held: string;
}

/** Counts with these options, beside as many workers. */
async function taken(
  { cells, name }: BenchCase,
  file: string,
  options: readonly string[],
  workers: number,
): Promise<Taken> {
  const redis = workers === 0 ? undefined : await Redis.start();
  const queue = redis === undefined ? [] : [`--queue=${redis.url}`];
  const hired = Array.from({ length: workers }, () => started(['worker', ...queue, '--workers=1', '-q']));
  try {
    const before = performance.now();
    const { ended } = started(['count', file, '--whole', '--engine=vertex', '--json', ...options, ...queue]);
    const count = await ended;
    const wall = (performance.now() - before) / 1000;
    const found = JSON.parse(count.stdout).cells;
    if (found !== cells) throw new Error(`${name}: expected ${cells} cells, got ${found}`);
    for (const { child } of hired) child.kill('SIGINT');
    const ours = [count, ...(await Promise.all(hired.map((worker) => worker.ended)))];
    const all = ours.map((one) => one.seconds);
    if (redis !== undefined) all.push(processorSecondsOf(redis));
    const parts = all.map((part) => part.toFixed(1)).join(' + ');
    const held = ours.map(({ megabytes }) => megabytes.toFixed(0)).join(', ');
    return { seconds: all.reduce((a, b) => a + b), wall, parts, held };
  } finally {
    for (const { child } of hired) child.kill('SIGKILL');
    await redis?.dispose();
  }
}

function processorSecondsOf({ url }: Redis): number {
  const text = execFileSync('redis-cli', ['-u', url, 'info', 'cpu'], { encoding: 'utf8' });
  return ['user', 'sys'].reduce(
    (sum, kind) => sum + Number(new RegExp(`^used_cpu_${kind}:([\\d.]+)`, 'm').exec(text)![1]),
    0,
  );
}

export const LONG_RUNS_HEAD = ['way', 'processor s', 'of which', 'against plain', 'on the clock, s', 'at most, MB'];

/** Each way once, of one walk of every cell: no symmetry saves any. */
export async function longRunRows(bench: BenchCase, scratch: string): Promise<string[][]> {
  const file = join(scratch, 'long-run.json');
  writeFileSync(file, writeNetworkJson(bench.network));
  const one = ['--symmetry=none', '--workers=1'];
  const ways: readonly (readonly [string, readonly string[], number])[] = [
    ['one process, one thread', one, 0],
    ['the same, with a checkpoint', [...one, `--checkpoint=${join(scratch, 'long-run')}`], 0],
    ['queue, one worker', one, 1],
    ['queue, two workers', one, 2],
  ];
  const rows: string[][] = [];
  let plain: number | undefined;
  for (const [way, options, workers] of ways) {
    const { seconds, wall, parts, held } = await taken(bench, file, options, workers);
    plain ??= seconds;
    process.stderr.write(`bench: ${way}: ${parts} s, ${wall.toFixed(1)} s\n`);
    rows.push([
      `${bench.name}: ${way}`,
      seconds.toFixed(1),
      parts,
      `${(seconds / plain).toFixed(3)}x`,
      wall.toFixed(1),
      held,
    ]);
  }
  return rows;
}
