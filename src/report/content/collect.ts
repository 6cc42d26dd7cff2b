/**
 * Everything a report shows: counts with their proof, statistics, pictures. All of it is computed here; the other modules of
 * this folder turn it into texts and pictures without computing anything anew.
 */
import { availableParallelism } from 'node:os';
import { analysisProblem, type Cell, forEachCellInSlices, WalkMeter } from '../../analysis/cells/index.js';
import type { ClassSurveyResult } from '../../analysis/function/index.js';
import { boundaryCurves, type RedundantNeuron, redundantNeurons } from '../../analysis/function/index.js';
import { cellGeometry, hasVertices, PolytopePath, vertexGeometry } from '../../analysis/geometry/index.js';
import { filteredRegions, MapFilter } from '../../analysis/regions/index.js';
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
  type SliceSeries,
  slicePictures,
} from '../picture/index.js';
import { type Shape, shapeLeftOut, shapeOf } from './shape.js';
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
  /** Of the decisions: on bounded domains of at most 6 free inputs, where it is quick. */
  readonly shape?: Shape;
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
  const { network, domain } = request;
  const free = network.inputs - fixedInputs(domain).length;
  const count = await runCount(countRequest(request));
  if (!count.complete) return undefined;
  const problem = analysisProblem(network, domain);
  const early = isLong(request, count.cells) ? proof(request, count, true) : undefined;
  // It is awaited when this thread has done its part.
  early?.catch(() => {});
  const walked = await walk(request, problem, count.cells);
  if (walked === undefined) return undefined;
  const { statistics, picture, regions } = walked;
  agree('cells', count.cells, statistics.cells);
  request.onProgress?.('measuring', partOf(0, count.cells, 0));
  const shape = await shapeOf(network, domain, problem, count.cells, request.signal);
  const series = await slicesOf(request, count.cells, free);
  if (series === undefined) return undefined;
  const proved = await (early ?? proof(request, count, false));
  if (request.signal?.aborted === true) return undefined;
  return {
    network,
    domain,
    free,
    count,
    pieces: regions.pieces,
    maps: regions.maps,
    statistics,
    leftOut: [...leftOut(problem, count.cells, series), ...shapeLeftOut(network, problem, count.cells)],
    ...(free === 2 && statistics.classes && { curves: curvesOf(statistics.classes) }),
    ...(request.redundant === true && { redundant: redundantNeurons(network, domain) }),
    ...(proved && { certificate: proved }),
    ...(picture && { picture }),
    ...(shape && { shape }),
    ...(series.slices.length > 0 && { slices: series.slices }),
    ...(domain.kind === 'box' && free === 1 && { graph: graphOf(network, domain, freeInput(domain)) }),
  };
}

/** Below so many cells the other threads would start when this one has done all of it. */
const LONG = 20_000;

function workersOf({ workers }: CollectRequest): number {
  return workers ?? availableParallelism();
}

/** Whether the other threads check the certificate while this one walks. */
function isLong(request: CollectRequest, cells: number): boolean {
  return workersOf(request) > 1 && cells > LONG;
}

/** So many cells of all. */
function partOf(cells: number, all: number, seconds: number): WalkProgress {
  return { cells, atLeast: all, open: 0, done: cells / all, total: { likely: all, low: all, high: all }, seconds };
}

/** Tells how far the walk over so many cells is, if anybody wants to know. */
function meterOf({ onProgress }: CollectRequest, cells: number): WalkMeter | undefined {
  const meter = onProgress && new WalkMeter((progress) => onProgress('analysing', progress));
  meter?.expect(cells);
  return meter;
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
function leftOut(problem: PartitionProblem, cells: number, { slices, planned }: SliceSeries): string[] {
  const texts: string[] = [];
  if (hasVertices(problem) && !isMeasured(problem, cells)) {
    const limit = MOST_MEASURED.toLocaleString('en');
    texts.push(
      `the exact volumes of cells, and classes with their boundary: more than ${limit} cells in ${problem.variables} dimensions`,
    );
  }
  if (slices.length < planned) {
    const many = slices[slices.length >> 1]!.picture.complex.cells.toLocaleString('en');
    texts.push(`${planned - slices.length} of ${planned} slices: the middle one has ${many} cells`);
  }
  return texts;
}

/** The slices of a box in more than two dimensions; undefined if the signal was aborted. */
function slicesOf(request: CollectRequest, cells: number, free: number): Promise<SliceSeries | undefined> {
  const { network, domain, signal, onProgress } = request;
  if (domain.kind !== 'box' || free <= 2) return Promise.resolve({ slices: [], planned: 0 });
  onProgress?.('drawing', partOf(0, cells, 0));
  return slicePictures(network, domain, signal);
}

/** What the walk over all cells finds. */
interface Walked {
  readonly statistics: Statistics;
  readonly regions: { readonly pieces: number; readonly maps: number };
  readonly picture?: PlanarPicture;
}

/** The walk that statistics, pieces and the picture share. */
async function walk(request: CollectRequest, problem: PartitionProblem, cells: number): Promise<Walked | undefined> {
  const { network, domain, signal } = request;
  const meter = meterOf(request, cells);
  const options = { ...(signal && { signal }), ...(meter && { meter }) };
  const filter = new MapFilter(problem);
  if (problem.variables !== 2 || domain.kind !== 'box') {
    const measured = isMeasured(problem, cells);
    const statistics = new StatisticsWalk(problem, network, cellGeometry(problem, hasVertices(problem)), measured);
    const visit = (cell: Cell) => {
      statistics.visit(cell);
      filter.add(cell);
    };
    if (!(await forEachCellInSlices(problem, visit, options)).complete) return undefined;
    return { statistics: statistics.result(), regions: filteredRegions(problem, filter.candidates()) };
  }
  if (!(await forEachCellInSlices(problem, (cell) => filter.add(cell), options)).complete) return undefined;
  const path = new PolytopePath(problem);
  const walkStatistics = new StatisticsWalk(problem, network, vertexGeometry(path));
  const builder = new PlanarPictureBuilder(problem, path, filter.candidates());
  const visit = (cell: Cell) => builder.visit(cell, walkStatistics.visit(cell)!);
  if (!(await forEachCellInSlices(problem, visit, options)).complete) return undefined;
  const statistics = walkStatistics.result();
  const picture = builder.result(network, domain as BoxDomain, statistics.classes!);
  return { statistics, picture, regions: { pieces: picture.pieceCount, maps: picture.mapCount } };
}

function curvesOf({ boundary }: ClassSurveyResult) {
  const curves = boundaryCurves(boundary);
  return {
    count: curves.length,
    closed: curves.filter(({ closed }) => closed).length,
    corners: new Set(curves.flatMap(({ points, corners }) => corners.map((k) => points[k]!))).size,
  };
}

/**
 * Has the checker verify the certificate that was just written, if there is one.
 *
 * @param aside leave this thread alone
 * @returns undefined also if the signal was aborted
 */
async function proof(
  request: CollectRequest,
  count: CountReport,
  aside: boolean,
): Promise<CollectedCertificate | undefined> {
  const { network, certificate, signal, onProgress } = request;
  if (certificate === undefined) return undefined;
  const started = performance.now();
  try {
    const verdict = await checkWithWorkers(network, certificate, {
      workers: workersOf(request) - (aside ? 1 : 0),
      aside,
      ...(signal && { signal }),
      ...(!aside && {
        onProgress: (cells) =>
          onProgress?.('checking', partOf(cells, count.cells, (performance.now() - started) / 1000)),
      }),
    });
    const { bytes, sha256 } = count.certificate!;
    if (verdict.accepted) agree('cells', count.cells, verdict.cells);
    return { bytes, sha256, accepted: verdict.accepted };
  } catch (error) {
    if (signal?.aborted === true) return undefined;
    throw error;
  }
}
