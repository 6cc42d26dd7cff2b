/**
 * Checking the file of a count inside of a domain against a network.
 */
import { INSIDE_FORMAT, INSIDE_VERSION, type InsideHeader } from '../certificate/index.js';
import { type Domain, type Network, networkDigest } from '../network/index.js';
import { type CheckedInside, InsideChecker } from './inside.js';
import { checkLines, type LineReport, refuse } from './json-lines.js';
import { statedDomain } from './stated-domain.js';

export type InsideReport = LineReport<CheckedInside & { readonly domain: Domain }>;

function checkerFor(network: Network, header: Partial<InsideHeader> | null) {
  if (header === null || typeof header !== 'object' || header.format !== INSIDE_FORMAT)
    refuse('this is no certificate of an arrangement inside of a domain');
  if (header.version !== INSIDE_VERSION)
    refuse(`version ${String(header.version)} is not ${INSIDE_VERSION}, the one this checker reads`);
  if (header.network !== networkDigest(network))
    refuse('the certificate is about another network (the digests differ)');
  const domain = statedDomain(header.domain!, network.inputs);
  if (typeof domain === 'string') refuse(domain);
  const checker = new InsideChecker(network, domain);
  return {
    line: (value: unknown) => checker.line(value),
    finish: (trailer: Parameters<InsideChecker['finish']>[0]) => ({ ...checker.finish(trailer), domain }),
  };
}

/**
 * Whether a file proves the numbers of cells inside of a domain. Memory: what is stated of the hyperplanes, once per dimension.
 *
 * Errors of the file system are thrown, and what the signal says when it is aborted; everything that is wrong with the contents is a refusal.
 */
export function checkInside(network: Network, file: string, signal?: AbortSignal): Promise<InsideReport> {
  return checkLines(file, (header) => checkerFor(network, header as Partial<InsideHeader> | null), signal);
}
