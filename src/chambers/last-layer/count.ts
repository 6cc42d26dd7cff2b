/**
 * Two layers in the plane, counted without visiting the cells of the last one.
 *
 * The rectangle is cut in halves until few creases of the first layer (lines) and few of the second one (curves) are left in each part: the others keep
 * one sign there. Let P and Q be two halves, and s the seam between them. If no two creases meet on s and none contains a part of it, a cell, being convex, meets s in one
 * interval or not at all, and each interval joins a cell of P to one of Q. So the cells of both are those of P and those of Q, less 1 + the points where creases cross s.
 *
 * In a part the lines cut a polygon, step by step (`polygons.ts`). In a polygon that no line cuts all functions of the second layer are affine, and their chords are
 * counted with the pairs that cross (`chords.ts`).
 *
 * Every sign is one of a double with a proved error, as in `engines/planar/vertices.ts` (Lemmas 2 to 4) and in `layers.ts`. Where one is not certain, and where creases
 * are degenerate, nothing is decided: the count gives up and another engine has to walk. A result is exact.
 */
import type { PartitionProblem } from '../../problem/index.js';
import type { Counting } from '../orbits.js';
import { Halving } from './halving.js';
import { heldLayers } from './layers.js';
import { Undecided } from './undecided.js';

/** Cells by the first layer, and by both. */
export interface LastLayerCount {
  readonly cellsPerLayer: readonly [number, number];
  /** How many signs were told in doubles. */
  readonly signs: number;
}

/**
 * Measured from 2-16-16-1 to 2-512-512-1 and 2-100-800-1, cold and warm: with fewer neurons in a layer all ways take a few milliseconds, and with more curves per line cells of the
 * last layer are counted in each cell of the first one (`counter.ts`) as quickly.
 */
const FEWEST_NEURONS = 32;
const MOST_CURVES_PER_LINE = 16;

/** Whether counting so is quicker than walking, unless it has to give up. */
export function suitsLastLayer(problem: PartitionProblem): boolean {
  if (!hasTwoPlanarLayers(problem)) return false;
  const lines = problem.layers[0]!.width;
  const curves = problem.layers[1]!.width;
  return Math.min(lines, curves) >= FEWEST_NEURONS && curves <= MOST_CURVES_PER_LINE * lines;
}

/** Whether a problem is one that can be counted so. */
export function hasTwoPlanarLayers(problem: PartitionProblem): boolean {
  const { variables, homogeneous, depth, layers, charts, lower, upper, outerLower, outerUpper } = problem;
  if (variables !== 2 || homogeneous || charts !== undefined || depth !== 2 || layers.length !== 2) return false;
  if (layers[1]!.columns.rows !== null || layers[0]!.settled !== undefined) return false;
  return [0, 1].every((i) => lower[i] === outerLower[i] && upper[i] === outerUpper[i]);
}

/** The cells of a problem with two layers in the plane; undefined if some sign is not certain in doubles. */
export function* countLastLayer(problem: PartitionProblem): Counting<LastLayerCount | undefined> {
  const parts = heldLayers(problem);
  if (parts === undefined) return undefined;
  const counter = new Halving(problem, parts);
  try {
    yield* counter.count();
    return { cellsPerLayer: [counter.lineCells[0]!, counter.cells[0]!], signs: parts.signs() };
  } catch (error) {
    if (error instanceof Undecided) return undefined;
    throw error;
  }
}
