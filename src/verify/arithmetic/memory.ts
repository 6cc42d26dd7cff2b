/**
 * Where the arrays of a search live, and the loops over them: in WebAssembly memories where the platform has that, else plain.
 */
import { type FormArithmetic, PLAIN_FORMS } from '../../checker/index.js';
import { PROPOSAL_NOISE } from '../../exact/index.js';
import type { Network } from '../../network/index.js';
import { Arena, compiled, FEWEST_WEIGHTS, LARGEST_MEMORY } from '../../wasm/index.js';
import { type Dictionary, PlainSimplex, type SimplexMethod } from './simplex.js';
import { SEARCH_WASM } from './wasm.js';

/** Which arithmetic a search uses; they are equal to the bit. */
export type SearchArithmetic = 'plain' | 'wasm';

/** What the module exports: all arguments are byte offsets, counts or doubles. */
interface SearchExports {
  product(...numbers: number[]): void;
  times(...numbers: number[]): void;
  pull(...numbers: number[]): void;
  rowMagnitudes(...numbers: number[]): void;
  scale(values: number, count: number, factor: number): void;
  bendRows(...numbers: number[]): void;
  layout(...numbers: number[]): void;
  pivotsMade(): number;
  valueIs(): number;
  setValue(to: number): void;
  express(data: number, n: number, m: number, sFactor: number, target: number): number;
  ascend(n: number, m: number, isFree: number, enough: number, steps: number): void;
  repair(n: number, m: number, steps: number): number;
}

const MODULE = compiled(SEARCH_WASM);

/** A memory and the loops over it. */
interface Room {
  readonly arena: Arena;
  readonly exports: SearchExports;
}

/** A room of so many bytes, or undefined if there is no space for it. */
function roomOf(name: SearchArithmetic, bytes: number): Room | undefined {
  if (name === 'plain' || MODULE === undefined || bytes > LARGEST_MEMORY) return undefined;
  const arena = Arena.of(bytes + 16);
  return arena && { arena, exports: arena.exportsOf(MODULE) as SearchExports };
}

/** What all arrays of a relaxation can come to: they double until they are as large as they can be. */
function bytesOf({ inputs, layers, outputs }: Network): number {
  let symbols = inputs;
  let total = (inputs + 1) * inputs;
  let widest = inputs;
  let before = inputs + 1;
  for (const { slopes } of layers) {
    const width = slopes.length;
    total += 4 * width * before + width * symbols + (width + 1) * (symbols + width) + 4 * width;
    symbols += width;
    before = width + 1;
    widest = Math.max(widest, before);
  }
  total += outputs * (4 * before + symbols + 1);
  return 2 * 8 * total + 80 * Math.max(widest, outputs) + 64 * (10 * layers.length + 20) + 32 * symbols;
}

/** The loops over the forms of a network. */
export function formArithmetic(network: Network, name: SearchArithmetic = 'wasm'): FormArithmetic {
  const weights = network.layers.reduce((sum, { affine }) => sum + affine.inputs * affine.outputs, 0);
  const room = weights < FEWEST_WEIGHTS ? undefined : roomOf(name, bytesOf(network));
  if (room === undefined) return PLAIN_FORMS;
  const { product, times, rowMagnitudes, scale, bendRows } = room.exports;
  return {
    doubles: (length) => room.arena.doubles(length),
    integers: (length) => room.arena.integers(length),
    product(target, source, columns, weights, outputs, inputs, active, count) {
      product(
        target.byteOffset,
        source.byteOffset,
        columns,
        weights.byteOffset,
        outputs,
        inputs,
        active.byteOffset,
        count,
      );
    },
    sparseProduct: PLAIN_FORMS.sparseProduct,
    times: (target, weights, vector, outputs, inputs) =>
      times(target.byteOffset, weights.byteOffset, vector.byteOffset, outputs, inputs),
    rowMagnitudes: (sums, values, rows, columns) => rowMagnitudes(sums.byteOffset, values.byteOffset, rows, columns),
    scale: (values, count, factor) => scale(values.byteOffset, count, factor),
    bendRows: (target, source, factors, rows, columns, wider) =>
      bendRows(target.byteOffset, source.byteOffset, factors.byteOffset, rows, columns, wider),
  };
}

/** Loops over the weights of a dense map, in doubles. */
export interface DenseLoops {
  doubles(length: number): Float64Array;
  /** target := weights times a vector: of every row the even places, the odd ones, both, and the last of an odd number. */
  times(target: Float64Array, weights: Float64Array, vector: Float64Array, outputs: number, inputs: number): void;
  /** target := the sum of the rows of weights times their factors, those left out that are 0. */
  pull(target: Float64Array, weights: Float64Array, factors: Float64Array, outputs: number, inputs: number): void;
}

const PLAIN_LOOPS: DenseLoops = {
  doubles: (length) => new Float64Array(length),
  times(target, weights, vector, outputs, inputs) {
    for (let k = 0, at = 0; k < outputs; k++, at += inputs) {
      let even = 0;
      let odd = 0;
      let j = 0;
      for (; j + 1 < inputs; j += 2) {
        even += weights[at + j]! * vector[j]!;
        odd += weights[at + j + 1]! * vector[j + 1]!;
      }
      const both = even + odd;
      target[k] = j < inputs ? both + weights[at + j]! * vector[j]! : both;
    }
  },
  pull(target, weights, factors, outputs, inputs) {
    target.fill(0);
    for (let k = 0, at = 0; k < outputs; k++, at += inputs) {
      const factor = factors[k]!;
      if (factor !== 0) for (let j = 0; j < inputs; j++) target[j]! += factor * weights[at + j]!;
    }
  },
};

/** The loops over dense maps with room for so many doubles in so many arrays. */
export function denseLoops(doubles: number, arrays: number, name: SearchArithmetic = 'wasm'): DenseLoops {
  const room = doubles < FEWEST_WEIGHTS ? undefined : roomOf(name, 8 * doubles + 16 * arrays);
  if (room === undefined) return PLAIN_LOOPS;
  const { times, pull } = room.exports;
  return {
    doubles: (length) => room.arena.doubles(length),
    times: (target, weights, vector, outputs, inputs) =>
      times(target.byteOffset, weights.byteOffset, vector.byteOffset, outputs, inputs),
    pull: (target, weights, factors, outputs, inputs) =>
      pull(target.byteOffset, weights.byteOffset, factors.byteOffset, outputs, inputs),
  };
}

/** The arrays of a program: its dictionary, its rows as given, and one more form. */
export interface ProgramRoom extends Dictionary {
  readonly rows: Float64Array;
  readonly form: Float64Array;
  readonly method: SimplexMethod;
}

/** Room for a program of so many rows of so many columns. */
export function programRoom(rows: number, columns: number, name: SearchArithmetic = 'wasm'): ProgramRoom {
  const room = roomOf(name, 16 * rows * columns + 12 * rows + 32 * columns + 256);
  const doubles = (length: number) => room?.arena.doubles(length) ?? new Float64Array(length);
  const integers = (length: number) => room?.arena.integers(length) ?? new Int32Array(length);
  const dictionary = {
    A: doubles(rows * columns),
    objective: doubles(columns),
    value: doubles(columns),
    basicValue: doubles(rows),
    nonbasic: integers(columns),
    basic: integers(rows),
  };
  return {
    ...dictionary,
    rows: doubles(rows * columns),
    form: doubles(columns),
    method: room === undefined ? new PlainSimplex(dictionary) : fastSimplex(room.exports, dictionary),
  };
}

function fastSimplex(exports: SearchExports, dictionary: Dictionary): SimplexMethod {
  const { A, objective, value, basicValue, nonbasic, basic } = dictionary;
  exports.layout(
    ...[A, objective, value, basicValue, nonbasic, basic].map(({ byteOffset }) => byteOffset),
    PROPOSAL_NOISE,
  );
  return {
    get objectiveValue() {
      return exports.valueIs();
    },
    set objectiveValue(to) {
      exports.setValue(to);
    },
    get pivots() {
      return exports.pivotsMade();
    },
    express: (data, from, n, m, sFactor, target, at) =>
      exports.express(data.byteOffset + 8 * from, n, m, sFactor, target.byteOffset + 8 * at),
    ascend: (n, m, isFree, enough, steps) => exports.ascend(n, m, isFree ? 1 : 0, enough, steps),
    repair: (n, m, steps) => exports.repair(n, m, steps) !== 0,
  };
}
