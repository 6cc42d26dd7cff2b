/**
 * Symmetries as people state them: changes of the inputs, verified.
 */
import { ONE, parseRational, type Rational, rational, rationalFromDouble, ZERO } from '../../exact/index.js';
import {
  CreaseRows,
  type InputMap,
  inputMap,
  isBijective,
  type MovedAway,
  movedCondition,
  type Network,
  rowsOf,
} from '../../network/index.js';
import type { PartitionProblem } from '../lowering.js';
import type { CutPlan } from './plan.js';

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

function isListOf(value: unknown, length: number, isRight: (x: number) => boolean): value is number[] {
  return Array.isArray(value) && value.length === length && value.every((x) => typeof x === 'number' && isRight(x));
}

/** What is wrong with symmetries, of all or of one, and what to do. */
export interface WrongSymmetry {
  readonly generator?: number;
  readonly problem: string;
}

/** Symmetries of a network on a domain, verified. */
export class StatedSymmetries {
  private constructor(
    private readonly creases: CreaseRows,
    private readonly maps: readonly InputMap[],
  ) {}

  /** The symmetries that generators state, or what is wrong. */
  static of(
    { network, domain }: Pick<PartitionProblem, 'network' | 'domain'>,
    generators: readonly unknown[],
  ): StatedSymmetries | WrongSymmetry {
    const [head] = network.layers;
    if (head === undefined) return { problem: 'expected a network with neurons that bend, got none; drop them' };
    const creases = CreaseRows.of(network.layers, rowsOf(head.affine), network.inputs, MOST_WORK);
    if (creases === undefined)
      return { problem: 'expected a network small enough to verify them exactly, got a larger one; drop them' };
    const maps: InputMap[] = [];
    for (const [g, item] of generators.entries()) {
      const map = statedMap(item, network.inputs);
      const problem = typeof map === 'string' ? map : problemOf(creases, map, network, domain);
      if (problem !== undefined) return { generator: g, problem };
      maps.push(map as InputMap);
    }
    return new StatedSymmetries(creases, maps);
  }

  /** The creases of the first layer that they move or turn over, by their neurons: orbits, the small ones first. */
  orbits(): readonly (readonly number[])[] {
    const { first } = this.creases;
    const actions = this.maps.map((map) => this.actionOn(first, map)!);
    const seen = new Set<number>();
    const orbits: number[][] = [];
    for (const start of first.keys()) {
      if (seen.has(start)) continue;
      seen.add(start);
      const orbit = [start];
      let isMoved = false;
      for (const at of orbit)
        for (const action of actions) {
          const { to, sign } = action[at]!;
          isMoved ||= to !== at || sign < 0;
          if (seen.has(to)) continue;
          seen.add(to);
          orbit.push(to);
        }
      if (isMoved) orbits.push(orbit.map((k) => first[k]!).sort((a, b) => a - b));
    }
    return orbits.sort((a, b) => a.length - b.length);
  }

  /** All creases of the first layer that are the image of one of some neurons. */
  closureOf(neurons: readonly number[]): number[] {
    const { first } = this.creases;
    const actions = this.maps.map((map) => this.actionOn(first, map)!);
    const closed = neurons.map((neuron) => first.indexOf(this.creases.firstOf(neuron)!));
    for (const at of closed)
      for (const action of actions) if (!closed.includes(action[at]!.to)) closed.push(action[at]!.to);
    // The neurons given stand for their creases.
    return closed.map((k, place) => neurons[place] ?? first[k]!);
  }

  /** @param cuts closed under the symmetries, as `orbits` and `closureOf` are */
  planOf(cuts: readonly number[]): CutPlan {
    return {
      cuts,
      symmetries: this.maps.map((map) => ({ map: () => map, action: this.actionOn(cuts, map)! })),
    };
  }

  private actionOn(neurons: readonly number[], map: InputMap) {
    return this.creases.actionOn(
      neurons,
      this.creases.moved(map) as Exclude<ReturnType<CreaseRows['moved']>, MovedAway>,
    );
  }
}

function problemOf(
  creases: CreaseRows,
  map: InputMap,
  network: Network,
  domain: PartitionProblem['domain'],
): string | undefined {
  const condition = movedCondition(map, domain);
  if (condition !== undefined)
    return `expected the domain to be taken to itself, but ${condition} is no image of one; correct or drop it`;
  const moved = creases.moved(map);
  if (!('layer' in moved)) return undefined;
  const { layer, neuron } = moved;
  const where = network.layers.length > 1 ? `layer ${layer}, neuron ${neuron}` : `neuron ${neuron}`;
  return `${where}: expected its crease to be the image of one of the layer, it is of none; correct or drop it`;
}
