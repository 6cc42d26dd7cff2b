/**
 * Counts of which nothing else is wanted, without walking the cells of the last layer.
 */
import { countLastLayer, suitsLastLayer } from '../chambers/index.js';
import type { EngineChoice } from '../engines/index.js';
import type { PartitionProblem } from '../problem/index.js';
import { type CellCount, noDecisions } from '../walk/index.js';
import { workedOff } from './chambers.js';

/** How cells were counted that were not all walked. */
export const LAST_LAYER: EngineChoice = {
  engine: 'vertex',
  why: 'the last layer is counted in the cells of the one before, dimension 2',
  usesLp: false,
};

/** A count by `chambers/last-layer`; undefined where a walk is quicker, a sign was not certain in doubles, or the signal came. */
export async function countedLastLayer(
  problem: PartitionProblem,
  signal: AbortSignal | undefined,
): Promise<CellCount | undefined> {
  if (!suitsLastLayer(problem)) return undefined;
  const count = await workedOff(countLastLayer(problem), signal === undefined ? {} : { signal });
  if (count === undefined) return undefined;
  const { cellsPerLayer, signs } = count;
  return {
    cells: cellsPerLayer[1],
    cellsPerLayer: [...cellsPerLayer],
    decisions: { ...noDecisions(), points: signs },
    open: [],
  };
}
