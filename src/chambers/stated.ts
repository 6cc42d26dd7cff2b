/**
 * Hyperplanes and symmetries as people state them.
 */
import { negate, type Rational } from '../exact/index.js';
import { affineFromRationals, buildNetwork, type Network, onLine, pulledBack, RELU } from '../network/index.js';
import { isListOf, statedMap } from '../problem/index.js';
import type { Arrangement } from './arrangement.js';
import { symmetriesOfCone } from './count.js';
import type { Symmetry } from './symmetry.js';

/** The network with one ReLU per hyperplane a . x = b, a row (a, b): its cells are those of the arrangement. */
export function networkOfHyperplanes(dimension: number, rows: readonly (readonly Rational[])[]): Network {
  const normals = rows.map((row) => row.slice(0, dimension));
  const constants = rows.map((row) => negate(row[dimension]!));
  return buildNetwork(dimension, [
    { affine: affineFromRationals(dimension, normals, constants) },
    { slopes: rows.map(() => RELU) },
  ]);
}

/**
 * The symmetries that generators state, as those of the cone, verified; instead of one that is none, what is wrong with it and what to do. A generator is
 * `{"permutation":[..],"signs":[..]}` of the hyperplanes, signs left out being 1, or a change of the inputs (`problem/symmetry/stated.ts`).
 */
export function statedSymmetries(arrangement: Arrangement, generators: readonly unknown[]): (Symmetry | string)[] {
  const size = arrangement.planes.length;
  return generators.map((item) => {
    const isOfInputs = item !== null && typeof item === 'object' && ('inputs' in item || 'matrix' in item);
    const given = isOfInputs ? symmetryOfInputs(item, arrangement) : symmetryFrom(item, size);
    if (typeof given === 'string') return given;
    const [found] = symmetriesOfCone(arrangement, [given]);
    return typeof found === 'string' ? `${found}; correct or drop it` : found!;
  });
}

function symmetryFrom(item: unknown, size: number): Symmetry | string {
  const { permutation, signs } = (item ?? {}) as { permutation?: unknown; signs?: unknown };
  const isOne = isListOf(permutation, size, (x) => Number.isInteger(x) && x >= 0 && x < size);
  if (!isOne || new Set(permutation).size < size)
    return `expected a permutation of 0 to ${size - 1}, one per hyperplane; correct it`;
  if (signs !== undefined && !isListOf(signs, size, (x) => x === 1 || x === -1))
    return `expected ${size} signs 1 or -1; correct them`;
  return { permutation: Uint16Array.from(permutation), signs: Int8Array.from(signs ?? permutation.map(() => 1)) };
}

/** What a change of the inputs does to hyperplanes: k goes to the one that, behind the change, is k. */
function symmetryOfInputs(item: object, { dimension, planes }: Arrangement): Symmetry | string {
  const map = statedMap(item, dimension);
  if (typeof map === 'string') return map;
  const rows = planes.map((plane) => [...plane.slice(0, dimension), -plane[dimension]!]);
  const behind = rows.map((row) => onLine(pulledBack(row, map)));
  const placed = new Map(behind.map(({ row, factor }, k) => [row.join(), { k, factor }] as const).reverse());
  const permutation = new Uint16Array(planes.length);
  const signs = new Int8Array(planes.length);
  for (const [k, own] of rows.entries()) {
    const { row, factor } = onLine(own);
    const found = placed.get(row.join());
    if (found === undefined) return `it takes hyperplane ${k} to none of them; correct or drop it`;
    permutation[k] = found.k;
    signs[k] = factor < 0n === found.factor < 0n ? 1 : -1;
  }
  return { permutation, signs };
}
