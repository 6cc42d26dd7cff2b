/**
 * The questions of the library that take threads or write files, on domains said in any way; see `on-domains.ts`.
 */

import type { CellOptions } from '../analysis/cells/index.js';
import * as files from '../analysis/files/index.js';
import type { Network } from '../network/index.js';
import type { Claim } from '../oracle/claims/index.js';
import * as compare from '../oracle/compare/index.js';
import * as run from '../run/index.js';
import { type DomainLike, domainOf } from './domains.js';

/** What is asked about a domain, with the domain said in any way. */
type Anywhere<T extends { readonly domain: unknown }> = Omit<T, 'domain'> & { readonly domain: DomainLike };

export type CountRequest = Anywhere<run.CountRequest>;
export type PartitionRequest = Anywhere<files.PartitionRequest>;

/**
 * Counts the cells with worker threads, writes a certificate if one is asked for, and can be interrupted.
 *
 * @throws DomainError, EngineError; what goes wrong with files
 */
export function runCount(request: CountRequest): Promise<run.CountReport> {
  return run.runCount({ ...request, domain: domainOf(request.network, request.domain) });
}

/** Hands every cell to a writer (`jsonLinesWriter`, `parquetWriter`). @returns their number, or undefined if it was aborted */
export function writePartition(request: PartitionRequest, writer: files.PartitionWriter): Promise<number | undefined> {
  return files.writePartition({ ...request, domain: domainOf(request.network, request.domain) }, writer);
}

/** Writes the graph of cells that share a facet as GraphML. */
export function writeAdjacency(
  network: Network,
  domain: DomainLike,
  file: string,
  options?: CellOptions,
): files.AdjacencyCounts {
  return files.writeAdjacency(network, domainOf(network, domain), file, options);
}

/** Compares what someone claims about a partition with the exact one. */
export function compareClaim(
  network: Network,
  domain: DomainLike,
  claim: Claim,
  options?: compare.CompareOptions,
): Promise<compare.Verdict> {
  return compare.compareClaim(network, domainOf(network, domain), claim, options);
}
