/**
 * Checking a certificate that is in memory, as a browser has it.
 */
import type { Network } from '../network/index.js';
import { type CheckReport, combinedReport, FileChecker, refusalOf } from './file.js';
import { WHOLE } from './share.js';

/** Whether the decompressed content of a certificate proves its counts, as `checkCertificate`; a report without the file's digest. */
export function checkContent(network: Network, content: Uint8Array): CheckReport {
  const checker = new FileChecker(network, WHOLE);
  try {
    checker.append(content);
    return combinedReport([{ refused: false, ...checker.finish(), sha256: '' }]);
  } catch (thrown) {
    return { accepted: false, ...refusalOf(thrown) };
  }
}
