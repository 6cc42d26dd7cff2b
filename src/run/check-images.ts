/**
 * Checking certificates by images.
 */
import { checkImages, type ImagesReport } from '../checker/index.js';
import type { Network } from '../network/index.js';
import { type LineCheck, untilStopped } from './check-lines.js';
import type { UnfinishedCheck } from './check-shares.js';

/** Whether a certificate by images proves what it states. Errors of the file system are thrown. */
export function checkOfImages(
  network: Network,
  file: string,
  request: LineCheck = {},
): Promise<ImagesReport | UnfinishedCheck> {
  return untilStopped(request, (signal) => checkImages(network, file, signal));
}
