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
  // Lengths are rounded up: squares of integers, and their product, stay far below what doubles can hold.
  const lengths = rows.map(lengthOf).sort((a, b) => b - a);
  return lengths.slice(0, n + 1).reduce((product, length) => product * length, 1) <= LARGEST_VALUE;
}

function rowsOf(entries: readonly bigint[], variables: number, n: number): bigint[][] {
  const stride = variables + 1;
  const rows = Array.from({ length: entries.length / stride }, (_, k) => entries.slice(k * stride, (k + 1) * stride));
  return rows.map((row) => [...row.slice(0, n), row[variables]!]);
}

/** The Euclidean length of a row without its common divisor, or more. */
function lengthOf(row: readonly bigint[]): number {
  const divisor = content(row) || 1n;
  const square = row.reduce((sum, entry) => sum + (entry / divisor) ** 2n, 0n);
  const length = Math.ceil(1024 * Math.sqrt(Number(square))) / 1024;
  return length < LARGEST_VALUE ? length : Number.POSITIVE_INFINITY;
}
