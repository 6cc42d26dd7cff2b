/**
 * Counts in steps, worked off with pauses to hear signals in.
 */
import type { Counting } from '../chambers/index.js';

export interface StepProgress {
  readonly done: number;
  readonly step: number;
  readonly steps: number;
  readonly seconds: number;
}

export interface Watch {
  /** Called about ten times per second with the part that is done, 0 to 1, of a step. */
  readonly onProgress?: (progress: StepProgress) => void;
  /** Aborting it ends the count within about 0.1 s. */
  readonly signal?: AbortSignal;
}

/** Longest work between two looks at signals, in milliseconds. */
const SLICE = 80;

/** The steps of a count, with pauses to hear signals in. */
export async function* paced<T>(
  counting: Counting<T>,
  { signal, onProgress }: Watch,
): AsyncGenerator<undefined, T | undefined> {
  const started = performance.now();
  let last = started;
  for (;;) {
    const { done, value } = counting.next();
    if (done === true) return value;
    const now = performance.now();
    if (now - last < SLICE) continue;
    last = now;
    const { step, steps, done: parts, parts: all } = value;
    onProgress?.({ done: parts / Math.max(1, all), step, steps, seconds: (now - started) / 1000 });
    yield undefined;
    await new Promise((resume) => setImmediate(resume));
    if (signal?.aborted === true) return undefined;
  }
}

/** Works off the steps of a count, hearing signals between them. @returns undefined if it was aborted */
export async function workedOff<T>(counting: Counting<T>, watch: Watch): Promise<T | undefined> {
  const steps = paced(counting, watch);
  for (;;) {
    const { done, value } = await steps.next();
    if (done === true) return value;
  }
}
