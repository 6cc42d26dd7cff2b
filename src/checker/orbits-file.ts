/**
 * Checking a certificate by orbits against a network.
 */
import { IMAGE, ORBITS_FORMAT, ORBITS_VERSION, type OrbitsHeader } from '../certificate/index.js';
import type { Network } from '../network/index.js';
import {
  type CheckOptions,
  type CheckReport,
  checkShare,
  combinedReport,
  type FileKind,
  refuseFile,
  type ShareReport,
} from './file.js';
import { checkedOrbits, OrbitsChecker } from './orbits.js';
import { type Share, WHOLE } from './share.js';

const BY_ORBITS: FileKind = {
  format: ORBITS_FORMAT,
  versions: [ORBITS_VERSION],
  last: IMAGE,
  over({ header, domain, tree }, network) {
    const stated = header as unknown as OrbitsHeader;
    const weights = checkedOrbits(network, domain, stated);
    return typeof weights === 'string'
      ? refuseFile(`the header's parts are not valid: ${weights}`)
      : new OrbitsChecker(tree, stated.cuts, weights);
  },
};

/** Whether the file proves its counts for this network; as `checkCertificate`. */
export async function checkOrbits(network: Network, file: string, options: CheckOptions = {}): Promise<CheckReport> {
  return combinedReport([await checkOrbitsShare(network, file, WHOLE, options)]);
}

/** Checks one share of a file; as `checkShare`. */
export function checkOrbitsShare(
  network: Network,
  file: string,
  share: Share,
  options: CheckOptions = {},
): Promise<ShareReport> {
  return checkShare(network, file, share, options, BY_ORBITS);
}
