/**
 * Checking a certificate with worker threads: each verifies its share of the tree, this one too, and all follow its structure.
 */
import { stat } from 'node:fs/promises';
import { type CheckReport, combinedReport, type ShareReport } from '../checker/index.js';
import type { Network } from '../network/index.js';
import { dataOfNetwork } from '../network/index.js';
import { threadFile, threadFlags } from '../package/index.js';
import type { CheckTask, CheckWorkerStart } from './check-worker.js';
import { shareCheckerOf } from './share-checker.js';

/** Files up to this size are checked before threads would have started. */
const SMALL = 1 << 17;
const PROGRESS_EVERY = 100;

export interface CheckWithWorkers {
  readonly workers: number;
  /** Told about ten times per second. @param part how much of the file has been read, 0 to 1, if it can be told */
  readonly onProgress?: (cells: number, part: number | undefined) => void;
  /** Leave this thread to others: all shares go to threads of their own. */
  readonly aside?: boolean;
  /** Ends the threads: the promise is rejected then. Without threads it is not looked at. */
  readonly signal?: AbortSignal;
}

/**
 * As `checkCertificate`, of certificates by orbits as well, with the work shared among worker threads. The verdict is the same for any number of them.
 */
export async function checkWithWorkers(
  network: Network,
  file: string,
  { workers, onProgress, aside = false, signal }: CheckWithWorkers,
): Promise<CheckReport> {
  const { size } = await stat(file);
  const checkShare = shareCheckerOf(file);
  // What is no regular file has no size.
  const part = (bytes: number) => (size > 0 ? Math.min(1, bytes / size) : undefined);
  if ((workers <= 1 && !aside) || size <= SMALL) {
    const told = (cells: number, bytes: number) => onProgress?.(cells, part(bytes));
    return combinedReport([await checkShare(network, file, { index: 0, of: 1 }, { onProgress: told })]);
  }
  let read = 0;
  const threads = aside ? workers : workers - 1;
  const progress = new Float64Array(new SharedArrayBuffer(8 * workers));
  const start: CheckWorkerStart = { network: dataOfNetwork(network), file, progress };
  const { Piscina } = await import('piscina');
  const pool = new Piscina<CheckTask, ShareReport>({
    filename: threadFile('check-worker'),
    execArgv: threadFlags(),
    name: 'verify',
    minThreads: threads,
    maxThreads: threads,
    workerData: start,
  });
  const timer = setInterval(
    () =>
      onProgress?.(
        progress.reduce((sum, cells) => sum + cells, 0),
        part(read),
      ),
    PROGRESS_EVERY,
  );
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
        onProgress: (cells, bytes) => {
          progress[0] = cells;
          read = bytes;
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
