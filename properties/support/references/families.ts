/**
 * Families of arrangements and networks whose number of cells is known in closed form.
 *
 * Sources: Schläfli's and Zaslavsky's formulas and the reflection arrangements (Stanley 2007, An introduction to hyperplane
 * arrangements); resonance arrangement: OEIS A034997; threshold functions: OEIS A000609; sawtooth: Telgarsky 2015.
 */
import { integersFromRationals } from '../../../src/exact/integers.js';
import { type Rational, rational, ZERO } from '../../../src/exact/rational.js';
import { affineFromRationals } from '../../../src/network/affine.js';
import { buildNetwork, type Network, RELU, type Step } from '../../../src/network/network.js';
import { type Arrangement, networkOfArrangement } from './arrangements.js';

/** An arrangement, the network that has it as its cells over all of R^dimension, and the number of them. */
export interface Family {
  readonly name: string;
  readonly arrangement: Arrangement;
  readonly network: Network;
  readonly cells: number;
}

function family(name: string, dimension: number, planes: readonly (readonly bigint[])[], cells: number): Family {
  const arrangement = { dimension, planes };
  return { name, arrangement, network: networkOfArrangement(arrangement), cells };
}

export function binomial(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= k; i++) result = (result * (n - k + i)) / i;
  return k > n ? 0 : result;
}

export function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

/** Points of the moment curve: any n of the vectors (1, t, ..., t^(n-1)) are independent (Vandermonde). */
function moment(t: number, length: number): bigint[] {
  return range(length).map((k) => BigInt(t) ** BigInt(k));
}

/** m affine hyperplanes of R^n in general position: sum_{i <= n} C(m, i) regions. */
export function generalPosition(n: number, m: number): Family {
  // Any n normals are independent, and any n + 1 rows too, so no n + 1 hyperplanes meet.
  const planes = range(m).map((i) => moment(i + 1, n + 1));
  const cells = range(n + 1).reduce((sum, i) => sum + binomial(m, i), 0);
  return family(`general position, ${m} in R^${n}`, n, planes, cells);
}

/** m hyperplanes through 0 of R^n in general position: 2 sum_{i < n} C(m - 1, i) regions. */
export function centralGeneralPosition(n: number, m: number): Family {
  const planes = range(m).map((i) => [...moment(i + 1, n), 0n]);
  const cells = 2 * range(n).reduce((sum, i) => sum + binomial(m - 1, i), 0);
  return family(`central general position, ${m} in R^${n}`, n, planes, cells);
}

function pairs(n: number): [number, number][] {
  return range(n).flatMap((j) => range(j).map((i): [number, number] => [i, j]));
}

/** The row with the given nonzero entries. */
function sparse(n: number, entries: readonly (readonly [number, bigint])[]): bigint[] {
  const row = new Array<bigint>(n + 1).fill(0n);
  for (const [index, value] of entries) row[index] = value;
  return row;
}

/** x_i = x_j: n! regions, one per ordering of the coordinates. */
export function braid(n: number): Family {
  const planes = pairs(n).map(([i, j]) =>
    sparse(n, [
      [i, 1n],
      [j, -1n],
    ]),
  );
  return family(`braid, R^${n}`, n, planes, factorial(n));
}

/** x_i = 0: 2^n orthants. */
export function boolean(n: number): Family {
  return family(
    `Boolean, R^${n}`,
    n,
    range(n).map((i) => sparse(n, [[i, 1n]])),
    2 ** n,
  );
}

/** x_i = 0 and x_i = +-x_j: 2^n n! regions, the signed permutations. */
export function typeB(n: number): Family {
  const planes = [
    ...boolean(n).arrangement.planes,
    ...pairs(n).flatMap(([i, j]) =>
      [1n, -1n].map((sign) =>
        sparse(n, [
          [i, 1n],
          [j, sign],
        ]),
      ),
    ),
  ];
  return family(`type B, R^${n}`, n, planes, 2 ** n * factorial(n));
}

/** All nonzero 0/1 normals through 0: OEIS A034997, known for n = 1 to 9. */
export function resonance(n: number): Family {
  const known = [undefined, 2, 6, 32, 370, 11292, 1066044, 347326352][n];
  if (known === undefined) throw new RangeError(`resonance: expected 1 to 7 dimensions, got ${n}`);
  const planes = range(2 ** n - 1).map((code) => [...range(n).map((i) => BigInt(((code + 1) >> i) & 1)), 0n]);
  return family(`resonance, R^${n}`, n, planes, known);
}

/** All normals (1, x) with x in {0, 1}^(n-1), through 0: the threshold functions of n - 1 variables, OEIS A000609. */
export function threshold(n: number): Family {
  const known = [undefined, 2, 4, 14, 104, 1882, 94572][n];
  if (known === undefined) throw new RangeError(`threshold: expected 1 to 6 dimensions, got ${n}`);
  const planes = range(2 ** (n - 1)).map((code) => [1n, ...range(n - 1).map((i) => BigInt((code >> i) & 1)), 0n]);
  return family(`threshold, R^${n}`, n, planes, known);
}

/** Rational rows of one layer from small fractions. */
function rows(entries: readonly (readonly number[])[]): Rational[][] {
  return entries.map((row) => row.map((entry) => rational(BigInt(entry))));
}

/**
 * The tent map t(x) = 2 relu(x) - 4 relu(x - 1/2) composed with itself `depth` times.
 *
 * On [0, 1] it has 2^depth cells, pieces and maps: each composition folds the interval once.
 */
export function tent(depth: number): { readonly network: Network; readonly cells: number } {
  const half = rational(-1n, 2n);
  const steps: Step[] = range(depth).flatMap((): Step[] => [
    { affine: affineFromRationals(1, rows([[1], [1]]), [ZERO, half]) },
    { slopes: [RELU, RELU] },
    { affine: affineFromRationals(2, rows([[2, -4]]), [ZERO]) },
  ]);
  return { network: buildNetwork(1, steps), cells: 2 ** depth };
}

/** Hyperplanes with rational entries as an arrangement. */
export function arrangementOf(dimension: number, planes: readonly (readonly Rational[])[]): Arrangement {
  return { dimension, planes: planes.map((plane) => integersFromRationals(plane).numerators) };
}
