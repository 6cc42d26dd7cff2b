/**
 * Two layers in the plane, counted without visiting their cells.
 *
 * *In a part* of the rectangle the creases are a connected plane graph with the boundary. If no three of them meet in a point, none contains a part of another and none goes through a corner,
 * every point where two cross has degree 4 and every end on the boundary degree 3, so that Euler's formula gives the cells: 1 + the crossings + half the ends. Creases of the first layer are
 * lines: n that cross the part have 2 n ends, and their crossings are told by which ends of one lie on which sides of another. Between two neighbours of these points, on a line or on
 * the boundary, all functions of the second layer are affine, as in the cells of the lines: each of their creases, the curves, has one point there if its signs at both
 * differ, otherwise none; in a cell it is a chord, and chords cross if and only if their ends alternate around it (`assembly/parts.ts`).
 *
 * *The rectangle* is cut in halves until few lines and curves are left in each part; the others keep one sign there. Let P and Q be two halves, and s the seam between them. If no two
 * creases meet on s and none contains a part of it, a cell, being convex, meets s in one interval or not at all, and each interval joins a cell of P to one of Q. So the cells
 * of both are those of P and those of Q, less 1 + the points where creases cross s.
 *
 * Every sign is one of a double with a proved error, as in `engines/planar/vertices.ts` (Lemmas 2 to 5) and in `layers.ts`. Where one is not certain, and where creases
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

/** The cells of a problem with two layers in the plane; undefined if some sign is not certain in doubles, and where there is no WebAssembly with SIMD. */
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
