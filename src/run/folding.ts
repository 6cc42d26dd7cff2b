/**
 * Counting the cells of networks that fold without walking equal subtrees again.
 */
import { countingLastLayer } from '../chambers/index.js';
import { chooseEngine, kernelOf } from '../engines/index.js';
import { boxOfCreases, type CountRest, countFolded, type FoldedCount, seemsToFold } from '../folding/index.js';
import { simplexBackend } from '../lp/index.js';
import type { Domain, Network } from '../network/index.js';
import { countingProblem, orbitRoots, type PartitionProblem, partitionProblem } from '../problem/index.js';
import { countPaths } from '../walk/index.js';
import { type StepProgress, workedOff } from './chambers.js';
import { suitsCounting } from './last-layer.js';

export interface FoldedRequest {
  readonly network: Network;
  readonly domain: Domain;
  /** Called about ten times per second with the part that is done, 0 to 1, of a layer. */
  readonly onProgress?: (progress: StepProgress) => void;
  /** Aborting it ends the count within about 0.1 s. */
  readonly signal?: AbortSignal;
}

export interface FoldedReport {
  /** Undefined if the count was aborted. */
  readonly count: FoldedCount | undefined;
  readonly seconds: number;
}

/** Longest walk between two looks at signals, in milliseconds. */
const SLICE = 80;

/** Why cells are not walked one by one, for people. */
export const FOLDED_WHY = 'cells with the same image have equal subtrees, which are counted once';

/**
 * Counts the cells of a network whose cells have equal images in the layers that follow.
 *
 * @returns undefined if few have, as far as a sample tells, or walking is quicker after all
 * @throws DomainError as `partitionProblem`
 */
export async function runFolded(request: FoldedRequest): Promise<FoldedReport | undefined> {
  const started = performance.now();
  const { network, domain, signal } = request;
  if (!mayFold(network, domain)) return undefined;
  const problem = partitionProblem(network, domain);
  const count = await workedOff(countFolded(problem, { countRest, folds: mayFold }), request);
  if (count === undefined && signal?.aborted !== true) return undefined;
  return { count, seconds: (performance.now() - started) / 1000 };
}

/** Whether cells seem to have equal images: where there are layers to follow, and cells are held by vertices. */
function mayFold(network: Network, domain: Domain): boolean {
  if (network.layers.length < 2) return false;
  const problem = partitionProblem(network, domain);
  const { engine, usesLp } = chooseEngine(problem, 'auto');
  if (usesLp) return false;
  const bounded = problem.homogeneous ? partitionProblem(network, boxOfCreases(network)) : problem;
  return seemsToFold(bounded, kernelOf(engine, simplexBackend));
}

/** Counts in this thread, in slices. */
const countRest: CountRest = function* (network, domain) {
  const problem: PartitionProblem = countingProblem(network, domain);
  const { engine, usesLp } = chooseEngine(problem, 'auto');
  const walking = kernelOf(engine, simplexBackend);
  const factory = !usesLp && suitsCounting(problem, walking) ? countingLastLayer(walking) : walking;
  const roots = orbitRoots(problem);
  const cells = new Array<number>(problem.depth).fill(0);
  for (let paths = roots.map(({ path }) => path); paths.length > 0; ) {
    const end = performance.now() + SLICE;
    const count = countPaths(problem, factory, { roots, paths }, { stop: () => performance.now() > end });
    count.cellsPerLayer.forEach((more, layer) => {
      cells[layer]! += more;
    });
    paths = count.open;
    yield { step: 0, steps: 1, done: 0, parts: 1 };
  }
  return cells;
};
