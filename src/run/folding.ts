/**
 * Counting the cells of networks that fold without walking equal subtrees again.
 */
import { countingLastLayer } from '../chambers/index.js';
import { chooseEngine, EngineError, kernelOf } from '../engines/index.js';
import {
  boxOfCreases,
  type CountRest,
  countFolded,
  type FoldedCount,
  type FoldedOptions,
  seemsToFold,
} from '../folding/index.js';
import { simplexBackend } from '../lp/index.js';
import type { Domain, Network } from '../network/index.js';
import type { WrittenGzip } from '../output/index.js';
import { countingProblem, type PartitionProblem, partitionProblem } from '../problem/index.js';
import { countPaths, orbitWalk } from '../walk/index.js';
import { AS_ASKED_FOR } from './chambers.js';
import { type CountReport, type CountRequest, needsWalk, runCountOf } from './count.js';
import { ImageLines } from './images-certificate.js';
import { suitsCounting } from './last-layer.js';
import { type LineTarget, writtenCount } from './lines.js';
import { type Watch, workedOff } from './paced.js';

/** A count by images of cells. */
export interface FoldedReport {
  /** Undefined if it was aborted. */
  readonly count: FoldedCount | undefined;
  /** Why it was not a walk, for people. */
  readonly why: string;
  readonly seconds: number;
  readonly certificate?: WrittenGzip;
}

export interface ImageRequest extends Watch {
  readonly network: Network;
  readonly domain: Domain;
  /** Where to write the certificate, if one is wanted. */
  readonly certificate?: string;
}

/** A box in more dimensions has too many vertices to begin with. */
const MOST_VARIABLES = 10;

/** Longest walk between two looks at signals, in milliseconds. */
const SLICE = 80;

/** Whether a count that is to be by images can be. @throws EngineError if it cannot */
function requireImages({ depth, variables }: PartitionProblem): void {
  const problem = (what: string) => new EngineError(`engine images: expected ${what}; use --engine auto`);
  if (depth === 0) throw problem('a layer that bends, got none');
  if (variables > MOST_VARIABLES) throw problem(`at most ${MOST_VARIABLES} variables, got ${variables}`);
}

/**
 * Counts the cells by their images, in whatever network.
 *
 * @throws DomainError; EngineError if it has no layer that bends, in too many dimensions, and where the images take too much memory
 */
export async function runImages({ network, domain, certificate, ...watch }: ImageRequest): Promise<FoldedReport> {
  const started = performance.now();
  const problem = countingProblem(network, domain);
  requireImages(problem);
  const report =
    certificate === undefined
      ? { count: await workedOff(countFolded(problem), watch) }
      : await writtenImages(problem, { file: certificate }, watch);
  if (report.count === undefined && watch.signal?.aborted !== true)
    throw new EngineError(
      'engine images: expected images that repeat, got too many different ones to hold; use --engine auto',
    );
  return { ...report, why: AS_ASKED_FOR, seconds: (performance.now() - started) / 1000 };
}

/** The count of all layers by images, with its certificate. */
function writtenImages(
  problem: PartitionProblem,
  { file, isWanted }: Pick<LineTarget<FoldedCount>, 'file' | 'isWanted'>,
  watch: Watch,
  options?: FoldedOptions,
) {
  const lines = new ImageLines(problem);
  const target = { file, lines, end: (count: FoldedCount) => lines.end(count), ...(isWanted && { isWanted }) };
  return writtenCount(countFolded(problem, options, lines), target, watch);
}

/**
 * As `runCount`, but unless it is said which symmetries a walk uses, equal subtrees are counted once where a sample has cells with equal images: then the numbers are integers of any size.
 * With a certificate they are only of more than 10^9 cells: of fewer every cell has its witness.
 *
 * @param onStep called about ten times per second with the part of a layer that is done
 * @throws as `runCount`
 */
export async function runCountFolding(
  request: CountRequest,
  onStep?: ImageRequest['onProgress'],
): Promise<CountReport | FoldedReport> {
  const started = performance.now();
  const { certificate, ...uncertified } = request;
  const { network, domain, signal, symmetry } = request;
  const problem = countingProblem(network, domain);
  if (needsWalk(uncertified) || symmetry !== undefined || !seemsFolding(problem)) return runCountOf(request, problem);
  const watch = { ...(signal && { signal }), ...(onStep && { onProgress: onStep }) };
  const folds = (rest: Network, image: Domain) => seemsFolding(countingProblem(rest, image));
  const report =
    certificate === undefined
      ? { count: await workedOff(countFolded(problem, { rest: { countRest, folds } }), watch) }
      : await writtenImages(problem, { file: certificate, isWanted: hasTooManyCells }, watch, {});
  if (report.count === undefined && signal?.aborted !== true) return runCountOf(request, problem);
  const why = 'cells with equal images have equal subtrees';
  return { ...report, why, seconds: (performance.now() - started) / 1000 };
}

/** A certificate of so many cells, one by one, has tens of gigabytes and takes hours: then it is one by images. */
const MOST_CERTIFIED = 10n ** 9n;

const hasTooManyCells = ({ cells }: FoldedCount) => cells > MOST_CERTIFIED;

/** Whether cells seem to have equal images: where there are layers to follow, and cells are held by vertices. */
function seemsFolding(problem: PartitionProblem): boolean {
  if (problem.depth < 2) return false;
  if (chooseEngine(problem, 'auto').usesLp) return false;
  const { network } = problem;
  const bounded = problem.homogeneous ? partitionProblem(network, boxOfCreases(network)) : problem;
  // Inputs that others stand for are left out of an unbounded domain, but not of a box.
  const { engine, usesLp } = chooseEngine(bounded, 'auto');
  return !usesLp && seemsToFold(bounded, kernelOf(engine, simplexBackend));
}

/** Counts in this thread, in slices. */
const countRest: CountRest = function* (network, domain) {
  const problem: PartitionProblem = countingProblem(network, domain);
  const { engine, usesLp } = chooseEngine(problem, 'auto');
  const walking = kernelOf(engine, simplexBackend);
  const factory = !usesLp && suitsCounting(problem, walking) ? countingLastLayer(walking) : walking;
  const { problem: cut, roots } = orbitWalk(problem, walking, 'found');
  const cells = new Array<number>(problem.depth).fill(0);
  for (let paths = roots.map(({ path }) => path); paths.length > 0; ) {
    const end = performance.now() + SLICE;
    const count = countPaths(cut, factory, { roots, paths }, { stop: () => performance.now() > end });
    count.cellsPerLayer.forEach((more, layer) => {
      cells[layer]! += more;
    });
    paths = count.open;
    yield { step: 0, steps: 1, done: 0, parts: 1 };
  }
  return cells;
};
