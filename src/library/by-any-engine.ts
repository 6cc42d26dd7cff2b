/**
 * Counts with their proofs by whichever engine is quickest, as the command line does.
 */

import { EngineError, type EngineName } from '../engines/index.js';
import type { FoldedCount } from '../folding/index.js';
import type { Network } from '../network/index.js';
import * as run from '../run/index.js';
import {
  type ArrangementCount,
  type ArrangementQuestion,
  type ArrangementSymmetry,
  placed,
  withPolynomial,
} from './arrangements.js';
import { type DomainLike, domainOf } from './domains.js';
import { type ArrangementLike, arrangementNetwork } from './hyperplanes.js';

/** How a count in steps is watched and ended, and where its proof goes. */
export interface ProvedCount {
  /** Where to write the certificate, if one is wanted. */
  readonly certificate?: string;
  /** Called about ten times per second with the part that is done, 0 to 1, of a step. */
  readonly onStep?: (progress: run.StepProgress) => void;
  /** Aborting it ends the count within about 0.1 s. */
  readonly signal?: AbortSignal;
}

/** What was counted of an arrangement. */
export interface ArrangementRun {
  /** Undefined if it was aborted. */
  readonly count: ArrangementCount | undefined;
  readonly seconds: number;
  /** Only of complete counts. */
  readonly certificate?: NonNullable<run.ChamberReport['certificate']>;
}

/**
 * Counts as `countArrangement`, can be interrupted, and writes a certificate if one is asked for, which `checkArrangement` checks.
 *
 * @throws as `countArrangement`; what goes wrong with files
 */
export async function runArrangement(
  like: ArrangementLike,
  { certificate, onStep, signal, ...question }: ArrangementQuestion & ProvedCount = {},
): Promise<ArrangementRun> {
  const { symmetries, ...place } = placed(like, question);
  const { count, ...rest } = await run.runChambers({
    ...place,
    ...(symmetries && { symmetries }),
    ...(certificate !== undefined && { certificate }),
    ...(onStep && { onProgress: onStep }),
    ...(signal && { signal }),
  });
  return { count: count && withPolynomial(count), ...rest };
}

/**
 * Whether a certificate proves the numbers of an arrangement, on R^d or on the domain that the verdict names. The checker knows nothing of the engines.
 *
 * Errors of the file system are thrown; everything that is wrong with the contents is a refusal.
 *
 * @returns an unfinished check if it was stopped: nothing is proved before its end
 * @throws FormatError for what are no hyperplanes
 */
export function checkArrangement(
  like: ArrangementLike,
  file: string,
  request: run.LineCheck = {},
): Promise<run.ArrangementVerdict | run.UnfinishedCheck> {
  return run.checkOfArrangement(arrangementNetwork(like), file, request);
}

/** What is asked of `count`: as of `runCount`, by any engine. */
export interface AnyCountRequest extends Omit<run.CountRequest, 'domain' | 'engine' | 'symmetry'>, ProvedCount {
  readonly domain: DomainLike;
  /** Default: auto, the quickest that tells what is asked for. */
  readonly engine?: EngineName | 'auto' | 'chambers' | 'images';
  /** As of `runCount`; of an arrangement generators may be those of its hyperplanes, too. Default: those that are found, where they are of use. */
  readonly symmetry?: 'none' | 'orbits' | Exclude<ArrangementSymmetry, string>;
}

/** Numbers of cells, and what more there is to tell by the engine that counted. */
export interface AnyCount {
  readonly cells: bigint;
  /** cellsPerLayer[k]: cells of the partition by the first k + 1 layers. */
  readonly cellsPerLayer: readonly bigint[];
  /** False if the count was stopped; the numbers are then those of the cells that were found, 0 unless engines walk. */
  readonly complete: boolean;
  readonly engine: EngineName | 'chambers' | 'images';
  /** Why this engine, for people. */
  readonly why: string;
  readonly seconds: number;
  /** Only of complete counts. */
  readonly certificate?: { readonly bytes: number; readonly sha256: string };
  /** Of engine chambers: what is known of the arrangement. */
  readonly arrangement?: ArrangementCount;
  /** Of engine images. */
  readonly images?: FoldedCount;
  /** Of those that walk. */
  readonly walk?: run.CountReport;
}

/**
 * Counts the cells as `relu-atlas count` does, by whichever way is quickest: arrangements without visiting cells, equal subtrees once, all else by a walk with threads.
 *
 * @throws DomainError; EngineError, ChamberError where the engine cannot work on it; SymmetryError for generators of no symmetry; what goes wrong with files
 */
export async function count(request: AnyCountRequest): Promise<AnyCount> {
  const { network, engine, symmetry, certificate, onStep, signal, ...rest } = request;
  const domain = domainOf(network, request.domain);
  const isWalk = run.needsWalk({ ...rest, network, domain });
  const isStated = typeof symmetry === 'object';
  const isPlain = !isWalk && certificate === undefined;
  const why = run.whyChambers(network, domain, { engine, isStated, isPlain, wanted: 'cells' });
  if ((why === run.AS_ASKED_FOR || engine === 'images') && isWalk) throw walksNoTree(why ? 'chambers' : 'images');
  const kept = { ...(certificate !== undefined && { certificate }), ...(signal && { signal }) };
  if (why !== undefined) {
    const question = { domain, symmetry: symmetry === 'orbits' ? 'found' : (symmetry ?? 'found') } as const;
    return ofChambers(await runArrangement(network, { ...question, ...kept, ...(onStep && { onStep }) }), why);
  }
  if (engine === 'images')
    return ofImages(await run.runImages({ network, domain, ...kept, ...(onStep && { onProgress: onStep }) }), network);
  const walk: run.CountRequest = {
    ...rest,
    network,
    domain,
    ...(engine && engine !== 'chambers' && { engine }),
    ...(symmetry && { symmetry }),
    ...kept,
  };
  const found = await run.runCountFolding(walk, onStep);
  return 'why' in found ? ofImages(found, network) : ofWalk(found);
}

function walksNoTree(engine: string): EngineError {
  return new EngineError(
    `engine ${engine}: expected no lp, timeout, limitCells, checkpoint or crew, as it walks no tree; drop them, or take engine auto`,
  );
}

function ofChambers({ count: found, ...rest }: ArrangementRun, why: string): AnyCount {
  const about = { engine: 'chambers', why, complete: found !== undefined, ...rest } as const;
  if (found === undefined) return { ...about, cells: 0n, cellsPerLayer: [0n] };
  return { ...about, cells: found.cells, cellsPerLayer: [found.cells], arrangement: found };
}

function ofImages({ count: found, ...rest }: run.FoldedReport, { layers }: Network): AnyCount {
  const about = { engine: 'images', complete: found !== undefined, ...rest } as const;
  if (found === undefined) return { ...about, cells: 0n, cellsPerLayer: layers.map(() => 0n) };
  return { ...about, cells: found.cells, cellsPerLayer: found.cellsPerLayer, images: found };
}

function ofWalk(walk: run.CountReport): AnyCount {
  const { cells, cellsPerLayer, complete, seconds, certificate } = walk;
  const { engine, why } = walk.engine;
  const numbers = { cells: BigInt(cells), cellsPerLayer: cellsPerLayer.map(BigInt) };
  return { ...numbers, complete, engine, why, seconds, ...(certificate && { certificate }), walk };
}
