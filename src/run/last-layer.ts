/**
 * Counts of which nothing else is wanted, without walking the cells of the last layer.
 */
import { countingLastLayer, countLastLayer, suitsLastLayer } from '../chambers/index.js';
import { bends } from '../network/index.js';
import { type PartitionProblem, WHOLE_TREE } from '../problem/index.js';
import { type CellCount, countPaths, type KernelFactory, noDecisions } from '../walk/index.js';
import { workedOff } from './paced.js';

/** Why a count took less than a walk, for people. */
export function countedWhy({ variables, homogeneous }: PartitionProblem): string {
  return `the last layer is counted in the cells of the one before, dimension ${homogeneous ? variables - 1 : variables}`;
}

/** A count by the halves of a rectangle; undefined where a walk is quicker, a sign was not certain in doubles, or the signal came. */
export async function countedByHalves(
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

/** Cells of the sample, and signs told in integers after which it ends. */
const SAMPLE = 1000;
const MOST_EXACT = 500;
/** A cell walked takes as long as so many signs told in doubles, and one told in integers as so many of these (measured in R^3 to R^6, and on ACAS Xu N1_1, property 4). */
const SIGNS_PER_CELL = 80;
const SIGNS_PER_EXACT = 3000;
/** Cells of the last layer in one of those before from which counting pays: in the plane walks are in WebAssembly (measured on 2-64-64-64-1 and 2-8-512-1; in space on 3-32-32-1 and ACAS Xu N1_1). */
const FEWEST_CELLS = [0, 4, 16] as const;
const FEWEST_CELLS_IN_SPACE = 6;

/**
 * Whether widths let one expect so many cells of the last layer in one of those before: n neurons make about n^d / d! cells, in whatever layers they are (Hanin and Rolnick
 * 2019). Networks that have twice as many are asked as well.
 */
function mayHave(fewest: number, { network }: PartitionProblem, dimension: number): boolean {
  const widths = network.layers.map(({ slopes }) => slopes.filter(bends).length);
  const all = widths.reduce((sum, width) => sum + width, 0);
  return 2 * (all / (all - widths.at(-1)!)) ** dimension >= fewest;
}

/**
 * Whether the last layer should be counted rather than walked: the first cells tell, counted, what a count costs and what a walk would. The same on every machine, as signs are
 * counted and no clock is asked.
 */
export function suitsCounting(problem: PartitionProblem, factory: KernelFactory): boolean {
  const dimension = problem.charts?.variables ?? problem.variables;
  const fewest = FEWEST_CELLS[dimension] ?? FEWEST_CELLS_IN_SPACE;
  if (problem.depth === 0 || !mayHave(fewest, problem, dimension)) return false;
  const spent = { points: 0, exactly: 0 };
  const counting = countingLastLayer(factory);
  const probe: KernelFactory = (context) => {
    const kernel = counting(context);
    const { lastLayer } = kernel;
    if (lastLayer === undefined) return kernel;
    kernel.lastLayer = {
      takes: (cuts) => lastLayer.takes(cuts),
      count: (cuts) => {
        const tally = lastLayer.count(cuts);
        spent.points += tally.byPoints;
        spent.exactly += tally.exactly;
        return tally;
      },
    };
    return kernel;
  };
  const limits = { budget: SAMPLE, stop: () => spent.exactly > MOST_EXACT };
  const { cells, cellsPerLayer } = countPaths(problem, probe, { roots: WHOLE_TREE, paths: [''] }, limits);
  if (spent.points === 0) return false;
  const before = Math.max(1, cellsPerLayer.at(-2) ?? 1);
  return (
    cells >= fewest * before && spent.points + SIGNS_PER_EXACT * spent.exactly <= SIGNS_PER_CELL * (cells - before)
  );
}
