/**
 * Measuring: whole counts by tinybench under plain Node, medians of processor time, and the memory of a child process.
 */
import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Bench } from 'tinybench';
import type { OracleRate } from './oracle-job.js';
import type { RateResult } from './rate-job.js';

export interface Measured {
  /** Median seconds of one run. */
  readonly seconds: number;
  readonly runs: number;
}

/** Milliseconds that this process has worked, all of its threads: other work on the machine changes them little. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * The median time of a task: one warm-up, then at least `runs` runs; a single run has no warm-up.
 *
 * @param clock of the processor, or on the wall where threads are compared
 */
export async function medianSeconds(
  name: string,
  task: () => unknown,
  runs = 3,
  clock: 'processor' | 'wall' = 'processor',
): Promise<Measured> {
  process.stderr.write(`bench: ${name} ...`);
  const bench = new Bench({
    iterations: runs,
    time: 0,
    warmup: runs > 1,
    warmupIterations: 1,
    warmupTime: 0,
    throws: true,
    ...(clock === 'processor' && { now: processorTime }),
  });
  bench.add(name, async () => {
    await task();
  });
  const [finished] = await bench.run();
  const result = finished?.result;
  if (result === undefined || !('latency' in result)) throw new Error(`bench: ${name} gave no result`);
  const seconds = result.latency.p50 / 1000;
  process.stderr.write(` ${seconds.toFixed(2)} s\n`);
  return { seconds, runs: result.latency.samplesCount };
}

export interface Resident {
  readonly seconds: number;
  /** Largest resident set in megabytes. */
  readonly megabytes: number;
  readonly cells: number;
}

/** Runs a module of this folder in a process of its own and reads what it prints. */
export function jobResult<Result>(module: string, args: readonly string[]): Result {
  const script = fileURLToPath(new URL(`./${module}.js`, import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`bench: ${args.join(' ')} failed: ${stderr}`);
  return JSON.parse(stdout) as Result;
}

/** Median time of one engine, or the naive subdivider, on one case. */
export function rateOf(name: string, engine: string): RateResult {
  process.stderr.write(`bench: ${name} ${engine} ...`);
  const result = jobResult<RateResult>('rate-job', [name, engine]);
  process.stderr.write(` ${result.seconds.toFixed(3)} s\n`);
  return result;
}

/** Time and memory of counting one case. @param job arguments of `memory-job.js` */
export function residentOf(job: readonly string[]): Resident {
  process.stderr.write(`bench: memory of ${job.join(' ')} ...`);
  const result = jobResult<Resident>('memory-job', job);
  process.stderr.write(` ${result.seconds.toFixed(1)} s, ${result.megabytes.toFixed(0)} MB\n`);
  return result;
}

/** Time and memory of reading a file. */
export function readingOf(file: string): Resident {
  process.stderr.write(`bench: reading ${basename(file)} ...`);
  const result = jobResult<Resident>('reading-job', [file]);
  process.stderr.write(` ${result.seconds.toFixed(1)} s, ${result.megabytes.toFixed(0)} MB\n`);
  return result;
}

/** Requests per second of one method of the oracle. */
export function oracleRateOf(method: string): OracleRate {
  process.stderr.write(`bench: oracle ${method} ...`);
  const result = jobResult<OracleRate>('oracle-job', [method, '3']);
  process.stderr.write(` ${result.perSecond.toFixed(0)}/s\n`);
  return result;
}
