/**
 * Everything about the picture that is seen: neighbours, pieces, maps and classes of all cells, and the homology of the decision regions.
 */
import { ZERO } from '../../exact/index.js';
import { planarPicture, planarPictureData } from '../../report/picture/index.js';
import { topology } from '../../topology/index.js';
import type { CellsPicture, Homology } from '../model/index.js';
import type { Subject } from './subject.js';

/** Pictures of more cells have their homology left alone: it takes some tenths of a millisecond per cell. */
const MOST_CELLS = 4000;

/** The same picture with what a walk in exact points says; undefined if the signal was aborted. */
export async function completePicture(
  { network, domain, names, label, points }: Subject,
  live: CellsPicture,
  signal: AbortSignal,
): Promise<CellsPicture | undefined> {
  const picture = await planarPicture(network, domain, { signal });
  if (picture === undefined) return undefined;
  const data = planarPictureData(picture, { label, names, colouring: 'value', ...(points && { points }) });
  return { ...live, data, isComplete: true, pieces: picture.pieceCount, maps: picture.mapCount };
}

/** Components and holes of both sides of the decision boundary; undefined for several outputs and for very many cells. */
export function homologyOf({ network, domain }: Subject, cells: number): Homology | undefined {
  if (network.outputs !== 1 || cells > MOST_CELLS) return undefined;
  const betti = (kind: 'above' | 'below') =>
    topology(network, domain, { set: { kind, output: 0, level: ZERO } }).betti.slice(0, 2);
  return { positive: betti('above'), negative: betti('below') };
}
