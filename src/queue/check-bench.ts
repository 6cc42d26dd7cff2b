/**
 * The shares of one certificate on a worker: its file, and threads that verify.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Piscina } from 'piscina';
import type { Share, ShareReport } from '../checker/index.js';
import { threadFile, threadFlags } from '../package/index.js';
import { type CheckWorkerStart, fileDigest } from '../run/index.js';
import type { Queue } from './bull.js';
import { sharedName } from './check.js';
import { PIECE_BYTES, readCheckSubject } from './check-messages.js';
import { QueueError } from './error.js';

export class CheckBench {
  private running = 0;

  private constructor(
    private readonly pool: Piscina<Share, ShareReport>,
    private readonly folder: string | undefined,
  ) {}

  /** Fetches the certificate and prepares threads. @throws QueueError if it is not the one that the subject names */
  static async open(
    subject: string,
    text: unknown,
    {
      pieces,
      shared,
      threads,
    }: { readonly pieces: Queue; readonly shared: string | undefined; readonly threads: number },
  ): Promise<CheckBench> {
    const { data, certificate, pieces: count } = readCheckSubject(subject, text);
    if (count === 0 && shared === undefined)
      throw new QueueError('a coordinator has a folder for certificates; give it to the worker, too: --shared');
    const folder = count === 0 ? undefined : mkdtempSync(join(tmpdir(), 'relu-atlas-check-'));
    const file = folder === undefined ? join(shared!, sharedName(certificate)) : join(folder, 'certificate');
    try {
      if (folder !== undefined) writeFileSync(file, await fetched(certificate, count, pieces));
      if ((await fileDigest(file)) !== certificate)
        throw new QueueError(`certificate ${certificate.slice(0, 12)}: expected a file with this digest, got another`);
    } catch (error) {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
      throw error;
    }
    const progress = new Float64Array(new SharedArrayBuffer(8 * 4096));
    const workerData: CheckWorkerStart = { network: data, file, progress };
    const pool = new Piscina<Share, ShareReport>({
      filename: threadFile('check-worker'),
      execArgv: threadFlags(),
      name: 'verify',
      minThreads: 1,
      maxThreads: threads,
      workerData,
    });
    return new CheckBench(pool, folder);
  }

  async verify(share: Share): Promise<ShareReport> {
    this.running++;
    try {
      return await this.pool.run(share);
    } finally {
      this.running--;
    }
  }

  get idle(): boolean {
    return this.running === 0;
  }

  async close(): Promise<void> {
    await this.pool.destroy();
    if (this.folder !== undefined) rmSync(this.folder, { recursive: true, force: true });
  }
}

async function fetched(certificate: string, count: number, pieces: Queue): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let k = 0; k < count; k++) {
    const content: unknown = (await pieces.getJob(`${certificate}-${k}`))?.data?.content;
    if (typeof content !== 'string' || content.length > 2 * PIECE_BYTES)
      throw new QueueError(`certificate ${certificate.slice(0, 12)}: expected piece ${k}, got none`);
    parts.push(Buffer.from(content, 'base64'));
  }
  return Buffer.concat(parts);
}
