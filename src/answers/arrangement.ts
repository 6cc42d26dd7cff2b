/**
 * Answers about arrangements.
 */
import { type ChamberCount, characteristicPolynomial } from '../chambers/index.js';
import { type Domain, type Network, networkDigest } from '../network/index.js';
import type { ArrangementVerdict } from '../run/index.js';
import { domainJson } from './form.js';

/** An integer as a number where a double is it for certain, else as a text. */
export const exactInteger = (value: bigint): number | string =>
  value <= BigInt(Number.MAX_SAFE_INTEGER) && -value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value);

/** What is known of an arrangement. */
export function jsonOfArrangement(count: ChamberCount) {
  const { dimension, hyperplanes, betti, bounded, method, symmetries, orbits } = count;
  return {
    dimension,
    hyperplanes,
    betti: betti.map(exactInteger),
    polynomial: characteristicPolynomial(count).map(exactInteger),
    ...(bounded !== undefined && { bounded: exactInteger(bounded) }),
    method,
    symmetries: exactInteger(symmetries),
    ...(orbits && { orbits: [...orbits] }),
  };
}

/** A count of cells that were not visited. */
export function jsonOfChambers(count: ChamberCount, domain: Domain, seconds: number) {
  const cells = exactInteger(count.cells);
  return {
    cells,
    cellsPerLayer: [cells],
    arrangement: jsonOfArrangement(count),
    domain: domainJson(domain),
    engine: 'chambers',
    exact: true,
    complete: true,
    seconds,
  };
}

/** The verdict on a certificate of an arrangement. */
export function jsonOfArrangementCheck(verdict: ArrangementVerdict, network: Network, seconds: number) {
  const about = { network: networkDigest(network), seconds };
  if (!verdict.accepted) return { ...verdict, path: '', ...about };
  const { betti, cells, domain, ...counts } = verdict;
  return {
    ...counts,
    cells: exactInteger(cells),
    betti: betti.map(exactInteger),
    domain: domainJson(domain),
    ...about,
  };
}
