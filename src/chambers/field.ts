/**
 * Primes modulo which ranks are computed.
 *
 * *Why a prime is enough.* Whether rows are independent is whether minors vanish. A minor of rows with Euclidean norms n_i is at
 * most the product of the n_i in magnitude (Hadamard 1893). If the product of the r largest norms is below the prime, a minor of r
 * rows or fewer (integers, each norm at least 1) that vanishes modulo the prime is 0, and every decision is proved. Otherwise independence modulo the prime still
 * proves independence, and dependence is confirmed in integers.
 */
import type { IntegerMatrix } from '../exact/index.js';

/** Sums of products stay below this, where doubles are exact. */
const EXACT = 2 ** 53;
/** A least prime: smaller ones save nothing. */
const LEAST = 251;

function isPrime(n: number): boolean {
  for (let d = 3; d * d <= n; d += 2) if (n % d === 0) return false;
  return n % 2 === 1 && n > 1;
}

/** A bound on the magnitude of all minors of at most `rank` rows, squared. */
function squaredMinorBound(rows: IntegerMatrix, rank: number): bigint {
  const norms = rows.map((row) => row.reduce((sum, entry) => sum + entry * entry, 0n));
  norms.sort((a, b) => (a > b ? -1 : a < b ? 1 : 0));
  return norms.slice(0, rank).reduce((product, norm) => product * norm, 1n);
}

/** Primes for matrices of a rank, and whether the first one decides all by itself. */
export interface Primes {
  /** Prime number k; there are many more than are ever needed. */
  prime(k: number): number;
  /** Whether a minor that vanishes modulo the first prime is 0. */
  readonly isProved: boolean;
}

/** Primes p for which sums of `rank` + 1 products of residues are exact in doubles. */
export function primesFor(rows: IntegerMatrix, rank: number): Primes {
  const most = Math.floor(Math.sqrt(EXACT / (rank + 2)));
  const bound = squaredMinorBound(rows, rank);
  const isProved = bound < BigInt(Math.floor(most / 2)) ** 2n;
  const known: number[] = [];
  if (isProved) {
    let first = Math.max(LEAST, Math.ceil(Math.sqrt(Number(bound))) + 1);
    while (!isPrime(first)) first++;
    known.push(first);
  }
  let next = most;
  return {
    isProved,
    prime(k) {
      while (known.length <= k) {
        while (!isPrime(next)) next--;
        known.push(next--);
      }
      return known[k]!;
    },
  };
}
