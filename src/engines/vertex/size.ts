/**
 * How large whole numbers can get in the partition by one layer.
 */
import { content } from '../../exact/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { LARGEST_VALUE } from './whole-numbers.js';

/**
 * Whether the values of the neurons at all vertices that can occur are small integers: the lemma (size) of `whole-numbers.ts`, with the
 * n + 1 longest rows among those of the neurons, of the domain, and of the faces of the box.
 *
 * @param n active variables: the first ones
 */
export function hasSmallIntegers(problem: PartitionProblem, n: number): boolean {
  const { depth, variables, first, given, exactLower, exactUpper, boxDenominator } = problem;
  if (depth !== 1) return false;
  const rows = [...rowsOf(first.numerators, variables, n), ...rowsOf(given.numerators, variables, n)];
  for (const end of [...exactLower.slice(0, n), ...exactUpper.slice(0, n)]) rows.push([boxDenominator, end]);
  const squares = rows.map(squareOfLength).sort((a, b) => (a > b ? -1 : a < b ? 1 : 0));
  return squares.slice(0, n + 1).reduce((product, square) => product * square, 1n) <= BigInt(LARGEST_VALUE) ** 2n;
}

function rowsOf(entries: readonly bigint[], variables: number, n: number): bigint[][] {
  const stride = variables + 1;
  const rows = Array.from({ length: entries.length / stride }, (_, k) => entries.slice(k * stride, (k + 1) * stride));
  return rows.map((row) => [...row.slice(0, n), row[variables]!]);
}

/** The square of the Euclidean length of a row without its common divisor. */
function squareOfLength(row: readonly bigint[]): bigint {
  const divisor = content(row) || 1n;
  return row.reduce((sum, entry) => sum + (entry / divisor) ** 2n, 0n);
}
