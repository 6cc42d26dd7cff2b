/**
 * Checking a certificate with worker threads: each verifies its share of the tree, this one too, and all follow its structure.
 */
import { stat } from 'node:fs/promises';
import {
  type CheckOptions,
  type CheckReport,
  checkCertificate,
  checkShare,
  combinedReport,
  type ShareReport,
} from '../checker/index.js';
import type { Network } from '../network/index.js';
import { dataOfNetwork } from '../network/index.js';
import { threadFile } from '../package/index.js';
import type { CheckTask, CheckWorkerStart } from './check-worker.js';

/** Files up to this size are checked before threads would have started. */
const SMALL = 1 << 17;
const PROGRESS_EVERY = 100;

export interface CheckWithWorkers extends CheckOptions {
  readonly workers: number;
  /** Leave this thread to others: all shares go to threads of their own. */
  readonly aside?: boolean;
  /** Ends the threads: the promise is rejected then. Without threads it is not looked at. */
  readonly signal?: AbortSignal;
}

/**
 * As `checkCertificate`, with the work shared among worker threads. The verdict is the same for any number of them.
 */
export async function checkWithWorkers(
  network: Network,
  file: string,
  { workers, onProgress, aside = false, signal }: CheckWithWorkers,
): Promise<CheckReport> {
  const options = onProgress === undefined ? {} : { onProgress };
  if ((workers <= 1 && !aside) || (await stat(file)).size <= SMALL) return checkCertificate(network, file, options);
  const threads = aside ? workers : workers - 1;
  const progress = new Float64Array(new SharedArrayBuffer(8 * workers));
  const start: CheckWorkerStart = { network: dataOfNetwork(network), file, progress };
  const { Piscina } = await import('piscina');
  const pool = new Piscina<CheckTask, ShareReport>({
    filename: threadFile('check-worker'),
    name: 'verify',
    minThreads: threads,
    maxThreads: threads,
    workerData: start,
  });
  const timer = setInterval(() => onProgress?.(progress.reduce((sum, cells) => sum + cells, 0)), PROGRESS_EVERY);
  const abort = () => void pool.destroy();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const others = Array.from({ length: threads }, (_, k) => pool.run({ index: workers - threads + k, of: workers }));
    if (aside) return combinedReport(await Promise.all(others));
    const own = checkShare(
      network,
      file,
      { index: 0, of: workers },
      {
        onProgress: (cells) => {
          progress[0] = cells;
        },
      },
    );
    return combinedReport(await Promise.all([own, ...others]));
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', abort);
    await pool.destroy();
  }
}
