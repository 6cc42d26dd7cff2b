/**
 * Counting linear regions, by every definition that is finer than "cell".
 *
 * Papers mean different things by "linear region" (Stargalla, Hertrich, Reichman 2025, "The Computational Complexity of
 * Counting Linear Regions in ReLU Neural Networks", section 3, compare six definitions). Countable here, from coarse to fine:
 *
 * | here | definition | there |
 * |---|---|---|
 * | maps | the distinct affine maps on cells | affine regions |
 * | closed pieces | maximal sets of cells with one map whose union is connected (touching in a vertex suffices) | closed connected regions |
 * | pieces | maximal sets of cells with one map connected through facets: the linear regions of Montufar et al. 2014 | open connected regions |
 * | cells | full-dimensional sets with one pattern (Hanin and Rolnick 2019) | proper activation regions |
 * | patterns | sets of active neurons (pre-activation > 0) at any point of the domain (`patterns.ts`) | activation regions |
 *
 * Each divides the next: maps <= closed pieces <= pieces <= cells <= patterns. The last step: distinct cells have distinct
 * sets of active neurons, as the sign of a neuron that bends is constant inside a cell and neurons at 0 count as inactive
 * throughout (if two cells had the same active set, an induction over the layers would give them the same inequalities).
 */

import type { Domain, Network } from '../../network/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { analysisProblem, type CellOptions, forEachCell, KeyCollision } from '../cells/index.js';
import { MapFilter } from './map-filter.js';
import { type RegionCounts, SharingSum, SharingSurvey } from './sharing.js';

export interface PieceOptions extends CellOptions {
  /** Count closed pieces, too. */
  readonly closed?: boolean;
}

/**
 * Counts cells, pieces and maps.
 *
 * The first walk rules out in doubles most cells that share their map with no other; only if some remain is there a second
 * one, which compares their maps exactly and looks for common facets. Memory: four numbers per cell; for cells that share
 * their map also its text.
 */
export function countRegions(network: Network, domain: Domain, options: PieceOptions = {}): RegionCounts {
  const problem = analysisProblem(network, domain);
  const filter = new MapFilter(problem);
  forEachCell(problem, (cell) => filter.add(cell), options);
  return filteredRegions(problem, filter.candidates(), options);
}

/** Cells between two times at which what they share is put together. */
const TOGETHER = 2048;

/** As `countRegions`, after a walk that has filled a `MapFilter`. @param candidates what it says */
export function filteredRegions(
  problem: PartitionProblem,
  candidates: Uint8Array,
  options: PieceOptions = {},
): RegionCounts {
  const cells = candidates.length;
  const closed = options.closed === true;
  const sharing = candidates.reduce((sum, flag) => sum + flag, 0);
  if (sharing === 0) return new SharingSum(problem, closed).counts(cells);
  for (let seed = 0; ; seed++) {
    const sum = new SharingSum(problem, closed);
    const survey = new SharingSurvey(problem, { seed, closed, isCandidate: (cell) => candidates[cell.id] === 1 });
    let first = 0;
    try {
      forEachCell(
        problem,
        (cell) => {
          survey.visit(cell);
          if (cell.id + 1 - first < TOGETHER) return;
          sum.add(survey.take(), first);
          first = cell.id + 1;
        },
        options,
      );
      sum.add(survey.take(), first);
      return sum.counts(cells);
    } catch (error) {
      if (!(error instanceof KeyCollision)) throw error;
    }
  }
}
