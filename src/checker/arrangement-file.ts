/**
 * Checking the file of a count of flats against a network.
 */
import { ARRANGEMENT_FORMAT, ARRANGEMENT_VERSION, type ArrangementHeader } from '../certificate/index.js';
import { type Network, networkDigest } from '../network/index.js';
import { ArrangementChecker, type CheckedArrangement, hyperplanesOf } from './arrangement.js';
import { checkLines, type LineReport, refuse } from './json-lines.js';

export type ArrangementReport = LineReport<CheckedArrangement>;

function checkerFor(network: Network, header: Partial<ArrangementHeader> | null): ArrangementChecker {
  if (header === null || typeof header !== 'object' || header.format !== ARRANGEMENT_FORMAT)
    refuse('this is no certificate of an arrangement');
  if (header.version !== ARRANGEMENT_VERSION)
    refuse(`version ${String(header.version)} is not ${ARRANGEMENT_VERSION}, the one this checker reads`);
  if (header.network !== networkDigest(network))
    refuse('the certificate is about another network (the digests differ)');
  if (header.domain?.whole !== network.inputs) refuse(`the domain is not all of R^${network.inputs}`);
  return new ArrangementChecker(hyperplanesOf(network), network.inputs, header.generators);
}

/**
 * Whether a file proves the characteristic polynomial of the network's arrangement on all of R^d. Memory: the flats of one rank.
 *
 * Errors of the file system are thrown, and what the signal says when it is aborted; everything that is wrong with the contents is a refusal.
 */
export function checkArrangement(network: Network, file: string, signal?: AbortSignal): Promise<ArrangementReport> {
  return checkLines(file, (header) => checkerFor(network, header as Partial<ArrangementHeader> | null), signal);
}
