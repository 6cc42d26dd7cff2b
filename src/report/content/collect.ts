/**
 * Everything a report shows: counts with their proof, statistics, pictures. All of it is computed here; the other modules of
 * this folder turn it into texts and pictures without computing anything anew.
 */
import { availableParallelism } from 'node:os';
import { analysisProblem, type Cell, forEachCellInSlices, WalkMeter } from '../../analysis/cells/index.js';
import type { ClassSurveyResult } from '../../analysis/function/index.js';
import { boundaryCurves, type RedundantNeuron, redundantNeurons } from '../../analysis/function/index.js';
import { cellGeometry, hasVertices, PolytopePath, vertexGeometry } from '../../analysis/geometry/index.js';
import { countRegions, MapFilter, type RegionCounts } from '../../analysis/regions/index.js';
import type { Network } from '../../network/index.js';
import { type BoxDomain, type Domain, fixedInputs } from '../../network/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { type CountReport, type CountRequest, checkWithWorkers, runCount } from '../../run/index.js';
import type { WalkProgress } from '../../walk/index.js';
import {
  type Graph,
  graphOf,
  type PlanarPicture,
  PlanarPictureBuilder,
  type SlicePicture,
  slicePictures,
} from '../picture/index.js';
import { type Statistics, StatisticsWalk } from './statistics.js';

export interface CollectRequest {
  readonly network: Network;
  readonly domain: Domain;
  readonly workers?: number;
  /** Where to write the certificate, if one is wanted. */
  readonly certificate?: string;
  /** Look for neurons whose bends the outputs never see: costly. */
  readonly redundant?: boolean;
  readonly signal?: AbortSignal;
  /** Says what is going on, and how far it has come. */
  readonly onProgress?: (stage: string, progress: WalkProgress) => void;
}

export interface CollectedCertificate {
  readonly bytes: number;
  readonly sha256: string;
  readonly accepted: boolean;
}

/** What was found out about a network on a domain. */
export interface Collected {
  readonly network: Network;
  readonly domain: Domain;
  readonly free: number;
  readonly count: CountReport;
  readonly pieces: number;
  readonly maps: number;
  readonly statistics: Statistics;
  /** What would take too long, in words; empty if nothing was left out. */
  readonly leftOut: readonly string[];
  /** In the plane: the curves of the decision boundary. */
  readonly curves?: { readonly count: number; readonly closed: number; readonly corners: number };
  readonly redundant?: readonly RedundantNeuron[];
  readonly certificate?: CollectedCertificate;
  readonly picture?: PlanarPicture;
  /** With more than two free inputs on a box. */
  readonly slices?: readonly SlicePicture[];
  /** With one free input on a box. */
  readonly graph?: Graph;
}

/**
 * Counts, proves and analyses a network on a domain; undefined if the signal was aborted.
 *
 * @throws DomainError, EngineError as `runCount`; Error if two computations of one number disagree
 */
export async function collect(request: CollectRequest): Promise<Collected | undefined> {
  const { network, domain, certificate } = request;
  const free = network.inputs - fixedInputs(domain).length;
  const count = await runCount(countRequest(request));
  if (!count.complete) return undefined;
  const problem = analysisProblem(network, domain);
  const walked = await walk(request, problem, count.cells);
  if (walked === undefined) return undefined;
  const { statistics, picture } = walked;
  agree('cells', count.cells, statistics.cells);
  const slices = domain.kind === 'box' && free > 2 ? await slicePictures(network, domain, request.signal) : [];
  if (slices === undefined) return undefined;
  const regions = picture ?? countPieces(request, count.cells);
  const { pieces, maps } = 'pieceCount' in regions ? { pieces: regions.pieceCount, maps: regions.mapCount } : regions;
  return {
    network,
    domain,
    free,
    count,
    pieces,
    maps,
    statistics,
    leftOut: leftOut(problem, count.cells),
    ...(free === 2 && statistics.classes && { curves: curvesOf(statistics.classes) }),
    ...(request.redundant === true && { redundant: redundantNeurons(network, domain) }),
    ...(certificate !== undefined && { certificate: await proof(request, certificate, count) }),
    ...(picture && { picture }),
    ...(slices.length > 0 && { slices }),
    ...(domain.kind === 'box' && free === 1 && { graph: graphOf(network, domain, freeInput(domain)) }),
  };
}

/** Tells how far the walks of a stage are, if anybody wants to know. */
function meterOf({ onProgress }: CollectRequest, stage: string): WalkMeter | undefined {
  return onProgress && new WalkMeter((progress) => onProgress(stage, progress));
}

function countPieces(request: CollectRequest, cells: number): RegionCounts {
  const meter = meterOf(request, 'counting pieces');
  meter?.expect(cells);
  return countRegions(request.network, request.domain, { ...(meter && { meter }) });
}

/** The first input that varies. */
function freeInput(domain: Domain): number {
  const fixed = fixedInputs(domain);
  for (let input = 0; ; input++) if (!fixed.includes(input)) return input;
}

function countRequest({ network, domain, workers, certificate, signal, onProgress }: CollectRequest): CountRequest {
  return {
    network,
    domain,
    ...(workers !== undefined && { workers }),
    ...(certificate !== undefined && { certificate }),
    ...(signal !== undefined && { signal }),
    ...(onProgress !== undefined && { onProgress: (progress) => onProgress('counting', progress) }),
  };
}

function agree(what: string, first: number, second: number) {
  if (first !== second) throw new Error(`report: expected ${first} ${what} again, got ${second}`);
}

/** Beyond so many cells in space the exact volumes would take minutes. */
const MOST_MEASURED = 20_000;

/** Whether the volumes of all cells, and the classes on them, are computed. */
function isMeasured({ variables, homogeneous }: PartitionProblem, cells: number): boolean {
  return variables <= 2 || homogeneous || cells <= MOST_MEASURED;
}

/** What the report says nothing about, because it would take too long. */
function leftOut(problem: PartitionProblem, cells: number): string[] {
  if (!hasVertices(problem) || isMeasured(problem, cells)) return [];
  const limit = MOST_MEASURED.toLocaleString('en');
  return [
    `the exact volumes of cells, and classes with their boundary: more than ${limit} cells in ${problem.variables} dimensions`,
  ];
}

/** The walk that statistics and the picture share. */
async function walk(
  request: CollectRequest,
  problem: PartitionProblem,
  cells: number,
): Promise<{ readonly statistics: Statistics; readonly picture?: PlanarPicture } | undefined> {
  const { network, domain, signal } = request;
  const meter = meterOf(request, 'analysing');
  meter?.expect(cells);
  const options = { ...(signal && { signal }), ...(meter && { meter }) };
  if (problem.variables !== 2 || domain.kind !== 'box') {
    const measured = isMeasured(problem, cells);
    const statistics = new StatisticsWalk(problem, network, cellGeometry(problem, hasVertices(problem)), measured);
    const visited = await forEachCellInSlices(problem, (cell) => statistics.visit(cell), options);
    if (!visited.complete) return undefined;
    return { statistics: statistics.result() };
  }
  const filter = new MapFilter(problem);
  if (!(await forEachCellInSlices(problem, (cell) => filter.add(cell), options)).complete) return undefined;
  const path = new PolytopePath(problem);
  const walkStatistics = new StatisticsWalk(problem, network, vertexGeometry(path));
  const builder = new PlanarPictureBuilder(problem, path, filter.candidates());
  const visit = (cell: Cell) => builder.visit(cell, walkStatistics.visit(cell)!);
  if (!(await forEachCellInSlices(problem, visit, options)).complete) return undefined;
  const statistics = walkStatistics.result();
  return { statistics, picture: builder.result(network, domain as BoxDomain, statistics.classes!) };
}

function curvesOf({ boundary }: ClassSurveyResult) {
  const curves = boundaryCurves(boundary);
  return {
    count: curves.length,
    closed: curves.filter(({ closed }) => closed).length,
    corners: new Set(curves.flatMap(({ points, corners }) => corners.map((k) => points[k]!))).size,
  };
}

/** Has the checker verify the certificate that was just written. */
async function proof(request: CollectRequest, file: string, count: CountReport): Promise<CollectedCertificate> {
  const started = performance.now();
  const { cells: all } = count;
  const total = { likely: all, low: all, high: all };
  const verdict = await checkWithWorkers(request.network, file, {
    workers: request.workers ?? availableParallelism(),
    onProgress: (cells) => {
      const seconds = (performance.now() - started) / 1000;
      request.onProgress?.('checking', { cells, atLeast: all, open: 0, done: cells / all, total, seconds });
    },
  });
  const { bytes, sha256 } = count.certificate!;
  if (verdict.accepted) agree('cells', count.cells, verdict.cells);
  return { bytes, sha256, accepted: verdict.accepted };
}
