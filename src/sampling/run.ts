/**
 * Sampling an ensemble, with threads. The samples are the same, in the same order, for any number of them.
 */
import { threadFile, threadFlags } from '../package/index.js';
import { type Sample, type SamplingSetting, sampleOf } from './sample.js';
import type { SamplingTask } from './worker.js';

export interface SamplingRequest extends SamplingSetting {
  readonly samples: number;
  readonly workers: number;
  /** Called now and then with the number of samples that are counted. */
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

/** Samples of a task, and as many as one thread counts before others are started. */
const BATCH = 8;
/** How long the first ones may take before others help, in milliseconds. */
const ALONE = 400;

/** The samples in their order; undefined if the signal was aborted. */
export async function sampleEnsemble(request: SamplingRequest): Promise<Sample[] | undefined> {
  const { samples, workers, signal, onProgress, ensemble, domain } = request;
  const setting = { ensemble, domain };
  const started = performance.now();
  const found: Sample[] = [];
  while (found.length < samples && (workers === 1 || performance.now() - started < ALONE)) {
    if (signal?.aborted === true) return undefined;
    found.push(sampleOf(setting, found.length));
    if (found.length % BATCH === 0) {
      onProgress?.(found.length);
      await new Promise((resume) => setImmediate(resume));
    }
  }
  if (found.length === samples) return found;
  const rest = await inThreads(setting, found.length, request);
  return rest && [...found, ...rest];
}

async function inThreads(
  setting: SamplingSetting,
  first: number,
  { samples, workers, signal, onProgress }: SamplingRequest,
): Promise<Sample[] | undefined> {
  const { Piscina } = await import('piscina');
  const pool = new Piscina<SamplingTask, Sample[]>({
    filename: threadFile('sampling-worker'),
    execArgv: threadFlags(),
    name: 'samples',
    minThreads: workers,
    maxThreads: workers,
  });
  const parts: Sample[][] = [];
  let next = first;
  let done = first;
  /** One thread's batches, one after the other; whoever is free takes the next. */
  const batches = async () => {
    while (next < samples && signal?.aborted !== true) {
      const from = next;
      next = Math.min(samples, next + BATCH);
      const numbers = Array.from({ length: next - from }, (_, k) => from + k);
      const part = await pool.run({ setting, numbers });
      parts[(from - first) / BATCH] = part;
      done += part.length;
      onProgress?.(done);
    }
  };
  try {
    await Promise.all(Array.from({ length: workers }, batches));
    return signal?.aborted === true ? undefined : parts.flat();
  } finally {
    await pool.destroy();
  }
}
