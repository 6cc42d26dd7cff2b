/**
 * Symmetries as people state them: changes of the inputs, verified.
 */
import { ONE, parseRational, type Rational, rational, rationalFromDouble, ZERO } from '../../exact/index.js';
import {
  CreaseRows,
  type InputMap,
  inputMap,
  isBijective,
  movedCondition,
  type Network,
  rowsOf,
} from '../../network/index.js';
import type { PartitionProblem } from '../lowering.js';
import { NetworkSymmetries, type VerifiedMap } from './verified.js';

/** More multiplications are not spent on verifying what is stated: seconds. */
const MOST_WORK = 30_000_000;

/** The longest rational text. */
const LONGEST = 2000;

/**
 * The change of the inputs that a generator states, or what is wrong with it: `{"inputs":[..],"signs":[..],"scales":[..],"shifts":[..]}` takes coordinate i, times
 * its sign and its positive scale, plus its shift, to coordinate `inputs[i]`; `{"matrix":[[..],..],"shifts":[..]}` takes x to matrix x + shifts. Signs and scales left out are 1, shifts 0.
 */
export function statedMap(item: unknown, dimension: number): InputMap | string {
  const { inputs, matrix, signs, scales, shifts, permutation } = (item ?? {}) as Record<string, unknown>;
  if (permutation !== undefined)
    return 'permutation: hyperplanes are those of engine chambers; state what the inputs become ("inputs" or "matrix")';
  const shift = numbersFrom(shifts, dimension, ZERO);
  if (shift === undefined) return `shifts: expected ${dimension} numbers, one per input; correct them`;
  if (matrix !== undefined) return mapOfMatrix(matrix, shift);
  const isOne = isListOf(inputs, dimension, (x) => Number.isInteger(x) && x >= 0 && x < dimension);
  if (!isOne || new Set(inputs).size < dimension)
    return `inputs: expected a permutation of 0 to ${dimension - 1}, one per input; correct it`;
  if (signs !== undefined && !isEmpty(signs) && !isListOf(signs, dimension, (x) => x === 1 || x === -1))
    return `signs: expected ${dimension} signs 1 or -1, one per input; correct them`;
  const factors = numbersFrom(scales, dimension, ONE);
  if (factors === undefined || factors.some(({ numerator }) => numerator <= 0n))
    return `scales: expected ${dimension} positive numbers, one per input; correct them`;
  const negative = (i: number) => (signs as readonly number[] | undefined)?.[i] === -1;
  return inputMap(
    inputs.map((_, to) => {
      const i = inputs.indexOf(to);
      const { numerator, denominator } = factors[i]!;
      return { entries: [[i, rational(negative(i) ? -numerator : numerator, denominator)]], shift: shift[i]! };
    }),
  );
}

function mapOfMatrix(matrix: unknown, shift: readonly Rational[]): InputMap | string {
  const dimension = shift.length;
  const rows = Array.isArray(matrix) && matrix.length === dimension ? matrix : [];
  const read = rows.map((row: unknown) => (isEmpty(row) ? undefined : numbersFrom(row, dimension, ZERO)));
  if (read.length < dimension || read.includes(undefined))
    return `matrix: expected ${dimension} rows of ${dimension} numbers; correct it`;
  const map = inputMap(
    read.map((row, j) => ({ entries: row!.map((entry, i) => [i, entry] as const), shift: shift[j]! })),
  );
  return isBijective(map) ? map : 'matrix: expected one that has an inverse, of at most 64 inputs; correct it';
}

const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0;

/** Exact numbers, one per input; all are the given one if none is stated. */
function numbersFrom(value: unknown, length: number, otherwise: Rational): readonly Rational[] | undefined {
  if (value === undefined || isEmpty(value)) return Array.from({ length }, () => otherwise);
  if (!Array.isArray(value) || value.length !== length) return undefined;
  try {
    return value.map((x: unknown) =>
      typeof x === 'number' ? rationalFromDouble(x) : parseRational(String(x).slice(0, LONGEST)),
    );
  } catch {
    return undefined;
  }
}

/** Whether a value that was stated is a list of so many numbers, each of the right kind. */
export function isListOf(value: unknown, length: number, isRight: (x: number) => boolean): value is number[] {
  return Array.isArray(value) && value.length === length && value.every((x) => typeof x === 'number' && isRight(x));
}

/** What is wrong with symmetries, of all or of one, and what to do. */
export interface WrongSymmetry {
  readonly generator?: number;
  readonly problem: string;
}

/** The symmetries that generators state, or what is wrong. */
export function statedSymmetriesOf(
  { network, domain }: Pick<PartitionProblem, 'network' | 'domain'>,
  generators: readonly unknown[],
): NetworkSymmetries | WrongSymmetry {
  const [head] = network.layers;
  if (head === undefined) return { problem: 'expected a network with neurons that bend, got none; drop them' };
  const creases = CreaseRows.of(network.layers, rowsOf(head.affine), network.inputs, MOST_WORK);
  if (creases === undefined)
    return { problem: 'expected a network small enough to verify them exactly, got a larger one; drop them' };
  const verified: VerifiedMap[] = [];
  for (const [g, item] of generators.entries()) {
    const map = statedMap(item, network.inputs);
    const found = typeof map === 'string' ? map : verifiedMap(creases, map, network, domain);
    if (typeof found === 'string') return { generator: g, problem: found };
    verified.push(found);
  }
  return new NetworkSymmetries(creases, verified);
}

/** The map with what it does to creases, or what is wrong with it. */
function verifiedMap(
  creases: CreaseRows,
  map: InputMap,
  network: Network,
  domain: PartitionProblem['domain'],
): VerifiedMap | string {
  const condition = movedCondition(map, domain);
  if (condition !== undefined)
    return `expected the domain to be taken to itself, but ${condition} is no image of one; correct or drop it`;
  const moved = creases.moved(map);
  if (!('layer' in moved)) return { map: () => map, moved };
  const { layer, neuron } = moved;
  const where = network.layers.length > 1 ? `layer ${layer}, neuron ${neuron}` : `neuron ${neuron}`;
  return `${where}: expected its crease to be the image of one of the layer, it is of none; correct or drop it`;
}
