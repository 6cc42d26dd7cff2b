/**
 * The rows of the current cell in doubles, with their derived error bounds.
 *
 * A row has the coefficients, the constant, and the accumulated bound T = sum_j |w_j| (E_j + c u M_j) + c u |b| of the
 * accumulation lemma in `sign.ts`; `stride` is their number, rounded up to an even one.
 */
import { evaluationUnit } from '../exact/index.js';
import type { GivenRows, PartitionProblem, ProblemLayer } from '../problem/index.js';
import { type Enclosure, finishRow, type LayerData, type RowShape } from './layer/arithmetic.js';
import { type ArithmeticName, type LayerMemory, layerMemory, type MemoryNeed } from './layer/memory.js';
import { type PlanarWalk, planarNeed, planarWalk } from './layer/planar.js';
import { DenseSums, type PlacedSums, ScatteredSums } from './layer/scattered.js';

export interface CellRows {
  readonly stride: number;
  /** rows[layer]: width * stride entries, valid for the layers entered on the current path. */
  readonly rows: readonly Float64Array[];
  /** error[layer][neuron]: at any point x of the domain the row, evaluated without rounding, is off by at most this. */
  readonly error: readonly Float64Array[];
  /** mass[layer][neuron]: M(r) = sum |r_i| X_i + |r_c|. */
  readonly mass: readonly Float64Array[];
  /** threshold[layer][neuron]: at any double point of the domain the evaluated row is off by at most this. */
  readonly threshold: readonly Float64Array[];
  /** sides[layer][neuron]: the side taken on the current path; 1 for neurons that do not bend. */
  readonly sides: readonly Int8Array[];
  /** Room for the numbers of the neurons that a cell settles. */
  readonly settled: Int32Array;
  /** What a box around the cell says about the layer's neurons: the caller fills in the box, `enclose` the rest. */
  readonly enclosure: Enclosure;
  /** What walks subtrees of problems in two variables at once, where that is possible. */
  readonly planar: PlanarWalk | undefined;
  /** Fills the rows of the first layer and of the domain. */
  enterGiven(): void;
  /** The rows of `layer` before any neuron of layer - 1 has contributed: the biases. Not to be written to. */
  biases(layer: number): Float64Array;
  /** Room for the rows of `layer` in the making; at most one more per walk than layer - 1 has neurons that bend. */
  room(layer: number): Float64Array;
  /**
   * Adds the contributions of the first `count` neurons of `settled`, of layer - 1, on the sides they have, to the rows of
   * `layer` in the making: `to` becomes `from` plus the contributions, one after the other.
   *
   * Returns the array that holds the result: `from`, with `to` left alone, if none of the neurons contributes. Where few neurons
   * feed a row, `to` is of no account: the rows grow in their place, from the biases on or from where they are.
   */
  accumulate(layer: number, count: number, from: Float64Array, to: Float64Array): Float64Array;
  /** Undoes the last `accumulate` into the layer, if that was not the first one, for another one in its place. */
  recede(layer: number): void;
  /** The rows of a layer behind the first one growing in their place, for whoever makes them so. */
  placed(layer: number): PlacedSums;
  /** Derives the bounds of one row, which is complete. */
  finish(layer: number, neuron: number): void;
  /** Takes the finished sums as the rows of `layer` (where they may have been made) and derives their bounds. */
  enter(layer: number, sums: Float64Array): void;
  /**
   * For every neuron of `layer`, its value at the middle of the box in the first `active` variables, and a bound on what is
   * missing from it anywhere in the box: times * threshold + sum |r_i| half_i, not yet rounded up.
   */
  enclose(layer: number, active: number, times: number): void;
}

const bending = (layer: ProblemLayer) => layer.bends.reduce((sum, bend) => sum + bend, 0);

/** Doubles by which an array may be longer than asked for, and more. */
const GAP = 16;
/** As many arrays with an entry per neuron are more than a layer has, and the whole walk besides. */
const PER_NEURON = 8;

/** How much memory the arrays of a walk take, at most. */
function needOf(problem: PartitionProblem, stride: number): MemoryNeed {
  const { variables, layers, depth } = problem;
  let doubles = 2 * variables + planarNeed(problem, GAP);
  let weights = 0;
  layers.forEach(({ width, columns, plus, minus }, l) => {
    const isScattered = columns.rows !== null;
    // The rows, the biases, and the rows in the making.
    const sums = l === 0 || l === depth || isScattered ? 2 : bending(layers[l - 1]!) + 3;
    doubles += sums * (stride * width + GAP) + PER_NEURON * (width + GAP);
    if (!isScattered) doubles += plus.length + (minus?.length ?? 0);
    weights += plus.length;
  });
  return { bytes: 8 * doubles, weights, widest: Math.max(0, ...layers.map(({ width }) => width)) };
}

/** The arrays of a layer. */
function layerData({ doubles, held, signs }: LayerMemory, layer: ProblemLayer, stride: number): LayerData {
  const { width, unit, tiny, columns } = layer;
  // Scattered weights are read where they are.
  const weights = (values: Float64Array) => (columns.rows === null ? held(values) : values);
  return {
    width,
    unit,
    tiny,
    rows: doubles(width * stride),
    error: doubles(width),
    mass: doubles(width),
    threshold: doubles(width),
    sides: signs(width),
    plus: weights(layer.plus),
    minus: layer.minus && weights(layer.minus),
  };
}

/**
 * The rows of a walk.
 *
 * @param wanted which arithmetic to use; default: the faster one. The results are the same.
 */
export function cellRows(problem: PartitionProblem, wanted?: ArithmeticName): CellRows {
  const { variables, magnitude, biasSlot, layers } = problem;
  const stride = (variables + 3) & ~1;
  const bound = variables + 1;
  const shape: RowShape = { variables, stride, magnitude, unit: evaluationUnit(variables) };
  const need = needOf(problem, stride);
  const memory = layerMemory(shape, need, wanted);
  const { arithmetic } = memory;
  const data = layers.map((layer) => layerData(memory, layer, stride));
  const initial = layers.map(({ width, bias, unit }) => {
    const sums = memory.doubles(width * stride);
    for (let k = 0, at = 0; k < width; k++, at += stride) {
      sums[at + biasSlot] = bias[k]!;
      sums[at + bound] = unit * Math.abs(bias[k]!);
    }
    return sums;
  });
  const scattered = layers.map(({ columns: { starts, rows } }, l) =>
    rows === null || l === 0
      ? undefined
      : new ScatteredSums(shape, data[l - 1]!, data[l]!, { starts, rows }, initial[l]!),
  );
  const settled = memory.integers(need.widest);
  const enclosure: Enclosure = {
    box: memory.doubles(2 * variables),
    centre: memory.doubles(need.widest),
    reach: memory.doubles(need.widest),
  };

  const isDense = scattered.every((sums) => sums === undefined);
  const planar = isDense ? planarWalk(problem, memory, data, initial, { settled, ...enclosure }) : undefined;

  /** Enters rows that are the same on every path. */
  function give(layer: number, { doubles, isExact }: GivenRows) {
    const { rows, width, unit: inexact, tiny } = data[layer]!;
    for (let k = 0; k < width; k++) {
      let sum = 0;
      for (let i = 0; i <= variables; i++) {
        const entry = doubles[k * (variables + 1) + i]!;
        rows[k * stride + i] = entry;
        sum += Math.abs(entry) * (i < variables ? magnitude[i]! : 1);
      }
      rows[k * stride + bound] = isExact ? 0 : inexact * sum + tiny;
    }
    arithmetic.finish(data[layer]!);
  }

  return {
    stride,
    rows: data.map(({ rows }) => rows),
    error: data.map(({ error }) => error),
    mass: data.map(({ mass }) => mass),
    threshold: data.map(({ threshold }) => threshold),
    sides: data.map(({ sides }) => sides),
    settled,
    enclosure,
    planar,
    enterGiven() {
      if (problem.depth > 0) give(0, problem.first);
      if (layers.length > problem.depth) give(problem.depth, problem.given);
    },
    biases: (layer) => initial[layer]!,
    room: (layer) =>
      scattered[layer] === undefined ? memory.doubles(layers[layer]!.width * stride) : data[layer]!.rows,
    accumulate(layer, count, from, to) {
      const sums = scattered[layer];
      if (sums !== undefined) {
        const begins = from === initial[layer];
        if (begins) sums.begin();
        sums.add(settled, 0, count, !begins);
        return data[layer]!.rows;
      }
      return arithmetic.accumulate(data[layer - 1]!, data[layer]!, settled, count, from, to) ? to : from;
    },
    placed: (layer) =>
      scattered[layer] ?? new DenseSums(arithmetic, data[layer - 1]!, data[layer]!, initial[layer]!, settled),
    finish: (layer, neuron) => finishRow(data[layer]!, shape, neuron),
    recede(layer) {
      scattered[layer]?.recede();
    },
    enter(layer, sums) {
      const entered = data[layer]!;
      if (sums !== entered.rows) entered.rows.set(sums);
      arithmetic.finish(entered);
    },
    enclose(layer, active, times) {
      arithmetic.enclose(data[layer]!, active, times, enclosure);
    },
  };
}
