/**
 * Counting the cells of networks with one layer that bends without visiting them.
 */
import {
  arrangementOf,
  type ChamberCount,
  ChamberError,
  type ChamberOptions,
  countChambers,
} from '../chambers/index.js';
import type { EngineName } from '../engines/index.js';
import type { Domain, Network } from '../network/index.js';
import type { WrittenGzip } from '../output/index.js';
import { type PartitionProblem, partitionProblem } from '../problem/index.js';
import { ArrangementLines } from './arrangement-certificate.js';
import { writtenCount } from './lines.js';
import { type Watch, workedOff } from './paced.js';

export interface ChamberRequest extends Watch {
  readonly network: Network;
  readonly domain: Domain;
  readonly symmetries?: ChamberOptions['symmetries'];
  /** Where to write the certificate, if one is wanted. */
  readonly certificate?: string;
}

export interface ChamberReport {
  /** Undefined if the count was aborted. */
  readonly count: ChamberCount | undefined;
  readonly seconds: number;
  readonly certificate?: WrittenGzip;
}

/**
 * Counts the cells of a network with one layer that bends.
 *
 * @throws DomainError, ChamberError for a network or a domain that has no such count
 */
export async function runChambers(request: ChamberRequest): Promise<ChamberReport> {
  const started = performance.now();
  const { network, domain, symmetries, certificate } = request;
  const { arrangement, walls, flats } = arrangementOf(partitionProblem(network, domain));
  const elapsed = () => (performance.now() - started) / 1000;
  const asked = { ...(walls && { walls }), ...(symmetries && { symmetries }) };
  if (certificate === undefined) {
    const count = await workedOff(countChambers(arrangement, asked), request);
    return { count, seconds: elapsed() };
  }
  if (network.layers.length === 0)
    throw new ChamberError(
      'engine chambers: expected a layer that bends for a certificate, got none; use --engine auto',
    );
  const lines = walls === undefined ? new ArrangementLines(network) : new ArrangementLines(network, domain, flats);
  const options = { ...asked, listener: lines.listener, inside: lines.inside };
  const counting = countChambers(arrangement, options);
  const end = ({ betti, cells }: ChamberCount) => lines.end(betti, cells);
  const written = await writtenCount(counting, { file: certificate, lines, end }, request);
  return { ...written, seconds: elapsed() };
}

/** In more dimensions walks are faster on a box (measured on 30 to 100 hyperplanes in R^3 to R^5, `npm run bench`); and where cells alone are wanted, counts of the last layer. */
const MOST_INSIDE = { polynomial: 3, cells: 2 } as const;

/** Why cells should be counted so rather than walked; undefined if they should not. @param wanted a count has less to tell than the polynomial */
export function suitsChambers(
  network: Network,
  domain: Domain,
  wanted: keyof typeof MOST_INSIDE = 'polynomial',
): string | undefined {
  if (network.layers.length !== 1) return undefined;
  const problem: PartitionProblem = partitionProblem(network, domain);
  const { homogeneous, variables, given } = problem;
  const dimension = homogeneous ? variables - 1 : variables;
  if (homogeneous && given.numerators.length === 0)
    return `one layer: flats of the arrangement are counted, dimension ${dimension}`;
  return dimension <= MOST_INSIDE[wanted]
    ? `one layer: hyperplanes are counted on the domain, dimension ${dimension}`
    : undefined;
}

/** Why `regions`, which visits every cell for its map, has no use for symmetries that are stated; undefined where it tells the polynomial of all hyperplanes. */
export function symmetriesOfNoUse(network: Network, domain: Domain): string | undefined {
  const { length } = network.layers;
  if (length !== 1)
    return `expected a network with one layer that bends, got ${length}: maps and pieces need every cell`;
  if (domain.kind !== 'whole')
    return 'expected all of R^d (--whole), as hyperplanes are counted on a domain without symmetries, got a domain';
  return undefined;
}

/** What decides whether a count visits cells. */
export interface CountChoice {
  /** Default: auto. */
  readonly engine?: EngineName | 'auto' | 'chambers' | 'images' | undefined;
  /** Whether symmetries are stated, by generators. */
  readonly isStated: boolean;
  /** Whether nothing is asked that needs cells or a walk: a certificate of `auto` is that of a walk, in which every cell has a witness. */
  readonly isPlain: boolean;
  /** See `suitsChambers`. */
  readonly wanted?: keyof typeof MOST_INSIDE;
}

/** Why cells are counted without visiting them, as asked for or by `auto`; undefined if they are walked, or counted by images. */
export function whyChambers(
  network: Network,
  domain: Domain,
  { engine = 'auto', isStated, isPlain, wanted }: CountChoice,
): string | undefined {
  const isOfLayer = isStated && engine === 'auto' && symmetriesOfNoUse(network, domain) === undefined;
  if (engine === 'chambers' || isOfLayer) return AS_ASKED_FOR;
  return engine === 'auto' && isPlain && !isStated ? suitsChambers(network, domain, wanted) : undefined;
}

/** Of engines that are named, or symmetries that only they can use. */
export const AS_ASKED_FOR = 'as asked for';
