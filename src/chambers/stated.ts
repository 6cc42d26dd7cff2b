/**
 * Hyperplanes and symmetries as people state them.
 */
import {
  content,
  integersFromRationals,
  negate,
  parseRational,
  type Rational,
  rational,
  rationalFromDouble,
} from '../exact/index.js';
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
 * The symmetries that generators state, as those of the cone, verified; instead of one that is none, what is wrong with it and what to do. A generator is
 * `{"permutation":[..],"signs":[..]}` of the hyperplanes or `{"inputs":[..],"signs":[..],"scales":[..]}`: the linear map that takes coordinate i, times its sign
 * and its positive scale, to coordinate `inputs[i]`. Signs and scales left out are 1.
 */
export function statedSymmetries(arrangement: Arrangement, generators: readonly unknown[]): (Symmetry | string)[] {
  const size = arrangement.planes.length;
  return generators.map((item) => {
    const isOfInputs = item !== null && typeof item === 'object' && 'inputs' in item;
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

/** What a change of coordinates does to hyperplanes. */
function symmetryOfInputs(item: object, { dimension, planes }: Arrangement): Symmetry | string {
  const { inputs, signs = [], scales = [] } = item as { inputs?: unknown; signs?: unknown; scales?: unknown };
  const isOne = isListOf(inputs, dimension, (x) => Number.isInteger(x) && x >= 0 && x < dimension);
  if (!isOne || new Set(inputs).size < dimension)
    return `inputs: expected a permutation of 0 to ${dimension - 1}, one per input; correct it`;
  if (!Array.isArray(signs) || (signs.length > 0 && !isListOf(signs, dimension, (x) => x === 1 || x === -1)))
    return `signs: expected ${dimension} signs 1 or -1, one per input; correct them`;
  const factors = factorsFrom(scales, dimension);
  if (factors === undefined) return `scales: expected ${dimension} positive numbers, one per input; correct them`;
  const placed = new Map(planes.map((plane, k) => [nameOf(plane).name, k] as const).reverse());
  const permutation = new Uint16Array(planes.length);
  const images = new Int8Array(planes.length).fill(1);
  for (const [k, plane] of planes.entries()) {
    const image = [...plane];
    inputs.forEach((to, i) => {
      image[to] = plane[i]! * factors[i]! * BigInt((signs as number[])[i] ?? 1);
    });
    image[dimension]! *= factors[dimension]!;
    const { name, sign } = nameOf(image);
    const at = placed.get(name);
    if (at === undefined) return `it takes hyperplane ${k} to none of them; correct or drop it`;
    permutation[k] = at;
    images[k] = sign * nameOf(planes[at]!).sign;
  }
  return { permutation, signs: images };
}

/** Integers in the ratios of 1 / scale and, last, 1; undefined for what is no list of positive numbers. */
function factorsFrom(scales: unknown, dimension: number): readonly bigint[] | undefined {
  if (!Array.isArray(scales) || (scales.length > 0 && scales.length !== dimension)) return undefined;
  try {
    const given = Array.from({ length: dimension }, (_, i): Rational => exactOf((scales as unknown[])[i] ?? 1));
    if (given.some(({ numerator }) => numerator <= 0n)) return undefined;
    const inverse = given.map(({ numerator, denominator }) => rational(denominator, numerator));
    return integersFromRationals([...inverse, rational(1n)]).numerators;
  } catch {
    return undefined;
  }
}

const exactOf = (value: unknown): Rational =>
  typeof value === 'number' ? rationalFromDouble(value) : parseRational(String(value).slice(0, 2000));

/** A hyperplane by the coprime integers on its line, and on which side of 0 its own are. */
function nameOf(plane: readonly bigint[]): { readonly name: string; readonly sign: 1 | -1 } {
  const sign = (plane.find((entry) => entry !== 0n) ?? 1n) < 0n ? -1 : 1;
  const divisor = BigInt(sign) * content(plane);
  return { name: divisor === 0n ? '' : plane.map((entry) => entry / divisor).join(), sign };
}

function isListOf(value: unknown, length: number, isRight: (x: number) => boolean): value is number[] {
  return Array.isArray(value) && value.length === length && value.every((x) => typeof x === 'number' && isRight(x));
}
