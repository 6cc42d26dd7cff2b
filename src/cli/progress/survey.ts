/**
 * Surveys of all cells, as commands make them: with as many threads as are wanted, stopped by Ctrl-C, and with a bar.
 */
import { cpus } from 'node:os';
import type { SurveyRequest } from '../../analysis/threads/index.js';
import { interruption } from '../interruption.js';
import { isWatched, type ProgressOptions, progressBar } from '../output/progress.js';

export interface SurveyOptions extends ProgressOptions {
  /** Default: one thread per core. */
  readonly workers?: number;
}

/** What a survey says that is made as the options want it; surveys that were interrupted say undefined. @param stage for people */
export async function surveyed<Answer>(
  options: SurveyOptions,
  survey: (request: SurveyRequest) => Promise<Answer>,
  stage?: string,
): Promise<Answer> {
  const bar = progressBar(options);
  const { signal, release } = interruption();
  try {
    return await survey({
      workers: options.workers ?? cpus().length,
      signal,
      ...(isWatched(options) && { onProgress: (progress) => bar.walk(progress, stage) }),
    });
  } finally {
    bar.stop();
    release();
  }
}
