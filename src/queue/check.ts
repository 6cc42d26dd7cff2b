/**
 * A check by workers elsewhere: each verifies its share of the certificate. Whoever does not trust the workers checks himself.
 */
import { copyFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type CheckReport, combinedReport, type ShareReport } from '../checker/index.js';
import { dataOfNetwork, type Network } from '../network/index.js';
import { fileDigest, KEPT_SHARES, Stopping, type UnfinishedCheck } from '../run/index.js';
import { Bulls, type Job, type Queue, type QueuePlace } from './bull.js';
import {
  type CheckMessage,
  checkJobId,
  checkSubjectText,
  MOST_PIECES,
  PIECE_BYTES,
  readCheckResult,
} from './check-messages.js';
import { QueueError } from './error.js';
import { sha256 } from './messages.js';
import { Refusals, TRIES } from './refusals.js';

export interface QueueCheckOptions extends QueuePlace {
  /** A folder that all share: the certificate goes there, not through the queue. */
  readonly pieces?: string;
  /** Seconds after which it ends without an answer. */
  readonly timeout?: number;
  readonly limitCells?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (cells: number, part: number) => void;
  readonly onRemark?: (text: string) => void;
}

const LOOK = 300;

/** The name of a certificate in the common folder. */
export const sharedName = (digest: string) => `${digest}.cert`;

/** Puts the file where workers find it. @returns in how many pieces; 0: in the common folder */
async function placed(file: string, digest: string, folder: string | undefined, pieces: Queue): Promise<number> {
  if (folder !== undefined) {
    const copy = join(folder, sharedName(digest));
    if (!existsSync(copy)) copyFileSync(file, copy);
    return 0;
  }
  const { size } = statSync(file);
  const count = Math.ceil(size / PIECE_BYTES);
  if (count > MOST_PIECES) {
    throw new QueueError(
      `${file}: expected at most ${MOST_PIECES * PIECE_BYTES} bytes to go through the queue, got ${size}; name a folder that all share: --shared`,
    );
  }
  const bytes = readFileSync(file);
  for (let k = 0; k < count; k++) {
    const content = bytes.subarray(k * PIECE_BYTES, (k + 1) * PIECE_BYTES).toString('base64');
    await pieces.add('certificate', { content }, { jobId: `${digest}-${k}` });
  }
  return count;
}

/** Checks with the workers of a queue. @throws QueueError if the server cannot be reached, or a share fails on every worker */
export async function checkThroughQueue(
  network: Network,
  file: string,
  options: QueueCheckOptions,
): Promise<CheckReport | UnfinishedCheck> {
  const bulls = await Bulls.at(options);
  const stopping = new Stopping(options);
  const stopped = new Promise<'stopped'>((resolve) => {
    stopping.signal.addEventListener('abort', () => resolve('stopped'), { once: true });
    if (stopping.signal.aborted) resolve('stopped');
  });
  const of = KEPT_SHARES;
  const done = new Map<number, ShareReport>();
  const cells = () => [...done.values()].reduce((sum, report) => sum + (report.refused ? 0 : report.tree.cells), 0);
  try {
    const work = throughQueue();
    work.catch(() => {});
    const verdict = await Promise.race([work, stopped]);
    if (verdict !== 'stopped') return verdict;
    return { stopped: stopping.reason ?? 'interrupted', cells: cells(), shares: done.size, of };
  } finally {
    stopping.release();
    await bulls.close();
  }

  async function throughQueue(): Promise<CheckReport> {
    const [jobs, subjects, pieces] = [bulls.queue('jobs'), bulls.queue('subjects'), bulls.queue('pieces')];
    await bulls.ready(jobs);
    const certificate = await fileDigest(file);
    const count = await placed(file, certificate, options.pieces, pieces);
    const text = checkSubjectText({ network, data: dataOfNetwork(network), certificate, pieces: count });
    const subject = sha256(text);
    await subjects.add('subject', { text }, { jobId: subject });
    const out = new Map(Array.from({ length: of }, (_, index) => [checkJobId(subject, index, of), index]));
    const hand = (id: string) => {
      const message: CheckMessage = { version: 1, kind: 'check', subject, index: out.get(id)!, of };
      return jobs.add('check', message, { jobId: id, priority: 1, attempts: TRIES });
    };
    const refusals = new Refusals();
    const failed = (index: number, reason = 'no reason given') =>
      new QueueError(`--queue: share ${index + 1} of ${of} failed ${TRIES} times: ${reason}; check it here`);
    for (const id of out.keys()) await hand(id);
    while (out.size > 0 && !stopping.signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, LOOK));
      for (const [id, index] of out) {
        // The state before the job, which has its result only when it has ended.
        const state = await jobs.getJobState(id);
        if (state === 'unknown') {
          await hand(id);
          continue;
        }
        if (state !== 'failed' && state !== 'completed') continue;
        const job: Job | undefined = await jobs.getJob(id);
        await jobs.remove(id);
        if (state === 'failed') throw failed(index, job?.failedReason);
        try {
          done.set(index, readCheckResult(job?.returnvalue, id, certificate));
          out.delete(id);
        } catch (error) {
          const reason = (error as Error).message;
          options.onRemark?.(reason);
          if (refusals.add(id)) throw failed(index, reason);
          await hand(id);
        }
      }
      if (options.limitCells !== undefined && cells() >= options.limitCells && out.size > 0) stopping.stop('cells');
      options.onProgress?.(cells(), done.size / of);
    }
    await subjects.remove(subject).catch(() => 0);
    for (let k = 0; k < count; k++) await pieces.remove(`${certificate}-${k}`).catch(() => 0);
    return combinedReport([...done].sort(([a], [b]) => a - b).map(([, report]) => report));
  }
}
