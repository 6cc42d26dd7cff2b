/**
 * Checking the file of a count by images against a network.
 */
import { IMAGES_FORMAT, IMAGES_VERSION, type ImagesHeader, type ImagesTrailer } from '../certificate/index.js';
import { type Domain, type Network, networkDigest } from '../network/index.js';
import { type CheckedImages, ImagesChecker } from './images.js';
import { checkLines, type LineReport, refuse } from './json-lines.js';
import { statedDomain } from './stated-domain.js';

export type ImagesReport = LineReport<CheckedImages & { readonly domain: Domain }>;

function checkerFor(network: Network, header: Partial<ImagesHeader> | null) {
  if (header === null || typeof header !== 'object' || header.format !== IMAGES_FORMAT)
    refuse('this is no certificate by images');
  if (header.version !== IMAGES_VERSION)
    refuse(`version ${String(header.version)} is not ${IMAGES_VERSION}, the one this checker reads`);
  if (header.network !== networkDigest(network))
    refuse('the certificate is about another network (the digests differ)');
  const domain = statedDomain(header.domain!, network.inputs);
  if (typeof domain === 'string') refuse(domain);
  const checker = new ImagesChecker(network, domain);
  return {
    line: (value: unknown) => checker.line(value),
    finish: (trailer: ImagesTrailer) => ({ ...checker.finish(trailer), domain }),
  };
}

/**
 * Whether a file proves the numbers of cells after every layer. Memory: the different images of two layers.
 *
 * Errors of the file system are thrown, and what the signal says when it is aborted; everything that is wrong with the contents is a refusal.
 */
export function checkImages(network: Network, file: string, signal?: AbortSignal): Promise<ImagesReport> {
  return checkLines(file, (header) => checkerFor(network, header as Partial<ImagesHeader> | null), signal);
}
