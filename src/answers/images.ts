/**
 * Answers about counts by images of cells.
 */
import type { ImagesReport } from '../checker/index.js';
import type { FoldedCount } from '../folding/index.js';
import { type Domain, type Network, networkDigest } from '../network/index.js';
import { exactInteger } from './arrangement.js';
import { domainJson } from './form.js';

/** A count of cells of which those with equal images were counted together. */
export function jsonOfImages(count: FoldedCount, why: string, domain: Domain, seconds: number) {
  const { cells, cellsPerLayer, folded, rest } = count;
  return {
    cells: exactInteger(cells),
    cellsPerLayer: cellsPerLayer.map(exactInteger),
    images: {
      layers: folded.map(({ images, parts }) => ({ images, parts })),
      ...(rest && { walked: { ...rest, cells: exactInteger(rest.cells) } }),
    },
    domain: domainJson(domain),
    engine: 'images',
    exact: true,
    complete: true,
    engineChosen: why,
    seconds,
  };
}

/** The verdict on a certificate by images. */
export function jsonOfImagesCheck(verdict: ImagesReport, network: Network, seconds: number) {
  const about = { network: networkDigest(network), seconds };
  if (!verdict.accepted) return { ...verdict, path: '', ...about };
  const { cells, cellsPerLayer, images, parts, domain, sha256 } = verdict;
  return {
    accepted: true as const,
    cells: exactInteger(cells),
    cellsPerLayer: cellsPerLayer.map(exactInteger),
    verified: { images, parts },
    domain: domainJson(domain),
    sha256,
    ...about,
  };
}
