/**
 * Rows answered one after the other in one thread: networks that later rows need are read once.
 */
import type { NetworkCache } from '../../property/index.js';
import type { VerificationRow } from '../../report/verification/index.js';
import type { Instance } from './instances-list.js';
import { instanceRow } from './instances-row.js';
import type { VerifyOptions } from './options.js';

export interface InstanceTask {
  readonly instance: Instance;
  readonly index: number;
  /** Whether later rows need the network; others would only fill the memory. */
  readonly isNeeded: boolean;
  /** Threads that search for this row. */
  readonly workers: number;
}

export class RowSolver {
  private readonly cache: NetworkCache = new Map();
  private readonly told = new Set<string>();

  constructor(private readonly options: VerifyOptions) {}

  async row(
    { instance, index, isNeeded, workers }: InstanceTask,
    signal: AbortSignal,
    onProgress: (done: number) => void = () => {},
  ): Promise<VerificationRow> {
    const { options, cache, told } = this;
    const row = await instanceRow(instance, index, { options, cache, told, workers, signal, onProgress });
    if (!isNeeded) for (const name of [...cache.keys()]) if (name.startsWith(instance.networkFile)) cache.delete(name);
    return row;
  }
}
