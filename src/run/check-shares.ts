/**
 * Checking a certificate share by share: what is finished is kept, and what is left can be done by anybody, later or elsewhere.
 *
 * All checkers follow the structure of the whole file, so each share costs that once more: shares are few.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { type CheckReport, combinedReport, type Share, type ShareReport } from '../checker/index.js';
import { CheckpointFolder, type PieceFolder, wireText, wireValue } from '../checkpoint/index.js';
import { dataOfNetwork, type Network, networkDigest } from '../network/index.js';
import { packageVersion, threadFile, threadFlags } from '../package/index.js';
import type { CheckTask, CheckWorkerStart } from './check-worker.js';
import { Stopping, type StopReason } from './stopping.js';

/** Shares of a check that keeps what it has: each costs the structure of the file once more. */
export const KEPT_SHARES = 16;

export interface ShareCheckRequest {
  readonly workers: number;
  /** A folder. */
  readonly checkpoint?: string;
  /** Seconds after which it ends without an answer. */
  readonly timeout?: number;
  readonly limitCells?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (cells: number, part: number) => void;
}

/** What was verified when a check ended before its end. */
export interface UnfinishedCheck {
  readonly stopped: StopReason;
  readonly cells: number;
  readonly shares: number;
  readonly of: number;
}

/** SHA-256 of a file, in hexadecimal. */
export async function fileDigest(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Checks in shares, and keeps those that are finished. @throws CheckpointError if the folder is about another check */
export async function checkInShares(
  network: Network,
  file: string,
  request: ShareCheckRequest,
): Promise<CheckReport | UnfinishedCheck> {
  const of = KEPT_SHARES;
  const store = await openStore(network, file, request.checkpoint);
  const done = new Map(
    (store?.saved?.settled ?? []).map((stored) => {
      const { index, report } = wireValue(Buffer.from(stored.read()).toString()) as {
        index: number;
        report: ShareReport;
      };
      return [index, report] as const;
    }),
  );
  const stopping = new Stopping(request);
  const progress = new Float64Array(new SharedArrayBuffer(8 * of));
  const cells = () => progress.reduce((sum, more) => sum + more, 0) + before;
  const before = [...done.values()].reduce((sum, report) => sum + cellsOf(report), 0);
  const start: CheckWorkerStart = { network: dataOfNetwork(network), file, progress };
  const { Piscina } = await import('piscina');
  const pool = new Piscina<CheckTask, ShareReport>({
    filename: threadFile('check-worker'),
    execArgv: threadFlags(),
    name: 'verify',
    minThreads: 1,
    maxThreads: request.workers,
    workerData: start,
  });
  const limit = () => {
    if (done.size < of && cells() >= (request.limitCells ?? Number.POSITIVE_INFINITY)) stopping.stop('cells');
  };
  const timer = setInterval(() => {
    limit();
    request.onProgress?.(cells(), done.size / of);
  }, 100);
  stopping.signal.addEventListener('abort', () => void pool.destroy().catch(() => {}), { once: true });
  // What goes wrong with a share is the share's; a thread that cannot start has none. One that is ended while it starts is no matter.
  const broken = new Promise<never>((_, reject) => {
    pool.on('error', (error) => stopping.signal.aborted || reject(error));
  });
  broken.catch(() => {});
  try {
    const left: Share[] = Array.from({ length: of }, (_, index) => ({ index, of })).filter(
      ({ index }) => !done.has(index),
    );
    const all = Promise.all(
      left.map(async (share) => {
        const report = await pool.run(share);
        // The folder may be another run's by now.
        if (stopping.signal.aborted) return;
        done.set(share.index, report);
        progress[share.index] = cellsOf(report);
        store?.append(Buffer.from(wireText({ index: share.index, report })));
        store?.save([], {});
        limit();
      }),
    );
    await Promise.race([all, broken]);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    return { stopped: stopping.reason ?? 'interrupted', cells: cells(), shares: done.size, of };
  } finally {
    clearInterval(timer);
    stopping.release();
    await pool.destroy();
    store?.close();
  }
  return combinedReport([...done].sort(([a], [b]) => a - b).map(([, report]) => report));
}

function cellsOf(report: ShareReport): number {
  return report.refused ? 0 : report.tree.cells;
}

async function openStore(network: Network, file: string, folder: string | undefined): Promise<PieceFolder | undefined> {
  if (folder === undefined) return undefined;
  const subject = {
    command: 'check',
    network: networkDigest(network),
    certificate: await fileDigest(file),
    shares: String(KEPT_SHARES),
    version: packageVersion(),
  };
  return new CheckpointFolder(folder, subject);
}
