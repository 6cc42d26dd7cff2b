/**
 * Checking a certificate with worker threads: each verifies its share of the tree, this one too, and all follow its structure.
 */
import { stat } from 'node:fs/promises';
import { type CheckReport, checkCertificate, checkShare, combinedReport, type ShareReport } from '../checker/index.js';
import type { Network } from '../network/index.js';
import { dataOfNetwork } from '../network/index.js';
import { threadFile } from '../package/index.js';
import type { CheckTask, CheckWorkerStart } from './check-worker.js';

/** Files up to this size are checked before threads would have started. */
const SMALL = 1 << 17;
const PROGRESS_EVERY = 100;

export interface WatchedCheckOptions {
  readonly workers: number;
  /** Told about ten times per second. @param part how much of the file has been read, 0 to 1, if it can be told */
  readonly onProgress?: (cells: number, part: number | undefined) => void;
}

/**
 * As `checkCertificate`, with the work shared among worker threads. The verdict is the same for any number of them.
 */
export async function checkWithWorkers(
  network: Network,
  file: string,
  { workers, onProgress }: WatchedCheckOptions,
): Promise<CheckReport> {
  const { size } = await stat(file);
  // What is no regular file has no size.
  const part = (bytes: number) => (size > 0 ? Math.min(1, bytes / size) : undefined);
  if (workers <= 1 || size <= SMALL) {
    const tell = (cells: number, bytes: number) => onProgress?.(cells, part(bytes));
    return checkCertificate(network, file, { onProgress: tell });
  }
  let read = 0;
  const progress = new Float64Array(new SharedArrayBuffer(8 * workers));
  const start: CheckWorkerStart = { network: dataOfNetwork(network), file, progress };
  const { Piscina } = await import('piscina');
  const pool = new Piscina<CheckTask, ShareReport>({
    filename: threadFile('check-worker'),
    name: 'verify',
    minThreads: workers - 1,
    maxThreads: workers - 1,
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
  try {
    const others = Array.from({ length: workers - 1 }, (_, k) => pool.run({ index: k + 1, of: workers }));
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
    await pool.destroy();
  }
}
