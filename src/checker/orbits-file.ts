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
  parseJsonLine,
  refuseFile,
  type ShareReport,
  type Subject,
  subjectOfHeader,
} from './file.js';
import { checkedOrbits, OrbitsChecker } from './orbits.js';
import { type Share, WHOLE } from './share.js';

const BY_ORBITS: FileKind = { lastRecord: IMAGE, begin: readHeader };

function readHeader(line: string, network: Network, isFirst: boolean): Subject {
  const header = parseJsonLine(line, 'header') as OrbitsHeader | null;
  if (header === null || typeof header !== 'object' || header.format !== ORBITS_FORMAT)
    return refuseFile('this is no certificate by orbits');
  if (header.version !== ORBITS_VERSION)
    return refuseFile(
      `version ${String(header.version)} of a certificate by orbits is not ${ORBITS_VERSION}, the one this checker reads`,
    );
  const { domain, coordinates, tree } = subjectOfHeader(header, network, isFirst);
  const weights = checkedOrbits(network, domain, header);
  if (typeof weights === 'string') return refuseFile(`the header's parts are not valid: ${weights}`);
  if (header.polytope !== undefined && header.polytope.implied.length > 0)
    return refuseFile('the domain has no interior');
  return { domain, coordinates, tree: new OrbitsChecker(tree, header.cuts, weights) };
}

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
