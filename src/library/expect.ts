/**
 * Cells of random networks, for programs.
 */
import { cpus } from 'node:os';
import { type BoxDomain, type Domain, DomainError } from '../network/index.js';
import {
  DEFAULTS,
  type Ensemble,
  type Expectation,
  expectationOf,
  INITIALISATIONS,
  type Initialisation,
  isShape,
  LEAST_SAMPLES,
  MOST_SAMPLES,
  MOST_SEED,
  sampleEnsemble,
} from '../sampling/index.js';
import { type DomainLike, domainOf } from './domains.js';

export interface ExpectRequest {
  /** Inputs, widths of the ReLU layers, outputs: [2, 16, 16, 1]. */
  readonly shape: readonly number[];
  /** A box. */
  readonly domain: DomainLike;
  /** Default: he. */
  readonly initialisation?: Initialisation;
  /** The standard deviation of the biases, of `he`. Default: 0.5. */
  readonly bias?: number;
  /** How many networks. Default: 100. */
  readonly samples?: number;
  /** Another one, other networks. Default: 1. */
  readonly seed?: number;
  /** Threads. Default: the cores. */
  readonly workers?: number;
  /** Called now and then with the number of networks that are counted. */
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Draws networks of a shape from a seed and counts each exactly: means of cells, pieces and dead neurons with 95 % confidence intervals, and what was counted of each
 * network. The numbers are those of `relu-atlas expect`, the same for any number of threads.
 *
 * @returns undefined if the signal was aborted
 * @throws DomainError for a domain that is no box; RangeError for what makes no sense of the rest
 */
export async function expectCells(request: ExpectRequest): Promise<Expectation | undefined> {
  const { samples = DEFAULTS.samples, workers = cpus().length, onProgress, signal } = request;
  const ensemble = ensembleOf(request);
  wholeNumber('samples', samples, [LEAST_SAMPLES, MOST_SAMPLES]);
  wholeNumber('workers', workers, [1, MOST_WORKERS]);
  const domain = boxOf(domainOf({ inputs: ensemble.shape[0]! }, request.domain));
  const watch = { ...(onProgress && { onProgress }), ...(signal && { signal }) };
  const found = await sampleEnsemble({ ensemble, domain, samples, workers, ...watch });
  return found && expectationOf(ensemble, domain, found);
}

const MOST_WORKERS = 1024;

function ensembleOf({
  shape,
  initialisation = DEFAULTS.initialisation,
  bias = DEFAULTS.bias,
  seed = DEFAULTS.seed,
}: ExpectRequest): Ensemble {
  if (!Array.isArray(shape) || !isShape(shape))
    throw new RangeError(
      `shape: expected inputs, widths of ReLU layers and outputs, such as [2, 16, 16, 1], got ${JSON.stringify(shape)}; correct it`,
    );
  if (!INITIALISATIONS.includes(initialisation))
    throw new RangeError(`initialisation: expected ${INITIALISATIONS.join(' or ')}, got ${initialisation}; correct it`);
  if (!(Number.isFinite(bias) && bias >= 0))
    throw new RangeError(`bias: expected a standard deviation of at least 0, got ${bias}; correct it`);
  wholeNumber('seed', seed, [0, MOST_SEED]);
  return { shape, initialisation, bias, seed };
}

function wholeNumber(name: string, value: number, [least, most]: readonly [number, number]): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`${name}: expected a whole number from ${least} to ${most}, got ${value}; correct it`);
}

function boxOf(domain: Domain): BoxDomain {
  if (domain.kind === 'box') return domain;
  throw new DomainError(
    `domain: expected a box, got ${domain.kind === 'whole' ? 'all of R^d' : 'a polytope'}; give a box`,
  );
}
