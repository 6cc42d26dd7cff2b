/**
 * Counting the cells of networks with one layer that bends without visiting them.
 */
import {
  arrangementOf,
  type ChamberCount,
  type ChamberOptions,
  type Counting,
  countChambers,
} from '../chambers/index.js';
import type { Domain, Network } from '../network/index.js';
import { type PartitionProblem, partitionProblem } from '../problem/index.js';

export interface ChamberRequest {
  readonly network: Network;
  readonly domain: Domain;
  readonly symmetries?: ChamberOptions['symmetries'];
  /** Called about ten times per second with the part that is done, 0 to 1, of a step. */
  readonly onProgress?: (progress: StepProgress) => void;
  /** Aborting it ends the count within about 0.1 s. */
  readonly signal?: AbortSignal;
}

export interface StepProgress {
  readonly done: number;
  readonly step: number;
  readonly steps: number;
  readonly seconds: number;
}

export interface ChamberReport {
  /** Undefined if the count was aborted. */
  readonly count: ChamberCount | undefined;
  readonly seconds: number;
}

/** Longest work between two looks at signals, in milliseconds. */
const SLICE = 80;

/** Works off the steps of a count, hearing signals between them. @returns undefined if it was aborted */
export async function workedOff<T>(
  counting: Counting<T>,
  { signal, onProgress }: Pick<ChamberRequest, 'signal' | 'onProgress'>,
): Promise<T | undefined> {
  const started = performance.now();
  let last = started;
  for (;;) {
    const { done, value } = counting.next();
    if (done === true) return value;
    const now = performance.now();
    if (now - last < SLICE) continue;
    last = now;
    const { step, steps, done: parts, parts: all } = value;
    onProgress?.({ done: parts / Math.max(1, all), step, steps, seconds: (now - started) / 1000 });
    await new Promise((resume) => setImmediate(resume));
    if (signal?.aborted === true) return undefined;
  }
}

/**
 * Counts the cells of a network with one layer that bends.
 *
 * @throws DomainError, ChamberError for a network or a domain that has no such count
 */
export async function runChambers(request: ChamberRequest): Promise<ChamberReport> {
  const started = performance.now();
  const { arrangement, walls } = arrangementOf(partitionProblem(request.network, request.domain));
  const { symmetries } = request;
  const count = await workedOff(
    countChambers(arrangement, { ...(walls && { walls }), ...(symmetries && { symmetries }) }),
    request,
  );
  return { count, seconds: (performance.now() - started) / 1000 };
}

/** In more dimensions walks are faster on a box (measured on 30 to 100 hyperplanes in R^3 to R^5, `npm run bench`). */
const MOST_INSIDE = 3;

/** Why cells should be counted so rather than walked; undefined if they should not. */
export function suitsChambers(network: Network, domain: Domain): string | undefined {
  if (network.layers.length !== 1) return undefined;
  const problem: PartitionProblem = partitionProblem(network, domain);
  const { homogeneous, variables, given } = problem;
  const dimension = homogeneous ? variables - 1 : variables;
  if (homogeneous && given.numerators.length === 0)
    return `one layer: flats of the arrangement are counted, dimension ${dimension}`;
  return dimension <= MOST_INSIDE
    ? `one layer: hyperplanes are counted on the domain, dimension ${dimension}`
    : undefined;
}
