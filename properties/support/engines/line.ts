/**
 * Partitions of the line: cells in order, and the pieces that neighbours with equal maps make.
 */
import { compare } from '../../../src/exact/rational.js';
import type { Domain } from '../../../src/network/domain.js';
import type { Network } from '../../../src/network/network.js';
import { type Cell, cellsOf, mapKey } from './cells.js';

/** The cells of a network of one input from left to right. */
export function cellsInOrder(network: Network, domain: Domain): Cell[] {
  return cellsOf(network, domain).sort((a, b) => compare(a.witness[0]!, b.witness[0]!));
}

/** One cell of every piece, from left to right. */
export function piecesInOrder(network: Network, domain: Domain): Cell[] {
  const cells = cellsInOrder(network, domain);
  return cells.filter((cell, i) => i === 0 || mapKey(cell.map) !== mapKey(cells[i - 1]!.map));
}
