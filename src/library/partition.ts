/**
 * The partition for programs.
 */

import { cellRecords } from '../analysis/files/cells.js';
import type { CellField, CellRecord } from '../analysis/files/index.js';
import type { Network } from '../network/index.js';
import { type DomainLike, domainOf } from './domains.js';

/**
 * Every cell in tree order, with everything about it in exact numbers; see `CellRecord`.
 *
 * Records are made as they are asked for, so `for (const cell of cells(network, '-1,1'))` may end early. Before the first one the
 * partition is walked once, because neighbours are named by their numbers.
 *
 * @param options.fields what each record says, such as `['pattern', 'witness', 'map']`; default: everything but `faces`
 * @throws DomainError if the domain does not fit the network
 */
export function cells(
  network: Network,
  domain: DomainLike,
  options: { readonly fields?: readonly CellField[] } = {},
): Generator<CellRecord, void, undefined> {
  return cellRecords(network, domainOf(network, domain), options.fields);
}
