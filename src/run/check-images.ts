/**
 * Checking certificates by images, until it is stopped.
 */
import { checkImages, type ImagesReport } from '../checker/index.js';
import type { Network } from '../network/index.js';
import type { UnfinishedCheck } from './check-shares.js';
import { Stopping } from './stopping.js';

export interface ImagesCheck {
  readonly signal?: AbortSignal;
  /** Seconds. */
  readonly timeout?: number;
}

/** Whether a certificate by images proves what it states. Errors of the file system are thrown. */
export async function checkOfImages(
  network: Network,
  file: string,
  request: ImagesCheck = {},
): Promise<ImagesReport | UnfinishedCheck> {
  const stopping = new Stopping(request);
  try {
    return await checkImages(network, file, stopping.signal);
  } catch (error) {
    // Nothing is proved before the end.
    if (stopping.reason !== undefined) return { stopped: stopping.reason, cells: 0, shares: 0, of: 1 };
    throw error;
  } finally {
    stopping.release();
  }
}
