/**
 * Hyperplanes and symmetries as people state them.
 */
import { negate, type Rational } from '../exact/index.js';
import { affineFromRationals, buildNetwork, type Network, RELU } from '../network/index.js';
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
 * The symmetries that generators `{"permutation":[..],"signs":[..]}` of the hyperplanes state, as those of the cone, verified; instead of one that is none, what is
 * wrong with it and what to do. Signs left out are 1.
 */
export function statedSymmetries(arrangement: Arrangement, generators: readonly unknown[]): (Symmetry | string)[] {
  const size = arrangement.planes.length;
  return generators.map((item) => {
    const given = symmetryFrom(item, size);
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

function isListOf(value: unknown, length: number, isRight: (x: number) => boolean): value is number[] {
  return Array.isArray(value) && value.length === length && value.every((x) => typeof x === 'number' && isRight(x));
}
