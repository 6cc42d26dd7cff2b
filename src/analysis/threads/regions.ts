/**
 * Regions with several threads: what `countRegions`, `countPatterns` and `fVector` say.
 */
import type { Domain, Network } from '../../network/index.js';
import { analysisProblem, KeyCollision } from '../cells/index.js';
import { boundedPart, FacesSum, FacesSurvey } from '../geometry/index.js';
import {
  mostMapsAreShared,
  type PatternCounts,
  PatternsSum,
  PatternsSurvey,
  type RegionCounts,
  SharedKeys,
  SharingSum,
} from '../regions/index.js';
import { type SurveyRequest, survey } from './survey.js';

/** What a walk over all cells tells about their maps. */
export interface MapsSeen {
  readonly cells: number;
  /** The keys of maps that more than one cell may have, ascending. */
  readonly shared: Float64Array;
}

/** Whether the first walk is better left out. */
export function sharesMostMaps(network: Network, domain: Domain): boolean {
  return mostMapsAreShared(analysisProblem(network, domain));
}

/** The first walk; undefined if the signal was aborted. Memory: 8 bytes per cell. */
export async function sharedMapsInThreads(
  network: Network,
  domain: Domain,
  request: SurveyRequest,
): Promise<MapsSeen | undefined> {
  const problem = analysisProblem(network, domain);
  const keys = new SharedKeys();
  const answer = (cells: number) => ({ cells, shared: keys.shared() });
  return survey({ problem, network, domain }, { kind: 'map-keys' }, keys, request, answer);
}

/**
 * The second walk, where one is needed; undefined if the signal was aborted.
 *
 * @param seen undefined if the first one was left out
 * @param closed whether closed pieces are wanted
 */
export async function regionsInThreads(
  network: Network,
  domain: Domain,
  seen: MapsSeen | undefined,
  { closed = false, ...request }: SurveyRequest & { readonly closed?: boolean },
): Promise<RegionCounts | undefined> {
  const problem = analysisProblem(network, domain);
  if (seen?.shared.length === 0) return new SharingSum(problem, closed).counts(seen.cells);
  for (let seed = 0; ; seed++) {
    const sum = new SharingSum(problem, closed);
    try {
      const task = { kind: 'sharing', seed, closed, ...(seen && { shared: seen.shared }) } as const;
      return await survey({ problem, network, domain }, task, sum, request, (cells) => sum.counts(cells));
    } catch (error) {
      if (!(error instanceof KeyCollision)) throw error;
    }
  }
}

/** As `countRegions`; undefined if the signal was aborted. */
export async function countRegionsInThreads(
  network: Network,
  domain: Domain,
  request: SurveyRequest & { readonly closed?: boolean },
): Promise<RegionCounts | undefined> {
  if (sharesMostMaps(network, domain)) return regionsInThreads(network, domain, undefined, request);
  const seen = await sharedMapsInThreads(network, domain, request);
  return seen && regionsInThreads(network, domain, seen, request);
}

/** As `countPatterns`; undefined if the signal was aborted. @throws DomainError in more than `VERTEX_DIMENSION` dimensions */
export async function patternsInThreads(
  network: Network,
  domain: Domain,
  request: SurveyRequest,
): Promise<PatternCounts | undefined> {
  const problem = analysisProblem(network, domain);
  PatternsSurvey.check(problem);
  const sum = new PatternsSum();
  return survey({ problem, network, domain }, { kind: 'patterns' }, sum, request, () => sum.counts());
}

/** As `fVector`; undefined if the signal was aborted. @throws DomainError as it does */
export async function facesInThreads(
  network: Network,
  domain: Domain,
  request: SurveyRequest,
): Promise<readonly number[] | undefined> {
  const bounded = boundedPart(network, domain);
  const problem = analysisProblem(network, bounded.domain);
  FacesSurvey.check(problem);
  const sum = new FacesSum(problem);
  const { within } = bounded;
  const task = { kind: 'faces', ...(within && { within }) } as const;
  return survey({ problem, network, domain: bounded.domain }, task, sum, request, () => sum.counts());
}
