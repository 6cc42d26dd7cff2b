/**
 * Answers about counts by images of cells.
 */
import type { FoldedCount } from '../folding/index.js';
import type { Domain } from '../network/index.js';
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
