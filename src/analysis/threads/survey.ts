/**
 * Surveys of a partition with several threads. What is found is the same for any number of them: parts are put together in tree order,
 * and what a part says depends only on its cells.
 */
import { chooseEngine, kernelOf } from '../../engines/index.js';
import type { Rational } from '../../exact/index.js';
import { ByteChannel, TreeWalk } from '../../jobs/index.js';
import { simplexBackend } from '../../lp/index.js';
import { type Domain, dataOfNetwork, type Network } from '../../network/index.js';
import { threadFile, threadFlags } from '../../package/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { progressOf, SizeEstimate, type WalkProgress } from '../../walk/index.js';
import { analysisProblem, KeyCollision } from '../cells/index.js';
import { type AdjacencyCounts, AdjacencyFile } from '../files/index.js';
import {
  type Boundary,
  boundaryOf,
  boundedFor,
  checkDecision,
  checkLevel,
  DecisionSum,
  FactsSum,
  type FunctionFacts,
  type Level,
  LevelSum,
  onDomain,
  type PairBoundary,
} from '../function/index.js';
import { type WidthReport, WidthSum } from '../geometry/index.js';
import { SurveyBench, type SurveyOutcome, type SurveyPart, type SurveySetting, type SurveyTask } from './task.js';

export interface SurveyRequest {
  /** Threads that walk, this one among them; others start when it takes longer than a moment. */
  readonly workers: number;
  readonly signal?: AbortSignal;
  /** Told of parts as they come: how many cells were surveyed so far. */
  readonly onCells?: (cells: number) => void;
  /** Told about ten times per second. */
  readonly onProgress?: (progress: WalkProgress) => void;
}

/** Longest walk in this thread, which must hear signals, and in others, in milliseconds. */
const SLICES = { here: 80, there: 400 };

/** What is surveyed. */
export interface SurveySubject {
  /** Made by `analysisProblem` of the other two. */
  readonly problem: PartitionProblem;
  readonly network: Network;
  readonly domain: Domain;
}

/** What parts are put together in. */
interface SurveySum<Part> {
  /** @param first the number of the part's first cell */
  add(part: Part, first: number): void;
}

/**
 * Surveys a problem; undefined if the signal was aborted.
 *
 * @param sum takes the parts in tree order
 * @param answer says in the end what was found on all cells
 */
export async function survey<Part extends SurveyPart, Answer>(
  { problem, network, domain }: SurveySubject,
  task: SurveyTask,
  sum: SurveySum<Part>,
  { workers, signal, onCells, onProgress }: SurveyRequest,
  answer: (cells: number) => Answer,
): Promise<Answer | undefined> {
  const bench = new SurveyBench(problem, network, task);
  const setting: SurveySetting = { network: dataOfNetwork(network), domain, task };
  const size = onProgress && new SizeEstimate(problem, kernelOf(chooseEngine(problem, 'auto').engine, simplexBackend));
  const started = performance.now();
  let cells = 0;
  let found = 0;
  const walk: TreeWalk<string, SurveyOutcome, SurveySetting> = new TreeWalk(
    {
      roots: [''],
      shareOf: (path) => 2 ** -path.length,
      walk: (paths, stop) => bench.walk(paths, stop),
      thread: { file: threadFile('survey-worker'), flags: threadFlags(), job: 'survey', setting },
      slices: SLICES,
      absorb: (outcome) => {
        found += outcome.cells;
        onCells?.(found);
      },
      next: (outcome) => {
        sum.add(outcome.part as Part, cells);
        cells += outcome.cells;
      },
      progress: (running) => {
        if (size === undefined) return;
        const elapsed = performance.now() - started;
        size.improve(elapsed);
        onProgress?.(progressOf(size, found, walk.frontier.open(), elapsed, running));
      },
      signal,
    },
    new ByteChannel(),
  );
  await walk.run(Math.max(1, workers));
  walk.throwIfFailed();
  return walk.complete ? answer(cells) : undefined;
}

/** As `functionFacts`, with several threads. */
export async function factsInThreads(
  network: Network,
  domain: Domain,
  request: SurveyRequest,
): Promise<FunctionFacts | undefined> {
  const problem = analysisProblem(network, domain);
  const sum = new FactsSum(problem, network);
  return survey({ problem, network, domain }, { kind: 'facts' }, sum, request, (cells) => sum.facts(cells));
}

/** As `levelSet`, with several threads; undefined if the signal was aborted. */
export async function levelSetInThreads(
  network: Network,
  domain: Domain,
  level: Level,
  request: SurveyRequest,
): Promise<Boundary | undefined> {
  const bounded = boundedFor(network, domain, level);
  const problem = analysisProblem(network, bounded.domain);
  checkLevel(network, problem, level);
  const sum = new LevelSum();
  const answer = () => onDomain(boundaryOf(problem, sum), bounded);
  return survey({ problem, network, domain: bounded.domain }, { kind: 'level', level }, sum, request, answer);
}

/** As `decisionBoundaries`, with several threads; undefined if the signal was aborted. */
export async function decisionBoundariesInThreads(
  network: Network,
  domain: Domain,
  request: SurveyRequest,
): Promise<PairBoundary[] | undefined> {
  const bounded = boundedFor(network, domain, 'classes');
  const problem = analysisProblem(network, bounded.domain);
  checkDecision(network, problem);
  const sum = new DecisionSum();
  const answer = () => sum.boundaries(problem).map((pair) => onDomain(pair, bounded));
  return survey({ problem, network, domain: bounded.domain }, { kind: 'decision' }, sum, request, answer);
}

/**
 * How wide the cells of a network on a domain are, exactly; undefined if the signal was aborted.
 *
 * @param thresholds cells are counted that are wider than each of them
 * @throws DomainError for a domain on which inputs depend on each other
 */
export async function widthsInThreads(
  network: Network,
  domain: Domain,
  thresholds: readonly Rational[],
  request: SurveyRequest,
): Promise<WidthReport | undefined> {
  const problem = analysisProblem(network, domain);
  const sum = new WidthSum(thresholds);
  return survey({ problem, network, domain }, { kind: 'widths', thresholds }, sum, request, () => sum.report());
}

/** As `writeAdjacency`, with several threads; undefined, and no file, if the signal was aborted. */
export async function writeAdjacencyInThreads(
  network: Network,
  domain: Domain,
  file: string,
  request: SurveyRequest,
): Promise<AdjacencyCounts | undefined> {
  const problem = analysisProblem(network, domain);
  for (let seed = 0; ; seed++) {
    const graph = new AdjacencyFile(problem, file);
    try {
      const task = { kind: 'adjacency', seed } as const;
      const counts = await survey({ problem, network, domain }, task, graph, request, () => graph.end());
      if (counts === undefined) graph.discard();
      return counts;
    } catch (error) {
      graph.discard();
      if (!(error instanceof KeyCollision)) throw error;
    }
  }
}
